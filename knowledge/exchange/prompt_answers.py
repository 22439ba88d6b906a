"""What members wrote in the thread of a prompt: kept once, changed and removed with the message."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from knowledge.database.changes import advance
from knowledge.database.keys import key_of
from knowledge.exchange import prompts
from knowledge.exchange.tables import PromptAnswer

Message = tuple[str, str, str]
"""(platform, channel, message), as the platform names them."""


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer and whose it is."""

    id: int
    prompt_id: int
    member_id: int
    text: str
    at: datetime
    suggested_at: datetime | None


def key(number: int) -> str:
    """The key of the message that brings an answer to whoever asked."""
    return key_of("prompt", "answer", str(number))


def keep(
    session: Session,
    prompt_id: int,
    member_id: int,
    where: Message,
    workspace: str,
    text: str,
    at: datetime,
) -> AnswerView | None:
    """Keep an answer; None when that very message is kept already."""
    if of_message(session, where) is not None:
        return None
    platform, channel, message = where
    row = PromptAnswer(
        prompt_id=prompt_id,
        member_id=member_id,
        platform=platform,
        workspace=workspace,
        channel=channel,
        message=message,
        text=text,
        at=at,
    )
    session.add(row)
    session.flush()
    return _view(row)


def get(session: Session, number: int) -> AnswerView | None:
    """One answer, whoever may see it: the caller checks."""
    row = session.get(PromptAnswer, number)
    return _view(row) if row is not None else None


def of_message(session: Session, where: Message) -> AnswerView | None:
    """The answer that a message became."""
    platform, channel, message = where
    row = session.scalar(
        select(PromptAnswer).where(
            col(PromptAnswer.platform) == platform,
            col(PromptAnswer.channel) == channel,
            col(PromptAnswer.message) == message,
        )
    )
    return _view(row) if row is not None else None


def to_prompt(session: Session, prompt_id: int) -> list[AnswerView]:
    """The answers to a prompt, the oldest first."""
    rows = session.scalars(
        select(PromptAnswer)
        .where(col(PromptAnswer.prompt_id) == prompt_id)
        .order_by(col(PromptAnswer.id))
    )
    return [_view(row) for row in rows]


def by_member(session: Session, member_id: int) -> list[AnswerView]:
    """All answers of a member, the oldest first."""
    rows = session.scalars(
        select(PromptAnswer)
        .where(col(PromptAnswer.member_id) == member_id)
        .order_by(col(PromptAnswer.id))
    )
    return [_view(row) for row in rows]


def reword(session: Session, number: int, text: str) -> None:
    """Put other words into an answer."""
    session.execute(update(PromptAnswer).where(col(PromptAnswer.id) == number).values(text=text))
    session.expire_all()


def take_back(session: Session, number: int, at: datetime) -> None:
    """Remove an answer, and the message that brought it to whoever asked."""
    prompts.retract(session, [key(number)], at)
    session.execute(delete(PromptAnswer).where(col(PromptAnswer.id) == number))
    session.expire_all()


def suggest(session: Session, number: int, at: datetime) -> bool:
    """Note that its author is asked for a case; False when they were already."""
    not_yet = col(PromptAnswer.suggested_at).is_(None)
    return advance(session, PromptAnswer, number, not_yet, suggested_at=at)


def erase(session: Session, member_id: int, at: datetime) -> None:
    """Before a member is erased."""
    for each in by_member(session, member_id):
        take_back(session, each.id, at)


def move(session: Session, stays: int, goes: int) -> None:
    """Two members are one."""
    session.execute(
        update(PromptAnswer).where(col(PromptAnswer.member_id) == goes).values(member_id=stays)
    )


def _view(row: PromptAnswer) -> AnswerView:
    return AnswerView(row.id or 0, row.prompt_id, row.member_id, row.text, row.at, row.suggested_at)
