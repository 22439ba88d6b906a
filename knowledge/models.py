"""The tables. Rows never leave a unit of work: views.py holds what may."""

from datetime import date, datetime

from sqlalchemy import Column, Date, Index, LargeBinary
from sqlmodel import Field, SQLModel

from knowledge.database.columns import (
    NEVER_REUSED,
    UtcDateTime,
    child_of,
    moment,
    moment_or_none,
    strings,
    word,
)
from knowledge.vocabulary import (
    AskerShown,
    CaseState,
    Community,
    Confidence,
    DataSource,
    DeliveryKind,
    DeliveryState,
    InboxState,
    LegalBasis,
    Level,
    MemberStatus,
    PassageKind,
    PopulationBand,
    Purpose,
    QuestionState,
    StaffBand,
    Visibility,
    WhoseWords,
)


class Circumstances(SQLModel):
    """Five optional structured facts, compared to tell somebody what differs for them."""

    level: Level | None = Field(default=None, sa_type=word(Level), nullable=True)
    population_band: PopulationBand | None = Field(
        default=None, sa_type=word(PopulationBand), nullable=True
    )
    legal_basis: LegalBasis | None = Field(default=None, sa_type=word(LegalBasis), nullable=True)
    staff_band: StaffBand | None = Field(default=None, sa_type=word(StaffBand), nullable=True)
    data_source: DataSource | None = Field(default=None, sa_type=word(DataSource), nullable=True)


class Member(Circumstances, table=True):
    """A person of one of the communities, whatever accounts they write from."""

    __tablename__ = "member"
    __table_args__ = NEVER_REUSED

    id: int | None = Field(default=None, primary_key=True)
    key: str | None = Field(default=None, unique=True)
    name: str
    status: MemberStatus = Field(sa_type=word(MemberStatus))
    community: Community | None = Field(default=None, sa_type=word(Community), nullable=True)
    role: str = ""
    organisation: str = ""
    place: str = ""
    country: str = ""
    languages: list[str] = strings()
    time_zone: str = "UTC"
    hours_from: int = 9
    hours_until: int = 17
    profile: str = ""
    contact_line: str = ""
    capacity: int | None = None
    snoozed_until: date | None = Field(default=None, sa_type=Date, nullable=True)
    steward: bool = False
    invented: bool = False
    created_at: datetime = moment()
    updated_at: datetime = moment()


