"""The tables of questions to the community: what is posted, and where it stands."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from knowledge.database.columns import NEVER_REUSED, child_of, moment_or_none, word
from knowledge.database.personal_data import Erasure, Retention
from knowledge.vocabulary import AskerShown, PostState


class PostedQuestion(SQLModel, table=True):
    """A question as its asker agreed to have it posted; it has the question's number.

    `language`: that of the bot's words around it. `drawn`: the state that the posts show.
    """

    __tablename__ = "posted_question"
    retention: ClassVar[Retention] = Retention(
        "who asked",
        "they erase their data",
        Erasure.GOES,
        words="text shown",
        people="asker_id",
        common="language",
    )

    id: int = Field(primary_key=True, foreign_key="question.id", ondelete="CASCADE")
    asker_id: int = child_of("member")
    state: PostState = Field(default=PostState.DRAFT, sa_type=word(PostState), index=True)
    drawn: PostState = Field(default=PostState.DRAFT, sa_type=word(PostState))
    text: str
    language: str = "en"
    shown_as: AskerShown = Field(default=AskerShown.HIDDEN, sa_type=word(AskerShown))
    shown: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    posted_at: datetime | None = moment_or_none()
    ended_at: datetime | None = moment_or_none()


class Posting(SQLModel, table=True):
    """One channel in which a question is posted; the delivery of that key knows the message."""

    __tablename__ = "posting"
    __table_args__ = (
        Index("uq_posting_room", "question_id", "platform", "workspace", "channel", unique=True),
        NEVER_REUSED,
    )
    retention: ClassVar[Retention] = Retention(
        "who asked",
        "their question goes",
        Erasure.GOES,
        common="platform workspace channel name key",
    )

    id: int | None = Field(default=None, primary_key=True)
    question_id: int = child_of("posted_question")
    platform: str
    workspace: str
    channel: str
    name: str = ""
    key: str = Field(default="", index=True)
