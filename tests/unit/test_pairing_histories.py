"""Communities that have met before: planned in seconds, and what is said of a plan is true."""

from itertools import combinations
from time import thread_time

import numpy as np
import pytest

from bot.features.exchange.planner import group_programme
from bot.features.exchange.planner.instance import seat
from bot.features.exchange.planner.model import Plan, PlanRules, Problem
from bot.features.exchange.planner.plan import plan_round
from bot.features.exchange.planner.simulation import simulate
from tests.bench.histories import SECONDS, community_of
from tests.support.rounds import best, best_of_several, problem, worth, worth_of_several

ROUNDS = 30


def timed(cities: int, offices: int, rounds: int) -> list[Plan]:
    """The plans of so many rounds, each made within the time that a round may take."""
    begun = thread_time()

    def round_done(_: int, __: int) -> None:
        nonlocal begun
        assert thread_time() - begun < SECONDS
        begun = thread_time()

    return list(simulate(community_of(cities, offices), rounds, round_done).plans)


@pytest.mark.parametrize(
    ("cities", "offices"), [(4, 0), (3, 1), (5, 2), (7, 7), (9, 8), (17, 0), (11, 5), (14, 4)]
)
def test_thirty_rounds_of_a_small_community_are_each_planned_in_seconds_and_proven(
    cities: int, offices: int
) -> None:
    plans = timed(cities, offices, ROUNDS)
    assert all(plan.proof.exact for plan in plans)
    assert not any(plan.left_out for plan in plans)


def test_fourteen_and_four_repeat_no_more_than_another_solver_found_they_must() -> None:
    """Levels of rounds 13 and 14, found by a constraint programme in a minute of one core."""
    plans = timed(14, 4, 14)
    assert [(plan.people_across, plan.repeats, plan.trios) for plan in plans[12:]] == [
        (12, 9, 4),
        (12, 13, 4),
    ]


def test_forty_people_begin_to_meet_again() -> None:
    plans = timed(21, 20, 21)
    repeats = [plan.repeats for plan in plans]
    assert not any(repeats[:18])
    assert 0 < repeats[18] < repeats[19] < repeats[20]
    assert all(plan.proof.exact for plan in plans)


def chance_round(seed: int, sizes: tuple[int, int], share: float) -> tuple[Problem, list[int]]:
    """A round in which many met, and some of the smaller side take more groups than one."""
    chance = np.random.default_rng(seed)
    larger, smaller = sizes
    twos = list(combinations(range(larger + smaller), 2))
    places = [1] * larger + [int(more) for more in chance.integers(1, 4, smaller)]
    one = problem(
        "C" * larger + "N" * smaller,
        values={pair: int(chance.integers(0, 1000)) / 1000 for pair in twos},
        forbidden=[pair for pair in twos if chance.random() < 0.1],
        met={pair: int(chance.integers(1, 200)) for pair in twos if chance.random() < 0.8},
        waits=[int(wait) for wait in chance.integers(0, 2, larger + smaller)],
        rules=PlanRules(share, 3 if chance.random() < 0.6 else 2),
        places=places,
        seed=seed,
    )
    return one, places


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("sizes", [(3, 2), (4, 1), (4, 2)])
@pytest.mark.parametrize("seed", range(6))
def test_no_choice_of_groups_is_better_where_some_take_more_than_one(
    seed: int, sizes: tuple[int, int], share: float
) -> None:
    one, places = chance_round(seed, sizes, share)
    plan = plan_round(one)
    reached, most = worth_of_several(one, plan.groups), best_of_several(one, places)
    assert plan.proof.exact
    assert reached[:-1] == most[:-1]
    assert reached[-1] == pytest.approx(most[-1], abs=1e-5)


def test_a_further_group_may_be_one_of_the_own_side() -> None:
    """Eleven people who nearly all met: the oldest repeats need a second group within a side."""
    met = {(0, 1): 3, (0, 2): 200, (1, 2): 2, (0, 3): 1, (1, 3): 150, (2, 3): 4}
    one = problem("CCCN", met=met, rules=PlanRules(0.0, 2), places=[1, 1, 1, 2])
    plan = plan_round(one)
    assert worth_of_several(one, plan.groups) == best_of_several(one, [1, 1, 1, 2])


def test_a_search_that_ends_early_says_on_which_level_and_by_how_much(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance = np.random.default_rng(1)
    twos = list(combinations(range(9), 2))
    one = problem(
        "CCCCCNNNN",
        values={pair: int(chance.integers(0, 1000)) / 1000 for pair in twos},
        met={pair: int(chance.integers(1, 9)) for pair in twos if chance.random() < 0.9},
    )
    most = best(one)
    for name, few in (("_FEW", 12), ("_MANY", 0)):
        monkeypatch.setattr(group_programme, name, few)
    groups, proof = group_programme.best_groups(seat(one))
    assert not proof.exact
    assert proof.missing is not None
    reached = worth(one, groups)
    names = ("people", "rested", "same_side_trios", "across", "repeats", "age", "trios", "value")
    assert proof.level in names
    at = names.index(proof.level)
    assert reached[:at] == most[:at]
    assert 0 <= most[at] - reached[at] <= proof.missing
    assert reached < most or proof.missing > 0
