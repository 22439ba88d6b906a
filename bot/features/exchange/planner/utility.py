"""What a meeting of two is worth, from what they need, offer and do.

    value = 0.70 exchange + 0.20 context + 0.10 experience        (each between 0 and 1)

- exchange: the mean of two directions, A's needs met by B's offers and the reverse. A direction
  is the mean over the needs of how well the best offer answers, 0 to 1 on the model's scale
  (knowledge/search/needs_and_offers.py); without needs or offers it is 0.
- context: the share of level, population band, region that is alike, among what both have told.
- experience: 1 where one step of seniority lies between them, 1/2 for the same step, else 0;
  seniority that is not told is read from the size of the data staff.

The weights say what the exchange is for, learning from what the other has done; they were chosen,
not fitted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.features.exchange.planner.model import Matrix
from bot.features.exchange.planner.participants import Facts
from knowledge.search.needs_and_offers import Scale, scale_for, untouched
from knowledge.vocabulary import StaffBand

Vectors = NDArray[np.float32]
EXCHANGE, CONTEXT, EXPERIENCE = 0.70, 0.20, 0.10
COSINES = untouched()
"""Cosines as they are: for vectors that no model made."""
_BLOCK = 256


@dataclass(frozen=True, slots=True)
class Exchange:
    """What each member needs and offers as plain unit vectors (k, d), and the scale they are on."""

    needs: Sequence[Vectors]
    offers: Sequence[Vectors]
    scale: Scale


def exchange_of(
    model: str,
    needs: Sequence[Sequence[str]],
    offers: Sequence[Sequence[str]],
    vectors: Mapping[str, Vectors],
) -> Exchange:
    """Members' needs and offers on the scale of `model`; `vectors` (d,) by text, of all of them."""
    scale = scale_for(
        model,
        [text for own in needs for text in own],
        [text for own in offers for text in own],
        vectors,
    )
    dimension = next((len(vector) for vector in vectors.values()), 1)

    def plain(texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, dimension), dtype=np.float32)
        return scale.plain(np.stack([vectors[text] for text in texts]).astype(np.float32))

    return Exchange([plain(own) for own in needs], [plain(own) for own in offers], scale)


def pair_values(
    members: Sequence[Facts],
    needs: Sequence[Vectors],
    offers: Sequence[Vectors],
    scale: Scale = COSINES,
) -> Matrix:
    """(n, n) symmetric values between 0 and 1, rounded to six digits, the diagonal 0.

    `needs` and `offers` hold per member unit vectors, float32 (k, d) with k >= 0, made plain by
    `scale`.
    """
    if not members:
        return np.zeros((0, 0))
    met = best_matches(needs, offers, scale)
    whole = (met + met.T) * (EXCHANGE / 2)
    whole += _context(members) * CONTEXT
    whole += _experience(members) * EXPERIENCE
    np.fill_diagonal(whole, 0)
    exact: Matrix = whole.astype(np.float64)
    return np.round(exact, 6, out=exact)


def best_matches(
    needs: Sequence[Vectors], offers: Sequence[Vectors], scale: Scale = COSINES
) -> Vectors:
    """(n, n): the mean over the row's needs of how well the column's best offer answers; else 0."""
    count = len(needs)
    found = np.zeros((count, count), dtype=np.float32)
    giving = [at for at, vectors in enumerate(offers) if len(vectors)]
    if not giving:
        return found
    supply = np.concatenate([offers[at] for at in giving])
    starts = np.cumsum([0, *(len(offers[at]) for at in giving[:-1])])
    asking = [at for at, vectors in enumerate(needs) if len(vectors)]
    for begin in range(0, len(asking), _BLOCK):
        block = asking[begin : begin + _BLOCK]
        cosines = np.concatenate([needs[at] for at in block]) @ supply.T
        best = scale.fit(np.maximum.reduceat(cosines, starts, axis=1))
        edges = np.cumsum([0, *(len(needs[at]) for at in block[:-1])])
        sums = np.add.reduceat(best, edges, axis=0)
        sizes = np.array([len(needs[at]) for at in block])
        found[np.ix_(block, giving)] = sums / sizes[:, None]
    return found


def _context(members: Sequence[Facts]) -> Vectors:
    """The share of the facts told by both that are alike; 0 where none is."""
    alike = np.zeros((len(members), len(members)), dtype=np.float32)
    told = np.zeros_like(alike)
    for words in (
        [str(member.level or "") for member in members],
        [str(member.population or "") for member in members],
        [member.region for member in members],
    ):
        _, codes = np.unique(np.array(words, dtype=np.str_), return_inverse=True)
        given = np.array([bool(word) for word in words])
        both = given[:, None] & given[None, :]
        told += both
        alike += both & (codes[:, None] == codes[None, :])
    alike /= np.maximum(told, 1)
    return alike


def seniority(member: Facts) -> int | None:
    """The member's step, or else that of their office: 0 for the smallest data staff to 3."""
    if member.seniority is not None or member.staff is None:
        return member.seniority
    return list(StaffBand).index(member.staff)


def _experience(members: Sequence[Facts]) -> Vectors:
    told = [seniority(member) for member in members]
    steps = np.array([np.nan if step is None else step for step in told], dtype=np.float32)
    apart = np.abs(steps[:, None] - steps[None, :])
    return np.asarray((apart == 1) + (apart == 0) * np.float32(0.5), dtype=np.float32)
