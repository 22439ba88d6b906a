"""The tables of a hand-over: the request, the experts who were asked, and each contact."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from knowledge.database.columns import NEVER_REUSED, child_of, moment, moment_or_none, strings, word
from knowledge.database.personal_data import Erasure, Retention
from knowledge.vocabulary import AskerShown, IntroductionState, RequestState, Urgency


class Request(SQLModel, table=True):
    """A question that its asker wants handed to a person; it has the question's number.

    `due_at`: when the bot has to look at it again; None when nothing is left for the bot to do.
    `unseen`: something happened that the asker has not been shown in a conversation.
    """

    __tablename__ = "request"
    __table_args__ = (Index("ix_request_due", "state", "due_at"),)
    retention: ClassVar[Retention] = Retention(
        "who asked",
        "they erase their data; a draft that is not sent, 30 days",
        Erasure.GOES,
        words="text context shown",
        people="asker_id",
        common="languages",
    )

    id: int = Field(primary_key=True, foreign_key="question.id", ondelete="CASCADE")
    asker_id: int = child_of("member")
    state: RequestState = Field(default=RequestState.DRAFT, sa_type=word(RequestState))
    text: str
    context: str = ""
    languages: list[str] = strings()
    urgency: Urgency = Field(default=Urgency.OPEN, sa_type=word(Urgency))
    shown_as: AskerShown = Field(default=AskerShown.HIDDEN, sa_type=word(AskerShown))
    shown: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    line: int = 0
    due_at: datetime | None = moment_or_none()
    unseen: bool = False
    created_at: datetime = moment()
    sent_at: datetime | None = moment_or_none()
    ended_at: datetime | None = moment_or_none()


class Introduction(SQLModel, table=True):
    """One expert who was asked; whoever had themselves erased leaves the place in the line."""

    __tablename__ = "introduction"
    __table_args__ = (
        Index("uq_introduction_asked", "request_id", "expert_id", unique=True),
        Index("uq_introduction_turn", "request_id", "ordinal", unique=True),
        NEVER_REUSED,
    )
    retention: ClassVar[Retention] = Retention(
        "who was asked",
        "the request goes",
        Erasure.FORGETS,
        words="reasons",
        people="expert_id",
    )

    id: int | None = Field(default=None, primary_key=True)
    request_id: int = child_of("request")
    expert_id: int | None = child_of("member", optional=True)
    ordinal: int
    suggested: bool = False
    state: IntroductionState = Field(
        default=IntroductionState.PROPOSED, sa_type=word(IntroductionState), index=True
    )
    reasons: list[str] = strings()
    proposed_at: datetime = moment()
    remind_at: datetime | None = moment_or_none()
    reminded_at: datetime | None = moment_or_none()
    due_at: datetime = moment()
    decided_at: datetime | None = moment_or_none()
