"""Prompts between rounds: when they are due, what comes next, and what was posted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlmodel import Session, col

from knowledge.database.changes import advance
from knowledge.exchange.states import PromptSource, PromptState
from knowledge.exchange.tables import Prompt, PromptPost, PromptSchedule
from knowledge.members.tables import Member
from knowledge.messaging import cancellation
from knowledge.messaging.tables import Delivery
from knowledge.questions.tables import Question
from knowledge.vocabulary import Community, Confidence, MemberStatus, QuestionState

OPEN_STATES = (PromptState.ASKED, PromptState.WAITING)


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """When a programme posts prompts; `timetable` is JSON as it is stored."""

    programme_id: int
    timetable: Mapping[str, Any]
    next_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class PromptView:
    """A prompt as it stands; `text` is empty for one of the library."""

    id: int
    programme_id: int
    source: PromptSource
    state: PromptState
    library_id: str
    text: str
    community: Community | None
    places: tuple[str, ...]
    question_id: int | None
    asker_id: int | None
    asked_at: datetime | None
    posted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question of a member that nothing in the library answers closely."""

    id: int
    asker_id: int
    text: str
    asked_at: datetime


def schedule(session: Session, programme_id: int) -> ScheduleView | None:
    """When a programme posts prompts; None where that was never set."""
    row = session.scalar(
        select(PromptSchedule).where(col(PromptSchedule.programme_id) == programme_id)
    )
    if row is None:
        return None
    return ScheduleView(row.programme_id, dict(row.timetable), row.next_due_at)


def set_schedule(
    session: Session, programme_id: int, timetable: Mapping[str, Any], due: datetime | None
) -> None:
    """Set when a programme posts prompts; `due` None: not any more."""
    values: dict[str, Any] = {"timetable": dict(timetable), "next_due_at": due}
    mine = col(PromptSchedule.programme_id) == programme_id
    changed = session.connection().execute(update(PromptSchedule).where(mine).values(**values))
    if not changed.rowcount:
        session.add(PromptSchedule(programme_id=programme_id, **values))
        session.flush()
    session.expire_all()


def claim_due(
    session: Session, programme_id: int, due: datetime, following: datetime | None
) -> bool:
    """Take the due moment for oneself; False when another process was quicker."""
    mine = col(PromptSchedule.programme_id) == programme_id
    waits = col(PromptSchedule.next_due_at) == due
    return advance(session, PromptSchedule, mine, waits, next_due_at=following)


def add(
    session: Session, programme_id: int, source: PromptSource, state: PromptState, **values: Any
) -> PromptView:
    """Write a prompt at the end of the queue."""
    last = session.scalar(
        select(func.max(col(Prompt.rank))).where(col(Prompt.programme_id) == programme_id)
    )
    row = Prompt(
        programme_id=programme_id, source=source, state=state, rank=(last or 0) + 1, **values
    )
    session.add(row)
    session.flush()
    return _view(row)


def get(session: Session, number: int) -> PromptView | None:
    """One prompt, whoever may see it: the caller checks."""
    row = session.get(Prompt, number)
    return _view(row) if row is not None else None


def queue(session: Session, programme_id: int) -> list[PromptView]:
    """What waits, in its turn. What was only asked for is not in it."""
    rows = session.scalars(
        select(Prompt)
        .where(col(Prompt.programme_id) == programme_id, col(Prompt.state) == PromptState.WAITING)
        .order_by(col(Prompt.rank), col(Prompt.id))
    )
    return [_view(row) for row in rows]


def arrange(session: Session, numbers: Sequence[int]) -> None:
    """Give what waits another order."""
    for rank, number in enumerate(numbers):
        session.execute(update(Prompt).where(col(Prompt.id) == number).values(rank=rank))
    session.expire_all()


def step(session: Session, number: int, before: Sequence[PromptState], **values: Any) -> bool:
    """Take a prompt from a state; False when it was not there, or somebody was quicker."""
    return advance(session, Prompt, number, before, **values)


