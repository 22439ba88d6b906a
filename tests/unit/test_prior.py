"""Votes move the order of an answer within bounds, and nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.search.documents import Document, Filters, Query
from knowledge.search.rating_prior import BOUND, column, prior, priors
from knowledge.search.search import Index, find, find_cases
from tests.support.fake_encoder import HashEncoder

votes = st.integers(0, 100_000)


def test_without_votes_nothing_moves() -> None:
    assert prior(0, 0) == 0
    assert priors({3: (0, 0)}) == {}


@given(votes, votes)
def test_votes_stay_within_the_bound_and_are_fair(helpful: int, others: int) -> None:
    moved = prior(helpful, others)
    assert abs(moved) < BOUND
    assert moved == pytest.approx(-prior(others, helpful))
    assert (moved > 0) == (helpful > others)


@given(votes, votes)
def test_one_more_helpful_vote_never_moves_a_case_down(helpful: int, others: int) -> None:
    assert prior(helpful + 1, others) > prior(helpful, others)


def test_a_single_vote_moves_little() -> None:
    assert prior(1, 0) == pytest.approx(BOUND / 9)
    assert prior(8, 0) == pytest.approx(BOUND / 2)


def test_negative_votes_are_refused() -> None:
    with pytest.raises(ValueError, match="from 0"):
        prior(-1, 0)


def test_the_column_keeps_to_the_bound_and_ignores_strangers() -> None:
    found = column(np.array([4, 7, 9]), {7: 5.0, 9: -5.0, 1: 0.02})
    assert found.tolist() == pytest.approx([0.0, BOUND, -BOUND])


def index() -> tuple[Index, Query]:
    encoder = HashEncoder()
    texts = ["shared address file of the city", "shared address file of the town", "noise maps"]
    vectors = encoder.encode_documents(texts)
    documents = [
        Document(number, "en", text, vectors[number : number + 1])
        for number, text in enumerate(texts)
    ]
    question = "shared address file"
    query = Query(question, "en", encoder.encode_queries([question])[0])
    return Index.build(documents, encoder.dimension), query


def test_votes_change_the_order_and_never_how_sure_an_answer_is(judged: None) -> None:
    held, query = index()
    plain = find(held, query, model="x")
    first, second = (int(row) for row in plain.order[:2])
    gap = float(plain.fused.scores[first] - plain.fused.scores[second])
    assert 0 < gap < 2 * BOUND
    voted = find(held, query, model="x", priors={first: -BOUND, second: BOUND})
    assert [int(row) for row in voted.order[:2]] == [second, first]
    assert [voted.signs(row) for row in range(3)] == [plain.signs(row) for row in range(3)]
    both = [
        find_cases(held, query, Filters(), model="x", limit=3, priors=given)
        for given in ({}, {first: -BOUND, second: BOUND})
    ]
    assert {case.id for case in both[0]} == {case.id for case in both[1]}


def test_no_votes_change_nothing(judged: None) -> None:
    held, query = index()
    plain, empty = find(held, query, model="x"), find(held, query, model="x", priors={})
    assert plain.order.tolist() == empty.order.tolist()
