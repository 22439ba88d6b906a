"""What goes out while a person is sought, in the unit that causes it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from bot.calendars.working_week import WorkingWeek
from bot.contract import Reply
from bot.features.brokering import replies
from bot.features.brokering.candidates import can_be_asked
from bot.features.brokering.next_step import WORKING_DAYS
from bot.features.brokering.replies import Sought
from bot.features.introductions.disclosure import now_shown
from bot.i18n import Words
from bot.messaging import outbox
from bot.messaging.steward_messages import tell_stewards
from knowledge.brokering import brokering
from knowledge.brokering.brokering import BrokeredView
from knowledge.members import members
from knowledge.members.anonymity import Census
from knowledge.members.views import MemberView
from knowledge.search.expert_ranking import RankedExpert


@dataclass(frozen=True, slots=True)
class Until:
    """A steward's last working day, and the moment at which it ends."""

    day: date
    at: datetime


def until(owner: MemberView | None, at: datetime) -> Until:
    """How long a steward has; where all look, by the clock of UTC."""
    week = WorkingWeek.of(owner) if owner else WorkingWeek("UTC")
    day = week.after(at, WORKING_DAYS)
    return Until(day, week.closes(day))


def desk(session: Session, asker_id: int, at: datetime) -> dict[int, MemberView]:
    """The stewards who can be told of a member's question now, by their number."""
    return {
        one.id: one
        for one in brokering.desk(session, asker_id)
        if not outbox.leaves_alone(one, at) and outbox.reachable(session, one.id) is not None
    }


def read_by_steward(
    session: Session, found: BrokeredView, ranked: Sequence[RankedExpert], at: datetime
) -> Sought | None:
    """A question as stewards read it now; None if its asker is gone."""
    asker = members.get(session, found.asker_id)
    if asker is None:
        return None
    who = now_shown(found.wording, asker, Census(members.crowd(session)))
    people = can_be_asked(session, found.id, asker.id, ranked, at)
    owner = members.get(session, found.owner_id) if found.owner_id else None
    week = WorkingWeek.of(owner) if owner else WorkingWeek("UTC")
    last = week.day_of(found.due_at) if found.due_at else None
    return Sought(found.id, found.wording.text, who, people, last)


def tell_owner(
    session: Session,
    found: BrokeredView,
    ranked: Sequence[RankedExpert],
    trusted: Collection[str],
    at: datetime,
) -> None:
    """Tell the steward who looks, or all where nobody owns it."""
    sought = read_by_steward(session, found, ranked, at)
    if sought is None:
        return
    cause = brokering.cause(found.id, found.turn)
    about = [found.asker_id, *(one.member.id for one in sought.people)]
    owner = members.get(session, found.owner_id) if found.owner_id else None

    def said(say: Words) -> Reply:
        return replies.to_the_owner(say, sought)

    if owner is not None:
        about = [number for number in about if number != owner.id]
        outbox.tell(session, owner, cause, said, at, subjects=about)
    else:
        without = [found.asker_id]
        tell_stewards(session, trusted, cause, said, at, without=without, subjects=about)


def tell_asker(
    session: Session,
    found: BrokeredView,
    what: str,
    reply: Callable[[Words], Reply],
    at: datetime,
) -> None:
    """Tell whoever asked what became of it; while they are away it waits."""
    asker = members.get(session, found.asker_id)
    if asker is not None:
        cause = (*brokering.cause(found.id, found.turn), what)
        outbox.tell(session, asker, cause, reply, at, kept=True)
