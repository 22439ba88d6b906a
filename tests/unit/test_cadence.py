"""Due times against an oracle that only goes from UTC to local time, and dateutil's rules."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import pytest
from dateutil import rrule

from bot.features.exchange.programmes.cadence import (
    Blackout,
    Cadence,
    Timetable,
    caught_up,
    due_dates,
    next_due,
)
from tests.support.properties import THOROUGH

# Two of the ten years for each zone, other ones from zone to zone: all ten when it is thorough.
FIRST, LAST = 2019, 2029
YEARS = LAST - FIRST if THOROUGH else 2
DAYS = (rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU)
TIMES = (time(2, 30), time(0, 0), time(1, 15), time(9, 0), time(3, 0), time(23, 45))


def after(timetable: Timetable) -> datetime:
    """When the years of a timetable are over."""
    return datetime(timetable.start.year + YEARS, 1, 1, tzinfo=UTC)


def dates(timetable: Timetable) -> list[date]:
    """The dates of those years by dateutil, which shares nothing with our code."""
    day = DAYS[timetable.weekday]
    begin = datetime.combine(timetable.start, time())
    until = after(timetable).replace(tzinfo=None) - timedelta(days=1)
    match timetable.cadence:
        case Cadence.WEEKLY:
            rule = rrule.rrule(rrule.WEEKLY, dtstart=begin, until=until, byweekday=day)
        case Cadence.FORTNIGHTLY:
            first = rrule.rrule(rrule.WEEKLY, dtstart=begin, byweekday=day)[0]
            rule = rrule.rrule(rrule.WEEKLY, interval=2, dtstart=first, until=until)
        case Cadence.MONTHLY:
            nth = day(timetable.ordinal)
            rule = rrule.rrule(rrule.MONTHLY, dtstart=begin, until=until, byweekday=nth)
        case Cadence.QUARTERLY:
            nth = day(timetable.ordinal)
            rule = rrule.rrule(
                rrule.MONTHLY, dtstart=begin, until=until, byweekday=nth, bymonth=(1, 4, 7, 10)
            )
        case Cadence.ONCE:
            return [timetable.start]
    return [each.date() for each in rule]


def due(timetable: Timetable) -> Iterator[datetime]:
    """Every due moment of those years, each asked for after the one before."""
    last = after(timetable) - timedelta(days=2)
    begin = datetime(timetable.start.year, 1, 1, tzinfo=UTC)
    found = next_due(timetable, begin - timedelta(days=2))
    while found is not None and found < last:
        yield found
        found = next_due(timetable, found)


def is_right(due: datetime, day: date, at: time, zone: ZoneInfo) -> bool:
    """Whether `due` shows that local time on a clock, for the first time; or, where no clock ever
    shows it, is as much after the change as the time would have been."""
    wall = datetime.combine(day, at)

    def clock(moment: datetime) -> datetime:
        return moment.astimezone(zone).replace(tzinfo=None)

    if clock(due) == wall:
        return all(clock(due - timedelta(minutes=step)) != wall for step in (30, 60, 120))
    around = range(-26 * 60, 26 * 60, 15) if at.minute % 15 == 0 else range(0)
    if any(clock(due + timedelta(minutes=step)) == wall for step in around):
        return False
    before = clock(due - timedelta(hours=26)) + timedelta(hours=26)
    return before == wall  # the offset from before the change


def timetables() -> Iterator[Timetable]:
    """Every zone with every cadence; days and times differ from zone to zone."""
    for number, zone in enumerate(sorted(available_timezones())):
        for turn, cadence in enumerate(Cadence):
            yield Timetable(
                cadence,
                TIMES[(number + turn) % len(TIMES)],
                zone,
                date(FIRST + number % (LAST - FIRST - YEARS + 1), 1, 1 + number % 5),
                weekday=6 if number % 3 else (number + turn) % 7,
                ordinal=(1, 2, 3, 4, -1)[(number + turn) % 5],
            )


def test_years_in_every_zone_miss_nothing_double_nothing_and_keep_local_time() -> None:
    zones = set()
    for timetable in timetables():
        zones.add(timetable.zone)
        zone = ZoneInfo(timetable.zone)
        moments = list(due(timetable))
        end = after(timetable).date()
        expected = [day for day in dates(timetable) if day < end - timedelta(days=4)]
        assert moments[: len(expected)] == sorted(set(moments[: len(expected)]))
        assert len(expected) <= len(moments) <= len(expected) + 1, timetable
        for day, found in zip(expected, moments, strict=False):
            assert is_right(found, day, timetable.at, zone), (timetable, day, found)
    assert len(zones) > 300


def test_a_time_that_is_skipped_and_one_that_happens_twice() -> None:
    spring = Timetable(Cadence.ONCE, time(2, 30), "Europe/Paris", date(2026, 3, 29))
    assert next_due(spring, datetime(2026, 1, 1, tzinfo=UTC)) == datetime(
        2026, 3, 29, 1, 30, tzinfo=UTC
    )  # 03:30 in Paris
    autumn = replace(spring, start=date(2026, 10, 25))
    assert next_due(autumn, datetime(2026, 1, 1, tzinfo=UTC)) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )  # the first 02:30
    midnight = Timetable(Cadence.WEEKLY, time(0, 0), "America/Santiago", date(2026, 9, 1), 6)
    assert next_due(midnight, datetime(2026, 9, 2, tzinfo=UTC)) == datetime(
        2026, 9, 6, 4, 0, tzinfo=UTC
    )


def test_after_downtime_one_round_is_caught_up() -> None:
    weekly = Timetable(Cadence.WEEKLY, time(9), "Europe/Madrid", date(2026, 1, 1))
    done = next_due(weekly, datetime(2026, 1, 1, tzinfo=UTC))
    assert done is not None
    now = done + timedelta(days=45)
    late = caught_up(weekly, done, now)
    assert late == done + timedelta(days=42, hours=0)
    assert late is not None
    assert caught_up(weekly, late, now) is None
    assert caught_up(weekly, done, done + timedelta(days=6)) is None


def test_a_barred_date_moves_or_falls_out() -> None:
    barred = frozenset({date(2026, 6, 1), date(2026, 6, 2)})
    monthly = Timetable(
        Cadence.MONTHLY, time(9), "UTC", date(2026, 5, 15), 0, 1, barred, Blackout.NEXT_DAY
    )
    after = datetime(2026, 5, 20, tzinfo=UTC)
    assert next_due(monthly, after) == datetime(2026, 6, 3, 9, tzinfo=UTC)
    assert next_due(monthly, datetime(2026, 6, 2, 12, tzinfo=UTC)) == datetime(
        2026, 6, 3, 9, tzinfo=UTC
    )
    skipping = replace(monthly, when_barred=Blackout.SKIP)
    assert next_due(skipping, after) == datetime(2026, 7, 6, 9, tzinfo=UTC)


def test_a_long_blackout_does_not_make_two_rounds_of_one_day() -> None:
    barred = frozenset(date(2026, 6, 1) + timedelta(days=n) for n in range(16))
    weekly = Timetable(Cadence.WEEKLY, time(9), "UTC", date(2026, 5, 25), blackouts=barred)
    days = due_dates(weekly, date(2026, 5, 25))
    found = [next(days) for _ in range(4)]
    assert found == [date(2026, 5, 25), date(2026, 6, 17), date(2026, 6, 22), date(2026, 6, 29)]
    assert all(a < b for a, b in pairwise(found))


def test_once_is_once_and_nothing_follows() -> None:
    once = Timetable(Cadence.ONCE, time(9), "UTC", date(2026, 5, 5))
    first = next_due(once, datetime(2026, 1, 1, tzinfo=UTC))
    assert first == datetime(2026, 5, 5, 9, tzinfo=UTC)
    assert next_due(once, first) is None


def test_the_end_of_the_calendar_is_no_error() -> None:
    late = Timetable(Cadence.WEEKLY, time(9), "UTC", date(9999, 12, 1))
    assert next_due(late, datetime(9999, 12, 29, tzinfo=UTC)) is None


@pytest.mark.parametrize("wrong", [{"weekday": 7}, {"ordinal": 5}, {"at": time(9, tzinfo=UTC)}])
def test_what_no_calendar_has_is_refused(wrong: dict[str, object]) -> None:
    good = Timetable(Cadence.MONTHLY, time(9), "UTC", date(FIRST, 1, 1))
    with pytest.raises(ValueError, match=r"weekday|local"):
        replace(good, **wrong)  # type: ignore[arg-type]
    with pytest.raises(ZoneInfoNotFoundError):
        replace(good, zone="Mars/Olympus")
    with pytest.raises(ValueError, match="time zone"):
        next_due(good, datetime(2026, 1, 1))  # noqa: DTZ001
