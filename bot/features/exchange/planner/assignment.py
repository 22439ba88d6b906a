"""The assignment of one side to the other, exact at any size, in whole numbers.

Every member of the larger side takes one slot of the smaller side; each of the smaller side has
two, the second of which makes a trio. Costs are whole numbers far below 2**53, so that double
precision adds and compares them without rounding: with an unmatched column at hand every dual of
the shortest augmenting paths (Crouse 2016, which SciPy implements) stays below the largest cost.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from bot.features.exchange.planner.column_generation import Meetings, without_clashes
from bot.features.exchange.planner.dual_prices import reduced_costs
from bot.features.exchange.planner.instance import Instance
from bot.features.exchange.planner.model import Group, Matrix
from bot.features.exchange.planner.trio_rules import TrioRules

MOST_COST = 2.0**51
DIGITS = 9
_TRIES = 40


def whole(values: Matrix, most: float) -> tuple[Matrix, float]:
    """`values` (any shape) as whole numbers from 0 to at most `most`, and units per value.

    The scale is a power of ten, so that short decimals stay exact, at most nine digits.
    """
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
    spread = max(high - low, 1e-9)
    scale = 10.0 ** min(DIGITS, int(np.floor(np.log10(most / spread))))
    return np.rint((values - low) * scale), scale


def all_across(seating: Instance) -> tuple[list[Group], float] | None:
    """Everybody with the other side, nobody again, no more trios than numbers ask: the best value.

    Such a plan reaches the most that any plan can reach on every level above the value, so the
    best of them is the best of all. Returns the groups and how much value a better one could add
    (0 unless the search for trios that suit all three ended early), or None where there is none.
    """
    problem, rows, columns = seating.problem, seating.larger, seating.smaller
    most = len(columns) * (2 if seating.trios else 1)
    if not len(columns) or not len(columns) <= len(rows) <= most:
        return None
    block = np.ix_(rows, columns)
    closed = problem.forbidden[block] | (problem.met[block] > 0)
    if closed.all(axis=1).any() or closed.all(axis=0).any():
        return None
    count = len(rows)
    costs, scale = whole(-problem.values[block], MOST_COST / (count + 2) ** 2)
    second = count * (costs.max() + 1)
    if len(rows) > len(columns):
        costs = np.hstack([costs, costs + second])
        closed = np.hstack([closed, closed])
    never = (count + 1) * (costs.max() + 1)
    costs[closed] = never
    slots = _assigned(costs)
    if costs[np.arange(count), slots].max() >= never or (slots >= len(columns)).sum() > (
        count - len(columns)
    ):
        return None
    rules = TrioRules.of(problem, rows, columns)
    if not _clashes(slots % len(columns), rules):
        return _groups(rows, columns[slots % len(columns)]), 0.0
    return _without_clashes(seating, costs, slots, rules, never, scale)


def _assigned(costs: Matrix) -> NDArray[np.intp]:
    """The column of each row. Where rows and columns are as many, all columns are used."""
    return np.asarray(linear_sum_assignment(costs)[1], dtype=np.intp)


def _clashes(seats: NDArray[np.intp], rules: TrioRules) -> list[tuple[int, int]]:
    """Rows that share a seat and may not."""
    order = np.argsort(seats, kind="stable")
    together = np.flatnonzero(seats[order][1:] == seats[order][:-1])
    one, other = order[together], order[together + 1]
    held = rules.hold(one, other, seats[one])
    return list(zip(one[held].tolist(), other[held].tolist(), strict=True))


def _without_clashes(
    seating: Instance,
    costs: Matrix,
    slots: NDArray[np.intp],
    rules: TrioRules,
    never: float,
    scale: float,
) -> tuple[list[Group], float] | None:
    """The best plan in which no trio holds two who may not be together."""
    width, rows = len(seating.smaller), np.arange(len(slots))
    single = np.where(costs[:, :width] < never, costs[:, :width], np.inf)
    reduced = reduced_costs(costs, slots)
    reduced = np.minimum(reduced[:, :width], reduced[:, width:])
    meetings = Meetings(single, rules, np.ones(len(rows)), np.ones(width))
    found = without_clashes(meetings, reduced)
    if found is not None:
        (row, column), left = found
        return _groups(seating.larger[row], seating.smaller[column]), left / scale
    seats = _barred_one_by_one(costs, slots, rules, never)
    if seats is None:
        return None
    left = float((single[rows, seats] - single[rows, slots % width]).sum())
    return _groups(seating.larger, seating.smaller[seats]), left / scale


def _barred_one_by_one(
    costs: Matrix, slots: NDArray[np.intp], rules: TrioRules, never: float
) -> NDArray[np.intp] | None:
    """Some plan without clashes: the dearer meeting of each is barred, and all assigned again."""
    width, rows = costs.shape[1] // 2, np.arange(len(slots))
    tried, seats = costs.copy(), slots
    for _ in range(_TRIES):
        found = _clashes(seats % width, rules)
        if not found:
            fewest = (seats >= width).sum() <= len(slots) - width
            return seats % width if fewest else None
        for a, b in found:
            column = seats[a] % width
            loser = a if costs[a, column] >= costs[b, column] else b
            tried[loser, [column, column + width]] = never
        seats = _assigned(tried)
        if tried[rows, seats].max() >= never:
            return None
    return None


def _groups(rows: NDArray[np.intp], partners: NDArray[np.intp]) -> list[Group]:
    together: dict[int, list[int]] = {}
    for row, partner in zip(rows.tolist(), partners.tolist(), strict=True):
        together.setdefault(partner, [partner]).append(row)
    return [tuple(sorted(group)) for group in together.values()]
