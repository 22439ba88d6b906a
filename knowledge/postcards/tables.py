"""The tables of postcards: what people learnt from each other, and whether they tried it."""

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
from knowledge.vocabulary import PostcardState, Reuse


class Postcard(SQLModel, table=True):
    """Two lines that all who met agree to; `revision` counts how often they were written."""

    __tablename__ = "postcard"
    __table_args__ = (
        Index("uq_postcard_conversation", "conversation_id", unique=True),
        NEVER_REUSED,
    )
    retention: ClassVar[Retention] = Retention(
        "those who wrote it",
        "one of them takes it back or erases their data",
        Erasure.GOES,
        words="learnt will_try",
        people="author_id",
    )

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id", ondelete="CASCADE")
    author_id: int | None = child_of("member", optional=True)
    state: PostcardState = Field(sa_type=word(PostcardState))
    revision: int = 1
    learnt: str = ""
    will_try: str = ""
    at: datetime = moment()
    approved_at: datetime | None = moment_or_none()


class PostcardPart(SQLModel, table=True):
    """One of those who wrote it: whether they agreed, when they are asked, what they answered.

    `due_at`: when the bot looks whether to ask; `message`: the key of the message that asked.
    """

    __tablename__ = "postcard_part"
    __table_args__ = (
        Index("uq_postcard_part", "postcard_id", "member_id", unique=True),
        NEVER_REUSED,
    )
    retention: ClassVar[Retention] = Retention(
        "who had a part in it",
        "one of them takes it back or erases their data",
        Erasure.GOES,
        words="note",
        people="member_id",
        common="message",
    )

    id: int | None = Field(default=None, primary_key=True)
    postcard_id: int = child_of("postcard")
    member_id: int = child_of("member")
    approved: bool = False
    reuse: Reuse | None = Field(default=None, sa_type=word(Reuse), nullable=True)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime, nullable=True, index=True)
    times_asked: int = 0
    asked_at: datetime | None = moment_or_none()
    message: str = ""
    note: str = ""
    answered_at: datetime | None = moment_or_none()
