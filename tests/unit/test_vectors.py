"""Vectors in memory: the nearest are found, in small libraries and in large ones."""

import numpy as np
import pytest

from knowledge.search.vectors import MANY, VectorIndex
from knowledge.text.vectors import Floats

DIMENSION = 64


def cone(count: int, seed: int) -> Floats:
    """Unit vectors on a narrow cone with a few strong directions, as of a sentence model."""
    draw = np.random.default_rng(seed)
    axis = draw.standard_normal(DIMENSION)
    spread = draw.standard_normal((count, DIMENSION)) * np.geomspace(1, 0.05, DIMENSION)
    vectors = 6 * axis / np.linalg.norm(axis) + spread
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def exact(blocks: list[Floats], query: Floats) -> Floats:
    return np.array([float((block @ query).max()) for block in blocks], dtype=np.float32)


@pytest.mark.parametrize("count", [1, 2, 3, 200])
def test_a_small_index_is_exact(count: int) -> None:
    blocks = [cone(1 + number % 3, number) for number in range(count)]
    query = cone(1, 999)[0]
    scores = VectorIndex.build(blocks, DIMENSION).scores(query)
    assert scores == pytest.approx(exact(blocks, query), abs=1e-5)


def test_an_empty_index_has_no_scores() -> None:
    assert VectorIndex.build([], DIMENSION).scores(cone(1, 1)[0]).shape == (0,)


def test_a_large_index_finds_the_ten_nearest_with_their_exact_cosines() -> None:
    rows = cone(MANY + 2_000, 5)
    blocks = [rows[at : at + 2] for at in range(0, len(rows), 2)]
    index = VectorIndex.build(blocks, DIMENSION)
    for query in cone(20, 77):
        wanted = exact(blocks, query)
        nearest = np.argsort(-wanted)[:10]
        scores = index.scores(query)
        assert scores[nearest] == pytest.approx(wanted[nearest], abs=1e-4)
        assert set(np.argsort(-scores)[:10]) == set(nearest)


def test_changes_keep_a_large_index_right() -> None:
    rows = cone(MANY + 500, 6)
    index = VectorIndex.build([rows[at : at + 1] for at in range(len(rows))], DIMENSION)
    keep = np.ones(len(rows), dtype=bool)
    keep[::7] = False
    added = cone(3, 8)
    changed = index.with_changes(keep, VectorIndex.build([added[:1], added[1:]], DIMENSION))
    kept = [rows[at : at + 1] for at in np.flatnonzero(keep)]
    wanted = exact([*kept, added[:1], added[1:]], added[2])
    scores = changed.scores(added[2])
    assert len(changed) == len(kept) + 2
    assert int(np.argmax(scores)) == int(np.argmax(wanted)) == len(changed) - 1
