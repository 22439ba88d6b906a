"""General matching: where the larger side has people over who may meet each other.

Each of the smaller side has two slots as in the assignment, and two of the larger side may be a
pair. Weights are whole numbers of up to 127 bits that hold every level at once, each level worth
more than all below it together, so that one matching is best on all of them.
"""

from collections.abc import Callable, Sequence

import numpy as np
import rustworkx as rx
from numpy.typing import NDArray

from bot.features.exchange.planner.instance import Instance
from bot.features.exchange.planner.model import Barred, Group, Matrix, Problem
from bot.features.exchange.planner.objective import OLDEST

MOST_SEATS = 500
"""Beyond so many, minutes would go by: the cost grows with the cube."""
NEAREST = 24
_BITS = 118


def fits(seating: Instance) -> bool:
    """Whether a general matching over all seats ends in good time."""
    return seats(seating) <= MOST_SEATS


def seats(seating: Instance) -> int:
    """How many places the matching has: one for each of the larger side, two for the others."""
    return len(seating.larger) + 2 * (len(seating.smaller) + len(seating.extra))


def matched(seating: Instance, barred: Barred = frozenset()) -> list[Group]:
    """Groups with centres on the smaller side, and pairs within the larger one, none `barred`.

    Two of the larger side who should not share a trio are not looked at here.
    """
    problem, larger = seating.problem, seating.larger
    seats = np.concatenate([seating.smaller, seating.extra]).astype(np.intp)
    weigh = _Weights(seating)
    graph = rx.PyGraph()
    graph.add_nodes_from(range(len(larger) + 2 * len(seats)))
    edges = []
    for a, one in enumerate(larger.tolist()):
        for b, other in enumerate(seats.tolist()):
            if problem.forbidden[one, other] or (one, other) in barred:
                continue
            further = b >= len(seating.smaller)
            edges.append((a, len(larger) + b, weigh.across(one, other, further=further)))
            if seating.trios:
                third = len(larger) + len(seats) + b
                edges.append((a, third, weigh.across(one, other, third=True, further=further)))
        if problem.rules.same_side:
            edges += [
                (a, b, weigh.beside(one, other))
                for b, other in enumerate(larger.tolist())
                if b > a and not problem.forbidden[one, other]
            ]
    graph.add_edges_from(edges)
    together: dict[int, list[int]] = {}
    groups: list[Group] = []
    for found in rx.max_weight_matching(graph, weight_fn=int):
        a, b = sorted(found)
        if b < len(larger):
            groups.append((int(larger[a]), int(larger[b])))
        else:
            together.setdefault((b - len(larger)) % len(seats), []).append(int(larger[a]))
    groups += [(int(seats[seat]), *met) for seat, met in together.items()]
    return [tuple(sorted(group)) for group in groups]


class _Weights:
    """The levels of one meeting as one whole number."""

    def __init__(self, seating: Instance) -> None:
        self._problem = seating.problem
        count = len(seating.larger) + len(seating.smaller) + len(seating.extra) + 1
        waited = sum(member.left_out_last for member in self._problem.members) + 1
        most = float(np.abs(self._problem.values).max(initial=0)) or 1.0
        small = (
            2 * count,
            2 * waited,
            2 * count,
            2 * count,
            2 * OLDEST * count,
            2 * count,
            2 * count,
        )
        bits = sum(int(base).bit_length() for base in small)
        digits = min(9, int((_BITS - bits - count.bit_length() - 1) * 0.30103))
        self._scale = 10.0**digits / most
        self._bases = (*small[1:], 2 * count * 10**digits)

    def across(self, one: int, other: int, *, third: bool = False, further: bool = False) -> int:
        """A meeting across; as a trio's second, the person in the middle is counted already."""
        members = self._problem.members
        alone = third or further
        waited = members[one].left_out_last + (0 if alone else members[other].left_out_last)
        extra = -int(further and not third)
        return self._joined(one, other, 2 - alone, waited, 2 - alone, extra, -int(third))

    def beside(self, one: int, other: int) -> int:
        """A meeting of two of one side."""
        members = self._problem.members
        waited = members[one].left_out_last + members[other].left_out_last
        return self._joined(one, other, 2, waited, 0, 0, 0)

    def _joined(
        self, one: int, other: int, people: int, waited: int, across: int, extra: int, trio: int
    ) -> int:
        met = min(int(self._problem.met[one, other]), OLDEST)
        value = round((float(self._problem.values[one, other])) * self._scale)
        whole = people
        levels = (waited, across, -int(met > 0), met, extra, trio, value)
        for level, base in zip(levels, self._bases, strict=True):
            whole = whole * base + level
        return whole


def remainder(problem: Problem, left: Sequence[int]) -> list[Group]:
    """Pairs among people who are over: most people, who waited, no repeats, value.

    Exact up to MOST_SEATS people; beyond, each is offered their NEAREST by value.
    """
    people = np.array(sorted(left), dtype=np.intp)
    if len(people) < 2:
        return []
    block = np.ix_(people, people)
    free = ~problem.forbidden[block]
    np.fill_diagonal(free, val=False)
    if len(people) > MOST_SEATS:
        free &= _nearest(np.where(free & (problem.met[block] == 0), problem.values[block], -np.inf))
    weight = _pair_weights(problem, people)
    graph = rx.PyGraph()
    graph.add_nodes_from(range(len(people)))
    graph.add_edges_from([(a, b, weight(a, b)) for a, b in np.argwhere(np.triu(free)).tolist()])
    return [
        (int(people[min(pair)]), int(people[max(pair)]))
        for pair in sorted(map(sorted, rx.max_weight_matching(graph, weight_fn=int)))
    ]


def _nearest(values: Matrix) -> NDArray[np.bool_]:
    """Each one's NEAREST by value, and a ring through all so that few are stranded."""
    count = len(values)
    near = np.argpartition(-values, NEAREST, axis=1)[:, :NEAREST]
    kept = np.zeros((count, count), dtype=np.bool_)
    kept[np.arange(count)[:, None], near] = True
    steps = np.arange(count)
    for stride in (1, 2, 3, 5, 8, 13):
        kept[steps, (steps + stride) % count] = True
    return kept | kept.T


def _pair_weights(problem: Problem, people: NDArray[np.intp]) -> Callable[[int, int], int]:
    scale = 1e9 / (float(np.abs(problem.values).max(initial=0)) or 1.0)
    count = len(people) + 1
    waits = [problem.members[each].left_out_last for each in people.tolist()]
    waited = sum(waits) + 1

    def weight(a: int, b: int) -> int:
        one, other = int(people[a]), int(people[b])
        met = min(int(problem.met[one, other]), OLDEST)
        value = round(float(problem.values[one, other]) * scale)
        whole: int = 2 * (2 * waited) + waits[a] + waits[b]
        whole = whole * (2 * count) - int(met > 0)
        whole = whole * (2 * OLDEST * count) + met
        return whole * (4 * count * 10**9) + value

    return weight
