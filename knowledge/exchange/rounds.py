"""Rounds of the peer exchange: planned, announced, closed; their groups, and who met."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlmodel import Session, col

from knowledge.database.changes import advance
from knowledge.exchange import plans, problems
from knowledge.exchange.plans import RoundPlan
from knowledge.exchange.problems import RoundProblem
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.states import CheckInAnswer, PairingState, RoundState
from knowledge.exchange.tables import CheckIn, ExchangeRound, Pairing, PairingMember

MOST_UNASKED = 3
"""Messages that nobody asked for, per member and round."""


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round; `problem` is what it was planned from: who, and whom a steward put together."""

    id: int
    programme_id: int
    number: int
    state: RoundState
    due_at: datetime
    approved: bool
    problem: RoundProblem
    plan: RoundPlan
    revision: int
    previewed_at: datetime | None
    reminded_at: datetime | None
    announced_at: datetime | None

    @property
    def members(self) -> tuple[int, ...]:
        """Who was to be grouped."""
        return tuple(int(each.id) for each in self.problem.members)

    @property
    def locked(self) -> tuple[tuple[int, ...], ...]:
        """Whom a steward put together."""
        return tuple(tuple(int(each) for each in group) for group in self.problem.locked)


@dataclass(frozen=True, slots=True)
class PairingView:
    """A group of a round; by member, what they were sent unasked and how far they were asked."""

    id: int
    round_id: int
    group_number: int
    state: PairingState
    across: bool
    conversation_id: int | None
    nudged_at: datetime | None
    messages: Mapping[int, int]
    asked: Mapping[int, int]

    @property
    def members(self) -> tuple[int, ...]:
        """Who is in it."""
        return tuple(self.messages)


@dataclass(frozen=True, slots=True)
class CheckInView:
    """What one member said about a meeting."""

    pairing_id: int
    member_id: int
    answer: CheckInAnswer | None
    problem: str
    tried: str
    worked: str
    may_be_quoted: bool
    at: datetime


def plan(
    session: Session,
    programme_id: int,
    due_at: datetime,
    problem: RoundProblem,
    made: RoundPlan,
) -> RoundView:
    """Write a planned round down, under the programme's next number."""
    row = ExchangeRound(
        programme_id=programme_id,
        number=next_number(session, programme_id),
        state=RoundState.PLANNED,
        due_at=due_at,
        problem=problems.written(problem),
        plan=plans.written(made),
    )
    session.add(row)
    session.flush()
    return _round(row)


def get(session: Session, number: int) -> RoundView | None:
    """One round."""
    row = session.get(ExchangeRound, number)
    return _round(row) if row is not None else None


def in_state(
    session: Session, state: RoundState, programme_id: int | None = None
) -> list[RoundView]:
    """Rounds in a state, the oldest first."""
    query = select(ExchangeRound).where(col(ExchangeRound.state) == state)
    if programme_id is not None:
        query = query.where(col(ExchangeRound.programme_id) == programme_id)
    return [_round(row) for row in session.scalars(query.order_by(col(ExchangeRound.id)))]


def next_begins(session: Session, programme: ProgrammeView) -> datetime | None:
    """When a programme's next round begins; None while it is paused, or where none will come.

    Once a round is planned, the programme's own date is that of the round after it.
    """
    if programme.paused:
        return None
    planned: datetime | None = session.scalar(
        select(func.min(col(ExchangeRound.due_at))).where(
            col(ExchangeRound.programme_id) == programme.id,
            col(ExchangeRound.state) == RoundState.PLANNED,
        )
    )
    return planned or programme.next_due_at


def replan(session: Session, found: RoundView, problem: RoundProblem, made: RoundPlan) -> bool:
    """Put another plan into a planned round; False when it was changed or announced meanwhile."""
    as_read = and_(
        col(ExchangeRound.state) == RoundState.PLANNED,
        col(ExchangeRound.revision) == found.revision,
    )
    return advance(
        session,
        ExchangeRound,
        found.id,
        as_read,
        problem=problems.written(problem),
        plan=plans.written(made),
        revision=found.revision + 1,
    )


def keep_topics(session: Session, found: RoundView, topics: Mapping[str, int]) -> None:
    """Note in the plan of an announced round how many groups a topic is for."""
    session.execute(
        update(ExchangeRound)
        .where(col(ExchangeRound.id) == found.id)
        .values(plan=plans.written(replace(found.plan, topics=dict(topics))))
    )
    session.expire_all()


