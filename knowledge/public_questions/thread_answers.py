"""Answers that were written below posted questions, for others to read along."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from knowledge.database.keys import key_of
from knowledge.messaging import cancellation
from knowledge.public_questions.tables import PublicAnswer


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What somebody wrote below a posted question, in the room called `room`."""

    id: int
    question_id: int
    platform: str
    channel: str
    message: str
    account_key: str
    author: str
    room: str
    text: str
    solution: bool
    at: datetime

    @property
    def key(self) -> str:
        """The key of the message that brings it to the asker."""
        return message_key(self.id)


def keep(
    session: Session,
    number: int,
    room: str,
    *,
    platform: str,
    channel: str,
    message: str,
    account_key: str,
    author: str,
    text: str,
    at: datetime,
) -> AnswerView | None:
    """Keep what somebody wrote in `room`; None when that very message is kept already."""
    if called(session, platform, channel, message) is not None:
        return None
    row = PublicAnswer(
        question_id=number,
        platform=platform,
        channel=channel,
        message=message,
        account_key=account_key,
        author=author,
        room=room,
        text=text,
        at=at,
    )
    session.add(row)
    session.flush()
    return _answer(row)


def called(session: Session, platform: str, channel: str, message: str) -> AnswerView | None:
    """The answer that a message became."""
    row = session.scalar(
        select(PublicAnswer).where(
            col(PublicAnswer.platform) == platform,
            col(PublicAnswer.channel) == channel,
            col(PublicAnswer.message) == message,
        )
    )
    return _answer(row) if row is not None else None


def get(session: Session, number: int) -> AnswerView | None:
    """One answer by its number."""
    row = session.get(PublicAnswer, number)
    return _answer(row) if row is not None else None


def of_question(session: Session, number: int, limit: int = 20) -> list[AnswerView]:
    """The last answers to a question, oldest first."""
    rows = session.scalars(
        select(PublicAnswer)
        .where(col(PublicAnswer.question_id) == number)
        .order_by(col(PublicAnswer.id).desc())
        .limit(limit)
    )
    return [_answer(row) for row in reversed(rows.all())]


def reword(session: Session, answer_id: int, text: str) -> None:
    """Its author put other words into an answer."""
    session.execute(update(PublicAnswer).where(col(PublicAnswer.id) == answer_id).values(text=text))


def take_back(session: Session, answer_id: int) -> None:
    """Its author removed an answer."""
    session.execute(delete(PublicAnswer).where(col(PublicAnswer.id) == answer_id))


def solves(session: Session, answer_id: int) -> None:
    """This is the answer that solved the question."""
    session.execute(
        update(PublicAnswer).where(col(PublicAnswer.id) == answer_id).values(solution=True)
    )


def hold_back(session: Session, number: int) -> None:
    """Answers to a question that are not sent yet are not sent any more."""
    rows = session.scalars(
        select(col(PublicAnswer.id)).where(col(PublicAnswer.question_id) == number)
    )
    cancellation.drop(session, [message_key(answer_id) for answer_id in rows if answer_id])


def message_key(answer_id: int) -> str:
    """The key of the message that brings an answer to the asker."""
    return key_of("public answer", str(answer_id))


def by(session: Session, account_keys: Iterable[str]) -> list[AnswerView]:
    """What somebody wrote below questions of others, oldest first."""
    rows = session.scalars(
        select(PublicAnswer).where(_of(account_keys)).order_by(col(PublicAnswer.id))
    )
    return [_answer(row) for row in rows]


def erase(session: Session, account_keys: Sequence[str]) -> None:
    """Forget what somebody wrote below questions of others; what is not sent yet is not sent."""
    cancellation.drop(session, [one.key for one in by(session, account_keys)])
    session.execute(delete(PublicAnswer).where(_of(account_keys)))


def _of(account_keys: Iterable[str]) -> Any:
    return col(PublicAnswer.account_key).in_([key for key in account_keys if key])


def _answer(row: PublicAnswer) -> AnswerView:
    return AnswerView(
        row.id or 0,
        row.question_id,
        row.platform,
        row.channel,
        row.message,
        row.account_key,
        row.author,
        row.room,
        row.text,
        row.solution,
        row.at,
    )
