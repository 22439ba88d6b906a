"""Whom somebody without a group can still meet in a round that runs: one who rests, or a pair."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import combinations

import numpy as np
from sqlmodel import Session

from bot.features.exchange.planner import constraints
from bot.features.exchange.planner.explanations import group_reasons
from bot.features.exchange.planner.participants import Facts
from bot.features.exchange.planner.utility import COSINES, Exchange
from bot.features.exchange.programmes import capacity
from bot.features.exchange.programmes.settings import Rules, rules_of
from bot.features.exchange.rounds.planning import away, known_facts, reasons_of
from knowledge.exchange import programmes, rounds
from knowledge.exchange.plans import Reasons
from knowledge.exchange.programmes import ParticipationView, ProgrammeView
from knowledge.exchange.rounds import PairingView, RoundView
from knowledge.exchange.states import PairingState
from knowledge.members import members
from knowledge.members.views import MemberView


@dataclass(frozen=True, slots=True)
class Chance:
    """A group that somebody could be in: with a pair, or (`pair` None) with one who rests."""

    people: tuple[MemberView, ...]
    """All of it, whoever joins first."""
    pair: PairingView | None
    why: Reasons


def chance(
    session: Session, this: RoundView, programme: ProgrammeView, member: MemberView, at: datetime
) -> Chance | None:
    """The best group for a member who is in none; None where no rule-abiding one is left.

    Groups across the communities go first, then pairs before trios. A pair takes a third once.
    """
    groups = [each for each in rounds.pairings(session, this.id) if each.state is PairingState.OPEN]
    if any(member.id in each.members for each in groups):
        return None
    parts = {each.member_id: each for each in programmes.participants(session, programme.id)}
    present = _present(session, this, parts, groups, at)
    if not _comes(session, member, parts.get(member.id), this, at):
        return None
    rules = rules_of(programme)
    options: list[tuple[tuple[int, ...], PairingView | None]] = [
        ((number,), None) for number in _resting(this, parts, groups) if number != member.id
    ]
    planned = len(this.plan.groups)
    options += [
        (each.members, each)
        for each in groups
        if rules.max_size > 2 and len(each.members) == 2 and each.group_number <= planned
        if all(sent < rounds.MOST_UNASKED for sent in each.messages.values())
    ]
    found = [
        Chance((member, *(present[number] for number in others)), pair, Reasons())
        for others, pair in options
        if all(number in present for number in others)
    ]
    return _best(session, rules, found, at.date())


def _best(session: Session, rules: Rules, found: Sequence[Chance], day: date) -> Chance | None:
    people = {each.id: each for one in found for each in one.people}
    facts = known_facts(session, list(people.values()))
    at = {each.id: place for place, each in enumerate(facts)}
    apart = constraints.forbidden(facts, rules.wishes, day)
    common = constraints.common(facts, rules.wishes, day)
    for one in sorted(found, key=_order):
        places = [at[each.id] for each in one.people]
        together = [facts[place] for place in places]
        if any(apart[a, b] for a, b in combinations(places, 2)):
            continue
        if not _across(one) and not rules.same_side:
            continue
        # Of three, a language and hours that two of them share may not be the third's.
        if all(table[places].all(axis=0).any() for table in common):
            return replace(one, why=_why(one.people, together, day))
    return None


def _order(one: Chance) -> tuple[bool, int, int]:
    number = one.pair.group_number if one.pair else one.people[-1].id
    return (not _across(one), len(one.people), number)


def _across(one: Chance) -> bool:
    return len({each.community for each in one.people}) > 1


def _why(people: Sequence[MemberView], together: Sequence[Facts], day: date) -> Reasons:
    """What the group has in common and in what it differs, as a plan says it."""
    nothing = [np.zeros((0, 1), dtype=np.float32) for _ in together]
    wanted = Exchange(nothing, nothing, COSINES)
    why = group_reasons(tuple(range(len(together))), together, wanted, day)
    return reasons_of(why, people, across=False, met=None)


def _resting(
    this: RoundView, parts: dict[int, ParticipationView], groups: Sequence[PairingView]
) -> list[int]:
    """Those of the round who were left without a partner, and have none since."""
    busy = {number for each in groups for number in each.members}
    return [
        number
        for number in this.members
        if number in parts and parts[number].rested_last and number not in busy
    ]


def _present(
    session: Session,
    this: RoundView,
    parts: dict[int, ParticipationView],
    groups: Sequence[PairingView],
    at: datetime,
) -> dict[int, MemberView]:
    """Those of the round who can still meet somebody; a group in hand is no further contact."""
    busy = {number for each in groups for number in each.members}
    numbers = sorted(busy | set(_resting(this, parts, groups)))
    people = members.get_many(session, [number for number in numbers if number in parts])
    spare = capacity.places(session, people, at)
    found = {}
    for each in people:
        part = replace(parts[each.id], last_round=0)
        if each.id in busy:
            part = replace(part, skip_next=False)
        left = 1 if each.id in busy else spare[each.id]
        if away(session, each, part, this.number, at, left) is None:
            found[each.id] = each
    return found


def _comes(
    session: Session,
    member: MemberView,
    part: ParticipationView | None,
    this: RoundView,
    at: datetime,
) -> bool:
    """Whether a member takes part, and has room for a group unless this round gave them one."""
    if part is None:
        return False
    had = part.last_round == this.number
    left = 1 if had else capacity.places(session, [member], at)[member.id]
    return away(session, member, replace(part, last_round=0), this.number, at, left) is None
