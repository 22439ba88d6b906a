"""Vectors in memory, compared exactly: approximate indexes lose answers on e5's narrow cone."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.views import Floats

Bools = NDArray[np.bool_]


class VectorIndex:
    """One or more unit vectors per document; a document is as near as its nearest vector."""

    def __init__(self, matrix: Floats, sizes: NDArray[np.int64]) -> None:
        """Take rows (sum of sizes, d), grouped by document, and how many each of n has (>= 1)."""
        self._matrix = matrix
        self._sizes = sizes
        self._starts = np.concatenate(([0], np.cumsum(sizes)[:-1])) if len(sizes) else sizes

    def __len__(self) -> int:
        return len(self._sizes)

    @classmethod
    def build(cls, groups: Sequence[Floats], dimension: int) -> "VectorIndex":
        """Index one (k, d) block per document."""
        sizes = np.array([len(group) for group in groups], dtype=np.int64)
        rows = [group for group in groups if len(group)]
        matrix = np.concatenate(rows) if rows else np.zeros((0, dimension), dtype=np.float32)
        return cls(np.ascontiguousarray(matrix, dtype=np.float32), sizes)

    def with_changes(self, keep: Bools, added: "VectorIndex") -> "VectorIndex":
        """The documents where `keep` (n,) is true, followed by those of `added`."""
        rows = np.repeat(keep, self._sizes)
        return VectorIndex(
            np.concatenate([self._matrix[rows], added._matrix]),
            np.concatenate([self._sizes[keep], added._sizes]),
        )

    def scores(self, query: Floats) -> Floats:
        """Cosine of `query` (d,) with each document's nearest vector, shape (n,)."""
        if not len(self):
            return np.zeros(0, dtype=np.float32)
        each: Floats = self._matrix @ query
        if len(each) == len(self):
            return each
        nearest: Floats = np.maximum.reduceat(each, self._starts)
        return nearest
