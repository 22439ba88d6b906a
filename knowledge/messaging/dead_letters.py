"""What the outbox gave up: which messages reached nobody, and why."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Session, col

from knowledge.messaging.tables import Delivery
from knowledge.vocabulary import DeliveryState


@dataclass(frozen=True, slots=True)
class Dead:
    """A message that was given up, and why."""

    id: int
    platform: str
    channel: str
    reason: str
    at: datetime | None


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
