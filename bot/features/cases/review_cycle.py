"""Published cases come up for review, are confirmed, or go stale and are retired."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from bot.contract import Pressed, Reply, Submitted
from bot.core.commands import Intent
from bot.core.context import Actions, Caller, Verbs
from bot.core.errors import UserFacingError
from bot.features.cases import review_cycle_replies as wording
from bot.features.cases.lookup import case_of, number_of, wrote
from bot.jobs import Tick
from bot.messaging import outbox
from bot.storage.database import Units
from knowledge.cases import cases
from knowledge.cases import late_answers as news
from knowledge.cases import review_cycle as freshness
from knowledge.cases.review_cycle import Step
from knowledge.members import audit, members
from knowledge.views import CaseView
from knowledge.vocabulary import CaseState, ReviewStage

log = structlog.get_logger()

SHOWN = 5
UNIT = 200
"""Cases that one unit of work moves on."""
NAMED = 5
"""Cases that a message to their author shows; the others are counted."""


class Freshness:
    """`stale` for stewards, the author's `Still true`, and the silence that moves cases on."""

    def __init__(self, *, units: Units, clock: Callable[[], datetime]) -> None:
        self._units = units
        self._clock = clock
        self.verbs: Verbs = {"stale": self.stale}
        self.actions: Actions = {
            "stale.show": self.more,
            "case.confirm": self.confirm,
            "case.restore": self.restore,
        }
        self.ticks = (Tick("freshness of cases", timedelta(minutes=10), self.move_on),)

    async def stale(self, caller: Caller, intent: Intent) -> Reply:
        """`stale`: what is up for review and what is stale, the longest first."""
        return await self._listed(caller.trusted(), 0)

    async def more(self, caller: Caller, act: Pressed | Submitted) -> Reply:
        """More of the list, from a button."""
        return await self._listed(caller.trusted(), number_of(act.subject))

    async def confirm(self, caller: Caller, act: Pressed | Submitted) -> Reply:
        """`Still true`: from a steward, or from the case's author."""
        number = number_of(act.subject)
        at, actor = self._clock(), caller.actor

        def write(session: Session) -> tuple[CaseView, int]:
            case = case_of(session, number)
            if not caller.steward and not wrote(caller, case):
                raise UserFacingError("not_yours")
            if case.state is not CaseState.PUBLISHED:
                raise UserFacingError("not_published_any_more", number=number, state=case.state)
            if case.stage is ReviewStage.CURRENT:
                raise UserFacingError("already_confirmed", number=number)
            cases.confirm(session, number, at)
            audit.record(session, actor, "case.confirm", f"case:{number}")
            return case_of(session, number), freshness.days_of(session, number)

        case, days = await self._units.write(write)
        return wording.confirmed(caller.say, case, days, steward=caller.steward)

    async def restore(self, caller: Caller, act: Pressed | Submitted) -> Reply:
        """Publish a retired case again."""
        number, at = number_of(act.subject), self._clock()
        actor = caller.trusted().actor

        def write(session: Session) -> CaseView:
            case = case_of(session, number)
            if case.state is not CaseState.RETIRED or case.merged_into is not None:
                raise UserFacingError("case_decided", number=number, state=case.state)
            cases.set_state(session, number, CaseState.PUBLISHED, at=at)
            audit.record(session, actor, "case.restore", f"case:{number}")
            return case_of(session, number)

        return wording.restored(caller.say, await self._units.write(write))

    async def every(self, caller: Caller, number: int, days: int) -> Reply:
        """`case 42 review 180`: how long a case stays fresh after somebody looked at it."""
        actor, at = caller.trusted().actor, self._clock()
        if not freshness.FEWEST_DAYS <= days <= freshness.MOST_DAYS:
            fewest, most = freshness.FEWEST_DAYS, freshness.MOST_DAYS
            raise UserFacingError("unknown_days", fewest=fewest, most=most)

        def write(session: Session) -> CaseView:
            case = case_of(session, number)
            if case.state is not CaseState.PUBLISHED:
                raise UserFacingError("not_published_any_more", number=number, state=case.state)
            freshness.set_days(session, number, days, case.reviewed_at or at)
            audit.record(session, actor, "case.review", f"case:{number}", str(days))
            return case_of(session, number)

        return wording.days_set(caller.say, await self._units.write(write), days)

    async def move_on(self) -> int:
        """Take every case whose time has come one step further; returns how many.

        One unit moves a case and writes what that causes, so that of n processes one does.
        """
        moved = 0
        while True:
            part = await self._units.write(self._step)
            moved += part
            if part < UNIT:
                break
        if moved:
            log.info("Cases moved on.", cases=moved)
        return moved

    def _step(self, session: Session) -> int:
        at = self._clock()
        steps = freshness.move_on(session, at, UNIT)
        for step in steps:
            if step.retired:
                cases.set_state(session, step.case_id, CaseState.RETIRED, at=at)
                audit.record(session, "crosswalk", "case.lapse", f"case:{step.case_id}")
        self._ask_authors(session, steps, at)
        return len(steps)

    def _ask_authors(self, session: Session, steps: list[Step], at: datetime) -> None:
        """Ask each author about their cases that came up just now, in one message."""
        due: dict[int, list[int]] = {}
        for step in steps:
            if step.stage is ReviewStage.DUE and step.author_id is not None:
                due.setdefault(step.author_id, []).append(step.case_id)
        for author_id, numbers in due.items():
            author = members.get(session, author_id)
            if author is None or news.is_off(session, author_id, ()):
                continue
            found = cases.get_many(session, numbers[:NAMED])
            rest = len(numbers) - len(found)
            outbox.tell(
                session,
                author,
                ("review", at.isoformat(), *map(str, numbers)),
                lambda say, found=found, rest=rest: wording.to_author(say, found, rest, at),  # type: ignore[misc]
                at,
            )

    async def _listed(self, caller: Caller, offset: int) -> Reply:
        def find(session: Session) -> tuple[list[CaseView], int, int]:
            numbers = freshness.waiting(session, SHOWN, offset)
            return cases.get_many(session, numbers), *freshness.how_many(session)

        found, total, stale = await self._units.read(find)
        return wording.listed(caller.say, found, total, stale, offset, self._clock())
