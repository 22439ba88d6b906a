"""Pauses that members set for the exchange end by themselves, and say so."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.calendars.working_week import WorkingWeek
from bot.features.exchange.participation import replies
from bot.messaging import outbox
from bot.storage.database import Database
from knowledge.exchange import programmes
from knowledge.exchange.programmes import ParticipationView
from knowledge.members import members

LONGEST_WAIT = timedelta(days=7)
"""After so long without a working hour the pause ends without waiting for one."""


async def come_back(database: Database, now: datetime) -> None:
    """End the pauses whose day has come, in their members' working hours; each is told once.

    Rounds look at the day itself: nobody misses one while this waits for the morning.
    """
    if await database.read(lambda session: bool(_due(session, now))):
        await database.write(lambda session: _ended(session, now))


def _due(session: Session, now: datetime) -> list[ParticipationView]:
    # A day begins up to 14 hours before it does in UTC.
    found = programmes.snoozed(session, (now + timedelta(days=1)).date())
    people = {
        each.id: each
        for each in members.get_many(session, sorted({part.member_id for part in found}))
    }
    due = []
    for part in found:
        member, until = people.get(part.member_id), part.snoozed_until
        if member is None or until is None or member.today(now) < until:
            continue
        late = member.today(now) >= until + LONGEST_WAIT
        if late or WorkingWeek.of(member).is_open(now):
            due.append(part)
    return due


def _ended(session: Session, now: datetime) -> None:
    for part in _due(session, now):
        programmes.adjust(session, part.programme_id, part.member_id, snoozed_until=None)
        member = members.get(session, part.member_id)
        if member is not None and not part.paused:
            # In several programmes it is one pause, and one message.
            cause = ("exchange", "resumed", str(part.snoozed_until))
            outbox.tell(session, member, cause, replies.resumed, now)
