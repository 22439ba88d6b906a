"""Questions for which stewards look for a person: kept, handed on, settled once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlmodel import Session, col

from knowledge.brokering.tables import BrokeredQuestion
from knowledge.database.changes import advance
from knowledge.database.keys import key_of
from knowledge.members import accounts, members
from knowledge.members.views import MemberView
from knowledge.messaging import cancellation
from knowledge.vocabulary import AskerShown, BrokeringState, MemberStatus

_UNDER_WAY = (BrokeringState.WAITING, BrokeringState.PROPOSED)


@dataclass(frozen=True, slots=True)
class Wording:
    """What others may read of a question, and of whoever asks it."""

    text: str
    shown_as: AskerShown = AskerShown.HIDDEN
    shown: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BrokeredView:
    """A question for which a person is sought; it has the question's number."""

    id: int
    asker_id: int
    owner_id: int | None
    state: BrokeringState
    turn: int
    wording: Wording
    said: str
    due_at: datetime | None


def cause(number: int, turn: int) -> tuple[str, str, str]:
    """What the message to a steward is written for, once a turn."""
    return ("brokering", str(number), str(turn))


def get(session: Session, number: int) -> BrokeredView | None:
    """The search for a person for that question, in whatever state."""
    row = session.get(BrokeredQuestion, number, populate_existing=True)
    return _view(row) if row is not None else None


def of_questions(session: Session, numbers: Collection[int]) -> dict[int, BrokeredView]:
    """The same for some questions, by their number."""
    rows = session.scalars(select(BrokeredQuestion).where(col(BrokeredQuestion.id).in_(numbers)))
    return {row.id: _view(row) for row in rows}


def of_asker(session: Session, member_id: int) -> list[BrokeredView]:
    """All that a member gave to stewards, the oldest first."""
    return _where(session, col(BrokeredQuestion.asker_id) == member_id)


def waiting(session: Session) -> list[BrokeredView]:
    """What waits for a steward, the oldest first."""
    return _where(session, col(BrokeredQuestion.state) == BrokeringState.WAITING)


def count(session: Session) -> int:
    """How many questions wait for a steward."""
    return _count(session, col(BrokeredQuestion.state) == BrokeringState.WAITING)


def under_way(session: Session, member_id: int) -> int:
    """How many of a member's questions wait for a steward."""
    state = col(BrokeredQuestion.state) == BrokeringState.WAITING
    return _count(session, state, col(BrokeredQuestion.asker_id) == member_id)


def open_by_owner(session: Session) -> dict[int, int]:
    """How many questions wait for each steward who has any."""
    rows = session.execute(
        select(col(BrokeredQuestion.owner_id), func.count())
        .where(col(BrokeredQuestion.state) == BrokeringState.WAITING)
        .group_by(col(BrokeredQuestion.owner_id))
    )
    return {owner: number for owner, number in rows if owner is not None}


def desk(session: Session, asker_id: int) -> list[MemberView]:
    """The stewards who may own a question of this member, by their number."""
    active = members.listed(session, [MemberStatus.ACTIVE])
    able = [one for one in active if one.steward and one.id != asker_id]
    return sorted(able, key=lambda one: one.id)


def anybody(session: Session, asker_id: int, trusted: Collection[str]) -> bool:
    """Whether somebody else than this member is a steward; `trusted`: accounts of the settings."""
    own = {account.key for account in accounts.of_member(session, asker_id)}
    return bool(desk(session, asker_id)) or not own.issuperset(trusted)


def keep(
    session: Session,
    number: int,
    asker_id: int,
    wording: Wording,
    *,
    owner_id: int | None,
    at: datetime,
    due_at: datetime,
) -> None:
    """Begin to look. Raises sqlalchemy's IntegrityError for a question that was given before."""
    session.execute(
        insert(BrokeredQuestion).values(
            id=number,
            asker_id=asker_id,
            owner_id=owner_id,
            state=BrokeringState.WAITING,
            turn=1,
            text=wording.text,
            shown_as=wording.shown_as,
            shown=dict(wording.shown),
            said="",
            due_at=due_at,
            created_at=at,
        )
    )


