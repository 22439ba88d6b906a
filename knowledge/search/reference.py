"""What a model makes of each language and of everyday life: the measure that takes both out.

A multilingual model places texts of one language closer than texts of one meaning. What the mean
question of each language has of its own spans a few directions; without them a question is compared
by its meaning alone, whatever language it and a case are in. And a question about everyday life
lies near everyday sentences, and on their side of the plane that best parts the questions of the
field from all others (Fisher 1936): both tell whether it is one of ours, in every language.

Both are learnt from `reference.jsonl`: the same forty questions in each language (half of them on
official data, half about anything else), short titles, and sentences of everyday life. What the
embedded model makes of them comes with the package (`tests/bench/derive_reference.py`); for another
model it is encoded once and kept beside the model. docs/matching.md tells what it gives.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from knowledge.encoders.embedded import cache_dir
from knowledge.encoders.encoder import Encoder
from knowledge.encoders.light_encoder import LightEncoder
from knowledge.encoders.sentence_encoder import SentenceEncoder
from knowledge.search.documents import Query
from knowledge.search.fusion import CosineRange
from knowledge.text.folding import words
from knowledge.text.languages import UNDETERMINED
from knowledge.text.vectors import Floats

TEXTS = Path(__file__).parent / "reference.jsonl"
SHIPPED = Path(__file__).parent / "reference.npz"
SOURCE = "en"
TAKEN_OUT = 0.85
"""Share of the languages' directions that is taken out of a question: all of it costs names."""
SAME_MEANING = 0.5
"""A language is served where at least this share of its questions finds its translation."""
NEAREST = 20
"""Everyday sentences that tell how near everyday life a question is."""
OURS = 20
"""Questions of each language that are on official data: they come first, all others follow."""
SHRINK = 2.5
"""Of the mean variance within both kinds of questions, added in every direction: there are more
directions than questions."""
_SMALLEST = 1e-3
_ON_TOPIC = 4.0
"""Spreads above the mean at which a document is typically on the topic."""


@dataclass(frozen=True)
class Reference:
    """What one model, named `model_id`, makes of the reference texts."""

    model_id: str
    languages: frozenset[str]
    """Those that can be taken out, ISO 639-1; none for a model of one language."""
    span: Floats
    """Orthonormal rows (k, d), k >= 0: where the languages lie."""
    everyday: Floats
    """Unit rows (m, d): everyday sentences, as passages."""
    cosines: CosineRange
    """Where cosines lie without the language."""
    short: CosineRange
    """The same between questions and short texts, which are encoded as questions are."""
    field: Floats
    """(d + 1,): the direction from everyday life to our field, and what is taken off then."""
    background: Floats
    """(d,): the mean of short texts of the field, as passages."""

    def query(self, text: str, language: str, vector: Floats) -> Query:
        """A question ready to be looked up; `vector` is its own (d,), unit length."""
        neutral = self._neutral(vector, language)
        meaning = vector if neutral is None else neutral
        return Query(
            text,
            language,
            vector,
            neutral,
            None if neutral is None else self.cosines,
            everyday=self._near(vector),
            field=float(vector @ self.field[:-1] - self.field[-1]),
            background=float(meaning @ self.background),
            short=self.without_language(vector[None])[0],
            short_cosines=self.short,
        )

    def without_language(self, vectors: Floats) -> Floats:
        """Unit vectors (n, d) without what they owe to their language alone."""
        return _without(vectors, self.span) if len(self.span) else vectors

    def _neutral(self, vector: Floats, language: str) -> Floats | None:
        if not len(self.span) or language not in {*self.languages, UNDETERMINED}:
            return None
        left = vector - TAKEN_OUT * (vector @ self.span.T) @ self.span
        neutral: Floats = (left / np.linalg.norm(left)).astype(np.float32)
        return neutral

    def _near(self, vector: Floats) -> float:
        if len(self.everyday) < NEAREST:
            return 0.0
        nearest = np.partition(self.everyday @ vector, -NEAREST)[-NEAREST:]
        return float(nearest.mean())


def of(encoder: Encoder, folder: Path | None = None) -> Reference | None:
    """What `encoder` makes of the reference texts: as shipped, as kept in `folder`, or learnt now.

    None for an encoder that is no model: nothing can be learnt from it. `folder` is the cache of
    models (see `embedded.cache_dir`).
    """
    for file in (SHIPPED, kept := _file(encoder.model_id, folder)):
        if (found := load(file, encoder.model_id)) is not None:
            return found
    if not isinstance(encoder, SentenceEncoder | LightEncoder):
        return None
    learnt = learn(encoder)
    save(learnt, kept)
    return learnt


