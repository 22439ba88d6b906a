"""The assignment with trios that must suit all three: few columns are worth looking at.

A plan that keeps the rule is known, and so is the best plan without it. A meeting whose reduced
cost exceeds the difference cannot be part of anything better (reduced cost fixing), and what is
left is a small whole-number programme.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from bot.exchange.problem import Mask, Matrix

NODES = 2_000
"""Branches after which a search ends: a count, and no clock, so that machines agree."""
_MOST_COLUMNS = 10_000
_ROUNDS = 12
_UNITS = 1e3  # costs are divided by this: the solver's own tolerance is absolute


def improved(
    costs: Matrix,
    relaxed: NDArray[np.intp],
    known: NDArray[np.intp],
    clash: Mask,
    width: int,
    gap: float,
) -> tuple[NDArray[np.intp], float]:
    """The best column of each row without clashing rows in a trio, and the gap that remains.

    `costs` is (rows, 2 * width), `relaxed` the best columns where clashes are let be, `known`
    columns without clashes that cost `gap` more. The gap is 0 when the best is proven.
    """
    reduced = reduced_costs(costs, relaxed)
    open_ = np.minimum(reduced[:, :width], reduced[:, width:]) <= gap
    row, column = np.nonzero(open_)
    if len(row) > _MOST_COLUMNS:
        return known, gap
    price = costs[row, column] / _UNITS
    number = np.arange(len(row))
    size = (len(costs) + width, len(row))
    places = csr_array(
        (np.ones(2 * len(row)), (np.r_[row, len(costs) + column], np.r_[number, number])), size
    )
    low = np.ones(size[0])
    high = np.r_[np.ones(len(costs)), np.full(width, 2.0)]
    limits = [LinearConstraint(places, low, high)]
    where = {each: at for at, each in enumerate(zip(row.tolist(), column.tolist(), strict=True))}
    for _ in range(_ROUNDS):
        answer = milp(
            price,
            integrality=np.ones(len(row)),
            bounds=Bounds(0, 1),
            constraints=limits,
            options={"node_limit": NODES, "mip_rel_gap": 0.0},
        )
        if answer.x is None or answer.status != 0:
            return known, gap
        chosen = np.flatnonzero(answer.x > 0.5)
        found = _shared(row[chosen], column[chosen], clash)
        if not found:
            seats = np.empty(len(costs), dtype=np.intp)
            seats[row[chosen]] = column[chosen]
            return seats, 0.0
        cut = csr_array(
            (
                np.ones(2 * len(found)),
                (
                    np.repeat(np.arange(len(found)), 2),
                    [where[each, seat] for a, b, seat in found for each in (a, b)],
                ),
            ),
            (len(found), len(row)),
        )
        limits.append(LinearConstraint(cut, -np.inf, 1))
    return known, gap


def _shared(
    rows: NDArray[np.intp], columns: NDArray[np.intp], clash: Mask
) -> list[tuple[int, int, int]]:
    """(row, row, column) of clashing rows in one column."""
    first: dict[int, int] = {}
    found = []
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        other = first.setdefault(column, row)
        if other != row and clash[other, row]:
            found.append((other, row, column))
    return found


def reduced_costs(costs: Matrix, columns: NDArray[np.intp]) -> Matrix:
    """What each entry costs beyond its dual prices, for a best assignment `columns`."""
    rows = np.arange(len(costs))
    price = dual_prices(costs, columns)
    paid = costs[rows, columns] - price[columns]
    return np.asarray(costs - paid[:, None] - price[None, :])


def dual_prices(costs: Matrix, columns: NDArray[np.intp]) -> NDArray[np.float64]:
    """The price of each column, 0 or less, for a best assignment `columns` of whole costs.

    Shortest paths over matched rows (Bellman and Ford); exact, because the numbers are whole.
    """
    rows = np.arange(len(costs))
    beyond = costs - costs[rows, columns][:, None]
    price = np.zeros(costs.shape[1])
    for _ in range(len(costs) + 1):
        better = np.minimum(price, (beyond + price[columns][:, None]).min(axis=0))
        if (better == price).all():
            break
        price = better
    return price
