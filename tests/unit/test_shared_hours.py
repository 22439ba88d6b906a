"""Shared hours against an oracle that asks the clock, over zones and changes of the clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st

from bot.calendars.overlap import Span, longest, shared_hours
from bot.calendars.working_week import WorkingWeek

SPECIAL = (
    "Europe/Berlin", "America/Mexico_City", "America/Santiago", "Australia/Lord_Howe",
    "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Africa/Casablanca",
    "America/Havana", "Asia/Beirut", "Atlantic/Azores", "Europe/Dublin",
)  # fmt: skip
ZONES = st.sampled_from(SPECIAL) | st.sampled_from(sorted(available_timezones() - {"localtime"}))
COUNTRIES = st.sampled_from(["", "XX", "DE", "MX", "SA", "IL", "NP", "JP"])
HOURS = st.integers(0, 23).flatmap(lambda a: st.tuples(st.just(a), st.integers(a + 1, 24)))
WEEKS = st.builds(
    lambda zone, hours, land: WorkingWeek(zone, hours[0], hours[1], land), ZONES, HOURS, COUNTRIES
)
# Most changes of the clock fall into these weeks; the others are tried as well.
DAYS = st.sampled_from(
    [date(2027, 3, 14), date(2027, 3, 28), date(2027, 4, 4), date(2027, 10, 31), date(2027, 11, 7)]
).flatmap(lambda day: st.integers(-3, 3).map(lambda n: day + timedelta(days=n))) | st.dates(
    date(2026, 1, 1), date(2035, 12, 31)
)


def works(week: WorkingWeek, moment: datetime) -> bool:
    """What the person's own clock and calendar say at a moment."""
    local = moment.astimezone(ZoneInfo(week.time_zone))
    return week.hours_from <= local.hour < week.hours_until and week.works_on(local.date())


BERLIN = WorkingWeek("Europe/Berlin", 9, 17, "DE")


@given(st.lists(WEEKS, min_size=1, max_size=3), DAYS, st.integers(0, 4))
def test_shared_hours_are_those_in_which_every_clock_says_work(
    weeks: list[WorkingWeek], first: date, days: int
) -> None:
    last = first + timedelta(days=days)
    spans = shared_hours(weeks, first, last)
    assert spans == sorted(spans)
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
    for quarter in range(96 * (days + 1)):
        moment = begin + timedelta(minutes=15 * quarter)
        inside = any(span.start <= moment < span.end for span in spans)
        assert inside == all(works(week, moment) for week in weeks), moment


def test_a_day_in_berlin_and_leon() -> None:
    leon = WorkingWeek("America/Mexico_City", 8, 16, "MX")
    (span,) = shared_hours([BERLIN, leon], date(2027, 3, 10), date(2027, 3, 10))
    assert span == Span(
        datetime(2027, 3, 10, 14, tzinfo=UTC), datetime(2027, 3, 10, 16, tzinfo=UTC)
    )


def test_weekends_and_holidays_are_those_of_the_country() -> None:
    riyadh = WorkingWeek("Asia/Riyadh", 8, 16, "SA")
    assert shared_hours([BERLIN], date(2027, 10, 1), date(2027, 10, 4)) == [
        Span(datetime(2027, 10, day, 7, tzinfo=UTC), datetime(2027, 10, day, 15, tzinfo=UTC))
        for day in (1, 4)  # Saturday, Sunday (the day of unity) are free
    ]
    days = [span.start.day for span in shared_hours([riyadh], date(2027, 10, 1), date(2027, 10, 4))]
    assert days == [3, 4]


def test_an_unknown_zone_or_country_does_no_harm() -> None:
    week = WorkingWeek("Mars/Olympus", 9, 17, "??")
    (span,) = shared_hours([week], date(2027, 3, 10), date(2027, 3, 10))
    assert span.start.hour == 9


def test_nobody_shares_no_hours() -> None:
    assert shared_hours([], date(2027, 3, 10), date(2027, 3, 10)) == []


def test_a_weekend_can_count_as_any_day() -> None:
    sunday = date(2027, 3, 14)
    assert shared_hours([BERLIN], sunday, sunday) == []
    (span,) = shared_hours([BERLIN], sunday, sunday, every_day=True)
    assert longest([span]) == timedelta(hours=8)
    assert longest([]) == timedelta()
