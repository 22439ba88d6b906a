"""The tables of members, their accounts, consents, offers and needs. Rows never leave a unit."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Date, Index
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
from knowledge.vocabulary import Community, ContactKind, MemberStatus, Purpose


class ReportingLine(SQLModel, table=True):
    """Whose superior somebody is; `by_steward`: a steward said so, else the member in private."""

    __tablename__ = "reporting_line"
    __table_args__ = (
        Index("uq_reporting_line_pair", "member_id", "chief_id", "by_steward", unique=True),
        NEVER_REUSED,
    )
    retention: ClassVar[Retention] = Retention(
        "who named them; a steward",
        "they take it back or they erase their data",
        Erasure.GOES,
        people="member_id chief_id",
    )

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = child_of("member")
    chief_id: int = child_of("member")
    by_steward: bool = False


class Contact(SQLModel, table=True):
    """One contact to a member that counts against the number that they accept in a week."""

    __tablename__ = "contact"
    __table_args__ = (Index("ix_contact_lately", "member_id", "at"), NEVER_REUSED)
    retention: ClassVar[Retention] = Retention(
        "who was contacted",
        "they erase their data",
        Erasure.GOES,
        people="member_id",
    )

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id", ondelete="CASCADE")
    kind: ContactKind = Field(sa_type=word(ContactKind))
    at: datetime = moment()


class Member(Circumstances, table=True):
    """A person of one of the communities, whatever accounts they write from."""

    __tablename__ = "member"
    __table_args__ = NEVER_REUSED
    retention: ClassVar[Retention] = Retention(
        "the member",
        "they erase their data; who left stays until then",
        Erasure.GOES,
        words="key name role organisation place country languages profile contact_line",
        common="time_zone",
    )

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
        NEVER_REUSED,
    )
    retention: ClassVar[Retention] = Retention(
        "the member",
        "they erase their data",
        Erasure.GOES,
        words="name",
        people="member_id user_id",
        common="platform workspace locale time_zone language",
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
    __table_args__ = NEVER_REUSED
    retention: ClassVar[Retention] = Retention(
        "the member",
        "they erase their data",
        Erasure.GOES,
        people="member_id",
        common="text_version",
    )

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = child_of("member")
    purpose: Purpose = Field(sa_type=word(Purpose))
    given: bool
    text_version: str
    at: datetime = moment()


class Offer(SQLModel, table=True):
    """Something a member can help with, in their own words."""

    __tablename__ = "offer"
    __table_args__ = NEVER_REUSED
    retention: ClassVar[Retention] = Retention(
        "the member",
        "they remove it or they erase their data",
        Erasure.GOES,
        words="text",
        people="member_id",
        common="language",
    )

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = child_of("member")
    text: str
    language: str = "und"
    created_at: datetime = moment()


class Need(SQLModel, table=True):
    """Something a member wants to learn, in their own words."""

    __tablename__ = "need"
    __table_args__ = NEVER_REUSED
    retention: ClassVar[Retention] = Retention(
        "the member",
        "they remove it or they erase their data",
        Erasure.GOES,
        words="text",
        people="member_id",
        common="language",
    )

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = child_of("member")
    text: str
    language: str = "und"
    created_at: datetime = moment()


class ClaimCode(SQLModel, table=True):
    """A one-time code that joins an account to a member; only its digest is kept."""

    __tablename__ = "claim_code"
    __table_args__ = NEVER_REUSED
    retention: ClassVar[Retention] = Retention(
        "who was given it",
        "it is used, replaced or over, which is looked at with the next code",
        Erasure.GOES,
        people="member_id",
        common="digest",
    )

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    member_id: int | None = Field(
        default=None, foreign_key="member.id", ondelete="CASCADE", nullable=True
    )
    makes_steward: bool = False
    expires_at: datetime = Field(sa_type=UtcDateTime)
    created_at: datetime = moment()


class AuditEntry(SQLModel, table=True):
    """One privileged act; the actor's number stays readable after the actor has left."""

    __tablename__ = "audit_entry"
    __table_args__ = NEVER_REUSED
    retention: ClassVar[Retention] = Retention(
        "who acted, and to whom it was done",
        "the community ends",
        Erasure.FORGETS,
        words="detail",
        common="actor act subject",
    )

    id: int | None = Field(default=None, primary_key=True)
    actor: str
    act: str
    subject: str
    detail: str = ""
    at: datetime = moment()
