"""The outbox: everything arrives once, in order, or is given up with a reason that is seen."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlmodel import Session
from structlog.testing import capture_logs

from bot.app import Core
from bot.contract import (
    Audience,
    Card,
    Later,
    Person,
    Place,
    PlaceKind,
    Refused,
    Reply,
    Undeliverable,
    markup,
)
from bot.contract.adapter import PlatformStatus
from bot.messaging.outbox import direct, message
from bot.messaging.sender import AT_ONCE, GIVEN_UP_AFTER, LEASE, Sender
from bot.storage.database import Database
from knowledge.database.keys import key_of
from knowledge.database.store import Store
from knowledge.lifecycle import personal_data
from knowledge.messaging import dead_letters, deliveries
from tests.support.community import STEWARD, Room, admit, expert, person
from tests.support.fake_platform import FakePlatform, Posted
from tests.support.people import Clock
from tests.support.waiting import until

ANA, BO = person("ana"), person("bo")


@pytest.fixture
def database(store: Store) -> Iterator[Database]:
    opened = Database(store)
    yield opened
    opened.close()


class Post:
    """An outbox, a platform and a courier between them, by a clock that the test moves."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = Clock()
        self.platform = FakePlatform()
        self.sender = self.another()

    def another(self, database: Database | None = None) -> Sender:
        """One more courier on the same database, as in a second process."""
        return Sender(
            database=database or self.database,
            adapters={self.platform.name: self.platform},
            clock=self.clock,
        )

    async def write(self, text: str, who: Person = ANA, key: str = "") -> None:
        """Put a message into the outbox."""
        draft = message(key_of(key or text), direct(who), Reply(text), who)
        at = self.clock.now
        await self.database.write(lambda session: deliveries.write(session, [draft], at))

    async def deliver(self) -> None:
        """Send all that is due, and wait until it is noted."""
        await asyncio.wait_for(self.sender.drain(10), 15)

    def arrived(self) -> list[str]:
        return [posted.reply.text for posted in self.platform.posted]

    async def standing(self) -> deliveries.Standing:
        return await self.database.read(deliveries.standing)


@pytest.fixture
def post(database: Database) -> Post:
    return Post(database)


@asynccontextmanager
async def at_work(*couriers: Sender) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(sender.run()) for sender in couriers]
    yield
    for sender, task in zip(couriers, tasks, strict=True):
        await sender.aclose()
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def once(error: Exception) -> Iterator[Exception | None]:
    yield error
    while True:
        yield None


def failing_once(platform: FakePlatform, error: Exception, text: str = "") -> None:
    """The first try with `text` in it fails; the others go through."""
    failures = once(error)

    def trouble(posted: Posted) -> None:
        if text in posted.reply.text and (failed := next(failures)) is not None:
            raise failed

    platform.trouble = trouble


async def test_what_is_written_arrives_whole_and_is_forgotten(post: Post) -> None:
    place = Place("chat", "W", "C1", "7", PlaceKind.CHANNEL, private=False, shared=True)
    reply = Reply("x", cards=(Card("A case"),), audience=Audience.CHANNEL, thread=True)
    draft = message("key", place, reply)
    await post.database.write(lambda session: deliveries.write(session, [draft], post.clock.now))
    await post.deliver()
    (posted,) = post.platform.posted
    assert posted == Posted(place, reply, "key", in_doubt=False)
    left = await post.database.read(
        lambda session: (
            session.connection().exec_driver_sql("SELECT state, reply, receipt FROM delivery").one()
        )
    )
    assert tuple(left) == (
        "SENT",
        "",
        '{"platform":"chat","workspace":"W","channel":"C1","message":"m1"}',
    )
    await post.deliver()
    assert len(post.platform.posted) == 1


async def test_the_same_key_is_one_message(post: Post) -> None:
    await post.write("first", key="same")
    await post.write("second", key="same")
    await post.deliver()
    assert post.arrived() == ["first"]


