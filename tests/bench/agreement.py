"""Whether the light encoder ranks as sentence-transformers does: cosines, first hits, top tens."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from babel import Locale

from knowledge.encoders.encoder import Encoder, Vectors
from knowledge.encoders.light_encoder import AGREES
from knowledge.encoders.sentence_encoder import SentenceEncoder
from knowledge.evaluation.beir import SetRefused, load, rankings
from tests.bench.matching import Kept, questions_of
from tests.bench.measuring import Figure, Part

LANGUAGES = (
    "am",
    "ar",
    "bn",
    "el",
    "en",
    "he",
    "hi",
    "hy",
    "ja",
    "ka",
    "km",
    "ko",
    "ru",
    "ta",
    "th",
)
"""One for each script that the texts are written in."""
TOP = 10
PART = "light beside sentence-transformers"


def measure(
    encoder: Encoder, torch: SentenceEncoder, sets: Path | None, folder: Path, count: int
) -> Part:
    """`count` texts in a script after the other, then every evaluation set."""
    texts = made(count)
    ours, theirs = _both(encoder, texts), _both(torch, texts)
    cosines = [np.sum(a.astype(np.float64) * b, axis=1) for a, b in zip(ours, theirs, strict=True)]
    other = int(np.sum(_first(*ours) != _first(*theirs)))
    figures = [
        Figure(PART, "1 - cosine, most (1e-6)", 1e6 * (1 - np.min(cosines)), "", 1e6 * AGREES),
        Figure(PART, f"another first hit among {count}", other, most=0),
    ]
    for name, questions, differ in _sets(encoder, torch, sets, folder):
        figures.append(Figure(PART, f"another top {TOP}: {name}, of {questions}", differ, most=0))
    return Part(figures, "" if sets else "EVAL_SETS is not set: no top tens were compared.")


def made(count: int) -> list[str]:
    """Countries and the languages of the world, as each of LANGUAGES names them."""
    lines: dict[str, None] = {}
    for at in range(count):
        locale = Locale(LANGUAGES[at % len(LANGUAGES)])
        places, spoken = list(locale.territories.values()), list(locale.languages.values())
        step = at // len(LANGUAGES)
        lines[f"{places[step % len(places)]}: {spoken[(7 * step) % len(spoken)]}"] = None
    return list(lines)


def _both(encoder: Encoder, texts: Sequence[str]) -> tuple[Vectors, Vectors]:
    return encoder.encode_queries(texts), encoder.encode_documents(texts)


def _first(queries: Vectors, documents: Vectors) -> Vectors:
    """The nearest other text of each."""
    scores = queries @ documents.T
    np.fill_diagonal(scores, -1)
    nearest: Vectors = scores.argmax(axis=1)
    return nearest


def _sets(
    encoder: Encoder, torch: SentenceEncoder, sets: Path | None, folder: Path
) -> Iterator[tuple[str, int, int]]:
    """Name of a set, its questions, and how many of them have another top ten."""
    for name, place, queries in questions_of(sets) if sets else ():
        try:
            data = load(place, queries)
        except SetRefused:
            continue
        ours = rankings(data, Kept(encoder, folder / "light"))
        theirs = rankings(data, Kept(torch, folder / "torch"))
        tens = [
            [ranking.best("fused")[:TOP] for ranking in each] for each in (list(ours), list(theirs))
        ]
        yield name, len(tens[0]), sum(a != b for a, b in zip(*tens, strict=True))
