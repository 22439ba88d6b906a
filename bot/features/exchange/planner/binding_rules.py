"""Which of a programme's rules makes people rest or meet again: each is let go in its turn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import numpy as np

from bot.features.exchange.planner import constraints
from bot.features.exchange.planner.model import PlanRules, Problem
from bot.features.exchange.planner.objective import sides
from bot.features.exchange.planner.participants import Facts, Scope, Wishes
from bot.features.exchange.planner.process import plan_apart


class Rule(StrEnum):
    """A rule that a steward can change. Whom somebody avoids is none: that is told to nobody."""

    HOURS = "hours"
    LANGUAGE = "language"
    SCOPE = "scope"
    TRIOS = "trios"
    SAME_SIDE = "same_side"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What matters to people about a round."""

    first_meetings: int
    """Pairs that may meet and have not met before."""
    repeats: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Relief:
    """What a round would be without a rule."""

    rule: Rule
    outcome: Outcome


def outcome(problem: Problem, repeats: int, left_out: int) -> Outcome:
    """The outcome of a plan with so many repeats and people left out."""
    free = ~problem.forbidden & (problem.met == 0)
    if not problem.rules.same_side:
        side = sides(problem)
        free &= side[:, None] != side[None, :]
    return Outcome(int(np.triu(free, 1).sum()), repeats, left_out)


def reliefs(
    problem: Problem, members: Sequence[Facts], wishes: Wishes, day: date, now: Outcome
) -> tuple[Relief, ...]:
    """Each rule without which fewer would rest or meet again, what helps most first.

    `members` are the facts of the problem's members, in their order; `now` is the outcome with
    all rules. Every answer is a plan that was made, not an estimate.
    """
    found = []
    for rule, eased in _eased(problem, members, wishes, day):
        plan = plan_apart(eased)
        then = outcome(eased, plan.repeats, len(plan.left_out))
        if (then.left_out, then.repeats) < (now.left_out, now.repeats):
            found.append(Relief(rule, then))
    return tuple(sorted(found, key=lambda one: (one.outcome.left_out, one.outcome.repeats)))


def _eased(
    problem: Problem, members: Sequence[Facts], wishes: Wishes, day: date
) -> Iterator[tuple[Rule, Problem]]:
    for rule, other in (
        (Rule.HOURS, replace(wishes, shared_hours=0.0)),
        (Rule.LANGUAGE, replace(wishes, shared_language=False)),
        (Rule.SCOPE, replace(wishes, scope=Scope.ANY)),
    ):
        if other != wishes:
            yield (
                rule,
                replace(
                    problem,
                    forbidden=constraints.forbidden(members, other, day),
                    common=constraints.common(members, other, day),
                ),
            )
    plain: PlanRules = problem.rules
    for rule, rules in (
        (Rule.TRIOS, replace(plain, max_size=3)),
        (Rule.SAME_SIDE, replace(plain, same_side=True)),
    ):
        if rules != plain:
            yield rule, replace(problem, rules=rules)
