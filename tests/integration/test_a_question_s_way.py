"""The whole way: from a question that nothing answers to a person, a conversation, and a case."""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.app import Core, build
from bot.contract import Acted, Button, Person, Place, Pressed, Reply, Said, Submitted
from bot.contract.markup import plain
from bot.runtime.server import Runtime
from bot.settings import Settings
from knowledge.database.store import Store
from knowledge.members.views import MemberDraft
from knowledge.readers.ingest import read_members
from tests.support.a_question_s_story import (
    A_MONTH_AGO,
    ALIKE,
    ANSWER,
    ASIDE,
    IN_SPANISH,
    MEMBERS,
    THANKS,
    TITLE,
)
from tests.support.community import case_cards, spoken
from tests.support.fake_encoder import HashEncoder
from tests.support.fake_platform import FakePlatform
from tests.support.people import Clock
from tests.support.waiting import until
from tests.support.world import look

TELLING = Path(__file__).parents[2] / "docs" / "a-question-s-way.md"

ROOT = Person("slack-like", "W", "root", "Rosa")
ANA = Person("slack-like", "W", "ana", "Ana Ruiz", "es-MX", "America/Mexico_City")
CY = Person("slack-like", "W", "cy", "Cy Lund", "en", "Europe/Stockholm")
EVE = Person("discord-like", "V", "eve", "Eve Mora", "en", "America/Montevideo")
ZOE = Person("slack-like", "W", "zoe", "Zoe", "en")
MAX = Person("discord-like", "V", "max", "Max", "en")


def buttons(reply: Reply) -> list[Button]:
    return [*reply.buttons, *(button for card in reply.cards for button in card.buttons)]


@dataclass
class Way:
    """Two platforms over one core; everything is said and pressed there, and written down."""

    core: Core
    clock: Clock
    running: Runtime
    platforms: dict[str, FakePlatform]
    said: list[str] = field(default_factory=list)
    _serial: "count[int]" = field(default_factory=lambda: count(1))

    async def act(self, act: Acted) -> Reply | None:
        handler = self.platforms[act.person.platform].handler
        assert handler is not None
        reply = await handler(act)
        self.running.sender.wake()
        assert reply is None or isinstance(reply, Reply)
        if reply is not None:
            self.said.append(spoken(reply))
        return reply

    async def say(self, who: Person, text: str) -> Reply:
        event = f"e{next(self._serial)}"
        place = Place(who.platform, who.workspace, who.user_id)
        return self._there(
            await self.act(Said(event_id=event, person=who, place=place, text=text, message=event))
        )

    async def answer(self, who: Person, text: str) -> None:
        """Answer the bot's message that opened the conversation."""
        event = f"e{next(self._serial)}"
        root = next(
            name
            for name, each in self.platforms[who.platform].messages.items()
            if each.place.channel == who.user_id
            and "conversation.close" in {button.action for button in buttons(each.reply)}
        )
        said = Said(
            event_id=event,
            person=who,
            place=Place(who.platform, who.workspace, who.user_id),
            in_place=False,
            text=text,
            message=event,
            reply_to=root,
        )
        assert await self.act(said) is None

    async def press(self, who: Person, reply: Reply, action: str, holds: str = "") -> Reply:
        button = next(
            each for each in buttons(reply) if each.action == action and holds in each.subject
        )
        place = Place(who.platform, who.workspace, who.user_id)
        return self._there(
            await self.act(
                Pressed(
                    event_id=f"e{next(self._serial)}",
                    person=who,
                    place=place,
                    action=action,
                    subject=button.subject,
                )
            )
        )

    async def send(self, who: Person, reply: Reply, **values: str) -> Reply:
        """Send the form of a reply with what stands in it, but for `values`."""
        form = reply.form
        assert form is not None
        filled: dict[str, str | Sequence[str]] = {each.name: each.value for each in form.fields}
        return self._there(
            await self.act(
                Submitted(
                    event_id=f"e{next(self._serial)}",
                    person=who,
                    place=Place(who.platform, who.workspace, who.user_id),
                    action=form.action,
                    subject=form.subject,
                    values={**filled, **values},
                )
            )
        )

    def read_by(self, who: Person) -> list[Reply]:
        """The messages that the bot wrote to somebody by itself or to be kept."""
        return [
            each.reply
            for each in self.platforms[who.platform].posted
            if each.place.channel == who.user_id
        ]

    async def told(self, who: Person, words: str) -> Reply:
        """The one message to somebody that says this, once it has come."""

        def found() -> list[Reply]:
            return [each for each in self.read_by(who) if words in plain(spoken(each))]

        await until(found)
        (reply,) = found()
        self.said.append(spoken(reply))
        return reply

    async def tick(self) -> None:
        await self.core.introductions.tick()
        await look(self.core)
        self.running.sender.wake()

    @staticmethod
    def _there(reply: Reply | None) -> Reply:
        assert reply is not None
        return reply


@pytest.fixture
async def way(store: Store, judged: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Way]:
    monkeypatch.setattr("bot.storage.index_refresh.PATIENCE", 60.0)
    clock = Clock()
    settings = Settings(_env_file=None, questions_per_hour=0)  # type: ignore[call-arg]
    core = build(settings, store, HashEncoder(), clock=clock, stewards=frozenset({ROOT.key}))
    platforms = {name: FakePlatform(name) for name in ("slack-like", "discord-like")}
    running = Runtime(core, list(platforms.values()), host="127.0.0.1", port=0, clock=clock)
    stop = asyncio.Event()
    task = asyncio.create_task(running.run(stop))
    await until(lambda: all(each.handler for each in platforms.values()))
    yield Way(core, clock, running, platforms)
    stop.set()
    await task
    core.close()


