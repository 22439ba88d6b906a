"""The outbox: messages that must not be lost, in the order in which they were written."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, delete, func, insert, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from knowledge.members.tables import Account
from knowledge.messaging import doubt
from knowledge.messaging.tables import Delivery, DeliverySubject
from knowledge.vocabulary import DeliveryKind, DeliveryState

HOLDING = 6
"""Tries during which a message holds back those behind it: about half a minute of backoff."""

POSTED = "posted:"
"""What messages belong to that stand in a channel and change later: they are not forgotten."""

LEFT_THE_WORKSPACE = "This person has left the workspace."

_WAITING = col(Delivery.state) == DeliveryState.WAITING


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to write: where to, for whom, and what; place and reply as they are stored.

    `target`: the key of the delivery that this one answers, changes or removes. `about`: what it
    belongs to, such as `conversation:7`.
    """

    key: str
    platform: str
    workspace: str
    channel: str
    place: str
    reply: str
    account_key: str = ""
    kind: DeliveryKind = DeliveryKind.POST
    target: str = ""
    about: str = ""
    unsolicited: bool = False
    """Whether nobody waits for it, so that it goes with the wish to be left alone."""
    kept: bool = False
    """Whether it is held instead, until they are back."""
    held: bool = False
    """Whether they want to be left alone now."""
    not_before: datetime | None = None
    """Until when it is held, such as until somebody is at work; the messages after it go first."""
    subjects: Collection[int] = ()
    """The members whom it is about or whose words it brings: it is not sent once they went."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process may send now, and nobody else.

    `target`: the receipt of what it answers, changes or removes; empty when there is none.
    """

    id: int
    key: str
    kind: DeliveryKind
    target: str
    about: str
    platform: str
    place: str
    reply: str
    attempts: int
    in_doubt: bool
    created_at: datetime
    account_key: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the outbox stands."""

    waiting: int
    dead: int
    oldest: datetime | None
    """When the message that has waited longest was written."""


def write(session: Session, drafts: Sequence[Draft], at: datetime) -> int:
    """Write messages that are not there yet, by their keys; returns how many were new."""
    connection = session.connection()
    keys = [draft.key for draft in drafts]
    known = set(connection.scalars(select(col(Delivery.key)).where(col(Delivery.key).in_(keys))))
    rows = [
        {
            "key": draft.key,
            "kind": draft.kind,
            "target": draft.target,
            "about": draft.about,
            "platform": draft.platform,
            "workspace": draft.workspace,
            "channel": draft.channel,
            "account_key": draft.account_key,
            "unsolicited": draft.unsolicited,
            "kept": draft.kept,
            "place": draft.place,
            "reply": draft.reply,
            "state": DeliveryState.HELD if draft.held else DeliveryState.WAITING,
            "attempts": 0,
            "in_doubt": False,
            "reason": "",
            "receipt": "",
            "message": "",
            "due_at": max(at, draft.not_before or at),
            "not_before": draft.not_before,
            "created_at": max(at, draft.not_before or at),
        }
        for draft in drafts
        if draft.key not in known
    ]
    if rows:
        connection.execute(insert(Delivery), rows)
        _note_subjects(session, [draft for draft in drafts if draft.key not in known])
    return len(rows)


def _note_subjects(session: Session, drafts: Sequence[Draft]) -> None:
    about = {draft.key: draft.subjects for draft in drafts if draft.subjects}
    if not about:
        return
    written = session.execute(
        select(col(Delivery.key), col(Delivery.id)).where(col(Delivery.key).in_(about))
    )
    pairs = [
        {"delivery_id": number, "member_id": member_id}
        for key, number in written
        for member_id in set(about[key])
    ]
    session.connection().execute(insert(DeliverySubject), pairs)


def any_due(session: Session, platforms: Collection[str], now: datetime) -> bool:
    """Whether `claim` would find something."""
    return session.scalar(_due(platforms, now).limit(1)) is not None


def next_due(session: Session, platforms: Collection[str], now: datetime) -> datetime | None:
    """The next moment after `now` at which something may become due."""
    moments = [
        session.scalar(
            select(func.min(moment)).where(
                _WAITING, col(Delivery.platform).in_(platforms), moment > now
            )
        )
        for moment in (col(Delivery.due_at), col(Delivery.locked_until))
    ]
    return min((moment for moment in moments if moment is not None), default=None)


def claim(
    session: Session,
    platforms: Collection[str],
    now: datetime,
    until: datetime,
    limit: int,
    besides: Collection[int] = (),
) -> list[Claimed]:
    """Up to `limit` messages to send now, nobody else's until `until`; one per channel.

    `besides`: what whoever asks is sending already, however long ago a clock says it began.

    Only what failed often enough no longer holds back what was written after it.
    A message whose former sender never said how it went is in doubt.
    """
    fresh = col(Delivery.id).not_in(besides)
    numbers = list(session.scalars(_due(platforms, now).where(fresh).limit(limit)))
    if not numbers:
        return []
    away = set(session.scalars(_to_nobody(col(Delivery.id).in_(numbers))))
    for number in away:
        give_up(session, number or 0, LEFT_THE_WORKSPACE, now)
    numbers = [number for number in numbers if number not in away]
    mine = col(Delivery.id).in_(numbers)
    doubtful: ColumnElement[bool] = col(Delivery.locked_until).is_not(None)
    if (until_then := doubt.doubted_until(session)) is not None:
        doubtful = or_(doubtful, col(Delivery.created_at) <= until_then)
    session.execute(update(Delivery).where(mine, doubtful).values(in_doubt=True))
    session.execute(update(Delivery).where(mine).values(locked_until=until))
    rows = session.scalars(select(Delivery).where(mine).order_by(col(Delivery.id))).all()
    targets = _receipts(session, {row.target for row in rows if row.target})
    return [
        Claimed(
            id=row.id or 0,
            key=row.key,
            kind=row.kind,
            target=targets.get(row.target, ""),
            about=row.about,
            platform=row.platform,
            place=row.place,
            reply=row.reply,
            attempts=row.attempts,
            in_doubt=row.in_doubt,
            created_at=row.created_at,
            account_key=row.account_key,
        )
        for row in rows
    ]


def bring_back(session: Session, now: datetime, furthest: timedelta) -> int:
    """Make due what a clock that was wrong put too far into the future; returns how many.

    Nothing waits longer than `furthest` but what is held on purpose.
    """
    wrong = or_(col(Delivery.due_at) > now + furthest, col(Delivery.locked_until) > now + furthest)
    held = col(Delivery.not_before) > now
    brought = session.connection().execute(
        update(Delivery)
        .where(_WAITING, wrong, or_(col(Delivery.not_before).is_(None), ~held))
        .values(
            due_at=now,
            in_doubt=or_(col(Delivery.in_doubt), col(Delivery.locked_until).is_not(None)),
            locked_until=None,
        )
    )
    return brought.rowcount


def release(session: Session, due_at: datetime) -> int:
    """Free what was being sent when its process ended, to be looked up and sent at `due_at`.

    For the start of the only process there is: nobody else is sending. Returns how many.
    """
    freed = session.connection().execute(
        update(Delivery)
        .where(_WAITING, col(Delivery.locked_until).is_not(None))
        .values(locked_until=None, in_doubt=True, due_at=due_at)
    )
    return freed.rowcount


def sent(session: Session, number: int, receipt: str, at: datetime, message: str = "") -> None:
    """A message has arrived; what it said is forgotten. `message`: its name on the platform."""
    _settle(
        session,
        number,
        DeliveryState.SENT,
        at,
        receipt=receipt,
        message=message,
        reason="",
        reply="",
    )


def complete(session: Session, number: int, reply: str) -> None:
    """Put the whole message in, so that each further try sends the very same."""
    _change(session, number, reply=reply)


def give_up(session: Session, number: int, reason: str, at: datetime) -> None:
    """A message can never arrive; `reason` is for stewards."""
    _settle(session, number, DeliveryState.DEAD, at, reason=reason)


def give_up_on(session: Session, platform: str, workspace: str, user_id: str, at: datetime) -> int:
    """Give up what waits for somebody whose account is gone; returns how many messages.

    What is being sent just now is left: whoever sends it will hear of it.
    """
    theirs = _to_nobody(
        _WAITING,
        _free(at),
        col(Delivery.platform) == platform,
        col(Delivery.workspace) == workspace,
        col(Delivery.channel) == user_id,
    )
    numbers = list(session.scalars(theirs))
    for number in numbers:
        give_up(session, number or 0, LEFT_THE_WORKSPACE, at)
    return len(numbers)


def postpone(
    session: Session, number: int, due_at: datetime, *, in_doubt: bool, attempts: int, reason: str
) -> None:
    """Try again at `due_at`; `attempts` is how many tries have failed by now."""
    _change(
        session,
        number,
        due_at=due_at,
        in_doubt=in_doubt,
        attempts=attempts,
        reason=reason,
        locked_until=None,
    )


def standing(session: Session) -> Standing:
    """How many messages wait and how many were given up."""
    rows = session.execute(select(col(Delivery.state), func.count()).group_by(col(Delivery.state)))
    counted: dict[DeliveryState, int] = dict(rows.all())
    oldest = session.scalar(select(func.min(col(Delivery.created_at))).where(_WAITING))
    waiting, dead = (counted.get(state, 0) for state in (DeliveryState.WAITING, DeliveryState.DEAD))
    return Standing(waiting, dead, oldest)


def forget(session: Session, before: datetime) -> int:
    """Drop messages that were sent or given up before then; returns how many."""
    gone = session.connection().execute(
        delete(Delivery).where(
            col(Delivery.state) != DeliveryState.WAITING,
            col(Delivery.finished_at) < before,
            ~col(Delivery.about).startswith(POSTED),
        )
    )
    return gone.rowcount


def about(session: Session, platform: str, message: str) -> str:
    """What a message that was sent belongs to; empty when it is none of ours, or of long ago."""
    sent_as = (col(Delivery.platform) == platform, col(Delivery.message) == message)
    return session.scalar(select(col(Delivery.about)).where(*sent_as)) or ""


def arrived(session: Session, number: int, limit: int = 50) -> dict[str, str]:
    """What stands in the same room as a message, the newest: its name there, and the key."""
    own = aliased(Delivery)
    query = (
        select(col(Delivery.message), col(Delivery.key))
        .join(
            own,
            (col(own.platform) == col(Delivery.platform))
            & (col(own.workspace) == col(Delivery.workspace))
            & (col(own.channel) == col(Delivery.channel)),
        )
        .where(
            col(own.id) == number,
            col(Delivery.state) == DeliveryState.SENT,
            col(Delivery.message) != "",
        )
        .order_by(col(Delivery.id).desc())
        .limit(limit)
    )
    return dict(session.execute(query).all())


def private_receipts(session: Session, platform: str, limit: int) -> dict[str, str]:
    """The last message to each person alone, the newest first: who, and the stored receipt."""
    own = col(Delivery.platform) + ":" + col(Delivery.workspace) + ":" + col(Delivery.channel)
    last = (
        select(func.max(col(Delivery.id)))
        .where(
            col(Delivery.platform) == platform,
            col(Delivery.state) == DeliveryState.SENT,
            col(Delivery.receipt) != "",
            col(Delivery.account_key) == own,
        )
        .group_by(col(Delivery.channel))
    )
    rows = session.execute(
        select(col(Delivery.channel), col(Delivery.receipt))
        .where(col(Delivery.id).in_(last))
        .order_by(col(Delivery.id).desc())
        .limit(limit)
    )
    return dict(rows.all())


def held_until(session: Session, key: str) -> datetime | None:
    """Until when a message is held that is not sent yet; None for any other."""
    query = select(col(Delivery.not_before)).where(col(Delivery.key) == key, _WAITING)
    return session.scalar(query)


def is_written(session: Session, key: str) -> bool:
    """Whether a message of this key was written and is not forgotten yet."""
    return session.scalar(select(col(Delivery.id)).where(col(Delivery.key) == key)) is not None


def erase(session: Session, account_keys: Iterable[str]) -> None:
    """Remove every message to somebody, sent or not."""
    keys = [key for key in account_keys if key]
    session.execute(delete(Delivery).where(col(Delivery.account_key).in_(keys)))


def _due(platforms: Collection[str], now: datetime) -> Select[int | None]:
    """Numbers of messages to send now: the first of each channel, in the order of writing."""
    earlier = aliased(Delivery)
    held_back = (
        select(col(earlier.id))
        .where(
            col(earlier.state) == DeliveryState.WAITING,
            col(earlier.platform) == col(Delivery.platform),
            col(earlier.workspace) == col(Delivery.workspace),
            col(earlier.channel) == col(Delivery.channel),
            col(earlier.id) < col(Delivery.id),
            or_(col(earlier.not_before).is_(None), col(earlier.not_before) <= now),
            or_(col(earlier.attempts) < HOLDING, col(earlier.locked_until) > now),
        )
        .exists()
    )
    return (
        select(col(Delivery.id))
        .where(
            _WAITING,
            col(Delivery.platform).in_(platforms),
            col(Delivery.due_at) <= now,
            _free(now),
            ~held_back,
        )
        .order_by(col(Delivery.id))
    )


def _to_nobody(*which: ColumnElement[bool]) -> Select[int | None]:
    """Numbers of direct messages to accounts that are gone: their channel is the person."""
    return (
        select(col(Delivery.id))
        .join(
            Account,
            (col(Account.platform) == col(Delivery.platform))
            & (col(Account.workspace) == col(Delivery.workspace))
            & (col(Account.user_id) == col(Delivery.channel)),
        )
        .where(col(Account.gone_at).is_not(None), *which)
    )


def _receipts(session: Session, keys: set[str]) -> dict[str, str]:
    """The receipts of messages that were sent, by their keys."""
    if not keys:
        return {}
    rows = session.execute(
        select(col(Delivery.key), col(Delivery.receipt)).where(
            col(Delivery.key).in_(keys), col(Delivery.receipt) != ""
        )
    )
    return dict(rows.all())


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(col(Delivery.locked_until).is_(None), col(Delivery.locked_until) <= now)


def _settle(
    session: Session, number: int, state: DeliveryState, at: datetime, **more: object
) -> None:
    _change(session, number, state=state, finished_at=at, locked_until=None, **more)


def _change(session: Session, number: int, **values: object) -> None:
    session.connection().execute(
        update(Delivery).where(col(Delivery.id) == number, _WAITING).values(**values)
    )


def move_room(session: Session, platform: str, old: str, new: str) -> None:
    """Let what was or is to be sent into a room name it by its new id."""
    quoted = f'"{old}"'
    rows = session.scalars(
        select(Delivery).where(
            col(Delivery.platform) == platform,
            col(Delivery.place).contains(quoted) | col(Delivery.receipt).contains(quoted),
        )
    )
    for row in rows:
        row.place = row.place.replace(quoted, f'"{new}"')
        row.receipt = row.receipt.replace(quoted, f'"{new}"')
