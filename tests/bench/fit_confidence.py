"""Fit knowledge/search/calibration.json on the labelled questions, and tell how well it does.

Run: python -m tests.bench.fit_confidence [MODEL ...] (default: embedded embedded-english)

The sample library is cut to several sizes, because the best of many documents lies nearer than the
best of few; a question counts as answerable where the library holds a source that answers it. With
EVAL_SETS the everyday questions are also put to larger libraries, which surely do not answer them.
What is written is learnt from the questions whose split is `fit` alone; the figures printed are
cross-fitted: each part of the questions is judged by what the other part taught.
"""

import argparse
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.settings import read_settings
from knowledge.cases.views import CaseDraft
from knowledge.encoders import runtime
from knowledge.encoders.encoder import Encoder
from knowledge.search import reference
from knowledge.search.confidence import CERTAIN, FILE, Signs
from knowledge.search.documents import Document, Query
from knowledge.search.search import JUDGED, Index, find
from tests.bench.labelled import Asked, documents, library, queries, questions, unread
from tests.bench.matching import Kept

SIZES = ((3, 15), (20, 6), (68, 3))
"""Cases in a cut library, and how many such libraries are drawn."""
LARGER = ("fds_use_cases", "sunlight_policy_passages")
"""Sets that are added to the sample, one after the other."""
LANGUAGES = ("en", "es", "fr")
FALSE_RELATED = 0.04
"""Share of the everyday questions that may come out as related."""
RIGHT_STRONG = 0.95
"""Share of the cases said to match closely that are labelled as answers."""
SIGNS = tuple(field.name for field in fields(Signs))
TOPIC = ("above", "cosine", "mass", "everyday", "crowd", "field")
ANSWER = ("above", "cosine", "mass", "everyday", "crowd", "height", "lead", "words_lead")
UNANSWERED = 0.03
"""What a question of the field that a library does not answer weighs beside an everyday one: that
it is shown something nearby is right, but in a library of three cases not always."""


