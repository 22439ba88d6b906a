"""Single values of forms about programmes, as stewards type them."""

from collections.abc import Callable
from datetime import date, time
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.core.errors import UserFacingError
from bot.features.exchange.programmes.cadence import Cadence, Timetable

T = TypeVar("T")


def understood(said: str, read: Callable[[str], T], code: str = "not_understood") -> T:
    """What `read` makes of a value. Raises UserFacingError `code` with the value."""
    try:
        return read(said)
    except (ValueError, ZoneInfoNotFoundError, OSError) as error:
        raise UserFacingError(code, value=said) from error


def day(said: str) -> date:
    """A day such as 2027-01-10. Raises `not_understood`."""
    return understood(said, date.fromisoformat)


def days(said: str) -> frozenset[date]:
    """Days with commas between them. Raises `not_understood`."""
    parts = said.replace(",", " ").split()
    return understood(said, lambda _: frozenset(map(date.fromisoformat, parts)))


def clock(said: str) -> time:
    """A time of day such as 10:00, without a zone of its own. Raises `not_understood`."""
    found = understood(said, time.fromisoformat)
    if found.tzinfo is not None:
        raise UserFacingError("not_understood", value=said)
    return found


def zone(said: str) -> str:
    """A time zone. Raises `unknown_zone`."""
    understood(said, ZoneInfo, "unknown_zone")
    return said


def between(least: float, most: float, default: float) -> Callable[[str], float]:
    """A number from one to another, `default` where nothing is said. Raises `not_understood`."""

    def read(said: str) -> float:
        found = understood(said, lambda text: float(text.replace(",", ".") or default))
        if not least <= found <= most:
            raise UserFacingError("not_understood", value=said)
        return found

    return read


def whole(least: int, most: int, default: int) -> Callable[[str], int]:
    """The same without parts; the default may lie outside."""

    def read(said: str) -> int:
        found = understood(said, lambda text: int(text or default))
        if said and not least <= found <= most:
            raise UserFacingError("not_understood", value=said)
        return found

    return read


def timetable(
    cadence: Cadence, at: time, zone: str, start: date, blackouts: frozenset[date] = frozenset()
) -> Timetable:
    """Such days, from the first one on; the fifth such weekday of a month is the last."""
    place = (start.day - 1) // 7 + 1
    ordinal = place if place <= 4 else -1
    return Timetable(cadence, at, zone, start, start.weekday(), ordinal, blackouts)
