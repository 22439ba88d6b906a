"""Messages that are taken back before they are sent."""

from collections.abc import Iterable

from sqlalchemy import delete
from sqlmodel import Session, col

from knowledge.models import Delivery
from knowledge.vocabulary import DeliveryState

_WAITING = col(Delivery.state) == DeliveryState.WAITING


def take_back(session: Session, key: str) -> bool:
    """Drop a message that nobody has begun to send; False when it is too late for that."""
    dropped = session.connection().execute(
        delete(Delivery).where(
            col(Delivery.key) == key,
            _WAITING,
            col(Delivery.locked_until).is_(None),
            col(Delivery.in_doubt).is_(False),
        )
    )
    return dropped.rowcount == 1


def drop(session: Session, keys: Iterable[str]) -> None:
    """Take back messages that are not sent yet; what is being sent just now is not tried again."""
    session.execute(delete(Delivery).where(_WAITING, col(Delivery.key).in_(list(keys))))


def drop_unsolicited(session: Session, account_keys: Iterable[str]) -> None:
    """Take back what waits for somebody who did not ask for it."""
    keys = [key for key in account_keys if key]
    session.execute(
        delete(Delivery).where(
            _WAITING, col(Delivery.unsolicited), col(Delivery.account_key).in_(keys)
        )
    )
