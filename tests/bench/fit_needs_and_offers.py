"""Fit knowledge/search/needs_and_offers.json on labelled pairs, and tell how well it does.

Run: python -m tests.bench.fit_needs_and_offers (the model `embedded`)

The languages' means are those of short texts: the needs and offers of the topics that are fitted
on, and the texts of tests/data/short_texts.jsonl. Lines are drawn on every need beside every offer
of the fitted topics; figures are those of the topics that were kept aside.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.encoders import runtime
from knowledge.encoders.encoder import Encoder
from knowledge.search.needs_and_offers import FILE, Scale, directions, packed, untouched
from knowledge.text.vectors import Floats

DATA = Path(__file__).parents[1] / "data"
Bools = NDArray[np.bool_]
MODEL = "multilingual-e5-small"
COUNTED = 0.90
"""Share of the pairs of different topics that may not count for anything."""
WHOLE = 0.75
"""Share of the pairs that answer which may stay below the ceiling."""
PRECISION = 0.90
"""Of all needs beside all offers, the share of those told as a reason that answer."""


@dataclass(frozen=True)
class Pair:
    """A need and an offer: it `answers`, is `near` (same words or field), or is an `other`."""

    topic: str
    need: str
    offer: str
    label: str
    split: str
    across: bool
    """Written in two languages."""


@dataclass(frozen=True)
class Crossed:
    """Every need beside every offer that answers some need, of one split."""

    cosines: Floats
    answers: Bools
    across: Bools


def labelled() -> list[Pair]:
    """The labelled pairs."""
    rows = [json.loads(line) for line in _lines("needs_offers.jsonl")]
    return [
        Pair(
            row["topic"],
            row["need"],
            row["offer"],
            row["label"],
            row["split"],
            row["need_language"] != row["offer_language"],
        )
        for row in rows
    ]


def encoded(encoder: Encoder, pairs: Sequence[Pair]) -> dict[str, Floats]:
    """The vector of each need and offer."""
    texts = sorted({text for pair in pairs for text in (pair.need, pair.offer)})
    return dict(zip(texts, encoder.encode_queries(texts), strict=True))


def crossed(pairs: Sequence[Pair], vectors: dict[str, Floats], scale: Scale) -> Crossed:
    """All of them crossed; what was labelled as near is left to the labelled pairs."""
    rows = [json.loads(line) for line in _lines("needs_offers.jsonl")]
    language = {row["need"]: row["need_language"] for row in rows}
    language |= {row["offer"]: row["offer_language"] for row in rows}
    needs = sorted({pair.need for pair in pairs})
    offers = sorted({pair.offer for pair in pairs if pair.label == "answers"})
    answering = {(pair.need, pair.offer) for pair in pairs if pair.label == "answers"}
    left = scale.plain(np.stack([vectors[each] for each in needs]))
    right = scale.plain(np.stack([vectors[each] for each in offers]))
    return Crossed(
        left @ right.T,
        np.array([[(a, b) in answering for b in offers] for a in needs]),
        np.array([[language[a] != language[b] for b in offers] for a in needs]),
    )


def area(right: Floats, wrong: Floats) -> float:
    """The share of (right, wrong) in which the right one is higher: area under the curve."""
    higher = right[:, None] > wrong[None, :]
    equal = right[:, None] == wrong[None, :]
    return float((higher + 0.5 * equal).mean())


def told(found: Crossed, line: float) -> tuple[int, float, float]:
    """Pairs above a line, the share of them that answer, and of those that answer the share."""
    above = found.cosines >= line
    count = int(above.sum())
    right = int((above & found.answers).sum())
    return count, right / count if count else 1.0, right / int(found.answers.sum())


def fit(pairs: Sequence[Pair], vectors: dict[str, Floats], languages: Floats) -> Scale:
    """The lines, on the topics that are fitted on."""
    bare = Scale(0.0, 1.0, 0.0, languages)
    found = crossed([pair for pair in pairs if pair.split == "fit"], vectors, bare)
    right, wrong = found.cosines[found.answers], found.cosines[~found.answers]
    lines = np.sort(right)
    line = next(each for each in lines if told(found, float(each))[1] >= PRECISION)
    return Scale(
        round(float(np.quantile(wrong, COUNTED)), 4),
        round(float(np.quantile(right, WHOLE)), 4),
        round(float(line), 4),
        languages,
    )


def report(name: str, pairs: Sequence[Pair], vectors: dict[str, Floats], scale: Scale) -> None:
    """Figures of both splits."""
    for split in ("fit", "held"):
        own = [pair for pair in pairs if pair.split == split]
        found = crossed(own, vectors, scale)
        count, precision, recall = told(found, scale.told)
        right, across = found.answers, found.across

        def over(which: Bools, others: Bools, found: Crossed = found) -> str:
            return f"{area(found.cosines[which], found.cosines[others]):.3f}"

        print(
            f"{name:8} {split:5} all crossed {over(right, ~right)}"
            f"  in one language {over(right & ~across, ~right & ~across)}"
            f"  across {over(right & across, ~right & across)}"
            f"  right across against wrong in one {over(right & across, ~right & ~across)}"
            f"  told {count}, precision {precision:.2f}, recall {recall:.2f}"
        )


def main() -> None:
    encoder = runtime.load().encoder
    pairs = labelled()
    vectors = encoded(encoder, pairs)
    report("cosine", pairs, vectors, untouched())
    languages = directions(_means(encoder, pairs, vectors), encoder.dimension)
    scale = fit(pairs, vectors, languages)
    entry = {
        "floor": scale.floor,
        "ceiling": scale.ceiling,
        "told": scale.told,
        "dimension": encoder.dimension,
        "languages": packed(languages),
    }
    FILE.write_text(json.dumps({MODEL: entry}, indent=1) + "\n", "utf-8")
    report("scale", pairs, vectors, scale)
    print(f"floor {scale.floor}, ceiling {scale.ceiling}, told {scale.told}; {len(languages)} rows")


def _means(encoder: Encoder, pairs: Sequence[Pair], vectors: dict[str, Floats]) -> list[Floats]:
    fitted = {text for pair in pairs if pair.split == "fit" for text in (pair.need, pair.offer)}
    by_language: dict[str, list[Floats]] = {}
    for row in map(json.loads, _lines("needs_offers.jsonl")):
        for kind in ("need", "offer"):
            if row[kind] in fitted:
                fitted.discard(row[kind])
                by_language.setdefault(row[f"{kind}_language"], []).append(vectors[row[kind]])
    more = [json.loads(line) for line in _lines("short_texts.jsonl")]
    for row, vector in zip(more, encoder.encode_queries([m["text"] for m in more]), strict=True):
        by_language.setdefault(row["language"], []).append(vector)
    return [np.mean(each, axis=0) for _, each in sorted(by_language.items())]


def _lines(name: str) -> list[str]:
    return (DATA / name).read_text("utf-8").splitlines()


if __name__ == "__main__":
    main()
