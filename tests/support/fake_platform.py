"""A platform in this process: it takes what is posted, and fails as it is told to."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.contract import (
    Handler,
    Health,
    Person,
    Place,
    PlaceKind,
    PlatformUI,
    Receipt,
    Reply,
    Undeliverable,
)


@dataclass(frozen=True)
class Posted:
    """One message as it arrived."""

    place: Place
    reply: Reply
    key: str
    in_doubt: bool


class FakePlatform:
    """Keeps what arrived in `posted` and `homes`; `trouble` and `home_trouble` may raise first."""

    def __init__(self, name: str = "chat") -> None:
        self.name = name
        self.posted: list[Posted] = []
        self.tries: list[Posted] = []
        self.homes: list[tuple[Person, Reply]] = []
        self.home_trouble: Callable[[], None] = lambda: None
        self.messages: dict[str, Posted] = {}
        self.groups: list[tuple[str, ...]] = []
        self.groups_allowed = True
        self.trouble: Callable[[Posted], None] = lambda _: None
        self.connecting: Callable[[], None] = lambda: None
        self.handler: Handler | None = None
        self.uis: Mapping[str, PlatformUI] = {}
        self.since: float | None = None
        self.runs = 0
        self.pause = 0.0
        self.most_at_once = 0
        self._at_once = 0
        self._connected = False
        self._over = asyncio.Event()

    async def run(
        self, handler: Handler, uis: Mapping[str, PlatformUI], since: float | None = None
    ) -> None:
        self.runs += 1
        self.connecting()
        self.handler, self.uis, self._connected = handler, uis, True
        self.since = since
        await self._over.wait()

    @property
    def passing(self) -> tuple[type[Exception], ...]:
        return (OSError, TimeoutError)

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
        self.messages[f"m{len(self.posted)}"] = posted
        return Receipt(self.name, place.workspace, place.channel, f"m{len(self.posted)}")

    async def update(self, receipt: Receipt, place: Place, reply: Reply) -> None:
        changed = Posted(place, reply, receipt.message, False)
        self.trouble(changed)
        self.messages[receipt.message] = changed

    async def delete(self, receipt: Receipt, place: Place) -> None:
        self.messages.pop(receipt.message, None)

    async def open_group(self, persons: Sequence[Person], topic: str, key: str) -> Place:
        if not self.groups_allowed:
            raise Undeliverable("There are no groups here.")
        self.groups.append(tuple(person.user_id for person in persons))
        return Place(self.name, persons[0].workspace, f"G{len(self.groups)}", kind=PlaceKind.GROUP)

    async def show_home(self, person: Person, reply: Reply) -> None:
        self.home_trouble()
        self.homes.append((person, reply))

    def health(self) -> Health:
        return Health(self._connected, reason="" if self._connected else "not yet")

    async def aclose(self) -> None:
        self._connected = False
        self._over.set()
