"""Answers below posts: each message kept once, changed and removed with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlmodel import Session, col

from knowledge.database.changes import advance
from knowledge.database.keys import key_of
from knowledge.messaging import cancellation
from knowledge.text import passages
from knowledge.threads.tables import ThreadAnswer

Message = tuple[str, str, str, str]
"""(platform, workspace, channel, message): a room, and what is said there, as platforms name it."""


class PostKind(Enum):
    """What people answer below."""

    QUESTION = "question"
    PROMPT = "prompt"


_POSTS = {
    PostKind.QUESTION: col(ThreadAnswer.question_id),
    PostKind.PROMPT: col(ThreadAnswer.prompt_id),
}


@dataclass(frozen=True, slots=True)
class Post:
    """A question to the community or a prompt, by its number; it may stand in several channels."""

    kind: PostKind
    id: int


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer and whose it is; `key`: of the message that brings it to whoever asked."""

    number: int
    post: Post
    key: str
    member_id: int | None
    account_key: str
    platform: str
    workspace: str
    channel: str
    message: str
    author: str
    room: str
    text: str
    solution: bool
    at: datetime
    suggested_at: datetime | None

    @property
    def read_by_all(self) -> bool:
        """Whether it stands below the post; what is sent with its button is for the asker alone."""
        return not self.message.startswith("form:")

    def is_of(self, member_id: int | None, account_key: str) -> bool:
        """Whether somebody wrote it: with that account, or as that member."""
        return account_key == self.account_key or (
            member_id is not None and member_id == self.member_id
        )


def keep(
    session: Session,
    post: Post,
    where: Message,
    *,
    member_id: int | None,
    account_key: str,
    author: str,
    room: str,
    text: str,
    at: datetime,
) -> AnswerView | None:
    """Keep an answer; None when that very message is kept already."""
    if at_message(session, where) is not None:
        return None
    platform, workspace, channel, message = where
    row = ThreadAnswer(
        question_id=post.id if post.kind is PostKind.QUESTION else None,
        prompt_id=post.id if post.kind is PostKind.PROMPT else None,
        key=key_of("thread answer", *where),
        member_id=member_id,
        account_key=account_key,
        platform=platform,
        workspace=workspace,
        channel=channel,
        message=message,
        author=author,
        room=room,
        text=text,
        at=at,
    )
    session.add(row)
    session.flush()
    row.number = row.id or 0
    session.flush()
    return _view(row)


def get(session: Session, kind: PostKind, number: int) -> AnswerView | None:
    """One answer to a post of that kind, whoever may see it: the caller checks."""
    row = session.scalar(_of(col(ThreadAnswer.number) == number, _POSTS[kind].is_not(None)))
    return _view(row) if row is not None else None


def at_message(session: Session, where: Message) -> AnswerView | None:
    """The answer that a message became."""
    platform, workspace, channel, message = where
    row = session.scalar(
        _of(
            col(ThreadAnswer.platform) == platform,
            col(ThreadAnswer.workspace) == workspace,
            col(ThreadAnswer.channel) == channel,
            col(ThreadAnswer.message) == message,
        )
    )
    return _view(row) if row is not None else None


def below(session: Session, post: Post) -> list[AnswerView]:
    """The answers to a post, the oldest first."""
    return [_view(row) for row in session.scalars(_of(_is_below(post)))]


def count(session: Session, post: Post) -> int:
    """How many answers there are to a post."""
    return session.scalar(select(func.count()).where(_is_below(post))) or 0


def by(session: Session, member_id: int | None, account_keys: Iterable[str]) -> list[AnswerView]:
    """All answers of somebody, as a member or with these accounts, the oldest first."""
    return [_view(row) for row in session.scalars(_of(_is_by(member_id, account_keys)))]


def reword(session: Session, key: str, text: str) -> None:
    """Put other words into an answer."""
    session.execute(update(ThreadAnswer).where(col(ThreadAnswer.key) == key).values(text=text))
    session.expire_all()


def take_back(session: Session, answer: AnswerView, at: datetime) -> None:
    """Forget an answer, and remove the message that brought it to whoever asked."""
    if answer.solution and answer.post.kind is PostKind.QUESTION:
        passages.forget_answered(session, [answer.post.id])
    cancellation.retract(session, [answer.key], at)
    _forget(session, [answer.key])


def solves(session: Session, answer: AnswerView) -> None:
    """This is the answer that solved the question."""
    session.execute(
        update(ThreadAnswer).where(col(ThreadAnswer.key) == answer.key).values(solution=True)
    )
    session.expire_all()


def suggest(session: Session, answer: AnswerView, at: datetime) -> bool:
    """Note that its author is asked for a case; False when they were already."""
    not_yet = col(ThreadAnswer.suggested_at).is_(None)
    return advance(
        session, ThreadAnswer, col(ThreadAnswer.key) == answer.key, not_yet, suggested_at=at
    )


def hold_back(session: Session, post: Post) -> None:
    """Answers to a post that are not sent yet are not sent any more."""
    cancellation.drop(session, [each.key for each in below(session, post)])


def erase(
    session: Session, member_id: int | None, account_keys: Sequence[str], at: datetime
) -> None:
    """Forget what somebody wrote; what is not sent yet is not sent.

    What was brought to the asker of a question to the community is theirs; what a programme's
    exchange brought is removed there as well.
    """
    for each in by(session, member_id, account_keys):
        if each.post.kind is PostKind.PROMPT:
            take_back(session, each, at)
        else:
            cancellation.drop(session, [each.key])
            _forget(session, [each.key])


def move(session: Session, stays: int, goes: int) -> None:
    """Two members are one."""
    session.execute(
        update(ThreadAnswer).where(col(ThreadAnswer.member_id) == goes).values(member_id=stays)
    )


def _of(*which: ColumnElement[bool]) -> Select[ThreadAnswer]:
    return select(ThreadAnswer).where(*which).order_by(col(ThreadAnswer.id))


def _is_below(post: Post) -> ColumnElement[bool]:
    return _POSTS[post.kind] == post.id


def _is_by(member_id: int | None, account_keys: Iterable[str]) -> ColumnElement[bool]:
    by_account = col(ThreadAnswer.account_key).in_([key for key in account_keys if key])
    if member_id is None:
        return by_account
    return or_(col(ThreadAnswer.member_id) == member_id, by_account)


def _forget(session: Session, keys: Sequence[str]) -> None:
    session.execute(delete(ThreadAnswer).where(col(ThreadAnswer.key).in_(keys)))
    session.expire_all()


def _view(row: ThreadAnswer) -> AnswerView:
    post = (
        Post(PostKind.PROMPT, row.prompt_id or 0)
        if row.question_id is None
        else Post(PostKind.QUESTION, row.question_id)
    )
    return AnswerView(
        row.number,
        post,
        row.key,
        row.member_id,
        row.account_key,
        row.platform,
        row.workspace,
        row.channel,
        row.message,
        row.author,
        row.room,
        row.text,
        row.solution,
        row.at,
        row.suggested_at,
    )
