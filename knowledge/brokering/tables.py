"""The table of questions for which stewards look for a person."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from knowledge.database.columns import child_of, moment, moment_or_none, word
from knowledge.database.personal_data import Erasure, Retention
from knowledge.vocabulary import AskerShown, BrokeringState


class BrokeredQuestion(SQLModel, table=True):
    """A question as its asker wants stewards and experts to read it; it has the question's number.

    `owner_id`: the steward who looks; None where all do. `turn`: how often it came to somebody.
    `due_at`: when it goes on to the next. `said`: what a steward answered, or why nobody was found.
    """

    __tablename__ = "brokered_question"
    __table_args__ = (Index("ix_brokered_question_due", "state", "due_at"),)
    retention: ClassVar[Retention] = Retention(
        "who asked",
        "they erase their data",
        Erasure.GOES,
        words="text shown said",
        people="asker_id owner_id",
    )

    id: int = Field(primary_key=True, foreign_key="question.id", ondelete="CASCADE")
    asker_id: int = child_of("member")
    owner_id: int | None = child_of("member", optional=True)
    state: BrokeringState = Field(default=BrokeringState.WAITING, sa_type=word(BrokeringState))
    turn: int = 1
    text: str
    shown_as: AskerShown = Field(default=AskerShown.HIDDEN, sa_type=word(AskerShown))
    shown: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    said: str = ""
    due_at: datetime | None = moment_or_none()
    created_at: datetime = moment()
    ended_at: datetime | None = moment_or_none()
