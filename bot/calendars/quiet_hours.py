"""When a message that nobody waits for may reach somebody. Pure; all moments aware, in UTC."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.calendars.overlap import AWAKE_FROM, AWAKE_UNTIL, STEP
from bot.calendars.working_week import WorkingWeek

PATIENCE = timedelta(hours=24)
"""How long the first who is at work waits for the others to be awake."""


def awake(week: WorkingWeek, moment: datetime) -> bool:
    """Whether it is no quiet hour for somebody: a waking hour of their day, or one they work."""
    hour = week.local(moment).hour
    return AWAKE_FROM <= hour < AWAKE_UNTIL or week.hours_from <= hour < week.hours_until


def one_by_one(week: WorkingWeek, at: datetime, until: datetime) -> datetime:
    """When to write to one person: their next working moment.

    Where that is after `until`, as in long holidays, their next waking moment: a message that
    comes too late is of no use.
    """
    opens = week.next_open(at)
    return opens if opens <= until else _first(at, [week], days_off=True) or at


def together(weeks: Sequence[WorkingWeek], at: datetime, until: datetime) -> datetime:
    """When to write to several people at once, in a room that all of them see.

    The first moment at which all are awake on a working day, within PATIENCE of the first at
    which one of them works; where there is none, that first one. Where it is after `until`,
    the same on any day. Raises ValueError without people.
    """
    if not weeks:
        raise ValueError("somebody")
    begin = min(week.next_open(at) for week in weeks)
    found = _first(begin, weeks) or begin
    if found <= until:
        return found
    return _first(at, weeks, days_off=True) or min(one_by_one(week, at, until) for week in weeks)


def _first(
    begin: datetime, weeks: Sequence[WorkingWeek], *, days_off: bool = False
) -> datetime | None:
    moment = begin
    while moment <= begin + PATIENCE:
        if all(
            awake(week, moment) and (days_off or week.works_on(week.day_of(moment)))
            for week in weeks
        ):
            return moment
        # On to the next quarter of an hour: every zone's hours begin on one.
        moment += STEP - timedelta(seconds=moment.timestamp() % STEP.total_seconds())
    return None
