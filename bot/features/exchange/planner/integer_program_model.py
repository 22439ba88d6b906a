"""A small round as a whole-number programme: its variables, its rules, its levels.

A group across is a star: one meeting (a pair) or two meetings that share a centre (a trio). For
each seat v, with x the meetings across, s the same-side pairs, t the same-side trios and c
whether v is the centre of a trio:

    0 <= x(v) + s(v) + t(v) - c(v) <= 1      2 c(v) <= x(v)      x(uv) + c(u) + c(v) <= 2
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bot.features.exchange.planner.instance import Instance
from bot.features.exchange.planner.model import Problem
from bot.features.exchange.planner.objective import OLDEST, wanted_across

Row = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Variables:
    """Seats, and the variables in their order: x, s, t, c, y (a repeat within a trio), z.

    `seats` holds members' positions: the larger side, the smaller side, its further seats.
    """

    problem: Problem
    seats: NDArray[np.intp]
    across: NDArray[np.intp]
    beside: NDArray[np.intp]
    threes: NDArray[np.intp]
    again: NDArray[np.intp]
    larger: int
    people: int
    trios: bool
    target: int

    @property
    def starts(self) -> NDArray[np.intp]:
        """Where x, s, t, c, y and z begin, and where all end."""
        sizes = [*map(len, (self.across, self.beside, self.threes, self.seats, self.again)), 1]
        return np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)

    def row(self, **parts: object) -> Row:
        """Coefficients, by the names x, s, t, c, y, z; what is not named is 0."""
        starts = self.starts
        whole = np.zeros(starts[-1])
        for name, given in parts.items():
            at = "xstcyz".index(name)
            whole[starts[at] : starts[at + 1]] = given
        return whole

    def used(self, weights: Row) -> Row:
        """Coefficients of the sum of `weights` over the seats that are in a group."""
        return self.row(
            x=weights[self.across].sum(axis=1),
            s=weights[self.beside].sum(axis=1),
            t=weights[self.threes].sum(axis=1),
            c=-weights,
        )


def variables(seating: Instance, *, same_side_trios: bool) -> Variables:
    """The variables of a round; `same_side_trios` are many, and seldom needed."""
    problem = seating.problem
    seats = np.concatenate([seating.larger, seating.smaller, seating.extra]).astype(np.intp)
    larger, people = len(seating.larger), len(seating.larger) + len(seating.smaller)
    apart = problem.forbidden[np.ix_(seats, seats)] | (seats[:, None] == seats[None, :])
    met = problem.met[np.ix_(seats, seats)] > 0
    one, two = np.triu_indices(len(seats), 1)
    free = ~apart[one, two]
    crossing = (one < larger) & (two >= larger)
    same = free & ~crossing & (two < people) & problem.rules.same_side
    threes = (
        [
            (a, b, c)
            for side in (range(larger), range(larger, people))
            for a, b, c in combinations(side, 3)
            if not (apart[a, b] or apart[a, c] or apart[b, c])
        ]
        if same_side_trios and problem.rules.same_side and seating.trios
        else []
    )
    again = ~crossing & free & met[one, two]
    return Variables(
        problem,
        seats,
        np.stack([one, two], axis=1)[free & crossing],
        np.stack([one, two], axis=1)[same],
        np.array(threes, dtype=np.intp).reshape(-1, 3),
        np.stack([one, two], axis=1)[again],
        larger,
        people,
        seating.trios,
        0,
    )


def rules_of(model: Variables, seating: Instance) -> tuple[csr_array, Row, Row]:
    """The rules that hold of every plan: rows, least, most."""
    starts, seats = model.starts, len(model.seats)
    rows: list[Row] = []
    low: list[float] = []
    high: list[float] = []

    def rule(row: Row, least: float, most: float) -> None:
        rows.append(row)
        low.append(least)
        high.append(most)

    unit = np.eye(seats)
    for seat in range(seats):
        rule(model.used(unit[seat]), 0, 1)
        meetings = (model.across == seat).any(axis=1).astype(float)
        rule(model.row(x=meetings, c=-2 * unit[seat]), 0, np.inf)
    for at, (a, b) in enumerate(model.across.tolist()):
        row = np.zeros(starts[-1])
        row[at] = row[starts[3] + a] = row[starts[3] + b] = 1
        rule(row, -np.inf, 2)
    first = {int(model.seats[seat]): seat for seat in range(model.people)}
    for seat in range(model.people, seats):  # further groups come after a first one across
        if int(model.seats[seat]) in first:
            own = first[int(model.seats[seat])]
            met = (model.across == own).any(axis=1).astype(float)
            more = (model.across == seat).any(axis=1).astype(float)
            rule(model.row(x=met - more, c=unit[seat] - unit[own]), 0, np.inf)
    crossing = _people_across(model)
    crossing[starts[5]] = -1
    rule(crossing, -seating.locked_across, np.inf)
    return csr_array(np.array(rows)), np.array(low), np.array(high)


def _people_across(model: Variables) -> Row:
    person = (np.arange(len(model.seats)) < model.people).astype(float)
    return model.row(x=person[model.across].sum(axis=1), c=-person)


def levels(model: Variables) -> list[Row]:
    """What is maximised, one after the other, in whole numbers; the value in millionths."""
    problem, seats, count = model.problem, model.seats, len(model.seats)
    person = (np.arange(count) < model.people).astype(float)
    waited = np.array([problem.members[each].left_out_last for each in seats]) * person
    met = np.minimum(problem.met[np.ix_(seats, seats)], OLDEST).astype(float)
    value = problem.values[np.ix_(seats, seats)]
    first = model.used(person * (waited.sum() + 1) + waited)
    mixed = model.row(t=-float(count + 1), z=1.0)

    def over(table: Row) -> dict[str, Row]:
        a, b, c = model.threes.T
        return {
            "x": table[model.across[:, 0], model.across[:, 1]],
            "s": table[model.beside[:, 0], model.beside[:, 1]],
            "t": table[a, b] + table[a, c] + table[b, c],
        }

    cost = np.where(met > 0, met - (OLDEST + 1) * 2.0 * count, 0.0)
    repeats = model.row(**over(cost), y=cost[model.again[:, 0], model.again[:, 1]])
    further = np.where(person > 0, 0.0, -float(count + 1))
    fewest = model.used(further) + model.row(c=-1.0)
    spread = float(np.abs(value).max(initial=0)) or 1.0
    worth = model.row(**{name: np.rint(each / spread * 1e6) for name, each in over(value).items()})
    return [level for level in (first, mixed, repeats, fewest, worth, _draw(model)) if level.any()]


def _draw(model: Variables) -> Row:
    """Numbers that look drawn, so that one plan is the best and not several."""
    rank = np.arange(1, len(model.seats) + 1, dtype=np.int64)

    def drawn(columns: NDArray[np.intp]) -> Row:
        mixed = np.zeros(len(columns), dtype=np.int64)
        for column in columns.T:
            mixed = (mixed * 48_271 + rank[column] * 69_621 + 12_345) % 2_147_483_647
        return (mixed % 9_973).astype(float)

    return model.row(x=drawn(model.across), s=drawn(model.beside), t=drawn(model.threes))


def target(model: Variables, seating: Instance, people: int) -> int:
    """How many of the people should meet the other side, given how many can be grouped."""
    return wanted_across(model.problem, people + seating.locked_people)
