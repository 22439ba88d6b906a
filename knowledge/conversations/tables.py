"""The tables of conversations between members."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from knowledge.database.columns import (
    NEVER_REUSED,
    UtcDateTime,
    child_of,
    moment,
    moment_or_none,
    word,
)
from knowledge.database.personal_data import Erasure, Retention
from knowledge.vocabulary import ConversationKind, ConversationState


class Conversation(SQLModel, table=True):
    """People brought together; the bot carries words where they have no room in common.

    `subject`: what brought them together, such as the number of a question. `heard`: whether the
    bot can read what they write to each other. `called_off_at`: somebody went before all had been
    told of it, and the others do not know yet.
    """

    __tablename__ = "conversation"
    __table_args__ = NEVER_REUSED
    retention: ClassVar[Retention] = Retention(
        "those who take part",
        "the asker erases their data: then what it was about goes",
        Erasure.FORGETS,
        words="topic",
        common="subject",
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: ConversationKind = Field(sa_type=word(ConversationKind))
    topic: str = ""
    subject: str = Field(default="", index=True)
    state: ConversationState = Field(sa_type=word(ConversationState), index=True)
    bridged: bool = False
    heard: bool = True
    opened_at: datetime = moment()
    closed_at: datetime | None = moment_or_none()
    called_off_at: datetime | None = moment_or_none()


class Participant(SQLModel, table=True):
    """A member's seat in a conversation: where they write, and the name that others read.

    `greeting`: the first message, kept until there is a room to say it in. `left_at`: when they
    went, while the others go on. `unsent`: what they wrote beside it, until they say for whom.
    """

    __tablename__ = "participant"
    __table_args__ = (Index("ix_participant_room", "platform", "channel", "thread"), NEVER_REUSED)
    retention: ClassVar[Retention] = Retention(
        "who takes part",
        "they erase their data",
        Erasure.GOES,
        words="name greeting unsent",
        people="member_id user_id",
        common="language platform workspace channel thread",
    )

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = child_of("conversation")
    member_id: int = child_of("member")
    name: str
    language: str = "en"
    platform: str = ""
    workspace: str = ""
    user_id: str = ""
    channel: str = ""
    thread: str = ""
    greeting: str = ""
    unsent: str = Field(default="", sa_column_kwargs={"server_default": ""})
    left_at: datetime | None = moment_or_none()


class Line(SQLModel, table=True):
    """Something said in a conversation; kept until some time after it is closed."""

    __tablename__ = "line"
    __table_args__ = (
        Index("uq_line_message", "participant_id", "message", unique=True),
        NEVER_REUSED,
    )
    retention: ClassVar[Retention] = Retention(
        "who said it",
        "30 days after the conversation's end, they take it back or they erase their data",
        Erasure.GOES,
        words="text",
        common="message",
    )

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = child_of("conversation")
    participant_id: int = child_of("participant")
    message: str
    text: str
    at: datetime = moment()


class Meeting(SQLModel, table=True):
    """The meeting of a conversation: how often times were proposed, and which was agreed.

    `uid` names it in calendars; `sequence` counts how often a time was agreed.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        Index("uq_meeting_conversation", "conversation_id", unique=True),
        NEVER_REUSED,
    )
    retention: ClassVar[Retention] = Retention(
        "those who take part",
        "30 days after the conversation's end",
        Erasure.STAYS,
        common="uid",
    )

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = child_of("conversation")
    uid: str
    batch: int = 0
    sequence: int = 0
    agreed_batch: int = 0
    agreed_at: datetime | None = moment_or_none()
    created_at: datetime = moment()


class MeetingSlot(SQLModel, table=True):
    """One time that was proposed."""

    __tablename__ = "meeting_slot"
    __table_args__ = (
        Index("uq_meeting_slot_start", "meeting_id", "starts_at", unique=True),
        NEVER_REUSED,
    )
    retention: ClassVar[Retention] = Retention(
        "those who take part",
        "30 days after the conversation's end",
        Erasure.STAYS,
    )

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = child_of("meeting")
    batch: int
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)


class MeetingChoice(SQLModel, table=True):
    """A time suits a member."""

    __tablename__ = "meeting_choice"
    __table_args__ = (Index("uq_meeting_choice", "slot_id", "member_id", unique=True), NEVER_REUSED)
    retention: ClassVar[Retention] = Retention(
        "who pressed it",
        "30 days after the conversation's end, or they erase their data",
        Erasure.GOES,
        people="member_id",
    )

    id: int | None = Field(default=None, primary_key=True)
    slot_id: int = child_of("meeting_slot")
    member_id: int = child_of("member")
