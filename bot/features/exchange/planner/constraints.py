"""Hard rules from members' facts: which pairs may not meet in a round, and why."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

import numpy as np

from bot.calendars.overlap import STEP, Span, shared_hours
from bot.calendars.working_week import WorkingWeek
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
    nobody = np.zeros((len(members), len(members)), dtype=np.bool_)
    found = {
        Barrier.AVOIDED: _named(members, [member.apart_from for member in members]),
        Barrier.NEVER_TOGETHER: _never(members, wishes),
        Barrier.CHIEF_AND_STAFF: _named(members, [member.chief_of for member in members]),
        Barrier.SAME_ORGANISATION: _same([member.organisation.casefold() for member in members]),
        Barrier.SCOPE: _out_of_scope(members, wishes.scope),
        Barrier.NO_SHARED_LANGUAGE: nobody,
        Barrier.NO_SHARED_HOURS: nobody.copy(),
    }
    if wishes.shared_language:
        found[Barrier.NO_SHARED_LANGUAGE] = _none_common(_languages(members))
    if wishes.shared_hours > 0:
        hours = _stretches(members, wishes.shared_hours, day)
        found[Barrier.NO_SHARED_HOURS] = _none_common(hours)
    for mask in found.values():
        np.fill_diagonal(mask, val=False)
    return found


def forbidden(members: Sequence[Facts], wishes: Wishes, day: date) -> Mask:
    """(n, n): the pairs that any rule keeps apart."""
    whole = np.zeros((len(members), len(members)), dtype=np.bool_)
    for mask in barriers(members, wishes, day).values():
        whole |= mask
    return whole


def common(members: Sequence[Facts], wishes: Wishes, day: date) -> tuple[Mask, ...]:
    """What three need in common: tables (n, k) of languages, and of hours in one piece on `day`."""
    tables = []
    if wishes.shared_language:
        tables.append(_languages(members))
    if wishes.shared_hours > 0:
        tables.append(_stretches(members, wishes.shared_hours, day))
    return tuple(tables)


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


def _languages(members: Sequence[Facts]) -> Mask:
    """(n, k): who speaks which language; somebody who told none keeps nobody apart."""
    known = sorted({code for member in members for code in member.languages})
    spoken = np.zeros((len(members), max(1, len(known))), dtype=np.bool_)
    for number, member in enumerate(members):
        spoken[number] = not member.languages
        for code in member.languages:
            spoken[number, known.index(code)] = True
    return spoken


def _stretches(members: Sequence[Facts], wanted: float, day: date) -> Mask:
    """(n, k): who works through which stretch of `wanted` hours of the UTC day `day`.

    Stretches begin on every quarter of an hour; looked up once per zone and hours.
    """
    quarters, whole = int(timedelta(days=1) / STEP), timedelta(hours=wanted)
    needed = -(-whole // STEP)
    begins = max(0, quarters - needed + 1)
    kinds: dict[WorkingWeek, int] = {}
    code = [kinds.setdefault(week_of(each), len(kinds)) for each in members]
    works = np.zeros((len(kinds), quarters), dtype=np.bool_)
    midnight = datetime.combine(day, time(), UTC)
    for week, kind in kinds.items():
        for span in shared_hours([week], day, day, every_day=True):
            works[kind, -(-(span.start - midnight) // STEP) : (span.end - midnight) // STEP] = True
    free = np.ones((len(kinds), begins), dtype=np.bool_)
    for later in range(needed):
        free &= works[:, later : later + begins]
    return free[code] if len(members) else free


def week_of(member: Facts) -> WorkingWeek:
    """The hours that somebody works on a working day."""
    return WorkingWeek(member.time_zone, *member.hours)


def hours_together(people: Sequence[Facts], day: date) -> list[Span]:
    """When all of these work on the UTC day `day`, be it a working day or not."""
    return shared_hours([week_of(each) for each in people], day, day, every_day=True)


def _none_common(table: Mask) -> Mask:
    """(n, n): two who have no column of a table in common."""
    whole = table.astype(np.float32)
    return np.asarray(np.equal(whole @ whole.T, 0), dtype=np.bool_)
