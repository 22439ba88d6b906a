"""Frozen values: what comes into a unit of work, and what may leave it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from knowledge.vocabulary import (
    AskerShown,
    CaseState,
    Community,
    Confidence,
    DataSource,
    LegalBasis,
    Level,
    MemberStatus,
    PopulationBand,
    Purpose,
    QuestionState,
    ReviewStage,
    StaffBand,
    Visibility,
    WhoseWords,
)

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class CircumstancesView:
    """Five optional structured facts about a place or an office."""

    level: Level | None = None
    population_band: PopulationBand | None = None
    legal_basis: LegalBasis | None = None
    staff_band: StaffBand | None = None
    data_source: DataSource | None = None


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
    circumstances: CircumstancesView = CircumstancesView()


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


@dataclass(frozen=True, slots=True)
class MemberDraft:
    """A person as a file or a form describes them."""

    key: str
    name: str
    community: Community | None = None
    role: str = ""
    organisation: str = ""
    place: str = ""
    country: str = ""
    languages: tuple[str, ...] = ()
    time_zone: str = "UTC"
    hours_from: int = 9
    hours_until: int = 17
    profile: str = ""
    contact_line: str = ""
    capacity: int | None = None
    offers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    consents: frozenset[Purpose] = frozenset()
    circumstances: CircumstancesView = CircumstancesView()


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member with what they told and agreed to."""

    id: int
    key: str | None
    name: str
    status: MemberStatus
    community: Community | None
    role: str
    organisation: str
    place: str
    country: str
    languages: tuple[str, ...]
    time_zone: str
    hours_from: int
    hours_until: int
    profile: str
    contact_line: str
    capacity: int | None
    offers: tuple[str, ...]
    needs: tuple[str, ...]
    consents: frozenset[Purpose]
    circumstances: CircumstancesView
    steward: bool
    invented: bool
    snoozed_until: date | None = None

    def agreed(self, purpose: Purpose) -> bool:
        """Whether the member's last word on `purpose` was yes."""
        return purpose in self.consents

    def today(self, now: datetime) -> date:
        """The day where the member is; in UTC if their zone is not known."""
        try:
            return now.astimezone(ZoneInfo(self.time_zone)).date()
        except (KeyError, OSError, ValueError):
            return now.astimezone(UTC).date()

    def snoozed(self, now: datetime) -> bool:
        """Whether the member wants to be left alone today; it ends by itself."""
        return self.snoozed_until is not None and self.today(now) < self.snoozed_until


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question as it was asked and how it stands."""

    id: int
    asker_id: int | None
    account_key: str
    text: str
    language: str
    people_only: bool
    visibility: Visibility
    state: QuestionState
    confidence: Confidence
    score: float
    asked_at: datetime
    place: str = ""
    """Where it was asked, as it is stored; empty for older questions."""
    shown_as: AskerShown | None = None
    """How the asker is shown to those who read along; None: the answer is theirs alone."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One row or file that could not be taken in, and why, in one sentence."""

    file: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}, line {self.line}"
        return f"{where}: {self.reason}"


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
