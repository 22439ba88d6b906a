"""Measures against values worked out by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.evaluation.metrics import judge, mean


def test_measures_of_a_small_ranking() -> None:
    measures = judge(["a", "x", "b", "y"], {"a": 1, "b": 1, "c": 1, "z": 0})
    assert measures["recall@1"] == pytest.approx(1 / 3)
    assert measures["recall@5"] == pytest.approx(2 / 3)
    assert measures["hit@1"] == 1
    assert measures["mrr@10"] == 1
    assert measures["map"] == pytest.approx((1 + 2 / 3) / 3)
    ideal = 1 + 1 / math.log2(3) + 1 / 2
    assert measures["ndcg@10"] == pytest.approx((1 + 1 / 2) / ideal)


def test_grades_weigh_the_gain() -> None:
    assert judge(["low", "high"], {"high": 3, "low": 1})["ndcg@10"] < 1
    assert judge(["high", "low"], {"high": 3, "low": 1})["ndcg@10"] == 1


def test_a_relevant_document_behind_the_tenth_place_counts_for_map_alone() -> None:
    measures = judge([str(number) for number in range(20)], {"10": 1})
    assert measures["mrr@10"] == measures["ndcg@10"] == measures["recall@10"] == 0
    assert measures["map"] == pytest.approx(1 / 11)


def test_nothing_relevant_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be judged"):
        judge(["a"], {"a": 0})


def test_the_mean_of_no_questions_is_empty() -> None:
    assert mean([]) == {}


@given(st.permutations([str(number) for number in range(12)]), st.integers(1, 12))
def test_every_measure_lies_between_zero_and_one(ranking: list[str], relevant: int) -> None:
    measures = judge(ranking, {str(number): 1 for number in range(relevant)})
    assert all(0 <= value <= 1 + 1e-12 for value in measures.values())
