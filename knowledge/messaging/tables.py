"""The tables of rooms and pages that platforms show."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from knowledge.database.columns import (
    NEVER_REUSED,
    UtcDateTime,
    moment,
    moment_or_none,
    strings,
    utc_now,
    word,
)
from knowledge.database.personal_data import Erasure, Retention
from knowledge.vocabulary import ChannelState, DeliveryKind, DeliveryState, InboxState


class Channel(SQLModel, table=True):
    """A room of a workspace that the bot is or was in; `speaks` None follows the default."""

    __tablename__ = "channel"
    __table_args__ = (
        Index("uq_channel_identity", "platform", "workspace", "channel", unique=True),
        NEVER_REUSED,
    )
    retention: ClassVar[Retention] = Retention(
        "the community",
        "the community ends",
        Erasure.STAYS,
        common="platform workspace channel name uses",
    )

    id: int | None = Field(default=None, primary_key=True)
    platform: str
    workspace: str
    channel: str
    name: str = ""
    state: ChannelState = Field(default=ChannelState.PRESENT, sa_type=word(ChannelState))
    speaks: bool | None = Field(default=None, nullable=True)
    uses: list[str] = strings()
    updated_at: datetime | None = moment_or_none()


class Home(SQLModel, table=True):
    """Who looked at their home page, and a digest of what it last showed them."""

    __tablename__ = "home"
    retention: ClassVar[Retention] = Retention(
        "who opened it",
        "14 days after it was opened, or they erase their data",
        Erasure.GOES,
        words="person",
        people="account_key",
        common="digest",
    )

    account_key: str = Field(primary_key=True)
    person: str
    digest: str = ""
    opened_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime, index=True)


class InboxEntry(SQLModel, table=True):
    """One act of one person, claimed once; the act itself is kept only until it is done."""

    __tablename__ = "inbox"
    __table_args__ = (Index("ix_inbox_standing", "state", "received_at"),)
    retention: ClassVar[Retention] = Retention(
        "who acted",
        "the act is done; its name 7 days more",
        Erasure.PASSES,
        words="act",
        common="platform event_id",
    )

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
    retention: ClassVar[Retention] = Retention(
        "who reads it",
        "it is sent, which empties it; its row 30 days more, or they erase their data",
        Erasure.GOES,
        words="place reply",
        people="account_key",
        common="key target about platform workspace channel reason receipt message",
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


class DeliverySubject(SQLModel, table=True):
    """A member whom a message is about, or whose words it brings: it goes when they go."""

    __tablename__ = "delivery_subject"
    retention: ClassVar[Retention] = Retention(
        "whom the message is about",
        "the message goes, or they erase their data",
        Erasure.GOES,
        people="member_id",
    )

    delivery_id: int = Field(primary_key=True, foreign_key="delivery.id", ondelete="CASCADE")
    member_id: int = Field(
        primary_key=True, foreign_key="member.id", ondelete="CASCADE", index=True
    )