async def test_one_channel_is_in_order_and_others_do_not_wait_for_it(post: Post) -> None:
    post.platform.pause = 0.02
    for number in range(8):
        await post.write(f"ana {number}", ANA)
        await post.write(f"bo {number}", BO)
    failing_once(post.platform, Later(20), "ana 2")
    await post.deliver()
    assert [text for text in post.arrived() if "ana" in text] == ["ana 0", "ana 1"]
    assert [text for text in post.arrived() if "bo" in text] == [f"bo {n}" for n in range(8)]
    assert post.platform.most_at_once == 2
    post.clock.forward(timedelta(seconds=19))
    await post.deliver()
    assert len(post.arrived()) == 10
    post.clock.forward(timedelta(seconds=1))
    await post.deliver()
    assert [text for text in post.arrived() if "ana" in text] == [f"ana {n}" for n in range(8)]
    assert not any(posted.in_doubt for posted in post.platform.tries)


async def test_after_a_failure_the_platform_is_told_to_look_first(post: Post) -> None:
    failing_once(post.platform, ConnectionResetError("hunter2"))
    await post.write("x")
    await post.deliver()
    assert post.arrived() == []
    post.clock.forward(timedelta(seconds=1))
    await post.deliver()
    assert [(t.key, t.in_doubt) for t in post.platform.tries] == [
        (key_of("x"), False),
        (key_of("x"), True),
    ]


async def test_pauses_grow_to_five_minutes_and_end_after_a_day(post: Post) -> None:
    def refuse(_: Posted) -> None:
        raise TimeoutError("hunter2")

    post.platform.trouble = refuse
    await post.write("x")
    began = post.clock.now
    pauses: list[float] = []
    last = began
    while (await post.standing()).waiting:
        tries = len(post.platform.tries)
        await post.deliver()
        if len(post.platform.tries) > tries:
            pauses.append((post.clock.now - last).total_seconds())
            last = post.clock.now
        now = post.clock.now
        due = await post.database.read(
            lambda session, now=now: deliveries.next_due(session, ["chat"], now)  # type: ignore[misc]
        )
        if due:
            post.clock.now = due
    assert pauses[:11] == [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300]
    assert set(pauses[10:]) == {300}
    assert GIVEN_UP_AFTER <= last - began < GIVEN_UP_AFTER + timedelta(minutes=5)
    (dead,) = await post.database.read(dead_letters.newest)
    assert dead.reason == "The platform did not take it for 24 hours (TimeoutError)."


async def test_a_fault_of_our_own_is_given_up_at_once_and_says_where_without_words(
    post: Post,
) -> None:
    await post.write("bad")
    await post.write("good")

    def fail(posted: Posted) -> None:
        if posted.reply.text == "bad":
            markup.parse(7)  # type: ignore[arg-type]

    post.platform.trouble = fail
    with capture_logs() as logs:
        await post.deliver()
    assert post.arrived() == ["good"]
    (dead,) = await post.database.read(dead_letters.newest)
    assert re.fullmatch(
        r"Crosswalk could not send it \(\w+Error, bot/contract/markup.py:\d+\)\.", dead.reason
    )
    assert [entry["where"] in dead.reason for entry in logs if "where" in entry] == [True]
    assert "bad" not in str(logs)


@pytest.mark.parametrize("trouble", [ConnectionError(), Later(20)])
async def test_a_clock_that_jumps_ahead_gives_up_nothing_that_was_hardly_tried(
    post: Post, trouble: Exception
) -> None:
    await post.write("x")
    failing_once(post.platform, trouble)
    post.clock.forward(timedelta(hours=26))
    await post.deliver()
    assert (await post.standing()).dead == 0
    post.clock.forward(timedelta(minutes=1))
    await post.deliver()
    assert post.arrived() == ["x"]


async def test_a_clock_that_is_set_back_silences_nobody(post: Post) -> None:
    failing_once(post.platform, ConnectionError())
    post.clock.forward(timedelta(hours=26))
    await post.write("first")
    await post.deliver()  # it fails, and is due again by the wrong clock
    post.clock.forward(timedelta(hours=-26))
    await post.write("second")
    await post.deliver()
    assert post.arrived() == []
    await post.sender.mend()
    await post.deliver()
    assert post.arrived() == ["first", "second"]


