"""Times to meet, for those who schedule for a member."""

import asyncio

import pytest
from sqlmodel import Session, select

from bot.app import Core
from bot.contract import Person, Place, PlaceKind, Pressed, Reply
from bot.messaging import serialization
from bot.runtime.server import Runtime
from knowledge.conversations.tables import MeetingChoice
from knowledge.exchange import assistants
from knowledge.exchange.states import AssistantState
from knowledge.messaging.tables import Delivery
from tests.conftest import NOW
from tests.integration.test_arranging import ANA, BO, CAT, FAR, Town, event, suits
from tests.support.fake_platform import Posted
from tests.support.waiting import until

HANA = Person("chat", "W", "hana", "Hana Help")
"""Somebody who is no member."""
TOPIC = "address registers"


@pytest.fixture
def town(core: Core) -> Town:
    return Town(core)


def names(town: Town, member: Person, assistant: Person, locale: str = "") -> int:
    """A member's assistant who agreed; the number of the naming."""

    def write(session: Session) -> int:
        number = town.members[member]
        _, found = assistants.ask(session, number, assistant.key, assistant.name, locale, NOW)
        assert found is not None
        assistants.answer(session, found.id, AssistantState.AGREED, NOW)
        return found.id

    return town.core.store.write(write)


def got(town: Town, who: Person) -> list[Reply]:
    """What was written to somebody outside conversations, the oldest first."""
    query = select(Delivery.reply).where(Delivery.account_key == who.key, Delivery.about == "")
    rows = town.core.store.read(lambda session: session.exec(query.order_by("id")).all())
    return [serialization.reply_from_json(each) for each in rows if each]


def choices(town: Town) -> list[tuple[int, int]]:
    rows = town.core.store.read(lambda session: list(session.exec(select(MeetingChoice)).all()))
    return sorted((each.slot_id, each.member_id) for each in rows)


async def test_an_assistant_gets_the_times_presses_for_the_member_and_gets_the_file(
    town: Town,
) -> None:
    names(town, ANA, HANA)
    talk = town.open(ANA, BO)
    for _ in range(2):
        await town.room.press(BO, "times.propose", str(talk.id))
    (shown,) = got(town, HANA)
    assert "for Ana (Mexico City)" in shown.text
    assert "to meet Bo" in shown.text
    assert "Paris" not in shown.text  # the times are on the member's clock
    assert [each.action for each in shown.buttons] == ["times.suits_for"] * 3
    first = shown.buttons[0]
    for _ in range(2):
        said = await town.room.press(HANA, first.action, first.subject)
        assert "Not everybody" in said.text
    slot = int(first.subject.partition(":")[0])
    assert choices(town) == [(slot, town.members[ANA])]
    assert len(town.written(talk.id, BO)) == 2
    await town.room.press(BO, "times.suits", str(slot))
    done = await town.room.press(HANA, first.action, first.subject)
    assert "agreed" in done.text
    assert not done.buttons
    _, agreed = got(town, HANA)
    theirs = town.written(talk.id, ANA)[-1]
    assert event(agreed)["UID"] == event(theirs)["UID"]
    assert not [each for each in (*got(town, HANA), said, done) if TOPIC in each.text]


async def test_the_press_of_an_assistant_settles_a_time_once(town: Town) -> None:
    names(town, ANA, HANA, "es")
    talk = town.open(ANA, BO)
    await town.room.press(BO, "times.propose", str(talk.id))
    (shown,) = got(town, HANA)
    assert "Ciudad de México" in shown.text
    first = shown.buttons[0]
    await town.room.press(BO, "times.suits", first.subject.partition(":")[0])
    await asyncio.gather(*(town.room.press(HANA, first.action, first.subject) for _ in range(3)))
    assert len(got(town, HANA)) == 2
    assert [len(town.written(talk.id, who)) for who in (ANA, BO)] == [3, 3]
    late = await town.room.press(HANA, first.action, shown.buttons[1].subject)
    assert "over" in late.text
    await town.room.press(BO, "times.other", f"{talk.id}:1")
    second = got(town, HANA)[2].buttons[2]
    await town.room.press(BO, "times.suits", second.subject.partition(":")[0])
    await town.room.press(HANA, second.action, second.subject)
    changed = got(town, HANA)[-1]
    assert event(changed)["SEQUENCE"] == 1
    assert "Sustituye" in changed.text


