"""Programmes of the peer exchange: how they are set, who takes part, who is kept apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlmodel import Session, col

from knowledge.database.changes import advance
from knowledge.exchange.tables import (
    Avoid,
    ExchangeRound,
    NeverTogether,
    Pairing,
    Participation,
    Programme,
)


@dataclass(frozen=True, slots=True)
class ProgrammeView:
    """A programme; `timetable`, `rules` and `channels` are JSON as they are stored."""

    id: int
    name: str
    timetable: Mapping[str, Any]
    rules: Mapping[str, Any]
    channels: Mapping[str, Any]
    automatic: bool
    days: int
    chatham_house: bool
    paused: bool
    next_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class ParticipationView:
    """A member in a programme; `paused`: silent for long, out of rounds until they are back."""

    programme_id: int
    member_id: int
    every: int
    skip_next: bool
    snoozed_until: date | None
    rests: int
    rested_last: bool
    last_round: int
    silent_rounds: int
    paused: bool


def listed(session: Session) -> list[ProgrammeView]:
    """Every programme, by name."""
    return [_view(row) for row in session.scalars(select(Programme).order_by(col(Programme.name)))]


def get(session: Session, number: int) -> ProgrammeView | None:
    """One programme."""
    row = session.get(Programme, number)
    return _view(row) if row is not None else None


def by_name(session: Session, name: str) -> ProgrammeView | None:
    """The programme that is called so, however it is capitalised."""
    wanted = func.lower(col(Programme.name)) == name.strip().lower()
    row = session.scalar(select(Programme).where(wanted))
    return _view(row) if row is not None else None


def of_conversation(session: Session, number: int) -> ProgrammeView | None:
    """The programme in whose round a conversation was begun, if any."""
    row = session.scalar(
        select(Programme)
        .join(ExchangeRound, col(ExchangeRound.programme_id) == col(Programme.id))
        .join(Pairing, col(Pairing.round_id) == col(ExchangeRound.id))
        .where(col(Pairing.conversation_id) == number)
        .limit(1)
    )
    return _view(row) if row is not None else None


def create(session: Session, name: str, **values: Any) -> ProgrammeView:
    """Write a new programme."""
    row = Programme(name=name, **values)
    session.add(row)
    session.flush()
    return _view(row)


def change(session: Session, number: int, **values: Any) -> ProgrammeView | None:
    """Set some of a programme; None when it is gone."""
    session.execute(update(Programme).where(col(Programme.id) == number).values(**values))
    session.expire_all()
    return get(session, number)


def claim_due(
    session: Session, number: int, due_at: datetime | None, following: datetime | None
) -> bool:
    """Take the next due moment for oneself; False when another process was quicker."""
    due = col(Programme.next_due_at) == due_at
    return advance(session, Programme, number, due, next_due_at=following)


def join(session: Session, programme_id: int, member_id: int, at: datetime) -> bool:
    """Let a member take part; False when they did already."""
    row = _row(session, programme_id, member_id)
    if row is None:
        session.add(Participation(programme_id=programme_id, member_id=member_id, joined_at=at))
    elif row.left_at is None and row.paused_at is None:
        return False
    else:
        row.left_at = row.paused_at = None
        row.silent_rounds = 0
    session.flush()
    return True


def decline(session: Session, programme_id: int, member_id: int, at: datetime) -> bool:
    """Keep that a member was asked and does not join now; False when they had answered before."""
    if _row(session, programme_id, member_id) is not None:
        return False
    session.add(
        Participation(programme_id=programme_id, member_id=member_id, joined_at=at, left_at=at)
    )
    session.flush()
    return True


def answered(session: Session, member_id: int) -> frozenset[int]:
    """The programmes to which a member has said anything: joined, left or not now."""
    of = col(Participation.member_id) == member_id
    return frozenset(session.scalars(select(col(Participation.programme_id)).where(of)))


def leave(session: Session, programme_id: int, member_id: int, at: datetime) -> bool:
    """Take a member out; False when they took no part."""
    row = _row(session, programme_id, member_id)
    if row is None or row.left_at is not None:
        return False
    row.left_at = at
    session.flush()
    return True


def adjust(session: Session, programme_id: int, member_id: int, **values: Any) -> None:
    """Set how a member takes part: `every`, `skip_next`, `paused_at` and so on."""
    session.execute(
        update(Participation)
        .where(
            col(Participation.programme_id) == programme_id,
            col(Participation.member_id) == member_id,
        )
        .values(**values)
    )
    session.expire_all()


def participants(session: Session, programme_id: int) -> list[ParticipationView]:
    """Everybody who takes part, by their numbers."""
    rows = session.scalars(
        select(Participation)
        .where(
            col(Participation.programme_id) == programme_id, col(Participation.left_at).is_(None)
        )
        .order_by(col(Participation.member_id))
    )
    return [_participation(row) for row in rows]


def of_member(session: Session, member_id: int) -> list[ParticipationView]:
    """The programmes that a member takes part in."""
    rows = session.scalars(
        select(Participation)
        .where(col(Participation.member_id) == member_id, col(Participation.left_at).is_(None))
        .order_by(col(Participation.programme_id))
    )
    return [_participation(row) for row in rows]


def snoozed(session: Session, upto: date) -> list[ParticipationView]:
    """Those whose pause ends on a day up to `upto`, in whichever programme."""
    rows = session.scalars(
        select(Participation)
        .where(col(Participation.left_at).is_(None), col(Participation.snoozed_until) <= upto)
        .order_by(col(Participation.id))
    )
    return [_participation(row) for row in rows]


def avoid(session: Session, member_id: int, other_id: int) -> bool:
    """Keep a member apart from another; the same word again takes it back. True: they avoid now."""
    row = session.scalar(
        select(Avoid).where(col(Avoid.member_id) == member_id, col(Avoid.other_id) == other_id)
    )
    if row is None:
        session.add(Avoid(member_id=member_id, other_id=other_id))
    else:
        session.delete(row)
    session.flush()
    return row is None


def avoided(session: Session, member_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """Whom each of these members avoids."""
    found: dict[int, set[int]] = {}
    for member_id, other in session.execute(
        select(col(Avoid.member_id), col(Avoid.other_id)).where(
            col(Avoid.member_id).in_(member_ids)
        )
    ):
        found.setdefault(member_id, set()).add(other)
    return {member_id: frozenset(others) for member_id, others in found.items()}


def keep_apart(session: Session, one: str, other: str, *, apart: bool) -> bool:
    """Never group two by the stewards' word, or no longer; False when it is so already."""
    one, other = sorted((one, other))
    row = session.scalar(
        select(NeverTogether).where(
            col(NeverTogether.one) == one, col(NeverTogether.other) == other
        )
    )
    if (row is not None) is apart:
        return False
    if row is None:
        session.add(NeverTogether(one=one, other=other))
    else:
        session.delete(row)
    session.flush()
    return True


