"""The whole life of a round, in steps that can be broken off at every write and taken up again."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select
from sqlmodel import Session, SQLModel, col

from bot.app import Core, build
from bot.contract import (
    Acted,
    Health,
    Person,
    Place,
    PlaceKind,
    Pressed,
    Receipt,
    Reply,
    Said,
    Submitted,
    Undeliverable,
)
from bot.features.exchange.programmes.cadence import Cadence, Timetable
from bot.features.exchange.programmes.settings import Rules, write_timetable
from bot.messaging import serialization
from bot.messaging.inbox import Inbox
from bot.messaging.sender import Sender
from bot.runtime.server import ARRIVING
from bot.settings import Settings
from knowledge.conversations.tables import Conversation
from knowledge.database.store import Body, Store
from knowledge.errors import StoreRefused
from knowledge.exchange import programmes, rounds
from knowledge.exchange.tables import CheckIn, ExchangeRound, Pairing, PairingMember, Participation
from knowledge.members.tables import Contact
from knowledge.messaging import deliveries
from knowledge.messaging.tables import Delivery
from knowledge.vocabulary import Community, DeliveryState, Purpose
from tests.support.community import admit, expert
from tests.support.databases import database_in
from tests.support.fake_encoder import HashEncoder
from tests.support.people import Clock

T = TypeVar("T")
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
STEWARD = Person("chat", "W", "boss", "Boss")
HALLS = (
    Place("chat", "W", "hall", kind=PlaceKind.CHANNEL, private=False),
    Place("talk", "V", "atrium", kind=PlaceKind.CHANNEL, private=False),
)
TOPICS = ("land registers joined", "figures of small areas", "open tender notices",
          "water meters")  # fmt: skip
WHERE = (*2 * (("chat", "W"),), *2 * (("talk", "V"),), ("chat", "W"), *3 * (("talk", "V"),))
"""Where the two of each pair are: in one workspace, in another, apart, in one workspace."""
PAIRED = frozenset({Purpose.BE_PAIRED, Purpose.BE_NAMED})


class PowerCut(BaseException):
    """The process is gone: nothing that it does from here on counts."""


class Chat:
    """A platform that remembers by key what it was sent, and may lose its answers."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.messages: list[tuple[str, str, str]] = []
        self.calls = self.lost = self.lose_every = 0
        self.refuses: dict[str, str] = {}
        self.passes: Callable[[str], None] = lambda where: None
        """Told before and behind each post."""
        self.log: Path | None = None
        """Where each message is written down at once, for a process that is going to be killed."""

    def copy(self) -> Chat:
        """The same platform as it stands, without its weather."""
        copied = Chat(self.name)
        copied.messages = list(self.messages)
        return copied

    async def run(self, *_: object) -> None:
        """Nobody writes here by themselves."""

    @property
    def passing(self) -> tuple[type[Exception], ...]:
        return (OSError, TimeoutError)

    async def post(self, place: Place, reply: Reply, key: str, in_doubt: bool = False) -> Receipt:
        await asyncio.sleep(0)
        if why := self.refuses.get(place.channel):
            raise Undeliverable(why)
        self.passes("before post")
        if not in_doubt or key not in {known for _, known, _ in self.messages}:
            self.messages.append((place.channel, key, reply.text))
            if self.log is not None:
                with self.log.open("a", encoding="utf-8") as log:
                    log.write(json.dumps([self.name, *self.messages[-1]]) + "\n")
        self.passes("behind post")
        self._answered()
        return Receipt(self.name, place.workspace, place.channel, key)

    async def update(self, receipt: Receipt, place: Place, reply: Reply) -> None:
        await asyncio.sleep(0)
        self.messages = [
            (channel, key, reply.text if key == receipt.message else text)
            for channel, key, text in self.messages
        ]

    async def delete(self, receipt: Receipt, place: Place) -> None:
        await asyncio.sleep(0)
        self.messages = [one for one in self.messages if one[1] != receipt.message]

    async def open_group(self, persons: Sequence[Person], topic: str, key: str) -> Place:
        await asyncio.sleep(0)
        self._answered()
        return Place(self.name, persons[0].workspace, f"room {key}", kind=PlaceKind.GROUP)

    async def show_home(self, person: Person, reply: Reply) -> None:
        """There are no home pages."""

    def health(self) -> Health:
        return Health(True)

    async def aclose(self) -> None:
        """There is no connection."""

    def _answered(self) -> None:
        self.calls += 1
        if self.lose_every and self.calls % self.lose_every == 0:
            self.lost += 1
            raise ConnectionError("the answer was lost")


Fault = Callable[[str, int], BaseException | None]
"""Asked before a unit commits ("inside") and after ("behind"), with its number: what happens."""


def nothing_happens(_place: str, _number: int) -> BaseException | None:
    return None


