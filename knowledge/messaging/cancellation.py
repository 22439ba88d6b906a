"""Messages that are taken back before they are sent."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, or_, select, true, update
from sqlmodel import Session, col

from knowledge.database.keys import key_of
from knowledge.messaging import deliveries
from knowledge.messaging.deliveries import POSTED, Draft
from knowledge.messaging.tables import Delivery, DeliverySubject
from knowledge.vocabulary import DeliveryKind, DeliveryState

_WAITING = col(Delivery.state) == DeliveryState.WAITING


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where somebody is written to; `place` as it is stored."""

    platform: str
    workspace: str
    channel: str
    place: str
    account_key: str


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


def retract(session: Session, keys: Sequence[str], at: datetime) -> None:
    """Take messages back: those that wait are dropped, those that arrived are removed.

    A post that is removed need not be kept any longer.
    """
    rows = session.scalars(select(Delivery).where(col(Delivery.key).in_(keys))).all()
    removals = [
        Draft(
            key=key_of("retracted", row.key),
            platform=row.platform,
            workspace=row.workspace,
            channel=row.channel,
            place=row.place,
            reply="",
            account_key=row.account_key,
            kind=DeliveryKind.DELETE,
            target=row.key,
        )
        for row in rows
    ]
    late = [removal for removal in removals if not take_back(session, removal.target)]
    deliveries.write(session, late, at)
    ended = col(Delivery.key).in_([removal.target for removal in late])
    session.execute(
        update(Delivery).where(ended, col(Delivery.about).startswith(POSTED)).values(about="")
    )
    session.expire_all()


def drop_posts(session: Session, about: str, account_key: str) -> None:
    """Take back what waits for one reader of what it is about; removals of what they read go on."""
    session.execute(
        delete(Delivery).where(
            _WAITING,
            col(Delivery.about) == about,
            col(Delivery.account_key) == account_key,
            col(Delivery.kind) != DeliveryKind.DELETE,
        )
    )


@dataclass(frozen=True, slots=True)
class Dropped:
    """A message that is not sent: its key, and what it belonged to."""

    key: str
    about: str


def drop_about(
    session: Session, member_id: int, within: Collection[str] | None = None
) -> list[Dropped]:
    """Take back all that is about a member or brings their words, whoever was to read it.

    `within`: only what belongs to one of these, such as `conversation:7`.

    What was given up goes as well. Only what takes something away from a reader is still sent.
    """
    theirs = select(col(DeliverySubject.delivery_id)).where(
        col(DeliverySubject.member_id) == member_id
    )
    belongs = col(Delivery.about).in_(within) if within is not None else true()
    # A post that may stand in a channel by now is looked up, to be removed by its feature.
    may_stand = and_(
        _WAITING,
        col(Delivery.about).startswith(POSTED),
        or_(col(Delivery.locked_until).is_not(None), col(Delivery.in_doubt)),
    )
    unsent = (
        col(Delivery.id).in_(theirs),
        belongs,
        col(Delivery.state) != DeliveryState.SENT,
        col(Delivery.kind) != DeliveryKind.DELETE,
        ~may_stand,
    )
    found = session.execute(select(col(Delivery.key), col(Delivery.about)).where(*unsent))
    dropped = [Dropped(key, about) for key, about in found]
    session.execute(delete(Delivery).where(*unsent))
    return dropped


def forget_rooms(session: Session, member_id: int) -> None:
    """Forget who was to be in the rooms that were opened for somebody and others, and for what."""
    theirs = select(col(DeliverySubject.delivery_id)).where(
        col(DeliverySubject.member_id) == member_id
    )
    session.execute(
        update(Delivery)
        .where(col(Delivery.id).in_(theirs), col(Delivery.kind) == DeliveryKind.OPEN)
        .values(place="")
    )


def move_subject(session: Session, stays: int, goes: int) -> None:
    """Two members are one: what was about either is about the one that stays."""
    both = select(col(DeliverySubject.delivery_id)).where(col(DeliverySubject.member_id) == stays)
    session.execute(
        update(DeliverySubject)
        .where(
            col(DeliverySubject.member_id) == goes,
            col(DeliverySubject.delivery_id).not_in(list(session.scalars(both))),
        )
        .values(member_id=stays)
    )


def drop_unsolicited(session: Session, account_keys: Iterable[str]) -> None:
    """Take back what waits for somebody who did not ask for it, but for what is kept for them."""
    keys = [key for key in account_keys if key]
    session.execute(
        delete(Delivery).where(
            _WAITING,
            col(Delivery.unsolicited),
            ~col(Delivery.kept),
            col(Delivery.account_key).in_(keys),
        )
    )


def hold(session: Session, account_keys: Iterable[str]) -> None:
    """Keep for later what waits for somebody and is to be told once they are back.

    What is being sent just now is left: whoever sends it says how it went.
    """
    session.execute(
        update(Delivery)
        .where(
            _WAITING,
            col(Delivery.kept),
            col(Delivery.locked_until).is_(None),
            col(Delivery.account_key).in_(list(account_keys)),
        )
        .values(state=DeliveryState.HELD)
    )


def drop_kept(session: Session, account_keys: Iterable[str]) -> None:
    """Take back what was kept for somebody who does not come back."""
    session.execute(
        delete(Delivery).where(
            col(Delivery.state).in_((DeliveryState.WAITING, DeliveryState.HELD)),
            col(Delivery.kept),
            col(Delivery.account_key).in_(list(account_keys)),
        )
    )


def held(session: Session) -> list[tuple[str, str]]:
    """(key, account) of all that is kept for those who want to be left alone, in its order."""
    rows = session.execute(
        select(col(Delivery.key), col(Delivery.account_key))
        .where(col(Delivery.state) == DeliveryState.HELD)
        .order_by(col(Delivery.id))
    )
    return [(key, account) for key, account in rows]


def release(session: Session, key: str, to: Recipient, at: datetime) -> None:
    """Let a message go that was held, as if it were written at `at`."""
    session.execute(
        update(Delivery)
        .where(col(Delivery.key) == key, col(Delivery.state) == DeliveryState.HELD)
        .values(
            state=DeliveryState.WAITING,
            platform=to.platform,
            workspace=to.workspace,
            channel=to.channel,
            place=to.place,
            account_key=to.account_key,
            created_at=at,
            due_at=at,
        )
    )


def forget_held(session: Session, key: str) -> None:
    """Drop a message that was held for somebody who is gone."""
    session.execute(
        delete(Delivery).where(col(Delivery.key) == key, col(Delivery.state) == DeliveryState.HELD)
    )
