"""Questions for which stewards look for a person; none waits for one who is silent."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from bot.features.brokering import replies
from bot.features.brokering.candidates import Nearest
from bot.features.brokering.desk import Desk
from bot.features.brokering.messages import desk, tell_asker, tell_owner, until
from bot.features.brokering.next_step import next_owner
from bot.features.brokering.seek import Seek
from bot.jobs import PeriodicJob
from bot.storage.database import Database
from bot.storage.index_refresh import IndexRefresh
from knowledge.brokering import brokering
from knowledge.search.expert_ranking import RankedExpert
from knowledge.search.index import Library

log = structlog.get_logger()

AT_ONCE = 20


class Brokering:
    """The asker's side, the stewards' desk, and the look at who is silent."""

    def __init__(
        self,
        *,
        database: Database,
        library: Library,
        index_refresh: IndexRefresh,
        clock: Callable[[], datetime],
        trusted: Collection[str],
        open_requests: int,
    ) -> None:
        """`trusted`: account keys of stewards in the settings."""
        self._database = database
        self._trusted = trusted
        self._clock = clock
        self._nearest = Nearest(database=database, library=library, index_refresh=index_refresh)
        self.parts = (
            Seek(
                database=database,
                nearest=self._nearest,
                trusted=trusted,
                open_requests=open_requests,
                clock=clock,
            ),
            Desk(database=database, nearest=self._nearest, clock=clock),
        )
        self.jobs = (PeriodicJob("questions with stewards", timedelta(minutes=1), self.tick),)

    async def tick(self) -> int:
        """Hand on what a steward was silent about; returns how many questions went on."""
        now = self._clock()
        numbers = await self._database.read(lambda session: brokering.due(session, now, AT_ONCE))
        for number in numbers:
            found = await self._database.read(
                lambda session, number=number: brokering.get(session, number)  # type: ignore[misc]
            )
            if found is None:
                continue
            ranked = await self._nearest.to(found.wording.text, now)
            await self._database.write(
                lambda session, number=number, ranked=ranked: self._hand_on(  # type: ignore[misc]
                    session, number, ranked, now
                )
            )
        if numbers:
            log.info("Questions went on to other stewards.", questions=len(numbers))
        return len(numbers)

    def _hand_on(
        self, session: Session, number: int, ranked: Sequence[RankedExpert], now: datetime
    ) -> None:
        former = brokering.get(session, number)
        if former is None or former.due_at is None or former.due_at > now:
            return
        able = desk(session, former.asker_id, now)
        having = brokering.open_by_owner(session)
        owner_id = next_owner(able.keys(), former.owner_id, having)
        last = until(able[owner_id] if owner_id is not None else None, now)
        found = brokering.hand_on(session, former, owner_id, last.at)
        if found is None:
            return
        tell_owner(session, found, ranked, self._trusted, now)
        if owner_id is not None and owner_id != former.owner_id:
            tell_asker(
                session,
                found,
                "passed-on",
                lambda say: replies.passed_on(say, number, last.day),
                now,
            )
