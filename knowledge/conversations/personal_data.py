"""What is held about somebody who takes part in conversations and meetings."""

from datetime import datetime

from sqlmodel import Session

from knowledge.conversations import conversations, meetings
from knowledge.database.personal_data import (
    Departure,
    Ends,
    Merger,
    PersonalData,
    Subject,
    of_member,
)

LINES = of_member("lines", conversations.lines_by)
TIMES = of_member("times", meetings.chosen_by)


def _cancel(session: Session, departure: Departure) -> None:
    """What they were to take part in is called off where somebody does not know of it yet."""
    if Ends.MEETING not in departure.ends:
        return
    member_id = departure.member_id
    for found in conversations.concerned(session, member_id, departure.only):
        conversations.call_off(session, found, member_id, departure.dropped, departure.at)


def _merge(session: Session, two: Merger) -> None:
    conversations.move(session, two.goes, two.stays)
    meetings.belong(session, two.stays, two.goes)


def _erase(session: Session, whose: Subject, _: datetime) -> None:
    if whose.member_id is not None:
        conversations.forget_greetings(session, whose.member_id)


HELD = PersonalData(parts=(LINES, TIMES), cancel=_cancel, merge=_merge, erase=_erase)
