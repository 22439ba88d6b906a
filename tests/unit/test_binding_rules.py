"""Which rule binds, by planning without it; and a plan made in a process of its own."""

import sys
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from bot.cli.simulation_report import Binding, bound
from bot.features.exchange.planner import constraints, process
from bot.features.exchange.planner.binding_rules import Outcome, Rule, outcome, reliefs
from bot.features.exchange.planner.model import PlanRules, Problem
from bot.features.exchange.planner.participants import Facts, Scope, Wishes
from bot.features.exchange.planner.plan import plan_round
from knowledge.vocabulary import Community
from tests.bench.histories import community_of
from tests.support.rounds import problem

DAY = date(2026, 6, 10)
EAST = [Facts(n, Community.CITY, time_zone="Asia/Tokyo") for n in (1, 2)]
WEST = [Facts(n, Community.NATIONAL, time_zone="America/Bogota") for n in (3, 4)]


def of(members: list[Facts], wishes: Wishes, rules: PlanRules | None = None) -> Problem:
    one = problem([each.community for each in members], rules=rules)
    return replace(
        one,
        forbidden=constraints.forbidden(members, wishes, DAY),
        common=constraints.common(members, wishes, DAY),
    )


def asked(members: list[Facts], wishes: Wishes, one: Problem) -> dict[Rule, Outcome]:
    plan = plan_round(one)
    now = outcome(one, plan.repeats, len(plan.left_out))
    return {each.rule: each.outcome for each in reliefs(one, members, wishes, DAY, now)}


def test_hours_bind_where_people_of_two_zones_have_met() -> None:
    """East and west share no hour: each pair has met, and meets again."""
    people = [*EAST, *WEST]
    one = of(people, Wishes())
    met = np.zeros((4, 4), dtype=np.int64)
    met[0, 1] = met[1, 0] = met[2, 3] = met[3, 2] = 1
    one = replace(one, met=met)
    assert plan_round(one).repeats == 2
    assert asked(people, Wishes(), one) == {Rule.HOURS: Outcome(4, 0, 0)}


@pytest.mark.parametrize(
    ("rule", "wishes", "rules", "members"),
    [
        (Rule.HOURS, Wishes(), PlanRules(), [EAST[0], WEST[0]]),
        (
            Rule.LANGUAGE,
            Wishes(),
            PlanRules(),
            [replace(EAST[0], languages=("ja",)), replace(EAST[1], languages=("en",))],
        ),
        (
            Rule.SCOPE,
            Wishes(scope=Scope.SAME_COUNTRY),
            PlanRules(),
            [replace(EAST[0], country="JP"), replace(EAST[1], country="KR")],
        ),
        (Rule.TRIOS, Wishes(), PlanRules(max_size=2), [*EAST, replace(EAST[0], id=5)]),
        (Rule.SAME_SIDE, Wishes(), PlanRules(same_side=False), EAST),
    ],
)
def test_the_rule_that_leaves_somebody_out_is_named_and_no_other(
    rule: Rule, wishes: Wishes, rules: PlanRules, members: list[Facts]
) -> None:
    found = asked(members, wishes, of(members, wishes, rules))
    assert list(found) == [rule]
    assert found[rule].left_out == 0


def test_where_no_rule_binds_nothing_is_blamed() -> None:
    alone = EAST[:1]
    one = of(alone, Wishes())
    assert asked(alone, Wishes(), one) == {}
    (_, said) = bound(Binding(1, outcome(one, 0, 1), ()))
    assert said.startswith("Round 1: no single rule")


def test_whom_somebody_avoids_is_never_named() -> None:
    people = [replace(EAST[0], apart_from=frozenset({2})), EAST[1]]
    assert asked(people, Wishes(), of(people, Wishes())) == {}


def test_a_large_round_is_planned_in_another_process_and_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = community_of(30, 15)
    expected = plan_round(one)
    monkeypatch.setattr(process, "_planned", lambda _: pytest.fail("planned in this process"))
    assert process.plan_apart(one) == expected


def test_a_planner_that_dies_is_an_error_and_no_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(RuntimeError, match="ended with 1"):
        process.plan_apart(community_of(30, 15))
