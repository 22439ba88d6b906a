"""Why a group was made, as facts: the sentences are for whoever words them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np

from bot.calendars.overlap import Span
from bot.features.exchange.planner.constraints import hours_together
from bot.features.exchange.planner.model import Group
from bot.features.exchange.planner.participants import Facts
from bot.features.exchange.planner.utility import Vectors, seniority


class Difference(StrEnum):
    """In what two of a group differ: there is something to compare."""

    COMMUNITY = "community"
    LEVEL = "level"
    POPULATION = "population"
    COUNTRY = "country"
    REGION = "region"
    EXPERIENCE = "experience"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A need of one and the offer of another that meets it best; numbers are places in lists."""

    asks: int
    need: int
    gives: int
    offer: int
    cosine: float


@dataclass(frozen=True, slots=True)
class GroupReasons:
    """Why these people: positions are those of the members of the round."""

    members: Group
    meetings: tuple[Meeting, ...]
    languages: tuple[str, ...]
    hours: tuple[Span, ...]
    """In UTC, on the day asked for."""
    differences: tuple[Difference, ...]


def group_reasons(
    group: Group,
    members: Sequence[Facts],
    needs: Sequence[Vectors],
    offers: Sequence[Vectors],
    day: date,
) -> GroupReasons:
    """The facts behind one group; languages in the order of the first member's list."""
    people = [members[each] for each in group]
    common = set.intersection(*(set(person.languages) for person in people))
    return GroupReasons(
        group,
        _meetings(group, needs, offers),
        tuple(code for code in people[0].languages if code in common),
        tuple(hours_together(people, day)),
        _differences(people),
    )


def _meetings(
    group: Group, needs: Sequence[Vectors], offers: Sequence[Vectors]
) -> tuple[Meeting, ...]:
    """For each who asks and each who gives the closest need and offer, the closest first."""
    found = []
    for asks in group:
        for gives in group:
            if asks == gives or not len(needs[asks]) or not len(offers[gives]):
                continue
            cosines = needs[asks] @ offers[gives].T
            need, offer = np.unravel_index(int(cosines.argmax()), cosines.shape)
            found.append(
                Meeting(asks, int(need), gives, int(offer), round(float(cosines.max()), 4))
            )
    return tuple(sorted(found, key=lambda meeting: -meeting.cosine))


def _differences(people: Sequence[Facts]) -> tuple[Difference, ...]:
    told: dict[Difference, Sequence[object]] = {
        Difference.COMMUNITY: [person.community for person in people],
        Difference.LEVEL: [person.level for person in people],
        Difference.POPULATION: [person.population for person in people],
        Difference.COUNTRY: [person.country or None for person in people],
        Difference.REGION: [person.region or None for person in people],
        Difference.EXPERIENCE: [seniority(person) for person in people],
    }
    return tuple(
        difference
        for difference, facts in told.items()
        if len({fact for fact in facts if fact is not None}) > 1
    )