class Account(SQLModel, table=True):
    """A member's identity in one workspace."""

    __tablename__ = "account"
    __table_args__ = (
        Index("uq_account_identity", "platform", "workspace", "user_id", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = child_of("member")
    platform: str
    workspace: str
    user_id: str
    name: str
    locale: str = "en"
    time_zone: str = "UTC"
    language: str | None = None
    gone_at: datetime | None = moment_or_none()
    used_at: datetime | None = moment_or_none()
    created_at: datetime = moment()


class Consent(SQLModel, table=True):
    """One yes or no to one purpose; the newest row counts, the others are the record."""

    __tablename__ = "consent"

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = child_of("member")
    purpose: Purpose = Field(sa_type=word(Purpose))
    given: bool
    text_version: str
    at: datetime = moment()


class Offer(SQLModel, table=True):
    """Something a member can help with, in their own words."""

    __tablename__ = "offer"

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = child_of("member")
    text: str
    language: str = "und"
    created_at: datetime = moment()


class Need(SQLModel, table=True):
    """Something a member wants to learn, in their own words."""

    __tablename__ = "need"

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = child_of("member")
    text: str
    language: str = "und"
    created_at: datetime = moment()


class ClaimCode(SQLModel, table=True):
    """A one-time code that joins an account to a member; only its digest is kept."""

    __tablename__ = "claim_code"

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    member_id: int | None = Field(
        default=None, foreign_key="member.id", ondelete="CASCADE", nullable=True
    )
    makes_steward: bool = False
    expires_at: datetime = Field(sa_type=UtcDateTime)
    created_at: datetime = moment()


class CaseSource(SQLModel, table=True):
    """Where a case comes from."""

    __tablename__ = "case_source"

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


class Passage(SQLModel, table=True):
    """A piece of searchable text, of a case or of a member."""

    __tablename__ = "passage"

    id: int | None = Field(default=None, primary_key=True)
    kind: PassageKind = Field(sa_type=word(PassageKind))
    case_id: int | None = Field(
        default=None, foreign_key="case_snippet.id", ondelete="CASCADE", index=True, nullable=True
    )
    member_id: int | None = Field(
        default=None, foreign_key="member.id", ondelete="CASCADE", index=True, nullable=True
    )
    ordinal: int = 0
    text: str
    language: str = "und"
    text_hash: str = Field(index=True)


class Vector(SQLModel, table=True):
    """What one model makes of one text: float32, little endian, unit length."""

    __tablename__ = "vector"

    model_id: str = Field(primary_key=True)
    text_hash: str = Field(primary_key=True)
    dimension: int
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class LibraryChange(SQLModel, table=True):
    """What changed, in order: how one process notices what another one wrote."""

    __tablename__ = "library_change"

    seq: int | None = Field(default=None, primary_key=True)
    case_id: int | None = None
    member_id: int | None = None
    at: datetime = moment()


class Meta(SQLModel, table=True):
    """Single values about the database itself, such as the model that is in use."""

    __tablename__ = "meta"

    name: str = Field(primary_key=True)
    value: str


class Question(SQLModel, table=True):
    """What somebody asked, who may see it, and how well the library answered."""

    __tablename__ = "question"
    __table_args__ = NEVER_REUSED

    id: int | None = Field(default=None, primary_key=True)
    asker_id: int | None = Field(
        default=None, foreign_key="member.id", ondelete="CASCADE", index=True, nullable=True
    )
    account_key: str = Field(default="", index=True)
    event_id: str | None = Field(default=None, unique=True, index=True)
    text: str
    language: str
    people_only: bool = False
    visibility: Visibility = Field(default=Visibility.PRIVATE, sa_type=word(Visibility))
    state: QuestionState = Field(default=QuestionState.OPEN, sa_type=word(QuestionState))
    confidence: Confidence = Field(sa_type=word(Confidence))
    score: float
    asked_at: datetime = moment()
    place: str = ""
    shown_as: AskerShown | None = Field(default=None, sa_type=word(AskerShown), nullable=True)


class Match(SQLModel, table=True):
    """A question with one case or one expert, its score, its reasons and the model."""

    __tablename__ = "match"

    id: int | None = Field(default=None, primary_key=True)
    question_id: int = child_of("question")
    rank: int
    case_id: int | None = Field(
        default=None, foreign_key="case_snippet.id", ondelete="CASCADE", index=True, nullable=True
    )
    member_id: int | None = Field(
        default=None, foreign_key="member.id", ondelete="CASCADE", index=True, nullable=True
    )
    score: float
    reasons: list[str] = strings()
    model_id: str


class Rating(SQLModel, table=True):
    """Whether an answer, or one case of it, helped one person; `about` is 0 or the case's number.

    An index takes no two NULLs for the same, so `about` says what `case_id` leaves open.
    """

    __tablename__ = "rating"
    __table_args__ = (
        Index("uq_rating_account", "question_id", "about", "account_key", unique=True),
        Index("uq_rating_voter", "question_id", "about", "voter_id", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    question_id: int = child_of("question")
    case_id: int | None = Field(
        default=None, foreign_key="case_snippet.id", ondelete="CASCADE", index=True, nullable=True
    )
    about: int = 0
    voter_id: int | None = Field(
        default=None, foreign_key="member.id", ondelete="CASCADE", index=True, nullable=True
    )
    account_key: str = Field(index=True)
    helpful: bool
    at: datetime = moment()


class AuditEntry(SQLModel, table=True):
    """One privileged act; the actor's number stays readable after the actor has left."""

    __tablename__ = "audit_entry"

    id: int | None = Field(default=None, primary_key=True)
    actor: str
    act: str
    subject: str
    detail: str = ""
    at: datetime = moment()


class Inbox(SQLModel, table=True):
    """One act of one person, claimed once; the act itself is kept only until it is done."""

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_standing", "state", "received_at"),)

    platform: str = Field(primary_key=True)
    event_id: str = Field(primary_key=True)
    state: InboxState = Field(default=InboxState.RECEIVED, sa_type=word(InboxState))
    act: str = ""
    runs: int = 0
    received_at: datetime = moment()
    done_at: datetime | None = moment_or_none()


class Delivery(SQLModel, table=True):
    """One outgoing message; what it says is kept only until it is sent.

    `target`: the key of the delivery that this one answers, changes or removes. `message`: what
    the platform calls the message that was sent. `about`: what it belongs to. `kept`: it is held,
    not dropped, while its reader wants to be left alone. `not_before`: it is held until then, and
    what is written after it does not wait for it.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_line", "state", "platform", "workspace", "channel", "id"),
        Index("ix_delivery_due", "state", "due_at"),
        Index("ix_delivery_message", "platform", "message"),
        NEVER_REUSED,
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: DeliveryKind = Field(default=DeliveryKind.POST, sa_type=word(DeliveryKind))
    target: str = ""
    about: str = Field(default="", index=True)
    platform: str
    workspace: str
    channel: str
    account_key: str = Field(default="", index=True)
    unsolicited: bool = False
    kept: bool = False
    place: str
    reply: str
    state: DeliveryState = Field(default=DeliveryState.WAITING, sa_type=word(DeliveryState))
    attempts: int = 0
    in_doubt: bool = False
    reason: str = ""
    receipt: str = ""
    message: str = ""
    due_at: datetime = moment()
    not_before: datetime | None = moment_or_none()
    locked_until: datetime | None = moment_or_none()
    created_at: datetime = moment()
    finished_at: datetime | None = moment_or_none()
