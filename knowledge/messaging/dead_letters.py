"""What the outbox gave up: which messages reached nobody, and why."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlmodel import Session, col

from knowledge.messaging.tables import Delivery
from knowledge.vocabulary import DeliveryKind, DeliveryState


@dataclass(frozen=True, slots=True)
class Dead:
    """A message that was given up, and why."""

    id: int
    platform: str
    channel: str
    reason: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Letter:
    """What such a message says, and where it was to stand; both as they are stored."""

    id: int
    place: str
    reply: str


def of_account(session: Session, account_key: str) -> list[Letter]:
    """What was given up that somebody was to read, the oldest first."""
    rows = session.execute(
        select(col(Delivery.id), col(Delivery.place), col(Delivery.reply))
        .where(*_for(account_key))
        .order_by(col(Delivery.id))
    )
    return [Letter(number or 0, place, reply) for number, place, reply in rows]


def read(session: Session, account_key: str, number: int, at: datetime) -> None:
    """Somebody read one of these in another place: what it says is forgotten."""
    session.execute(
        update(Delivery)
        .where(*_for(account_key), col(Delivery.id) == number)
        .values(state=DeliveryState.SENT, reply="", finished_at=at)
    )


def _for(account_key: str) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Delivery.account_key) == account_key,
        col(Delivery.state) == DeliveryState.DEAD,
        col(Delivery.kind) == DeliveryKind.POST,
        col(Delivery.reply) != "",
    )


def newest(session: Session, limit: int = 20) -> list[Dead]:
    """What was given up, the newest first."""
    rows = session.scalars(
        select(Delivery)
        .where(col(Delivery.state) == DeliveryState.DEAD)
        .order_by(col(Delivery.finished_at).desc(), col(Delivery.id).desc())
        .limit(limit)
    )
    return [
        Dead(row.id or 0, row.platform, row.channel, row.reason, row.finished_at) for row in rows
    ]


def is_dead(session: Session, key: str) -> bool:
    """Whether the message with that key was given up."""
    dead = col(Delivery.state) == DeliveryState.DEAD
    query = select(col(Delivery.id)).where(col(Delivery.key) == key, dead)
    return session.scalar(query) is not None


def drop_dead(session: Session, key: str) -> None:
    """Forget a message that was given up, so that it can be written anew."""
    dead = col(Delivery.state) == DeliveryState.DEAD
    session.execute(delete(Delivery).where(col(Delivery.key) == key, dead))
