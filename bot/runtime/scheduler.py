"""The tick: asks the features what is due. Due times are theirs, in the database."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

log = structlog.get_logger()

Job = Callable[[], Awaitable[object]]


class Scheduler:
    """Calls what is handed to it again and again.

    It counts by the loop's own clock, which no change of the machine's time moves: a job is never
    silent for hours because the time was set back.
    """

    def __init__(self) -> None:
        self._jobs: list[tuple[timedelta, Job, str]] = []
        self._tasks: list[asyncio.Task[None]] = []

    def every(self, pause: timedelta, job: Job, name: str) -> None:
        """Call `job` after each `pause`, never twice at once; what fails is logged."""
        self._jobs.append((pause, job, name))

    def start(self) -> None:
        """Begin to tick on the running loop."""
        self._tasks = [asyncio.create_task(_tick(*job)) for job in self._jobs]

    async def aclose(self) -> None:
        """Stop; what is being called is broken off."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _tick(pause: timedelta, job: Job, name: str) -> None:
    while True:
        await asyncio.sleep(pause.total_seconds())
        try:
            await job()
        except Exception:
            log.exception("A scheduled job failed.", job=name)
