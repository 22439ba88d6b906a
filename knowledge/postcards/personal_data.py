"""What is held about somebody who wrote a postcard with others."""

from datetime import datetime

from sqlmodel import Session

from knowledge.database.personal_data import Merger, PersonalData, Subject, of_member
from knowledge.postcards import postcards

POSTCARDS = of_member("postcards", postcards.own)


def _merge(session: Session, two: Merger) -> None:
    postcards.belong(session, two.stays, two.goes)


def _erase(session: Session, whose: Subject, _: datetime) -> None:
    if whose.member_id is not None:
        postcards.erase(session, whose.member_id)


HELD = PersonalData(parts=(POSTCARDS,), merge=_merge, erase=_erase)
