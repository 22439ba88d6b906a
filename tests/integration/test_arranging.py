"""Times to meet: proposed to everybody, pressed by each, agreed once."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlmodel import Session, select

from bot.app import Core
from bot.contract import Button, Person, Place, PlaceKind, Pressed, Reply, Said
from bot.features.conversations.service import Opening
from bot.i18n import words
from bot.messaging import serialization
from bot.runtime.server import Runtime
from knowledge.conversations import meetings
from knowledge.conversations.conversations import ConversationView, Seat
from knowledge.conversations.tables import MeetingSlot
from knowledge.messaging.tables import Delivery
from knowledge.vocabulary import ConversationKind
from tests.conftest import NOW
from tests.support.community import Room, admit, expert
from tests.support.fake_platform import FakePlatform, Posted
from tests.support.waiting import until

ANA = Person("chat", "W", "ana", "Ana", "es")
BO = Person("talk", "V", "bo", "Bo")
CAT = Person("chat", "W", "cat", "Cat", "fr")
FAR = Person("talk", "V", "far", "Far")
ZONES = {
    ANA: "America/Mexico_City",
    BO: "Europe/Paris",
    CAT: "Africa/Lagos",
    FAR: "Pacific/Auckland",
}


class Town:
    """Four members in four zones, and both platforms that they are on."""

    def __init__(self, core: Core) -> None:
        self.core, self.room = core, Room(core)
        self.members = {
            who: admit(core.store, replace(expert(who.name, country=""), time_zone=zone), who)
            for who, zone in ZONES.items()
        }
        self.platforms = {name: FakePlatform(name) for name in ("chat", "talk")}

    def open(self, *persons: Person) -> ConversationView:
        seats = [
            Seat(
                self.members[who],
                who.name,
                words(who.locale).language,
                who.platform,
                who.workspace,
                who.user_id,
                serialization.reply_to_json(Reply(f"Hello {who.name}.")),
            )
            for who in persons
        ]
        opening = Opening(ConversationKind.INTRODUCTION, "address registers", seats)
        return self.core.store.write(
            lambda session: self.core.conversations.begin(session, opening)
        )

    def written(self, number: int, who: Person | None = None) -> list[Reply]:
        """What was written into a conversation, to one of its people or into its room."""

        def find(session: Session) -> list[str]:
            query = select(Delivery).where(Delivery.about == f"conversation:{number}")
            rows = session.exec(query.order_by(Delivery.id)).all()  # type: ignore[arg-type]
            return [
                row.reply for row in rows if row.reply and (not who or row.account_key == who.key)
            ]

        return [serialization.reply_from_json(each) for each in self.core.store.read(find)]

    def slots(self, number: int) -> list[MeetingSlot]:
        return self.core.store.read(
            lambda session: [
                each
                for each in session.exec(select(MeetingSlot)).all()
                if (found := meetings.slot(session, each.id or 0))
                and found[0].conversation_id == number
            ]
        )


def suits(reply: Reply) -> list[Button]:
    return [each for each in reply.buttons if each.action == "times.suits"]


def event(reply: Reply) -> Any:
    """The one event of the file; Any, since the library's properties are of thirty kinds."""
    (file,) = reply.files
    (found,) = Calendar.from_ical(file.data).walk("VEVENT")
    return found


@pytest.fixture
def town(core: Core) -> Town:
    return Town(core)


async def test_a_time_that_all_press_is_agreed_once_and_stands_in_a_calendar(town: Town) -> None:
    talk = town.open(ANA, BO, CAT)
    answered = await town.room.say(ANA, f"propose times {talk.id}")
    assert "conversación" in answered.text
    shown = {who: town.written(talk.id, who)[-1] for who in (ANA, BO, CAT)}
    assert all(len(suits(each)) == 3 for each in shown.values())
    assert "for Bo (Paris)" in shown[BO].text
    assert "for Ana (Mexico City)" in shown[BO].text
    assert "(Ciudad de México)" in shown[ANA].text
    first, second, _ = suits(shown[BO])
    for who in (ANA, ANA, BO):
        said = await town.room.press(who, first.action, first.subject)
        assert not said.files
    await town.room.press(CAT, second.action, second.subject)
    assert len(town.written(talk.id, ANA)) == 2  # the greeting, the times: nothing is agreed yet
    done, again = await asyncio.gather(
        town.room.press(CAT, first.action, first.subject),
        town.room.press(CAT, first.action, first.subject),
    )
    assert done.text == again.text
    agreed = {who: town.written(talk.id, who)[-1] for who in (ANA, BO, CAT)}
    assert all(len(town.written(talk.id, who)) == 3 for who in agreed)
    found = event(agreed[ANA])
    start = found["DTSTART"].dt
    assert start == next(
        each.starts_at for each in town.slots(talk.id) if str(each.id) == first.subject
    )
    assert start.utcoffset() == timedelta()
    assert found["DTEND"].dt - start == timedelta(minutes=30)
    assert {event(each)["UID"] for each in agreed.values()} == {found["UID"]}
    private = ("Ana", "Bo", "Cat", "address registers", "@", "ATTENDEE", "ORGANIZER")
    written = agreed[ANA].files[0].data.decode()
    assert not [word for word in private if word in written]


