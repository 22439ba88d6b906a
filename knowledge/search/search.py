"""Hybrid search in memory: words and meaning, weighed for each question."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from knowledge.search.confidence import Calibration, Signs, calibration, crowd
from knowledge.search.documents import Document, Facets, Filters, Query
from knowledge.search.fusion import LANGUAGE_PRIOR, Evidence, Fused, cosine_range, fuse
from knowledge.search.rating_prior import column
from knowledge.search.reference import openings
from knowledge.search.vectors import Bools, VectorIndex
from knowledge.text.folding import words as fold_words
from knowledge.text.lexical import Postings, Question
from knowledge.text.vectors import Floats
from knowledge.vocabulary import Confidence

HEAD = 1_000
"""Documents that a ranking holds: far more than anybody reads, enough for any measure."""
JUDGED = 10
"""Documents of a ranking that are judged for an answer."""
FOLLOWS = 0.5
"""Share of the line that is enough for a case once another one has cleared it."""
PLAIN = 0.4
"""What words may weigh at most in a question of one sentence that names little."""
HELD = 0.85
"""Share of a question's idf mass: a document that holds so much of it is about the question ..."""
FEW_WORDS, FEW_DOCUMENTS = 2, 2
"""... if these are so few words, or one of them stands in so few documents."""
FEW_NAMES = 0.3
"""Share of the idf mass of a question below which it names little."""
_TINY = 1e-6
NO_FILTERS = Filters()
NO_PRIORS: Mapping[int, float] = {}


@dataclass(frozen=True, slots=True)
class Words:
    """What one index has for the words of a question: known before its vector is."""

    question: Question
    scores: Floats
    """BM25 of every document, (n,)."""


class Index:
    """Documents in memory. It never changes: `with_changes` makes the next one."""

    def __init__(
        self,
        ids: NDArray[np.int64],
        postings: Postings,
        vectors: VectorIndex,
        facets: "FacetColumns",
    ) -> None:
        self.ids = ids
        self.postings = postings
        self.vectors = vectors
        self._facets = facets
        self.languages, self.spoken = _numbered(postings.languages)
        self._counts = np.bincount(self.spoken, minlength=len(self.languages))
        self._centres = vectors.centres(self.spoken, len(self.languages))

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def build(cls, documents: Sequence[Document], dimension: int) -> "Index":
        """Index documents whose vectors have `dimension` columns."""
        return cls(
            np.array([document.id for document in documents], dtype=np.int64),
            Postings.build((document.text, document.language) for document in documents),
            VectorIndex.build([document.vectors for document in documents], dimension),
            FacetColumns.build([document.facets for document in documents]),
        )

    def with_changes(
        self, removed: Collection[int], added: Sequence[Document], dimension: int
    ) -> "Index":
        """This index without the ids `removed` and with `added` at the end."""
        keep = ~np.isin(self.ids, np.fromiter(removed, dtype=np.int64, count=len(removed)))
        more = Index.build(added, dimension)
        return Index(
            np.concatenate([self.ids[keep], more.ids]),
            self.postings.with_changes(
                np.flatnonzero(~keep).tolist(),
                ((document.text, document.language) for document in added),
            ),
            self.vectors.with_changes(keep, more.vectors),
            self._facets.with_changes(keep, more._facets),
        )

    def words(self, text: str, language: str) -> Words:
        """The lexical half of a search, which needs no vector."""
        question = self.postings.question(text, language)
        return Words(question, self.postings.scores(question))

    def language_shift(self, vector: Floats) -> Floats:
        """What a model gives to documents for their language alone, a cosine per language.

        The mean of each language less the mean of all, the less of it the fewer documents it has.
        """
        each = self._centres @ vector
        common = float(each @ self._counts) / max(len(self), 1)
        trust = self._counts / (self._counts + LANGUAGE_PRIOR)
        shift: Floats = ((each - common) * trust).astype(np.float32)
        return shift

    def allowed(self, filters: Filters) -> Bools | None:
        """Which documents pass the filters, shape (n,); None when all do."""
        return self._facets.mask(filters)


@dataclass(frozen=True)
class Found:
    """What one question found in one index; row i is the document `ids[i]`."""

    ids: NDArray[np.int64]
    lexical: Floats
    dense: Floats
    fused: Fused
    order: NDArray[np.int64]
    """Rows that pass the filters, the best first."""
    signs: Callable[[int], Signs]
    """Row to what speaks for this document."""
    known: Calibration
    verbatim: Callable[[int], bool]
    """Whether a document holds the very words of the question, and these are telling."""

    def topic(self, row: int) -> float:
        """The probability that a document is on the topic of the question.

        At least the line where the document holds the very words that somebody types: that the
        library has nothing on these would be untrue.
        """
        chance = self.known.topic.chance(self.signs(row))
        if chance < self.known.related and self.verbatim(row):
            return self.known.related
        return chance

    def person(self, row: int) -> float:
        """The probability that a piece of evidence speaks to the question."""
        return self.known.person.chance(self.signs(row))