class Process:
    """One core with its intake and courier on a database file; its writes can be broken off."""

    def __init__(
        self, life: Life, fault: Fault = nothing_happens, store: Store | None = None
    ) -> None:
        """`store`: one of its own, where several processes run at once."""
        settings = Settings(_env_file=None)  # type: ignore[call-arg]
        trusted = frozenset({STEWARD.key})
        self.core: Core = build(
            settings, store or life.store, HashEncoder(), clock=life.clock, stewards=trusted
        )
        self.writes: list[str] = []
        self._life, self._fault, self._over = life, fault, False
        self._write = self.core.database.write
        self.core.database.write = self._counted  # type: ignore[method-assign]
        self.sender = Sender(
            database=self.core.database,
            adapters={chat.name: chat for chat in life.chats},
            clock=life.clock,
            rooms=self.core.conversations.room,
        )
        self.inbox = Inbox(
            dispatcher=self.core.dispatcher.handle,
            database=self.core.database,
            clock=life.clock,
            wake=lambda: None,
        )

    async def _counted(self, body: Body[T], *, urgent: bool = False) -> T:
        if self._over:
            raise PowerCut
        named = body.func if isinstance(body, partial) else body
        self.writes.append(named.__qualname__)
        number = len(self.writes)

        def inside(session: Session) -> T:
            found = body(session)
            session.flush()
            self._break("inside", number)
            return found

        found = await self._write(inside, urgent=urgent)
        self._break("behind", number)
        return found

    def cut(self) -> None:
        """End here, as when the power fails: nothing that it does is written any more."""
        self._over = True
        raise PowerCut

    def _break(self, where: str, number: int) -> None:
        trouble = self._fault(where, number)
        if trouble is not None:
            self._over = not isinstance(trouble, Exception)
            raise trouble

    async def start(self) -> None:
        """What a process does first: what another was cut off at is looked up and done."""
        due = self._life.clock() + ARRIVING
        await self.core.database.write(lambda session: deliveries.release(session, due))
        await self.inbox.recover()

    async def settle(self) -> None:
        """Send until nothing waits any more; what must wait for its time gets it."""
        for _ in range(60):
            with suppress(StoreRefused):
                await self.sender.drain(30)
            if self._over:  # else a dead process would let the time pass
                raise PowerCut
            waiting = await self.core.database.read(deliveries.standing)
            if not waiting.waiting:
                return
            self._life.clock.forward(timedelta(seconds=5))
        raise AssertionError("something waits for ever")

    async def close(self) -> None:
        await self.sender.aclose()
        self.core.close()


@dataclass(frozen=True)
class Step:
    """What happens at one moment, counted from the beginning: time passes, then people act."""

    name: str
    at: timedelta
    acts: Callable[[Life], list[Acted]] = field(default=lambda _: [])


