"""Platforms in this process that note who could read what was sent to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from bot.contract import (
    Acted,
    Completing,
    Edited,
    Opened,
    Person,
    Place,
    PlaceKind,
    Pressed,
    Receipt,
    Removed,
    Reply,
    Said,
    Submitted,
)
from tests.support.fake_platform import FakePlatform


@dataclass(frozen=True)
class Overheard:
    """Something that left the core: who could read it, and all of it, buttons and forms too."""

    reader: str
    text: str


class Ear(FakePlatform):
    """Notes each post, change, room and home page, and each try of one, with its readers.

    Whoever reads a room is called `#room`; whoever reads a direct message by their user id.
    """

    def __init__(self, name: str, heard: list[Overheard]) -> None:
        super().__init__(name)
        self._heard = heard
        self._rooms: dict[str, tuple[str, ...]] = {}

    @property
    def passing(self) -> tuple[type[Exception], ...]:
        return (OSError, TimeoutError)

    async def post(self, place: Place, reply: Reply, key: str, in_doubt: bool = False) -> Receipt:
        self._note(place, reply)
        return await super().post(place, reply, key, in_doubt)

    async def update(self, receipt: Receipt, place: Place, reply: Reply) -> None:
        self._note(place, reply)
        await super().update(receipt, place, reply)

    async def open_group(self, persons: Sequence[Person], topic: str, key: str) -> Place:
        opened = await super().open_group(persons, topic, key)
        self._rooms[opened.channel] = tuple(person.user_id for person in persons)
        self._heard += [Overheard(reader, topic) for reader in self._rooms[opened.channel]]
        return opened

    async def show_home(self, person: Person, reply: Reply) -> None:
        self._heard.append(Overheard(person.user_id, repr(reply)))
        await super().show_home(person, reply)

    def _note(self, place: Place, reply: Reply) -> None:
        match place.kind:
            case PlaceKind.DIRECT:
                readers: tuple[str, ...] = (place.channel,)
            case PlaceKind.GROUP:
                readers = self._rooms[place.channel]
            case _:
                readers = (f"#{place.channel}",)
        self._heard += [Overheard(reader, repr(reply)) for reader in readers]


class Crowd:
    """People who act on such platforms; what is shown to them in place is noted as well."""

    def __init__(self) -> None:
        self.heard: list[Overheard] = []
        self.platforms = {name: Ear(name, self.heard) for name in ("slack", "discord")}
        self._serial = count(1)

    async def slash(self, who: Person, text: str, room: Place | None = None) -> None:
        """A command, answered in place."""
        await self._act(Said(event_id=self._id(), person=who, place=room or direct(who), text=text))

    async def write(self, who: Person, text: str, **more: object) -> str:
        """A message to the bot, or where it reads along; returns what the platform calls it."""
        place = more.pop("place", None) or direct(who)
        name = self._id()
        said = Said(
            event_id=name,
            person=who,
            place=place,  # type: ignore[arg-type]
            in_place=False,
            text=text,
            message=name,
            **more,  # type: ignore[arg-type]
        )
        await self._act(said)
        return name

    async def press(self, who: Person, action: str, subject: str = "") -> None:
        """A button."""
        event = self._id()
        await self._act(
            Pressed(event_id=event, person=who, place=direct(who), action=action, subject=subject)
        )

    async def submit(self, who: Person, action: str, subject: str = "", **values: str) -> None:
        """A filled form."""
        event, place = self._id(), direct(who)
        await self._act(
            Submitted(
                event_id=event,
                person=who,
                place=place,
                action=action,
                subject=subject,
                values=values,
            )
        )

    async def change(self, who: Person, message: str, text: str) -> None:
        """Other words in a message of theirs; none takes it back."""
        event, place = self._id(), direct(who)
        act: Acted = Removed(
            event_id=event, person=who, place=place, in_place=False, message=message
        )
        if text:
            act = Edited(
                event_id=event, person=who, place=place, in_place=False, message=message, text=text
            )
        await self._act(act)

    async def open_home(self, who: Person) -> None:
        await self._act(Opened(event_id=self._id(), person=who, place=direct(who)))

    async def type(self, who: Person, name: str, prefix: str) -> None:
        """A value that is being typed, with suggestions."""
        event, place = self._id(), direct(who)
        await self._act(
            Completing(event_id=event, person=who, place=place, field=name, prefix=prefix)
        )

    def message_with(self, who: Person, words: str) -> str:
        """The name of the message in somebody's direct messages that says so; "" for none."""
        found = self.platforms[who.platform].messages.items()
        return next(
            (
                name
                for name, each in found
                if each.place.channel == who.user_id and words in each.reply.text
            ),
            "",
        )

    @contextmanager
    def down(self, platform: str) -> Iterator[None]:
        """One platform takes nothing meanwhile, and says so in the words of the message."""

        def trouble(posted: object) -> None:
            raise ConnectionError(f"could not send {posted}")

        ear = self.platforms[platform]
        before, ear.trouble = ear.trouble, trouble
        yield
        ear.trouble = before

    async def _act(self, act: Acted) -> None:
        handler = self.platforms[act.person.platform].handler
        assert handler is not None
        shown = await handler(act)
        if shown is not None:
            self.heard.append(Overheard(act.person.user_id, repr(shown)))

    def _id(self) -> str:
        return f"e{next(self._serial)}"


def direct(who: Person) -> Place:
    """Somebody's conversation with the bot."""
    return Place(who.platform, who.workspace, who.user_id)
