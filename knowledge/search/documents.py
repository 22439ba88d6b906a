"""What is looked for, within which limits, and what the index holds of a case or a member."""

from dataclasses import dataclass

from knowledge.search.fusion import CosineRange
from knowledge.text.vectors import Floats
from knowledge.vocabulary import Community, Level


@dataclass(frozen=True, slots=True)
class Query:
    """A question, ready to be looked up; see `knowledge.search.reference.Reference.query`."""

    text: str
    language: str
    vector: Floats
    """Its own (d,), unit length: by this one is judged how sure an answer is."""
    neutral: Floats | None = None
    """The same without its language, by which documents are ranked; None: as it is."""
    cosines: CosineRange | None = None
    """Where the cosines of `neutral` lie; None: as the model's own."""
    everyday: float = 0.0
    """How near it lies to everyday life: a mean cosine, 0 where that is not known."""
    field: float = 0.0
    """On which side it lies: about 1 for a question of our field, -1 for one of everyday life."""
    background: float = 0.0
    """The mean cosine of `meaning` to short texts of our field, whatever they are on."""
    short: Floats | None = None
    """The same without any language, to be compared with short texts; None: as it is."""
    short_cosines: CosineRange | None = None
    """Where its cosines to short texts lie; None: as the model's own."""

    @property
    def meaning(self) -> Floats:
        """The vector (d,) by which documents are ranked."""
        return self.vector if self.neutral is None else self.neutral


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is limited to; empty means everything."""

    topics: frozenset[str] = frozenset()
    community: Community | None = None
    level: Level | None = None
    country: str = ""
    language: str = ""
    newer_than: int | None = None
    """Only cases whose source was published in this year or later."""


@dataclass(frozen=True, slots=True)
class Facets:
    """What a document can be filtered by; `year` is when its source was published."""

    topics: frozenset[str] = frozenset()
    community: Community | None = None
    level: Level | None = None
    country: str = ""
    language: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """Something to be found: a text for the words, vectors for the meaning.

    `vectors` has shape (k, d), k >= 1: title and passages of one document.
    """

    id: int
    language: str
    text: str
    vectors: Floats
    facets: Facets = Facets()
