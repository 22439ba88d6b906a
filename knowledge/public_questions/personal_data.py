"""What is held about somebody who asked the community; the posts go when they go."""

from sqlmodel import Session

from knowledge.database.personal_data import Departure, Ends, Merger, PersonalData, of_member
from knowledge.public_questions import posts

POSTED = of_member("posted", posts.of_asker)


def _cancel(session: Session, departure: Departure) -> None:
    if Ends.POSTING in departure.ends:
        posts.withdraw_all(session, departure.member_id)


def _merge(session: Session, two: Merger) -> None:
    posts.merge(session, two.stays, two.goes)


HELD = PersonalData(parts=(POSTED,), cancel=_cancel, merge=_merge)
