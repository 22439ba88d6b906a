"""Hard rules from members' facts: which pairs may not meet in a round, and why."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

import numpy as np

from bot.calendars.exchange_hours import length, shared_hours
from bot.features.exchange.planner.model import Mask
from bot.features.exchange.planner.participants import Facts, Scope, Wishes


class Barrier(StrEnum):
    """Why two may not meet; where several hold, the first in this order is told."""

    AVOIDED = "avoided"
    NEVER_TOGETHER = "never_together"
    CHIEF_AND_STAFF = "chief_and_staff"
    SAME_ORGANISATION = "same_organisation"
    SCOPE = "scope"
    NO_SHARED_LANGUAGE = "no_shared_language"
    NO_SHARED_HOURS = "no_shared_hours"


class Absence(StrEnum):
    """Why somebody is not in a round at all."""

    SNOOZED = "snoozed"
    CAPACITY_SPENT = "capacity_spent"


def absent(member: Facts, day: date) -> Absence | None:
    """Why a member takes no part in the round of `day`; None where they do."""
    if member.snoozed_until is not None and day < member.snoozed_until:
        return Absence.SNOOZED
    return Absence.CAPACITY_SPENT if member.places is not None and member.places < 1 else None


def barriers(members: Sequence[Facts], wishes: Wishes, day: date) -> dict[Barrier, Mask]:
    """For each reason the (n, n) symmetric pairs that it keeps apart on `day`.

    The diagonal is False. An avoidance is private: tell nobody but whoever asked for it.
    """
    found = {
        Barrier.AVOIDED: _named(members, [member.apart_from for member in members]),
        Barrier.NEVER_TOGETHER: _never(members, wishes),
        Barrier.CHIEF_AND_STAFF: _named(members, [member.chief_of for member in members]),
        Barrier.SAME_ORGANISATION: _same([member.organisation.casefold() for member in members]),
        Barrier.SCOPE: _out_of_scope(members, wishes.scope),
        Barrier.NO_SHARED_LANGUAGE: _no_language(members, required=wishes.shared_language),
        Barrier.NO_SHARED_HOURS: _no_hours(members, wishes.shared_hours, day),
    }
    for mask in found.values():
        np.fill_diagonal(mask, val=False)
    return found


def forbidden(members: Sequence[Facts], wishes: Wishes, day: date) -> Mask:
    """(n, n): the pairs that any rule keeps apart."""
    whole = np.zeros((len(members), len(members)), dtype=np.bool_)
    for mask in barriers(members, wishes, day).values():
        whole |= mask
    return whole


def reason(found: dict[Barrier, Mask], one: int, other: int) -> Barrier | None:
    """The first reason that keeps two apart; None where none does."""
    return next((barrier for barrier, mask in found.items() if mask[one, other]), None)


def _same(words: Sequence[str]) -> Mask:
    """Pairs with the same word; an empty one is the same as no other."""
    _, codes = np.unique(np.array(words, dtype=np.str_), return_inverse=True)
    given = np.array([bool(word) for word in words], dtype=np.bool_)
    both = given[:, None] & given[None, :]
    return np.asarray((codes[:, None] == codes[None, :]) & both, dtype=np.bool_)


def _named(members: Sequence[Facts], named: Sequence[frozenset[int | str]]) -> Mask:
    at = {member.id: number for number, member in enumerate(members)}
    mask = np.zeros((len(members), len(members)), dtype=np.bool_)
    for number, others in enumerate(named):
        for other in others & at.keys():
            mask[number, at[other]] = mask[at[other], number] = True
    return mask


def _never(members: Sequence[Facts], wishes: Wishes) -> Mask:
    mask = np.zeros((len(members), len(members)), dtype=np.bool_)
    for words in wishes.never_together:
        folded = {word.casefold() for word in words}
        own = [{member.organisation.casefold(), member.country.casefold()} for member in members]
        within = np.array([bool(each & folded) for each in own], dtype=np.bool_)
        mask |= within[:, None] & within[None, :]
    return mask


def _out_of_scope(members: Sequence[Facts], scope: Scope) -> Mask:
    same = _same([member.country.casefold() for member in members])
    if scope is Scope.SAME_COUNTRY:
        return ~same
    if scope is Scope.OTHER_COUNTRIES:
        return same
    return np.zeros_like(same)


def _no_language(members: Sequence[Facts], *, required: bool) -> Mask:
    known = sorted({code for member in members for code in member.languages})
    spoken = np.zeros((len(members), max(1, len(known))), dtype=np.float32)
    for number, member in enumerate(members):
        for code in member.languages:
            spoken[number, known.index(code)] = 1
    told: Mask = np.asarray(spoken.any(axis=1), dtype=np.bool_)
    none: Mask = np.equal(spoken @ spoken.T, 0)
    return np.asarray(none & told[:, None] & told[None, :] & required, dtype=np.bool_)


def _no_hours(members: Sequence[Facts], wanted: float, day: date) -> Mask:
    """Pairs with less than `wanted` hours in one piece; looked up once per zone and hours."""
    kinds: dict[tuple[str, tuple[int, int]], int] = {}
    code = [kinds.setdefault((each.time_zone, each.hours), len(kinds)) for each in members]
    first = [members[code.index(kind)] for kind in range(len(kinds))]
    short = np.zeros((len(kinds), len(kinds)), dtype=np.bool_)
    if wanted > 0:
        for a, one in enumerate(first):
            for b in range(a, len(first)):
                little = length(shared_hours([one, first[b]], day)) < wanted
                short[a, b] = short[b, a] = little
    return short[np.ix_(code, code)] if len(members) else short
