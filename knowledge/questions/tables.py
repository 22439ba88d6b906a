"""The tables of questions, their matches and ratings."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from knowledge.database.columns import NEVER_REUSED, child_of, moment, strings, word
from knowledge.database.personal_data import Erasure, Retention
from knowledge.vocabulary import AskerShown, Confidence, QuestionState, Visibility


class Question(SQLModel, table=True):
    """What somebody asked, who may see it, and how well the library answered."""

    __tablename__ = "question"
    __table_args__ = NEVER_REUSED
    retention: ClassVar[Retention] = Retention(
        "who asked",
        "they erase their data",
        Erasure.GOES,
        words="text",
        people="asker_id account_key",
        common="event_id language place",
    )

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
    __table_args__ = NEVER_REUSED
    retention: ClassVar[Retention] = Retention(
        "who asked, and who was shown",
        "the question goes, or who was shown erases their data",
        Erasure.GOES,
        words="reasons",
        people="member_id",
        common="model_id",
    )

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
        NEVER_REUSED,
    )
    retention: ClassVar[Retention] = Retention(
        "who voted",
        "they or the asker erase their data",
        Erasure.GOES,
        people="voter_id account_key",
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
