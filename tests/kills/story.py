"""What people do while the bot is killed, and what each of them must read, once."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from random import Random

from sqlmodel import Session

from bot.app import Core, now
from bot.contract import Person, Reply
from bot.features.conversations.service import Opening
from bot.messaging import serialization
from knowledge.conversations.conversations import Seat
from knowledge.database.store import Store
from knowledge.introductions import introductions
from knowledge.introductions.introductions import Wish
from knowledge.questions import questions
from knowledge.vocabulary import (
    Confidence,
    ConversationKind,
    Purpose,
    RequestState,
    Visibility,
)
from tests.support import fake_discord, fake_slack
from tests.support.community import admit, case, expert, publish
from tests.support.fake_discord import FakeDiscord
from tests.support.fake_discord.rooms import DIRECT
from tests.support.fake_slack import FakeSlack
from tests.support.fake_slack.workspace import TEAM

TITLE = "Departments that refused to share data"


@dataclass(frozen=True)
class Intent:
    """Something that somebody wanted, and how often it is to be read so far."""

    kind: str
    name: str
    seen: Callable[[], int]


class Story:
    """Two people in Slack and two in Discord: they ask, are brought together, and write."""

    def __init__(self, store: Store, slack: FakeSlack, discord: FakeDiscord) -> None:
        self._store, self._slack, self._discord = store, slack, discord
        self._numbers = count(1)
        self.ana, self.bea = slack.member("U1ANA", "ana"), slack.member("U2BEA", "bea")
        self.lea = discord.member("400000000000000041", "lea")
        self.max = discord.member("400000000000000042", "max")
        self.room = slack.channel("C1DATA", self.ana, self.bea)
        self.hall = discord.channel("data")
        publish(store, case(TITLE))
        self._people = {
            "ana": self._enter("Ana", Person("slack", TEAM, self.ana.id, "Ana")),
            "lea": self._enter("Lea", Person("discord", "", self.lea.id, "Lea")),
        }
        self.intents: list[Intent] = []

    def _enter(self, name: str, person: Person) -> tuple[int, Person]:
        draft = replace(expert(name), consents=frozenset(Purpose))
        return admit(self._store, draft, person), person

    def something(self, drawn: Random) -> list[Intent]:
        """Several people do something at once; returns what must come of it."""
        acts = [self.asks_in_slack, self.asks_in_discord, self.mentions, self.writes, self.answers]
        if drawn.random() < 0.3:
            acts.append(self.accepts)
        chosen = drawn.sample(acts, drawn.randint(1, 3))
        found = [intent for act in chosen for intent in act()]
        self.intents += found
        return found

    def asks_in_slack(self) -> list[Intent]:
        """A question in a direct message."""
        self.bea.write(self._question())
        return [self._answered("question in Slack", lambda: self._said(self.bea.direct))]

    def asks_in_discord(self) -> list[Intent]:
        """A mention on the other platform, which delivers nothing again: it is read back."""
        self.max.mention(self.hall, self._question())
        return [self._answered("mention in Discord", self._everywhere)]

    def mentions(self) -> list[Intent]:
        """A question to the room."""
        self.bea.mention(self.room, self._question())
        return [self._answered("mention in Slack", lambda: self._said(self.room))]

    def writes(self) -> list[Intent]:
        """Words that are carried from Slack to Discord."""
        word = f"word {next(self._numbers)}."
        root = self._slack.by_bot(self.ana.direct)[0]
        self.ana.write(word, thread=root["ts"])
        return [self._carried("to Discord", word, lambda: self._told(self.lea.direct))]

    def answers(self) -> list[Intent]:
        """Words that are carried from Discord to Slack."""
        word = f"word {next(self._numbers)}."
        self.lea.say(self.lea.direct, word, self._discord.by_bot(self.lea.direct)[0])
        return [self._carried("to Slack", word, lambda: self._said(self.ana.direct))]

    def accepts(self) -> list[Intent]:
        """An expert takes a question over: both are brought together, and greeted once."""
        topic = f"registers {next(self._numbers)}."
        number = self._store.write(lambda session: self._proposed(session, topic))
        self.lea.say(self.lea.direct, f"accept {number}")
        return [
            self._carried("greeting in Slack", topic, lambda: self._greetings(self.ana.direct)),
            self._carried("greeting in Discord", topic, lambda: self._greetings(self.lea.direct)),
        ]

    def _proposed(self, session: Session, topic: str) -> int:
        """A question that was handed to the expert; returns what they accept."""
        asker, expert_ = self._people["ana"][0], self._people["lea"][0]
        question = questions.Asked(
            text=f"How do you match {topic}?",
            language="en",
            asker_id=asker,
            account_key=self._people["ana"][1].key,
            people_only=False,
            visibility=Visibility.PRIVATE,
            confidence=Confidence.NONE,
            score=0.0,
            at=now(),
        )
        number = questions.keep(session, question, model_id="hash", cases=(), experts=())
        introductions.keep_draft(session, number, asker, Wish(question.text), now())
        introductions.move(session, number, RequestState.WAITING, now())
        introductions.lengthen(session, number, 1)
        later = now() + timedelta(days=3)
        introductions.propose(
            session,
            number,
            expert_,
            reasons=(),
            ordinal=1,
            suggested=False,
            at=now(),
            remind_at=later,
            due_at=later,
        )
        return number

    def begin(self, core: Core) -> None:
        """The conversation that words are carried in, before anything is killed."""
        seats = [
            Seat(
                number,
                person.name,
                "en",
                person.platform,
                person.workspace,
                person.user_id,
                serialization.reply_to_json(Reply(f"Good morning, {person.name}.")),
            )
            for number, person in self._people.values()
        ]
        opening = Opening(ConversationKind.PAIRING, "registers", seats, "")
        self._store.write(lambda session: core.conversations.begin(session, opening))

    async def greeted(self) -> None:
        """Return when both were greeted in the first conversation."""
        await self._slack.until(lambda: self._said(self.ana.direct) and self._told(self.lea.direct))

    def wrong(self) -> Counter[str]:
        """What was read not at all, or more than once, by its kind."""
        found = Counter[str]()
        for intent in self.intents:
            if (seen := intent.seen()) != 1:
                found[f"{intent.kind}: {'lost' if not seen else f'read {seen} times'}"] += 1
        return found

    def _question(self) -> str:
        return f"departments that refused to share data, number {next(self._numbers)}?"

    def _answered(self, kind: str, said: Callable[[], list[str]]) -> Intent:
        """One answer more for this question: an answer does not repeat what was asked."""
        number = sum(1 for one in self.intents if one.kind == kind) + 1

        def seen() -> int:
            answers = sum(1 for text in said() if TITLE in text)
            asked = sum(1 for one in self.intents if one.kind == kind)
            # Each has one but the last, which has what is over: the more, the more were doubled.
            return answers - asked + 1 if number == asked else 1

        return Intent(kind, str(number), seen)

    def _carried(self, kind: str, word: str, said: Callable[[], list[str]]) -> Intent:
        return Intent(kind, word, lambda: sum(1 for text in said() if word in text))

    def _said(self, room: fake_slack.Channel) -> list[str]:
        return [str(one) for one in self._slack.by_bot(room) if not one.get("files")]

    def _told(self, room: fake_discord.Channel) -> list[str]:
        return [str(one) for one in self._discord.by_bot(room)]

    def _everywhere(self) -> list[str]:
        """What the bot wrote in the channels and threads of the server."""
        rooms = [one for one in self._discord.world.channels.values() if one.kind != DIRECT]
        return [text for room in rooms for text in self._told(room)]

    def _greetings(self, room: fake_slack.Channel | fake_discord.Channel) -> list[str]:
        said = self._said(room) if isinstance(room, fake_slack.Channel) else self._told(room)
        return [text for text in said if "Answer this message" in text]
