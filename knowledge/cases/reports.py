"""Flags: what readers say is the matter with a case. One open flag per person and case."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlmodel import Session, col

from knowledge.cases.tables import Flag
from knowledge.database.changes import advance
from knowledge.vocabulary import FlagKind


@dataclass(frozen=True, slots=True)
class FlagView:
    """One flag. Who raised it is told to nobody; it is here so that they hear what came of it."""

    id: int
    case_id: int
    member_id: int | None
    account_key: str
    kind: FlagKind
    reason: str
    note: str
    at: datetime
    resolved_at: datetime | None


def put(
    session: Session,
    case_id: int,
    kind: FlagKind,
    reason: str,
    at: datetime,
    *,
    member_id: int | None,
    account_key: str,
) -> bool:
    """Write a flag; False when this person has an open one on the case already."""
    key = _key(case_id, member_id, account_key)
    if session.scalar(select(col(Flag.id)).where(col(Flag.open_key) == key)) is not None:
        return False
    session.add(
        Flag(
            case_id=case_id,
            member_id=member_id,
            account_key="" if member_id is not None else account_key,
            kind=kind,
            reason=reason,
            open_key=key,
            at=at,
        )
    )
    session.flush()
    return True


def waiting(session: Session, limit: int, offset: int = 0) -> list[FlagView]:
    """Open flags, the oldest first."""
    query = select(Flag).where(_OPEN).order_by(col(Flag.id)).limit(limit).offset(offset)
    return [_view(row) for row in session.scalars(query)]


def count(session: Session) -> int:
    """How many flags are open."""
    return session.scalar(select(func.count()).select_from(Flag).where(_OPEN)) or 0


def get(session: Session, number: int) -> FlagView | None:
    """One flag, open or not."""
    row = session.get(Flag, number)
    return _view(row) if row is not None else None


def resolve(session: Session, number: int, note: str, at: datetime) -> bool:
    """Close a flag with what came of it; False when somebody else was quicker."""
    return advance(session, Flag, number, _OPEN, note=note, resolved_at=at, open_key=None)


def last_of(
    session: Session, case_id: int, member_id: int | None, account_key: str
) -> FlagView | None:
    """The newest flag of one person on one case."""
    query = select(Flag).where(
        col(Flag.case_id) == case_id, _of(member_id, [account_key] if account_key else [])
    )
    row = session.scalar(query.order_by(col(Flag.id).desc()).limit(1))
    return _view(row) if row is not None else None


def of_person(
    session: Session, member_id: int | None, account_keys: Collection[str]
) -> list[FlagView]:
    """Every flag of one person, the oldest first."""
    query = select(Flag).where(_of(member_id, account_keys)).order_by(col(Flag.id))
    return [_view(row) for row in session.scalars(query)]


def erase(session: Session, member_id: int | None, account_keys: Collection[str]) -> None:
    """Remove every flag of one person."""
    session.execute(delete(Flag).where(_of(member_id, account_keys)))


def move(session: Session, from_id: int, to_id: int) -> None:
    """Two members turn out to be one: where both have an open flag, the older one stands."""
    kept = {flag.case_id for flag in of_person(session, to_id, ()) if flag.resolved_at is None}
    for row in session.scalars(select(Flag).where(col(Flag.member_id) == from_id)).all():
        if row.open_key is not None and row.case_id in kept:
            session.delete(row)
            continue
        row.member_id = to_id
        if row.open_key is not None:
            row.open_key = _key(row.case_id, to_id, "")
    session.flush()


_OPEN = col(Flag.resolved_at).is_(None)


def _key(case_id: int, member_id: int | None, account_key: str) -> str:
    return f"{case_id}:{account_key if member_id is None else f'member:{member_id}'}"


def _of(member_id: int | None, account_keys: Iterable[str]) -> ColumnElement[bool]:
    by_account = col(Flag.account_key).in_([key for key in account_keys if key])
    return by_account if member_id is None else or_(col(Flag.member_id) == member_id, by_account)


def _view(row: Flag) -> FlagView:
    return FlagView(
        row.id or 0,
        row.case_id,
        row.member_id,
        row.account_key,
        row.kind,
        row.reason,
        row.note,
        row.at,
        row.resolved_at,
    )
