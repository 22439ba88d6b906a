"""The assignment with trios that must suit all three: few meetings are worth looking at.

The best plan is known that lets the rule be, and with it what each meeting would cost more. A
linear programme over the cheapest meetings, with a cut for each two who may not share a trio,
prices all others anew; what promises something joins (column generation). The whole-number
programme over the meetings that are left is the best of all when no other meeting's reduced cost
fits into the gap between the two (reduced cost fixing).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

from bot.features.exchange.planner.model import Mask, Matrix
from bot.features.exchange.planner.trio_rules import TrioRules

NODES = 2_000
"""Branches after which a search ends: a count, and no clock, so that machines agree."""
_MOST_COLUMNS = 4_000
_FEW = 400
_EACH = (4, 8, 16)
_ROUNDS = 4
_SEARCHES = 3
_UNITS = 1e3  # costs are divided by this: the solver's own tolerance is absolute
_CLOSE = 1.0

Chosen = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Meetings, as rows and columns."""


@dataclass(frozen=True, slots=True, eq=False)
class Meetings:
    """`costs` (people, centres) of each meeting, infinite where it may not be.

    `trios` says who may not share one. Each person meets one centre at most,
    each centre two people; `person` and `centre` say how many they meet at least.
    """

    costs: Matrix
    trios: TrioRules
    person: NDArray[np.float64]
    centre: NDArray[np.float64]


def without_clashes(meetings: Meetings, reduced: Matrix) -> tuple[Chosen, float] | None:
    """The cheapest meetings without clashing people in a trio, and the gap that remains.

    `reduced` (people, centres) says how much more than the best a plan with a meeting costs at
    least, where clashes are let be. The gap is 0 where the best is proven; None where nothing
    was found.
    """
    for each in _EACH:
        priced = _priced(meetings, _cheapest(reduced, each) & np.isfinite(meetings.costs))
        if priced is not None:
            return _search(meetings, *priced)
        if each >= max(reduced.shape):
            break
    return None


def _cheapest(reduced: Matrix, each: int) -> Mask:
    """Whether a meeting is among the cheapest of its person or of its centre."""
    people, centres = reduced.shape
    of_person = np.partition(reduced, min(each, centres) - 1, axis=1)[:, min(each, centres) - 1]
    of_centre = np.partition(reduced, min(each, people) - 1, axis=0)[min(each, people) - 1]
    return np.asarray((reduced <= of_person[:, None]) | (reduced <= of_centre))


def _search(meetings: Meetings, bound: float, reduced: Matrix) -> tuple[Chosen, float] | None:
    """The best of the meetings that cost little beyond the bound, then of all that fit the gap.

    A plan with any other meeting costs more than the bound and the margin together.
    """
    found: tuple[Chosen, float] | None = None
    margin = _margin(reduced, max(_FEW, 5 * len(reduced) // 2))
    for _ in range(_SEARCHES):
        open_ = (reduced <= margin) & np.isfinite(meetings.costs)
        if open_.sum() > _MOST_COLUMNS:
            break
        chosen = _Programme(meetings, open_).whole()
        if chosen is None:
            margin = _margin(reduced, 2 * int(open_.sum()))
            continue
        gap = float(meetings.costs[chosen].sum()) - bound
        found = chosen, max(0.0, gap + _CLOSE - margin)
        if not found[1]:
            break
        margin = gap + _CLOSE
    return found


def _priced(meetings: Meetings, open_: Mask) -> tuple[float, Matrix] | None:
    """A lower bound for all plans, and what a plan costs beyond it at least with each meeting."""
    for _ in range(_ROUNDS):
        priced = _Programme(meetings, open_).relaxed()
        if priced is None:
            return None
        least, reduced = priced
        hopeful = np.minimum(reduced.min(axis=1), 0)
        if hopeful.sum() > -_CLOSE:
            break
        open_ |= reduced < 0
    return least + float(hopeful.sum()), reduced - hopeful[:, None]


def _margin(reduced: Matrix, count: int) -> float:
    """The cost beyond the bound that at least `count` meetings do not exceed."""
    last = min(count, reduced.size) - 1
    return float(np.partition(reduced, last, axis=None)[last])


class _Programme:
    """The meetings that are let in, the rules of places, and the trios that are barred."""

    def __init__(self, meetings: Meetings, open_: Mask) -> None:
        self._meetings = meetings
        row, column = self._at = np.nonzero(open_)
        self._prices = meetings.costs[open_] / _UNITS
        people, centres = open_.shape
        number = np.arange(len(row))
        where = np.r_[row, people + column], np.r_[number, number]
        shape = people + centres, len(row)
        self._places = csr_array((np.ones(2 * len(row)), where), shape)
        self._least = np.r_[meetings.person, meetings.centre]
        self._most = np.r_[np.ones(people), np.full(centres, 2.0)]
        one, other = self._clashing(column, row)
        pair = np.arange(len(one))
        cuts = np.r_[pair, pair], np.r_[one, other]
        self._cuts = csr_array((np.ones(2 * len(one)), cuts), (len(one), len(row)))

    def _clashing(self, column: NDArray[np.intp], row: NDArray[np.intp]) -> Chosen:
        """Two meetings of one centre, each two, whose people clash."""
        order = np.lexsort((row, column))
        ends = np.searchsorted(column[order], np.arange(len(self._meetings.centre) + 1))
        ones, others = [np.zeros(0, dtype=np.intp)], [np.zeros(0, dtype=np.intp)]
        bounds = zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
        for centre, (start, end) in enumerate(bounds):
            here = order[start:end]
            clash = self._meetings.trios.between(row[here], centre)
            one, other = np.nonzero(np.triu(clash, 1))
            ones.append(here[one])
            others.append(here[other])
        return np.concatenate(ones), np.concatenate(others)

    def relaxed(self) -> tuple[float, Matrix] | None:
        """The cost of the linear programme, and each meeting's cost beyond its prices."""
        answer = linprog(
            self._prices,
            A_ub=vstack([self._places, -self._places, self._cuts]),
            b_ub=np.r_[self._most, -self._least, np.ones(self._cuts.shape[0])],
            method="highs-ds",
        )
        if answer.x is None or answer.status != 0:
            return None
        count, people = len(self._most), len(self._meetings.person)
        price = answer.ineqlin.marginals[:count] - answer.ineqlin.marginals[count : 2 * count]
        price *= _UNITS
        reduced = self._meetings.costs - price[:people, None]
        reduced -= price[people:]
        reduced[self._at] = answer.lower.marginals * _UNITS
        return float(answer.fun) * _UNITS, reduced

    def whole(self) -> Chosen | None:
        """The cheapest of the meetings that are let in, or None where the search ended early."""
        answer = milp(
            self._prices,
            integrality=np.ones(len(self._prices)),
            bounds=Bounds(0, 1),
            constraints=[
                LinearConstraint(self._places, self._least, self._most),
                LinearConstraint(self._cuts, -np.inf, 1),
            ],
            options={"node_limit": NODES, "mip_rel_gap": 0.0},
        )
        if answer.x is None:
            return None
        chosen = answer.x > 0.5
        return self._at[0][chosen], self._at[1][chosen]
