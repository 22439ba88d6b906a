"""Three working days in anybody's calendar, in every zone there is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendars.working_week import WorkingWeek

ZONES = sorted(zone for zone in available_timezones() if zone not in {"localtime", "Factory"})
COUNTRIES = ["MX", "SA", "IR", "NP", "JP", "DE", "US", "GB", "KI", "ZZ", ""]
DAYS = 3

moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=UTC)
)


@st.composite
def calendars(draw: st.DrawFn) -> WorkingWeek:
    first = draw(st.integers(0, 23))
    last = draw(st.integers(first + 1, 24))
    return WorkingWeek(draw(st.sampled_from(ZONES)), first, last, draw(st.sampled_from(COUNTRIES)))


@given(calendars(), moments)
def test_reminder_and_end_lie_on_the_third_working_day(own: WorkingWeek, start: datetime) -> None:
    last = own.after(start, DAYS)
    opens, closes = own.opens(last), own.closes(last)
    assert own.works_on(last)
    assert opens.tzinfo is UTC
    assert start < opens < closes
    assert own.day_of(opens) == last
    assert own.is_open(opens)
    assert own.is_open(closes - timedelta(seconds=1))
    assert own.hours_until == 24 or not own.is_open(closes)
    # An independent count: the whole working days that lie between, by walking hour by hour.
    seen = {
        day
        for hours in range(int((opens - start) / timedelta(hours=1)) + 1)
        if own.works_on(day := own.day_of(start + timedelta(hours=hours)))
        and own.opens(day) > start
    }
    assert len(seen | {last}) == DAYS


@given(calendars(), moments)
def test_the_next_open_moment_is_in_working_hours_and_not_skipped(
    own: WorkingWeek, moment: datetime
) -> None:
    found = own.next_open(moment)
    assert found >= moment
    assert own.is_open(found)
    assert own.is_open(moment) == (found == moment)
    step = timedelta(minutes=37)
    between = moment
    while between < found:
        assert not own.is_open(between)
        between += step


@given(calendars(), moments)
def test_local_hours_are_those_that_were_said(own: WorkingWeek, moment: datetime) -> None:
    day = own.day_of(moment)
    local = own.opens(day).astimezone(ZoneInfo(own.time_zone))
    # Where the clock jumps over the hour, the day begins with the first that there is.
    assert local.hour >= own.hours_from
    assert local.hour - own.hours_from <= 2


def test_weekends_and_holidays_are_those_of_the_country() -> None:
    friday, saturday, sunday = date(2026, 11, 27), date(2026, 11, 28), date(2026, 11, 29)
    saudi, german, unknown = (WorkingWeek("UTC", 9, 17, each) for each in ("SA", "DE", "ZZ"))
    assert [saudi.works_on(day) for day in (friday, saturday, sunday)] == [False, False, True]
    assert [german.works_on(day) for day in (friday, saturday, sunday)] == [True, False, False]
    assert [unknown.works_on(day) for day in (friday, saturday, sunday)] == [True, False, False]
    christmas = date(2026, 12, 25)
    assert not german.works_on(christmas)
    assert unknown.works_on(christmas)
    assert WorkingWeek("UTC", 9, 17, "de").works_on(friday)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (datetime(2026, 11, 23, 12, tzinfo=UTC), date(2026, 11, 26)),
        (datetime(2026, 11, 23, 8, 59, tzinfo=UTC), date(2026, 11, 25)),
        (datetime(2026, 11, 27, 20, tzinfo=UTC), date(2026, 12, 2)),
        (datetime(2026, 12, 23, 12, tzinfo=UTC), date(2026, 12, 29)),
    ],
    ids=["midday", "before work begins", "over a weekend", "over Christmas"],
)
def test_three_working_days(said: datetime, expected: date) -> None:
    assert WorkingWeek("UTC", 9, 17, "DE").after(said, DAYS) == expected


@pytest.mark.parametrize(
    ("countries", "rests"),
    [
        ("LY PS EG SA YE MV BD", (4, 5)),
        ("PY VE CD HK NE KN AI TK", (5, 6)),
        ("DE MX AE MR", (5, 6)),
        ("BN", (4, 6)),
    ],
)
def test_public_offices_rest_on_their_own_weekend(countries: str, rests: tuple[int, int]) -> None:
    week = [date(2027, 2, 1) + timedelta(days=n) for n in range(28)]
    for country in countries.split():
        rested = [
            sum(not WorkingWeek("UTC", country=country).works_on(day) for day in week[start::7])
            for start in range(7)
        ]
        assert [n for n, times in enumerate(rested) if times == 4] == list(rests), country


def test_an_unknown_zone_is_utc() -> None:
    assert WorkingWeek("Nowhere/Else", 9, 17).opens(date(2026, 11, 23)).hour == 9


def test_hours_at_work_are_counted_without_nights_weekends_and_holidays() -> None:
    week = WorkingWeek("America/Mexico_City", 9, 17, "MX")
    zone = ZoneInfo("America/Mexico_City")
    friday = datetime(2026, 11, 13, 15, tzinfo=zone)
    # Saturday, Sunday, and the Monday of the Revolution lie between.
    tuesday = datetime(2026, 11, 17, 11, 30, tzinfo=zone)
    assert week.worked(friday, tuesday) == timedelta(hours=4, minutes=30)
    assert week.worked(tuesday, friday) == timedelta()
