"""Grouping by meaning, and what may be said of a group: pure."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from knowledge.cases import gaps
from knowledge.cases.gaps import GapQuestion
from knowledge.text import folding
from knowledge.text.vectors import Floats
from knowledge.vocabulary import Confidence

ASKED = GapQuestion(
    1, "a", None, "Who pays?", "en", False, Confidence.NONE, datetime(2026, 11, 1, tzinfo=UTC)
)
seeds = st.integers(0, 10_000)


def unit(rows: int, seed: int) -> Floats:
    found = np.random.default_rng(seed).standard_normal((rows, 8)).astype(np.float32)
    length: Floats = np.linalg.norm(found, axis=1, keepdims=True)
    whole: Floats = found / length
    return whole


@given(st.integers(0, 12), seeds)
def test_every_question_is_in_one_group_and_the_groups_are_the_same_again(
    rows: int, seed: int
) -> None:
    vectors = unit(rows, seed)
    groups = gaps.grouped(vectors)
    assert sorted(row for group in groups for row in group) == list(range(rows))
    assert groups == gaps.grouped(vectors)
    assert [len(group) for group in groups] == sorted(map(len, groups), reverse=True)


def test_equal_vectors_are_one_group_and_opposite_ones_are_not() -> None:
    one = unit(1, 3)
    assert gaps.grouped(np.concatenate([one, one, -one])) == [[0, 1], [2]]


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans()), min_size=1))
def test_a_group_is_shown_for_a_public_question_or_two_others(
    asked: list[tuple[str, bool]],
) -> None:
    group = [replace(ASKED, asker=asker, public=public) for asker, public in asked]
    others = {asker for asker, _ in asked} - {"a"}
    allowed = any(public for _, public in asked) or len(others) >= 2
    assert gaps.may_be_shown(group, "a") is allowed


@given(st.lists(st.tuples(st.sampled_from("abc"), st.text("xyzäß ", max_size=20)), max_size=8))
def test_a_word_of_one_person_is_never_shown(asked: list[tuple[str, str]]) -> None:
    group = [replace(ASKED, asker=asker, text=text) for asker, text in asked]
    for word in gaps.words_in_common(group, "a", frozenset()):
        users = {asker for asker, text in asked if word in folding.words(text)}
        assert len(users - {"a"}) >= 2


def test_names_numbers_and_places_are_no_words_in_common() -> None:
    texts = ("sensors in Porto and monterrey in 2019", "Do sensors of monterrey fail in 2019")
    group = [replace(ASKED, asker=str(number), text=text) for number, text in enumerate(texts)]
    assert gaps.words_in_common(group, "reader", frozenset({"monterrey"})) == ["sensors"]


def test_the_middle_is_the_closest_to_all() -> None:
    vectors = np.array([[1, 0], [0.8, 0.6], [0, 1]], dtype=np.float32)
    assert gaps.middle(vectors, [0, 1, 2]) == 1
    assert gaps.middle(vectors, [0]) == 0
    assert gaps.middle(vectors, []) is None
