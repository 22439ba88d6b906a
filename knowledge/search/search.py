"""Hybrid search in memory: words and meaning, weighed for each question."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.search.confidence import calibration
from knowledge.search.documents import Document, Facets, Filters
from knowledge.search.fusion import Evidence, Fused, cosine_range, fuse
from knowledge.search.rating_prior import column
from knowledge.search.vectors import Bools, VectorIndex
from knowledge.text.lexical import Postings, Question
from knowledge.text.vectors import Floats
from knowledge.vocabulary import Confidence

HEAD = 1_000
"""Documents that a ranking holds: far more than anybody reads, enough for any measure."""
JUDGED = 10
"""Documents of a ranking that are judged for an answer."""
FOLLOWS = 0.8
"""Share of the line that is enough for a case once another one has cleared it."""
NO_FILTERS = Filters()
NO_PRIORS: Mapping[int, float] = {}


@dataclass(frozen=True, slots=True)
class Query:
    """A question, ready to be looked up; `vector` is (d,), unit length."""

    text: str
    language: str
    vector: Floats


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
    judge: Callable[[int], tuple[Confidence, float]]
    """Row to how sure it is that this document answers."""
    line: float
    """The probability from which on a document is related to a question in this language."""


@dataclass(frozen=True, slots=True)
class RankedCase:
    """A case and how sure it is that it answers; `score` is a probability, 0 to 1."""

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
    dense = index.vectors.scores(query.vector)
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
            cosines=cosine_range(model),
        )
    )
    allowed = index.allowed(filters)
    rows = np.arange(len(index)) if allowed is None else np.flatnonzero(allowed)
    known = calibration(model)

    def judge(row: int) -> tuple[Confidence, float]:
        held = float(index.postings.covered(question, np.array([row]))[0]) * question.mass
        evidence = known.evidence(float(dense[row]), held, len(index))
        return known.judge(evidence, query.language)

    ranking = fused.scores + column(index.ids, priors) if priors else fused.scores
    order = best_first(ranking, rows)
    line = known.curve(query.language)[0].related
    return Found(index.ids, lexical, dense, fused, order, judge, line)


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
    judged = [(int(row), *found.judge(int(row))) for row in found.order[:JUDGED]]
    # Whether the question is one of ours is a matter of the whole library: one case above the
    # line shows it, and then others need not clear it by as much.
    on_topic = any(chance >= found.line for _, _, chance in judged) or (
        filters != NO_FILTERS and _any_related(found)
    )
    line = found.line * (FOLLOWS if on_topic else 1)
    related = [
        RankedCase(
            int(found.ids[row]),
            chance,
            Confidence.RELATED if strength is Confidence.NONE else strength,
        )
        for row, strength, chance in judged
        if chance >= line
    ]
    return related[:limit]


def strong_among(
    index: Index, query: Query, ids: Collection[int], *, model: str
) -> list[RankedCase]:
    """Those of the documents `ids` that answer a question strongly, the surest first.

    They are judged as in an answer, by their cosine and the words they hold among all of `index`.
    """
    rows = np.flatnonzero(np.isin(index.ids, np.fromiter(ids, dtype=np.int64, count=len(ids))))
    if not len(rows):
        return []
    question = index.postings.question(query.text, query.language)
    dense = index.vectors.scores(query.vector)
    held = index.postings.covered(question, rows) * question.mass
    known = calibration(model)
    judged = [
        (
            int(index.ids[row]),
            *known.judge(
                known.evidence(float(dense[row]), float(mass), len(index)), query.language
            ),
        )
        for row, mass in zip(rows, held, strict=True)
    ]
    strong = [
        RankedCase(number, chance, strength)
        for number, strength, chance in judged
        if strength is Confidence.STRONG
    ]
    return sorted(strong, key=lambda case: (-case.score, case.id))


def _any_related(found: Found) -> bool:
    """Whether any of the best documents is related, whatever the filters say."""
    rows = best_first(found.fused.scores, np.arange(len(found.ids)))[:JUDGED]
    return any(found.judge(int(row))[1] >= found.line for row in rows)


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
