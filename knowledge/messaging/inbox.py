"""The inbox: every act is claimed once, and done once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, select, tuple_, update
from sqlmodel import Session, col

from knowledge.messaging.tables import InboxEntry
from knowledge.vocabulary import InboxState


@dataclass(frozen=True, slots=True)
class Received:
    """An act that is not done yet: its key, the act as it was written down, and since when."""

    platform: str
    event_id: str
    act: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Lost:
    """An act that was let go: where, and when it was received."""

    platform: str
    at: datetime


def claim(session: Session, platform: str, event_id: str, act: str, at: datetime) -> bool:
    """Write an act down before it runs; False when it is done already.

    An act that was received and never done, as before a crash, may run again: True.
    """
    # On the connection, past the ORM: this unit stands in the way of every answer.
    connection = session.connection()
    same = (col(InboxEntry.platform) == platform) & (col(InboxEntry.event_id) == event_id)
    known = connection.execute(select(col(InboxEntry.state)).where(same)).scalar()
    if known is not None:
        return InboxState(known) is InboxState.RECEIVED
    row = {
        "platform": platform,
        "event_id": event_id,
        "state": InboxState.RECEIVED,
        "act": act,
        "runs": 0,
        "received_at": at,
    }
    connection.execute(insert(InboxEntry), row)
    return True


def finish(session: Session, platform: str, event_id: str, at: datetime) -> bool:
    """Mark an act as done and forget what it was; False when it was done by another already."""
    return _settle(session, platform, event_id, InboxState.DONE, at)


def let_go(session: Session, platform: str, event_id: str, at: datetime) -> bool:
    """Never begin an act again and forget what it was; False when it was done after all."""
    return _settle(session, platform, event_id, InboxState.LOST, at)


def begin(session: Session, platform: str, event_id: str) -> int:
    """Count one more run of an act that was received; returns which it is, 0 when it is done."""
    connection = session.connection()
    begun = connection.execute(
        update(InboxEntry)
        .where(*_open(platform, event_id))
        .values(runs=col(InboxEntry.runs) + 1)
        .returning(col(InboxEntry.runs))
    )
    return begun.scalar() or 0


def left(
    session: Session, before: datetime, after: Received | None = None, limit: int = 500
) -> list[Received]:
    """Acts received until then and never done, the oldest first, those behind `after`."""
    order = (col(InboxEntry.received_at), col(InboxEntry.platform), col(InboxEntry.event_id))
    query = select(InboxEntry).where(
        col(InboxEntry.state) == InboxState.RECEIVED, col(InboxEntry.received_at) <= before
    )
    if after is not None:
        behind = (after.received_at, after.platform, after.event_id)
        query = query.where(tuple_(*order) > tuple_(*behind))
    rows = session.scalars(query.order_by(*order).limit(limit)).all()
    return [Received(row.platform, row.event_id, row.act, row.received_at) for row in rows]


def lost(session: Session, limit: int = 20) -> list[Lost]:
    """Acts that were let go, the latest first."""
    rows = session.execute(
        select(col(InboxEntry.platform), col(InboxEntry.received_at))
        .where(col(InboxEntry.state) == InboxState.LOST)
        .order_by(col(InboxEntry.received_at).desc())
        .limit(limit)
    )
    return [Lost(platform, at) for platform, at in rows]


def newest(session: Session, platform: str) -> datetime | None:
    """When the newest act of a platform was received; None when there is none."""
    received = select(func.max(col(InboxEntry.received_at))).where(
        col(InboxEntry.platform) == platform
    )
    return session.scalar(received)


def open_acts(session: Session) -> int:
    """How many acts are received and not done."""
    counted = select(func.count()).select_from(InboxEntry)
    return session.scalar(counted.where(col(InboxEntry.state) == InboxState.RECEIVED)) or 0


def forget(session: Session, before: datetime) -> int:
    """Drop acts that were done or let go before then; returns how many."""
    gone = session.connection().execute(
        delete(InboxEntry).where(
            col(InboxEntry.state) != InboxState.RECEIVED, col(InboxEntry.done_at) < before
        )
    )
    return gone.rowcount


def _open(platform: str, event_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        col(InboxEntry.platform) == platform,
        col(InboxEntry.event_id) == event_id,
        col(InboxEntry.state) == InboxState.RECEIVED,
    )


def _settle(
    session: Session, platform: str, event_id: str, state: InboxState, at: datetime
) -> bool:
    settled = session.connection().execute(
        update(InboxEntry).where(*_open(platform, event_id)).values(state=state, act="", done_at=at)
    )
    return settled.rowcount == 1
