"""How much words and how much meaning count, decided for each question.

No fixed weight serves every library: on policy texts full of set phrases words beat meaning two to
one, on paraphrased or translated questions it is the other way round. So each question carries its
own weight, read from what the two channels say about themselves. Both channels are put on one
scale, the best document 1 and the average document 0, and the fused score of a document is
`weight * words + (1 - weight) * meaning`. The weight is a logistic function of the `Signals` below;
its coefficients were fitted on development sets by `tests/bench/fit_fusion.py` (docs/matching.md).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

_TOP = 10  # what a member may see: the part of a ranking that signals are read from
_HEAD = 3
_TINY = 1e-6


@dataclass(frozen=True)
class CosineRange:
    """Where a model's cosines lie: documents off the topic (mean, spread) and on it (median)."""

    off: float
    spread: float
    on: float


# Off and on are medians over questions without an answer and with one; the spread is the median
# deviation of a question's cosines over the development sets. They stand in where a library is so
# small that its own distribution says nothing; for a model not named here they are a rough guess.
COSINE_RANGES = {
    "multilingual-e5-small": CosineRange(off=0.776, spread=0.020, on=0.838),
    "all-minilm-l6-v2": CosineRange(off=0.14, spread=0.09, on=0.41),
}
UNKNOWN_MODEL = CosineRange(off=0.3, spread=0.12, on=0.6)


def cosine_range(model: str) -> CosineRange:
    """Return the range of the model whose name is part of `model`, or a wide one."""
    name = model.casefold()
    return next((known for key, known in COSINE_RANGES.items() if key in name), UNKNOWN_MODEL)


@dataclass(frozen=True)
class Evidence:
    """What the two channels say on one question; row i is the same document in every array."""

    lexical: Floats  # (n,) BM25, not negative, 0 where no word is shared
    dense: Floats  # (n,) cosine of the closest vector of each document
    covered: Callable[[Rows], Floats]  # rows -> share of the question's idf mass that each holds
    mass: float  # idf mass of the question
    words: int = 0  # distinct words of the question that count
    language: str = "und"  # of the question
    languages: tuple[str, ...] = ()  # of the documents, by number
    spoken: npt.NDArray[np.int16] | None = None  # (n,) number of each document's language
    cosines: CosineRange = UNKNOWN_MODEL
    most: float = 1.0  # what the words may weigh at most


@dataclass(frozen=True)
class Signals:
    """What one question tells of its two channels; all finite, 0 where there is nothing to read."""

    documents: int
    words: int
    coverage: float  # share of the question's idf mass in the best lexical document, 0 to 1
    covered_mass: float  # ln(1 + that mass in nats)
    missed: float  # how much less of it the three closest in meaning hold than the best in words;
    # half as much where the closest are in another language
    missed_mass: float  # the same, times `covered_mass`
    lexical_top: float  # BM25 of the best document
    lexical_z: float  # its distance from the mean document, in standard deviations
    dense_top: float  # cosine of the closest document
    dense_level: float  # the same, 0 = typically off the topic, 1 = typically on it
    dense_z: float  # its distance from the mean document, in standard deviations
    dense_lead: float  # its distance from the tenth, in standard deviations
    dense_of_lexical: float  # mean dense z of the three best lexical documents
    agreement: float  # share of documents that both channels put among their first ten
    foreign: float  # share of documents in another language than the question's


@dataclass(frozen=True)
class Channels:
    """Words and meaning on one scale, (n,) each: the best document 1, the average one 0."""

    words: Floats
    meaning: Floats
    elsewhere: npt.NDArray[np.bool_] | None  # (n,) known to be in another language, None for none
    signals: Signals
    heights: Floats  # (n,) see Fused

    def blend(self, weight: float) -> Floats:
        """Return the scores (n,) with `weight`, 0 to 1, for words and the rest for meaning.

        A document in another language than the question can hardly share its words: that it
        does not counts only half against it.
        """
        blended = np.float32(weight) * self.words + np.float32(1 - weight) * self.meaning
        if self.elsewhere is None:
            return blended
        excused = np.float32(1 - weight * _ABSENCE) * self.meaning
        return np.where(self.elsewhere, np.maximum(blended, excused), blended)