def used(session: Session, programme_id: int) -> dict[str, datetime]:
    """When each of the library was posted or dropped last, by its id there."""
    last = func.max(func.coalesce(col(Prompt.posted_at), col(Prompt.decided_at)))
    rows = session.execute(
        select(col(Prompt.library_id), last)
        .where(
            col(Prompt.programme_id) == programme_id,
            col(Prompt.source) == PromptSource.LIBRARY,
            col(Prompt.state).in_([PromptState.POSTED, PromptState.DROPPED]),
        )
        .group_by(col(Prompt.library_id))
    )
    return {name: when for name, when in rows if when is not None}


def last_posted(session: Session, programme_id: int, library_id: str, text: str) -> datetime | None:
    """When the same was posted last in a programme, whatever it came from; None for never."""
    rows = session.execute(
        select(col(Prompt.library_id), col(Prompt.text), col(Prompt.posted_at)).where(
            col(Prompt.programme_id) == programme_id,
            col(Prompt.state) == PromptState.POSTED,
            col(Prompt.posted_at).is_not(None),
        )
    )
    mine = (library_id, _folded(text))
    same = [when for name, words, when in rows if (name, _folded(words)) == mine]
    return max((when for when in same if when is not None), default=None)


def under_way(session: Session, programme_id: int, asked_since: datetime) -> int:
    """How many questions of members wait, or may yet be agreed to because they were just asked."""
    return (
        session.scalar(
            select(func.count()).where(
                col(Prompt.programme_id) == programme_id,
                col(Prompt.source) == PromptSource.QUESTION,
                or_(
                    col(Prompt.state) == PromptState.WAITING,
                    (col(Prompt.state) == PromptState.ASKED) & (col(Prompt.asked_at) > asked_since),
                ),
            )
        )
        or 0
    )


def unanswered(
    session: Session, language: str, since: datetime, asked_since: datetime, longest: int
) -> list[Unanswered]:
    """Questions in a language that may be asked for, the newest first.

    Of active members of the two communities, open, below the line; never one that was asked for
    before, nor one of somebody who was asked since `asked_since`.
    """
    before = select(col(Prompt.question_id)).where(col(Prompt.question_id).is_not(None))
    lately = select(col(Prompt.asker_id)).where(
        col(Prompt.asker_id).is_not(None), col(Prompt.asked_at) > asked_since
    )
    rows = session.execute(
        select(col(Question.id), col(Question.asker_id), col(Question.text), col(Question.asked_at))
        .join(Member, col(Member.id) == col(Question.asker_id))
        .where(
            col(Question.language) == language,
            col(Question.asked_at) >= since,
            col(Question.state) == QuestionState.OPEN,
            col(Question.confidence) != Confidence.STRONG,
            col(Question.people_only).is_(False),
            func.length(col(Question.text)) <= longest,
            col(Member.status) == MemberStatus.ACTIVE,
            col(Member.community).in_([Community.CITY, Community.NATIONAL]),
            col(Question.id).not_in(before),
            col(Question.asker_id).not_in(lately),
        )
        .order_by(col(Question.id).desc())
        .limit(100)
    )
    return [Unanswered(*row) for row in rows]


def stands(session: Session, found: PromptView) -> bool:
    """Whether a prompt may be posted now: a member's question only while they take part."""
    if found.source is not PromptSource.QUESTION:
        return True
    question = session.get(Question, found.question_id or 0)
    asker = session.get(Member, found.asker_id or 0)
    if question is None or asker is None:
        return False
    return question.state is QuestionState.OPEN and asker.status is MemberStatus.ACTIVE


def posted(session: Session, number: int, room: tuple[str, str, str], key: str) -> None:
    """Note a channel (platform, workspace, channel) and the key of the message for it."""
    platform, workspace, channel = room
    session.add(
        PromptPost(
            prompt_id=number, platform=platform, workspace=workspace, channel=channel, key=key
        )
    )
    session.flush()


