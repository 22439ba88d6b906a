"""The store, as asynchronous code sees it: short units of work on threads of their own."""

import asyncio
import heapq
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from threading import Lock
from typing import TypeVar

from knowledge.database.store import Body, Store

T = TypeVar("T")

READERS = 4


class Writer:
    """One thread that writes; what is urgent goes before what waits already."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._lock = Lock()
        self._waiting: list[tuple[bool, int, Callable[[], None]]] = []
        self._numbers = count()

    def submit(self, job: Callable[[], T], *, urgent: bool) -> Future[T]:
        """What `job` returns, once its turn has come."""
        future: Future[T] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(job())
            except BaseException as error:  # noqa: BLE001  (it is told to whoever waits)
                future.set_exception(error)

        with self._lock:
            heapq.heappush(self._waiting, (not urgent, next(self._numbers), run))
        self._thread.submit(self._next)
        return future

    def close(self) -> None:
        """Finish what waits."""
        self._thread.shutdown()

    def _next(self) -> None:
        with self._lock:
            _, _, run = heapq.heappop(self._waiting)
        run()


class Database:
    """Runs units of work: writes one after another on one thread, reads beside them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._writer = Writer()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")

    async def read(self, body: Body[T]) -> T:
        """What `body` finds in one snapshot."""
        return await asyncio.get_running_loop().run_in_executor(
            self._readers, self._store.read, body
        )

    async def write(self, body: Body[T], *, urgent: bool = False) -> T:
        """What `body` returns, once what it wrote is on disk.

        `urgent`: it goes before what waits already, as a platform waits for it.
        """
        return await asyncio.wrap_future(
            self._writer.submit(lambda: self._store.write(body), urgent=urgent)
        )

    async def probe(self) -> None:
        """Write something that means nothing. Raises StoreRefused with the reason if that fails."""
        await asyncio.wrap_future(self._writer.submit(self._store.probe, urgent=True))

    async def settle(self) -> bool:
        """Leave no trace of what was erased in the store's journal; False when it has to wait."""
        return await asyncio.wrap_future(self._writer.submit(self._store.settle, urgent=False))

    def close(self) -> None:
        """Finish what is in hand."""
        self._writer.close()
        self._readers.shutdown()
