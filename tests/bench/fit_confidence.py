"""Fit knowledge/search/calibration.json on the labelled questions, and tell how well it does.

Run: python -m tests.bench.fit_confidence [MODEL ...] (default: embedded embedded-english)

The sample library is cut to several sizes, because the best of many documents lies nearer than the
best of few; a question counts as answerable where the library holds a source that answers it. With
EVAL_SETS the everyday questions are also put to larger libraries, which surely do not answer them.
Figures are cross-fitted: each half of the questions is judged by what the other half taught.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.cli.sample import CASES
from bot.settings import read_settings
from knowledge.cases.cases import pieces
from knowledge.cases.views import CaseDraft, SourceView
from knowledge.encoders.encoder import Encoder, SentenceEncoder
from knowledge.evaluation.beir import load
from knowledge.readers.ingest import read_cases
from knowledge.search.confidence import FEWEST, FILE, Curve, crowd
from knowledge.search.documents import Document
from knowledge.search.search import JUDGED, Index, Query, find
from knowledge.text.languages import detect
from knowledge.text.vectors import Floats

QUESTIONS = Path(__file__).parents[1] / "data" / "questions.jsonl"
SIZES = ((3, 15), (20, 6))
"""Cases in a cut library, and how many such libraries are drawn."""
LANGUAGES = ("en", "es", "fr")
FALSE_STRONG, NEAR_STRONG, FALSE_RELATED = 0.01, 0.1, 0.05
"""Share of the everyday questions that may come out as strong, of the professional ones without an
answer that may, and of the everyday ones that may come out as related or strong."""


@dataclass(frozen=True)
class Observation:
    """One question put to one library: (cosine, ln(1 + covered mass), crowd) of what is shown."""

    question: dict[str, Any]
    size: int
    label: str
    shown: NDArray[np.float64]


def main() -> None:
    names = sys.argv[1:] or ["embedded", "embedded-english"]
    table: dict[str, Any] = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    for name in names:
        encoder = SentenceEncoder(name)
        print(f"== {name}")
        seen = list(observe(encoder))
        key = encoder.model_id.partition(":")[0]
        spoken = LANGUAGES if name != "embedded-english" else ("en",)
        table[key] = fit(seen, spoken)
        report(seen, spoken)
    table["*"] = unmeasured()
    FILE.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", "utf-8")


def observe(encoder: Encoder) -> Iterator[Observation]:
    """Every labelled question in libraries of every size."""
    questions = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    vectors = encoder.encode_queries([question["text"] for question in questions])
    drafts = [draft for draft in read_cases(CASES) if isinstance(draft, CaseDraft)]
    documents = _documents(drafts, encoder)
    sources = [draft.source.url for draft in drafts]
    draw = np.random.default_rng(20261123)
    chosen = [np.arange(len(drafts))]
    for size, times in SIZES:
        chosen += [draw.choice(len(drafts), size, replace=False) for _ in range(times)]
    for rows in chosen:
        index = Index.build([documents[row] for row in rows], encoder.dimension)
        held = {sources[row] for row in rows}
        yield from _asked(index, questions, vectors, encoder.model_id, held)
    for more in _larger(encoder):
        index = Index.build([*documents, *more], encoder.dimension)
        for one in _asked(index, questions, vectors, encoder.model_id, set(sources)):
            # Nobody read these libraries for answers to the professional questions.
            yield replace(one, label="elsewhere") if one.label == "near" else one


def _asked(
    index: Index,
    questions: Sequence[dict[str, Any]],
    vectors: Floats,
    model: str,
    held: set[str],
) -> Iterator[Observation]:
    for question, vector in zip(questions, vectors, strict=True):
        language = detect(question["text"], question["language"])
        found = find(index, Query(question["text"], language, vector), model=model)
        words = index.postings.question(question["text"], language)
        rows = found.order[:JUDGED]
        mass = np.log1p(index.postings.covered(words, rows) * words.mass)
        label = question["label"]
        if label == "on" and not held.intersection(question["answers"]):
            label = "elsewhere"
        size = np.full(len(rows), crowd(len(index)))
        yield Observation(
            question, len(index), label, np.stack([found.dense[rows], mass, size], axis=1)
        )


def _documents(drafts: Sequence[CaseDraft], encoder: Encoder) -> list[Document]:
    groups = [[piece.text for piece in pieces(draft)] for draft in drafts]
    matrix = encoder.encode_documents([text for group in groups for text in group])
    blocks = np.split(matrix, np.cumsum([len(group) for group in groups])[:-1])
    return [
        Document(number, draft.language, f"{draft.title}\n{draft.text}", block)
        for number, (draft, block) in enumerate(zip(drafts, blocks, strict=True))
    ]


def _larger(encoder: Encoder) -> Iterator[list[Document]]:
    folder = read_settings().eval_sets
    if folder is None:
        print("EVAL_SETS is not set: larger libraries were left out.")
        return
    drafts: list[CaseDraft] = []
    for name in ("fds_use_cases", "sunlight_policy_passages"):
        if (folder / name).is_dir():
            drafts += [
                CaseDraft(number, title, text, SourceView(""), language="en")
                for number, title, text in load(folder / name).documents
            ]
            yield _documents(drafts, encoder)


def fit(seen: Sequence[Observation], spoken: Sequence[str]) -> dict[str, Any]:
    """One entry of calibration.json."""
    weights = _weights(seen)
    curves = {}
    for language in spoken:
        own = [one for one in seen if one.question["language"] == language]
        if len({one.question["id"] for one in own if one.label in ("on", "off")}) >= FEWEST:
            curves[language] = _curve(own, weights)
    return {
        "cosine": round(float(weights[0]), 3),
        "mass": round(float(weights[1]), 3),
        "crowd": round(float(weights[2]), 3),
        "pooled": _curve(seen, weights),
        "languages": curves,
    }


def _chance(one: Observation, weights: NDArray[np.float64], entry: dict[str, Any]) -> float:
    curve = Curve(**entry["languages"].get(one.question["language"], entry["pooled"]))
    evidence = float((one.shown @ weights).max())
    return float(1 / (1 + np.exp(-(curve.slope * evidence + curve.intercept))))


def _weights(seen: Sequence[Observation]) -> NDArray[np.float64]:
    """Logistic regression on the best of what is shown, answered and not weighing the same.

    Each language has an intercept of its own here: otherwise the regression would use the words
    to tell languages apart, and the curves per language do that better.
    """
    used = [one for one in seen if one.label in ("on", "off")]
    sign = np.array([1 if one.label == "on" else -1 for one in used])
    share = _shares(used)
    spoken = sorted({one.question["language"] for one in used})
    own = np.array([[one.question["language"] == code for code in spoken] for one in used], float)
    weights = np.array([60.0, 0.6, -1.0])
    for _ in range(4):  # which of the shown is best depends on the weights, so a few rounds
        best = np.array([one.shown[int(np.argmax(one.shown @ weights))] for one in used])
        spread = best.std(axis=0) + 1e-9
        features = np.hstack([(best - best.mean(axis=0)) / spread, own])

        def loss(beta: NDArray[np.float64], features: NDArray[np.float64] = features) -> float:
            margin = sign * (features @ beta)
            return float((share * np.logaddexp(0, -margin)).sum() + 1e-3 * (beta[:3] ** 2).sum())

        weights = minimize(loss, np.zeros(features.shape[1]), method="BFGS").x[:3] / spread
    return np.asarray(weights)


def _curve(own: Sequence[Observation], weights: NDArray[np.float64]) -> dict[str, Any]:
    """The curve of some questions, and the lines above which an answer is related or strong."""
    used = [one for one in own if one.label in ("on", "off")]
    evidence = np.array([(one.shown @ weights).max() for one in used])
    sign = np.array([1 if one.label == "on" else -1 for one in used])
    share, centre = _shares(used), float(evidence.mean())

    def loss(beta: NDArray[np.float64]) -> float:
        margin = sign * (beta[0] * (evidence - centre) + beta[1])
        return float((share * np.logaddexp(0, -margin)).sum() + 1e-3 * (beta[0] - 1) ** 2)

    slope, at_centre = minimize(loss, np.array([1.0, 0.0]), method="BFGS").x
    intercept = at_centre - slope * centre
    whole = [one for one in own if one.size > max(size for size, _ in SIZES)]

    def chances(label: str) -> NDArray[np.float64]:
        best = [(one.shown @ weights).max() for one in whole if one.label == label] or [0.0]
        return np.asarray(1 / (1 + np.exp(-(slope * np.array(best) + intercept))))

    off, near = chances("off"), chances("near")
    strong = max(np.quantile(off, 1 - FALSE_STRONG), np.quantile(near, 1 - NEAR_STRONG))
    return {
        "slope": round(float(slope), 4),
        "intercept": round(float(intercept), 4),
        "questions": len({one.question["id"] for one in used}),
        "related": round(float(np.quantile(off, 1 - FALSE_RELATED)), 3),
        "strong": round(float(strong), 3),
    }


def _shares(used: Sequence[Observation]) -> NDArray[np.float64]:
    """A library weighs by the root of its size: more is asked where more is written."""
    counts: dict[tuple[int, str], int] = {}
    for one in used:
        counts[one.size, one.label] = counts.get((one.size, one.label), 0) + 1
    each = np.array([one.size**0.5 / counts[one.size, one.label] for one in used])
    normal: NDArray[np.float64] = each / each.sum()
    return normal


def unmeasured() -> dict[str, Any]:
    """For models that nobody measured: words alone decide, and nothing is ever called strong."""
    curve = {"slope": 2.0, "intercept": -2.0, "questions": 0, "related": 0.5, "strong": 1.0}
    return {"cosine": 0.0, "mass": 1.0, "crowd": 0.0, "pooled": curve, "languages": {}}


def report(seen: Sequence[Observation], spoken: Sequence[str]) -> None:
    """AUC with a bootstrap interval, and what each kind of question comes out as."""
    halves = ("fit", "held")
    taught = {
        half: fit([one for one in seen if one.question["split"] != half], spoken) for half in halves
    }

    def chance(one: Observation) -> float:
        entry = taught[one.question["split"]]
        weights = np.array([entry["cosine"], entry["mass"], entry["crowd"]])
        return _chance(one, weights, entry)

    sizes = sorted({one.size for one in seen})
    for size in sizes:
        for language in (*spoken, "other"):
            group = [
                one
                for one in seen
                if one.size == size
                and (
                    one.question["language"] == language
                    or (language == "other" and one.question["language"] not in spoken)
                )
            ]
            on = np.array([chance(one) for one in group if one.label == "on"])
            off = np.array([chance(one) for one in group if one.label == "off"])
            if not len(on) or not len(off):
                continue
            low, high = interval(on, off)
            shares = {
                label: outcome([one for one in group if one.label == label], chance, taught)
                for label in ("on", "near", "elsewhere", "off")
            }
            print(
                f"{size:5d} cases {language:5s} n={len(on)}+{len(off)} "
                f"AUC {auc(on, off):.3f} [{low:.3f}, {high:.3f}]  strong/related: {shares}"
            )


def outcome(
    group: Sequence[Observation],
    chance: Callable[[Observation], float],
    taught: dict[str, dict[str, Any]],
) -> str:
    """Share of questions that come out as strong, and as related."""
    if not group:
        return "-"
    strong = related = 0
    for one in group:
        value, entry = chance(one), taught[one.question["split"]]
        own = one.question["language"] in entry["languages"]
        curve = entry["languages"].get(one.question["language"], entry["pooled"])
        is_strong = value >= curve["strong"] and own
        strong += is_strong
        related += value >= curve["related"] and not is_strong
    return f"{strong / len(group):.2f}/{related / len(group):.2f}"


def auc(on: NDArray[np.float64], off: NDArray[np.float64]) -> float:
    """Chance that an answerable question scores above another (Mann and Whitney 1947)."""
    above = (on[:, None] > off[None]).mean()
    return float(above + 0.5 * (on[:, None] == off[None]).mean())


def interval(on: NDArray[np.float64], off: NDArray[np.float64]) -> tuple[float, float]:
    """95 % bootstrap interval of the AUC."""
    draw = np.random.default_rng(7)
    values = [auc(draw.choice(on, len(on)), draw.choice(off, len(off))) for _ in range(500)]
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


if __name__ == "__main__":
    main()