@dataclass(frozen=True, slots=True)
class RankedCase:
    """A case and how sure it is that it answers, see `Calibration.score`."""

    id: int
    score: float
    strength: Confidence


def find(
    index: Index,
    query: Query,
    filters: Filters = NO_FILTERS,
    *,
    model: str,
    words: Words | None = None,
    priors: Mapping[int, float] = NO_PRIORS,
) -> Found:
    """Every document of `index`, scored for `query` and ordered.

    `model` is the name of the encoder whose vectors the index holds; `words` is what
    `index.words` said of the same question, where that is known already. `priors` (document to
    `knowledge.search.rating_prior.prior`) shift documents in the order and nowhere else: how
    sure it is that one answers does not depend on them.
    """
    words = words or index.words(query.text, query.language)
    question, lexical = words.question, words.scores
    dense = index.vectors.scores(query.meaning)
    fused = fuse(
        Evidence(
            lexical=lexical,
            dense=dense,
            covered=lambda rows: index.postings.covered(question, rows),
            mass=question.mass,
            words=len(question.idf),
            language=query.language,
            languages=index.languages,
            spoken=index.spoken,
            cosines=query.cosines or cosine_range(model),
            most=PLAIN if _plain(query.text, question) else 1.0,
        )
    )
    allowed = index.allowed(filters)
    rows = np.arange(len(index)) if allowed is None else np.flatnonzero(allowed)
    ranking = fused.scores + column(index.ids, priors) if priors else fused.scores
    order = best_first(ranking, rows)
    signs = _signs(index, query, words, dense, fused)
    verbatim = _verbatim(index, question)
    return Found(index.ids, lexical, dense, fused, order, signs, calibration(model), verbatim)


def _verbatim(index: Index, question: Question) -> Callable[[int], bool]:
    """See `Found.verbatim`."""
    rare = index.postings.idf(FEW_DOCUMENTS)
    telling = len(question.idf) <= FEW_WORDS or float(question.idf.max(initial=0.0)) >= rare

    def verbatim(row: int) -> bool:
        return telling and float(index.postings.covered(question, np.array([row]))[0]) >= HELD

    return verbatim


def _plain(text: str, question: Question) -> bool:
    """Whether somebody asks in a sentence that holds few names: then meaning has a say."""
    first = next(iter(fold_words(text)), "")
    return question.proper < FEW_NAMES and ("?" in text or "؟" in text or first in openings())


def _signs(
    index: Index, query: Query, words: Words, dense: Floats, fused: Fused
) -> Callable[[int], Signs]:
    """What speaks for a document, by its row; each is looked at once, when it is asked for."""
    question, stray = words.question, crowd(len(index))
    of_language = index.language_shift(query.vector)
    ahead = _ahead(fused.heights)
    ahead_in_words = _ahead(words.scores)
    best = max(float(words.scores.max(initial=0.0)), _TINY)

    @cache
    def signs(row: int) -> Signs:
        only = np.array([row])
        cosine = float(index.vectors.cosines(query.vector, only)[0])
        held = float(index.postings.covered(question, only)[0]) * question.mass
        return Signs(
            cosine=cosine - float(of_language[index.spoken[row]]),
            mass=math.log1p(max(held, 0.0)),
            everyday=query.everyday,
            crowd=stray,
            meaning=float(dense[row]),
            height=float(fused.heights[row]),
            lead=ahead(row),
            words_lead=ahead_in_words(row) / best,
            above=float(dense[row]) - query.background,
            field=query.field,
        )

    return signs


def _ahead(values: Floats) -> Callable[[int], float]:
    """How far a row lies above the highest of all others (below 0: behind); 0 where it is alone."""
    if len(values) < 2:
        return lambda _: 0.0
    second, first = np.partition(values, -2)[-2:].tolist()
    top = int(values.argmax())
    return lambda row: float(values[row]) - (second if row == top else first)


