"""How good a grouping is: one tuple, compared level by level."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bot.features.exchange.planner.model import Group, Mask, Problem, pairs
from knowledge.vocabulary import Community

OLDEST = 255
"""A meeting so many rounds ago or longer counts as equally old."""


class Score(NamedTuple):
    """The levels of the objective in their order; more is better in each."""

    people: int
    """People in a group."""
    rested: int
    """What the grouped have of `left_out_last`, summed."""
    same_side_trios: int
    """Minus the trios of one side: made only for people who would be left out otherwise."""
    across: int
    """People in groups with both sides in them, as far as the programme wants them."""
    repeats: int
    """Minus the pairs that met before."""
    age: int
    """How many rounds ago the repeated pairs met, summed."""
    extra: int
    """Minus the groups that somebody has beyond one."""
    trios: int
    """Minus the trios."""
    value: float
    """What the meetings are worth, summed."""


def sides(problem: Problem) -> Mask:
    """(n) whether each member stands on the side of the statistics offices.

    Partners stand all on one side, that with fewer people (with the offices on a tie), so that
    they meet the other community and not each other.
    """
    kinds = [member.community for member in problem.members]
    offices = kinds.count(Community.NATIONAL)
    with_offices = offices <= kinds.count(Community.CITY)
    partners_side = Community.NATIONAL if with_offices else Community.CITY
    return np.array(
        [
            (partners_side if kind is Community.PARTNER else kind) is Community.NATIONAL
            for kind in kinds
        ],
        dtype=np.bool_,
    )


def is_across(group: Sequence[int], side: Mask) -> bool:
    """Whether both sides are in the group."""
    return len({bool(side[each]) for each in group}) == 2


def group_value(problem: Problem, group: Sequence[int], side: Mask) -> float:
    """The sum over pairs that cross sides; where none does, over all pairs."""
    across = is_across(group, side)
    return math.fsum(
        problem.values[a, b] for a, b in pairs(group) if not across or side[a] != side[b]
    )


def wanted_across(problem: Problem, people: int) -> int:
    """How many of the grouped people should meet the other side."""
    return math.ceil(problem.rules.cross_share * people - 1e-9)


def score(problem: Problem, groups: Sequence[Group], *, loose: bool = False) -> Score:
    """The levels of a grouping; it is taken for granted that no hard rule is broken.

    `loose` does not ask whether two of one side in a trio across have met before: what a matching
    of the sides sees, and so a bound for every plan.
    """
    side = sides(problem)
    times = Counter(each for group in groups for each in group)
    met = [
        min(int(problem.met[a, b]), OLDEST)
        for group in groups
        for a, b in pairs(group)
        if problem.met[a, b] and not (loose and side[a] == side[b] and is_across(group, side))
    ]
    crossing = [group for group in groups if is_across(group, side)]
    trios = [group for group in groups if len(group) == 3]
    across = len({each for group in crossing for each in group})
    return Score(
        people=len(times),
        rested=sum(problem.members[each].left_out_last for each in times),
        same_side_trios=-sum(not is_across(group, side) for group in trios),
        across=min(across, wanted_across(problem, len(times))),
        repeats=-len(met),
        age=sum(met),
        extra=-sum(number - 1 for number in times.values()),
        trios=-len(trios),
        value=math.fsum(group_value(problem, group, side) for group in groups),
    )
