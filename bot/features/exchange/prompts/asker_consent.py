"""A member's question becomes a prompt only after they agreed to its very words."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from bot.calendars.working_week import WorkingWeek
from bot.contract import Place, Reply, Submitted
from bot.contract.markup import one_line, plain
from bot.core.commands import Who
from bot.core.context import Act, Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed
from bot.core.tokens import number_in, seal
from bot.features.exchange.programmes import capacity
from bot.features.exchange.programmes.settings import rules_of
from bot.features.exchange.prompts import queue, replies
from bot.features.exchange.prompts.replies import TEXT_LIMIT, PromptWording
from bot.i18n import Words
from bot.messaging import outbox, serialization
from bot.storage.database import Database
from knowledge.cases import late_answers
from knowledge.exchange import programmes, prompts, rounds
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.prompts import PromptView, Unanswered
from knowledge.exchange.states import PromptSource, PromptState
from knowledge.members import contacts, members
from knowledge.members.anonymity import FEWEST
from knowledge.members.views import MemberView
from knowledge.messaging import channels
from knowledge.questions import questions
from knowledge.vocabulary import Community, ContactKind, MemberStatus

log = structlog.get_logger()

LOOKING_BACK = timedelta(days=60)
"""How old a question may be that is asked right now."""
ONE_IN = timedelta(days=30)
"""How often one person is asked at most."""
PATIENCE = timedelta(days=14)
"""So long a question may yet be agreed to; then another asker is written to."""
ENOUGH = 2
"""Questions of members that wait, or are asked for, in one programme."""


class AskerConsent:
    """Asks askers, each privately and in their working hours; silence is no."""

    def __init__(self, *, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def ask(self) -> None:
        """Ask one asker for each programme that needs a question."""
        for programme in await self._database.read(programmes.listed):
            try:
                await self._ask(programme)
            except Exception:
                log.exception("No asker could be asked.", programme=programme.id)

    @pressed("prompt.agree", who=Who.APPROVED)
    async def agree(self, context: Context, act: Act) -> Reply:
        """`12:mark`: yes, to the words that the mark stands for and to no others."""
        number, _, seen = act.subject.partition(":")
        at = self._clock()

        def write(session: Session) -> Reply:
            found, programme = _own(session, context, number)
            if found.state is PromptState.ASKED and prompts.stands(session, found):
                if seen != _mark(programme, found, at):
                    return _request(session, context.say, programme, found, at)
                _wait(session, found, at)
            elif found.state is not PromptState.WAITING:
                return replies.over(context.say)
            return replies.agreed(context.say, programme, found.id)

        return await self._database.write(write)

    @pressed("prompt.refuse", who=Who.MEMBER)
    async def refuse(self, context: Context, act: Act) -> Reply:
        """No; also after a yes, and also after it was posted."""
        at = self._clock()

        def write(session: Session) -> Reply:
            found, _ = _own(session, context, act.subject)
            asked = [PromptState.ASKED]
            if prompts.step(
                session, found.id, asked, state=PromptState.REFUSED, text="", decided_at=at
            ):
                return replies.refused(context.say)
            if not prompts.withdraw(session, found.id, at):
                return replies.over(context.say)
            stood = found.state is PromptState.POSTED
            return replies.taken_down(context.say) if stood else replies.refused(context.say)

        return await self._database.write(write)

    @pressed("prompt.word", who=Who.APPROVED)
    async def reword(self, context: Context, act: Act) -> Reply:
        """The form with the words, or other words: they are shown before they are agreed to."""
        at = self._clock()

        def write(session: Session) -> Reply:
            found, programme = _own(session, context, act.subject)
            if found.state not in prompts.OPEN_STATES or not prompts.stands(session, found):
                return replies.over(context.say)
            form = replies.wording_form(context.say, found.id, found.text)
            if not isinstance(act, Submitted):
                return Reply(context.say("How shall the question read?"), form=form)
            text = PromptWording.read(act.values, form).text
            prompts.step(session, found.id, prompts.OPEN_STATES, state=PromptState.ASKED, text=text)
            return _request(session, context.say, programme, prompts.get(session, found.id), at)

        return await self._database.write(write)

    async def _ask(self, programme: ProgrammeView) -> None:
        now = self._clock()
        if await self._database.read(lambda session: _next(session, programme.id, now)) is None:
            return

        def write(session: Session) -> None:
            # Another process may have asked meanwhile.
            found = _next(session, programme.id, now)
            if found is not None:
                _asked(session, *found, now)

        await self._database.write(write)


def _next(
    session: Session, programme_id: int, now: datetime
) -> tuple[ProgrammeView, Unanswered, MemberView] | None:
    """Whom to ask about which question; None for nobody now."""
    programme = programmes.get(session, programme_id)
    due = prompts.schedule(session, programme_id)
    if programme is None or programme.paused or due is None or due.next_due_at is None:
        return None
    if not queue.rooms(session, programme):
        return None
    if prompts.under_way(session, programme_id, now - PATIENCE) >= ENOUGH:
        return None
    language = rules_of(programme).language
    found = prompts.unanswered(session, language, now - LOOKING_BACK, now - ONE_IN, TEXT_LIMIT)
    askers = members.get_many(session, sorted({each.asker_id for each in found}))
    known = {each.id: each for each in askers if _may_be_asked(session, each, now)}
    return next(
        ((programme, each, known[each.asker_id]) for each in found if each.asker_id in known), None
    )


def _may_be_asked(session: Session, member: MemberView, now: datetime) -> bool:
    """Whether somebody may be written to now, unasked."""
    if member.status is not MemberStatus.ACTIVE or member.snoozed(now):
        return False
    if not WorkingWeek.of(member).is_open(now) or outbox.reachable(session, member.id) is None:
        return False
    if capacity.places(session, [member], now)[member.id] < 1:
        return False
    if late_answers.is_off(session, member.id, outbox.keys_of(session, member.id)):
        return False
    groups = rounds.open_for(session, member.id)
    return all(each.messages[member.id] < rounds.MOST_UNASKED for each in groups)


def _asked(
    session: Session,
    programme: ProgrammeView,
    question: Unanswered,
    member: MemberView,
    now: datetime,
) -> None:
    """Write down that somebody is asked, and the message that asks them."""
    found = prompts.add(
        session,
        programme.id,
        PromptSource.QUESTION,
        PromptState.ASKED,
        text=one_line(question.text),
        community=_shown(session, member),
        places=[serialization.place_to_json(each) for each in queue.rooms(session, programme)],
        question_id=question.id,
        asker_id=member.id,
        asked_at=now,
    )
    contacts.record(session, member.id, ContactKind.PROMPT, now)
    for group in rounds.open_for(session, member.id):
        rounds.spend(session, group.id, member.id)
    outbox.tell(
        session,
        member,
        ("prompt", "may", str(found.id)),
        lambda say: _request(session, say, programme, found, now),
        now,
    )


def _request(
    session: Session,
    say: Words,
    programme: ProgrammeView,
    found: PromptView | None,
    now: datetime,
) -> Reply:
    if found is None:
        return replies.over(say)
    question = questions.get(session, found.question_id or 0)
    return replies.request(
        say,
        programme,
        _where(session, [serialization.place_from_json(each) for each in found.places]),
        question.asked_at if question else now,
        queue.post_of(programme, found, now),
        found.id,
        _mark(programme, found, now),
        once_in=ONE_IN,
    )


def _where(session: Session, places: Sequence[Place]) -> str:
    """The channels, by the names that people know."""
    known = [(each, channels.find(session, *each.room)) for each in places]
    return ", ".join(
        f"#{(room.name if room else '') or place.channel} ({place.platform.title()})"
        for place, room in known
    )


def _mark(programme: ProgrammeView, found: PromptView, now: datetime) -> str:
    """What the words of a post and its places are: other ones need another yes."""
    said = plain(queue.post_of(programme, found, now).text)
    return seal("\0".join((said, *found.places)))


def _wait(session: Session, found: PromptView, at: datetime) -> None:
    """It waits behind what stewards and other members want to know, and before the library."""
    asked = [PromptState.ASKED]
    if not prompts.step(session, found.id, asked, state=PromptState.WAITING, decided_at=at):
        return
    others = [each for each in prompts.queue(session, found.programme_id) if each.id != found.id]
    library = [each.source is PromptSource.LIBRARY for each in others]
    turn = library.index(True) if True in library else len(others)
    numbers = [each.id for each in others]
    prompts.arrange(session, [*numbers[:turn], found.id, *numbers[turn:]])


def _shown(session: Session, member: MemberView) -> Community | None:
    """The community, if it does not point at one of few people."""
    active = members.listed(session, [MemberStatus.ACTIVE])
    alike = [each for each in active if each.community is member.community]
    return member.community if len(alike) >= FEWEST else None


def _own(session: Session, context: Context, number: str) -> tuple[PromptView, ProgrammeView]:
    """A question of the caller's own. Raises `not_yours`."""
    at = number_in(number)
    found = prompts.get(session, at)
    programme = programmes.get(session, found.programme_id) if found else None
    if found is None or programme is None or found.asker_id != context.me.id:
        raise UserFacingError("not_yours")
    return found, programme
