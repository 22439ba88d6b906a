"""Small rounds, exactly and in all generality: a whole-number programme, level by level."""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from bot.features.exchange.planner.instance import Instance
from bot.features.exchange.planner.integer_program_model import (
    Row,
    Variables,
    levels,
    rules_of,
    target,
    variables,
)
from bot.features.exchange.planner.model import Group, Proof

MOST_VARIABLES = 1_600
"""Beyond so many meetings the search is left to the other ways."""
_MOST_TRIPLES = 12_000
_NODES = 50_000
_ROUNDS = 200


def fits(seating: Instance) -> bool:
    """Whether the round is small enough."""
    larger, smaller = len(seating.larger), len(seating.smaller)
    meetings = larger * (smaller + len(seating.extra))
    beside = (larger * larger + smaller * smaller) // 2 if seating.problem.rules.same_side else 0
    return meetings + beside <= MOST_VARIABLES


def small_round(seating: Instance) -> tuple[list[Group], Proof]:
    """The best plan; where a search ended early the proof says so."""
    plan = _Search(seating, variables(seating, same_side_trios=False))
    groups = plan.solve()
    people = {each for group in groups for each in group}
    everyone = len(seating.larger) + len(seating.smaller)
    sizes = (len(seating.larger), len(seating.smaller))
    triples = sum(size * (size - 1) * (size - 2) // 6 for size in sizes)
    if len(people - set(seating.extra.tolist())) < everyone and triples <= _MOST_TRIPLES:
        model = variables(seating, same_side_trios=True)
        if len(model.threes):
            plan = _Search(seating, model)
            groups = plan.solve()
    gap = 0.0 if plan.exact else None
    return groups, Proof("whole-number programme", plan.exact, gap)


class _Search:
    """One search: the rules, what the levels above have reached, and the trios that are barred."""

    def __init__(self, seating: Instance, model: Variables) -> None:
        self._seating = seating
        self._model = model
        rows, low, high = rules_of(model, seating)
        self._limits = [LinearConstraint(rows, low, high)]
        starts = model.starts
        self._most = np.ones(starts[-1])
        self._most[starts[5]] = len(seating.problem.members)
        if not model.trios:
            self._most[starts[3] : starts[4]] = 0
        self._whole = np.ones(starts[-1])
        self._whole[starts[5]] = 0
        self._at = {pair: n for n, pair in enumerate(map(tuple, model.across.tolist()))}
        self._again = {pair: n for n, pair in enumerate(map(tuple, model.again.tolist()))}
        self.exact = True

    def solve(self) -> list[Group]:
        """Each level in its turn, what is reached becoming a rule for the next."""
        model = self._model
        if not len(model.across) + len(model.beside) + len(model.threes):
            return []
        chosen = np.zeros(model.starts[-1])
        person = (np.arange(len(model.seats)) < model.people).astype(float)
        for number, level in enumerate(levels(model)):
            found = self._best(level)
            if found is None:
                self.exact = False
                break
            chosen = found
            if number == 0:
                people = round(float(model.used(person) @ chosen))
                self._most[model.starts[5]] = target(model, self._seating, people)
            reached = csr_array(level[None, :])
            self._limits.append(LinearConstraint(reached, float(level @ chosen) - 0.5, np.inf))
        return self._groups(chosen)

    def _best(self, level: Row) -> Row | None:
        """The best by one level; trios that may not be are barred when they turn up."""
        for _ in range(_ROUNDS):
            answer = milp(
                -level,
                integrality=self._whole,
                bounds=Bounds(0, self._most),
                constraints=self._limits,
                options={"node_limit": _NODES, "mip_rel_gap": 0.0},
            )
            if answer.x is None or answer.status != 0:
                return None
            chosen: Row = np.rint(answer.x)
            barred = self._barred(chosen)
            if not barred:
                return chosen
            rows = csr_array(np.array(barred))
            self._limits.append(LinearConstraint(rows, -np.inf, 1))
        return None

    def _barred(self, chosen: Row) -> list[Row]:
        """Rules that the trios of a plan break: two apart, or a repeat that was not counted."""
        model, starts = self._model, self._model.starts
        problem, seats = model.problem, model.seats
        found = []
        for centre, leaves in self._trios(chosen):
            a, b = sorted(leaves)
            one, two = int(seats[a]), int(seats[b])
            apart = one == two or problem.forbidden[one, two]
            repeat = self._again.get((a, b))
            if not apart and (repeat is None or chosen[starts[4] + repeat] > 0.5):
                continue
            for each in self._centres(a, b) if apart else [centre]:
                row = np.zeros(starts[-1])
                row[[self._at[self._pair(a, each)], self._at[self._pair(b, each)]]] = 1
                if not apart and repeat is not None:
                    row[starts[4] + repeat] = -1
                found.append(row)
        return found

    def _trios(self, chosen: Row) -> list[tuple[int, list[int]]]:
        model = self._model
        used = model.across[chosen[: len(model.across)] > 0.5].tolist()
        partners: dict[int, list[int]] = {}
        for a, b in used:
            partners.setdefault(a, []).append(b)
            partners.setdefault(b, []).append(a)
        return [(seat, met) for seat, met in partners.items() if len(met) == 2]

    def _centres(self, a: int, b: int) -> list[int]:
        """Everyone who could sit between two of one side."""
        return [
            seat
            for seat in range(len(self._model.seats))
            if {self._pair(a, seat), self._pair(b, seat)} <= self._at.keys()
        ]

    @staticmethod
    def _pair(one: int, other: int) -> tuple[int, int]:
        return min(one, other), max(one, other)

    def _groups(self, chosen: Row) -> list[Group]:
        model, starts = self._model, self._model.starts
        seats = model.seats
        groups = []
        in_trios = set()
        for centre, leaves in self._trios(chosen):
            groups.append([centre, *leaves])
            in_trios.update([centre, *leaves])
        met = model.across[chosen[: starts[1]] > 0.5].tolist()
        groups += [pair for pair in met if pair[0] not in in_trios]
        groups += model.beside[chosen[starts[1] : starts[2]] > 0.5].tolist()
        groups += model.threes[chosen[starts[2] : starts[3]] > 0.5].tolist()
        return [tuple(sorted(int(seats[each]) for each in group)) for group in groups]
