"""The stewards' side: propose a person, answer, or say that there is nobody."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlmodel import Session

from bot.contract import Reply, Submitted
from bot.core.commands import Who
from bot.core.context import Act, Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed, pressed_on
from bot.core.tokens import number_of
from bot.features.brokering import replies
from bot.features.brokering.candidates import Nearest, can_be_asked
from bot.features.brokering.messages import read_by_steward, tell_asker
from bot.features.brokering.replies import AnswerForm, NobodyForm
from bot.features.introductions.queue import LONGEST_LINE
from bot.features.introductions.workflow import propose
from bot.storage.database import Database
from knowledge.brokering import brokering
from knowledge.brokering.brokering import BrokeredView
from knowledge.introductions import eligibility, introductions
from knowledge.introductions.eligibility import Candidate
from knowledge.introductions.introductions import Wish
from knowledge.members import audit, members
from knowledge.members.views import MemberView
from knowledge.public_questions import posts
from knowledge.search.expert_ranking import RankedExpert
from knowledge.vocabulary import BrokeringState, RequestState

SHOWN = 3
"""Questions of the list whose people are looked up at once."""


class Desk:
    """What stewards do with a question. Of two who do something the quicker one does it."""

    def __init__(
        self, *, database: Database, nearest: Nearest, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._nearest = nearest
        self._clock = clock

    @pressed_on("broker.list", who=Who.STEWARD)
    async def listed(self, context: Context, _: str) -> Reply:
        """What waits, the oldest first, each with the people who are nearest."""
        waiting = await self._database.read(brokering.waiting)
        at = self._clock()
        ranked = {one.id: await self._nearest.to(one.wording.text, at) for one in waiting[:SHOWN]}

        def look(session: Session) -> Reply:
            found = brokering.waiting(session)
            known = [one for one in found if one.id in ranked]
            sought = [read_by_steward(session, one, ranked[one.id], at) for one in known]
            return replies.listed(context.say, [one for one in sought if one], len(found))

        return await self._database.read(look)

    @pressed("broker.propose", who=Who.STEWARD)
    async def propose(self, context: Context, act: Act) -> Reply:
        """Have a person asked, who is free to say no; the subject is `17:42`."""
        said, _, whom = act.subject.partition(":")
        number, member_id = (
            number_of(said, "question_not_found"),
            number_of(whom, "member_not_found"),
        )
        found = await self._database.read(lambda session: _waiting(session, number))
        if found is None:
            return replies.over(context.say, number)
        ranked = await self._nearest.to(found.wording.text, self._clock())

        def write(session: Session) -> Reply:
            at = self._clock()
            sought, asker = _waiting(session, number), members.get(session, found.asker_id)
            if sought is None or asker is None:
                return replies.over(context.say, number)
            candidate = _candidate(session, sought, ranked, member_id, at)
            brokering.settle(session, number, BrokeringState.PROPOSED, at)
            _ask(session, sought, asker, candidate, at)
            tell_asker(session, sought, "proposed", lambda say: replies.proposed(say, number), at)
            detail = audit.subject(member_id)
            audit.record(session, context.actor, "question.propose", f"question:{number}", detail)
            return replies.done(context.say, number)

        return await self._database.write(write)

    @pressed("broker.answer", who=Who.STEWARD)
    async def answer(self, context: Context, act: Act) -> Reply:
        """The form of an answer, or the answer, which goes to whoever asked."""
        number = number_of(act.subject, "question_not_found")
        form = replies.answer_form(context.say, number, AnswerForm)
        if not isinstance(act, Submitted) or form.form is None:
            return await self._form(context, number, form)
        said = AnswerForm.read(act.values, form.form).answer

        def tell(session: Session, found: BrokeredView, at: datetime) -> None:
            asked = found.wording.text
            tell_asker(
                session,
                found,
                "answered",
                lambda say: replies.answered(say, number, asked, said),
                at,
            )

        return await self._settle(context, number, BrokeringState.ANSWERED, said, tell)

    @pressed("broker.nobody", who=Who.STEWARD)
    async def nobody(self, context: Context, act: Act) -> Reply:
        """The form that says why nobody can be asked, or what was said."""
        number = number_of(act.subject, "question_not_found")
        form = replies.answer_form(context.say, number, NobodyForm)
        if not isinstance(act, Submitted) or form.form is None:
            return await self._form(context, number, form)
        why = NobodyForm.read(act.values, form.form).why

        def tell(session: Session, found: BrokeredView, at: datetime) -> None:
            asker = members.get(session, found.asker_id)
            rooms = posts.rooms_for(session, asker.community) if asker else []
            tell_asker(
                session,
                found,
                "nobody",
                lambda say: replies.nobody(
                    say, number, found.wording.text, why, can_post=bool(rooms)
                ),
                at,
            )

        return await self._settle(context, number, BrokeringState.NOBODY, why, tell)

    async def _form(self, context: Context, number: int, form: Reply) -> Reply:
        found = await self._database.read(lambda session: _waiting(session, number))
        return form if found is not None else replies.over(context.say, number)

    async def _settle(
        self,
        context: Context,
        number: int,
        state: BrokeringState,
        said: str,
        tell: Callable[[Session, BrokeredView, datetime], None],
    ) -> Reply:
        def write(session: Session) -> Reply:
            at, found = self._clock(), brokering.get(session, number)
            if found is None or not brokering.settle(session, number, state, at, said):
                return replies.over(context.say, number)
            tell(session, found, at)
            act = f"question.{state.value.lower()}"
            audit.record(session, context.actor, act, f"question:{number}")
            return replies.done(context.say, number)

        return await self._database.write(write)


def _waiting(session: Session, number: int) -> BrokeredView | None:
    found = brokering.get(session, number)
    return found if found is not None and found.state is BrokeringState.WAITING else None


def _candidate(
    session: Session,
    sought: BrokeredView,
    ranked: Sequence[RankedExpert],
    member_id: int,
    at: datetime,
) -> Candidate:
    """The member whom a steward names, if they can be asked. Raises `cannot_be_proposed`."""
    own = [one for one in ranked if one.member.id == member_id]
    near = can_be_asked(session, sought.id, sought.asker_id, own, at)
    if near:
        return near[0]
    member = members.get(session, member_id)
    one = member and eligibility.one_candidate(session, sought.id, sought.asker_id, member, at)
    if not one:
        raise UserFacingError("cannot_be_proposed")
    return one


def _ask(
    session: Session, sought: BrokeredView, asker: MemberView, first: Candidate, at: datetime
) -> None:
    """Begin a request whose line begins with this person; behind them come those it found.

    Raises `already_handed_over` where the asker had somebody asked meanwhile.
    """
    wording = sought.wording
    wish = Wish(
        wording.text, languages=asker.languages, shown_as=wording.shown_as, shown=wording.shown
    )
    if not introductions.keep_draft(session, sought.id, asker.id, wish, at):
        raise UserFacingError("already_handed_over", number=sought.id)
    behind = eligibility.candidates(session, sought.id, asker.id, at)
    line = 1 + sum(one.member.id != first.member.id for one in behind)
    introductions.move(session, sought.id, RequestState.WAITING, at, line=min(LONGEST_LINE, line))
    request = introductions.get(session, sought.id)
    if request is not None:
        propose(session, request, first, at, suggested=False)