@pytest.mark.parametrize("end", ["declined", "ended", "erased"])
async def test_who_schedules_no_more_can_press_no_more(town: Town, end: str) -> None:
    naming = names(town, ANA, HANA)
    talk = town.open(ANA, BO)
    await town.room.press(BO, "times.propose", str(talk.id))
    first = got(town, HANA)[0].buttons[0]
    if end == "declined":
        await town.room.press(HANA, "assistant.stop", str(naming))
    elif end == "ended":
        await town.room.say(ANA, "pair assistant none")
    else:
        await town.room.say(HANA, "data erase everything")
    before = len(got(town, HANA))
    said = await town.room.press(HANA, first.action, first.subject)
    assert "nothing is noted" in said.text
    assert choices(town) == []
    for who in (ANA, BO):
        await town.room.press(who, "times.suits", first.subject.partition(":")[0])
    assert town.written(talk.id, BO)[-1].files
    assert len(got(town, HANA)) == before


async def test_an_assistant_presses_for_nobody_else_and_in_no_other_meeting(town: Town) -> None:
    names(town, ANA, HANA)
    talk = town.open(ANA, BO)
    other = town.open(BO, CAT)
    for each in (talk, other):
        await town.room.press(BO, "times.propose", str(each.id))
    mine, theirs = town.slots(talk.id)[0].id, town.slots(other.id)[0].id
    ana, bo = town.members[ANA], town.members[BO]
    tries = [(HANA, f"{mine}:{bo}"), (HANA, f"{theirs}:{ana}"), (FAR, f"{mine}:{ana}")]
    for who, subject in [*tries, (HANA, ""), (HANA, f"999:{ana}"), (HANA, f"{mine}:x")]:
        said = await town.room.press(who, "times.suits_for", subject)
        assert "nothing is noted" in said.text
    await town.room.press(HANA, "times.suits", str(mine))
    assert choices(town) == []
    await town.room.say(BO, f"close {talk.id}")
    over = await town.room.press(HANA, "times.suits_for", f"{mine}:{ana}")
    assert "not arranged any more" in over.text
    assert choices(town) == []


async def test_an_assistant_of_both_gets_one_file_and_one_who_takes_part_none_more(
    town: Town,
) -> None:
    names(town, ANA, HANA)
    names(town, BO, HANA)
    names(town, CAT, BO)
    talk = town.open(ANA, BO, CAT)
    await town.room.press(BO, "times.propose", str(talk.id))
    shown = got(town, HANA)
    assert len(shown) == 2
    for each in (shown[0], shown[1], got(town, BO)[0]):
        await town.room.press(
            HANA if each in shown else BO, each.buttons[0].action, each.buttons[0].subject
        )
    (agreed,) = [each for each in got(town, HANA) if each.files]
    assert "Ana and Bo to meet Cat" in agreed.text
    assert len(got(town, BO)) == 1
    assert town.written(talk.id, BO)[-1].files


async def test_on_a_platform_it_comes_as_a_direct_message_and_never_into_the_room(
    town: Town,
) -> None:
    names(town, ANA, HANA)
    stop, platforms = asyncio.Event(), list(town.platforms.values())
    running = Runtime(town.core, platforms, host="127.0.0.1", port=0, clock=lambda: NOW)
    task = asyncio.create_task(running.run(stop))
    chat = town.platforms["chat"]
    await until(lambda: all(each.handler for each in town.platforms.values()))

    def to(channel: str) -> list[Posted]:
        return [each for each in chat.posted if each.place.channel == channel]

    talk = town.open(ANA, CAT)
    running.sender.wake()
    await until(lambda: to("G1"))
    await town.room.press(CAT, "times.propose", str(talk.id))
    running.sender.wake()
    await until(lambda: len(to("G1")) == 2 and to("hana"))
    (posted,) = to("hana")
    assert posted.place.kind is PlaceKind.DIRECT
    slot = suits(to("G1")[-1].reply)[0].subject
    await town.room.press(CAT, "times.suits", slot)
    assert chat.handler is not None
    button = posted.reply.buttons[0]
    pressed = Pressed(
        event_id="p1",
        person=HANA,
        place=Place("chat", "W", "hana"),
        action=button.action,
        subject=button.subject,
    )
    for _ in range(2):
        await chat.handler(pressed)
    await until(lambda: to("hana")[-1].reply.files and to("G1")[-1].reply.files)
    assert sum(bool(each.reply.files) for each in to("hana")) == 1
    stop.set()
    await task
