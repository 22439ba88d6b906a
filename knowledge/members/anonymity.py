"""How somebody is shown who did not agree to be named: by what at least five people share. Pure.

"Role and country" of a head of a statistics office is a person. So a description is widened
step by step until enough approved members of the same community fit it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from knowledge.members.members import Trait
from knowledge.members.regions import region_of
from knowledge.members.views import MemberView
from knowledge.vocabulary import Community, MemberStatus, Purpose

FEWEST = 5
"""So many members must fit a description before it is shown."""


class Shown(StrEnum):
    """How much of somebody is shown."""

    NAME = "NAME"
    ROLE_COUNTRY = "ROLE_COUNTRY"
    ROLE_REGION = "ROLE_REGION"
    COMMUNITY_REGION = "COMMUNITY_REGION"
    COMMUNITY = "COMMUNITY"


@dataclass(frozen=True, slots=True)
class Description:
    """What may be said of somebody; what is not shown is empty. `region` is an M49 code."""

    shown: Shown
    community: Community | None
    name: str = ""
    role: str = ""
    organisation: str = ""
    country: str = ""
    region: str = ""


class Census:
    """How many active members share a role, a country, a region, within one community."""

    def __init__(self, everyone: Iterable[MemberView | Trait]) -> None:
        self._counts: Counter[tuple[str, ...]] = Counter()
        for member in everyone:
            if isinstance(member, Trait) or member.status is MemberStatus.ACTIVE:
                self._counts.update(cell for _, cell in _cells(member))

    def holds(self, cell: tuple[str, ...]) -> bool:
        """Whether enough members fit."""
        return self._counts[cell] >= FEWEST


def display(member: MemberView, everyone: Iterable[MemberView] | Census) -> Description:
    """How `member` is shown to others, among `everyone`: all members, or their census.

    The name (with organisation and place) only with the consent to be named; else role and
    country, role and region, community and region, or the community alone: the first that at
    least FEWEST active members of the same community fit. Where the community itself has fewer,
    nothing is said: its only member would be known by it.
    """
    if member.agreed(Purpose.BE_NAMED):
        return Description(
            Shown.NAME,
            member.community,
            name=member.name,
            role=member.role,
            organisation=member.organisation,
            country=member.country,
            region=region_of(member.country),
        )
    census = everyone if isinstance(everyone, Census) else Census(everyone)
    for shown, cell in _cells(member):
        if shown is not Shown.COMMUNITY and census.holds(cell):
            by_role = shown in (Shown.ROLE_COUNTRY, Shown.ROLE_REGION)
            return Description(
                shown,
                member.community,
                role=member.role if by_role else "",
                country=member.country if shown is Shown.ROLE_COUNTRY else "",
                region=region_of(member.country),
            )
    return community_alone(member, census)


def community_alone(member: MemberView, census: Census) -> Description:
    """The least that is said of somebody: their community, where it has members enough."""
    known = any(census.holds(cell) for shown, cell in _cells(member) if shown is Shown.COMMUNITY)
    return Description(Shown.COMMUNITY, member.community if known else None)


def stored(description: Description | None) -> dict[str, Any]:
    """A description as it can be written down: words by their names."""
    if description is None:
        return {}
    return {
        name: value.value if isinstance(value, StrEnum) else value
        for name, value in asdict(description).items()
    }


def kept(shown: Mapping[str, Any]) -> Description | None:
    """The same, read back."""
    if not shown:
        return None
    facts = dict(shown)
    community = facts.pop("community", None)
    return Description(
        Shown(facts.pop("shown")), Community(community) if community else None, **facts
    )


def _cells(member: MemberView | Trait) -> Iterable[tuple[Shown, tuple[str, ...]]]:
    """The descriptions that fit a member, the narrowest first.

    The community is part of each, since answers show it beside them. Invented members do not
    hide real ones.
    """
    common = (str(member.invented), member.community or "")
    role = " ".join(member.role.casefold().split())
    country, region = member.country.upper(), region_of(member.country)
    if role and country:
        yield Shown.ROLE_COUNTRY, ("role+country", *common, role, country)
    if role and region:
        yield Shown.ROLE_REGION, ("role+region", *common, role, region)
    if member.community and region:
        yield Shown.COMMUNITY_REGION, ("region", *common, region)
    if member.community:
        yield Shown.COMMUNITY, ("community", *common)
