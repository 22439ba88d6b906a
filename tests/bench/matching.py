"""How well matching does on each evaluation set: words, meaning and both side by side."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np

from knowledge.encoders.encoder import Counted, Encoder, Vectors
from knowledge.evaluation.beir import SetRefused, load, measures, rankings
from tests.bench.measuring import Figure, Part, table

TOLERANCE = 0.005
MEASURE = "ndcg@10"


class Kept:
    """An encoder that keeps what it encoded in a folder, so that a second run encodes nothing."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self._encoder = encoder
        self._folder = folder
        self.name = encoder.name
        self.model_id = encoder.model_id
        self.dimension = encoder.dimension

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Questions (n) to unit vectors, float32 (n, dimension)."""
        file = self._file("queries", texts)
        if not file.exists():
            np.save(file, self._encoder.encode_queries(texts))
        return np.asarray(np.load(file), dtype=np.float32)

    def encode_documents(self, texts: Sequence[str], progress: Counted | None = None) -> Vectors:
        """Passages (n) to unit vectors, float32 (n, dimension)."""
        file = self._file("documents", texts)
        if not file.exists():
            np.save(file, self._encoder.encode_documents(texts, progress))
        return np.asarray(np.load(file), dtype=np.float32)

    def _file(self, kind: str, texts: Sequence[str]) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        joined = "\0".join([self.model_id, kind, *texts]).encode("utf-8", "replace")
        return self._folder / f"{blake2b(joined, digest_size=12).hexdigest()}.npy"


def measure(encoder: Encoder, sets: Path | None, folder: Path) -> Part:
    """A row per set and per file of questions in it; without `sets`, a sentence that says so."""
    if sets is None:
        return Part([], "EVAL_SETS is not set: matching was not measured. Name a folder of sets.")
    rows = [("set", "questions", "words", "meaning", "both", "both - best", "")]
    figures = []
    for name, place, queries in questions_of(sets):
        try:
            data = load(place, queries)
        except SetRefused as refused:
            rows.append((name, str(refused), "", "", "", "", ""))
            continue
        found = measures(data, list(rankings(data, Kept(encoder, folder))))
        words, meaning, both = (found[each][MEASURE] for each in ("lexical", "dense", "fused"))
        gained = both - max(words, meaning)
        figure = Figure("matching", name, gained, f"{MEASURE}: both - best", least=-TOLERANCE)
        figures.append(figure)
        rows.append(
            (
                name,
                str(found["n"]),
                f"{words:.3f}",
                f"{meaning:.3f}",
                f"{both:.3f}",
                f"{gained:+.3f}",
                "MISSED" if figure.missed else "",
            )
        )
    if len(rows) == 1:
        return Part([], f"EVAL_SETS is {sets}: no folder in it has questions.")
    return Part(figures, f"{MEASURE}\n{table(rows)}")


def questions_of(sets: Path) -> Iterator[tuple[str, Path, str]]:
    """(what the row is called, the set's folder, the file of questions), in order."""
    for file in sorted(sets.glob("*/queries*.jsonl")):
        plain = file.stem == "queries"
        name = file.parent.name if plain else f"{file.parent.name} ({file.stem})"
        yield name, file.parent, file.name
