"""After a restore: what was written before it, or is done again, may have arrived already."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from knowledge.messaging.tables import Delivery
from knowledge.text.tables import Meta
from knowledge.vocabulary import DeliveryState

_RESTORED = "messaging.restored"
_UNTIL = "messaging.doubt_until"


def restored(session: Session) -> None:
    """This database was put back: every message in it is looked for before it is sent."""
    waiting = col(Delivery.state) == DeliveryState.WAITING
    session.connection().execute(update(Delivery).where(waiting).values(in_doubt=True))
    session.merge(Meta(name=_RESTORED, value="yes"))


def started(session: Session, until: datetime) -> bool:
    """The first start after a restore: what is written until then is looked for as well.

    What was received and answered after the backup is received or taken up again now.
    """
    noted = session.get(Meta, _RESTORED)
    if noted is None:
        return False
    session.delete(noted)
    session.merge(Meta(name=_UNTIL, value=until.isoformat()))
    return True


def doubted_until(session: Session) -> datetime | None:
    """Messages written until then are looked for before they are sent."""
    noted = session.get(Meta, _UNTIL)
    return datetime.fromisoformat(noted.value) if noted is not None else None
