"""What the index holds of a case or a member, and the limits of a search."""

from dataclasses import dataclass

from knowledge.text.vectors import Floats
from knowledge.vocabulary import Community, Level


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
