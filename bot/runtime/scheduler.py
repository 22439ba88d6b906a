"""The tick: asks the features what is due. Due times are theirs, in the database."""

from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger()

Job = Callable[[], Awaitable[object]]


class Scheduler:
    """Calls what is handed to it, in UTC; a call that is late is made up for once."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone=UTC)

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

    def close(self) -> None:
        """Stop; what is being called is left to end by itself."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