def at_message(
    session: Session, room: tuple[str, str, str], messages: Collection[str]
) -> PromptView | None:
    """The prompt that was posted as one of these messages of a room, and still stands."""
    platform, workspace, channel = room
    there = (
        col(PromptPost.platform) == platform,
        col(PromptPost.workspace) == workspace,
        col(PromptPost.channel) == channel,
    )
    row = session.scalar(
        select(Prompt)
        .join(PromptPost, col(PromptPost.prompt_id) == col(Prompt.id))
        .join(Delivery, col(Delivery.key) == col(PromptPost.key))
        .where(
            *there,
            col(Delivery.message).in_(messages),
            col(Prompt.state) == PromptState.POSTED,
        )
        .limit(1)
    )
    return _view(row) if row is not None else None


def lately_posted(session: Session, programme_id: int, limit: int) -> list[PromptView]:
    """What was posted last, the newest first."""
    rows = session.scalars(
        select(Prompt)
        .where(col(Prompt.programme_id) == programme_id, col(Prompt.state) == PromptState.POSTED)
        .order_by(col(Prompt.posted_at).desc(), col(Prompt.id).desc())
        .limit(limit)
    )
    return [_view(row) for row in rows]


def withdraw(session: Session, number: int, at: datetime) -> bool:
    """Take a member's question back: out of the queue, or out of the channels; words forgotten."""
    states = (*OPEN_STATES, PromptState.POSTED)
    if not step(session, number, states, state=PromptState.WITHDRAWN, text="", decided_at=at):
        return False
    keys = session.scalars(select(col(PromptPost.key)).where(col(PromptPost.prompt_id) == number))
    cancellation.retract(session, list(keys), at)
    return True


def withdraw_question(session: Session, question_id: int, at: datetime, *, posted: bool) -> None:
    """A question is answered or taken back: it is not posted; `posted`: nor left standing."""
    states = (*OPEN_STATES, PromptState.POSTED) if posted else OPEN_STATES
    _withdraw_all(
        session, at, col(Prompt.question_id) == question_id, col(Prompt.state).in_(states)
    )


def leave(session: Session, member_id: int, at: datetime) -> None:
    """Somebody takes no part any more: nothing of theirs is posted; what was posted stays."""
    mine = col(Prompt.asker_id) == member_id
    _withdraw_all(session, at, mine, col(Prompt.state).in_(OPEN_STATES))


def of_asker(session: Session, member_id: int) -> list[PromptView]:
    """Which questions of a member were asked for, and what became of them."""
    rows = session.scalars(
        select(Prompt).where(col(Prompt.asker_id) == member_id).order_by(col(Prompt.id))
    )
    return [_view(row) for row in rows]


def erase(session: Session, member_id: int, at: datetime) -> None:
    """Before a member is erased: their questions leave queues and channels; answers of others stay.

    What was never posted goes as a row.
    """
    mine = col(Prompt.asker_id) == member_id
    _withdraw_all(session, at, mine)
    session.execute(delete(Prompt).where(mine, col(Prompt.posted_at).is_(None)))
    session.execute(
        update(Prompt).where(mine).values(asker_id=None, question_id=None, community=None, text="")
    )
    session.expire_all()


def move(session: Session, stays: int, goes: int) -> None:
    """Two members are one."""
    session.execute(update(Prompt).where(col(Prompt.asker_id) == goes).values(asker_id=stays))


def _withdraw_all(session: Session, at: datetime, *which: ColumnElement[bool]) -> None:
    for number in session.scalars(select(col(Prompt.id)).where(*which)).all():
        withdraw(session, number or 0, at)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _view(row: Prompt) -> PromptView:
    return PromptView(
        row.id or 0,
        row.programme_id,
        row.source,
        row.state,
        row.library_id,
        row.text,
        row.community,
        tuple(row.places),
        row.question_id,
        row.asker_id,
        row.asked_at,
        row.posted_at,
    )
