"""The plan of a round against every grouping there is, and against another library's matching."""

from collections import Counter
from dataclasses import replace
from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.exchange.planner import group_programme
from bot.features.exchange.planner.instance import seat
from bot.features.exchange.planner.model import PlanRules, Problem, as_json
from bot.features.exchange.planner.plan import plan_round
from tests.support.properties import slow
from tests.support.rounds import allowed, best, problem, worth


@st.composite
def rounds(draw: st.DrawFn, most: int = 8) -> Problem:
    """A round of both communities with values, avoidance, history and waits."""
    communities = draw(st.text("CN", max_size=most))
    twos = list(combinations(range(len(communities)), 2))
    some = st.lists(st.sampled_from(twos), unique=True) if twos else st.just([])
    value = st.integers(-500, 1000).map(lambda whole: whole / 1000)
    locked = draw(some.map(lambda chosen: chosen[:1])) if draw(st.integers(0, 4)) == 0 else []
    forbidden = [pair for pair in draw(some) if pair not in locked]
    one = problem(
        communities,
        values={pair: draw(value) for pair in twos},
        forbidden=forbidden,
        met={pair: draw(st.integers(1, 6)) for pair in draw(some)},
        waits=[draw(st.integers(0, 2)) for _ in communities],
        rules=PlanRules(
            draw(st.sampled_from([1.0, 1.0, 0.5, 0.0])),
            draw(st.sampled_from([3, 3, 2])),
            draw(st.sampled_from([True, True, False])),
        ),
        locked=tuple(locked),
        seed=draw(st.integers(0, 3)),
    )
    spoken = st.lists(st.booleans(), min_size=3, max_size=3).filter(any)
    if not communities or draw(st.booleans()):
        return one
    return replace(one, common=(np.array([draw(spoken) for _ in communities]),))


@slow()
@given(rounds())
def test_no_grouping_is_better_than_the_plan(one: Problem) -> None:
    plan = plan_round(one)
    assert plan.proof.exact
    reached, most = worth(one, plan.groups), best(one)
    assert reached[:-1] == most[:-1]
    assert reached[-1] == pytest.approx(most[-1], abs=1e-5)


@st.composite
def uneven_rounds(draw: st.DrawFn) -> Problem:
    """Few of one side; of the larger many avoid each other or met; perhaps a trio is locked."""
    few, many = draw(st.sampled_from([(2, 4), (3, 4), (3, 5), (2, 5), (2, 6)]))
    count = few + many
    twos = list(combinations(range(count), 2))
    within = st.lists(st.sampled_from(list(combinations(range(few, count), 2))), unique=True)
    locked = ((0, few, few + 1),) if draw(st.integers(0, 3)) == 0 else ()
    spoken = st.lists(st.booleans(), min_size=3, max_size=3).filter(any)
    table = np.array([draw(spoken) for _ in range(count)])
    table[[0, few, few + 1]] = True
    kept = {pair for group in locked for pair in combinations(group, 2)}
    one = problem(
        "N" * few + "C" * many,
        values={pair: draw(st.integers(0, 1000)) / 1000 for pair in twos},
        forbidden=[pair for pair in draw(within) if pair not in kept],
        met={pair: draw(st.integers(1, 3)) for pair in draw(within)},
        waits=[draw(st.integers(0, 1)) for _ in range(count)],
        rules=PlanRules(same_side=draw(st.booleans())),
        locked=locked,
        seed=draw(st.integers(0, 3)),
    )
    return replace(one, common=(table,)) if draw(st.booleans()) else one


@slow()
@given(uneven_rounds())
def test_trios_in_which_two_may_not_meet_are_planned_as_well_as_any(one: Problem) -> None:
    plan = plan_round(one)
    assert plan.proof.exact
    reached, most = worth(one, plan.groups), best(one)
    assert reached[:-1] == most[:-1]
    assert reached[-1] == pytest.approx(most[-1], abs=1e-5)


@slow()
@given(rounds(most=14))
def test_no_hard_rule_is_broken_and_everybody_is_accounted_for(one: Problem) -> None:
    plan = plan_round(one)
    permitted = {*allowed(one), *one.locked}
    assert set(plan.groups) <= permitted
    assert set(one.locked) <= set(plan.groups)
    told = Counter([each for group in plan.groups for each in group])
    told.update(each for each, _ in plan.left_out)
    assert told == Counter(range(len(one.members)))
    assert plan.repeats == -worth(one, plan.groups)[4]
    assert plan.value == pytest.approx(worth(one, plan.groups)[-1], abs=1e-6)


