"""A platform in this process: it takes what is posted, and fails as it is told to."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.contract import Handler, Health, Person, Place, Receipt, Reply, Surface


@dataclass(frozen=True)
class Posted:
    """One message as it arrived."""

    place: Place
    reply: Reply
    key: str
    in_doubt: bool


class FakePlatform:
    """Keeps what arrived in `posted`; `trouble` is asked before each message and may raise."""

    def __init__(self, name: str = "chat") -> None:
        self.name = name
        self.posted: list[Posted] = []
        self.tries: list[Posted] = []
        self.trouble: Callable[[Posted], None] = lambda _: None
        self.connecting: Callable[[], None] = lambda: None
        self.handler: Handler | None = None
        self.surfaces: Mapping[str, Surface] = {}
        self.since: float | None = None
        self.runs = 0
        self.pause = 0.0
        self.most_at_once = 0
        self._at_once = 0
        self._connected = False
        self._over = asyncio.Event()

    async def run(
        self, handler: Handler, surfaces: Mapping[str, Surface], since: float | None = None
    ) -> None:
        self.runs += 1
        self.connecting()
        self.handler, self.surfaces, self._connected = handler, surfaces, True
        self.since = since
        await self._over.wait()

    async def post(self, place: Place, reply: Reply, key: str, in_doubt: bool = False) -> Receipt:
        posted = Posted(place, reply, key, in_doubt)
        self.tries.append(posted)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await asyncio.sleep(self.pause)
            self.trouble(posted)
        finally:
            self._at_once -= 1
        self.posted.append(posted)
        return Receipt(self.name, place.workspace, place.channel, f"m{len(self.posted)}")

    async def show_home(self, person: Person, reply: Reply) -> None:
        return

    def health(self) -> Health:
        return Health(self._connected, reason="" if self._connected else "not yet")

    async def aclose(self) -> None:
        self._connected = False
        self._over.set()
