"""Published cases come up for review, are confirmed, or go stale and are retired."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from bot.contract import Pressed, Reply, Submitted
from bot.core.commands import Group, Who
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed, said_or_pressed
from bot.core.tokens import number_in, number_of
from bot.features.cases import review_cycle_replies
from bot.features.cases.lookup import case_of, wrote
from bot.i18n import later
from bot.jobs import PeriodicJob
from bot.messaging import outbox
from bot.storage.database import Database
from knowledge.cases import cases, late_answers, review_cycle
from knowledge.cases.views import CaseView
from knowledge.members import audit, members
from knowledge.vocabulary import CaseState, ReviewStage

log = structlog.get_logger()

SHOWN = 5
UNIT = 200
"""Cases that one unit of work moves on."""
NAMED = 5
"""Cases that a message to their author shows; the others are counted."""


class ReviewCycle:
    """`stale` for stewards, the author's `Still true`, and the silence that moves cases on."""

    def __init__(self, *, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self.jobs = (PeriodicJob("freshness of cases", timedelta(minutes=10), self.move_on),)

    @said_or_pressed(
        "stale.show",
        "stale",
        Group.STEWARDS,
        later("published cases that are up for review"),
        who=Who.STEWARD,
    )
    async def stale(self, context: Context, offset: str) -> Reply:
        """`stale`, or more of it: what is up for review and what is stale, the longest first."""
        return await self._listed(context, number_in(offset))

    @pressed("case.confirm", who=Who.EVERYONE)
    async def confirm(self, context: Context, act: Pressed | Submitted) -> Reply:
        """`Still true`: from a steward, or from the case's author."""
        number = number_of(act.subject, "case_not_found")
        at, actor = self._clock(), context.actor

        def write(session: Session) -> tuple[CaseView, int]:
            case = case_of(session, number)
            if not context.steward and not wrote(context, case):
                raise UserFacingError("not_yours")
            if case.state is not CaseState.PUBLISHED:
                raise UserFacingError("not_published_any_more", number=number, state=case.state)
            if case.stage is ReviewStage.CURRENT:
                raise UserFacingError("already_confirmed", number=number)
            cases.confirm(session, number, at)
            audit.record(session, actor, "case.confirm", f"case:{number}")
            return case_of(session, number), review_cycle.days_of(session, number)

        case, days = await self._database.write(write)
        return review_cycle_replies.confirmed(context.say, case, days, steward=context.steward)

    @pressed("case.restore", who=Who.STEWARD)
    async def restore(self, context: Context, act: Pressed | Submitted) -> Reply:
        """Publish a retired case again."""
        number, at = number_of(act.subject, "case_not_found"), self._clock()
        actor = context.actor

        def write(session: Session) -> CaseView:
            case = case_of(session, number)
            if case.state is not CaseState.RETIRED or case.merged_into is not None:
                raise UserFacingError("case_decided", number=number, state=case.state)
            cases.set_state(session, number, CaseState.PUBLISHED, at=at)
            audit.record(session, actor, "case.restore", f"case:{number}")
            return case_of(session, number)

        return review_cycle_replies.restored(context.say, await self._database.write(write))

    async def every(self, context: Context, number: int, days: int) -> Reply:
        """`case 42 review 180`: how long a case stays fresh after somebody looked at it."""
        actor, at = context.actor, self._clock()
        if not review_cycle.FEWEST_DAYS <= days <= review_cycle.MOST_DAYS:
            fewest, most = review_cycle.FEWEST_DAYS, review_cycle.MOST_DAYS
            raise UserFacingError("unknown_days", fewest=fewest, most=most)

        def write(session: Session) -> CaseView:
            case = case_of(session, number)
            if case.state is not CaseState.PUBLISHED:
                raise UserFacingError("not_published_any_more", number=number, state=case.state)
            review_cycle.set_days(session, number, days, case.reviewed_at or at)
            audit.record(session, actor, "case.review", f"case:{number}", str(days))
            return case_of(session, number)

        return review_cycle_replies.days_set(context.say, await self._database.write(write), days)

    async def move_on(self) -> int:
        """Take every case whose time has come one step further; returns how many.

        One unit moves a case and writes what that causes, so that of n processes one does.
        """
        moved = 0
        while True:
            part = await self._database.write(self._step)
            moved += part
            if part < UNIT:
                break
        if moved:
            log.info("Cases moved on.", cases=moved)
        return moved

    def _step(self, session: Session) -> int:
        at = self._clock()
        steps = review_cycle.move_on(session, at, UNIT)
        for step in steps:
            if step.retired:
                cases.set_state(session, step.case_id, CaseState.RETIRED, at=at)
                audit.record(session, "crosswalk", "case.lapse", f"case:{step.case_id}")
        for author_id, numbers in review_cycle.asked(steps).items():
            _ask(session, author_id, numbers, at)
        return len(steps)

    async def _listed(self, context: Context, offset: int) -> Reply:
        def find(session: Session) -> tuple[list[CaseView], int, int]:
            numbers = review_cycle.waiting(session, SHOWN, offset)
            return cases.get_many(session, numbers), *review_cycle.how_many(session)

        found, total, stale = await self._database.read(find)
        return review_cycle_replies.listed(context.say, found, total, stale, offset, self._clock())


def _ask(session: Session, author_id: int, numbers: Sequence[int], at: datetime) -> None:
    """Ask an author about their cases that came up just now, in one message."""
    author = members.get(session, author_id)
    if author is None or late_answers.is_off(session, author_id, ()):
        return
    found = cases.get_many(session, numbers[:NAMED])
    rest = len(numbers) - len(found)
    cause = ("review", at.isoformat(), *map(str, numbers))
    outbox.tell(
        session, author, cause, lambda say: review_cycle_replies.to_author(say, found, rest, at), at
    )
