"""The assignment level by level, for large rounds whose rules leave somebody over."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from bot.features.exchange.planner.assignment import MOST_COST, whole
from bot.features.exchange.planner.dual_prices import dual_prices
from bot.features.exchange.planner.instance import Instance
from bot.features.exchange.planner.model import Barred, Group, Mask, Matrix
from bot.features.exchange.planner.objective import OLDEST


def layered(seating: Instance, barred: Barred = frozenset()) -> list[Group]:
    """Groups across with centres on the smaller side, without meetings that are `barred`.

    Who finds no place is in none.
    Exact among such plans: most people, those who waited, fewest repeats, the oldest, fewest
    further groups and trios, value. A level's best assignments are those on its tight entries
    that use every column with a price, so the next level looks at these alone.
    """
    problem, rows = seating.problem, seating.larger
    columns = np.concatenate([seating.smaller, seating.extra]).astype(np.intp)
    if not len(rows) or not len(columns):
        return []
    width, count = len(columns), len(rows)
    block = np.ix_(rows, columns)
    shut = problem.forbidden[block].copy()
    for one, other in barred:
        shut |= (rows[:, None] == one) & (columns[None, :] == other)
    seen = [shut] * (2 if seating.trios else 1)
    closed = np.hstack([*seen, np.zeros((count, count), dtype=np.bool_)])
    needed = np.zeros(closed.shape[1], dtype=np.bool_)
    slots = np.zeros(count, dtype=np.intp)
    for level in _levels(seating, block, closed.shape):
        slots = _best(level, closed, needed)
        price, tight = _tight(level, closed, needed, slots)
        closed, needed = ~tight, needed | (price < 0)
    together: dict[int, list[int]] = {}
    for row, slot in zip(rows.tolist(), slots.tolist(), strict=True):
        if slot < closed.shape[1] - count:
            together.setdefault(slot % width, []).append(row)
    return [tuple(sorted((int(columns[at]), *met))) for at, met in together.items()]


def _levels(
    seating: Instance, block: tuple[NDArray[np.intp], ...], shape: tuple[int, ...]
) -> list[Matrix]:
    """Costs of each level: slots, second slots, then a column per row for being left out."""
    problem, count = seating.problem, len(seating.larger)
    width = len(seating.smaller) + len(seating.extra)
    taken = shape[1] - count
    waits = np.array([member.left_out_last for member in problem.members], dtype=float)
    heavy = waits.sum() + 1
    own = heavy + waits[seating.larger]
    theirs = np.zeros(shape[1])
    theirs[: len(seating.smaller)] = heavy + waits[seating.smaller]
    seats = np.zeros(shape, dtype=np.bool_)
    seats[:, :taken] = True
    met = np.minimum(problem.met[block], OLDEST).astype(float)
    met = np.hstack([*[met] * (taken // width), np.zeros((count, count))])
    people = -(own[:, None] + theirs[None, :]) * seats * (count + 1) + (met > 0)
    further = np.zeros(shape[1])
    further[len(seating.smaller) : width] = count + 1
    further[width:taken] = 1
    fewest = (OLDEST - met) * (met > 0) * (count + 1) ** 2 + further[None, :]
    value, _ = whole(-problem.values[block], MOST_COST / 8 / (count + 2) ** 2)
    value = np.hstack([*[value] * (taken // width), np.zeros((count, count))])
    return [people - people.min(), fewest, value]


def _held(level: Matrix, closed: Mask, needed: Mask) -> Matrix:
    """Costs with closed entries priced out, and columns that must be used made attractive."""
    hold = len(level) * (level.max() + 1)
    costs = np.where(needed[None, :], level, level + hold)
    costs[closed] = (len(level) + 1) * (costs.max() + 1)
    return costs


def _best(level: Matrix, closed: Mask, needed: Mask) -> NDArray[np.intp]:
    return np.asarray(linear_sum_assignment(_held(level, closed, needed))[1], dtype=np.intp)


def _tight(
    level: Matrix, closed: Mask, needed: Mask, slots: NDArray[np.intp]
) -> tuple[NDArray[np.float64], Mask]:
    costs = _held(level, closed, needed)
    price = dual_prices(costs, slots)
    rows = np.arange(len(costs))
    paid = costs[rows, slots] - price[slots]
    return price, np.asarray((costs - paid[:, None] - price[None, :] == 0) & ~closed)
