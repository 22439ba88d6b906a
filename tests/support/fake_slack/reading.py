"""What tests look for in a fake Slack, and a model that takes its time."""

import asyncio
import time
from collections.abc import Sequence

from sqlmodel import Session, select

from knowledge.database.store import Store
from knowledge.encoders.encoder import Vectors
from knowledge.members import accounts, members
from knowledge.members.accounts import AccountView
from knowledge.members.views import MemberDraft
from knowledge.questions.tables import Question
from knowledge.vocabulary import MemberStatus
from tests.support.fake_encoder import HashEncoder
from tests.support.fake_slack import FakeSlack, Json, Member, Shown
from tests.support.fake_slack.workspace import TEAM

TITLE = "Departments that refused to share data"
ASKED = "departments that refused to share data?"
READ = "Read"


class SlowEncoder(HashEncoder):
    """Takes `delay` seconds for each batch of questions."""

    delay = 0.0

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        time.sleep(self.delay)
        return super().encode_queries(texts)


def answers(messages: Sequence[Json | Shown]) -> list[Json | Shown]:
    """Those that show the case."""
    return [each for each in messages if TITLE in said(each)]


def said(message: Json | Shown) -> str:
    """What a message says."""
    return message.text if isinstance(message, Shown) else str(message["text"])


def kept(slack: FakeSlack, person: Member) -> list[Json | Shown]:
    """The answers that stay in a person's conversation with the bot."""
    return answers(slack.by_bot(person.direct))


def questions(store: Store) -> int:
    def count(session: Session) -> int:
        return len(session.exec(select(Question.id)).all())

    return store.read(count)


async def settled(slack: FakeSlack, seconds: float = 0.6) -> None:
    """Give what should not happen the time to happen."""
    await asyncio.sleep(seconds)


def enrol(store: Store, who: Member, draft: MemberDraft, *, steward: bool = False) -> int:
    """Make somebody of the workspace an approved member; returns the member's number."""

    def write(session: Session) -> int:
        number = members.create(session, draft, MemberStatus.ACTIVE)
        account = AccountView("slack", TEAM, who.id, draft.name, "en-US", "America/Mexico_City")
        accounts.keep(session, number, account)
        members.set_steward(session, number, steward)
        return number

    return store.write(write)