@dataclass(frozen=True)
class Fused:
    """Fused scores (n,), comparable within one question; the best possible is 1."""

    scores: Floats
    weight: float  # of the words, 0 to 1; the rest is the weight of meaning
    signals: Signals
    heights: Floats  # (n,) in meaning: standard deviations above the mean document


# Log-odds of the weight: a constant, and what each signal adds to it per unit. Printed by
# tests/bench/fit_fusion.py.
BIAS = -0.864
COEFFICIENTS = {
    "coverage": 4.616,
    "missed_mass": 1.857,
    "dense_lead": -1.062,
}
_ABSENCE = 0.5  # how much of its weight a missing word keeps in another language
_LIMIT = 5.0  # of the log-odds: beyond it one channel has all the say

# How many documents of its own a library needs before its distribution outweighs the model's range.
_LEXICAL_PRIOR, _DENSE_PRIOR, LANGUAGE_PRIOR = 3, 8, 10


def fuse(evidence: Evidence) -> Fused:
    """Return one score per document from both channels, and how the question weighed them.

    Works in O(n); the scores are finite whatever comes in, and empty without documents.
    """
    channels = read(evidence)
    weight = min(lexical_weight(channels.signals), evidence.most)
    return Fused(channels.blend(weight), weight, channels.signals, channels.heights)


def read(evidence: Evidence) -> Channels:
    """Return both channels on one scale and the signals of the question, not yet weighed."""
    lexical = np.nan_to_num(evidence.lexical.astype(np.float32))
    dense = _one_cone(np.nan_to_num(evidence.dense.astype(np.float32)), evidence)
    meaning, mean, spread = _scaled_dense(dense, evidence.cosines)
    signals = _signals(evidence, lexical, dense, mean, spread)
    heights = (dense - np.float32(mean)) / np.float32(spread)
    return Channels(_scaled_lexical(lexical), meaning, _elsewhere(evidence), signals, heights)


def lexical_weight(signals: Signals) -> float:
    """Return the share of the fused score that words have for a question, 0 to 1."""
    if signals.lexical_top <= 0:
        return 0.0
    odds = BIAS + sum(getattr(signals, name) * each for name, each in COEFFICIENTS.items())
    return float(share(np.array(odds)))


