"""What readers' votes on a case may change in the order of an answer: a little, and never alone."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from knowledge.text.vectors import Floats

BOUND = 0.08
"""The most that votes add to or take from a fused score, whose best is 1 and average 0."""
DOUBT = 8.0
"""Votes, half of them helpful, that each case is taken to have had before anybody voted."""


def prior(helpful: int, others: int) -> float:
    """What `helpful` and `others` (not helpful) votes add to a case's fused score.

    In [-BOUND, BOUND] and 0 without votes. The share of helpful votes is shrunk towards one half
    by DOUBT invented votes, the mean of a Beta posterior with a symmetric prior (Gelman et al.,
    Bayesian Data Analysis, 2013, section 2.4), so that a single vote moves little: one adds a
    ninth of the bound, eight of one mind half of it.

    Raises ValueError for a negative number of votes.
    """
    if helpful < 0 or others < 0:
        raise ValueError("votes are counted from 0")
    return BOUND * (helpful - others) / (helpful + others + DOUBT)


def priors(votes: Mapping[int, tuple[int, int]]) -> dict[int, float]:
    """`prior` of each case that has votes: number -> (helpful, others)."""
    return {number: prior(*counted) for number, counted in votes.items() if any(counted)}


def column(ids: NDArray[np.int64], known: Mapping[int, float]) -> Floats:
    """The priors of the documents `ids` (n,) as a column (n,), 0 where there is none.

    Whatever stands in `known` is kept within the bound.
    """
    found = np.zeros(len(ids), dtype=np.float32)
    for number, value in known.items():
        found[ids == number] = np.clip(value, -BOUND, BOUND)
    return found
