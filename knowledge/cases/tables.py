"""The tables of what happens to a case once it is in the library, and of what is missing in it."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from knowledge.database.columns import (
    NEVER_REUSED,
    Circumstances,
    UtcDateTime,
    child_of,
    moment,
    moment_or_none,
    strings,
    word,
)
from knowledge.database.personal_data import Erasure, Retention
from knowledge.vocabulary import (
    CallState,
    CaseState,
    ChangeKind,
    Community,
    EditorKind,
    FlagKind,
    ReviewStage,
    WhoseWords,
)


class CaseVersion(SQLModel, table=True):
    """How a published case read at one time; kept from its first change on. All may read it."""

    __tablename__ = "case_version"
    __table_args__ = (
        Index("uq_case_version_number", "case_id", "number", unique=True),
        NEVER_REUSED,
    )
    retention: ClassVar[Retention] = Retention(
        "the community",
        "its case goes, a steward clears it, or who is named in it erases their data",
        Erasure.GOES,
        words="title text facts note",
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = child_of("case_snippet")
    number: int
    title: str
    text: str
    facts: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    editor: EditorKind = Field(sa_type=word(EditorKind))
    why: ChangeKind = Field(sa_type=word(ChangeKind))
    note: str = ""
    at: datetime = moment()


class FurtherSource(SQLModel, table=True):
    """A source that tells the same as the one that a case is quoted from."""

    __tablename__ = "further_source"
    __table_args__ = NEVER_REUSED
    retention: ClassVar[Retention] = Retention(
        "the community",
        "its case goes",
        Erasure.GOES,
        words="title url",
        common="licence published language",
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = child_of("case_snippet")
    title: str
    url: str = ""
    licence: str = ""
    published: str = ""
    language: str = "und"


class CaseReview(SQLModel, table=True):
    """How fresh a case is, and the moment at which silence takes it one step further."""

    __tablename__ = "case_review"
    retention: ClassVar[Retention] = Retention(
        "nobody",
        "its case goes",
        Erasure.GOES,
    )

    case_id: int = Field(primary_key=True, foreign_key="case_snippet.id", ondelete="CASCADE")
    days: int = 90
    stage: ReviewStage = Field(default=ReviewStage.CURRENT, sa_type=word(ReviewStage))
    next_at: datetime = Field(sa_type=UtcDateTime, index=True)
    up_since: datetime | None = moment_or_none()


class Flag(SQLModel, table=True):
    """What somebody said is the matter with a case; `open_key` lets each have one open."""

    __tablename__ = "flag"
    __table_args__ = NEVER_REUSED
    retention: ClassVar[Retention] = Retention(
        "who reported it",
        "they erase their data",
        Erasure.GOES,
        words="reason note",
        people="member_id account_key open_key",
    )

    id: int | None = Field(default=None, primary_key=True)
    case_id: int = child_of("case_snippet")
    member_id: int | None = Field(
        default=None, foreign_key="member.id", ondelete="CASCADE", index=True, nullable=True
    )
    account_key: str = Field(default="", index=True)
    kind: FlagKind = Field(sa_type=word(FlagKind))
    reason: str
    open_key: str | None = Field(default=None, unique=True)
    note: str = ""
    at: datetime = moment()
    resolved_at: datetime | None = moment_or_none()


class Call(SQLModel, table=True):
    """A steward asks members for cases on something that is missing, in the steward's words."""

    __tablename__ = "call"
    __table_args__ = NEVER_REUSED
    retention: ClassVar[Retention] = Retention(
        "stewards",
        "the community ends",
        Erasure.STAYS,
        common="text topics",
    )

    id: int | None = Field(default=None, primary_key=True)
    text: str
    topics: list[str] = strings()
    state: CallState = Field(default=CallState.OPEN, sa_type=word(CallState), index=True)
    at: datetime = moment()
    closed_at: datetime | None = moment_or_none()


class News(SQLModel, table=True):
    """A case that answers a question asked before it; one row, so nobody is told of it twice.

    `delivery_key` is empty where nobody was written to.
    """

    __tablename__ = "news"
    retention: ClassVar[Retention] = Retention(
        "who asked",
        "their question goes",
        Erasure.GOES,
        common="delivery_key",
    )

    question_id: int = Field(primary_key=True, foreign_key="question.id", ondelete="CASCADE")
    case_id: int = Field(
        primary_key=True, foreign_key="case_snippet.id", ondelete="CASCADE", index=True
    )
    delivery_key: str = ""
    at: datetime = moment()


class NewsOff(SQLModel, table=True):
    """Somebody who does not want to be written to by itself: `member:3`, or an account."""

    __tablename__ = "news_off"
    retention: ClassVar[Retention] = Retention(
        "who chose it",
        "they choose otherwise or they erase their data",
        Erasure.GOES,
        people="who",
    )

    who: str = Field(primary_key=True)
    at: datetime = moment()


class NewsPass(SQLModel, table=True):
    """How far old questions were held against new cases: one row, moved on batch by batch.

    Changes up to `done` were looked at; those up to `target` are, for questions after `after`.
    """

    __tablename__ = "news_pass"
    retention: ClassVar[Retention] = Retention(
        "nobody",
        "it is moved on",
        Erasure.STAYS,
    )

    id: int = Field(default=1, primary_key=True)
    done: int = 0
    target: int = 0
    after: int = 0


class CaseSource(SQLModel, table=True):
    """Where a case comes from."""

    __tablename__ = "case_source"
    __table_args__ = NEVER_REUSED
    retention: ClassVar[Retention] = Retention(
        "the community",
        "no case is quoted from it",
        Erasure.GOES,
        words="title url",
        common="licence published language",
    )

    id: int | None = Field(default=None, primary_key=True)
    title: str
    url: str = ""
    licence: str = ""
    published: str = ""
    language: str = "und"


class CaseSnippet(Circumstances, table=True):
    """A short sourced passage about what somebody did and what came of it."""

    __tablename__ = "case_snippet"
    __table_args__ = NEVER_REUSED
    retention: ClassVar[Retention] = Retention(
        "its author; once published, the community",
        "they erase their data: a draft goes, a published case stays without them",
        Erasure.GOES,
        words="title text reason place organisation",
        people="author_id",
        common="key language country topics content_hash",
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    source_id: int = child_of("case_source")
    author_id: int | None = child_of("member", optional=True)
    title: str
    text: str
    language: str = "und"
    community: Community | None = Field(default=None, sa_type=word(Community), nullable=True)
    place: str = ""
    country: str = ""
    organisation: str = ""
    topics: list[str] = strings()
    state: CaseState = Field(default=CaseState.DRAFT, sa_type=word(CaseState), index=True)
    reason: str = ""
    content_hash: str = Field(index=True)
    whose_words: WhoseWords | None = Field(default=None, sa_type=word(WhoseWords), nullable=True)
    merged_into: int | None = None
    sample: bool = False
    added_at: datetime = moment()
    published_at: datetime | None = moment_or_none()
    reviewed_at: datetime | None = moment_or_none()
    updated_at: datetime = moment()