def share(odds: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the logistic share, 0 to 1, for log-odds of any shape."""
    return 1 / (1 + np.exp(-np.clip(odds, -_LIMIT, _LIMIT)))


def _one_cone(dense: Floats, evidence: Evidence) -> Floats:
    """Take out most of what a model gives to documents for their language alone.

    A multilingual model places texts of one language a little closer together, so that a question
    would find documents of its own language before better ones in another. The mean of each
    language is moved towards the common mean, less so where a language has few documents.
    """
    if evidence.spoken is None or len(evidence.languages) < 2 or not dense.size:
        return dense
    groups = len(evidence.languages)
    counts = np.bincount(evidence.spoken, minlength=groups).astype(np.float64)
    sums = np.bincount(evidence.spoken, weights=dense, minlength=groups)
    shift = sums / np.maximum(counts, 1) - float(dense.mean())
    shift *= counts / (counts + LANGUAGE_PRIOR)
    shift[[code == "und" for code in evidence.languages]] = 0
    return dense - shift.astype(np.float32)[evidence.spoken]


def _scaled_lexical(lexical: Floats) -> Floats:
    """Return BM25 with the best document at 1 and the average one at 0; all 0 without a hit."""
    top = float(lexical.max(initial=0.0))
    if top <= _TINY:
        return np.zeros_like(lexical)
    mean = float(lexical.sum(dtype=np.float64)) / (len(lexical) + _LEXICAL_PRIOR)
    return (lexical - np.float32(mean)) / np.float32(top - mean)


def _scaled_dense(dense: Floats, cosines: CosineRange) -> tuple[Floats, float, float]:
    """Return cosines with the best document at 1 and the average one at 0; mean and deviation.

    In a library of a few documents mean and deviation lean on the model's own range.
    """
    if not len(dense):
        return dense, cosines.off, cosines.spread
    known = len(dense) / (len(dense) + _DENSE_PRIOR)
    mean = known * float(dense.mean(dtype=np.float64)) + (1 - known) * cosines.off
    variance = known * float(dense.var(dtype=np.float64)) + (1 - known) * cosines.spread**2
    reach = max(float(dense.max()) - mean, cosines.spread / 2)
    scaled = (dense - np.float32(mean)) / np.float32(reach)
    return scaled, mean, max(float(np.sqrt(variance)), _TINY)


def _first(scores: Floats, count: int) -> Rows:
    """Return the rows of the `count` highest scores, best first, equal ones by row."""
    count = min(count, len(scores))
    if not count:
        return np.zeros(0, dtype=np.int64)
    rows = np.arange(len(scores), dtype=np.int64)
    if count < len(scores):
        rows = np.sort(np.argpartition(-scores, count - 1)[:count])
    return rows[np.argsort(-scores[rows], kind="stable")]


def _signals(
    evidence: Evidence, lexical: Floats, dense: Floats, mean: float, spread: float
) -> Signals:
    """Return the signals of one question; `mean` and `spread` are of the dense scores."""
    if not len(dense):
        return Signals(0, evidence.words, *([0.0] * 13))
    by_meaning = _first(dense, _TOP)
    by_words = _first(lexical, _TOP)
    by_words = by_words[lexical[by_words] > _TINY]
    top = float(dense[by_meaning[0]])
    tenth = float(dense[by_meaning[-1]]) if len(by_meaning) == _TOP else mean
    cosines = evidence.cosines
    raw_top = float(np.nan_to_num(evidence.dense).max())
    found = bool(len(by_words))
    elsewhere = _elsewhere(evidence)
    held = evidence.covered(by_words[:_HEAD]) if found else np.zeros(1, np.float32)
    near = evidence.covered(by_meaning[:_HEAD]) if found else np.zeros(1, np.float32)
    coverage = float(held[0])
    covered_mass = float(np.log1p(coverage * evidence.mass))
    lacks = held.mean() - near
    if elsewhere is not None and found:
        lacks = lacks * np.where(elsewhere[by_meaning[:_HEAD]], _ABSENCE, 1.0)
    missed = float(lacks.mean())
    deviation = float(lexical.std()) + _TINY
    return Signals(
        documents=len(dense),
        words=evidence.words,
        coverage=coverage,
        covered_mass=covered_mass,
        missed=missed,
        missed_mass=missed * covered_mass,
        lexical_top=float(lexical[by_words[0]]) if found else 0.0,
        lexical_z=float((lexical.max() - lexical.mean()) / deviation) if found else 0.0,
        dense_top=raw_top,
        dense_level=(raw_top - cosines.off) / (cosines.on - cosines.off),
        dense_z=(top - mean) / spread,
        dense_lead=(top - tenth) / spread,
        dense_of_lexical=(float(dense[by_words[:_HEAD]].mean()) - mean) / spread if found else 0.0,
        agreement=len(np.intersect1d(by_words, by_meaning)) / len(by_meaning),
        foreign=0.0 if elsewhere is None else float(elsewhere.mean()),
    )


def _elsewhere(evidence: Evidence) -> npt.NDArray[np.bool_] | None:
    """Return which documents are known to be in another language than the question, or None."""
    if evidence.language == "und" or evidence.spoken is None:
        return None
    other = [code not in (evidence.language, "und") for code in evidence.languages]
    return np.array(other, dtype=bool)[evidence.spoken] if any(other) else None
