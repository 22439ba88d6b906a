"""Conversations: a room where there is one, words carried across where there is none."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from bot.app import Core
from bot.contract import (
    Acted,
    Button,
    Edited,
    Person,
    Place,
    PlaceKind,
    Pressed,
    Removed,
    Reply,
    Said,
)
from bot.features.conversations.service import Opening
from bot.i18n import words
from bot.messaging import serialization
from bot.runtime.server import Runtime
from knowledge.conversations import conversations
from knowledge.conversations.conversations import ConversationView, Seat
from knowledge.conversations.tables import Line
from knowledge.messaging.tables import Delivery
from knowledge.vocabulary import ConversationKind, ConversationState, DeliveryState
from tests.conftest import NOW
from tests.support.community import Room, admit, expert, exported, spoken
from tests.support.fake_platform import FakePlatform, Posted
from tests.support.waiting import until

ANA = Person("chat", "W", "ana", "Ana", "es")
BO = Person("talk", "V", "bo", "Bo")
CAT = Person("chat", "W", "cat", "Cat", "fr")
PRIVATE = "the budget of 4711 euros"


class Pair:
    """Two or three members, the platforms that they are on, and what each one reads."""

    def __init__(self, core: Core, *persons: Person) -> None:
        self.core = core
        self.members = {who.key: admit(core.store, expert(who.name), who) for who in persons}
        self.platforms = {name: FakePlatform(name) for name in ("chat", "talk")}
        self._running = Runtime(
            core, list(self.platforms.values()), host="127.0.0.1", port=0, clock=lambda: NOW
        )
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._serial = 0

    async def start(self) -> None:
        self._stop = asyncio.Event()
        self._task = asyncio.create_task(self._running.run(self._stop))
        await until(lambda: all(each.handler for each in self.platforms.values()))

    async def stop(self) -> None:
        if self._task:
            self._stop.set()
            await self._task

    def open(self, *persons: Person) -> ConversationView:
        seats = [
            Seat(
                self.members[who.key],
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
        begun = self.core.store.write(
            lambda session: self.core.conversations.begin(session, opening)
        )
        self._running.sender.wake()
        return begun

    def now(self, number: int) -> ConversationView:
        found = self.core.store.read(lambda session: conversations.get(session, number))
        assert found is not None
        return found

    def read_by(self, who: Person) -> dict[str, Posted]:
        """What stands in somebody's conversation with the bot, by the message's name."""
        messages = self.platforms[who.platform].messages
        return {name: each for name, each in messages.items() if each.place.channel == who.user_id}

    def texts(self, who: Person) -> list[str]:
        return [
            "\n\n".join(filter(None, (each.reply.header, each.reply.text)))
            for each in self.read_by(who).values()
        ]

    async def act(self, act: Acted) -> None:
        platform = self.platforms[act.person.platform]
        assert platform.handler is not None
        assert await platform.handler(act) is None

    async def answer(self, who: Person, text: str, *, to: str = "", **more: object) -> str:
        """Answer the bot's last message, or that one; returns what the platform calls it."""
        self._serial += 1
        message = f"x{self._serial}"
        said = Said(
            event_id=f"said:{message}",
            person=who,
            place=Place(who.platform, who.workspace, who.user_id),
            in_place=False,
            text=text,
            message=message,
            reply_to=to or list(self.read_by(who))[-1],
        )
        await self.act(replace(said, **more))  # type: ignore[arg-type]
        return message

    async def greeted(self, *persons: Person) -> None:
        await until(lambda: all(self.read_by(who) for who in persons))


@pytest.fixture
async def pair(core: Core) -> AsyncIterator[Pair]:
    found = Pair(core, ANA, BO, CAT)
    await found.start()
    yield found
    await found.stop()


def pressed(who: Person, button: Button, event: str) -> Pressed:
    place = Place(who.platform, who.workspace, who.user_id)
    return Pressed(
        event_id=event,
        person=who,
        place=place,
        in_place=False,
        action=button.action,
        subject=button.subject,
    )


async def test_words_that_answer_no_message_are_asked_about_and_brought_once(pair: Pair) -> None:
    pair.open(BO, ANA)
    await pair.greeted(BO, ANA)
    await pair.answer(BO, PRIVATE, reply_to="")
    await until(lambda: len(pair.texts(BO)) == 2)
    asked = list(pair.read_by(BO).values())[-1].reply
    assert "Whom are these words for?" in asked.text
    bring, ask = asked.buttons
    assert "Ana" in bring.label
    assert len(pair.texts(ANA)) == 1
    await pair.act(pressed(BO, bring, "p1"))
    await until(lambda: len(pair.texts(ANA)) == 2)
    assert PRIVATE in pair.texts(ANA)[1]
    for event, button in (("p2", bring), ("p3", ask)):  # pressed again, by mistake
        await pair.act(pressed(BO, button, event))
    await until(lambda: sum("any more" in text for text in pair.texts(BO)) == 2)
    assert len(pair.texts(ANA)) == 2