def step(session: Session, number: int, before: RoundState, **values: Any) -> bool:
    """Take a round from a state; False when it was not there, or another process was quicker.

    A moment that is set (`previewed_at` and so on) must not have been set before.
    """
    open_yet = [getattr(ExchangeRound, name).is_(None) for name in values if name.endswith("_at")]
    stands = and_(col(ExchangeRound.state) == before, *open_yet)
    return advance(session, ExchangeRound, number, stands, **values)


_PREVIEW = "round:"


def preview_of(number: int) -> str:
    """What messages that show stewards a planned round belong to."""
    return f"{_PREVIEW}{number}"


def previews(session: Session) -> list[str]:
    """What messages that show planned rounds belong to."""
    return [preview_of(found.id) for found in in_state(session, RoundState.PLANNED)]


def preview_again(session: Session, dropped: Iterable[str]) -> None:
    """Let planned rounds be shown anew whose previews are not sent any more."""
    for about in dropped:
        if about.startswith(_PREVIEW):
            number = int(about.removeprefix(_PREVIEW))
            advance(session, ExchangeRound, number, RoundState.PLANNED, previewed_at=None)


def pair_up(
    session: Session,
    round_id: int,
    group_number: int,
    members: Sequence[int],
    *,
    across: bool,
    messages: Mapping[int, int] | None = None,
) -> int:
    """Write a group down; returns the pairing's number."""
    row = Pairing(round_id=round_id, group_number=group_number, across=across)
    session.add(row)
    session.flush()
    for member_id in members:
        session.add(
            PairingMember(
                pairing_id=row.id or 0,
                member_id=member_id,
                messages=(messages or {}).get(member_id, 0),
            )
        )
    session.flush()
    return row.id or 0


def pairing(session: Session, number: int) -> PairingView | None:
    """One group."""
    row = session.get(Pairing, number)
    return _pairing(session, row) if row is not None else None


def of_conversation(session: Session, conversation_id: int) -> PairingView | None:
    """The group that meets in a conversation."""
    row = session.scalar(select(Pairing).where(col(Pairing.conversation_id) == conversation_id))
    return _pairing(session, row) if row is not None else None


def pairings(session: Session, round_id: int) -> list[PairingView]:
    """The groups of a round."""
    rows = session.scalars(
        select(Pairing).where(col(Pairing.round_id) == round_id).order_by(col(Pairing.group_number))
    )
    return [_pairing(session, row) for row in rows.all()]


def open_for(session: Session, member_id: int) -> list[PairingView]:
    """The groups that a member is in now."""
    rows = session.scalars(
        select(Pairing)
        .join(PairingMember, col(PairingMember.pairing_id) == col(Pairing.id))
        .where(col(PairingMember.member_id) == member_id, col(Pairing.state) == PairingState.OPEN)
        .order_by(col(Pairing.id))
    )
    return [_pairing(session, row) for row in rows.all()]


def amend(session: Session, number: int, **values: Any) -> None:
    """Set something of a pairing."""
    session.execute(update(Pairing).where(col(Pairing.id) == number).values(**values))
    session.expire_all()


def nudge(session: Session, number: int, at: datetime) -> bool:
    """Note that an open pairing is nudged; False when it was, or has ended."""
    stands = and_(col(Pairing.state) == PairingState.OPEN, col(Pairing.nudged_at).is_(None))
    return advance(session, Pairing, number, stands, nudged_at=at)


def settle(session: Session, number: int, state: PairingState) -> bool:
    """End an open pairing; False when it had ended before."""
    return advance(session, Pairing, number, PairingState.OPEN, state=state)


def spend(session: Session, pairing_id: int, member_id: int, most: int = MOST_UNASKED) -> bool:
    """Count a message that nobody asked for; False when there were `most` already."""
    return advance(
        session,
        PairingMember,
        _seat(pairing_id, member_id),
        col(PairingMember.messages) < most,
        messages=col(PairingMember.messages) + 1,
    )


def ask(session: Session, pairing_id: int, member_id: int, asked: int) -> bool:
    """Note that a member is asked (1 halfway, 2 at the end); False when they were already."""
    before = col(PairingMember.asked) < asked
    return advance(session, PairingMember, _seat(pairing_id, member_id), before, asked=asked)


def withdraw(session: Session, pairing_id: int, member_id: int) -> None:
    """Take one member out of a group that goes on."""
    session.execute(
        delete(PairingMember).where(
            col(PairingMember.pairing_id) == pairing_id,
            col(PairingMember.member_id) == member_id,
        )
    )
    session.expire_all()