async def arrives(way: Way, who: Person, number: int, *, expert: bool) -> None:
    """Somebody of a file takes their code on a platform, accepts, and is approved."""
    invited = await way.say(ROOT, "members invited")
    code = await way.press(ROOT, invited, "member.code", str(number))
    given = re.search(r"claim ([A-Z0-9-]+)", plain(code.text))
    assert given is not None
    invitation = await way.say(who, f"claim {given[1]}")
    if who is EVE:  # the file does not say for whom she works, so a steward looks
        opened = await way.press(who, invitation, "profile.edit", "who")
        await way.send(who, opened, community="NATIONAL")
        pending = await way.say(ROOT, "members pending")
        await way.press(ROOT, pending, "member.approve", str(number))
    else:
        await way.send(who, await way.press(who, invitation, "invitation.accept"))
    for purpose in ("be_expert", "be_asked", "be_named") if expert else ():
        await way.say(who, f"consent {purpose} yes")


async def test_a_question_finds_a_person_and_what_they_say_answers_others(  # noqa: PLR0915
    way: Way, tmp_path: Path
) -> None:
    # Somebody asks what nothing answers yet, a month before.
    first = await way.say(ZOE, A_MONTH_AGO)
    assert not case_cards(first)
    way.clock.forward(timedelta(days=30))

    # A file brings people in; each claims their profile where they are, and is approved.
    file = tmp_path / "members.csv"
    file.write_text(MEMBERS, encoding="utf-8")
    drafts = [each for each in read_members(file) if isinstance(each, MemberDraft)]
    invited = await way.core.stewarding.import_members("operator", drafts)
    ana, cy, eve = (each.id or 0 for each in invited)
    await arrives(way, ANA, ana, expert=False)
    await arrives(way, CY, cy, expert=True)
    await arrives(way, EVE, eve, expert=True)

    # A question in Spanish finds no case, but people.
    asked = await way.say(ANA, IN_SPANISH)
    assert not case_cards(asked)
    form = await way.press(ANA, asked, "handoff.form")
    preview = await way.send(ANA, form, languages="es, en", shown="HIDDEN")
    await way.press(ANA, preview, "handoff.send")
    await way.tick()

    # One after the other is asked: the first cannot, and nobody hears of that.
    proposal = await way.told(CY, "catastros")
    assert not [each for each in way.read_by(EVE) if "catastros" in spoken(each)]
    before = len(way.read_by(ANA))
    await way.press(CY, proposal, "introduction.decline")
    await way.tick()
    proposal = await way.told(EVE, "catastros")
    await way.press(EVE, proposal, "introduction.accept")
    assert not [each for each in way.read_by(ANA)[before:] if "Cy" in spoken(each)]

    # Both write where they are.
    await way.told(EVE, "have agreed to talk about this question")
    await until(lambda: [each for each in way.read_by(ANA)[before:] if "Eve Mora" in spoken(each)])
    way.said += [spoken(each) for each in way.read_by(ANA)[before:]]
    for line in (*ANSWER, ASIDE):
        await way.answer(EVE, line)
    await way.told(ANA, ANSWER[0])
    await way.answer(ANA, THANKS)
    await way.told(EVE, "Muchas gracias")

    # What was told becomes a case: its author decides, and both say how they are quoted.
    open_now = await way.say(ANA, "conversation")
    await way.press(ANA, open_now, "cite.start")
    offered = await way.told(EVE, "could help others, as a case")
    opened = await way.press(EVE, offered, "cite.edit")
    quoting = await way.send(EVE, opened, title=TITLE, text=" ".join(ANSWER))
    await way.press(EVE, quoting, "cite.quote", ":NAMED:")
    quoting = await way.told(ANA, "Su pregunta dio lugar a un caso")
    done = await way.press(ANA, quoting, "cite.quote", ":HIDDEN:")
    assert "borrador 1" in done.text
    queue = await way.say(ROOT, "queue")
    assert "Told in this community by Eve Mora, INE, December 2026" in spoken(queue)
    await way.press(ROOT, queue, "case.approve")
    await way.told(EVE, "is published as case 1 and answers questions from now on")
    answered = await way.told(ANA, "Lo que le contaron sobre su pregunta")
    await way.press(ANA, answered, "answer.solved")

    # Whoever asks alike gets it, with where it comes from; whoever asked before is told, once.
    found = await way.say(MAX, ALIKE)
    (card,) = case_cards(found)
    assert TITLE in card.title
    assert "Told in this community by Eve Mora, INE, December 2026" in spoken(found)
    for _ in range(3):
        await way.tick()
    told = await way.told(ZOE, TITLE)
    assert "news.off" in {button.action for button in buttons(told)}
    assert len([each for each in way.read_by(ANA) if TITLE in spoken(each)]) == 2

    # Nothing but the approved text left the conversation.
    for someone in (ZOE, MAX, CY, ROOT):
        assert "MARKER" not in "".join(spoken(each) for each in way.read_by(someone))
    assert "MARKER" not in spoken(found) + spoken(queue)

    heard = " ".join(" ".join(plain(each) for each in way.said).split())
    if folder := os.environ.get("TELL"):
        (Path(folder) / "said.txt").write_text("\n\n".join(map(plain, way.said)), "utf-8")
    told_there = re.findall(r"^> (.+)$", TELLING.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(told_there) > 15
    for line in told_there:
        assert line in heard, f"nobody says: {line}"