async def test_what_is_held_on_purpose_is_not_taken_for_a_wrong_clock(post: Post) -> None:
    morning = post.clock.now + timedelta(hours=14)
    draft = message("m", direct(ANA), Reply("good morning"), ANA, not_before=morning)
    await post.database.write(lambda session: deliveries.write(session, [draft], post.clock.now))
    await post.sender.mend()
    await post.deliver()
    assert post.arrived() == []


async def test_a_clock_that_jumps_while_a_message_is_sent_does_not_send_it_again(
    post: Post,
) -> None:
    post.platform.pause = 0.3
    await post.write("x")
    async with at_work(post.sender):
        await until(lambda: len(post.platform.tries) == 1)
        post.clock.forward(timedelta(hours=26))
        post.sender.wake()
        await until(lambda: post.arrived() == ["x"])
        await asyncio.sleep(0.1)
    assert len(post.platform.tries) == 1


async def test_a_message_that_fails_again_and_again_lets_the_next_ones_pass(post: Post) -> None:
    def refuse(posted: Posted) -> None:
        if posted.reply.text == "bad":
            raise ConnectionError

    post.platform.trouble = refuse
    await post.write("bad")
    await post.write("good")
    for _ in range(deliveries.HOLDING - 1):
        await post.deliver()
        assert post.arrived() == []
        post.clock.forward(timedelta(minutes=5))
    await post.deliver()
    assert post.arrived() == ["good"]
    assert (await post.standing()).waiting == 1


async def test_what_can_never_arrive_is_seen_by_stewards_only(core: Core) -> None:
    post = Post(core.database)

    def refuse(_: Posted) -> None:
        raise Undeliverable("The channel is archived.")

    post.platform.trouble = refuse
    await post.write("a private matter")
    room = Room(core)
    waiting = (await room.say(STEWARD, "status")).text
    assert "One message is waiting to be sent." in waiting
    await post.deliver()
    told = (await room.say(STEWARD, "status")).text
    assert "No message is waiting to be sent. One message could not be delivered:" in told
    assert "chat, ana: The channel is archived." in told
    assert "a private matter" not in told
    assert "archived" not in (await room.say(person("reader"), "status")).text
    assert post.sender.tally["dead"] == 1
    await post.deliver()
    assert len(post.platform.tries) == 1


async def test_a_refused_token_holds_messages_back_and_kills_none(post: Post) -> None:
    def refuse(_: Posted) -> None:
        raise Refused("Chat refused CHAT_TOKEN.")

    post.platform.trouble = refuse
    for number in range(40):
        await post.write(f"message {number}", person(f"p{number}"))
    await post.deliver()
    assert len(post.platform.tries) <= AT_ONCE  # the others are not even tried
    post.clock.forward(timedelta(seconds=10))
    await post.deliver()
    assert len(post.platform.tries) <= AT_ONCE  # the platform is left alone for a while
    tried = len(post.platform.tries)
    post.clock.forward(timedelta(days=3))
    await post.deliver()
    assert tried < len(post.platform.tries) <= 2 * AT_ONCE
    standing = await post.standing()
    assert (standing.waiting, standing.dead) == (40, 0)
    assert post.sender.tally["held"] == len(post.platform.tries)
    post.platform.trouble = lambda _: None
    post.platform._connected = True  # it says so itself, and need not be waited for
    post.clock.forward(timedelta(seconds=5))
    await post.deliver()
    assert sorted(post.arrived()) == sorted(f"message {number}" for number in range(40))
    assert not any(posted.in_doubt for posted in post.platform.posted)


async def test_stewards_read_which_platform_is_in_trouble(core: Core) -> None:
    room = Room(core)
    core.helping.watch(
        lambda: [
            PlatformStatus("chat", "connected"),
            PlatformStatus("talk", "waiting", reason="Talk refused TALK_TOKEN."),
        ]
    )
    told = (await room.say(STEWARD, "status")).text
    assert "Not connected, and tried again" in told
    assert markup.plain(told).endswith("talk: Talk refused TALK_TOKEN.")
    assert "- chat" not in told
    assert "TALK" not in (await room.say(person("reader"), "status")).text


