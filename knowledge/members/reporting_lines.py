"""Who is whose superior: told by a member in private, or by a steward; across organisations."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, or_, select
from sqlmodel import Session, col

from knowledge.members.tables import ReportingLine


def toggle(session: Session, member_id: int, chief_id: int) -> bool:
    """A member names a superior; named again it is taken back. True: it holds now."""
    return note(session, member_id, chief_id, True) or not note(session, member_id, chief_id, False)


def note(
    session: Session, member_id: int, chief_id: int, holds: bool, *, by_steward: bool = False
) -> bool:
    """Say that somebody is a member's superior, or is not; False when it is said already.

    What a steward said and what the member said stand side by side: one does not undo the other.
    """
    row = session.scalar(
        select(ReportingLine).where(
            col(ReportingLine.member_id) == member_id,
            col(ReportingLine.chief_id) == chief_id,
            col(ReportingLine.by_steward) == by_steward,
        )
    )
    if (row is not None) is holds:
        return False
    if row is None:
        session.add(ReportingLine(member_id=member_id, chief_id=chief_id, by_steward=by_steward))
    else:
        session.delete(row)
    session.flush()
    return True


def forget(session: Session, member_id: int) -> bool:
    """Take back every superior that a member named; False when there was none."""
    done = session.connection().execute(
        delete(ReportingLine).where(
            col(ReportingLine.member_id) == member_id, col(ReportingLine.by_steward).is_(False)
        )
    )
    session.expire_all()
    return done.rowcount > 0


def named_by(session: Session, member_id: int) -> list[int]:
    """The superiors that a member named."""
    rows = session.scalars(
        select(col(ReportingLine.chief_id))
        .where(col(ReportingLine.member_id) == member_id, col(ReportingLine.by_steward).is_(False))
        .order_by(col(ReportingLine.id))
    )
    return list(rows)


def of_stewards(session: Session) -> list[tuple[int, int]]:
    """(member, superior) of each line that stewards set."""
    rows = session.execute(
        select(col(ReportingLine.member_id), col(ReportingLine.chief_id))
        .where(col(ReportingLine.by_steward))
        .order_by(col(ReportingLine.id))
    )
    return [(member_id, chief_id) for member_id, chief_id in rows]


def superiors(session: Session, member_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """Everybody above each of these members: a superior's superior is one, too."""
    direct = _direct(session)
    return {number: _reached(number, direct) for number in member_ids if number in direct}


def in_line_with(session: Session, member_id: int) -> frozenset[int]:
    """Everybody above or below a member."""
    direct = _direct(session)
    below = {number for number in direct if member_id in _reached(number, direct)}
    return (_reached(member_id, direct) | below) - {member_id}


def belong(session: Session, member_id: int, former: int) -> None:
    """The lines of `former` become `member_id`'s; nobody becomes a superior of their own."""
    mine = or_(col(ReportingLine.member_id) == former, col(ReportingLine.chief_id) == former)
    for row in session.scalars(select(ReportingLine).where(mine)).all():
        one = member_id if row.member_id == former else row.member_id
        chief = member_id if row.chief_id == former else row.chief_id
        same = select(col(ReportingLine.id)).where(
            col(ReportingLine.member_id) == one,
            col(ReportingLine.chief_id) == chief,
            col(ReportingLine.by_steward) == row.by_steward,
        )
        if one == chief or session.scalar(same) is not None:
            session.delete(row)
        else:
            row.member_id, row.chief_id = one, chief
        session.flush()


def _direct(session: Session) -> dict[int, set[int]]:
    rows = session.execute(select(col(ReportingLine.member_id), col(ReportingLine.chief_id)))
    found: dict[int, set[int]] = {}
    for member_id, chief_id in rows:
        found.setdefault(member_id, set()).add(chief_id)
    return found


def _reached(number: int, direct: Mapping[int, Iterable[int]]) -> frozenset[int]:
    """All that can be reached upwards; a circle of lines ends where it began."""
    found: set[int] = set()
    ahead = [number]
    while ahead:
        for chief in direct.get(ahead.pop(), ()):
            if chief not in found:
                found.add(chief)
                ahead.append(chief)
    return frozenset(found - {number})