async def test_words_that_answer_no_message_may_be_a_question_and_commands_stay_commands(
    pair: Pair, judged: None
) -> None:
    pair.open(BO, ANA)
    await pair.greeted(BO, ANA)
    for text in ("help", "ask how do registers match?"):
        await pair.answer(BO, text, reply_to="")
    await until(lambda: len(pair.texts(BO)) == 3)
    assert not any("Whom are these words for?" in text for text in pair.texts(BO))
    await pair.answer(BO, "first words", reply_to="")
    await until(lambda: len(pair.texts(BO)) == 4)
    former = list(pair.read_by(BO).values())[-1].reply.buttons[0]
    await pair.answer(BO, "where do addresses come from", reply_to="")
    await until(lambda: len(pair.texts(BO)) == 5)
    await pair.act(pressed(BO, former, "p0"))  # it never brings other words than were under it
    await until(lambda: "any more" in pair.texts(BO)[-1])
    ask = list(pair.read_by(BO).values())[-2].reply.buttons[-1]
    await pair.act(pressed(BO, ask, "p1"))
    await until(lambda: "not in this library yet" in pair.texts(BO)[-1])
    assert len(pair.texts(ANA)) == 1


async def test_words_are_carried_between_platforms_in_order_and_in_each_ones_language(
    pair: Pair,
) -> None:
    begun = pair.open(ANA, BO)
    assert begun.bridged
    await pair.greeted(ANA, BO)
    (first,) = pair.texts(ANA)
    assert first.startswith("Hello Ana.")
    assert "Bo" in first
    assert "cerrar" in first
    for number in range(5):
        await pair.answer(ANA, f"Line {number}")
    await until(lambda: len(pair.texts(BO)) == 6)
    assert pair.texts(BO)[1:] == [f"**Ana**: Line {number}" for number in range(5)]
    await pair.answer(BO, "Thank you.")
    await until(lambda: len(pair.texts(ANA)) == 2)
    assert pair.texts(ANA)[1] == "**Bo**: Thank you."
    # Each answer stands under the first message, where the platform has threads.
    root = next(iter(pair.read_by(ANA)))
    assert list(pair.read_by(ANA).values())[1].place.thread == root


async def test_nobody_outside_is_heard_and_no_mention_or_markup_gets_across(pair: Pair) -> None:
    pair.open(ANA, BO)
    await pair.greeted(ANA, BO)
    root = next(iter(pair.read_by(BO)))
    await pair.answer(CAT, "Let me in", to=root)
    await pair.answer(ANA, "*loud* [click](https://example.org) <!channel> @everyone")
    await until(lambda: len(pair.texts(BO)) == 2)
    assert "Let me in" not in str(pair.texts(BO))
    assert pair.texts(BO)[1].startswith("**Ana**: \\*loud\\* \\[click\\]")


async def test_changes_and_removals_are_carried(pair: Pair) -> None:
    pair.open(ANA, BO)
    await pair.greeted(ANA, BO)
    message = await pair.answer(ANA, "Tuesday")
    await until(lambda: len(pair.texts(BO)) == 2)
    place = Place("chat", "W", "ana")
    await pair.act(
        Edited(
            event_id="e1", person=ANA, place=place, in_place=False, message=message, text="Friday"
        )
    )
    await until(lambda: pair.texts(BO)[1:] == ["**Ana**: Friday"])
    await pair.act(Removed(event_id="r1", person=ANA, place=place, in_place=False, message=message))
    await until(lambda: len(pair.texts(BO)) == 1)
    assert pair.core.store.read(lambda s: s.exec(select(Line)).all()) == []


async def test_what_is_written_after_a_deleted_message_arrives(pair: Pair) -> None:
    pair.open(ANA, BO)
    await pair.greeted(ANA, BO)
    place = Place("chat", "W", "ana")
    for word in ("one", "two", "three"):
        message = await pair.answer(ANA, f"Number {word}.")
        await until(lambda: len(pair.read_by(BO)) == 2)
        assert pair.texts(BO)[-1] == f"**Ana**: Number {word}."
        await pair.act(
            Removed(event_id=f"gone:{message}", person=ANA, place=place, message=message)
        )
        await until(lambda: len(pair.read_by(BO)) == 1)


