"""The store, as asynchronous code sees it: short units of work on threads of their own."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from knowledge.database.store import Body, Store

T = TypeVar("T")

READERS = 4


class Database:
    """Runs units of work: writes one after another on one thread, reads beside them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")

    async def read(self, body: Body[T]) -> T:
        """What `body` finds in one snapshot."""
        return await asyncio.get_running_loop().run_in_executor(
            self._readers, self._store.read, body
        )

    async def write(self, body: Body[T]) -> T:
        """What `body` returns, once what it wrote is on disk."""
        return await asyncio.get_running_loop().run_in_executor(
            self._writer, self._store.write, body
        )

    async def settle(self) -> bool:
        """Leave no trace of what was erased in the store's journal; False when it has to wait."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, self._store.settle)

    def close(self) -> None:
        """Finish what is in hand."""
        self._writer.shutdown()
        self._readers.shutdown()
