"""What else ends when somebody pauses, leaves or withdraws a consent."""

from datetime import date, datetime

from sqlmodel import Session

from knowledge.citations import citations
from knowledge.database.columns import utc_now
from knowledge.lifecycle import deactivation
from knowledge.members import members
from knowledge.members.members import TO_BE_ASKED
from knowledge.members.tables import Member
from knowledge.text import passages
from knowledge.vocabulary import ConversationKind, MemberStatus, Purpose

MEETINGS = {
    Purpose.BE_PAIRED: ConversationKind.PAIRING,
    Purpose.BE_EXPERT: ConversationKind.INTRODUCTION,
    Purpose.BE_ASKED: ConversationKind.INTRODUCTION,
    Purpose.BE_NAMED: None,
}
"""What ends that has not begun when an agreement is taken back; None: whatever names them."""


def set_status(session: Session, member_id: int, status: MemberStatus) -> None:
    """Invite, approve, pause or take leave of a member."""
    row = session.get(Member, member_id)
    if row is None:
        raise LookupError(f"no member {member_id}")
    row.status, row.updated_at = status, utc_now()
    session.flush()
    deactivation.status_changed(session, member_id, status)
    passages.changed(session, member_id=member_id)


def snooze(session: Session, member_id: int, until: date | None) -> None:
    """Leave a member alone until that day, which is the first of being asked again."""
    row = session.get(Member, member_id)
    if row is None:
        raise LookupError(f"no member {member_id}")
    row.snoozed_until, row.updated_at = until, utc_now()
    if until is not None:
        session.flush()
        deactivation.step_back(session, member_id)
        deactivation.leave_alone(session, member_id)
    passages.changed(session, member_id=member_id)


def consent(
    session: Session, member_id: int, purpose: Purpose, given: bool, at: datetime | None = None
) -> None:
    """Record a yes or a no, and end what a no ends."""
    former = members.get(session, member_id)
    members.record_consent(session, member_id, purpose, given=given, at=at or utc_now())
    if not given and purpose in MEETINGS and former is not None and former.agreed(purpose):
        deactivation.step_back(session, member_id, MEETINGS[purpose])
    if not given and purpose in TO_BE_ASKED:
        deactivation.leave_alone(session, member_id)
    if not given and purpose is Purpose.BE_QUOTED:
        citations.withdraw(session, member_id, at or utc_now())
    passages.changed(session, member_id=member_id)
