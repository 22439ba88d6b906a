"""When rounds are due: from a cadence in local time to moments in UTC. Pure; see docs/pairing.md.

A local time that a clock change skips is due at the moment the change happens to give it: as much
after the last real time as it would have been (02:30 becomes 03:30). A local time that happens
twice is due the first time. Neither ever loses or doubles a round, because a round belongs to its
local date and each date has one moment.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Cadence(StrEnum):
    """How often a round is due."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "every-2-weeks"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    ONCE = "once"


class Blackout(StrEnum):
    """What becomes of a round whose date is barred."""

    SKIP = "skip"
    """It does not take place."""
    NEXT_DAY = "next-day"
    """It moves to the next day that is not barred, unless another round is due by then."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a programme's rounds are due.

    `start` is the first date that counts; ONCE is due on it, FORTNIGHTLY counts weeks from it.
    `weekday` is 0 (Monday) to 6, of no use to ONCE. `ordinal` is 1 to 4, or -1 for the last, for
    MONTHLY and QUARTERLY; quarters begin in January, April, July and October.
    """

    cadence: Cadence
    at: time
    zone: str
    start: date
    weekday: int = 0
    ordinal: int = 1
    blackouts: frozenset[date] = frozenset()
    when_barred: Blackout = Blackout.NEXT_DAY

    def __post_init__(self) -> None:
        """Raise ValueError for what no calendar has, ZoneInfoNotFoundError for no such zone."""
        if not 0 <= self.weekday <= 6 or self.ordinal not in {1, 2, 3, 4, -1}:
            raise ValueError("weekday must be 0 to 6 and ordinal 1 to 4 or -1")
        if self.at.tzinfo is not None:
            raise ValueError("the time of day is local to the zone and carries none of its own")
        ZoneInfo(self.zone)


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC moment of a local time (see above for times that a clock change skips or repeats)."""
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)


def due_dates(timetable: Timetable, since: date) -> Iterator[date]:
    """Local dates of rounds on or after `since`, ascending, blackouts looked to; each once."""
    earliest = since - timedelta(days=_longest_move(timetable))
    regular = _regular(timetable, max(timetable.start, earliest))
    following = next(regular, None)
    while following is not None:
        planned, following = following, next(regular, None)
        day = _allowed(timetable, planned, following)
        if day is not None and day >= since:
            yield day


def next_due(timetable: Timetable, after: datetime) -> datetime | None:
    """The first due moment later than `after`, in UTC; None where no round will come.

    `after` must carry its time zone, else ValueError.
    """
    if after.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    zone = ZoneInfo(timetable.zone)
    local = after.astimezone(zone).date()
    for day in due_dates(timetable, local - timedelta(days=2)):
        due = moment(day, timetable.at, zone)
        if due > after:
            return due
    return None


def caught_up(timetable: Timetable, last_done: datetime, now: datetime) -> datetime | None:
    """The one due moment to act on now, after any downtime; None where nothing is due.

    Of all that were due after `last_done` and up to `now` it is the latest: what was missed
    before it is not made up for.
    """
    found: datetime | None = None
    due = next_due(timetable, last_done)
    while due is not None and due <= now:
        found, due = due, next_due(timetable, due)
    return found


def _regular(timetable: Timetable, since: date) -> Iterator[date]:
    """Dates of the cadence alone, on or after `since`, up to the last day that dates know."""
    try:
        match timetable.cadence:
            case Cadence.ONCE:
                if timetable.start >= since:
                    yield timetable.start
            case Cadence.WEEKLY | Cadence.FORTNIGHTLY:
                yield from _weeks(timetable, since)
            case Cadence.MONTHLY | Cadence.QUARTERLY:
                yield from _months(timetable, since)
    except OverflowError:
        return


def _weeks(timetable: Timetable, since: date) -> Iterator[date]:
    step = 7 if timetable.cadence is Cadence.WEEKLY else 14
    first = timetable.start + timedelta(days=(timetable.weekday - timetable.start.weekday()) % 7)
    ahead = max(0, -((first - since).days // step)) if since > first else 0
    day = first + timedelta(days=step * ahead)
    while True:
        if day >= since:
            yield day
        day += timedelta(days=step)


def _months(timetable: Timetable, since: date) -> Iterator[date]:
    step = 1 if timetable.cadence is Cadence.MONTHLY else 3
    year, month = since.year, (since.month - 1) // step * step + 1
    while year <= date.max.year:
        day = _nth(year, month, timetable.weekday, timetable.ordinal)
        if day >= since:
            yield day
        year, month = (year, month + step) if month + step <= 12 else (year + 1, 1)


def _nth(year: int, month: int, weekday: int, ordinal: int) -> date:
    """The first to fourth, or last, such weekday of a month."""
    if ordinal > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (ordinal - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)


def _longest_move(timetable: Timetable) -> int:
    """Days that a round can move ahead: no more than there are barred ones."""
    return len(timetable.blackouts) if timetable.when_barred is Blackout.NEXT_DAY else 0


def _allowed(timetable: Timetable, planned: date, following: date | None) -> date | None:
    """The day a planned round takes place, or None where it falls out."""
    day = planned
    while day in timetable.blackouts:
        if timetable.when_barred is Blackout.SKIP:
            return None
        day += timedelta(days=1)
        if following is not None and day >= following:
            return None
    return day