@slow()
@given(rounds(most=12), st.randoms(use_true_random=False))
def test_the_order_of_a_file_changes_nothing(one: Problem, chance: Any) -> None:
    order = list(range(len(one.members)))
    chance.shuffle(order)
    at = {old: new for new, old in enumerate(order)}
    index = np.ix_(order, order)
    shuffled = replace(
        one,
        members=tuple(one.members[each] for each in order),
        values=one.values[index],
        forbidden=one.forbidden[index],
        met=one.met[index],
        locked=tuple(tuple(sorted(at[each] for each in group)) for group in one.locked),
        common=tuple(table[order] for table in one.common),
    )
    plans = [as_json(one, plan_round(one)), as_json(shuffled, plan_round(shuffled))]
    named = [{frozenset(group) for group in plan["groups"]} for plan in plans]
    assert named[0] == named[1]


def test_a_repeat_within_a_trio_is_weighed_and_not_merely_shunned() -> None:
    """Avoiding the one pair that met in a trio would cost two repeats across."""
    chance = np.random.default_rng(4)
    for seed in range(20):
        one = problem(
            "NNNCCNNNC",
            values={pair: round(float(chance.random()), 3) for pair in combinations(range(9), 2)},
            met={pair: 1 for pair in combinations(range(9), 2) if chance.random() < 0.5},
            forbidden=[pair for pair in combinations(range(9), 2) if chance.random() < 0.15],
            seed=seed,
        )
        assert worth(one, plan_round(one).groups)[:-1] == best(one)[:-1]


def test_the_seed_decides_between_equals() -> None:
    drawn = {plan_round(problem("C" * 6 + "N" * 6, seed=seed)).groups for seed in range(8)}
    assert len(drawn) > 4


def chance_round(larger: int, smaller: int, seed: int, avoid: float, met: float) -> Problem:
    """A round of random values, with a share of pairs that avoid each other or met."""
    chance = np.random.default_rng(seed)
    twos = list(combinations(range(larger + smaller), 2))
    return problem(
        "C" * larger + "N" * smaller,
        values={pair: round(float(chance.random()), 3) for pair in twos},
        forbidden=[pair for pair in twos if chance.random() < avoid],
        met={pair: int(chance.integers(1, 9)) for pair in twos if chance.random() < met},
        seed=seed,
    )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("sizes", [(9, 9), (11, 7), (14, 4), (13, 4)])
def test_the_fast_ways_find_what_the_whole_number_programme_finds(
    sizes: tuple[int, int], seed: int
) -> None:
    one = chance_round(*sizes, seed, avoid=0.1, met=0.1)
    fast = plan_round(one)
    slow, proof = group_programme.best_groups(seat(one))
    assert fast.proof.exact
    assert proof.exact
    assert worth(one, fast.groups)[:-1] == worth(one, slow)[:-1]
    assert worth(one, fast.groups)[-1] == pytest.approx(worth(one, slow)[-1], abs=1e-4)


@pytest.mark.parametrize(
    "one",
    [
        chance_round(24, 24, 1, 0.1, 0.0),
        replace(chance_round(31, 9, 2, 0.0, 0.0), rules=PlanRules(max_size=2)),
        replace(chance_round(30, 0, 3, 0.1, 0.0), rules=PlanRules(max_size=2)),
    ],
)
def test_where_groups_are_pairs_networkx_finds_the_same_value(one: Problem) -> None:
    graph = nx.Graph()
    for a, b in (group for group in allowed(one) if len(group) == 2):
        graph.add_edge(a, b, weight=one.values[a, b] + 1000 * across(one, a, b))
    matching = nx.max_weight_matching(graph, maxcardinality=True)
    value = sum(one.values[a, b] for a, b in matching)
    plan = plan_round(one)
    assert plan.proof.exact
    assert plan.value == pytest.approx(value, abs=1e-9)
    assert len(plan.groups) == len(matching)


def across(one: Problem, a: int, b: int) -> bool:
    return one.members[a].community is not one.members[b].community


@pytest.mark.parametrize("seed", range(3))
def test_a_large_round_keeps_every_rule_and_says_how_sure_it_is(seed: int) -> None:
    one = chance_round(260, 60, seed, avoid=0.05, met=0.05)
    plan = plan_round(replace(one, rules=PlanRules(cross_share=0.4)))
    assert not plan.proof.exact
    assert not any(one.forbidden[a, b] for group in plan.groups for a, b in combinations(group, 2))
    assert 0.4 * 320 <= plan.people_across <= 0.5 * 320
    assert not plan.left_out
