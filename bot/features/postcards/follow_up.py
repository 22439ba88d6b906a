"""Half a year later: each is asked once, in their working hours, whether they tried it."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.calendars.working_week import WorkingWeek
from bot.contract import Reply
from bot.features.postcards import replies
from bot.features.postcards.next_step import AskNow, Due, LookAgain, follow_up
from bot.features.postcards.view import card_for
from bot.i18n import Words
from bot.messaging import outbox
from knowledge.database.keys import key_of
from knowledge.members import members
from knowledge.members.views import MemberView
from knowledge.messaging import deliveries
from knowledge.postcards import postcards
from knowledge.postcards.postcards import PartView, PostcardView
from knowledge.vocabulary import MemberStatus

AT_ONCE = 50
A_DAY = timedelta(days=1)
REMEMBERED = timedelta(days=14)
"""How long a message that was taken back before it was sent is noticed; the outbox keeps longer."""


def ask_due(session: Session, at: datetime) -> int:
    """Ask whoever is due and at work; returns how many were asked.

    Who paused or is left alone is asked when they are back, and who left never.
    """
    for number, member_id, message in postcards.asked_since(session, at - REMEMBERED):
        if not deliveries.is_written(session, message):
            postcards.unasked(session, number, member_id, at)
    return sum(
        _asked(session, card, part, at) for card, part in postcards.due(session, at, AT_ONCE)
    )


def _asked(session: Session, found: PostcardView, part: PartView, at: datetime) -> bool:
    member = members.get(session, part.member_id)
    due = _due(session, member, at)
    step = follow_up(at, due)
    cause = ("postcard", "asked", str(found.id), str(part.times_asked))
    if isinstance(step, AskNow) and member is not None:
        key = key_of(*cause, str(member.id))
        if not postcards.asked(session, found.id, part, key, at):
            return False
        outbox.tell(session, member, cause, lambda say: _said(session, say, found, member, at), at)
        return True
    if isinstance(step, LookAgain):
        postcards.look_again(session, found.id, part, step.at)
    return False


def _due(session: Session, member: MemberView | None, at: datetime) -> Due:
    """What there is to know of somebody who is to be asked."""
    if member is None or member.status is MemberStatus.LEFT:
        return Due(there=False, next_open=at, tomorrow=at, told=False)
    week = WorkingWeek.of(member)
    told = outbox.reachable(session, member.id) is not None
    return Due(
        there=True,
        next_open=at if week.is_open(at) else week.next_open(at),
        tomorrow=week.next_open(at + A_DAY),
        told=told and not outbox.leaves_alone(member, at),
    )


def _said(
    session: Session, say: Words, found: PostcardView, member: MemberView, at: datetime
) -> Reply:
    card = card_for(session, say, found, member.id, at)
    if card is None:
        raise LookupError(f"postcard {found.id} has no conversation")
    return replies.question(say, card)
