"""Cases as they come into a unit of work and leave it."""

from dataclasses import dataclass, field
from datetime import datetime

from knowledge.database.circumstances import CircumstancesView
from knowledge.vocabulary import CaseState, Community, ReviewStage, WhoseWords


@dataclass(frozen=True, slots=True)
class SourceView:
    """Where a case comes from; `published` is a year, a month or a day, or empty."""

    title: str
    url: str = ""
    licence: str = ""
    published: str = ""
    language: str = "und"


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """A case before it is in the library; `key` is the same whenever the same case comes in."""

    key: str
    title: str
    text: str
    source: SourceView
    language: str = "und"
    community: Community | None = None
    place: str = ""
    country: str = ""
    organisation: str = ""
    topics: tuple[str, ...] = ()
    circumstances: CircumstancesView = field(default_factory=CircumstancesView)


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as it stands in the library."""

    id: int
    key: str
    title: str
    text: str
    source: SourceView
    language: str
    community: Community | None
    place: str
    country: str
    organisation: str
    topics: tuple[str, ...]
    circumstances: CircumstancesView
    state: CaseState
    reason: str
    author_id: int | None
    sample: bool
    added_at: datetime
    published_at: datetime | None
    reviewed_at: datetime | None
    stage: ReviewStage = ReviewStage.CURRENT
    up_since: datetime | None = None
    """When it came up for review and was not confirmed since."""
    further: tuple[SourceView, ...] = ()
    merged_into: int | None = None
    whose_words: WhoseWords | None = None
