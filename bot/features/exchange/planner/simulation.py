"""Rounds tried out beforehand: how long until people meet again, who rests, who carries what."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.features.exchange.planner.model import Participant, Plan, Problem, Rounds, pairs
from bot.features.exchange.planner.objective import is_across, sides

Counted = Callable[[int, int], None]
TURN = 0.25
"""Added to a meeting across for each round in which one of the two met fewer of the other side."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one member would have over all rounds."""

    groups: int
    """Groups in all."""
    most_at_once: int
    """Groups in one round, at most."""
    across: int
    """Rounds in which they met the other side."""
    left_out: int
    """Rounds without a group."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """What so many rounds would bring; loads stand in the order of the members."""

    problem: Problem
    plans: tuple[Plan, ...]
    loads: tuple[Load, ...]
    pressed: tuple[int, Problem] | None = None
    """The first round (from 1) in which somebody meets again or rests, as it was planned."""

    @property
    def first_repeat(self) -> int | None:
        """The first round (from 1) in which a pair meets again; None where none does."""
        repeated = (number for number, plan in enumerate(self.plans, 1) if plan.repeats)
        return next(repeated, None)


def simulate(problem: Problem, rounds: int, progress: Counted | None = None) -> Simulation:
    """Plan `rounds` rounds one after the other, each with the history of those before.

    Who rested more often than others is grouped first, and of those who rested in the round
    before. Among plans
    equal on every level above the value, meetings across go to those who had fewer (TURN).
    """
    from bot.features.exchange.planner.plan import plan_round  # its solvers take a second

    side = sides(problem)
    met = problem.met.copy()
    left = np.zeros(len(problem.members), dtype=np.int64)
    last = np.zeros_like(left)
    across = np.zeros(len(problem.members), dtype=np.int64)
    plans: list[Plan] = []
    pressed: tuple[int, Problem] | None = None
    for number in range(rounds):
        waits = 2 * (left - left.min(initial=rounds)) + last
        following = _next(problem, met, waits, across, number)
        plan = plan_round(following)
        if pressed is None and (plan.repeats or plan.left_out):
            pressed = number + 1, following
        plans.append(_own_value(problem, plan))
        met[met > 0] += 1
        for group in plan.groups:
            for a, b in pairs(group):
                met[a, b] = met[b, a] = 1
        last[:] = 0
        last[[each for each, _ in plan.left_out]] = 1
        left += last
        crossing = {each for group in plan.groups if is_across(group, side) for each in group}
        across[sorted(crossing)] += 1
        if progress:
            progress(number + 1, rounds)
    loads = _loads(problem.members, plans, left, across)
    return Simulation(problem, tuple(plans), loads, pressed)


def _next(
    problem: Problem,
    met: Rounds,
    waits: Rounds,
    across: Rounds,
    number: int,
) -> Problem:
    """The problem of the next round, as it would be by then."""
    fewer = across.max(initial=0) - across
    side = sides(problem)
    other = side[:, None] != side[None, :]
    members = tuple(
        Participant(each.id, each.community, each.left_out_last + int(wait), each.groups)
        for each, wait in zip(problem.members, waits, strict=True)
    )
    turn = TURN * np.maximum(fewer[:, None], fewer[None, :]) * other
    return replace(
        problem,
        members=members,
        values=np.round(problem.values + turn, 6),
        met=met.copy(),
        seed=problem.seed + number,
    )


def _own_value(problem: Problem, plan: Plan) -> Plan:
    """The plan with its value without what was added for taking turns."""
    side = sides(problem)
    worth = sum(
        float(problem.values[a, b])
        for group in plan.groups
        for a, b in pairs(group)
        if side[a] != side[b] or not is_across(group, side)
    )
    return replace(plan, value=worth)


def _loads(
    members: Sequence[Participant],
    plans: Sequence[Plan],
    left: Rounds,
    across: Rounds,
) -> tuple[Load, ...]:
    each_round = [Counter(each for group in plan.groups for each in group) for plan in plans]
    return tuple(
        Load(
            sum(times[at] for times in each_round),
            max((times[at] for times in each_round), default=0),
            int(across[at]),
            int(left[at]),
        )
        for at in range(len(members))
    )


def smaller_side(problem: Problem) -> tuple[int, ...]:
    """Positions of the side with fewer people, the statistics offices' on a tie."""
    side = sides(problem)
    few = bool(side.sum() <= len(side) / 2)
    return tuple(np.flatnonzero(side == few).tolist())
