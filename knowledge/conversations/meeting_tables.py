"""The tables of times that people propose to each other in a conversation."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from knowledge.database.columns import NEVER_REUSED, UtcDateTime, child_of, moment, moment_or_none


class Meeting(SQLModel, table=True):
    """The meeting of a conversation: how often times were proposed, and which was agreed.

    `uid` names it in calendars; `sequence` counts how often a time was agreed.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        Index("uq_meeting_conversation", "conversation_id", unique=True),
        NEVER_REUSED,
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

    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = child_of("meeting")
    batch: int
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)


class MeetingChoice(SQLModel, table=True):
    """A time suits a member."""

    __tablename__ = "meeting_choice"
    __table_args__ = (Index("uq_meeting_choice", "slot_id", "member_id", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    slot_id: int = child_of("meeting_slot")
    member_id: int = child_of("member")
