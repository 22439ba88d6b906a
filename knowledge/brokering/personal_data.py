"""What is held about somebody for whom stewards look, and about the steward who does."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from knowledge.brokering import brokering
from knowledge.brokering.brokering import BrokeredView
from knowledge.database.personal_data import (
    Departure,
    Ends,
    Merger,
    PersonalData,
    Subject,
    of_member,
)


def _told(session: Session, member_id: int) -> Sequence[BrokeredView]:
    """What somebody asked stewards for; which of them looked is theirs to say."""
    return [replace(one, owner_id=None) for one in brokering.of_asker(session, member_id)]


BROKERED = of_member("brokered", _told)


def _cancel(session: Session, departure: Departure) -> None:
    """A steward who is away looks for nobody; who asks nothing any more needs nobody."""
    if Ends.BEING_ASKED in departure.ends:
        brokering.release(session, departure.member_id, departure.at)
    if Ends.ASKING in departure.ends:
        for found in brokering.of_asker(session, departure.member_id):
            departure.end_request(found.id)


def _merge(session: Session, two: Merger) -> None:
    brokering.merge(session, two.stays, two.goes, two.at)


def _erase(session: Session, whose: Subject, at: datetime) -> None:
    if whose.member_id is not None:
        brokering.release(session, whose.member_id, at)
        brokering.erase(session, whose.member_id)


HELD = PersonalData(parts=(BROKERED,), cancel=_cancel, merge=_merge, erase=_erase)
