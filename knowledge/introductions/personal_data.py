"""What is held about somebody who has a question handed over, or is asked to talk."""

from datetime import datetime

from sqlmodel import Session

from knowledge.conversations import conversations
from knowledge.database.personal_data import (
    Departure,
    Ends,
    Merger,
    PersonalData,
    Subject,
    of_member,
)
from knowledge.introductions import departures, introductions

REQUESTS = of_member("requests", introductions.of_asker)
INTRODUCTIONS = of_member("introductions", introductions.of_expert)
"""What they were asked, without the words: those belong to whoever asked."""


def _cancel(session: Session, departure: Departure) -> None:
    """Requests end where the expert has not been reached; what waits for them goes on."""
    member_id = departure.member_id
    if Ends.MEETING in departure.ends and departure.only is None:
        for number in departures.unread(session, member_id, departure.dropped):
            departure.end_request(number)
    if Ends.BEING_ASKED in departure.ends:
        departures.leave_alone(session, member_id, departure.at)
    if Ends.ASKING in departure.ends:
        for request in introductions.of_asker(session, member_id):
            departure.end_request(request.id)


def _merge(session: Session, two: Merger) -> None:
    departures.merge(session, two.stays, two.goes, two.at)


def _erase(session: Session, whose: Subject, _: datetime) -> None:
    if whose.member_id is None:
        return
    asked = [request.id for request in introductions.of_asker(session, whose.member_id)]
    conversations.forget_topics(session, [str(number) for number in asked])
    departures.erase(session, whose.member_id)


HELD = PersonalData(parts=(REQUESTS, INTRODUCTIONS), cancel=_cancel, merge=_merge, erase=_erase)
