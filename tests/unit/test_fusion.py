"""How words and meaning are weighed for a question."""

import dataclasses
import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from knowledge.search.fusion import (
    COSINE_RANGES,
    UNKNOWN_MODEL,
    CosineRange,
    Evidence,
    Fused,
    cosine_range,
    fuse,
    lexical_weight,
    read,
)

E5 = COSINE_RANGES["multilingual-e5-small"]
Array = npt.NDArray[np.float32]


def evidence(
    lexical: list[float] | Array,
    dense: list[float] | Array,
    covered: list[float] | Array | None = None,
    **facts: object,
) -> Evidence:
    words = np.asarray(lexical, dtype=np.float32)
    shares = np.asarray((words > 0) if covered is None else covered, dtype=np.float32)
    given_facts = {"mass": 10.0, "words": 3, "language": "en", "cosines": E5, **facts}
    return Evidence(words, np.asarray(dense, np.float32), lambda rows: shares[rows], **given_facts)  # type: ignore[arg-type]


def spread_out(n: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(0.78, 0.02, n).astype(np.float32)


def finite(found: Fused) -> bool:
    figures = [float(value) for value in dataclasses.astuple(found.signals)]
    return bool(np.isfinite(found.scores).all()) and all(map(math.isfinite, figures))


def test_without_shared_words_meaning_decides_alone() -> None:
    dense = spread_out(50)
    found = fuse(evidence(np.zeros(50, np.float32), dense))
    assert found.weight == 0
    assert found.scores.argsort().tolist() == dense.argsort().tolist()


def test_full_coverage_that_meaning_misses_gives_words_the_say() -> None:
    dense = spread_out(200)
    dense[:10] = 0.84
    lexical = np.zeros(200, np.float32)
    lexical[150] = 12.0
    full = fuse(evidence(lexical, dense, (lexical > 0) * 1.0))
    scant = fuse(evidence(lexical, dense, (lexical > 0) * 0.1))
    assert full.scores.argmax() == 150
    assert full.weight > 0.5 > scant.weight
    assert scant.scores.argmax() < 10


def test_a_clear_lead_in_meaning_lowers_the_weight_of_words() -> None:
    lexical = np.zeros(100, np.float32)
    lexical[:5] = 3.0
    near = spread_out(100)
    clear = near.copy()
    clear[40] = 0.95
    assert fuse(evidence(lexical, clear)).weight < fuse(evidence(lexical, near)).weight


def test_best_document_in_both_scores_one() -> None:
    dense = spread_out(60)
    lexical = np.zeros(60, np.float32)
    dense[7], lexical[7] = 0.9, 5.0
    found = fuse(evidence(lexical, dense))
    assert found.scores.argmax() == 7
    assert found.scores[7] == pytest.approx(1, abs=1e-5)
    assert found.signals.agreement > 0


def test_a_document_in_another_language_is_not_blamed_for_missing_words() -> None:
    dense = np.full(40, 0.78, np.float32)
    dense[3], dense[9] = 0.88, 0.80
    lexical = np.zeros(40, np.float32)
    lexical[9] = 6.0
    spoken = np.zeros(40, np.int16)
    spoken[3] = 1
    shares = (lexical > 0) * 0.9
    apart = evidence(lexical, dense, shares, languages=("en", "es"), spoken=spoken)
    same = dataclasses.replace(apart, languages=("en", "en"))
    assert fuse(apart).scores[3] > fuse(same).scores[3]
    assert fuse(apart).signals.foreign == pytest.approx(1 / 40)
    unsure = dataclasses.replace(apart, language="und")
    assert fuse(unsure).scores == pytest.approx(fuse(same).scores, abs=0.05)


def test_a_language_that_a_model_favours_as_a_whole_is_brought_level() -> None:
    dense = spread_out(1_000, seed=2)
    spoken = np.repeat(np.array([0, 1], np.int16), 500)
    answer = 3
    dense[answer] = 0.86
    dense[500:] += 0.05
    asked = evidence(
        np.zeros(1_000, np.float32),
        dense,
        languages=("en", "es"),
        spoken=spoken,
        language="es",
    )
    assert dense.argmax() >= 500
    assert fuse(asked).scores.argmax() == answer


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_a_handful_of_documents_is_ranked_sensibly(n: int) -> None:
    dense = np.array([0.79, 0.85, 0.77][:n], np.float32)
    found = fuse(evidence(np.zeros(n, np.float32), dense))
    assert found.scores.shape == (n,)
    assert finite(found)
    assert found.scores.argsort().tolist() == dense.argsort().tolist()
    if n:
        assert found.signals.dense_top == pytest.approx(float(dense.max()))


def test_three_cases_lean_on_the_model_for_what_far_means() -> None:
    close = fuse(evidence([0, 0, 0], [0.85, 0.79, 0.78]))
    far = fuse(evidence([0, 0, 0], [0.776, 0.772, 0.77]))
    assert close.signals.dense_z > 1.5
    assert abs(far.signals.dense_z) < 0.7
    assert far.signals.dense_level < 0.1
    assert close.signals.dense_level > 0.9


def test_level_means_the_same_for_each_model() -> None:
    for cosines in COSINE_RANGES.values():
        found = fuse(evidence([0.0], [cosines.on], cosines=cosines))
        assert found.signals.dense_level == pytest.approx(1, abs=1e-3)


def test_models_are_found_by_name() -> None:
    assert cosine_range("multilingual-e5-small-4bit:0a1b") is E5
    assert cosine_range("org/all-MiniLM-L6-v2") is COSINE_RANGES["all-minilm-l6-v2"]
    assert cosine_range("something else") is UNKNOWN_MODEL


def test_weight_is_read_from_the_signals_alone() -> None:
    channels = read(evidence([4.0, 0, 1.0], [0.8, 0.85, 0.78]))
    weight = lexical_weight(channels.signals)
    assert fuse(evidence([4.0, 0, 1.0], [0.8, 0.85, 0.78])).weight == weight
    assert channels.blend(0).argmax() == 1
    assert channels.blend(1).argmax() == 0
    assert lexical_weight(dataclasses.replace(channels.signals, lexical_top=0)) == 0


BM25 = st.floats(0, 60, width=32) | st.just(0.0)
COSINE = st.floats(-1, 1, width=32)


@given(st.data(), st.integers(0, 40))
def test_any_evidence_gives_finite_scores(data: st.DataObject, n: int) -> None:
    lexical = data.draw(arrays.arrays(np.float32, n, elements=BM25))
    dense = data.draw(arrays.arrays(np.float32, n, elements=COSINE))
    shares = data.draw(arrays.arrays(np.float32, n, elements=st.floats(0, 1, width=32)))
    spoken = data.draw(arrays.arrays(np.int16, n, elements=st.integers(0, 2)))
    cosines = data.draw(st.sampled_from([*COSINE_RANGES.values(), CosineRange(0.5, 0.1, 0.7)]))
    found = fuse(
        evidence(
            lexical,
            dense,
            shares,
            mass=data.draw(st.floats(0, 500)),
            language=data.draw(st.sampled_from(["en", "es", "und"])),
            languages=("en", "es", "und"),
            spoken=spoken,
            cosines=cosines,
        )
    )
    assert finite(found)
    assert found.scores.dtype == np.float32
    assert 0 <= found.weight <= 1
    assert not n or found.scores.max() <= 1 + 1e-4


@given(st.integers(2, 60), st.integers(0, 1_000))
def test_the_order_of_documents_does_not_matter(n: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    lexical = (chance.random(n) * (chance.random(n) < 0.3) * 9).astype(np.float32)
    dense = spread_out(n, seed)
    shares = np.minimum(1, lexical / 9)
    turned = chance.permutation(n)
    straight = fuse(evidence(lexical, dense, shares))
    mixed = fuse(evidence(lexical[turned], dense[turned], shares[turned]))
    assert mixed.weight == pytest.approx(straight.weight, abs=1e-4)
    assert mixed.scores == pytest.approx(straight.scores[turned], abs=1e-4)


@given(st.integers(2, 60), st.integers(0, 1_000))
def test_more_words_and_more_meaning_never_rank_lower(n: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    lexical = (chance.random(n) * 9).astype(np.float32)
    dense = spread_out(n, seed)
    scores = fuse(evidence(lexical, dense)).scores
    for one in range(n):
        below = (lexical <= lexical[one]) & (dense <= dense[one])
        assert (scores[below] <= scores[one] + 1e-5).all()
