"""What is held about somebody to whom messages go and home pages are shown."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from knowledge.database.personal_data import (
    Departure,
    Ends,
    Merger,
    PersonalData,
    Subject,
    of_accounts,
)
from knowledge.messaging import cancellation, deliveries, home_views
from knowledge.messaging.home_views import HomeView


def _homes(session: Session, keys: Sequence[str]) -> list[HomeView]:
    pages = (home_views.get(session, key) for key in keys)
    return [page for page in pages if page is not None]


HOMES = of_accounts("homes", _homes)


def _cancel(session: Session, departure: Departure) -> None:
    """Nothing is sent that they did not ask for; what is kept waits, or goes with them."""
    keys = departure.whose.account_keys
    if Ends.BEING_ASKED in departure.ends:
        cancellation.drop_unsolicited(session, keys)
        cancellation.hold(session, keys)
    if Ends.ASKING in departure.ends:
        cancellation.drop_kept(session, keys)


def _merge(session: Session, two: Merger) -> None:
    cancellation.move_subject(session, two.stays, two.goes)


def _erase(session: Session, whose: Subject, _: datetime) -> None:
    if whose.member_id is not None:
        cancellation.forget_rooms(session, whose.member_id)
    home_views.erase(session, whose.account_keys)
    deliveries.erase(session, whose.account_keys)


HELD = PersonalData(parts=(HOMES,), cancel=_cancel, merge=_merge, erase=_erase)
