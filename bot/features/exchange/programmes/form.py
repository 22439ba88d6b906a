"""A programme's form: what it shows, and what a filled one says."""

from collections.abc import Callable
from datetime import date, time, timedelta
from zoneinfo import ZoneInfoNotFoundError

from bot.core.errors import InvalidForm, UserFacingError
from bot.features.exchange.planner.participants import Scope
from bot.features.exchange.programmes.cadence import Cadence, Timetable
from bot.features.exchange.programmes.settings import (
    DAYS,
    Rules,
    rules_of,
    timetable_of,
    write_timetable,
)
from knowledge.exchange.programmes import ProgrammeView


def defaults(zone: str, today: date) -> dict[str, str]:
    """What a new programme has unless a steward says otherwise."""
    start = today + timedelta(days=7)
    return {
        "name": "",
        "cadence": Cadence.MONTHLY.value,
        "start": start.isoformat(),
        "at": "10:00",
        "zone": zone,
        "scope": Scope.ANY.value,
        "share": "100",
        "hours": "1",
        "size": "3",
        "language": "yes",
        "same_side": "yes",
        "automatic": "yes",
        "days": "",
        "blackouts": "",
        "chatham": "no",
    }


def timetable_changed(old: ProgrammeView, timetable: Timetable) -> bool:
    """Whether due times must be computed anew."""
    return dict(old.timetable) != write_timetable(timetable)


def values(found: ProgrammeView) -> dict[str, str]:
    """What holds for a programme, as its form shows it."""
    rules, timetable = rules_of(found), timetable_of(found)
    yes = {True: "yes", False: "no"}
    return {
        "name": found.name,
        "cadence": timetable.cadence.value,
        "start": timetable.start.isoformat(),
        "at": timetable.at.strftime("%H:%M"),
        "zone": timetable.zone,
        "scope": rules.scope.value,
        "share": str(round(100 * rules.cross_share)),
        "hours": f"{rules.shared_hours:g}",
        "size": str(rules.max_size),
        "language": yes[rules.shared_language],
        "same_side": yes[rules.same_side],
        "automatic": yes[found.automatic],
        "days": str(found.days),
        "blackouts": ", ".join(sorted(day.isoformat() for day in timetable.blackouts)),
        "chatham": yes[found.chatham_house],
    }


def read(given: dict[str, str], language: str) -> tuple[str, Timetable, Rules, dict[str, object]]:
    """What a form says. Raises InvalidForm with a sentence for each field."""
    problems: dict[str, UserFacingError] = {}

    def one(name: str, read: Callable[[str], object], code: str = "not_understood") -> object:
        value = given.get(name, "").strip()
        try:
            return read(value)
        except (ValueError, ZoneInfoNotFoundError, OSError):
            problems[name] = UserFacingError(code, value=value)
            return None

    name = one("name", _name, "missing")
    cadence = one("cadence", Cadence)
    start, at = one("start", date.fromisoformat), one("at", time.fromisoformat)
    barred = one("blackouts", _dates)
    share = one("share", lambda text: _between(int(text or 100), 0, 100) / 100)
    hours = one("hours", lambda text: _between(float(text.replace(",", ".") or 1), 0, 8))
    size = one("size", lambda text: _between(int(text or 3), 2, 3))
    scope = one("scope", lambda text: Scope(text or Scope.ANY))
    days = one("days", lambda text: _between(int(text), 2, 60) if text else 0)
    timetable = None
    if isinstance(cadence, Cadence) and isinstance(start, date) and isinstance(at, time):
        blackouts = barred if isinstance(barred, frozenset) else frozenset()
        timetable = one(
            "zone",
            lambda zone: Timetable(
                cadence, at, zone, start, start.weekday(), _ordinal(start), blackouts
            ),
            "unknown_zone",
        )
    if problems or not isinstance(timetable, Timetable):
        raise InvalidForm(problems)
    rules = Rules(
        scope if isinstance(scope, Scope) else Scope.ANY,
        float(str(share)),
        float(str(hours)),
        given.get("language", "yes") != "no",
        int(str(size)),
        given.get("same_side", "yes") != "no",
        language,
    )
    more: dict[str, object] = {
        "automatic": given.get("automatic", "yes") != "no",
        "days": days or DAYS[timetable.cadence],
        "chatham_house": given.get("chatham", "no") == "yes",
    }
    return str(name), timetable, rules, more


def _ordinal(start: date) -> int:
    """Which such weekday of its month the first date is; the fifth is the last."""
    place = (start.day - 1) // 7 + 1
    return place if place <= 4 else -1


def _name(text: str) -> str:
    if not text:
        raise ValueError("a programme needs a name")
    return " ".join(text.split())


def _dates(text: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(part) for part in text.replace(",", " ").split())


def _between(number: float, least: float, most: float) -> float | int:
    if not least <= number <= most:
        raise ValueError("out of range")
    return number
