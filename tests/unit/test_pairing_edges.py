"""Rounds at the edges: few people, one community, locks, further groups, partners; many rounds."""

import json
from collections import Counter
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from bot.cli.simulation_report import told
from bot.features.exchange.planner.model import (
    LeftOut,
    PlanRules,
    Problem,
    ProblemRefused,
    as_json,
)
from bot.features.exchange.planner.plan import plan_round
from bot.features.exchange.planner.problem_json import problem_from, read_problem, written
from bot.features.exchange.planner.simulation import Simulation, simulate
from bot.features.exchange.planner.synthetic import community
from bot.features.exchange.planner.utility import pair_values
from knowledge.errors import UnreadableInput
from knowledge.exchange import problems
from tests.support.rounds import problem


@pytest.mark.parametrize(
    ("communities", "sizes", "left_out"),
    [
        ("", [], []),
        ("C", [], [LeftOut.ALONE]),
        ("CC", [2], []),
        ("CN", [2], []),
        ("CCC", [3], []),
        ("CCN", [3], []),
        ("CCCCC", [2, 3], []),
        ("CCCCN", [2, 3], []),
        ("CNP", [3], []),
        ("PP", [2], []),
    ],
)
def test_few_people_get_a_sensible_plan(
    communities: str, sizes: list[int], left_out: list[LeftOut]
) -> None:
    plan = plan_round(problem(communities))
    assert sorted(map(len, plan.groups)) == sizes
    assert [reason for _, reason in plan.left_out] == left_out
    assert plan.proof.exact


@pytest.mark.parametrize("count", [2, 5, 30])
def test_where_everyone_avoids_everyone_nobody_meets(count: int) -> None:
    everyone = list(combinations(range(count), 2))
    plan = plan_round(problem(("CN" * count)[:count], forbidden=everyone))
    assert not plan.groups
    assert {reason for _, reason in plan.left_out} == {LeftOut.RULES}
    assert (plan.cross_share, plan.value) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (problem("CCN", rules=PlanRules(max_size=2)), LeftOut.ODD_NUMBER),
        (problem("CCCCN", rules=PlanRules(same_side=False)), LeftOut.NO_PLACE),
        (problem("CCC", rules=PlanRules(same_side=False)), LeftOut.NO_PLACE),
        (problem("CNC", forbidden=[(0, 2), (0, 1)]), LeftOut.RULES),
        (problem("CNC", forbidden=[(0, 2)], rules=PlanRules(max_size=2)), LeftOut.ODD_NUMBER),
        (problem("CCNN", forbidden=[(0, 1), (0, 2), (1, 2)]), LeftOut.NOBODY_LEFT),
    ],
)
def test_the_reason_for_being_left_out_is_told(one: Problem, reason: LeftOut) -> None:
    assert {why for _, why in plan_round(one).left_out} == {reason}


def test_locked_groups_stay_and_the_rest_is_planned_around_them() -> None:
    one = problem("CCCNNN", values={(0, 3): 9, (1, 4): 9, (2, 5): 9}, locked=((0, 4),))
    plan = plan_round(one)
    assert (0, 4) in plan.groups
    assert (2, 5) in plan.groups
    assert not plan.left_out


@pytest.mark.parametrize(
    "locked", [((0, 1),), ((0, 3), (0, 4)), ((0,),), ((0, 1, 2, 3),), ((2, 2),)]
)
def test_a_lock_that_breaks_a_rule_is_refused(locked: tuple[tuple[int, ...], ...]) -> None:
    with pytest.raises(ProblemRefused):
        problem("CCCNNN", forbidden=[(0, 1)], locked=locked)


def test_only_who_agreed_takes_more_than_one_group() -> None:
    one = problem("CCCCCCCCN")
    alone = plan_round(one)
    assert max(Counter(x for group in alone.groups for x in group).values()) == 1
    willing = replace(one, members=(*one.members[:8], replace(one.members[8], groups=3)))
    plan = plan_round(willing)
    times = Counter(each for group in plan.groups for each in group)
    assert times[8] == 3
    assert max(times[each] for each in range(8)) == 1
    assert plan.people_across == 7  # and a pair of cities: eight cannot be split otherwise
    assert not plan.left_out


def test_partners_stand_with_the_side_that_has_fewer_people() -> None:
    plan = plan_round(problem("CCCCPP"))
    assert plan.people_across == 6
    assert all({4, 5} & set(group) for group in plan.groups)


def community_of(cities: int, offices: int, rules: PlanRules, seed: int = 3) -> Simulation:
    people, needs, offers = community(cities, offices, seed)
    kinds = "C" * cities + "N" * offices
    empty = replace(problem(kinds, rules=rules), values=pair_values(people, needs, offers))
    return simulate(empty, 6)


def test_fourteen_and_four_over_six_rounds_with_groups_of_one_side() -> None:
    found = community_of(14, 4, PlanRules())
    assert all(load.most_at_once == 1 for load in found.loads)
    assert [load.groups for load in found.loads] == [6] * 18
    assert found.first_repeat is None
    assert {load.across for load in found.loads[14:]} == {6}
    assert {load.across for load in found.loads[:14]} == {3, 4}  # 48 places for 14 people
    assert all((plan.trios, plan.people_across) == (4, 12) for plan in found.plans)


