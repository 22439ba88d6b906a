"""What an expert who was asked can say: yes, not now, somebody else, leave me alone."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.contract import Reply, Submitted
from bot.core.commands import NUMBER, PHRASE, Group, Who
from bot.core.context import Act, Context
from bot.core.errors import UserFacingError
from bot.core.forms import beside
from bot.core.handlers import pressed, said_or_pressed
from bot.core.tokens import number_of
from bot.features.introductions import expert_replies
from bot.features.introductions.disclosure import card_of
from bot.features.introductions.expert_replies import Suggestion
from bot.features.introductions.queue import LONGEST_WITH_SUGGESTIONS
from bot.features.introductions.workflow import Connection, OnConnected, proceed, propose, read_by
from bot.i18n import later
from bot.storage.database import Database
from knowledge.introductions import eligibility, introductions
from knowledge.introductions.departures import proposal_key, reminder_key
from knowledge.introductions.eligibility import Candidate
from knowledge.introductions.introductions import IntroductionView, RequestView
from knowledge.lifecycle import membership
from knowledge.members import members
from knowledge.messaging import cancellation
from knowledge.vocabulary import IntroductionState, MemberStatus, RequestState

_AGREED = frozenset(
    {IntroductionState.ACCEPTED, IntroductionState.CONNECTED, IntroductionState.CLOSED}
)


class ExpertAnswers:
    """The expert's side. Whatever is pressed twice, late or by somebody else does no harm."""

    def __init__(
        self, *, database: Database, on_connected: OnConnected, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._on_connected = on_connected
        self._clock = clock

    @pressed("introduction.pause", who=Who.JOINED)
    async def pause(self, context: Context, act: Act) -> Reply:
        """Leave the member alone; everything that waits for them goes on, in the same unit."""
        member = context.me

        def write(session: Session) -> bool:
            current = members.get(session, member.id)
            if current is None:
                raise UserFacingError("not_a_member")
            if current.status is MemberStatus.PAUSED:
                return True
            if current.status is not MemberStatus.ACTIVE:
                raise UserFacingError("not_approved")
            waiting = introductions.of_expert(session, member.id, [IntroductionState.PROPOSED])
            membership.set_status(session, member.id, MemberStatus.PAUSED)
            for view in waiting:
                proceed(session, view.request_id, self._clock())
            return True

        await self._database.write(write)
        return expert_replies.paused(context.say)

    @pressed("introduction.suggest", who=Who.JOINED)
    async def suggest(self, context: Context, act: Act) -> Reply:
        """The form for a name, or the member with that name is asked next."""
        number, member = number_of(act.subject, "request_not_found"), context.me
        form = expert_replies.suggest(context.say, number)
        if not isinstance(act, Submitted):
            found = await self._database.read(lambda session: _open_one(session, number, member.id))
            if found is None:
                return expert_replies.over(context.say, number)
            asked = context.say("Who could help with request {number}?", number=number)
            return Reply(asked, form=form)
        with beside("name", form, act.values):
            told = Suggestion.read(act.values, form)
            done = await self._database.write(
                lambda session: self._pass_on(session, number, member.id, told.name)
            )
        return (
            expert_replies.suggested(context.say, number)
            if done
            else expert_replies.over(context.say, number)
        )

    @said_or_pressed(
        "introduction.accept",
        "accept",
        Group.PEOPLE,
        later("agree to help with a request"),
        NUMBER,
        who=Who.JOINED,
        examples="accept 17",
    )
    async def accept(self, context: Context, said: str) -> Reply:
        """`accept 17`."""
        number, member = number_of(said, "request_not_found"), context.me

        def write(session: Session) -> Reply:
            view = _own(session, number, member.id)
            request = introductions.get(session, number)
            if view is None or request is None:
                return expert_replies.over(context.say, number)
            if view.state is IntroductionState.PROPOSED:
                if request.state is not RequestState.WAITING or not self._connect(
                    session, request, view, member.id
                ):
                    return expert_replies.over(context.say, number)
            elif view.state not in _AGREED:
                return expert_replies.over(context.say, number)
            return _met(session, context, request, view)

        return await self._database.write(write)

    def _connect(
        self, session: Session, request: RequestView, view: IntroductionView, expert_id: int
    ) -> bool:
        at = self._clock()
        expert, asker = members.get(session, expert_id), members.get(session, request.asker_id)
        if expert is None or asker is None or not eligibility.may_be_asked(expert, at):
            return False
        if not introductions.settle(session, view.id, IntroductionState.ACCEPTED, at):
            return False
        introductions.move(session, request.id, RequestState.CONNECTED, at, unseen=True)
        introductions.settle(session, view.id, IntroductionState.CONNECTED, at)
        cancellation.drop(
            session, [key(request.id, expert_id) for key in (proposal_key, reminder_key)]
        )
        self._on_connected(session, Connection(request.id, view.id, asker.id, expert.id), at)
        return True

    @said_or_pressed(
        "introduction.decline",
        "decline",
        Group.PEOPLE,
        later("say that you cannot help with a request now"),
        NUMBER,
        rf"{NUMBER}\s+{PHRASE}",
        who=Who.JOINED,
        examples="decline 17\ndecline 17 busy",
    )
    async def decline(self, context: Context, said: str) -> Reply:
        """`decline 17 busy`: what follows the number is for nobody and is not kept."""
        number, member = number_of(said, "request_not_found"), context.me

        def write(session: Session) -> bool:
            view = _own(session, number, member.id)
            if view is None:
                return False
            if view.state is IntroductionState.DECLINED:
                return True
            return self._decline(session, view)

        done = await self._database.write(write)
        return (
            expert_replies.declined(context.say, number)
            if done
            else expert_replies.over(context.say, number)
        )

    def _decline(
        self, session: Session, view: IntroductionView, instead: Candidate | None = None
    ) -> bool:
        at = self._clock()
        if not introductions.settle(session, view.id, IntroductionState.DECLINED, at):
            return False
        expert_id = view.expert_id or 0
        keys = [key(view.request_id, expert_id) for key in (proposal_key, reminder_key)]
        cancellation.drop(session, keys)
        request = introductions.get(session, view.request_id)
        if instead is not None and request is not None:
            taken = len(introductions.asked(session, request.id))
            introductions.lengthen(session, request.id, max(request.line, taken + 1))
            propose(session, request, instead, at, suggested=True)
        else:
            proceed(session, view.request_id, at)
        return True

    def _pass_on(self, session: Session, number: int, expert_id: int, said: str) -> bool:
        """Decline and have the named member asked. Raises a refusal for the field."""
        view = _open_one(session, number, expert_id)
        request = introductions.get(session, number)
        if view is None or request is None:
            return False
        name, _, organisation = said.partition(",")
        if not name.strip():
            raise UserFacingError("missing")
        found = eligibility.named(session, name, self._clock(), organisation)
        if len(found) > 1:
            raise UserFacingError("several_members")
        if not found:
            raise UserFacingError("not_to_be_asked")
        taken = len(introductions.asked(session, number))
        candidate = eligibility.one_candidate(
            session, number, request.asker_id, found[0], self._clock()
        )
        if candidate is None or taken >= LONGEST_WITH_SUGGESTIONS:
            raise UserFacingError("cannot_be_asked_now")
        return self._decline(session, view, candidate)

    @said_or_pressed(
        "introduction.resume",
        "resume",
        Group.PROFILE,
        later("take part again after a pause"),
        who=Who.JOINED,
    )
    async def resume(self, context: Context, _: str) -> Reply:
        """`resume`: back after a pause."""
        member = context.me

        def write(session: Session) -> bool:
            current = members.get(session, member.id)
            if current is None or current.status is not MemberStatus.PAUSED:
                return False
            membership.set_status(session, member.id, MemberStatus.ACTIVE)
            return True

        done = await self._database.write(write)
        return (
            expert_replies.resumed(context.say) if done else expert_replies.not_paused(context.say)
        )


def _own(session: Session, number: int, expert_id: int) -> IntroductionView | None:
    """The part that a member has in a request, if any."""
    views = introductions.asked(session, number)
    return next((view for view in views if view.expert_id == expert_id), None)


def _open_one(session: Session, number: int, expert_id: int) -> IntroductionView | None:
    """The same while it waits for their answer."""
    view = _own(session, number, expert_id)
    request = introductions.get(session, number)
    waits = request is not None and request.state is RequestState.WAITING
    return view if view and waits and view.state is IntroductionState.PROPOSED else None


def _met(session: Session, context: Context, request: RequestView, view: IntroductionView) -> Reply:
    """The asker's card, for the expert who accepted: now, or once more."""
    asker, expert = (
        members.get(session, request.asker_id),
        members.get(session, view.expert_id or 0),
    )
    asked = read_by(session, request, view, expert) if expert else None
    if asker is None or asked is None or asker.status is MemberStatus.LEFT:
        return expert_replies.over(context.say, request.id)
    return expert_replies.met(context.say, asked, card_of(asker))
