"""What the exchange knows of each member. From it come rules, values and reasons."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from knowledge.members.views import MemberDraft, MemberView
from knowledge.vocabulary import Community, Level, PopulationBand, StaffBand


class Scope(StrEnum):
    """Whom a programme brings together."""

    ANY = "any"
    SAME_COUNTRY = "same-country"
    OTHER_COUNTRIES = "other-countries"


@dataclass(frozen=True, slots=True)
class Facts:
    """One member. `hours` are the first and last hour of work, local to `time_zone`.

    `seniority` is 0 for somebody new to the work, 1, 2 and so on a step further; None if unknown.
    `apart_from` names ids that they avoid; it counts in both directions. `snoozed_until` is the
    first date on which they take part again; `places` is how many groups they can still take
    before their capacity is spent (None: no limit).
    """

    id: int | str
    community: Community
    organisation: str = ""
    country: str = ""
    region: str = ""
    languages: tuple[str, ...] = ()
    time_zone: str = "UTC"
    hours: tuple[int, int] = (9, 17)
    level: Level | None = None
    population: PopulationBand | None = None
    staff: StaffBand | None = None
    seniority: int | None = None
    offers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    apart_from: frozenset[int | str] = frozenset()
    snoozed_until: date | None = None
    places: int | None = None
    chief_of: frozenset[int | str] = frozenset()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a programme asks of its groups; `shared_hours` 0 says that asynchronous is fine."""

    scope: Scope = Scope.ANY
    shared_language: bool = True
    shared_hours: float = 1.0
    never_together: tuple[frozenset[str], ...] = ()
    """Sets of organisations or countries (codes), no two of which may share a group."""


def facts_of(member: MemberView | MemberDraft, name: int | str, region: str) -> Facts | None:
    """The facts of a member or of a row of a file; None without a community."""
    if member.community is None:
        return None
    circumstances = member.circumstances
    return Facts(
        name,
        member.community,
        member.organisation,
        member.country,
        region,
        member.languages,
        member.time_zone,
        (member.hours_from, member.hours_until),
        circumstances.level,
        circumstances.population_band,
        circumstances.staff_band,
        None,
        member.offers,
        member.needs,
        places=member.capacity,
    )