def test_a_steward_reads_what_the_smaller_side_carries() -> None:
    lines = list(told(community_of(14, 4, PlanRules())))
    assert lines[1].split() == ["1", "7", "4", "12", "of", "18", "0", "0"]
    assert "Nobody meets the same person twice in 6 rounds." in lines
    assert lines[-1] == "Nobody is left out."
    assert (
        "What the smaller side carries (statistics offices, 4 people): 6 groups each in 6 rounds, "
        "at most 1 in one round; 12 different people each; in 6 rounds with the other side; "
        "0 rests." in lines
    )
    rests = "\n".join(told(community_of(14, 4, PlanRules(same_side=False))))
    assert "Left out, nobody in two rounds running:\n  3 rounds: " in rests


def test_fourteen_and_four_over_six_rounds_share_the_rests() -> None:
    found = community_of(14, 4, PlanRules(same_side=False), seed=4)
    rests = [load.left_out for load in found.loads]
    assert rests[14:] == [0] * 4
    assert set(rests[:14]) == {2, 3}  # 36 rests for 14 people
    assert sum(rests) == 36
    assert found.first_repeat is None
    for before, after in zip(found.plans, found.plans[1:], strict=False):
        assert not {one for one, _ in before.left_out} & {one for one, _ in after.left_out}


@pytest.mark.parametrize(("cities", "offices", "repeats_from"), [(3, 3, 4), (4, 4, 5)])
def test_repeats_come_only_when_everybody_has_met(
    cities: int, offices: int, repeats_from: int
) -> None:
    found = community_of(cities, offices, PlanRules())
    assert found.first_repeat == repeats_from
    for number, plan in enumerate(found.plans, 1):
        assert plan.repeats == (0 if number < repeats_from else cities)


def test_of_repeats_the_oldest_is_made() -> None:
    one = problem("CNCN", met={(0, 1): 5, (2, 3): 5, (0, 3): 1, (1, 2): 1})
    assert plan_round(one).groups == ((0, 1), (2, 3))


def test_a_problem_is_written_and_read_without_loss(tmp_path: Path) -> None:
    one = problem(
        "CCNP", values={(0, 2): 0.5}, forbidden=[(0, 1)], met={(1, 3): 2}, locked=((1, 3),), seed=7
    )
    one = replace(one, common=(np.eye(4, 11, dtype=np.bool_), np.ones((4, 3), dtype=np.bool_)))
    file = tmp_path / "problem.json"
    file.write_text(json.dumps(problems.written(written(one))), "utf-8")
    again = read_problem(file)
    assert again.members == one.members
    for name in ("values", "forbidden", "met"):
        assert np.array_equal(getattr(again, name), getattr(one, name))
    assert (again.rules, again.locked, again.seed) == (one.rules, one.locked, one.seed)
    for table, read in zip(one.common, again.common, strict=True):
        assert np.array_equal(read[:, : table.shape[1]], table)
        assert not read[:, table.shape[1] :].any()
    assert as_json(again, plan_round(again)) == as_json(one, plan_round(one))


MEMBERS = [
    {"id": "a", "community": "CITY", "left_out_last": False},
    {"id": 2, "community": "NATIONAL"},
]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([], "object"),
        ({}, "no list of members"),
        ({"members": {}}, "'members' must be a list"),
        (
            {"members": [{"id": "a", "community": "TOWN"}]},
            "must be CITY, NATIONAL or",
        ),
        ({"members": [{"community": "CITY"}]}, "needs an id"),
        ({"members": MEMBERS + MEMBERS[:1]}, "twice"),
        ({"members": MEMBERS, "values": [["a", 2, "much"]]}, "finite number"),
        ({"members": MEMBERS, "values": [["a", 2, float("nan")]]}, "finite number"),
        ({"members": MEMBERS, "values": [["a", 2, 1e300]]}, "must lie between"),
        ({"members": MEMBERS, "values": [["a", 2]]}, "3 entries"),
        ({"members": MEMBERS, "forbidden": [["a", "b"]]}, "not among the members"),
        ({"members": MEMBERS, "forbidden": [["a", ["b"]]]}, "not among the members"),
        ({"members": MEMBERS, "forbidden": [["a", "a"]]}, "themselves"),
        ({"members": MEMBERS, "met": [["a", 2, 0]]}, "rounds_ago"),
        ({"members": MEMBERS, "rules": {"cross_share": 2}}, "between 0 and 1"),
        ({"members": MEMBERS, "rules": {"max_size": 4}}, "max_size"),
        ({"members": MEMBERS, "rules": {"luck": 1}}, "'luck' is not known"),
        ({"members": MEMBERS, "seed": "x"}, "seed"),
        ({"members": MEMBERS, "locked": [["a"]]}, "must have 2 to 3"),
        ({"members": MEMBERS, "common": [["ff"]]}, "a text for each member"),
        ({"members": MEMBERS, "common": [["ff", 3]]}, "texts of one length"),
        ({"members": MEMBERS, "common": [["ff", "ff00"]]}, "texts of one length"),
    ],
)
def test_a_wrong_problem_is_refused_in_one_sentence(wrong: object, said: str) -> None:
    with pytest.raises((ProblemRefused, UnreadableInput), match=said) as refused:
        problem_from(problems.read(wrong))
    assert str(refused.value).endswith(".")
