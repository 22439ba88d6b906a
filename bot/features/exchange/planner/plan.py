"""Who meets whom in a round: pure and deterministic. See docs/pairing.md for the objective."""

from collections.abc import Callable, Sequence

import numpy as np

from bot.features.exchange.planner import assignment, general_matching, group_programme
from bot.features.exchange.planner.full_seats_assignment import all_seats_taken
from bot.features.exchange.planner.instance import Instance, seat
from bot.features.exchange.planner.lexicographic_assignment import layered
from bot.features.exchange.planner.model import Barred, Group, Plan, Problem, Proof
from bot.features.exchange.planner.objective import Score, is_across, score, sides, wanted_across
from bot.features.exchange.planner.repair import broken_up, clashes, left_out_reasons, taken_in

Way = Callable[[Instance, Barred], list[Group]]
Clash = tuple[tuple[int, int], tuple[int, int]]
Node = tuple[Score, list[Group], list[Clash]]
_TRIES = 3
_NODES = 40
_SOON = 200  # beyond so many seats a search over general matchings takes minutes


def plan_round(problem: Problem) -> Plan:
    """The best groups for a problem, who is left out and why, and how sure that is.

    The same problem and seed give the same plan on every machine.
    """
    seating = seat(problem)
    groups, proof = _groups(seating)
    return planned(problem, [*problem.locked, *groups], proof)


def planned(problem: Problem, groups: Sequence[Group], proof: Proof) -> Plan:
    """A plan of the groups given, counted and explained."""
    side = sides(problem)
    kept = tuple(sorted(tuple(sorted(group)) for group in groups))
    levels = score(problem, kept)
    crossing = [group for group in kept if is_across(group, side)]
    return Plan(
        kept,
        left_out_reasons(problem, kept),
        len(crossing) / len(kept) if kept else 0.0,
        len({each for group in crossing for each in group}),
        -levels.repeats,
        -levels.trios,
        levels.value,
        proof,
    )


def _groups(seating: Instance) -> tuple[list[Group], Proof]:
    """Groups of those who are not locked, by the first way that settles it."""
    if not len(seating.larger):
        return [], Proof("nobody to group", exact=True)
    if seating.problem.rules.cross_share < 1:
        if group_programme.fits(seating):
            return group_programme.best_groups(seating)
        return _refined(seating, layered, "assignment in layers")
    found = assignment.all_across(seating)
    if found is not None:
        return found[0], _proof("assignment", found[1])
    return _with_people_over(seating)


def _with_people_over(seating: Instance) -> tuple[list[Group], Proof]:
    """Groups where numbers or rules leave people over who may meet their own side."""
    matched: list[tuple[list[Group], Proof]] = []
    if general_matching.fits(seating) and general_matching.seats(seating) <= _SOON:
        matched = [_refined(seating, general_matching.matched, "general matching")]
        if matched[0][1].exact:
            return matched[0]
    if group_programme.fits(seating):
        return group_programme.best_groups(seating, matched[0][0] if matched else None)
    found = all_seats_taken(seating)
    if found is not None:
        matched.append((found[0], _proof("assignment of all seats", found[1])))
    if matched:
        locked = seating.problem.locked
        return max(matched, key=lambda way: score(seating.problem, [*locked, *way[0]]))
    if general_matching.fits(seating):
        return _refined(seating, general_matching.matched, "general matching")
    return _refined(seating, layered, "assignment in layers")


def _proof(method: str, gap: float | None) -> Proof:
    return Proof(method, gap is not None and gap <= 1e-9, gap)


