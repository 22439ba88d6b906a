"""The inbox: every act is claimed once, and done once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlmodel import Session, col

from knowledge.messaging.tables import InboxEntry
from knowledge.vocabulary import InboxState


@dataclass(frozen=True, slots=True)
class Received:
    """An act that is not done yet: its key, the act as it was written down, and its runs."""

    platform: str
    event_id: str
    act: str
    runs: int


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
    done = session.connection().execute(
        update(InboxEntry)
        .where(
            col(InboxEntry.platform) == platform,
            col(InboxEntry.event_id) == event_id,
            col(InboxEntry.state) == InboxState.RECEIVED,
        )
        .values(state=InboxState.DONE, act="", done_at=at)
    )
    return done.rowcount == 1


def take_up(session: Session, before: datetime, limit: int = 500) -> list[Received]:
    """Acts received until then and never done, the oldest first; each counts one run more."""
    rows = session.scalars(
        select(InboxEntry)
        .where(col(InboxEntry.state) == InboxState.RECEIVED, col(InboxEntry.received_at) <= before)
        .order_by(col(InboxEntry.received_at), col(InboxEntry.event_id))
        .limit(limit)
    ).all()
    for row in rows:
        row.runs += 1
    session.flush()
    return [Received(row.platform, row.event_id, row.act, row.runs) for row in rows]


def is_open(session: Session, platform: str, event_id: str) -> bool:
    """Whether an act is received and not done."""
    row = session.get(InboxEntry, (platform, event_id))
    return row is not None and row.state is InboxState.RECEIVED


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
    """Drop acts that were done before then; returns how many."""
    gone = session.connection().execute(
        delete(InboxEntry).where(
            col(InboxEntry.state) == InboxState.DONE, col(InboxEntry.done_at) < before
        )
    )
    return gone.rowcount
