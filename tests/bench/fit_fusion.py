"""Fit the weight of words: `python -m tests.bench.fit_fusion SETS [SETS ...] [--check SETS]`.

Each SETS is a folder of evaluation sets (see `derive_sets` for how to make some). Prints the
coefficients for knowledge/search/fusion.py, and for every set the nDCG@10 of words, meaning and
both, fitted on all sets and on all but the set itself; sets after `--check` are never fitted on.
Vectors are kept in the folder named by FIT_CACHE, so that a second run encodes nothing.
"""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from knowledge.cases.cases import pieces
from knowledge.cases.views import CaseDraft, SourceView
from knowledge.encoders import runtime
from knowledge.encoders.encoder import Encoder, Vectors
from knowledge.evaluation.beir import EvaluationSet, load
from knowledge.evaluation.metrics import judge
from knowledge.search import fusion
from knowledge.search.expert_ranking import CLOSEST, closest
from knowledge.search.vectors import VectorIndex
from knowledge.text.languages import detect
from knowledge.text.lexical import Postings
from knowledge.text.vectors import Floats

SIGNALS = ("coverage", "missed_mass", "dense_lead")
GRID = np.linspace(-5.0, 5.0, 21)  # log-odds of the weight
_STEP = float(GRID[1] - GRID[0])
_MOST = 250  # questions of one set: more of them change nothing but the time it takes
_SHRINK = 0.0005  # ridge on the standardised coefficients
_FLOOR, _STERN = 0.01, 4.0  # a set that gains less than the floor counts this much more

Array = npt.NDArray[np.float64]


@dataclass
class Measured:
    """One set: signals (q, s) of its questions, nDCG@10 on the grid (q, g), and alone."""

    name: str
    signals: Array
    curves: Array
    lexical: float
    dense: float

    @property
    def best(self) -> float:
        """The nDCG@10 of the better channel alone."""
        return max(self.lexical, self.dense)


class Remembering:
    """An encoder that keeps what it encoded in a folder."""

    def __init__(self, encoder: Encoder, folder: Path | None) -> None:
        self._encoder = encoder
        self.model_id = encoder.model_id
        self.dimension = encoder.dimension
        self._folder = folder

    def encode(self, texts: Sequence[str], kind: str) -> Vectors:
        """Return one row per text; `kind` is `queries` or `documents`."""
        encode = getattr(self._encoder, f"encode_{kind}")
        if self._folder is None:
            return np.asarray(encode(texts), dtype=np.float32)
        joined = "\0".join([self.model_id, kind, *texts]).encode("utf-8", "replace")
        file = self._folder / f"{blake2b(joined, digest_size=12).hexdigest()}.npy"
        if not file.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            np.save(file, encode(texts))
        return np.asarray(np.load(file), dtype=np.float32)


def measure(name: str, data: EvaluationSet, encoder: Remembering) -> Measured:
    """Ask every question of a set once per point of the grid."""
    drafts = [
        CaseDraft(key, title, text, SourceView(""), language=detect(f"{title} {text}"))
        for key, title, text in data.documents
    ]
    texts = [[piece.text for piece in pieces(draft)] or [" "] for draft in drafts]
    matrix = encoder.encode([text for group in texts for text in group], "documents")
    blocks = np.split(matrix, np.cumsum([len(group) for group in texts])[:-1])
    index = VectorIndex.build(blocks, encoder.dimension)
    postings = Postings.build((f"{d.title}\n{d.text}".strip(), d.language) for d in drafts)
    spoken = np.array([postings.spoken.index(d.language) for d in drafts], dtype=np.int16)
    asked = data.questions[:_MOST]
    vectors = encoder.encode([text for _, text in asked], "queries")
    signals, curves, alone = [], [], []
    for (key, text), vector in zip(asked, vectors, strict=True):
        language = detect(text)
        question = postings.question(text, language)
        evidence = fusion.Evidence(
            lexical=postings.scores(question),
            dense=index.scores(vector),
            covered=partial(postings.covered, question),
            mass=question.mass,
            words=len(question.idf),
            language=language,
            languages=postings.spoken,
            spoken=spoken,
            cosines=fusion.cosine_range(encoder.model_id),
        )
        channels = fusion.read(evidence)
        signals.append([getattr(channels.signals, signal) for signal in SIGNALS])
        weights = fusion.share(GRID) if channels.signals.lexical_top else np.zeros(len(GRID))
        curves.append([_ndcg(data, key, channels.blend(float(weight))) for weight in weights])
        alone.append([_ndcg(data, key, evidence.lexical), _ndcg(data, key, evidence.dense)])
    lexical, dense = np.mean(alone, axis=0)
    return Measured(name, np.array(signals), np.array(curves), float(lexical), float(dense))


