"""What else ends when somebody pauses, leaves or withdraws a consent."""

from datetime import date, datetime

from sqlmodel import Session

from knowledge.database.columns import utc_now
from knowledge.database.personal_data import Ends
from knowledge.lifecycle import deactivation
from knowledge.members import members
from knowledge.members.members import TO_BE_ASKED
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
    members.set_status(session, member_id, status)
    deactivation.status_changed(session, member_id, status)
    passages.changed(session, member_id=member_id)


def snooze(session: Session, member_id: int, until: date | None) -> None:
    """Leave a member alone until that day, which is the first of being asked again."""
    members.snooze(session, member_id, until)
    if until is not None:
        deactivation.depart(session, member_id, deactivation.AWAY)
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
        deactivation.depart(session, member_id, Ends.BEING_ASKED)
    if not given and purpose is Purpose.BE_QUOTED:
        deactivation.depart(session, member_id, Ends.BEING_QUOTED)
    passages.changed(session, member_id=member_id)
