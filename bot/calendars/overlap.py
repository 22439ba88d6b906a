"""When two or three people both work, and three times to propose to them. Pure.

All moments are aware, in UTC.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum

from bot.calendars.working_week import WorkingWeek

HORIZON = 14
"""Days from tomorrow on in which times are proposed."""
AWAKE_FROM, AWAKE_UNTIL = 7, 22
"""Local hours in which nobody is got out of bed."""
STEP = timedelta(minutes=15)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From one moment until just before another, in UTC."""

    start: datetime
    end: datetime


class Ease(IntEnum):
    """How a time suits the person whom it suits least; a larger number is worse."""

    WORKING = 0
    OUT_OF_HOURS = 1
    DAY_OFF = 2
    NIGHT = 3


@dataclass(frozen=True, slots=True)
class Slot:
    """A proposed time. `eases`: how it suits each person, in the order that they were given."""

    span: Span
    eases: tuple[Ease, ...]

    @property
    def ease(self) -> Ease:
        """How it suits the one whom it suits least."""
        return max(self.eases)


def shared_hours(weeks: Sequence[WorkingWeek], first: date, last: date) -> list[Span]:
    """When all of `weeks` work, from `first` 00:00 UTC until `last` 24:00 UTC, in order.

    Empty for nobody. Local days reach one day beyond either end, since zones do.
    """
    if not weeks:
        return []
    whole = Span(_midnight(first), _midnight(last + DAY))
    found = [whole]
    for week in weeks:
        found = list(_overlaps(found, working_spans(week, first - DAY, last + DAY)))
    return found


def working_spans(week: WorkingWeek, first: date, last: date) -> Iterator[Span]:
    """One person's working hours on the local days from `first` to `last`, in order."""
    for day in _days(first, last):
        if week.works_on(day) and week.hours_from < week.hours_until:
            yield Span(week.opens(day), week.closes(day))


def proposed(
    weeks: Sequence[WorkingWeek],
    now: datetime,
    length: timedelta = timedelta(minutes=45),
    count: int = 3,
) -> list[Slot]:
    """`count` times of `length`, the easiest for all, on days of their own, in order of time.

    From everybody's tomorrow on, within HORIZON days. Easiest: first by how it suits the one whom
    it suits least, then by the minutes outside working hours (the most of one person, then of all
    together), then the soonest day, and on one day the roundest and earliest hour. Each slot says
    how it suits whom; with people on opposite sides of the world that may be a night.
    Raises ValueError without people or for a length that is not positive.
    """
    if not weeks or length <= timedelta():
        raise ValueError("somebody, and a length above nought")
    begin = max(week.at(week.local(now).date() + DAY, 0) for week in weeks)
    calendars = [_Calendar(week, begin, length) for week in weeks]
    best: dict[date, tuple[tuple[float, ...], Slot]] = {}
    for start in _steps(begin, begin + HORIZON * DAY):
        costs = [calendar.cost(start) for calendar in calendars]
        slot = Slot(Span(start, start + length), tuple(ease for ease, _ in costs))
        minutes = [outside for _, outside in costs]
        rank = (slot.ease, max(minutes), sum(minutes), _unround(weeks, start), start.timestamp())
        # A day is one of the person who is furthest east: nobody gets two on one date of theirs.
        day = weeks[0].local(start).date()
        if day not in best or rank < best[day][0]:
            best[day] = (rank, slot)
    easiest = sorted(best.values(), key=lambda found: (*found[0][:3], found[0][4]))
    return sorted((slot for _, slot in easiest[:count]), key=lambda slot: slot.span)


class _Calendar:
    """How slots of one length suit one person, from a moment on."""

    def __init__(self, week: WorkingWeek, begin: datetime, length: timedelta) -> None:
        self._week = week
        self._length = length
        first = week.local(begin).date() - DAY
        self._spans = list(working_spans(week, first, first + (HORIZON + 4) * DAY))

    def cost(self, start: datetime) -> tuple[Ease, float]:
        """How it suits, and how many minutes of it and before or after it lie outside hours."""
        end = start + self._length
        outside = min(
            (max(span.start - start, end - span.end, timedelta()) for span in self._spans),
            default=DAY,
        )
        if not outside:
            return Ease.WORKING, 0.0
        minutes = outside / timedelta(minutes=1)
        # The last minute counts, not the end: a talk until 22:00 gets nobody out of bed.
        local, until = self._week.local(start), self._week.local(end - timedelta(minutes=1))
        if not all(AWAKE_FROM <= each.hour < AWAKE_UNTIL for each in (local, until)):
            return Ease.NIGHT, minutes
        if not self._week.works_on(local.date()):
            return Ease.DAY_OFF, minutes
        return Ease.OUT_OF_HOURS, minutes


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


def _steps(begin: datetime, end: datetime) -> Iterator[datetime]:
    quarter = int(STEP.total_seconds())
    start = datetime.fromtimestamp(-(-int(begin.timestamp()) // quarter) * quarter, UTC)
    while start < end:
        yield start
        start += STEP


def _unround(weeks: Sequence[WorkingWeek], moment: datetime) -> int:
    """0 on a full hour of everybody's clock, 1 on a half, 2 otherwise."""
    minutes = {week.local(moment).minute for week in weeks}
    return 0 if minutes == {0} else 1 if minutes <= {0, 30} else 2


def _days(first: date, last: date) -> Iterator[date]:
    return (first + DAY * number for number in range((last - first).days + 1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