def due(session: Session, now: datetime, limit: int) -> list[int]:
    """Numbers of questions whose steward has been silent for too long, or is gone."""
    rows = session.scalars(
        select(col(BrokeredQuestion.id))
        .where(
            col(BrokeredQuestion.state) == BrokeringState.WAITING,
            col(BrokeredQuestion.due_at) <= now,
        )
        .order_by(col(BrokeredQuestion.due_at))
        .limit(limit)
    )
    return list(rows)


def hand_on(
    session: Session, former: BrokeredView, owner_id: int | None, due_at: datetime
) -> BrokeredView | None:
    """Give it to another steward, or again to the same; None when somebody was quicker."""
    same_turn = (col(BrokeredQuestion.id) == former.id) & (
        col(BrokeredQuestion.turn) == former.turn
    )
    fresh = {"owner_id": owner_id, "turn": former.turn + 1, "due_at": due_at}
    if not advance(session, BrokeredQuestion, same_turn, BrokeringState.WAITING, **fresh):
        return None
    return get(session, former.id)


def settle(
    session: Session, number: int, state: BrokeringState, at: datetime, said: str = ""
) -> bool:
    """What a steward did; False when another was quicker, or the question is over."""
    done = {"state": state, "said": said, "due_at": None, "ended_at": at}
    return advance(session, BrokeredQuestion, number, BrokeringState.WAITING, **done)


def end(session: Session, number: int, at: datetime, *, withdrawn: bool) -> None:
    """The question was taken back or is answered: nobody need look any more."""
    found = get(session, number)
    if found is None:
        return
    if found.owner_id is not None:
        key = key_of(*cause(number, found.turn), str(found.owner_id))
        cancellation.drop(session, [key])
    over = BrokeringState.WITHDRAWN if withdrawn else BrokeringState.CLOSED
    done = {"state": over, "due_at": None, "ended_at": at}
    advance(session, BrokeredQuestion, number, _UNDER_WAY, **done)


def release(session: Session, member_id: int, at: datetime) -> None:
    """A steward looks no more: what they had goes on at the next look."""
    session.execute(
        update(BrokeredQuestion)
        .where(
            col(BrokeredQuestion.owner_id) == member_id,
            col(BrokeredQuestion.state) == BrokeringState.WAITING,
        )
        .values(due_at=at)
    )
    session.execute(
        update(BrokeredQuestion)
        .where(col(BrokeredQuestion.owner_id) == member_id)
        .values(owner_id=None)
    )


def erase(session: Session, member_id: int) -> None:
    """What a member asked goes."""
    session.execute(delete(BrokeredQuestion).where(col(BrokeredQuestion.asker_id) == member_id))


def merge(session: Session, stays: int, goes: int, at: datetime) -> None:
    """Two members are one, who looks for nobody on their own behalf."""
    for name in ("asker_id", "owner_id"):
        theirs = col(getattr(BrokeredQuestion, name)) == goes
        session.execute(update(BrokeredQuestion).where(theirs).values({name: stays}))
    session.execute(
        update(BrokeredQuestion)
        .where(col(BrokeredQuestion.owner_id) == col(BrokeredQuestion.asker_id))
        .values(owner_id=None, due_at=at)
    )


def _where(session: Session, *which: Any) -> list[BrokeredView]:
    rows = session.scalars(
        select(BrokeredQuestion).where(*which).order_by(col(BrokeredQuestion.id))
    )
    return [_view(row) for row in rows]


def _count(session: Session, *which: Any) -> int:
    return session.scalar(select(func.count()).select_from(BrokeredQuestion).where(*which)) or 0


def _view(row: BrokeredQuestion) -> BrokeredView:
    return BrokeredView(
        id=row.id,
        asker_id=row.asker_id,
        owner_id=row.owner_id,
        state=row.state,
        turn=row.turn,
        wording=Wording(row.text, row.shown_as, dict(row.shown)),
        said=row.said,
        due_at=row.due_at,
    )
