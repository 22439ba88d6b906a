"""Who is over after the matching: trios that may not be, people taken in, and why one is left."""

from collections import Counter
from collections.abc import Sequence

from bot.features.exchange.planner.general_matching import remainder
from bot.features.exchange.planner.instance import Instance
from bot.features.exchange.planner.model import Group, LeftOut, Problem, pairs
from bot.features.exchange.planner.objective import group_value, is_across, sides


def clashes(
    seating: Instance, groups: Sequence[Group]
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """The two meetings of each trio across whose leaves avoid one another or met before.

    A meeting is (leaf, centre); the less valuable one comes first.
    """
    problem, side = seating.problem, sides(seating.problem)
    found = []
    for group in groups:
        if len(group) < 3 or not is_across(group, side):
            continue
        centre = next(x for x in group if sum(side[x] == side[y] for y in group) == 1)
        one, other = (each for each in group if each != centre)
        if problem.met[one, other] or not problem.suits(group):
            lesser, more = sorted((one, other), key=lambda leaf: problem.values[leaf, centre])
            found.append(((lesser, centre), (more, centre)))
    return found


def broken_up(seating: Instance, groups: Sequence[Group]) -> list[Group]:
    """The groups, with the less valuable of two who may not share a trio taken out of it."""
    problem, side = seating.problem, sides(seating.problem)
    kept: list[Group] = []
    for group in groups:
        if problem.suits(group):
            kept.append(group)
            continue
        worst = [(a, b) for a, b in pairs(group) if problem.forbidden[a, b]]
        worst += [(a, b) for a, b in pairs(group) if side[a] == side[b]]
        choices = [tuple(x for x in group if x != loser) for loser in worst[0]]
        kept.append(max(choices, key=lambda each: (group_value(problem, each, side), each)))
    return kept


def taken_in(seating: Instance, groups: list[Group]) -> list[Group]:
    """The groups, and those who are over: as pairs, then as thirds of pairs."""
    problem = seating.problem
    everyone = [*seating.larger.tolist(), *seating.smaller.tolist()]

    def over() -> list[int]:
        used = {each for group in groups for each in group}
        return [each for each in everyone if each not in used]

    side = sides(problem)
    for one_side in (True, False):
        if problem.rules.same_side:
            left = [each for each in over() if bool(side[each]) is one_side]
            groups = [*groups, *remainder(problem, left)]
    if seating.trios:
        left = sorted(over(), key=lambda each: (-problem.members[each].left_out_last, each))
        for each in left:
            groups = _as_third(problem, groups, each)
    return groups


def _as_third(problem: Problem, groups: list[Group], one: int) -> list[Group]:
    """`one` joins the pair that suits best: across, not met before, by value; else nothing."""
    side = sides(problem)
    choices = []
    for at, group in enumerate(groups):
        trio = tuple(sorted((*group, one)))
        if len(group) != 2 or not problem.suits(trio):
            continue
        across = is_across(trio, side)
        if not across and not problem.rules.same_side:
            continue
        again = sum(problem.met[one, each] > 0 for each in group)
        worth = group_value(problem, trio, side) - group_value(problem, group, side)
        choices.append(((across, -again, worth, -at), trio, at))
    if not choices:
        return groups
    _, trio, at = max(choices)
    return [*groups[:at], trio, *groups[at + 1 :]]


def left_out_reasons(problem: Problem, groups: Sequence[Group]) -> tuple[tuple[int, LeftOut], ...]:
    """Everybody who is in no group, with the reason, in the order of the members."""
    times = Counter(each for group in groups for each in group)
    over = [each for each in range(len(problem.members)) if not times[each]]
    return tuple((each, _reason(problem, groups, over, each)) for each in over)


def _reason(problem: Problem, groups: Sequence[Group], over: list[int], one: int) -> LeftOut:
    side = sides(problem)
    others = [each for each in range(len(problem.members)) if each != one]
    if not others:
        return LeftOut.ALONE
    may = [each for each in others if not problem.forbidden[one, each]]
    if not may:
        return LeftOut.RULES
    if not problem.rules.same_side:
        if not any(side[each] != side[one] for each in may):
            there_are = any(side[each] != side[one] for each in others)
            return LeftOut.RULES if there_are else LeftOut.NO_PLACE
        return LeftOut.NO_PLACE
    if len(over) == 1 and len(problem.members) % 2 and all(len(group) == 2 for group in groups):
        return LeftOut.ODD_NUMBER
    return LeftOut.NOBODY_LEFT
