"""Times proposed in a conversation: whom they suit, and which one is agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from knowledge.conversations.tables import Conversation, Meeting, MeetingChoice, MeetingSlot
from knowledge.database.changes import advance
from knowledge.database.keys import key_of


@dataclass(frozen=True, slots=True)
class SlotView:
    """A proposed time; `batch` counts from 1 how often times were proposed."""

    id: int
    meeting_id: int
    batch: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class MeetingView:
    """The meeting of a conversation. `agreed_at`: when it begins, once that is agreed."""

    id: int
    conversation_id: int
    uid: str
    batch: int
    sequence: int
    agreed_batch: int
    agreed_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnChoice:
    """A time that a member said suits them."""

    conversation_id: int
    starts_at: datetime


def of_conversation(session: Session, conversation_id: int) -> MeetingView | None:
    """The meeting of a conversation, if times were ever proposed in it."""
    row = session.scalar(select(Meeting).where(col(Meeting.conversation_id) == conversation_id))
    return _meeting(row) if row is not None else None


def propose(
    session: Session,
    conversation_id: int,
    after: int,
    spans: Sequence[tuple[datetime, datetime]],
    at: datetime,
) -> list[SlotView]:
    """Write times down as the batch that follows `after`; empty when somebody was quicker."""
    row = session.scalar(select(Meeting).where(col(Meeting.conversation_id) == conversation_id))
    if row is None:
        uid = f"crosswalk-{key_of('meeting', str(conversation_id), at.isoformat())}"
        row = Meeting(conversation_id=conversation_id, uid=uid, created_at=at)
        session.add(row)
        session.flush()
    if row.batch != after:
        return []
    row.batch = after + 1
    slots = [
        MeetingSlot(meeting_id=row.id or 0, batch=row.batch, starts_at=start, ends_at=end)
        for start, end in spans
    ]
    session.add_all(slots)
    session.flush()
    return [_slot(each) for each in slots]


def slots(session: Session, meeting_id: int, batch: int | None = None) -> list[SlotView]:
    """The times of a meeting, or those of one batch, in order of time."""
    query = select(MeetingSlot).where(col(MeetingSlot.meeting_id) == meeting_id)
    if batch is not None:
        query = query.where(col(MeetingSlot.batch) == batch)
    return [_slot(row) for row in session.scalars(query.order_by(col(MeetingSlot.starts_at)))]


def slot(session: Session, number: int) -> tuple[MeetingView, SlotView] | None:
    """One time, with its meeting."""
    row = session.get(MeetingSlot, number)
    meeting = session.get(Meeting, row.meeting_id) if row is not None else None
    return (_meeting(meeting), _slot(row)) if row is not None and meeting is not None else None


def choose(session: Session, slot_id: int, member_id: int) -> frozenset[int]:
    """Note that a time suits a member, once; returns everybody whom it suits."""
    chosen = select(col(MeetingChoice.member_id)).where(col(MeetingChoice.slot_id) == slot_id)
    those = set(session.scalars(chosen))
    if member_id not in those:
        session.add(MeetingChoice(slot_id=slot_id, member_id=member_id))
        session.flush()
    return frozenset(those | {member_id})


def agree(session: Session, found: MeetingView, chosen: SlotView) -> MeetingView | None:
    """Settle on a time; None when one of these or of later times was agreed before."""
    settled = advance(
        session,
        Meeting,
        found.id,
        col(Meeting.agreed_batch) < chosen.batch,
        agreed_batch=chosen.batch,
        agreed_at=chosen.starts_at,
        sequence=col(Meeting.sequence) + 1,
    )
    return of_conversation(session, found.conversation_id) if settled else None


def agreed(session: Session, conversation_id: int) -> tuple[MeetingView, SlotView] | None:
    """The time that the people of a conversation agreed to last; None before they did."""
    found = of_conversation(session, conversation_id)
    if found is None or found.agreed_at is None:
        return None
    chosen = slots(session, found.id, found.agreed_batch)
    return next(((found, each) for each in chosen if each.starts_at == found.agreed_at), None)


def chosen_by(session: Session, member_id: int) -> list[OwnChoice]:
    """All times that a member said suit them, the oldest first."""
    rows = session.execute(
        select(col(Meeting.conversation_id), col(MeetingSlot.starts_at))
        .join(MeetingSlot, col(MeetingSlot.meeting_id) == col(Meeting.id))
        .join(MeetingChoice, col(MeetingChoice.slot_id) == col(MeetingSlot.id))
        .where(col(MeetingChoice.member_id) == member_id)
        .order_by(col(MeetingChoice.id))
    )
    return [OwnChoice(number, start) for number, start in rows]


def belong(session: Session, member_id: int, former: int) -> None:
    """What suited `former` suits `member_id`."""
    own = select(col(MeetingChoice.slot_id)).where(col(MeetingChoice.member_id) == member_id)
    session.execute(
        update(MeetingChoice)
        .where(
            col(MeetingChoice.member_id) == former,
            col(MeetingChoice.slot_id).not_in(list(session.scalars(own))),
        )
        .values(member_id=member_id)
    )


def forget(session: Session, closed_before: datetime) -> int:
    """Drop the times of conversations that were closed before then; returns how many meetings."""
    ended = select(col(Conversation.id)).where(col(Conversation.closed_at) < closed_before)
    gone = session.connection().execute(
        delete(Meeting).where(col(Meeting.conversation_id).in_(ended))
    )
    return gone.rowcount


def _meeting(row: Meeting) -> MeetingView:
    return MeetingView(
        row.id or 0,
        row.conversation_id,
        row.uid,
        row.batch,
        row.sequence,
        row.agreed_batch,
        row.agreed_at,
    )


def _slot(row: MeetingSlot) -> SlotView:
    return SlotView(row.id or 0, row.meeting_id, row.batch, row.starts_at, row.ends_at)
