"""How often a member was contacted: what keeps everybody within the number that they accept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlmodel import Session, col

from knowledge.members.tables import Contact
from knowledge.members.views import MemberView
from knowledge.vocabulary import ContactKind

DEFAULT_CAPACITY = 3
"""Contacts in WINDOW to somebody who set no number of their own."""
WINDOW = timedelta(days=7)
REMEMBERED = timedelta(days=28)
"""How far back turns are evened out."""


@dataclass(frozen=True, slots=True)
class Load:
    """How much somebody was contacted lately.

    `free_at`: when they may be contacted again; None: now. It says nothing of somebody who
    accepts no contacts at all.
    """

    lately: int
    last: datetime | None
    free_at: datetime | None


def capacity(member: MemberView) -> int:
    """How many contacts in WINDOW a member accepts."""
    return DEFAULT_CAPACITY if member.capacity is None else member.capacity


def record(session: Session, member_id: int, kind: ContactKind, at: datetime) -> None:
    """Count one contact."""
    session.connection().execute(insert(Contact), {"member_id": member_id, "kind": kind, "at": at})


def loads(session: Session, members: Sequence[MemberView], at: datetime) -> dict[int, Load]:
    """How much each of some members was contacted up to `at`."""
    rows = session.execute(
        select(col(Contact.member_id), col(Contact.at))
        .where(
            col(Contact.member_id).in_([member.id for member in members]),
            col(Contact.at) > at - REMEMBERED,
        )
        .order_by(col(Contact.at))
    )
    times: dict[int, list[datetime]] = {member.id: [] for member in members}
    for member_id, moment in rows:
        times[member_id].append(moment)
    return {member.id: load(times[member.id], capacity(member), at) for member in members}


def lately(session: Session, member_ids: Sequence[int], at: datetime) -> dict[int, int]:
    """How often each of some members was contacted within WINDOW before `at`."""
    rows = session.execute(
        select(col(Contact.member_id), func.count())
        .where(col(Contact.member_id).in_(member_ids), col(Contact.at) > at - WINDOW)
        .group_by(col(Contact.member_id))
    )
    counted: dict[int, int] = dict(rows.all())
    return {number: counted.get(number, 0) for number in member_ids}


def load(times: Sequence[datetime], limit: int, at: datetime) -> Load:
    """What contacts at `times`, in order, leave of a limit >= 0 in WINDOW. Pure."""
    counted = [moment for moment in times if moment > at - WINDOW]
    free_at = None
    if limit > 0 and len(counted) >= limit:
        free_at = counted[len(counted) - limit] + WINDOW
    return Load(len(times), times[-1] if times else None, free_at)


def of_member(session: Session, member_id: int) -> list[datetime]:
    """When a member was contacted, the oldest first."""
    rows = session.scalars(
        select(col(Contact.at)).where(col(Contact.member_id) == member_id).order_by(col(Contact.at))
    )
    return list(rows)


def move(session: Session, former: int, member_id: int) -> None:
    """Two members are one: both were contacted."""
    session.execute(
        update(Contact).where(col(Contact.member_id) == former).values(member_id=member_id)
    )
