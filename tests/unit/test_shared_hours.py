"""Shared hours against an oracle that asks the clock, over zones and changes of the clock."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendars.overlap import AWAKE_FROM, AWAKE_UNTIL, Ease, Span, proposed, shared_hours
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
MOMENTS = st.integers(0, 10 * 366 * 1440).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def works(week: WorkingWeek, moment: datetime) -> bool:
    """What the person's own clock and calendar say at a moment."""
    local = moment.astimezone(ZoneInfo(week.time_zone))
    return week.hours_from <= local.hour < week.hours_until and week.works_on(local.date())


BERLIN = WorkingWeek("Europe/Berlin", 9, 17, "DE")


@settings(deadline=None, max_examples=300)
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


@settings(deadline=None, max_examples=80)
@given(st.lists(WEEKS, min_size=1, max_size=3), MOMENTS, st.integers(1, 16))
def test_three_times_are_proposed_from_tomorrow_and_rightly_labelled(
    weeks: list[WorkingWeek], now: datetime, quarters: int
) -> None:
    length = timedelta(minutes=15 * quarters)
    slots = proposed(weeks, now, length)
    assert len(slots) == 3
    assert slots == sorted(slots, key=lambda slot: slot.span)
    for one, following in pairwise(slots):
        assert one.span.end <= following.span.start
    for slot in slots:
        assert slot.span.end - slot.span.start == length
        for week, ease in zip(weeks, slot.eases, strict=True):
            today = now.astimezone(ZoneInfo(week.time_zone)).date()
            start = slot.span.start.astimezone(ZoneInfo(week.time_zone))
            assert start.date() > today
            minutes = [slot.span.start + timedelta(minutes=m) for m in range(15 * quarters)]
            if ease is Ease.WORKING:
                assert all(works(week, minute) for minute in minutes)
            else:
                assert not all(works(week, minute) for minute in minutes)
            if ease in (Ease.OUT_OF_HOURS, Ease.DAY_OFF):
                assert AWAKE_FROM <= start.hour < AWAKE_UNTIL


@settings(deadline=None, max_examples=60)
@given(st.lists(WEEKS, min_size=1, max_size=2), MOMENTS)
def test_no_time_is_proposed_out_of_hours_while_three_days_have_one_within(
    weeks: list[WorkingWeek], now: datetime
) -> None:
    length = timedelta(minutes=30)
    begin = max(week.at(week.local(now).date() + timedelta(days=1), 0) for week in weeks)
    spans = shared_hours(weeks, begin.date(), begin.date() + timedelta(days=12))
    days = {
        weeks[0].local(max(span.start, begin)).date()
        for span in spans
        # A start lies on the quarter of an hour.
        if span.end - max(span.start, begin) >= length + timedelta(minutes=15)
    }
    if len(days) >= 3:
        assert [slot.ease for slot in proposed(weeks, now, length)] == [Ease.WORKING] * 3


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


def test_opposite_sides_of_the_world_are_told_whom_it_costs_what() -> None:
    slots = proposed(
        [BERLIN, WorkingWeek("Pacific/Auckland", 9, 17, "NZ")],
        datetime(2027, 3, 8, 12, tzinfo=UTC),
    )
    assert {slot.ease for slot in slots} == {Ease.OUT_OF_HOURS}
    assert all(Ease.OUT_OF_HOURS in slot.eases for slot in slots)


def test_an_unknown_zone_or_country_does_no_harm() -> None:
    week = WorkingWeek("Mars/Olympus", 9, 17, "??")
    (span,) = shared_hours([week], date(2027, 3, 10), date(2027, 3, 10))
    assert span.start.hour == 9


def test_nobody_shares_no_hours_and_gets_no_times() -> None:
    assert shared_hours([], date(2027, 3, 10), date(2027, 3, 10)) == []
    for weeks, length in (([], timedelta(hours=1)), ([BERLIN], timedelta())):
        with pytest.raises(ValueError, match="somebody"):
            proposed(weeks, datetime(2027, 3, 8, tzinfo=UTC), length)
