"""Why a group was made, as facts: the sentences are for whoever words them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.calendars.overlap import Span
from bot.features.exchange.planner.constraints import hours_together
from bot.features.exchange.planner.model import Group
from bot.features.exchange.planner.participants import Facts
from bot.features.exchange.planner.utility import Exchange, seniority


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
    fit: float
    """How well it answers, 0 to 1: what it adds to the value of the meeting."""


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
    wanted: Exchange,
    day: date,
) -> GroupReasons:
    """The facts behind one group; languages in the order of the first member's list.

    Of needs and offers only those above the scale's line are a reason: often there is none.
    """
    people = [members[each] for each in group]
    common = set.intersection(*(set(person.languages) for person in people))
    return GroupReasons(
        group,
        _meetings(group, wanted),
        tuple(code for code in people[0].languages if code in common),
        tuple(hours_together(people, day)),
        _differences(people),
    )


def _meetings(group: Group, wanted: Exchange) -> tuple[Meeting, ...]:
    """For each need and each other member the offer that answers it, the best answered first."""
    needs, offers, scale = wanted.needs, wanted.offers, wanted.scale
    found = []
    for asks in group:
        for gives in group:
            if asks == gives or not len(needs[asks]) or not len(offers[gives]):
                continue
            cosines = needs[asks] @ offers[gives].T
            best = cosines.argmax(axis=1)
            for need, offer in enumerate(best.tolist()):
                cosine = cosines[need, offer]
                if cosine >= scale.told:
                    fit = round(float(scale.fit(cosine)), 4)
                    found.append((float(cosine), Meeting(asks, need, gives, offer, fit)))
    return tuple(meeting for _, meeting in sorted(found, key=lambda each: -each[0]))


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