async def test_who_leaves_reads_no_more_but_what_is_taken_back_goes_from_them_too(
    pair: Pair, core: Core
) -> None:
    begun = pair.open(ANA, BO, CAT)
    await pair.greeted(ANA, BO, CAT)
    greeting = next(iter(pair.read_by(CAT)))
    first = await pair.answer(ANA, "before")
    other = await pair.answer(CAT, "I was here")
    await until(lambda: len(pair.texts(BO)) == 3 and len(pair.texts(CAT)) == 2)
    core.store.write(
        lambda session: core.conversations.leave(
            session, begun.id, pair.members[CAT.key], lambda say, how: Reply(f"Cat left: {how}")
        )
    )
    assert pair.now(begun.id).seat_of(pair.members[CAT.key]) is None
    await pair.answer(CAT, PRIVATE, to=greeting)
    await until(lambda: any("Vous avez quitté" in text for text in pair.texts(CAT)))
    place = Place("chat", "W", "cat")
    await pair.act(
        Edited(event_id="e1", person=CAT, place=place, in_place=False, message=other, text=PRIVATE)
    )
    await pair.answer(ANA, "afterwards", to=next(iter(pair.read_by(ANA))))
    await until(lambda: any("afterwards" in text for text in pair.texts(BO)))
    assert any("Cat left: carried" in text for text in pair.texts(BO))
    assert not any(PRIVATE in text for who in (ANA, BO) for text in pair.texts(who))
    assert not any("afterwards" in text or "left" in text for text in pair.texts(CAT))
    own = Place("chat", "W", "ana")
    await pair.act(Removed(event_id="e2", person=ANA, place=own, in_place=False, message=first))
    await until(lambda: not any("before" in text for text in pair.texts(CAT)))
    await pair.act(Removed(event_id="e3", person=CAT, place=place, in_place=False, message=other))
    await until(lambda: not any("I was here" in text for text in pair.texts(BO)))


async def test_a_long_text_becomes_several_messages_and_shrinks_again(pair: Pair) -> None:
    pair.open(ANA, BO)
    await pair.greeted(ANA, BO)
    message = await pair.answer(ANA, "a" * 4_000)
    await until(lambda: len(pair.texts(BO)) == 4)
    assert sum(text.count("a") for text in pair.texts(BO)[1:]) == 4_000 + 3  # and in each name
    await pair.act(
        Edited(
            event_id="e1",
            person=ANA,
            place=Place("chat", "W", "ana"),
            in_place=False,
            message=message,
            text="short",
        )
    )
    await until(lambda: pair.texts(BO)[1:] == ["**Ana**: short"])


async def test_a_file_becomes_a_note_on_both_sides(pair: Pair) -> None:
    pair.open(ANA, BO)
    await pair.greeted(ANA, BO)
    await pair.answer(ANA, "See this", files=("plan.pdf",))
    await until(lambda: len(pair.texts(BO)) == 3)
    assert "plan.pdf" in pair.texts(BO)[2]
    await until(lambda: len(pair.texts(ANA)) == 2)
    assert "plan.pdf" in pair.texts(ANA)[1]


async def test_closing_ends_it_for_both_and_what_comes_later_goes_nowhere(pair: Pair) -> None:
    begun = pair.open(ANA, BO)
    await pair.greeted(ANA, BO)
    root = next(iter(pair.read_by(BO)))
    await pair.answer(ANA, "Cerrar")
    await until(lambda: len(pair.texts(BO)) == 2)
    assert "closed" in pair.texts(BO)[1]
    assert pair.now(begun.id).state is ConversationState.CLOSED
    await pair.answer(BO, PRIVATE, to=root)
    await until(lambda: len(pair.texts(BO)) == 3)
    assert PRIVATE not in str(pair.texts(ANA))
    assert "closed before" in pair.texts(BO)[2]


async def test_pressing_close_twice_and_by_somebody_else_is_harmless(
    pair: Pair, core: Core
) -> None:
    begun = pair.open(ANA, BO)
    await pair.greeted(ANA, BO)
    room = Room(core)
    stranger = await room.press(CAT, "conversation.close", str(begun.id))
    assert f"conversation {begun.id} à vous" in stranger.text
    assert pair.now(begun.id).state is ConversationState.OPEN
    done = await room.press(BO, "conversation.close", str(begun.id))
    assert "closed" in done.text
    # An act that was cut off before its answer was kept runs again, and says the same.
    assert await room.press(BO, "conversation.close", str(begun.id)) == done


async def test_nothing_is_lost_while_one_platform_is_down_and_over_a_restart(
    pair: Pair, core: Core
) -> None:
    pair.open(ANA, BO)
    await pair.greeted(ANA, BO)
    down = True

    def trouble(posted: Posted) -> None:
        if down:
            raise ConnectionError("no way")

    pair.platforms["talk"].trouble = trouble
    await pair.answer(ANA, "First")
    await pair.answer(ANA, "Second")
    await pair.stop()
    down = False
    again = Runtime(
        core,
        list(pair.platforms.values()),
        host="127.0.0.1",
        port=0,
        clock=lambda: NOW + timedelta(minutes=10),
    )
    stop = asyncio.Event()
    for platform in pair.platforms.values():
        platform._over.clear()
    task = asyncio.create_task(again.run(stop))
    await until(lambda: len(pair.texts(BO)) == 3)
    assert pair.texts(BO)[1:] == ["**Ana**: First", "**Ana**: Second"]
    stop.set()
    await task