def find_cases(
    index: Index,
    query: Query,
    filters: Filters,
    *,
    model: str,
    limit: int,
    words: Words | None = None,
    priors: Mapping[int, float] = NO_PRIORS,
) -> list[RankedCase]:
    """The first `limit` cases above the confidence line, in the order of the fused ranking.

    Ordering them by probability instead was worse on the labelled questions: it knows whether a
    case answers, the ranking knows which answers best.
    """
    found = find(index, query, filters, model=model, words=words, priors=priors)
    known, judged = found.known, found.order[:JUDGED].tolist()
    topics = {row: found.topic(row) for row in judged}
    # Whether the question is one of ours is a matter of the whole library: one case above the
    # line shows it, and then others need not clear it by as much.
    on_topic = any(chance >= known.related for chance in topics.values()) or (
        filters != NO_FILTERS and _any_related(found)
    )
    line = known.related * (FOLLOWS if on_topic else 1)
    related = [row for row in judged if topics[row] >= line]
    scores = {row: known.score(found.signs(row), first=row == judged[0]) for row in related}
    sure = bool(related) and scores[related[0]] >= known.strong
    shown = related[:limit] if sure else _with_another_language(index, query, related, limit)
    return [
        RankedCase(
            int(found.ids[row]),
            scores[row],
            Confidence.STRONG if scores[row] >= known.strong else Confidence.RELATED,
        )
        for row in shown
    ]


def _with_another_language(
    index: Index, query: Query, related: Sequence[int], limit: int
) -> Sequence[int]:
    """The first `limit` rows; the last place goes to the best one of another language.

    Only while all of them are in the language of the question: there the words count, and a case
    that answers in another language comes behind those that merely use them.
    """
    shown = related[:limit]

    def own(row: int) -> bool:
        return bool(index.languages[index.spoken[row]] == query.language)

    if limit < 2 or not all(map(own, shown)):
        return shown
    other = next((row for row in related[limit:] if not own(row)), None)
    return shown if other is None else [*shown[:-1], other]


def strong_among(
    index: Index, query: Query, ids: Collection[int], *, model: str
) -> list[RankedCase]:
    """The case that answers a question strongly, if it is one of `ids`; judged as in an answer."""
    first = find_cases(index, query, NO_FILTERS, model=model, limit=1)
    return [one for one in first if one.strength is Confidence.STRONG and one.id in ids]


def _any_related(found: Found) -> bool:
    """Whether any of the best documents is related, whatever the filters say."""
    rows = best_first(found.fused.scores, np.arange(len(found.ids)))[:JUDGED]
    return any(found.topic(int(row)) >= found.known.related for row in rows)


def best_first(scores: Floats, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """The HEAD best of `rows`, best first; equal scores keep the order of the rows."""
    if len(rows) > HEAD:
        rows = np.sort(rows[np.argpartition(-scores[rows], HEAD)[:HEAD]])
    return rows[np.argsort(-scores[rows], kind="stable")]


class FacetColumns:
    """What documents can be filtered by, one column per facet."""

    def __init__(
        self, columns: dict[str, NDArray[np.generic]], topics: list[frozenset[str]]
    ) -> None:
        self._columns = columns
        self._topics = topics

    @classmethod
    def build(cls, facets: Sequence[Facets]) -> "FacetColumns":
        return cls(
            {
                "community": np.array([str(facet.community or "") for facet in facets], "U8"),
                "level": np.array([str(facet.level or "") for facet in facets], "U8"),
                "country": np.array([facet.country for facet in facets], "U2"),
                "language": np.array([facet.language for facet in facets], "U3"),
                "year": np.array([facet.year or 0 for facet in facets], dtype=np.int32),
            },
            [facet.topics for facet in facets],
        )

    def with_changes(self, keep: Bools, added: "FacetColumns") -> "FacetColumns":
        columns = {
            name: np.concatenate([column[keep], added._columns[name]])
            for name, column in self._columns.items()
        }
        kept = [topics for topics, stays in zip(self._topics, keep, strict=True) if stays]
        return FacetColumns(columns, kept + added._topics)

    def mask(self, filters: Filters) -> Bools | None:
        """The documents that pass, or None when nothing is asked for."""
        if filters == Filters():
            return None
        passes = np.ones(len(self._topics), dtype=bool)
        for name in ("community", "level", "country", "language"):
            wanted = getattr(filters, name)
            if wanted:
                passes &= self._columns[name] == str(wanted)
        if filters.newer_than is not None:
            passes &= self._columns["year"].astype(np.int32) >= filters.newer_than
        if filters.topics:
            passes &= np.array([bool(filters.topics & topics) for topics in self._topics], bool)
        return passes


def _numbered(languages: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int16]]:
    """The distinct languages, and the number of each document's among them."""
    distinct = tuple(dict.fromkeys(languages))
    number = {code: at for at, code in enumerate(distinct)}
    return distinct, np.array([number[code] for code in languages], dtype=np.int16)