def learn(encoder: Encoder) -> Reference:
    """Encode the reference texts, some 600, and read the languages from them."""
    questions = encode_questions(encoder)
    titles = encoder.encode_queries(texts("title"))
    spoken = [language for language, _ in rows("title")]
    everyday = encoder.encode_documents(texts("everyday"))
    means = [each.mean(axis=0) for each in questions.values()]
    own = np.array([language == SOURCE for language in spoken])
    means += [titles[own].mean(axis=0), titles[~own].mean(axis=0)]
    _, sizes, directions = np.linalg.svd(np.array(means), full_matrices=False)
    span = directions[sizes > _SMALLEST].astype(np.float32)
    served = _served(questions, span)
    if len(served) < 2:
        span = span[:0]
    neutral = _without(np.concatenate(list(questions.values())), span)
    each = neutral @ everyday.T
    off, spread = float(each.mean()), float(np.median(each.std(axis=1)))
    cosines = CosineRange(off, spread, off + _ON_TOPIC * spread)
    between = neutral @ _without(titles, span).T
    off, spread = float(between.mean()), float(np.median(between.std(axis=1)))
    short = CosineRange(off, spread, off + _ON_TOPIC * spread)
    field = _field([questions[language] for language in sorted(served)])
    background = encoder.encode_documents(texts("title")).mean(axis=0)
    return Reference(encoder.model_id, served, span, everyday, cosines, short, field, background)


def encode_questions(encoder: Encoder) -> Mapping[str, Floats]:
    """Language to the vectors of the same questions in it, (n, d) in one order."""
    vectors = encoder.encode_queries(texts("question"))
    spoken = [language for language, _ in rows("question")]
    return {
        language: vectors[[each == language for each in spoken]]
        for language in dict.fromkeys(spoken)
    }


def save(reference: Reference, file: Path) -> None:
    """Keep what was learnt, halves of numbers for the everyday sentences."""
    file.parent.mkdir(parents=True, exist_ok=True)
    cosines = reference.cosines
    with file.open("wb") as out:
        np.savez(
            out,
            model_id=np.array(reference.model_id),
            languages=np.array(sorted(reference.languages), dtype="U3"),
            span=reference.span,
            everyday=reference.everyday.astype(np.float16),
            cosines=np.array([cosines.off, cosines.spread, cosines.on]),
            short=np.array([reference.short.off, reference.short.spread, reference.short.on]),
            field=reference.field,
            background=reference.background,
        )


def load(file: Path, model_id: str) -> Reference | None:
    """What was kept of this very model; None where there is none or it cannot be read."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            if str(kept["model_id"]) != model_id:
                return None
            everyday = kept["everyday"].astype(np.float32)
            return Reference(
                model_id,
                frozenset(kept["languages"].tolist()),
                kept["span"],
                everyday / np.linalg.norm(everyday, axis=1, keepdims=True),
                CosineRange(*kept["cosines"].tolist()),
                CosineRange(*kept["short"].tolist()),
                kept["field"],
                kept["background"],
            )
    except (OSError, ValueError, KeyError, EOFError):
        return None


@cache
def openings() -> frozenset[str]:
    """The folded first words of questions, in every language of the reference texts."""
    return frozenset(words(text)[0] for text in texts("question"))


@cache
def rows(kind: str) -> tuple[tuple[str, str], ...]:
    """(language, text) of each reference text of a kind: question, title or everyday."""
    read = (json.loads(line) for line in TEXTS.read_text("utf-8").splitlines())
    return tuple((row["language"], row["text"]) for row in read if row["kind"] == kind)


def texts(kind: str) -> list[str]:
    """The reference texts of a kind, in the order of the file."""
    return [text for _, text in rows(kind)]


def _served(questions: Mapping[str, Floats], span: Floats) -> frozenset[str]:
    """The languages whose questions find their translations once the language is out."""
    source = _without(questions[SOURCE], span)
    served = {SOURCE}
    for language, vectors in questions.items():
        nearest = (_without(vectors, span) @ source.T).argmax(axis=1)
        if (nearest == np.arange(len(nearest))).mean() >= SAME_MEANING:
            served.add(language)
    return frozenset(served)


def _field(questions: Sequence[Floats]) -> Floats:
    """Fisher's linear discriminant between questions of the field and all others, see `field`.

    Scaled so that the mean of the former comes out at 1 and that of the latter at -1.
    """
    ours = np.concatenate([each[:OURS] for each in questions]).astype(np.float64)
    others = np.concatenate([each[OURS:] for each in questions]).astype(np.float64)
    apart = ours.mean(axis=0) - others.mean(axis=0)
    within = np.concatenate([ours - ours.mean(axis=0), others - others.mean(axis=0)])
    spread = within.T @ within / len(within)
    spread += SHRINK * np.trace(spread) / len(spread) * np.eye(len(spread))
    direction = np.linalg.solve(spread, apart)
    direction /= direction @ apart / 2
    middle = direction @ (ours.mean(axis=0) + others.mean(axis=0)) / 2
    return np.append(direction, middle).astype(np.float32)


def _without(vectors: Floats, span: Floats) -> Floats:
    left = vectors - TAKEN_OUT * (vectors @ span.T) @ span
    unit: Floats = (left / np.linalg.norm(left, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _file(model_id: str, folder: Path | None) -> Path:
    return cache_dir(folder) / f"reference-{model_id.rpartition(':')[2]}.npz"