async def test_two_couriers_on_one_database_send_each_message_once(
    post: Post, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.messaging.sender.AT_ONCE", 3)  # so that none takes it all
    post.platform.pause = 0.005
    second = Store(str(store.url))
    people = [person(f"p{number}") for number in range(10)]
    for number in range(60):
        await post.write(f"{number:02}", people[number % 10])
    couriers = [post.another(), post.another(Database(second))]
    async with at_work(*couriers):
        await until(lambda: len(post.arrived()) >= 60)
    second.close()
    assert sorted(post.arrived()) == [f"{number:02}" for number in range(60)]
    assert len(post.platform.tries) == 60
    assert all(sender.tally["sent"] for sender in couriers)
    for each in people:
        own = [p.reply.text for p in post.platform.posted if p.place.channel == each.user_id]
        assert own == sorted(own)


async def test_a_sender_that_vanished_leaves_a_message_in_doubt(post: Post) -> None:
    await post.write("x")
    until = post.clock.now + LEASE
    now = post.clock.now
    claimed = await post.database.write(
        lambda session: deliveries.claim(session, ["chat"], now, until, 5)
    )
    assert [one.in_doubt for one in claimed] == [False]
    await post.deliver()  # another process: it is not its own
    assert post.platform.tries == []
    post.clock.forward(LEASE)
    await post.deliver()
    assert [posted.in_doubt for posted in post.platform.posted] == [True]


async def test_what_is_cut_off_while_sending_is_free_at_once_and_in_doubt(post: Post) -> None:
    post.platform.pause = 60
    await post.write("x")
    async with at_work(post.sender):
        await until(lambda: post.platform.tries)
    post.platform.pause = 0
    post.sender = post.another()
    await post.deliver()
    assert [posted.in_doubt for posted in post.platform.posted] == [True]


async def test_a_courier_at_work_wakes_up_and_notices_other_processes(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_work(post.sender):
        await asyncio.sleep(0.1)
        await post.write("one")
        post.sender.wake()
        await until(lambda: post.arrived() == ["one"], 1)
    monkeypatch.setattr("bot.messaging.sender.POLL", 0.1)
    post.sender = post.another()
    async with at_work(post.sender):
        await asyncio.sleep(0.05)
        await post.write("two")  # nobody wakes it
        await until(lambda: post.arrived() == ["one", "two"], 2)


async def test_a_platform_that_is_not_set_up_keeps_its_messages(post: Post) -> None:
    place = Place("elsewhere", "W", "C1")
    draft = message("key", place, Reply("x"))
    await post.database.write(lambda session: deliveries.write(session, [draft], post.clock.now))
    await post.deliver()
    assert (await post.standing()).waiting == 1
    assert post.platform.tries == []


async def test_a_message_that_this_version_cannot_read_is_given_up(post: Post) -> None:
    draft = message("key", direct(ANA), Reply("x"))
    broken = deliveries.Draft(**{n: getattr(draft, n) for n in draft.__slots__} | {"reply": "{"})
    await post.database.write(lambda session: deliveries.write(session, [broken], post.clock.now))
    await post.deliver()
    assert (await post.standing()).dead == 1


async def test_old_messages_are_forgotten_and_waiting_ones_never(post: Post) -> None:
    await post.write("sent")
    await post.deliver()
    await post.write("waiting", BO)

    def forget(session: Session) -> int:
        return deliveries.forget(session, post.clock.now - timedelta(days=30))

    post.clock.forward(timedelta(days=29))
    assert await post.database.write(forget) == 0
    post.clock.forward(timedelta(days=2))
    assert await post.database.write(forget) == 1
    assert (await post.standing()).waiting == 1


@pytest.mark.parametrize("member", [False, True])
async def test_whoever_is_erased_gets_no_message_any_more(
    post: Post, store: Store, member: bool
) -> None:
    number = admit(store, expert("Ana"), ANA) if member else None
    await post.write("to ana", ANA)
    await post.write("to bo", BO)
    store.write(lambda session: personal_data.erase(session, number, ANA.key))
    await post.deliver()
    assert post.arrived() == ["to bo"]