class Life:
    """A programme, its people and both platforms; `steps` is all that happens to one round."""

    def __init__(self, folder: Path, *, begun: bool = False) -> None:
        """A new one, or (`begun`) the one whose database lies there."""
        self.file = folder / "crosswalk.db"
        self.url = f"sqlite:///{self.file}"
        self.clock = Clock()
        self.began = self.clock.now
        self.chats = [Chat("chat"), Chat("talk")]
        self.store = database_in(folder)
        self.people: dict[int, Person] = {
            number: Person(*where, f"p{number - 1}", f"Person {number - 1}")
            for number, where in enumerate(WHERE, 1)
        }
        if not begun:
            self._populate()

    def _populate(self) -> None:
        due = self.began + 2 * MINUTE
        timetable = Timetable(Cadence.ONCE, due.time(), "UTC", due.date())
        programme = self.store.write(
            lambda session: programmes.create(
                session,
                "Bridges",
                timetable=write_timetable(timetable),
                rules=Rules().written(),
                channels={"places": [serialization.place_to_json(hall) for hall in HALLS]},
                automatic=False,
                days=14,
                next_due_at=due,
            )
        )
        for number, who in self.people.items():
            topic = TOPICS[(number - 1) // 2]
            draft = expert(
                who.name,
                topic,
                community=Community.CITY if number % 2 else Community.NATIONAL,
                consents=PAIRED,
                capacity=9,
                organisation=f"Office {number}",
            )
            member = admit(self.store, replace(draft, needs=(topic,)), who)
            self.store.write(
                lambda session, member=member: programmes.join(  # type: ignore[misc]
                    session, programme.id, member, self.began
                )
            )
        self.store.close()

    def read(self, body: Body[T]) -> T:
        """What `body` finds."""
        return self.store.read(body)

    def restore(self, file: Path) -> None:
        """Go back to a copy of the database."""
        self.store.close()
        for beside in ("-wal", "-shm"):
            self.file.with_name(self.file.name + beside).unlink(missing_ok=True)
        shutil.copy(file, self.file)

    def groups(self) -> list[rounds.PairingView]:
        """The groups of the round."""
        return self.read(lambda session: rounds.pairings(session, 1))


def head(who: Person, key: str) -> dict[str, Any]:
    """The same words are the same act, however often they come."""
    place = Place(who.platform, who.workspace, f"dm of {who.user_id}")
    return {"event_id": f"{who.user_id} {key}", "person": who, "place": place}


def pressed(who: Person, action: str, subject: str) -> Acted:
    return Pressed(**head(who, f"{action} {subject}"), action=action, subject=subject)


def sent_by_a_steward(_: Life) -> list[Acted]:
    return [pressed(STEWARD, "round.send", "1")]


def one_cannot(life: Life) -> list[Acted]:
    """Somebody of the group whose words are carried from platform to platform."""
    group = life.groups()[2]
    return [pressed(life.people[group.members[0]], "pair.cant", str(group.id))]


def joins_another(life: Life) -> list[Acted]:
    group = life.groups()[2]
    return [pressed(life.people[group.members[1]], "pair.third", str(group.id))]


def one_writes(life: Life) -> list[Acted]:
    group = life.groups()[3]
    who = life.people[group.members[0]]
    text = f"say {group.conversation_id} Would Friday at ten suit you?"
    return [Said(**head(who, text), text=text, message=text)]


def checked_in(life: Life) -> list[Acted]:
    group = life.groups()[3]
    one, other = (life.people[number] for number in group.members)
    told = {"worked": "Phoning", "quote": "yes"}
    return [
        pressed(one, "pair.met", f"{group.id}:MET"),
        Submitted(**head(one, "story"), action="pair.story", subject=str(group.id), values=told),
        pressed(other, "pair.met", f"{group.id}:NOT_YET"),
    ]


STEPS = (
    Step("planned and shown to stewards", timedelta()),
    Step("stewards are reminded", 3 * MINUTE),
    Step("approved, announced, groups opened", 5 * MINUTE, sent_by_a_steward),
    Step("one cannot take part", 30 * MINUTE, one_cannot),
    Step("the partner joins another pair", 40 * MINUTE, joins_another),
    Step("one group writes", 2 * DAY, one_writes),
    Step("silent groups are nudged", 3 * DAY + 90 * MINUTE),
    Step("asked halfway", 7 * DAY + 90 * MINUTE),
    Step("checked in", 7 * DAY + 120 * MINUTE, checked_in),
    Step("asked at the end", 14 * DAY + 90 * MINUTE),
    Step("closed", 18 * DAY + 90 * MINUTE),
)


async def through(life: Life, step: Step, *processes: Process) -> None:
    """One step, in each process at once; every act comes twice, as platforms send it."""
    life.clock.now = max(life.clock.now, life.began + step.at)
    await asyncio.gather(*(each.core.rounds.due() for each in processes))
    acts = step.acts(life)
    for act in acts:
        await asyncio.gather(*(each.inbox.handle(act) for each in processes))
        await asyncio.gather(*(each.inbox.handle(act) for each in processes))
    await asyncio.gather(*(each.settle() for each in processes))


def world(life: Life) -> dict[str, Any]:
    """All that members and stewards could notice: what stands in the database, and was posted."""

    def rows(session: Session, table: type[SQLModel], *names: str) -> list[tuple[Any, ...]]:
        return sorted(
            tuple(_plain(getattr(row, name)) for name in names)
            for row in session.scalars(select(table))
        )

    def look(session: Session) -> dict[str, Any]:
        return {
            "rounds": rows(
                session, ExchangeRound, "number", "state", "approved", "previewed_at",
                "reminded_at", "announced_at", "closed_at",
            ),
            "groups": rows(session, Pairing, "group_number", "state", "across", "nudged_at"),
            "seats": rows(
                session, PairingMember, "pairing_id", "member_id", "messages", "asked"
            ),
            "parts": rows(
                session, Participation, "member_id", "rests", "rested_last", "silent_rounds",
                "last_round",
            ),
            "answers": rows(session, CheckIn, "pairing_id", "member_id", "answer", "worked"),
            "talks": rows(session, Conversation, "id", "state"),
            "contacts": rows(session, Contact, "member_id"),
            "messages": rows(session, Delivery, "key", "channel", "state"),
        }  # fmt: skip

    found = life.read(look)
    found["posted"] = [Counter(chat.messages) for chat in life.chats]
    return found


def _plain(value: Any) -> Any:
    """Moments differ by how long it took; whether there is one does not."""
    return "then" if hasattr(value, "tzinfo") else str(value)


def told_twice(life: Life) -> list[tuple[str, str, str]]:
    """Messages that stand on a platform more than once."""
    return [
        one for chat in life.chats for one, times in Counter(chat.messages).items() if times > 1
    ]


def undelivered(life: Life) -> int:
    """Messages that have not arrived."""
    return life.read(
        lambda session: sum(
            state is not DeliveryState.SENT
            for state in session.scalars(select(col(Delivery.state)))
        )
    )


async def killed(folder: Path, step: int, write: int, where: str) -> None:
    """Take one step in this very process, and let the system kill it at one write."""
    life = Life(folder, begun=True)
    for chat in life.chats:
        chat.log = folder / "posted.jsonl"

    def kill(place: str, number: int) -> None:
        if (place, number) == (where, write):
            os.kill(os.getpid(), signal.SIGKILL)

    process = Process(life, kill)
    await through(life, STEPS[step], process)


if __name__ == "__main__":
    asyncio.run(killed(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