@dataclass(frozen=True)
class Observation:
    """One question put to one library: the signs of the first documents, and which answer it."""

    question: Asked
    size: int
    label: str
    shown: NDArray[np.float64]
    """(documents, signs)"""
    right: bool
    """Whether the first document is labelled as an answer."""
    across: bool
    """Whether it is in another language than the question."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", default=["embedded", "embedded-english"])
    asked: Any = parser.parse_args()
    table: dict[str, Any] = json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}
    for name in asked.models:
        encoder = Kept(runtime.load(name).encoder, Path("var") / "fit")
        print(f"== {name}")
        key = encoder.model_id.partition(":")[0].removeprefix("sentence-transformers/").casefold()
        entry = table.setdefault(key, {})
        # The small English model reads nothing else: other questions would only blur its lines.
        every = name == "embedded"
        seen = [one for one in observe(encoder) if every or one.question.language == "en"]
        entry |= fit([one for one in seen if one.question.split == "fit"])
        report(seen)
        table["*"] = table.pop("*", None) or unmeasured()
        FILE.write_text(json.dumps(table, indent=2) + "\n", "utf-8")


def observe(encoder: Encoder) -> Iterator[Observation]:
    """Every labelled question in libraries of every size."""
    drafts = library()
    asked = questions(drafts)
    known = reference.of(encoder) or reference.learn(encoder)
    ready = list(zip(asked, queries(asked, known, encoder), strict=True))
    held = documents(drafts, encoder)
    keys = [draft.key for draft in drafts]
    draw = np.random.default_rng(20261123)
    chosen = [np.arange(len(drafts))]
    for size, times in SIZES:
        chosen += [draw.choice(len(drafts), size, replace=False) for _ in range(times)]
    for rows in chosen:
        index = Index.build([held[row] for row in rows], encoder.dimension)
        yield from _asked(index, ready, encoder.model_id, [keys[row] for row in rows])
    for more in _larger(encoder):
        index = Index.build([*held, *more], encoder.dimension)
        for one in _asked(index, ready, encoder.model_id, [*keys, *("" for _ in more)]):
            # Nobody read these libraries for answers to the professional questions.
            yield replace(one, label="unread") if one.label in ("near", "elsewhere") else one


def _asked(
    index: Index, ready: Sequence[tuple[Asked, Query]], model: str, keys: Sequence[str]
) -> Iterator[Observation]:
    for question, query in ready:
        found = find(index, query, model=model)
        rows = found.order[:JUDGED]
        label = question.label
        if label == "on" and not question.answers.intersection(keys):
            label = "elsewhere"
        shown = np.array([astuple(found.signs(int(row))) for row in rows], dtype=np.float64)
        first = int(rows[0])
        yield Observation(
            question,
            len(index),
            label,
            shown,
            keys[first] in question.answers,
            index.languages[index.spoken[first]] != query.language,
        )


def _larger(encoder: Encoder) -> Iterator[list[Document]]:
    folder = read_settings().eval_sets
    if folder is None:
        print("EVAL_SETS is not set: larger libraries were left out.")
        return
    drafts: list[CaseDraft] = []
    for name in LARGER:
        if (folder / name).is_dir():
            drafts += unread(folder / name)
            yield documents(drafts, encoder)


def fit(seen: Sequence[Observation]) -> dict[str, Any]:
    """What calibration.json holds of one model, but for the people."""
    cut = max(size for size, _ in SIZES)
    used = [one for one in seen if one.label != "unread"]
    weights = dict.fromkeys(TOPIC, 0.0) | {"cosine": 60.0, "mass": 0.6, "bias": 0.0}
    for _ in range(4):  # which of the shown is best depends on the weights, so a few rounds
        best = np.array([_best(one, weights) for one in used])
        weights = logistic(best, [one.label == "on" for one in used], _shares(used), TOPIC)
    # Every first document teaches alike: in a library of three cases few questions find theirs.
    firsts = np.array([one.shown[0] for one in used])
    answer = logistic(firsts, [one.right for one in used], _alike(used), ANSWER, ridge=3e-4)
    entry: dict[str, Any] = {"topic": weights, "answer": answer}
    whole = [one for one in used if one.size > cut]
    entry["related"] = round(_related(whole, entry), 4)
    entry["strong"] = math.ceil(max(_strong(whole, entry), _strong(used, entry)) * 1000) / 1000
    entry["questions"] = len({one.question.id for one in used})
    return entry


def _related(whole: Sequence[Observation], entry: Mapping[str, Any]) -> float:
    off = [chance(one, entry) for one in whole if one.label == "off"]
    return float(np.quantile(off, 1 - FALSE_RELATED))


def _alike(seen: Sequence[Observation]) -> NDArray[np.float64]:
    return np.full(len(seen), 1 / len(seen))


def _strong(whole: Sequence[Observation], entry: Mapping[str, Any]) -> float:
    """The lowest line above which so many first documents are right, and all higher ones too."""
    chances = sorted(((answers(one, entry), one.right) for one in whole), reverse=True)
    right = np.cumsum([each for _, each in chances]) / np.arange(1, len(chances) + 1)
    held = np.flatnonzero(right >= RIGHT_STRONG)
    return chances[int(held[-1])][0] if len(held) else 2.0


def logistic(
    shown: NDArray[np.float64],
    right: Sequence[bool],
    share: NDArray[np.float64],
    names: Sequence[str],
    ridge: float = 1e-3,
) -> dict[str, float]:
    """Signs (n, signs) to what each sign adds to the log-odds, and `bias`."""
    rows = shown[:, [SIGNS.index(name) for name in names]]
    sign = np.where(right, 1.0, -1.0)
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    features = np.hstack([(rows - mean) / spread, np.ones((len(rows), 1))])

    def loss(beta: NDArray[np.float64]) -> float:
        margin = sign * (features @ beta)
        return float((share * np.logaddexp(0, -margin)).sum() + ridge * (beta[:-1] ** 2).sum())

    beta = minimize(loss, np.zeros(features.shape[1]), method="BFGS").x
    weights = beta[:-1] / spread
    found = {name: round(float(each), 4) for name, each in zip(names, weights, strict=True)}
    return {**found, "bias": round(float(beta[-1] - weights @ mean), 4)}


def _best(one: Observation, weights: Mapping[str, float]) -> NDArray[np.float64]:
    row: NDArray[np.float64] = one.shown[int(np.argmax(_odds(one.shown, weights)))]
    return row


def _odds(shown: NDArray[np.float64], curve: Mapping[str, float]) -> NDArray[np.float64]:
    """The log-odds of each row of signs (n, signs), (n,)."""
    weights = np.array([curve.get(name, 0.0) for name in SIGNS])
    return np.asarray(shown @ weights + curve["bias"])


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))


def chance(one: Observation, entry: Mapping[str, Any]) -> float:
    """How sure it is that the library speaks to a question."""
    return _chance(float(_odds(one.shown, entry["topic"]).max()))


def answers(one: Observation, entry: Mapping[str, Any]) -> float:
    """How sure it is that the first document answers; 0 where the question may not be ours."""
    if _chance(float(_odds(one.shown[:1], entry["topic"])[0])) < CERTAIN:
        return 0.0
    return _chance(float(_odds(one.shown[:1], entry["answer"])[0]))


def _shares(used: Sequence[Observation]) -> NDArray[np.float64]:
    """A library weighs by the root of its size: more is asked where more is written."""
    counts: dict[tuple[int, str], int] = {}
    for one in used:
        counts[one.size, one.label] = counts.get((one.size, one.label), 0) + 1
    usual = {"on": 1.0, "off": 1.0}
    each = np.array(
        [
            usual.get(one.label, UNANSWERED) * one.size**0.5 / counts[one.size, one.label]
            for one in used
        ]
    )
    normal: NDArray[np.float64] = each / each.sum()
    return normal


def unmeasured() -> dict[str, Any]:
    """For models that nobody measured: words alone decide, and nothing is ever called strong."""
    topic, never = {"mass": 2.0, "bias": -2.0}, {"bias": 0.0}
    lines = {
        "related": 0.5,
        "strong": 1.0,
        "ours": 0.0,
        "nameable": 0.5,
        "nearest": 0.5,
        "questions": 0,
    }
    return {"topic": topic, "answer": never, "person": topic, **lines}


def report(seen: Sequence[Observation]) -> None:
    """AUC with a bootstrap interval, and what each kind of question comes out as."""
    halves = ("fit", "held")
    taught = {half: fit([one for one in seen if one.question.split != half]) for half in halves}
    for size in sorted({one.size for one in seen}):
        for language in (*LANGUAGES, "other", "all"):
            group = [
                one
                for one in seen
                if one.size == size
                and (
                    language in ("all", one.question.language)
                    or (language == "other" and one.question.language not in LANGUAGES)
                )
            ]
            if not group:
                continue
            entries = [taught[one.question.split] for one in group]
            sure = np.array([chance(one, each) for one, each in zip(group, entries, strict=True)])
            strong = np.array(
                [
                    answers(one, each) >= each["strong"]
                    for one, each in zip(group, entries, strict=True)
                ]
            )
            shown = np.array(
                [each >= entry["related"] for each, entry in zip(sure, entries, strict=True)]
            )
            strong &= shown
            label = np.array([one.label for one in group])
            right = np.array([one.right for one in group])
            across = np.array([one.across for one in group])
            on, off = sure[label == "on"], sure[label == "off"]
            if not len(on) or not len(off):
                continue
            low, high = interval(on, off)
            said = {
                each: f"{strong[label == each].mean():.2f}/{shown[label == each].mean():.2f}"
                for each in ("on", "near", "elsewhere", "off")
                if (label == each).any()
            }
            closely = f"{int(right[strong].sum())} of {int(strong.sum())}"
            abroad = f"{int(right[strong & across].sum())} of {int((strong & across).sum())}"
            print(
                f"{size:5d} cases {language:5s} n={len(on)}+{len(off)} "
                f"AUC {auc(on, off):.3f} [{low:.3f}, {high:.3f}]  strong/shown: {said} "
                f"closely right {closely}, across languages {abroad}"
            )


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
