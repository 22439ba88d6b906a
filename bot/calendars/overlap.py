"""When people in different zones work at the same time. Pure.

All moments are aware, in UTC.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from bot.calendars.working_week import WorkingWeek

AWAKE_FROM, AWAKE_UNTIL = 7, 22
"""Local hours in which nobody is got out of bed."""
STEP = timedelta(minutes=15)
"""Every zone's hours begin on a quarter of an hour."""
DAY = timedelta(days=1)


class Span(NamedTuple):
    """From one moment until just before another, in UTC."""

    start: datetime
    end: datetime


def shared_hours(
    weeks: Sequence[WorkingWeek], first: date, last: date, *, every_day: bool = False
) -> list[Span]:
    """When all of `weeks` work, from `first` 00:00 UTC until `last` 24:00 UTC, in order.

    Empty for nobody. Local days reach one day beyond either end, since zones do. `every_day`
    takes weekends and holidays for working days.
    """
    if not weeks:
        return []
    whole = Span(_midnight(first), _midnight(last + DAY))
    found = [whole]
    for week in weeks:
        found = list(_overlaps(found, _spans(week, first - DAY, last + DAY, every_day)))
    return found


def longest(spans: Iterable[Span]) -> timedelta:
    """The longest span: a meeting needs its time in one piece."""
    return max((span.end - span.start for span in spans), default=timedelta())


def _spans(week: WorkingWeek, first: date, last: date, every_day: bool = False) -> Iterator[Span]:
    """One person's working hours on the local days from `first` to `last`, in order."""
    for day in _days(first, last):
        if (every_day or week.works_on(day)) and week.hours_from < week.hours_until:
            yield Span(week.opens(day), week.closes(day))


def _overlaps(some: Iterable[Span], others: Iterable[Span]) -> Iterator[Span]:
    """What lies in a span of each; both are in order and do not overlap among themselves."""
    left, right = list(some), list(others)
    one = other = 0
    while one < len(left) and other < len(right):
        start = max(left[one].start, right[other].start)
        end = min(left[one].end, right[other].end)
        if start < end:
            yield Span(start, end)
        if left[one].end <= right[other].end:
            one += 1
        else:
            other += 1


def _days(first: date, last: date) -> Iterator[date]:
    return (first + DAY * number for number in range((last - first).days + 1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
