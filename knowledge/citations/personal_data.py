"""What is held about somebody whose words become a case, or who is quoted in one."""

from datetime import datetime

from sqlmodel import Session

from knowledge.citations import citations
from knowledge.database.personal_data import (
    Departure,
    Ends,
    Merger,
    PersonalData,
    Subject,
    of_member,
)

CITATIONS = of_member("citations", citations.of_member)
"""How they are quoted in cases."""
CITED = of_member("cited", citations.words_of)
"""Words of theirs that are proposed as a case."""


def _cancel(session: Session, departure: Departure) -> None:
    if Ends.BEING_QUOTED in departure.ends:
        citations.withdraw(session, departure.member_id, departure.at)


def _merge(session: Session, two: Merger) -> None:
    citations.move(session, two.goes, two.stays)


def _erase(session: Session, whose: Subject, at: datetime) -> None:
    if whose.member_id is not None:
        citations.erase(session, whose.member_id, at)


HELD = PersonalData(parts=(CITATIONS, CITED), cancel=_cancel, merge=_merge, erase=_erase)