def next_number(session: Session, programme_id: int) -> int:
    """The number of a programme's next round."""
    last = session.scalar(
        select(func.max(col(ExchangeRound.number))).where(
            col(ExchangeRound.programme_id) == programme_id
        )
    )
    return (last or 0) + 1


def history(session: Session, programme_id: int, upto: int) -> list[tuple[int, bool, list[int]]]:
    """(round's number, across, members) of the groups announced so far and not called off."""
    rows = session.execute(
        select(
            col(Pairing.id),
            col(ExchangeRound.number),
            col(Pairing.across),
            col(PairingMember.member_id),
        )
        .join(ExchangeRound, col(ExchangeRound.id) == col(Pairing.round_id))
        .join(PairingMember, col(PairingMember.pairing_id) == col(Pairing.id))
        .where(
            col(ExchangeRound.programme_id) == programme_id,
            col(ExchangeRound.number) <= upto,
            col(Pairing.state) != PairingState.CANCELLED,
        )
        .order_by(col(Pairing.id), col(PairingMember.id))
    )
    found: dict[int, tuple[int, bool, list[int]]] = {}
    for pairing_id, number, across, member_id in rows:
        found.setdefault(pairing_id, (number, across, []))[2].append(member_id)
    return list(found.values())


def check_in(session: Session, pairing_id: int, member_id: int, at: datetime, **said: Any) -> None:
    """Keep what a member says about a meeting; what they say later counts."""
    row = session.scalar(
        select(CheckIn).where(
            col(CheckIn.pairing_id) == pairing_id, col(CheckIn.member_id) == member_id
        )
    )
    if row is None:
        session.add(CheckIn(pairing_id=pairing_id, member_id=member_id, at=at, **said))
    else:
        for name, value in {**said, "at": at}.items():
            setattr(row, name, value)
    session.flush()


def check_ins(session: Session, pairing_ids: Sequence[int]) -> list[CheckInView]:
    """What was said about some meetings."""
    rows = session.scalars(select(CheckIn).where(col(CheckIn.pairing_id).in_(pairing_ids)))
    return [_check_in(row) for row in rows]


def check_ins_by(session: Session, member_id: int) -> list[CheckInView]:
    """All that a member said about meetings, the oldest first."""
    rows = session.scalars(
        select(CheckIn).where(col(CheckIn.member_id) == member_id).order_by(col(CheckIn.id))
    )
    return [_check_in(row) for row in rows]


def belong(session: Session, member_id: int, former: int) -> None:
    """The groups and words of `former` become `member_id`'s."""
    for table in (PairingMember, CheckIn):
        own = select(col(table.pairing_id)).where(col(table.member_id) == member_id)
        session.execute(
            update(table)
            .where(
                col(table.member_id) == former,
                col(table.pairing_id).not_in(list(session.scalars(own))),
            )
            .values(member_id=member_id)
        )


def _round(row: ExchangeRound) -> RoundView:
    return RoundView(
        row.id or 0,
        row.programme_id,
        row.number,
        row.state,
        row.due_at,
        row.approved,
        problems.read(row.problem) if row.problem else RoundProblem(),
        plans.read(row.plan),
        row.revision,
        row.previewed_at,
        row.reminded_at,
        row.announced_at,
    )


def _pairing(session: Session, row: Pairing) -> PairingView:
    members = session.execute(
        select(col(PairingMember.member_id), col(PairingMember.messages), col(PairingMember.asked))
        .where(col(PairingMember.pairing_id) == row.id)
        .order_by(col(PairingMember.id))
    ).all()
    return PairingView(
        row.id or 0,
        row.round_id,
        row.group_number,
        row.state,
        row.across,
        row.conversation_id,
        row.nudged_at,
        {member_id: messages for member_id, messages, _ in members},
        {member_id: asked for member_id, _, asked in members},
    )


def _check_in(row: CheckIn) -> CheckInView:
    return CheckInView(
        row.pairing_id,
        row.member_id,
        row.answer,
        row.problem,
        row.tried,
        row.worked,
        row.may_be_quoted,
        row.at,
    )


def _seat(pairing_id: int, member_id: int) -> ColumnElement[bool]:
    return and_(
        col(PairingMember.pairing_id) == pairing_id, col(PairingMember.member_id) == member_id
    )


def still_in(session: Session, conversation_id: int) -> frozenset[int] | None:
    """Who is still in the group of a round that has this conversation; None without a group."""
    number = session.scalar(
        select(col(Pairing.id)).where(col(Pairing.conversation_id) == conversation_id)
    )
    if number is None:
        return None
    own = select(col(PairingMember.member_id)).where(col(PairingMember.pairing_id) == number)
    return frozenset(session.scalars(own))
