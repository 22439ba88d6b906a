"""How well an offer answers a need, 0 to 1, from the vectors of two short texts.

Questions and cases have ranges of their own (fusion, confidence); a need and an offer are two short
texts, both encoded as questions are, and a multilingual model puts two such texts of one language
closer than two of one meaning. So the directions in which languages differ are taken out of both
first: with the rows of `B` an orthonormal basis of the span of the languages' mean vectors,

    v' = normalise(v - 0.85 (v B^T) B)

and what is left is put on a line that was measured on labelled pairs (`floor`, `ceiling`), or, for
a model that nobody has measured, on one drawn from the needs and offers at hand. The numbers are in
needs_and_offers.json, fitted by tests/bench/fit_needs_and_offers.py; docs/pairing.md has figures.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from knowledge.text.languages import detect
from knowledge.text.vectors import Floats

FILE = Path(__file__).parent / "needs_and_offers.json"
STRENGTH = 0.85
"""How much of the languages is taken out; all of it also takes some of the meaning."""
COUNTED, TOP, TOLD = 0.90, 0.995, 0.98
"""For a model that nobody has measured: the shares of all needs and offers at hand that lie below
the floor, the ceiling, and the line from which a pair is told as a reason."""
FEWEST_TEXTS = 8
"""Texts at hand that a language needs for a mean of its own."""
_LEAST, _APART = 1e-6, 1e-4


@dataclass(frozen=True, slots=True)
class Scale:
    """From cosines to how well an offer answers: 0 up to `floor`, 1 from `ceiling` on.

    From the cosine `told` on a pair may be given to people as a reason to meet. `languages` (k, d)
    has orthonormal rows; k may be 0.
    """

    floor: float
    ceiling: float
    told: float
    languages: Floats

    def plain(self, vectors: Floats) -> Floats:
        """Unit vectors (n, d) without what they owe to their language alone."""
        if not len(self.languages) or not len(vectors):
            return vectors
        return _without(vectors, self.languages)

    def fit(self, cosines: Floats) -> Floats:
        """How well each answers, 0 to 1, for cosines of `plain` vectors, of any shape."""
        scaled = (cosines - np.float32(self.floor)) / np.float32(self.ceiling - self.floor)
        fitting: Floats = np.clip(scaled, 0, 1)
        return fitting


def untouched(dimension: int = 0) -> Scale:
    """The scale of cosines as they are: for vectors that no model made."""
    return Scale(0.0, 1.0, _LEAST, np.zeros((0, dimension), np.float32))


def measured(model: str) -> Scale | None:
    """The scale of a model, named as its vectors are; None where nobody has measured it."""
    name = model.casefold()
    return next((scale for key, scale in _measured().items() if key in name), None)


def scale_for(
    model: str, needs: Sequence[str], offers: Sequence[str], vectors: Mapping[str, Floats]
) -> Scale:
    """The scale of a model, or one drawn from these needs and offers; `vectors` by text."""
    known = measured(model)
    return known if known is not None else drawn(needs, offers, vectors)


def drawn(needs: Sequence[str], offers: Sequence[str], vectors: Mapping[str, Floats]) -> Scale:
    """A scale by rank: the closest tenth of all needs and offers counts, the very closest fully."""
    texts = sorted({*needs, *offers})
    if not needs or not offers:
        return untouched()
    matrix = np.stack([vectors[text] for text in texts]).astype(np.float32)
    spoken = [detect(text) for text in texts]
    means = [
        matrix[[each == code for each in spoken]].mean(axis=0)
        for code in sorted(set(spoken))
        if spoken.count(code) >= FEWEST_TEXTS
    ]
    languages = directions(means, matrix.shape[1])
    plain = _without(matrix, languages) if len(languages) else matrix
    at = {text: row for row, text in enumerate(texts)}
    cosines = plain[[at[text] for text in needs]] @ plain[[at[text] for text in offers]].T
    floor, told, ceiling = np.quantile(cosines, [COUNTED, TOLD, TOP]).tolist()
    if ceiling - floor < _APART:
        # So many are the very closest that they fill the part that counts: all others do not.
        floor = max((each for each in cosines.flat if each < ceiling - _APART), default=ceiling)
    return Scale(
        float(floor),
        max(ceiling, float(floor) + _APART),
        max(told - _LEAST, float(floor) + _LEAST),
        languages,
    )


def directions(means: Sequence[Floats], dimension: int) -> Floats:
    """An orthonormal basis (k, d) of the span of some languages' mean vectors."""
    if not means:
        return np.zeros((0, dimension), np.float32)
    _, sizes, rows = np.linalg.svd(np.stack(means), full_matrices=False)
    basis: Floats = rows[sizes > 1e-3].astype(np.float32)
    return basis


def packed(basis: Floats) -> str:
    """A basis as it stands in the file."""
    return base64.b64encode(basis.astype("<f4").tobytes()).decode("ascii")


def _without(vectors: Floats, languages: Floats) -> Floats:
    left = vectors - np.float32(STRENGTH) * (vectors @ languages.T) @ languages
    lengths = np.linalg.norm(left, axis=1, keepdims=True)
    plain: Floats = (left / np.maximum(lengths, _LEAST)).astype(np.float32)
    return plain


@cache
def _measured() -> dict[str, Scale]:
    return {name: _read(entry) for name, entry in json.loads(FILE.read_text("utf-8")).items()}


def _read(entry: dict[str, str | float | int]) -> Scale:
    raw = np.frombuffer(base64.b64decode(str(entry["languages"])), dtype="<f4")
    return Scale(
        float(entry["floor"]),
        float(entry["ceiling"]),
        float(entry["told"]),
        raw.reshape(-1, int(entry["dimension"])),
    )
