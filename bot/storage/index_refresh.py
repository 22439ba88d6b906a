"""Keeping the library in memory in step with what anybody wrote, without making people wait."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import structlog

from bot.storage.database import Database
from knowledge.search.index import Library, Snapshot
from knowledge.text import passages

log = structlog.get_logger()

PATIENCE = 1.0
"""Seconds that somebody waits for what is new in the library."""


class IndexRefresh:
    """Renews the library in the background, one renewal at a time."""

    def __init__(self, *, database: Database, library: Library) -> None:
        self._database = database
        self._library = library
        self._running: asyncio.Future[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="renewal")

    async def current(self) -> Snapshot:
        """The library as it is now, or nearly: see `up_to`."""
        await self.up_to(await self._database.read(passages.last_change))
        return self._library.snapshot

    async def up_to(self, newest: int) -> None:
        """Take in what was written up to the change `newest`.

        A small change is waited for, so that whoever made it finds it. A large import is not:
        answers come from what was there before, until it is taken in.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE
        # A renewal that was under way may have begun before this change: then one more follows.
        while self._library.snapshot.seq < newest and loop.time() < deadline:
            if self._running is None or self._running.done():
                self._running = loop.run_in_executor(self._thread, self._library.refresh)
                self._running.add_done_callback(_report)
            done, _ = await asyncio.wait({self._running}, timeout=deadline - loop.time())
            if any(running.exception() for running in done):
                return

    def close(self) -> None:
        """Finish what is in hand."""
        self._thread.shutdown()


def _report(running: asyncio.Future[None]) -> None:
    """Log a renewal that failed: the library still answers from what it had."""
    if not running.cancelled() and (failed := running.exception()) is not None:
        log.error("The library could not be renewed.", exc_info=failed)