def _refined(seating: Instance, way: Way, method: str) -> tuple[list[Group], Proof]:
    """The best plan of one way. Where trios clash, a plan without is sought, best bounds first.

    A clash (two of one side who share a centre and avoid each other, or met before) can only be
    solved by one of the two meetings not taking place: two branches, each bounded by its own
    matching. Nodes are counted, no clock runs, so that machines agree.
    """
    problem = seating.problem
    whole = problem.rules.cross_share == 1

    def looked_at(barred: Barred) -> tuple[Score, list[Group], list[Clash]]:
        found = way(seating, barred)
        loose = score(problem, [*problem.locked, *found], loose=True)
        groups = broken_up(seating, found)
        groups = taken_in(seating, groups if whole else _fewer_across(seating, groups))
        reached = score(problem, [*problem.locked, *groups])
        if not best or reached > best[0][0]:
            best[:] = [(reached, groups)]
        return loose, found, clashes(seating, found)

    best: list[tuple[Score, list[Group]]] = []
    barred: Barred = frozenset()
    bound, _, open_ = root = looked_at(barred)
    for _ in range(
        _TRIES if way is general_matching.matched else 1
    ):  # a first good plan: bar the lesser meeting of every clash at once
        if not open_:
            break
        barred |= {clash[0] for clash in open_}
        _, _, open_ = looked_at(barred)
    if whole and root[2] and way is general_matching.matched:
        bound = _branched(looked_at, root, best)
    reached, groups = best[0]
    repeats = Score._fields.index("repeats") + 1
    # A plan that keeps a repeat within a trio is in no branch: it has more repeats than the root.
    settled = reached[:repeats] == root[0][:repeats] and reached[:-1] == bound[:-1]
    if settled and _reaches_all(seating, groups):
        gap = max(0.0, bound.value - reached.value)
        return groups, Proof(method, gap <= 1e-9, gap)
    return groups, Proof(method, exact=False, gap=None)


def _branched(
    looked_at: Callable[[Barred], Node], root: Node, best: list[tuple[Score, list[Group]]]
) -> Score:
    """Look at branches, best bound first, until none promises more; what bound remains."""
    waiting: list[tuple[Score, Barred, list[Clash]]] = [(root[0], frozenset(), root[2])]
    for _ in range(_NODES):
        waiting.sort(key=lambda node: node[0])
        bound, barred, open_ = waiting.pop()
        reached = best[0][0]
        if (*bound[:-1], bound.value - 1e-9) <= (*reached[:-1], reached.value):
            return reached
        if not open_:
            return bound
        for meeting in open_[0]:
            loose, _, more = looked_at(barred | {meeting})
            waiting.append((min(loose, bound), barred | {meeting}, more))
    return max(node[0] for node in waiting)


def _fewer_across(seating: Instance, groups: list[Group]) -> list[Group]:
    """The best groups across until the programme's share is reached; the others are undone."""
    problem, side = seating.problem, sides(seating.problem)
    people = len(seating.larger) + len(seating.smaller) + seating.locked_people
    wanted = wanted_across(problem, people) - seating.locked_across
    worth = {group: assignment_value(problem, group) for group in groups}
    kept: list[Group] = []
    for group in sorted(groups, key=lambda each: (-worth[each] / len(each), each)):
        if is_across(group, side) and wanted > 0:
            kept.append(group)
            wanted -= len(group)
    return kept


def assignment_value(problem: Problem, group: Group) -> float:
    """What a group is worth, repeats put behind everything else."""
    levels = score(problem, [group])
    return levels.value + levels.repeats * float(np.abs(problem.values).max(initial=1)) * 4


def _reaches_all(seating: Instance, groups: list[Group]) -> bool:
    """Whether numbers alone allow no more people, waits and people across than the plan has.

    Then only plans with their centres on the smaller side reach as much, and of those the
    matching is the best: where the larger side is at least twice the smaller, where groups are
    pairs, or where nobody meets again.
    """
    problem, larger, smaller = seating.problem, len(seating.larger), len(seating.smaller)
    if len(seating.extra) or problem.locked or problem.rules.cross_share < 1:
        return False
    kept = score(problem, groups)
    places = smaller * (2 if seating.trios else 1)
    if larger < places and seating.trios and kept.repeats:
        return False
    waits = [member.left_out_last for member in problem.members]
    met = min(larger, places)
    if problem.rules.same_side:
        odd = (larger - met) % 2 == 1
        met -= int(odd and seating.trios and met > smaller)
        over = (larger - met) % 2
        rested = sum(waits) - (min(waits) if over else 0)
        return _all_of(kept, larger + smaller - over, rested, smaller + met)
    best = sorted((waits[each] for each in seating.larger.tolist()), reverse=True)[:met]
    rested = sum(best) + sum(waits[each] for each in seating.smaller.tolist())
    return _all_of(kept, smaller + met, rested, smaller + met)


def _all_of(kept: Score, people: int, rested: int, across: int) -> bool:
    return kept.people >= people and kept.rested >= rested and kept.across >= across
