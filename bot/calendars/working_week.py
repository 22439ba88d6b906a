"""Working days and hours of one person, in their own zone and calendar. Pure.

Public holidays and the weekend of a country come from the library `holidays`, save where it knows
the week of the law and not that of offices; where it does not know the country, Saturday and
Sunday are off.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from knowledge.members.views import MemberView

LONGEST_SEARCH = 60
"""Days that are looked through for a working one; no calendar has so long a holiday."""
FRIDAY, SATURDAY, SUNDAY = 4, 5, 6
_USUAL = frozenset({SATURDAY, SUNDAY})
_WEEKENDS = {
    "LY": frozenset({FRIDAY, SATURDAY}),
    "PS": frozenset({FRIDAY, SATURDAY}),
    "MR": _USUAL,
}
"""Where `holidays` does not know the weekend that public offices keep."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkingWeek:
    """When somebody works: whole hours of the local day, `hours_until` up to 24, from < until.

    `country`: an ISO 3166-1 code, or empty. An unknown zone counts as UTC, an unknown country
    rests on Saturday and Sunday.
    """

    time_zone: str
    hours_from: int = 9
    hours_until: int = 17
    country: str = ""

    @classmethod
    def of(cls, member: MemberView) -> "WorkingWeek":
        """A member's own calendar."""
        return cls(member.time_zone, member.hours_from, member.hours_until, member.country)

    def local(self, moment: datetime) -> datetime:
        """The moment on this person's clock."""
        return moment.astimezone(_zone(self.time_zone))

    def day_of(self, moment: datetime) -> date:
        """The local day of a moment."""
        return self.local(moment).date()

    def works_on(self, day: date) -> bool:
        """Whether a local day is a working day."""
        return day not in _days_off(self.country.upper(), day.year)

    def opens(self, day: date) -> datetime:
        """When a day's working hours begin, in UTC."""
        return self.at(day, self.hours_from)

    def closes(self, day: date) -> datetime:
        """When a day's working hours end, in UTC; always after they began."""
        return max(self.at(day, self.hours_until), self.opens(day) + timedelta(minutes=1))

    def at(self, day: date, hour: int) -> datetime:
        """A local hour of a local day, 0 to 24, in UTC; the first where a clock shows it twice."""
        later = timedelta(days=hour // 24)
        local = datetime.combine(day + later, time(hour % 24), _zone(self.time_zone))
        return local.astimezone(UTC)

    def is_open(self, moment: datetime) -> bool:
        """Whether a moment is within working hours."""
        day = self.day_of(moment)
        return self.works_on(day) and self.opens(day) <= moment < self.closes(day)

    def worked(self, begin: datetime, end: datetime) -> timedelta:
        """How long somebody was at work between two moments; nothing where `end` is earlier."""
        first, last = self.day_of(begin), self.day_of(end)
        days = (first + DAY * number for number in range((last - first).days + 1))
        spans = (
            min(self.closes(day), end) - max(self.opens(day), begin)
            for day in days
            if self.works_on(day)
        )
        return sum((max(span, timedelta()) for span in spans), timedelta())

    def next_open(self, moment: datetime) -> datetime:
        """The moment itself within working hours, else when they next begin; in UTC."""
        day = self.day_of(moment)
        if self.works_on(day) and moment < self.closes(day):
            return max(moment.astimezone(UTC), self.opens(day))
        return self.opens(self._following(day))

    def after(self, start: datetime, days: int) -> date:
        """The local day that is the `days`-th whole working day after a moment, days >= 1.

        The day of the moment counts when its working hours have not begun yet.
        """
        day = self.day_of(start)
        if not (self.works_on(day) and start < self.opens(day)):
            day = self._following(day)
        for _ in range(days - 1):
            day = self._following(day)
        return day

    def _following(self, day: date) -> date:
        for _ in range(LONGEST_SEARCH):
            day += DAY
            if self.works_on(day):
                return day
        return day


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return ZoneInfo("UTC")


@cache
def _days_off(country: str, year: int) -> frozenset[date]:
    """Every day of a year on which a country does not work."""
    from holidays import country_holidays  # here, since few commands look at a calendar

    days = [date(year, 1, 1) + DAY * number for number in range(366)]
    days = [day for day in days if day.year == year]
    try:
        calendar = country_holidays(country, years=year)
    except NotImplementedError:
        weekend = _WEEKENDS.get(country, _USUAL)
        return frozenset(day for day in days if day.weekday() in weekend)
    own = _WEEKENDS.get(country, frozenset(calendar.weekend))
    # Sunday alone is the law's day of rest; public offices close on Saturday as well.
    calendar.weekend = set(_USUAL if own == {SUNDAY} else own)
    return frozenset(day for day in days if not calendar.is_working_day(day))
