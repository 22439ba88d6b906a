"""Where the larger side has more people than there are seats beside the smaller: every seat taken.

Such a plan reaches the most that numbers allow on every level above the value, if those who are
over find pairs among themselves. Who takes a seat gives up a meeting within the larger side: half
of their best one counts against the seat. No plan is worth more than these halves and the best
seats beyond them together (weak duality), which is the bound that is stated.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from bot.features.exchange.planner.assignment import MOST_COST, whole
from bot.features.exchange.planner.column_generation import Meetings, without_clashes
from bot.features.exchange.planner.dual_prices import reduced_costs
from bot.features.exchange.planner.general_matching import remainder
from bot.features.exchange.planner.instance import Instance
from bot.features.exchange.planner.model import Group, Matrix, pairs
from bot.features.exchange.planner.objective import group_value, sides
from bot.features.exchange.planner.trio_rules import TrioRules, clashing

Seats = tuple[NDArray[np.intp], NDArray[np.intp]]
"""People and their centres, as places in the two sides."""


def all_seats_taken(seating: Instance) -> tuple[list[Group], float | None] | None:
    """The groups, and what a better plan could add to the value; None where this way fails.

    The gap is None where somebody else might rest in a better plan.

    It fails where rules leave a seat empty or somebody over, or where people would meet again.
    """
    problem, rows, columns = seating.problem, seating.larger, seating.smaller
    each = 2 if seating.trios else 1
    over = len(rows) - each * len(columns)
    if not len(columns) or over <= 0 or len(seating.extra):
        return None
    if not problem.rules.same_side:
        found = _seated(seating, *_costs(seating, None), empty=False)
        if found is None:
            return None
        unsure = found[1] > 0 and np.ptp(_waits(seating)) > 0
        return _groups(seating, found[0]), None if unsure else found[1]
    instead = _instead(seating)
    found = _seated(seating, *_costs(seating, instead), empty=over % 2 == 1 and each == 2)
    others = None if found is None else _others(seating, found[0][0])
    if found is None or others is None:
        return None
    taken, left = found
    side = sides(problem)
    reached = sum(group_value(problem, group, side) for group in others)
    most = float(instead.sum() - instead[taken[0]].sum())
    return [*_groups(seating, taken), *others], max(0.0, most - reached) + left


def _costs(seating: Instance, instead: NDArray[np.float64] | None) -> tuple[Matrix, float]:
    """What a seat (people, centres) costs in whole numbers, infinite where barred; and the scale.

    Where who is over rests, those who waited longer take a seat first.
    """
    problem, rows, columns = seating.problem, seating.larger, seating.smaller
    block = np.ix_(rows, columns)
    gain = problem.values[block] - (0.0 if instead is None else instead[:, None])
    waits = _waits(seating) if instead is None else np.zeros(len(rows))
    steps = len(rows) * (np.ptp(waits) + 2)
    costs, scale = whole(-gain, MOST_COST / (len(rows) + 2) / steps)
    costs += ((waits.max() - waits) * (2 * len(columns) * costs.max() + 1))[:, None]
    costs[problem.forbidden[block] | (problem.met[block] > 0)] = np.inf
    return costs, scale


def _waits(seating: Instance) -> NDArray[np.float64]:
    members = seating.problem.members
    return np.array([members[at].left_out_last for at in seating.larger.tolist()], dtype=float)


def _groups(seating: Instance, taken: Seats) -> list[Group]:
    person, centre = taken
    return [
        tuple(sorted((middle, *seating.larger[person[centre == at]].tolist())))
        for at, middle in enumerate(seating.smaller.tolist())
    ]


def _others(seating: Instance, seated: NDArray[np.intp]) -> list[Group] | None:
    """Pairs of those without a seat; None where that leaves too many over, or some meet again."""
    problem = seating.problem
    left = np.delete(seating.larger, seated).tolist()
    groups = remainder(problem, left)
    if len(left) - 2 * len(groups) > len(left) % 2:
        return None
    if any(problem.met[a, b] for group in groups for a, b in pairs(group)):
        return None
    waits = _waits(seating)
    if len(left) % 2 and waits.min() < waits.max():
        return None
    return groups


def _instead(seating: Instance) -> NDArray[np.float64]:
    """Half the value of the best meeting that each of the larger side has within it."""
    problem, rows = seating.problem, seating.larger
    block = np.ix_(rows, rows)
    worth = problem.values[block]
    worth[clashing(problem, rows)] = -np.inf
    np.fill_diagonal(worth, -np.inf)
    best = worth.max(axis=1)
    return np.asarray(np.maximum(best, 0) / 2)  # who finds nobody loses nothing


def _seated(
    seating: Instance, costs: Matrix, scale: float, *, empty: bool
) -> tuple[Seats, float] | None:
    """Who takes which seat, as places in the two sides, and the gap that remains in value.

    With `empty` one seat of a trio stays free, so that those who are over are an even number.
    """
    people, centres = costs.shape
    each = 2 if seating.trios else 1
    free = np.isfinite(costs)
    if empty:
        costs = np.vstack([costs, np.zeros(centres)])
        free = np.vstack([free, np.ones(centres, dtype=np.bool_)])
    never = (each * centres + 1) * (costs[free].max(initial=0) + 1)
    seats = np.tile(np.where(free, costs, never).T, (each, 1))
    if empty:
        seats[:, :-1] += never
        seats[:centres, -1] = 3 * never
    taken = np.asarray(linear_sum_assignment(seats)[1], dtype=np.intp)
    centre = np.arange(len(seats)) % centres
    if not free[taken, centre].all() or (empty and people not in taken):
        return None
    problem = seating.problem
    rules = TrioRules.of(problem, seating.larger, seating.smaller, spare=len(costs) - people)
    left = 0.0
    if each == 2 and rules.hold(taken[:centres], taken[centres:], np.arange(centres)).any():
        reduced = reduced_costs(seats, taken)
        reduced = np.minimum(reduced[:centres], reduced[centres:]).T
        needed = np.zeros(len(costs))
        needed[people:] = 1
        meetings = Meetings(costs, rules, needed, np.full(centres, 2.0))
        found = without_clashes(meetings, reduced)
        if found is None:
            return None
        (taken, centre), left = found
    someone = taken < people
    return (taken[someone], centre[someone]), left / scale
