"""Every group that a round may have as a column of a whole-number programme: rows, rules, levels.

A plan is a choice of columns in which nobody stands more often than they have places (set
packing). What a trio repeats, how old that is and what it is worth are numbers of its column, so
that no rule has to be found while the programme runs, and its relaxation lies close to the best.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from bot.features.exchange.planner.instance import Instance
from bot.features.exchange.planner.model import Group, Mask, Problem
from bot.features.exchange.planner.objective import OLDEST, sides, wanted_across
from bot.features.exchange.planner.trio_rules import barred

Row = NDArray[np.float64]
Numbers = NDArray[np.floating[Any]]
UNITS = 1e6
"""Values are taken to so many parts of the largest."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The groups that may be made, and who may be in more than one.

    `people` holds positions in the problem, in an order that does not depend on a file's;
    `groups` (m, 3) places in it, -1 where a pair has no third. Variables are the m groups, then
    for each of `several` whether they are in a group and in a group across, then how many
    people across count.
    """

    seating: Instance
    people: NDArray[np.intp]
    places: NDArray[np.int64]
    groups: NDArray[np.intp]
    several: NDArray[np.intp]
    within: csr_array
    """(people, m): who is in which group."""
    crossing: Mask
    trio: Mask

    @property
    def count(self) -> int:
        """How many variables there are."""
        return len(self.groups) + 2 * len(self.several) + 1

    @property
    def everybody(self) -> int:
        """How many people are still to be grouped."""
        return len(self.seating.larger) + len(self.seating.smaller)

    def made(self, chosen: Row) -> list[Group]:
        """The groups of a choice, as positions in the problem."""
        kept = self.groups[chosen[: len(self.groups)] > 0.5].tolist()
        return [
            tuple(sorted(int(self.people[each]) for each in group if each >= 0)) for group in kept
        ]

    def chosen(self, groups: list[Group]) -> Row | None:
        """The choice that makes these groups; None where one of them is no column."""
        at = {
            tuple(sorted(int(self.people[each]) for each in group if each >= 0)): number
            for number, group in enumerate(self.groups.tolist())
        }
        row = np.zeros(self.count)
        for group in groups:
            if group not in at:
                return None
            row[at[group]] = 1
        return row if (self.within @ row[: len(self.groups)] <= self.places).all() else None


def size(seating: Instance) -> int:
    """How many columns a round has at most, trios of one side left out."""
    larger, smaller = len(seating.larger), len(seating.smaller) + len(set(seating.extra.tolist()))
    twos = larger * smaller
    if seating.problem.rules.same_side:
        twos += (larger * larger + smaller * smaller) // 2
    threes = larger * smaller * max(0, larger + smaller - 2) // 2
    return twos + threes * seating.trios


def columns(seating: Instance, *, same_side_trios: bool) -> Columns:
    """Every group that keeps the rules; `same_side_trios` are many, and seldom needed."""
    problem = seating.problem
    free = np.concatenate([seating.larger, seating.smaller]).astype(np.intp)
    more = seating.extra.tolist()
    locked = [each for each in dict.fromkeys(more) if each not in set(free.tolist())]
    people = np.concatenate([free, np.array(locked, dtype=np.intp)])
    places = np.array([(each in free) + more.count(each) for each in people.tolist()])
    side = sides(problem)[people]
    groups = np.vstack(
        [
            _twos(problem, people, side),
            _threes(problem, people, side, same_side_trios) if seating.trios else _NONE,
        ]
    )
    trio = groups[:, 2] >= 0
    crossing = side[groups[:, 0]] != side[groups[:, 1]]
    crossing |= trio & (side[groups[:, 0]] != side[groups[:, 2]])
    number = np.arange(len(groups))
    who = np.concatenate([groups[:, 0], groups[:, 1], groups[trio, 2]])
    where = np.concatenate([number, number, number[trio]])
    shape = len(people), len(groups)
    several = np.flatnonzero((places > 1) | ~np.isin(people, free))
    within = csr_array((np.ones(len(who)), (who, where)), shape)
    return Columns(seating, people, places, groups, several, within, crossing, trio)


_NONE = np.zeros((0, 3), dtype=np.intp)


def _twos(problem: Problem, people: NDArray[np.intp], side: Mask) -> NDArray[np.intp]:
    one, two = np.triu_indices(len(people), 1)
    free = ~problem.forbidden[people[one], people[two]]
    free &= (side[one] != side[two]) | problem.rules.same_side
    return np.stack([one, two, np.full(len(one), -1)], axis=1)[free].astype(np.intp)


def _threes(
    problem: Problem, people: NDArray[np.intp], side: Mask, same_side: bool
) -> NDArray[np.intp]:
    every = np.array(list(combinations(range(len(people)), 3)), dtype=np.intp).reshape(-1, 3)
    one, two, three = every.T
    mixed = (side[one] != side[two]) | (side[one] != side[three])
    kept = every[mixed | (same_side and problem.rules.same_side)]
    one, two, three = people[kept].T
    apart = problem.forbidden
    shut = apart[one, two] | apart[one, three] | apart[two, three]
    shut |= barred(problem, one, two, three)
    return np.asarray(kept[~shut], dtype=np.intp)


def rules_of(model: Columns) -> tuple[csr_array, Row]:
    """Rows that are at most their number: places, and who counts as grouped and as across."""
    groups, several = len(model.groups), len(model.several)
    within = model.within[model.several]
    blank = csr_array((several, several))
    last = csr_array((several, 1))
    unit = csr_array(np.eye(several))
    across = csr_array(within.multiply(model.crossing[None, :]))
    met = np.zeros(model.count)
    met[:groups] = -_once(model, model.crossing.astype(float))
    met[groups + several : -1] = -1
    met[-1] = 1
    width = model.count - groups
    return (
        csr_array(
            vstack(
                [
                    _beside(model.within, csr_array((len(model.people), width))),
                    _beside(-within, unit, blank, last),
                    _beside(-across, blank, unit, last),
                    csr_array(met[None, :]),
                ]
            )
        ),
        np.r_[model.places, np.zeros(2 * several), model.seating.locked_across],
    )


def _beside(*parts: csr_array) -> csr_array:
    return csr_array(vstack([part.T for part in parts]).T)


def _once(model: Columns, weights: Row) -> Row:
    """(m): `weights` of a group for each of its people who is in no more than one."""
    single = np.ones(len(model.people))
    single[model.several] = 0
    return np.asarray((model.within.T @ single) * weights)


def most_of(model: Columns) -> Row:
    """The most that each variable may be. Who is locked is grouped already, perhaps across."""
    problem = model.seating.problem
    several = model.people[model.several]
    locked = {each for group in problem.locked for each in group}
    side = sides(problem)
    met = {
        each
        for group in problem.locked
        if len({bool(side[one]) for one in group}) == 2
        for each in group
    }
    most: Row = np.r_[
        np.ones(len(model.groups)),
        [each not in locked for each in several.tolist()],
        [each not in met for each in several.tolist()],
        float(len(problem.members)),
    ]
    return most


def wanted(model: Columns, grouped: int) -> int:
    """How many of the people should meet the other side, given how many can be grouped."""
    return wanted_across(model.seating.problem, grouped + model.seating.locked_people)


def levels(model: Columns) -> list[tuple[str, Row]]:
    """What is maximised, one after the other, in whole numbers; the value in UNITS.

    People come with those who waited, as one number: people * (all waits + 1) + waits.
    """
    problem, groups = model.seating.problem, len(model.groups)
    several = len(model.several)
    one, two, three = model.groups.T
    pairs = ((one, two, None), (one, three, model.trio), (two, three, model.trio))
    block = np.ix_(model.people, model.people)
    met = np.minimum(problem.met[block], OLDEST).astype(float)
    side = sides(problem)[model.people]
    again, age, worth = np.zeros(groups), np.zeros(groups), np.zeros(groups)
    for a, b, holds in pairs:
        there = np.ones(groups, dtype=np.bool_) if holds is None else holds
        again += there * (met[a, b] > 0)
        age += there * met[a, b]
        worth += there * (~model.crossing | (side[a] != side[b])) * problem.values[block][a, b]
    spread = float(np.abs(problem.values).max(initial=0)) or 1.0
    weight = waits_of(model)
    single = weight.copy()
    single[model.several] = 0
    further = np.zeros(len(model.people))
    further[model.several] = -1

    def row(own: Numbers | float, grouped: Row | float = 0.0, across: float = 0.0) -> Row:
        own, grouped = own + np.zeros(groups), grouped + np.zeros(several)
        whole: Row = np.r_[own, grouped, np.zeros(several), across]
        return whole

    return [
        ("people", row(model.within.T @ single, weight[model.several])),
        ("same_side_trios", row(-1.0 * (model.trio & ~model.crossing))),
        ("across", row(0.0, 0.0, 1.0)),
        ("repeats", row(-again)),
        ("age", row(age)),
        ("extra", row(model.within.T @ further, 1.0)),
        ("trios", row(-1.0 * model.trio)),
        ("value", row(np.rint(worth / spread * UNITS))),
        ("draw", row(_draw(model))),
    ]


def waits_of(model: Columns) -> Row:
    """What it is worth that somebody is in a group: one more person, then how long they waited."""
    members = model.seating.problem.members
    waits = np.array([members[each].left_out_last for each in model.people.tolist()], dtype=float)
    return np.asarray(waits.sum() + 1 + waits)


def _draw(model: Columns) -> Row:
    """Numbers that look drawn, so that one plan is the best and not several."""
    mixed = np.zeros(len(model.groups), dtype=np.int64)
    for column in model.groups.T:
        mixed = (mixed * 48_271 + (column + 2) * 69_621 + 12_345) % 2_147_483_647
    return np.asarray((mixed % 9_973).astype(float))
