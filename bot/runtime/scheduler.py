"""The tick: asks the features what is due. Due times are theirs, in the database."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger()

Job = Callable[[], Awaitable[object]]
LOOKED = 5.0
"""Seconds between two looks at the machine's clock."""
JUMPED = 3.0
"""Seconds by which it may differ from the loop's own before it counts as set."""


class Scheduler:
    """Calls what is handed to it, in UTC; a call that is late is made up for once.

    APScheduler counts by the machine's clock. Where somebody sets that, every job is called at once
    and counts anew: else a clock that is set back would silence all of them for as long.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """`clock`: the machine's, in Unix seconds."""
        self._scheduler = AsyncIOScheduler(timezone=UTC)
        self._clock = clock
        self._watch: asyncio.Task[None] | None = None

    def every(self, pause: timedelta, job: Job, name: str) -> None:
        """Call `job` after each `pause`, never twice at once; what fails is logged."""

        async def guarded() -> None:
            try:
                await job()
            except Exception:
                log.exception("A scheduled job failed.", job=name)

        self._scheduler.add_job(
            guarded,
            "interval",
            seconds=pause.total_seconds(),
            id=name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )

    def start(self) -> None:
        """Begin to tick on the running loop."""
        self._scheduler.start()
        self._watch = asyncio.create_task(self._watch_the_clock())

    async def aclose(self) -> None:
        """Stop; what is being called is left to end by itself."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def _watch_the_clock(self) -> None:
        offset = self._clock() - time.monotonic()
        while True:
            await asyncio.sleep(LOOKED)
            now = self._clock() - time.monotonic()
            if abs(now - offset) > JUMPED:
                log.warning("The machine's clock was set.", seconds=round(now - offset))
                self._call_all()
            offset = now

    def _call_all(self) -> None:
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))