def _ndcg(data: EvaluationSet, question: str, scores: Floats) -> float:
    names = [document[0] for document in data.documents]
    if not data.candidate_of:
        ranked = [names[row] for row in np.argsort(-scores, kind="stable")[:10]]
        return judge(ranked, data.relevant[question])["ndcg@10"]
    own: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        if name not in data.excluded.get(question, frozenset()):
            own.setdefault(data.candidate_of[name], []).append(row)
    people = {
        who: closest(np.sort(scores[rows])[::-1][:CLOSEST].tolist()) for who, rows in own.items()
    }
    ranked = sorted(people, key=lambda who: -people[who])
    return judge(ranked, data.relevant[question])["ndcg@10"]


def gained(coefficients: Array, signals: Array, curves: Array) -> tuple[float, Array]:
    """Return the mean nDCG@10 of a set under a weight, and its gradient (1 + signals,)."""
    design = np.column_stack([np.ones(len(signals)), signals])
    place = (np.clip(design @ coefficients, GRID[0], GRID[-1] - 1e-6) - GRID[0]) / _STEP
    low = place.astype(int)
    each = np.arange(len(low))
    rise = curves[each, low + 1] - curves[each, low]
    value = curves[each, low] + rise * (place - low)
    inside = (low > 0) & (low < len(GRID) - 2)
    return float(value.mean()), np.asarray((rise * inside / _STEP) @ design / len(low))


def fit(sets: Sequence[Measured]) -> Array:
    """Return bias and coefficients that let every set gain on its better channel.

    Maximises the mean gain over sets, a set below the floor counting more, on curves smoothed
    along the grid so that the objective has a slope; a small ridge keeps coefficients small.
    """
    near = np.exp(-0.5 * ((GRID[:, None] - GRID) / 0.5) ** 2)
    near /= near.sum(axis=0)
    every = np.vstack([one.signals for one in sets])
    shares = np.concatenate([np.full(len(one.signals), 1 / len(one.signals)) for one in sets])
    middle = np.average(every, axis=0, weights=shares)
    spread = np.sqrt(np.average((every - middle) ** 2, axis=0, weights=shares)) + 1e-9
    ready = [((one.signals - middle) / spread, one.curves @ near, one.best) for one in sets]

    def loss(coefficients: Array) -> tuple[float, Array]:
        total = _SHRINK * float((coefficients[1:] ** 2).sum())
        slope = 2 * _SHRINK * np.concatenate([[0.0], coefficients[1:]])
        for signals, curves, best in ready:
            value, gradient = gained(coefficients, signals, curves)
            gain = value - best
            stern = 1 + (_STERN if gain < _FLOOR else 0.0)
            total += (-gain + _STERN * max(0.0, _FLOOR - gain)) / len(ready)
            slope = slope - stern * gradient / len(ready)
        return total, slope

    starts = np.random.default_rng(1).normal(0, 0.5, (6, every.shape[1] + 1))
    tries = [minimize(loss, start, jac=True, method="L-BFGS-B") for start in starts]
    found = min(tries, key=lambda one: float(one.fun)).x
    scaled = found[1:] / spread
    return np.concatenate([[found[0] - scaled @ middle], scaled])


def main() -> None:
    """Measure, fit, and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--check", nargs="*", type=Path, default=[])
    parser.add_argument("--model", default="embedded")
    asked: Any = parser.parse_args()
    cache = os.environ.get("FIT_CACHE")
    encoder = Remembering(runtime.load(asked.model).encoder, Path(cache) if cache else None)
    known = [measure(name, load(*place), encoder) for name, place in _sets(asked.sets)]
    fresh = [measure(name, load(*place), encoder) for name, place in _sets(asked.check)]
    everything = fit(known)
    print("BIAS", everything[0].round(3))
    print("COEFFICIENTS", dict(zip(SIGNALS, everything[1:].round(3).tolist(), strict=True)))
    print("| set | words | meaning | both | without this set |\n|---|---|---|---|---|")
    for one in known:
        others = fit([other for other in known if other is not one])
        both, left = (gained(c, one.signals, one.curves)[0] for c in (everything, others))
        print(f"| {one.name} | {one.lexical:.3f} | {one.dense:.3f} | {both:.3f} | {left:.3f} |")
    for one in fresh:
        both = gained(everything, one.signals, one.curves)[0]
        print(f"| {one.name} (never fitted) | {one.lexical:.3f} | {one.dense:.3f} | {both:.3f} | |")


def _sets(folders: Sequence[Path]) -> list[tuple[str, tuple[Path, str]]]:
    files = [file for folder in folders for file in sorted(folder.glob("*/queries*.jsonl"))]
    return [(f"{file.parent.name}/{file.stem}", (file.parent, file.name)) for file in files]


if __name__ == "__main__":
    main()