async def test_people_of_one_workspace_get_a_room_and_the_bot_stays_out_of_it(pair: Pair) -> None:
    begun = pair.open(ANA, CAT)
    assert begun.state is ConversationState.OPENING
    chat = pair.platforms["chat"]
    await until(lambda: chat.posted)
    assert chat.groups == [("ana", "cat")]
    (greeting,) = chat.posted
    assert greeting.place.channel == "G1"
    assert greeting.reply.text.count("Hello") == 2
    assert "Esta sala" in greeting.reply.text
    assert "Cette salle" in greeting.reply.text or "Ce salon" in greeting.reply.text
    room = Place("chat", "W", "G1", kind=PlaceKind.GROUP)
    for event, text in (("1", "Good morning"), ("2", "fermer")):
        await pair.act(
            Said(
                event_id=event,
                person=CAT,
                place=room,
                in_place=False,
                text=text,
                message=event,
                addressed=False,
            )
        )
    await until(lambda: pair.now(begun.id).state is ConversationState.CLOSED)
    lines = pair.core.store.read(lambda session: conversations.lines(session, begun.id))
    assert [line.text for line in lines] == ["Good morning"]


async def test_where_no_room_can_be_opened_words_are_carried(pair: Pair) -> None:
    pair.platforms["chat"].groups_allowed = False
    begun = pair.open(ANA, CAT)
    await pair.greeted(ANA, CAT)
    assert pair.now(begun.id).bridged
    await pair.answer(CAT, "Bonjour")
    await until(lambda: len(pair.texts(ANA)) == 2)
    assert pair.texts(ANA)[1] == "**Cat**: Bonjour"


async def test_what_is_said_in_a_room_that_is_no_conversation_is_left_alone(pair: Pair) -> None:
    await pair.act(
        Said(
            event_id="1",
            person=ANA,
            place=Place("chat", "W", "G9", kind=PlaceKind.GROUP),
            in_place=False,
            text=PRIVATE,
            message="1",
            addressed=False,
        )
    )
    await asyncio.sleep(0.1)
    assert pair.platforms["chat"].posted == []
    assert pair.core.store.read(lambda session: session.exec(select(Line)).all()) == []


async def test_a_person_in_a_terminal_reads_and_answers_in_words(core: Core) -> None:
    eve = Person("console", "local", "eve", "Eve")
    pair = Pair(core, ANA, eve)
    await pair.start()
    begun = pair.open(ANA, eve)
    await pair.greeted(ANA)
    await pair.answer(ANA, "Can you hear me?")
    room = Room(core)
    listed = await room.say(eve, "conversation")
    assert "address registers" in spoken(listed)
    assert "Can you hear me?" in (await room.say(eve, f"conversation {begun.id}")).text
    assert "Ana" in (await room.say(eve, f"say {begun.id} Yes, I can.")).text
    await until(lambda: len(pair.texts(ANA)) == 2)
    assert pair.texts(ANA)[1] == "**Eve**: Yes, I can."
    assert "closed" in (await room.say(eve, f"close {begun.id}")).text
    await pair.stop()


async def test_who_erases_themselves_ends_it_and_leaves_no_word(pair: Pair, core: Core) -> None:
    begun = pair.open(ANA, BO)
    await pair.greeted(ANA, BO)
    await pair.answer(BO, PRIVATE)
    await until(lambda: len(pair.texts(ANA)) == 2)
    assert PRIVATE in exported(await Room(core).say(BO, "data export"))
    member = pair.members[BO.key]
    await core.privacy.erase_member("test", member)
    await until(lambda: len(pair.texts(ANA)) == 3)
    assert pair.now(begun.id).state is ConversationState.CLOSED

    def left(session: Session) -> str:
        waiting = session.exec(select(Delivery).where(Delivery.state == DeliveryState.WAITING))
        return str([*session.exec(select(Line)).all(), *waiting.all()])

    assert PRIVATE not in core.store.read(left)


async def test_what_was_said_is_forgotten_a_month_after_the_end(pair: Pair, core: Core) -> None:
    begun = pair.open(ANA, BO)
    await pair.greeted(ANA, BO)
    await pair.answer(ANA, PRIVATE)
    room = Room(core)
    await room.press(ANA, "conversation.close", str(begun.id))
    for days, kept in ((29, 1), (31, 0)):
        at = NOW + timedelta(days=days)
        core.store.write(lambda session, at=at: conversations.forget(session, at - timedelta(30)))  # type: ignore[misc]
        lines = core.store.read(lambda session: session.exec(select(Line)).all())
        assert len(lines) == kept
