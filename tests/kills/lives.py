"""People who ask, are brought together and write to each other, in steps that can be cut off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session

from bot.contract import Acted, Edited, Person, Place, PlaceKind, Removed, Said
from knowledge.conversations import conversations
from knowledge.conversations.conversations import ConversationView
from knowledge.introductions import introductions
from knowledge.introductions.introductions import Wish
from knowledge.questions import questions
from knowledge.questions.questions import Asked
from knowledge.vocabulary import Confidence, Purpose, RequestState, Visibility
from tests.support.community import admit, case, expert, publish
from tests.support.round_life import HALLS, MINUTE, STEPS, Life, Step, head

TITLE = "Departments that refused to share data"
ANA = Person("chat", "W", "ana", "Ana Ruiz")
LEA = Person("talk", "V", "lea", "Lea Moe")


class Talk(Life):
    """A library of one case, somebody who asks, and an expert on another platform."""

    def _populate(self) -> None:
        publish(self.store, case(TITLE))
        numbers = [
            admit(self.store, expert(who.name, consents=frozenset(Purpose)), who)
            for who in (ANA, LEA)
        ]
        self.store.write(lambda session: self._propose(session, *numbers))
        self.store.close()

    def _propose(self, session: Session, asker: int, helper: int) -> None:
        """A question of the one was handed over to the other."""
        at, due = self.began, self.began + timedelta(days=3)
        question = Asked(
            text="How do you match two registers of addresses?",
            language="en",
            asker_id=asker,
            account_key=ANA.key,
            people_only=False,
            visibility=Visibility.PRIVATE,
            confidence=Confidence.NONE,
            score=0.0,
            at=at,
        )
        number = questions.keep(session, question, model_id="hash", cases=(), experts=())
        introductions.keep_draft(session, number, asker, Wish(question.text), at)
        introductions.move(session, number, RequestState.WAITING, at)
        introductions.lengthen(session, number, 1)
        introductions.propose(
            session,
            number,
            helper,
            reasons=(),
            ordinal=1,
            suggested=False,
            at=at,
            remind_at=due,
            due_at=due,
        )

    def talk(self) -> ConversationView:
        """The conversation of both."""
        found = self.read(lambda session: conversations.get(session, 1))
        assert found is not None
        return found


def _said(who: Person, name: str, text: str, **facts: Any) -> Acted:
    told = head(who, name) | facts
    return Said(**told, in_place=False, text=text, message=name)


def _asks(_: Life) -> list[Acted]:
    return [_said(ANA, "m1", "departments that refused to share data?")]


def _mentions(_: Life) -> list[Acted]:
    hall = HALLS[1]
    place = Place(hall.platform, hall.workspace, hall.channel, kind=PlaceKind.CHANNEL, message="m2")
    return [_said(LEA, "m2", "which departments refused to share data?", place=place)]


def _accepts(_: Life) -> list[Acted]:
    return [_said(LEA, "m3", "accept 1")]


def _answers(life: Life, who: Person, name: str, text: str) -> list[Acted]:
    assert isinstance(life, Talk)
    talk = life.talk()
    (seat,) = [each for each in talk.participants if each.user_id == who.user_id]
    return [_said(who, name, text, reply_to=talk.root_key(seat))]


def _edits(_: Life) -> list[Acted]:
    told = head(ANA, "edits m4")
    return [Edited(**told, in_place=False, message="m4", text="Shall we meet on Friday?")]


def _removes(_: Life) -> list[Acted]:
    return [Removed(**head(LEA, "removes m5"), in_place=False, message="m5")]


TALK = (
    Step("a question in private", timedelta(), _asks),
    Step("a question in a channel", MINUTE, _mentions),
    Step("an expert accepts", 2 * MINUTE, _accepts),
    Step("words one way", 3 * MINUTE, lambda life: _answers(life, ANA, "m4", "Shall we meet?")),
    Step("words back", 4 * MINUTE, lambda life: _answers(life, LEA, "m5", "With pleasure.")),
    Step("words are changed", 5 * MINUTE, _edits),
    Step("words are taken back", 6 * MINUTE, _removes),
    Step("it is closed", 7 * MINUTE, lambda life: _answers(life, LEA, "m6", "close")),
)


@dataclass(frozen=True)
class Kind:
    """One sort of life, and all that happens in it."""

    name: str
    steps: tuple[Step, ...]
    life: type[Life]

    def born(self, folder: Path) -> Life:
        """A new one."""
        return self.life(folder)


KINDS = (Kind("round", STEPS, Life), Kind("talk", TALK, Talk))
