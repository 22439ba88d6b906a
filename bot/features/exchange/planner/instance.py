"""A problem laid out for the solvers: two sides, and the seats of those who take more groups."""

from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from bot.features.exchange.planner.model import Problem
from bot.features.exchange.planner.objective import is_across, sides

Positions = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """Who is still to be grouped. `larger` and `smaller` hold positions of members.

    Both are in an order drawn from seed and ids, so that ties do not depend on the order of a
    file. `extra` holds the smaller side's further seats: a member once per further group.
    """

    problem: Problem
    larger: Positions
    smaller: Positions
    extra: Positions
    locked_people: int
    locked_across: int

    @property
    def trios(self) -> bool:
        """Whether groups of three may be made."""
        return self.problem.rules.max_size == 3


def seat(problem: Problem) -> Instance:
    """Lay out a problem: locked people are out, save for the further groups they agreed to."""
    side = sides(problem)
    taken = Counter(each for group in problem.locked for each in group)
    order = sorted(range(len(problem.members)), key=lambda each: _draw(problem, each))
    free = [each for each in order if not taken[each]]
    one = [each for each in free if side[each]]
    other = [each for each in free if not side[each]]
    larger, smaller = (one, other) if len(one) > len(other) else (other, one)
    extra: list[int] = []
    if len(larger) != len(smaller):
        few = bool(side[larger[0]]) ^ True
        for each in order:
            more = problem.members[each].groups - max(taken[each], 1)
            if bool(side[each]) is few:
                extra += [each] * more
    across = {each for group in problem.locked if is_across(group, side) for each in group}
    return Instance(
        problem,
        np.array(larger, dtype=np.intp),
        np.array(smaller, dtype=np.intp),
        np.array(extra, dtype=np.intp),
        locked_people=len(taken),
        locked_across=len(across),
    )


def _draw(problem: Problem, position: int) -> tuple[bytes, str]:
    name = repr(problem.members[position].id)
    digest = blake2b(f"{problem.seed}:{name}".encode("utf-8", "replace"), digest_size=8)
    return digest.digest(), name
