"""Working hours that people in different zones share on a date."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]


class Worker(Protocol):
    """Somebody with working hours; `hours` are the first and the last, local to `time_zone`."""

    @property
    def time_zone(self) -> str: ...

    @property
    def hours(self) -> tuple[int, int]: ...


@lru_cache(maxsize=4096)
def _spans(zone: str, first: int, last: int, day: date) -> tuple[Span, ...]:
    """Working hours in UTC that touch the UTC day, from the local days around it."""
    begin = datetime.combine(day, time(), tzinfo=UTC)
    end = begin + timedelta(days=1)
    found = []
    for offset in (-1, 0, 1):
        local = datetime.combine(day + timedelta(days=offset), time(), tzinfo=ZoneInfo(zone))
        start = (local + timedelta(hours=first)).astimezone(UTC)
        stop = (local + timedelta(hours=last)).astimezone(UTC)
        if start < end and stop > begin:
            found.append((max(start, begin), min(stop, end)))
    return tuple(found)


def shared_hours(members: Sequence[Worker], day: date) -> tuple[Span, ...]:
    """The spans of the UTC day `day` in which all of `members` work, ascending, in UTC."""
    common: tuple[Span, ...] = _of(members[0], day)
    for member in members[1:]:
        common = tuple(
            (max(a, c), min(b, d))
            for a, b in common
            for c, d in _of(member, day)
            if max(a, c) < min(b, d)
        )
    return tuple(sorted(common))


def length(spans: Sequence[Span]) -> float:
    """Hours of the longest span: a meeting needs them in one piece."""
    return max(((stop - start) / timedelta(hours=1) for start, stop in spans), default=0.0)


def _of(member: Worker, day: date) -> tuple[Span, ...]:
    return _spans(member.time_zone, *member.hours, day)
