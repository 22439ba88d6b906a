"""The inbox: an act is done once, whatever is delivered twice, cut off or started again."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from bot.app import Core
from bot.contract import (
    Audience,
    Choices,
    Completing,
    Inbound,
    Opened,
    Place,
    PlaceKind,
    Pressed,
    Reply,
    Said,
)
from bot.messaging import serialization
from bot.messaging.inbox import MOST_RUNS, OF_ONE_PERSON, Inbox
from knowledge.database.store import Store
from knowledge.errors import StoreRefused
from knowledge.messaging import deliveries, inbox
from knowledge.messaging.deliveries import Claimed
from knowledge.messaging.tables import InboxEntry
from knowledge.questions import questions
from knowledge.questions.tables import Question
from knowledge.vocabulary import InboxState, Visibility
from tests.support.community import STEWARD, case, person, publish
from tests.support.waiting import until

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANA = person("ana")
CHANNEL = Place("chat", "W", "C1", thread="7", kind=PlaceKind.CHANNEL, private=False)
DIRECT = Place("chat", "W", "D1")


def said(
    text: str = "hello", *, event: str = "1", place: Place = DIRECT, here: bool = False
) -> Said:
    return Said(event_id=event, person=ANA, place=place, in_place=here, text=text)


class Desk:
    """Answers with `reply` and counts; `before` runs first and may fail or wait."""

    def __init__(self, reply: Reply | Choices | None = None) -> None:
        self.reply = reply or Reply("An answer.")
        self.acts: list[Inbound] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, act: Inbound) -> Reply | Choices | None:
        self.acts.append(act)
        await self.gate.wait()
        return self.reply


def intake(core: Core, dispatcher: Desk) -> Inbox:
    return Inbox(dispatcher=dispatcher, database=core.database, clock=lambda: NOW)


def outbox(store: Store) -> list[Claimed]:
    """All that is due, claimed for an instant."""
    at = NOW + timedelta(days=1)
    found: list[Claimed] = []
    while more := store.write(lambda session: deliveries.claim(session, ["chat"], at, at, 50)):
        found += more
        for one in more:
            store.write(lambda session, one=one: deliveries.sent(session, one.id, "", at))  # type: ignore[misc]
    return found


def states(store: Store) -> list[tuple[str, str, InboxState]]:
    """Every act in the inbox: platform, event id, state."""
    query = select(col(InboxEntry.platform), col(InboxEntry.event_id), col(InboxEntry.state))
    rows = store.read(
        lambda session: session.execute(query.order_by(col(InboxEntry.event_id))).all()
    )
    return [(platform, event_id, state) for platform, event_id, state in rows]


@pytest.mark.parametrize(
    ("here", "place", "reply", "shown", "channels"),
    [
        (False, DIRECT, Reply("x"), False, ["D1"]),
        (False, DIRECT, Reply("x", lasting=True), False, ["D1"]),
        (False, CHANNEL, Reply("x"), False, ["ana"]),
        (False, CHANNEL, Reply("x", audience=Audience.CHANNEL), False, ["C1"]),
        (True, CHANNEL, Reply("x"), True, []),
        (True, CHANNEL, Reply("x", lasting=True), True, ["ana"]),
        (True, DIRECT, Reply("x", lasting=True), True, ["ana"]),
        (True, CHANNEL, Reply("x", audience=Audience.CHANNEL), False, ["C1"]),
        (True, CHANNEL, Reply("x", audience=Audience.CHANNEL, lasting=True), False, ["C1"]),
    ],
)
async def test_a_reply_goes_where_it_can_be_read_and_by_nobody_else(
    core: Core, here: bool, place: Place, reply: Reply, shown: bool, channels: list[str]
) -> None:
    found = await intake(core, Desk(reply)).handle(said(place=place, here=here))
    assert found == (reply if shown else None)
    written = outbox(core.store)
    assert [
        f'"channel":"{channel}"' in one.place
        for channel, one in zip(channels, written, strict=True)
    ] == [True for _ in channels]
    if channels == ["ana"]:
        assert '"kind":"DIRECT"' in written[0].place


async def test_the_same_act_is_done_once_however_often_it_comes(core: Core) -> None:
    dispatcher = Desk(Reply("x", lasting=True))
    door = intake(core, dispatcher)
    dispatcher.gate.clear()
    first = asyncio.create_task(door.handle(said(here=True)))
    await until(lambda: bool(dispatcher.acts))
    assert await door.handle(said(here=True)) is None  # while the first is in hand
    dispatcher.gate.set()
    assert await first == dispatcher.reply
    assert await door.handle(said(here=True)) is None
    assert await intake(core, dispatcher).handle(said(here=True)) is None  # another process, later
    assert len(dispatcher.acts) == 1
    assert len(outbox(core.store)) == 1
    assert (door.tally["done"], door.tally["duplicate"]) == (1, 2)


async def test_two_processes_that_run_the_same_act_say_one_thing(core: Core) -> None:
    dispatcher = Desk(Reply("x", lasting=True))
    dispatcher.gate.clear()
    doors = [intake(core, dispatcher), intake(core, dispatcher)]
    running = [asyncio.create_task(door.handle(said(here=True))) for door in doors]
    await until(lambda: len(dispatcher.acts) == 2)
    dispatcher.gate.set()
    shown = await asyncio.gather(*running)
    assert sorted(map(bool, shown)) == [False, True]
    assert len(outbox(core.store)) == 1


async def test_what_was_cut_off_runs_again_at_the_next_start(core: Core) -> None:
    dispatcher = Desk(Reply("x", lasting=True))
    dispatcher.gate.clear()
    running = asyncio.create_task(intake(core, dispatcher).handle(said(here=True)))
    await until(lambda: bool(dispatcher.acts))
    running.cancel()  # the process ends between the claim and the last unit
    with pytest.raises(asyncio.CancelledError):
        await running
    assert states(core.store) == [("chat", "1", InboxState.RECEIVED)]
    assert outbox(core.store) == []
    dispatcher.gate.set()
    door = intake(core, dispatcher)
    assert await door.recover(timedelta(minutes=2)) == 0  # perhaps another process has it in hand
    later = intake(core, dispatcher)
    assert await later.recover() == 1
    assert states(core.store) == [("chat", "1", InboxState.DONE)]
    assert [serialization.reply_from_json(one.reply or "") for one in outbox(core.store)] == [
        Reply("x")
    ]
    assert await later.recover() == 0
    assert dispatcher.acts[0] == dispatcher.acts[1]


async def test_a_question_cut_off_after_it_was_kept_is_not_asked_twice(
    core: Core, judged: None
) -> None:
    publish(core.store, case("Departments that refused to share data"))
    act = said("departments that refused to share data")
    await core.dispatcher.handle(act)  # the process ends before the act is done
    text = '{"kind":"said"}'
    core.store.write(lambda session: inbox.claim(session, "chat", "1", text, NOW))
    door = Inbox(dispatcher=core.dispatcher.handle, database=core.database, clock=lambda: NOW)
    await door.handle(act)
    (kept,) = core.store.read(
        lambda session: questions.asked_by(session, asker_id=None, account_key=ANA.key)
    )
    assert kept.text == act.text
    (message,) = outbox(core.store)
    assert "Departments that refused to share data" in message.reply
    other = said("departments that refused to share data", event="2")
    await door.handle(other)

    def count(session: Session) -> int:
        return session.scalar(select(func.count()).select_from(Question)) or 0

    assert core.store.read(count) == 2


async def test_an_act_that_nobody_can_read_is_let_go(core: Core) -> None:
    core.store.write(
        lambda session: inbox.claim(session, "chat", "9", '{"kind":"of a later version"}', NOW)
    )
    door = intake(core, Desk())
    assert await door.recover() == 0
    assert states(core.store) == [("chat", "9", InboxState.LOST)]
    assert door.tally["let go"] == 1


async def killed(core: Core, dispatcher: Desk) -> None:
    """A process that takes up what it finds, and ends while it has one act in hand."""
    running = asyncio.create_task(intake(core, dispatcher).recover())
    before = len(dispatcher.acts)
    await until(lambda: len(dispatcher.acts) > before or running.done())
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_only_the_act_that_ends_the_program_is_let_go_and_its_author_is_told(
    core: Core,
) -> None:
    names = ["killer", *(f"other {number}" for number in range(11))]
    for minute, event in enumerate(names):
        text = serialization.act_to_json(said(event, event=event))
        at = NOW - timedelta(minutes=30 - minute)
        core.store.write(partial(inbox.claim, platform="chat", event_id=event, act=text, at=at))
    dispatcher = Desk()
    dispatcher.gate.clear()
    for _ in range(MOST_RUNS):
        await killed(core, dispatcher)
    assert [act.event_id for act in dispatcher.acts] == ["killer"] * MOST_RUNS
    dispatcher.gate.set()
    door = intake(core, dispatcher)
    assert await door.recover() == 11
    assert [act.event_id for act in dispatcher.acts[MOST_RUNS:]] == names[1:]
    assert {state for _, event, state in states(core.store) if event != "killer"} == {
        InboxState.DONE
    }
    assert door.tally["let go"] == 1
    told = [serialization.reply_from_json(one.reply).text for one in outbox(core.store)]
    assert ["could not be finished" in text for text in told].count(True) == 1
    status = await core.dispatcher.handle(
        Said(event_id="s", person=STEWARD, place=DIRECT, text="status")
    )
    assert isinstance(status, Reply)
    assert "one thing that somebody did could not be finished" in status.text


async def test_more_than_one_page_of_acts_is_taken_up(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox.left, "__defaults__", (None, 3))
    for event in range(8):
        text = serialization.act_to_json(said("x", event=str(event)))
        core.store.write(
            partial(inbox.claim, platform="chat", event_id=str(event), act=text, at=NOW)
        )
    assert await intake(core, Desk()).recover() == 8


async def test_one_person_s_many_acts_leave_room_for_others_and_a_long_line_is_told(
    core: Core,
) -> None:
    dispatcher = Desk()
    dispatcher.gate.clear()
    door = intake(core, dispatcher)
    flood = [
        asyncio.create_task(door.handle(said("x", event=f"ana {number}"))) for number in range(50)
    ]
    await until(lambda: len(dispatcher.acts) == OF_ONE_PERSON)
    bo = Said(event_id="bo", person=person("bo"), place=Place("chat", "W", "D2"), text="y")
    asked = asyncio.create_task(door.handle(bo))
    await until(lambda: len(dispatcher.acts) > OF_ONE_PERSON)
    assert [act.event_id for act in dispatcher.acts[OF_ONE_PERSON:]] == ["bo"]
    # Ana waits and is told so, once; Bo need not wait.
    await until(lambda: core.store.read(deliveries.standing).waiting == 1)
    (told,) = outbox(core.store)
    assert "40 other messages are before it" in told.reply
    dispatcher.gate.set()
    await asyncio.gather(*flood, asked)
    assert [act.event_id for act in dispatcher.acts if act.event_id != "bo"] == [
        f"ana {number}" for number in range(50)
    ]


async def test_what_waits_in_line_when_the_program_ends_is_left_for_the_next_start(
    core: Core,
) -> None:
    dispatcher = Desk()
    dispatcher.gate.clear()
    door = intake(core, dispatcher)
    acts = [asyncio.create_task(door.handle(said("x", event=str(number)))) for number in range(9)]
    await until(lambda: len(states(core.store)) == 9)
    draining = asyncio.create_task(door.drain(5))
    await asyncio.sleep(0.01)
    dispatcher.gate.set()
    await asyncio.gather(draining, *acts)
    assert len(dispatcher.acts) == OF_ONE_PERSON
    assert await intake(core, dispatcher).recover() == 9 - OF_ONE_PERSON


async def test_a_claim_goes_before_what_the_writer_has_to_do(core: Core) -> None:
    claimed_before: list[int] = []
    held = Event()

    def look(session: Session) -> None:
        claimed_before.append(inbox.open_acts(session))

    first = asyncio.create_task(core.database.write(lambda _: held.wait(5)))
    await asyncio.sleep(0.05)
    others = [asyncio.create_task(core.database.write(look)) for _ in range(20)]
    await asyncio.sleep(0.05)
    dispatcher = Desk()
    dispatcher.gate.clear()
    claim = asyncio.create_task(intake(core, dispatcher).handle(said()))
    await asyncio.sleep(0.05)
    held.set()
    await asyncio.gather(first, *others)
    dispatcher.gate.set()
    await claim
    assert claimed_before == [1] * 20


async def test_opening_and_typing_are_answered_and_not_kept(core: Core) -> None:
    dispatcher = Desk(Choices(()))
    door = intake(core, dispatcher)
    for act in (
        Opened(event_id="1", person=ANA, place=DIRECT),
        Completing(event_id="2", person=ANA, place=DIRECT, field="topic", prefix="o"),
    ):
        assert await door.handle(act) == Choices(())
        assert await door.handle(act) == Choices(())
    assert states(core.store) == []


async def test_while_the_program_ends_acts_are_written_down_and_run_later(core: Core) -> None:
    dispatcher = Desk()
    door = intake(core, dispatcher)
    dispatcher.gate.clear()
    in_hand = asyncio.create_task(door.handle(said(event="first")))
    await until(lambda: bool(dispatcher.acts))
    draining = asyncio.create_task(door.drain(5))
    await asyncio.sleep(0.05)
    assert await door.handle(said(event="second")) is None
    assert not draining.done()
    dispatcher.gate.set()
    await asyncio.gather(in_hand, draining)
    assert states(core.store) == [
        ("chat", "first", InboxState.DONE),
        ("chat", "second", InboxState.RECEIVED),
    ]
    assert len(dispatcher.acts) == 1


async def test_draining_does_not_wait_for_ever(core: Core) -> None:
    dispatcher = Desk()
    dispatcher.gate.clear()
    door = intake(core, dispatcher)
    stuck = asyncio.create_task(door.handle(said()))
    await asyncio.sleep(0.05)
    await asyncio.wait_for(door.drain(0.1), 2)
    stuck.cancel()


async def test_an_act_whose_end_cannot_be_written_is_shown_and_runs_again(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> bool:
        raise StoreRefused("The disk is full.")

    dispatcher = Desk(Reply("x", lasting=True))
    door = intake(core, dispatcher)
    with monkeypatch.context() as patched:
        patched.setattr(inbox, "finish", full)
        assert await door.handle(said(here=True)) == dispatcher.reply
    assert states(core.store) == [("chat", "1", InboxState.RECEIVED)]
    later = Inbox(
        dispatcher=dispatcher, database=core.database, clock=lambda: NOW + timedelta(minutes=3)
    )
    assert await later.recover(timedelta(minutes=2)) == 1
    assert len(outbox(core.store)) == 1


async def test_what_an_act_said_is_forgotten_when_it_is_done(core: Core) -> None:
    await intake(core, Desk()).handle(said("a private matter"))
    row = core.store.read(
        lambda session: session.connection().exec_driver_sql("SELECT act FROM inbox").scalar()
    )
    assert row == ""
    for days, left in ((6, 1), (8, 0)):
        before = NOW + timedelta(days=days) - timedelta(days=7)
        core.store.write(lambda session, before=before: inbox.forget(session, before))  # type: ignore[misc]
        assert len(states(core.store)) == left


async def test_a_button_pressed_is_an_act_like_any_other(core: Core) -> None:
    dispatcher = Desk()
    press = Pressed(event_id="p", person=ANA, place=CHANNEL, action="case.show", subject="1")
    door = intake(core, dispatcher)
    assert await door.handle(press) == dispatcher.reply
    assert await door.handle(press) is None


async def test_an_answer_is_kept_in_the_direct_conversation_and_help_is_not(
    core: Core, judged: None
) -> None:
    publish(core.store, case("Departments that refused to share data"))
    door = Inbox(dispatcher=core.dispatcher.handle, database=core.database, clock=lambda: NOW)
    for event, text in enumerate(("help", "status", "expert", "ask")):
        act = said(text, event=f"help {event}", place=CHANNEL, here=True)
        assert isinstance(await door.handle(act), Reply)
    assert outbox(core.store) == []
    asked = ("departments that refused to share data", "expert bridges", "Best pizza in town?")
    for event, text in enumerate(asked):
        act = said(text, event=f"ask {event}", place=CHANNEL, here=True)
        assert isinstance(await door.handle(act), Reply)
    kept = outbox(core.store)
    assert len(kept) == 3
    assert all('"channel":"ana"' in one.place for one in kept)
    public = said("How do departments share data? public", event="public", place=CHANNEL, here=True)
    assert await door.handle(public) is None
    assert ['"channel":"C1"' in one.place for one in outbox(core.store)] == [True]


@pytest.mark.parametrize(
    ("text", "private", "channel", "visibility"),
    [
        ("How do departments share data?", False, "C1", Visibility.PUBLIC),
        ("How do departments share data?", True, "C1", Visibility.PRIVATE),
        ("How do departments share data? private", False, "ana", Visibility.PRIVATE),
    ],
)
async def test_a_question_said_to_a_room_is_answered_there_unless_asked_otherwise(
    core: Core, text: str, private: bool, channel: str, visibility: Visibility
) -> None:
    door = Inbox(dispatcher=core.dispatcher.handle, database=core.database, clock=lambda: NOW)
    await door.handle(said(text, place=replace(CHANNEL, private=private)))
    (message,) = outbox(core.store)
    assert f'"channel":"{channel}"' in message.place
    (kept,) = core.store.read(
        lambda session: questions.asked_by(session, asker_id=None, account_key=ANA.key)
    )
    assert kept.visibility is visibility


async def test_who_brings_an_act_hears_when_it_is_written_down_and_not_before(core: Core) -> None:
    dispatcher = Desk()
    dispatcher.gate.clear()
    taken = intake(core, dispatcher)
    heard: list[str] = []
    first = asyncio.create_task(taken.handle(said(), claimed=lambda: heard.append("first")))
    second = asyncio.create_task(taken.handle(said(), claimed=lambda: heard.append("second")))
    await until(lambda: len(heard) == 2)
    assert states(core.store) == [("chat", "1", InboxState.RECEIVED)]
    assert len(dispatcher.acts) == 1
    dispatcher.gate.set()
    await asyncio.gather(first, second)
    await taken.handle(said(), claimed=lambda: heard.append("afterwards"))
    assert heard == ["first", "second", "afterwards"]


async def test_what_could_not_be_written_down_is_not_acknowledged(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(body: object, *, urgent: bool = False) -> None:
        await asyncio.sleep(0.01)
        raise StoreRefused("The disk is full.")

    dispatcher = Desk()
    taken = intake(core, dispatcher)
    heard: list[str] = []
    with monkeypatch.context() as patched:
        patched.setattr(core.database, "write", refuse)
        first = asyncio.create_task(taken.handle(said(), claimed=lambda: heard.append("first")))
        second = asyncio.create_task(taken.handle(said(), claimed=lambda: heard.append("second")))
        with pytest.raises(StoreRefused):
            await first
        await second
    assert (heard, dispatcher.acts) == ([], [])
    await taken.handle(said(), claimed=lambda: heard.append("sent again"))
    assert heard == ["sent again"]
    assert len(dispatcher.acts) == 1
