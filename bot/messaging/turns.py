"""Who is served next when more is asked than can be answered at once."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """So many acts at once, and everybody's first before anybody's second.

    Each act in hand costs memory and time of the one processor; a line costs next to nothing.
    """

    def __init__(self, at_once: int, each: int) -> None:
        """`at_once` acts in hand, `each` of them of one person."""
        self._at_once = at_once
        self._each = each
        self._mine: Counter[str] = Counter()
        self._lines: dict[str, deque[asyncio.Future[None]]] = {}
        self.waiting = 0
        """How many stand in line."""

    def ahead(self, person: str) -> int:
        """How many are before somebody who comes now; 0 for who need not wait."""
        return 0 if self._free(person) else self.waiting

    @asynccontextmanager
    async def turn(self, person: str) -> AsyncIterator[None]:
        """Wait for a turn of this person's, and take it."""
        if self.waiting or not self._free(person):
            await self._stand(person)
        else:
            self._mine[person] += 1
        try:
            yield
        finally:
            self._mine -= Counter({person: 1})
            self._call()

    def _free(self, person: str) -> bool:
        return self._mine.total() < self._at_once and self._mine[person] < self._each

    async def _stand(self, person: str) -> None:
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lines.setdefault(person, deque()).append(called)
        self.waiting += 1
        self._call()
        try:
            await called
        except asyncio.CancelledError:
            if called.cancelled():
                self._forget(person, called)
            else:  # it was called in the same moment
                self._mine -= Counter({person: 1})
                self._call()
            raise

    def _call(self) -> None:
        """Call those whose turn it is; whoever was called stands behind all others again."""
        while (person := next(filter(self._free, self._lines), None)) is not None:
            line = self._lines.pop(person)
            called = line.popleft()
            if line:
                self._lines[person] = line
            self.waiting -= 1
            if not called.cancelled():
                self._mine[person] += 1
                called.set_result(None)

    def _forget(self, person: str, called: asyncio.Future[None]) -> None:
        line = self._lines.get(person)
        if line is not None and called in line:
            line.remove(called)
            self.waiting -= 1
            if not line:
                del self._lines[person]
