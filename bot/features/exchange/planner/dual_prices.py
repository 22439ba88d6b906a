"""What the columns of a best assignment are worth, and so what any other choice costs more."""

import numpy as np
from numpy.typing import NDArray

from bot.features.exchange.planner.model import Matrix


def reduced_costs(costs: Matrix, columns: NDArray[np.intp]) -> Matrix:
    """What each entry costs beyond its dual prices, for a best assignment `columns`."""
    rows = np.arange(len(costs))
    price = dual_prices(costs, columns)
    paid = costs[rows, columns] - price[columns]
    beyond: Matrix = costs - paid[:, None]
    beyond -= price
    return beyond


def dual_prices(costs: Matrix, columns: NDArray[np.intp]) -> NDArray[np.float64]:
    """The price of each column, 0 or less, for a best assignment `columns` of whole costs.

    Shortest paths over matched rows (Bellman and Ford); exact, because the numbers are whole.
    """
    rows = np.arange(len(costs))
    beyond = costs - costs[rows, columns][:, None]
    changed = rows
    price = np.zeros(costs.shape[1])
    for _ in range(len(costs) + 1):
        paid = price[columns[changed]]
        better = np.minimum(price, (beyond[changed] + paid[:, None]).min(axis=0))
        changed = rows[better[columns] < price[columns]]
        price = better
        if not len(changed):
            break
    return price
