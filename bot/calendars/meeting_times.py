"""Times at which people who are to meet all work. Pure; all moments aware, in UTC."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from bot.calendars.overlap import DAY, STEP, Span, shared_hours
from bot.calendars.working_week import WorkingWeek

LENGTH = timedelta(minutes=30)
WORKING_DAYS = 10
"""So many working days of each one ahead times are proposed."""
APART = timedelta(hours=1)
"""Between two times on one day, so that they are a choice."""
LOOKED_AHEAD = timedelta(days=14)


def next_hours(weeks: Sequence[WorkingWeek], after: datetime) -> list[tuple[int, int]]:
    """The next hours in which everybody works, as Unix seconds from and until, at most two spans.

    What has begun counts as far as it is still to come, if it is a whole LENGTH. None for people
    who never work at the same time.
    """
    first = after.date()
    spans = shared_hours(weeks, first, first + LOOKED_AHEAD)
    ahead = [(max(span.start, after), span.end) for span in spans]
    found = [
        (int(start.timestamp()), int(end.timestamp()))
        for start, end in ahead
        if end - start >= LENGTH
    ]
    return found[:2]


def times(
    weeks: Sequence[WorkingWeek],
    now: datetime,
    taken: Sequence[datetime] = (),
    count: int = 3,
    length: timedelta = LENGTH,
) -> list[Span]:
    """Up to `count` times of `length` at which everybody works, in order of time.

    From everybody's tomorrow on, until the end of the WORKING_DAYS-th working day of the one
    whose days are over first. On days of their own as far as there are such, and none within
    APART of another or of `taken`, the times that were proposed before. Fewer where there are
    not so many; none for people who never work at the same time. Raises ValueError without people.
    """
    if not weeks:
        raise ValueError("somebody")
    begin = max(week.at(week.day_of(now) + DAY, 0) for week in weeks)
    end = min(week.closes(week.after(now, WORKING_DAYS)) for week in weeks)
    spans = shared_hours(weeks, begin.date(), end.date())
    starts = [start for span in spans for start in _starts(span, begin, end, length)]
    chosen: list[datetime] = []
    for _ in range(count):
        known = [*taken, *chosen]
        used = [weeks[0].day_of(each) for each in known]
        free = [start for start in starts if all(abs(start - each) >= APART for each in known)]
        if not free:
            break
        chosen.append(min(free, key=lambda start: _rank(weeks, start, used)))
    return sorted(Span(start, start + length) for start in chosen)


def _rank(
    weeks: Sequence[WorkingWeek], start: datetime, used: Sequence[date]
) -> tuple[int, date, int, datetime]:
    """A day that has none yet before one that has; then the soonest; then a round hour."""
    day = weeks[0].day_of(start)
    minutes = {week.local(start).minute for week in weeks}
    unround = 0 if minutes == {0} else 1 if minutes <= {0, 30} else 2
    return used.count(day), day, unround, start


def _starts(span: Span, begin: datetime, end: datetime, length: timedelta) -> Iterator[datetime]:
    first, last = max(span.start, begin), min(span.end, end) - length
    start = first + timedelta(seconds=-first.timestamp() % STEP.total_seconds())
    while start <= last:
        yield start
        start += STEP
