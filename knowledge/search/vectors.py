"""Vectors in memory, every one of them compared: approximate indexes lose answers on e5's cone.

Comparing is bound by how fast memory is read. So a large index turns its vectors towards their own
principal axes and keeps the half of the coordinates that tells them apart beside the rest: every
vector is compared on the first half, and those that come out best on all of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from knowledge.text.vectors import Floats

Bools = NDArray[np.bool_]

MANY = 8_000
"""Vectors from which on not every coordinate is read of every vector."""
COMPARED = 1_000
SHARE_COMPARED = 0.02
"""At least so many vectors, and this share of all, are compared on every coordinate. On 21,000
vectors of multilingual-e5-small the ten nearest of 300 other texts were among the first 1,000."""
_LEARNT_FROM = 20_000
_SLICE = 10_000


@dataclass(frozen=True)
class Axes:
    """An orthogonal turn (d, d), the axis that tells most apart first, and how many rows taught."""

    turn: Floats
    rows: int

    @classmethod
    def learn(cls, matrix: Floats) -> "Axes":
        """The principal axes of the rows of `matrix` (n, d), not centred."""
        some = matrix[:: max(1, len(matrix) // _LEARNT_FROM)]
        _, vectors = np.linalg.eigh(some.T @ some)
        return cls(np.ascontiguousarray(vectors[:, ::-1], dtype=np.float32), len(matrix))

    def split(self, matrix: Floats) -> tuple[Floats, Floats]:
        """The rows of `matrix` (n, d), turned: the first half of the coordinates and the rest."""
        half = self.turn.shape[1] // 2
        near = np.empty((len(matrix), half), dtype=np.float32)
        far = np.empty((len(matrix), self.turn.shape[1] - half), dtype=np.float32)
        for start in range(0, len(matrix), _SLICE):
            turned = matrix[start : start + _SLICE] @ self.turn
            near[start : start + _SLICE] = turned[:, :half]
            far[start : start + _SLICE] = turned[:, half:]
        return near, far


class VectorIndex:
    """One or more unit vectors per document; a document is as near as its nearest vector."""

    def __init__(
        self, near: Floats, far: Floats, sizes: NDArray[np.int64], axes: Axes | None
    ) -> None:
        """Take rows (sum of sizes, d) in two parts, grouped by document: sizes (n,), all >= 1.

        Without `axes` the rows are as they came and `far` is empty. Use `build`.
        """
        self._near = near
        self._far = far
        self._sizes = sizes
        self._axes = axes
        self._starts = np.concatenate(([0], np.cumsum(sizes)[:-1])) if len(sizes) else sizes

    def __len__(self) -> int:
        return len(self._sizes)

    @classmethod
    def build(cls, groups: Sequence[Floats], dimension: int) -> "VectorIndex":
        """Index one (k, d) block per document."""
        sizes = np.array([len(group) for group in groups], dtype=np.int64)
        rows = [group for group in groups if len(group)]
        matrix = np.concatenate(rows) if rows else np.zeros((0, dimension), dtype=np.float32)
        return cls._of(np.ascontiguousarray(matrix, dtype=np.float32), sizes)

    @classmethod
    def _of(cls, matrix: Floats, sizes: NDArray[np.int64]) -> "VectorIndex":
        if len(matrix) < MANY:
            return cls(matrix, matrix[:, :0], sizes, None)
        axes = Axes.learn(matrix)
        return cls(*axes.split(matrix), sizes, axes)

    def with_changes(self, keep: Bools, added: "VectorIndex") -> "VectorIndex":
        """The documents where `keep` (n,) is true, followed by those of `added`."""
        rows = np.repeat(keep, self._sizes)
        sizes = np.concatenate([self._sizes[keep], added._sizes])
        more = added._matrix()
        total = int(rows.sum()) + len(more)
        if self._axes is None or total > 2 * self._axes.rows:
            return self._of(np.concatenate([self._matrix()[rows], more]), sizes)
        near, far = self._axes.split(more)
        return VectorIndex(
            np.concatenate([self._near[rows], near]),
            np.concatenate([self._far[rows], far]),
            sizes,
            self._axes,
        )

    def scores(self, query: Floats) -> Floats:
        """Cosine of `query` (d,) with each document's nearest vector, shape (n,).

        In a large index those of far documents are off by some thousandths.
        """
        if not len(self):
            return np.zeros(0, dtype=np.float32)
        each = self._compared(query)
        if len(each) == len(self):
            return each
        nearest: Floats = np.maximum.reduceat(each, self._starts)
        return nearest

    def cosines(self, query: Floats, rows: NDArray[np.int64]) -> Floats:
        """Cosine of `query` (d,) with the nearest vector of some documents, exact, (len(rows),)."""
        turned = query if self._axes is None else query @ self._axes.turn
        half = self._near.shape[1]
        found = np.empty(len(rows), dtype=np.float32)
        for at, row in enumerate(rows.tolist()):
            own = slice(self._starts[row], self._starts[row] + self._sizes[row])
            each = self._near[own] @ turned[:half]
            if self._axes is not None:
                each = each + self._far[own] @ turned[half:]
            found[at] = each.max()
        return found

    def centres(self, group: NDArray[np.int16], count: int) -> Floats:
        """The mean vector of each of `count` groups of documents, (count, d); 0 for an empty one.

        `group` (n,) is the number of each document's group.
        """
        of_rows = np.repeat(group, self._sizes)
        sizes = np.maximum(np.bincount(of_rows, minlength=count), 1).astype(np.float32)
        chosen = sparse.csr_matrix(
            (np.ones(len(of_rows), np.float32), (of_rows, np.arange(len(of_rows)))),
            shape=(count, len(of_rows)),
        )
        sums = np.hstack([chosen @ self._near, chosen @ self._far]) / sizes[:, None]
        means: Floats = sums.astype(np.float32)
        return means if self._axes is None else means @ self._axes.turn.T

    def _compared(self, query: Floats) -> Floats:
        """Cosine with every vector."""
        if self._axes is None:
            whole: Floats = self._near @ query
            return whole
        turned = query @ self._axes.turn
        half = self._near.shape[1]
        each: Floats = self._near @ turned[:half]
        # A sample tells where the best begin: sorting all of them would cost as much as comparing.
        sample = each[:: max(1, len(each) // _SLICE)]
        count = max(COMPARED, int(SHARE_COMPARED * len(each))) * len(sample) // len(each)
        line = np.partition(sample, -count)[-count]
        best = np.flatnonzero(each >= line)
        each[best] += self._far[best] @ turned[half:]
        return each

    def _matrix(self) -> Floats:
        """The rows as they came (n, d)."""
        if self._axes is None:
            return self._near
        whole: Floats = np.hstack([self._near, self._far]) @ self._axes.turn.T
        return whole