async def test_other_times_are_others_and_a_later_agreement_replaces_the_first(
    town: Town,
) -> None:
    talk = town.open(BO, CAT)
    await town.room.press(BO, "times.propose", str(talk.id))
    first = town.written(talk.id, BO)[-1]
    same = await town.room.press(CAT, "times.propose", str(talk.id))
    assert [each.subject for each in suits(same)] == [each.subject for each in suits(first)]
    for who in (BO, CAT):
        await town.room.press(who, "times.suits", suits(first)[0].subject)
    uid = event(town.written(talk.id, BO)[-1])["UID"]
    await asyncio.gather(
        *(town.room.press(who, "times.other", f"{talk.id}:1") for who in (BO, CAT, BO))
    )
    assert len(town.slots(talk.id)) == 6
    starts = [each.starts_at for each in town.slots(talk.id)]
    assert len(set(starts)) == 6
    second = town.written(talk.id, BO)[-1]
    for who in (CAT, BO):
        await town.room.press(who, "times.suits", suits(second)[2].subject)
    changed = event(town.written(talk.id, CAT)[-1])
    assert (changed["UID"], changed["SEQUENCE"]) == (uid, 1)
    late = await town.room.press(BO, "times.suits", suits(first)[1].subject)
    assert "over" in late.text
    settled = await town.room.press(BO, "times.propose", str(talk.id))
    assert "agreed" in settled.text


async def test_without_shared_hours_writing_is_proposed_and_nothing_else(town: Town) -> None:
    talk = town.open(CAT, FAR)
    before = len(town.written(talk.id))
    said = await town.room.press(FAR, "times.propose", str(talk.id))
    assert "write to each other" in said.text
    assert (town.slots(talk.id), len(town.written(talk.id))) == ([], before)


async def test_when_no_times_are_left_it_is_said_kindly(town: Town) -> None:
    talk = town.open(BO, ANA)  # an hour or two a day in common
    for batch in range(12):
        said = await town.room.press(BO, "times.other", f"{talk.id}:{batch}")
        if "no further times" in said.text:
            break
    else:
        raise AssertionError("times without end")
    for each in town.slots(talk.id):
        paris, mexico = each.starts_at, each.ends_at
        assert (paris.hour, mexico.hour) >= (15, 15)  # 9 in Mexico City
        assert mexico.replace(minute=0).hour <= 16  # 17 in Paris


async def test_nobody_else_proposes_presses_or_learns_anything(town: Town) -> None:
    talk = town.open(ANA, BO)
    await town.room.press(ANA, "times.propose", str(talk.id))
    for act in (("times.propose", str(talk.id)), ("times.suits", str(town.slots(talk.id)[0].id))):
        refused = await town.room.press(CAT, *act)
        assert "Ana" not in refused.text
        assert not refused.buttons
    assert len(town.written(talk.id, ANA)) == 2


async def test_words_alone_do_it_on_both_sides_of_a_bridge_and_in_a_room(town: Town) -> None:
    stop, platforms = asyncio.Event(), list(town.platforms.values())
    running = Runtime(town.core, platforms, host="127.0.0.1", port=0, clock=lambda: NOW)
    task = asyncio.create_task(running.run(stop))
    await until(lambda: all(each.handler for each in town.platforms.values()))

    def to(who: Person) -> list[tuple[str, Posted]]:
        messages = town.platforms[who.platform].messages
        return [
            (name, each) for name, each in messages.items() if each.place.channel == who.user_id
        ]

    town.open(ANA, BO)
    running.sender.wake()
    await until(lambda: to(ANA) and to(BO))
    handler = town.platforms["talk"].handler
    assert handler is not None
    await handler(
        Said(
            event_id="said:1",
            person=BO,
            place=Place("talk", "V", "bo"),
            in_place=False,
            text="Propose  times",
            message="x1",
            reply_to=to(BO)[0][0],
        )
    )
    await until(lambda: len(to(ANA)) == 2)
    button = suits(to(ANA)[1][1].reply)[0]
    for who in (ANA, BO):
        chosen = town.platforms[who.platform].handler
        assert chosen is not None
        place = Place(who.platform, who.workspace, who.user_id)
        await chosen(
            Pressed(
                event_id=f"pressed:{who.user_id}",
                person=who,
                place=place,
                action=button.action,
                subject=button.subject,
            )
        )
    await until(lambda: to(ANA)[-1][1].reply.files and to(BO)[-1][1].reply.files)
    assert "propose" not in " ".join(each.reply.text.casefold() for _, each in to(ANA)[:1])

    both = town.open(ANA, CAT)
    running.sender.wake()
    room = town.platforms["chat"]
    await until(lambda: any(each.place.kind is PlaceKind.GROUP for each in room.posted))
    in_room = Room(town.core, place=next(p.place for p in room.posted if p.place.channel == "G1"))
    await in_room.say(CAT, "propose times")
    running.sender.wake()
    await until(lambda: sum(each.place.channel == "G1" for each in room.posted) == 2)
    shown = [each for each in room.posted if each.place.channel == "G1"][-1].reply
    assert "(Ciudad de México)" in shown.text  # Ana reads Spanish, Cat French
    assert "(Mexico)" in shown.text
    assert len(suits(shown)) == len(town.slots(both.id)) == 3
    stop.set()
    await task