def kept_apart(session: Session) -> list[tuple[str, str]]:
    """Every two that stewards keep apart."""
    rows = session.scalars(select(NeverTogether).order_by(col(NeverTogether.id)))
    return [(row.one, row.other) for row in rows]


def forget_member(session: Session, member_id: int) -> None:
    """Drop what stewards said about a member whose number will mean nobody any more."""
    word = f"#{member_id}"
    either = or_(col(NeverTogether.one) == word, col(NeverTogether.other) == word)
    session.execute(delete(NeverTogether).where(either))


def belong(session: Session, member_id: int, former: int) -> None:
    """What `former` had set becomes `member_id`'s; what both have stays as the latter has it."""
    own = set(
        session.scalars(
            select(col(Participation.programme_id)).where(col(Participation.member_id) == member_id)
        )
    )
    session.execute(
        update(Participation)
        .where(col(Participation.member_id) == former, col(Participation.programme_id).not_in(own))
        .values(member_id=member_id)
    )
    for other in avoided(session, [former]).get(former, frozenset()):
        if other != member_id and other not in avoided(session, [member_id]).get(member_id, ()):
            session.add(Avoid(member_id=member_id, other_id=other))
    for by in session.scalars(select(col(Avoid.member_id)).where(col(Avoid.other_id) == former)):
        if by != member_id and member_id not in avoided(session, [by]).get(by, ()):
            session.add(Avoid(member_id=by, other_id=member_id))
    session.flush()
    either = or_(col(Avoid.member_id) == former, col(Avoid.other_id) == former)
    session.execute(delete(Avoid).where(either))
    _stay_apart(session, f"#{member_id}", f"#{former}")


def _stay_apart(session: Session, word: str, former: str) -> None:
    """What stewards said about one number holds for the other."""
    known = set(kept_apart(session))
    for one, other in sorted(known):
        if former not in (one, other):
            continue
        session.execute(
            delete(NeverTogether).where(
                col(NeverTogether.one) == one, col(NeverTogether.other) == other
            )
        )
        left = tuple(sorted(word if each == former else each for each in (one, other)))
        if left[0] != left[1] and left not in known:
            session.add(NeverTogether(one=left[0], other=left[1]))
    session.flush()


def _row(session: Session, programme_id: int, member_id: int) -> Participation | None:
    found: Participation | None = session.scalar(
        select(Participation).where(
            col(Participation.programme_id) == programme_id,
            col(Participation.member_id) == member_id,
        )
    )
    return found


def _view(row: Programme) -> ProgrammeView:
    return ProgrammeView(
        row.id or 0,
        row.name,
        dict(row.timetable),
        dict(row.rules),
        dict(row.channels),
        row.automatic,
        row.days,
        row.chatham_house,
        row.paused,
        row.next_due_at,
    )


def _participation(row: Participation) -> ParticipationView:
    return ParticipationView(
        row.programme_id,
        row.member_id,
        row.every,
        row.skip_next,
        row.snoozed_until,
        row.rests,
        row.rested_last,
        row.last_round,
        row.silent_rounds,
        row.paused_at is not None,
    )


def move_room(session: Session, old: str, new: str) -> None:
    """Let every programme name a room by its new id."""
    for programme in session.scalars(select(Programme)):
        programme.channels = _renamed(programme.channels, old, new)


def _renamed(found: Any, old: str, new: str) -> Any:
    """The same document with one word in place of another, wherever it stands."""
    if isinstance(found, dict):
        return {key: _renamed(value, old, new) for key, value in found.items()}
    if isinstance(found, list):
        return [_renamed(value, old, new) for value in found]
    return new if found == old else found
