"""Small rounds for tests, and every grouping of them: an oracle that knows no solver."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from bot.features.exchange.planner.model import Group, Participant, PlanRules, Problem
from knowledge.vocabulary import Community

Key = tuple[float, ...]


def problem(
    communities: Sequence[Community] | str,
    *,
    values: dict[tuple[int, int], float] | None = None,
    forbidden: Sequence[tuple[int, int]] = (),
    met: dict[tuple[int, int], int] | None = None,
    waits: Sequence[int] = (),
    rules: PlanRules | None = None,
    locked: tuple[Group, ...] = (),
    seed: int = 0,
    places: Sequence[int] = (),
) -> Problem:
    """A problem with members 0 to n - 1; communities as a text such as `CCN`."""
    kinds = [
        {"C": Community.CITY, "N": Community.NATIONAL, "P": Community.PARTNER}.get(each, each)
        for each in communities
    ]
    count = len(kinds)
    worth, apart = np.zeros((count, count)), np.zeros((count, count), dtype=np.bool_)
    ago = np.zeros((count, count), dtype=np.int64)
    for (a, b), value in (values or {}).items():
        worth[a, b] = worth[b, a] = value
    for a, b in forbidden:
        apart[a, b] = apart[b, a] = True
    for (a, b), rounds in (met or {}).items():
        ago[a, b] = ago[b, a] = rounds
    members = tuple(
        Participant(at, Community(kind), waits[at] if waits else 0, places[at] if places else 1)
        for at, kind in enumerate(kinds)
    )
    return Problem(members, worth, apart, ago, rules or PlanRules(), locked, seed)


def groupings(free: tuple[int, ...], groups: Sequence[Group]) -> Iterator[list[Group]]:
    """Every way to put some of `free` into disjoint groups out of `groups`."""
    if not free:
        yield []
        return
    first, rest = free[0], free[1:]
    yield from groupings(rest, groups)
    for group in groups:
        if first in group and set(group) <= set(free):
            left = tuple(each for each in rest if each not in group)
            for others in groupings(left, groups):
                yield [group, *others]


def _two(problem: Problem, group: Group) -> bool:
    return len({problem.members[each].community for each in group}) == 2


def allowed(problem: Problem) -> list[Group]:
    """Every group that breaks no rule."""
    count = len(problem.members)
    found = []
    for size in range(2, problem.rules.max_size + 1):
        for group in combinations(range(count), size):
            if any(problem.forbidden[a, b] for a, b in combinations(group, 2)):
                continue
            if size == 3 and not all(
                table[list(group)].all(axis=0).any() for table in problem.common
            ):
                continue
            if _two(problem, group) or problem.rules.same_side:
                found.append(group)
    return found


def worth(problem: Problem, plan: Sequence[Group]) -> Key:
    """The objective, written a second time from its description; CITY and NATIONAL only."""
    people = {each for group in plan for each in group}
    across = sum(len(group) for group in plan if _two(problem, group))
    wanted = -(-round(problem.rules.cross_share * 1000) * len(people) // 1000)
    meetings = [(group, a, b) for group in plan for a, b in combinations(group, 2)]
    again = [int(problem.met[a, b]) for _, a, b in meetings if problem.met[a, b]]
    value = sum(
        float(problem.values[a, b])
        for group, a, b in meetings
        if not _two(problem, group) or _two(problem, (a, b))
    )
    return (
        len(people),
        sum(problem.members[each].left_out_last for each in people),
        -sum(len(group) == 3 and not _two(problem, group) for group in plan),
        min(across, wanted),
        -len(again),
        sum(again),
        -sum(len(group) == 3 for group in plan),
        round(value, 6),
    )


def best(problem: Problem) -> Key:
    """What the best of all groupings is worth."""
    taken = {each for group in problem.locked for each in group}
    free = tuple(each for each in range(len(problem.members)) if each not in taken)
    return max(
        worth(problem, [*problem.locked, *plan]) for plan in groupings(free, allowed(problem))
    )


def best_of_several(problem: Problem, places: Sequence[int]) -> Key:
    """What the best is worth where people may be in so many groups as `places` says.

    Every choice of groups that breaks no rule is looked at. The levels are those of `worth`, with
    people counted once, and before the trios minus the groups that somebody has beyond one.
    """
    groups = allowed(problem)
    found: list[Key] = []

    def choose(at: int, left: tuple[int, ...], plan: list[Group]) -> None:
        found.append(worth_of_several(problem, plan))
        for number in range(at, len(groups)):
            if all(left[each] for each in groups[number]):
                less = tuple(n - (each in groups[number]) for each, n in enumerate(left))
                choose(number + 1, less, [*plan, groups[number]])

    choose(0, tuple(places), [])
    return max(found)


def worth_of_several(problem: Problem, plan: Sequence[Group]) -> Key:
    """The objective where somebody may be in several groups."""
    key = worth(problem, plan)
    people = {each for group in plan for each in group}
    across = {each for group in plan if _two(problem, group) for each in group}
    wanted = -(-round(problem.rules.cross_share * 1000) * len(people) // 1000)
    extra = len(people) - sum(map(len, plan))
    return (*key[:3], min(len(across), wanted), *key[4:6], extra, *key[6:])
