"""How a programme is set, to and from the JSON that is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, time
from typing import Any

from bot.contract import Place, PlaceKind
from bot.features.exchange.planner.model import PlanRules
from bot.features.exchange.planner.participants import Scope, Wishes
from bot.features.exchange.programmes.cadence import Blackout, Cadence, Timetable
from bot.messaging import serialization
from knowledge.exchange.programmes import ProgrammeView

DAYS = {
    Cadence.WEEKLY: 7,
    Cadence.FORTNIGHTLY: 14,
    Cadence.MONTHLY: 21,
    Cadence.QUARTERLY: 42,
    Cadence.ONCE: 14,
}
"""How long a round lasts unless a steward says otherwise."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Whom a programme brings together; `language` is what its channels read."""

    scope: Scope = Scope.ANY
    cross_share: float = 1.0
    shared_hours: float = 1.0
    shared_language: bool = True
    max_size: int = 3
    same_side: bool = True
    language: str = "en"

    @property
    def wishes(self) -> Wishes:
        return Wishes(self.scope, self.shared_language, self.shared_hours)

    @property
    def plan(self) -> PlanRules:
        return PlanRules(self.cross_share, self.max_size, self.same_side)

    def written(self) -> dict[str, Any]:
        """As it is stored."""
        return {**asdict(self), "scope": self.scope.value}


def rules_of(programme: ProgrammeView) -> Rules:
    """The rules as they were stored."""
    stored = dict(programme.rules)
    return replace(Rules(), **{**stored, "scope": Scope(stored.get("scope", Scope.ANY))})


def timetable_of(programme: ProgrammeView) -> Timetable:
    """The timetable as it was stored."""
    return read_timetable(programme.timetable)


def read_timetable(stored: Mapping[str, Any]) -> Timetable:
    """A timetable from its JSON. Raises ValueError for what no calendar has."""
    return Timetable(
        Cadence(stored["cadence"]),
        time.fromisoformat(stored["at"]),
        stored["zone"],
        date.fromisoformat(stored["start"]),
        int(stored.get("weekday", 0)),
        int(stored.get("ordinal", 1)),
        frozenset(date.fromisoformat(day) for day in stored.get("blackouts", ())),
        Blackout(stored.get("when_barred", Blackout.NEXT_DAY)),
    )


def write_timetable(timetable: Timetable) -> dict[str, Any]:
    """A timetable as JSON."""
    return {
        "cadence": timetable.cadence.value,
        "at": timetable.at.strftime("%H:%M"),
        "zone": timetable.zone,
        "start": timetable.start.isoformat(),
        "weekday": timetable.weekday,
        "ordinal": timetable.ordinal,
        "blackouts": sorted(day.isoformat() for day in timetable.blackouts),
        "when_barred": timetable.when_barred.value,
    }


def places_of(programme: ProgrammeView) -> list[Place]:
    """The channels in which it is announced."""
    stored = (
        serialization.place_from_json(place) for place in programme.channels.get("places", ())
    )
    return [_channel(place) for place in stored]


def announced_in(programme: ProgrammeView, place: Place) -> bool:
    """Whether rounds are announced in a channel."""
    return any(each.same_room(place) for each in places_of(programme))


def with_place(programme: ProgrammeView, place: Place) -> dict[str, Any]:
    """The channels, with this one among them."""
    return _written([*_without(programme, place), _channel(place)])


def without_place(programme: ProgrammeView, place: Place) -> dict[str, Any]:
    """The channels but for this one."""
    return _written(_without(programme, place))


def _without(programme: ProgrammeView, place: Place) -> list[Place]:
    return [each for each in places_of(programme) if not each.same_room(place)]


def _written(places: Sequence[Place]) -> dict[str, Any]:
    return {"places": [serialization.place_to_json(each) for each in places]}


def _channel(place: Place) -> Place:
    """The room itself, as a platform must know it: not somebody's own conversation with the bot."""
    return Place(
        place.platform, place.workspace, place.channel, kind=PlaceKind.CHANNEL, private=False
    )
