"""The tables of what leaves a conversation as a case: the proposal, and how each one is quoted."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from knowledge.database.columns import NEVER_REUSED, child_of, moment, moment_or_none, word
from knowledge.database.personal_data import Erasure, Retention
from knowledge.vocabulary import AskerShown, CitedPart, Level, ProposalState


class Proposal(SQLModel, table=True):
    """Words of an expert that may become a case; they are forgotten here once they are one.

    QUEUED with words again: a steward's change of the case, which waits for the author.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        Index("uq_proposal_conversation", "conversation_id", unique=True),
        NEVER_REUSED,
    )
    retention: ClassVar[Retention] = Retention(
        "who wrote the words",
        "they refuse, it is a case, or they erase their data",
        Erasure.GOES,
        words="title text place country",
        people="expert_id asker_id",
        common="language",
    )

    id: int | None = Field(default=None, primary_key=True)
    conversation_id: int = Field(foreign_key="conversation.id", ondelete="CASCADE")
    question_id: int | None = child_of("question", optional=True)
    expert_id: int | None = child_of("member", optional=True)
    asker_id: int | None = child_of("member", optional=True)
    case_id: int | None = child_of("case_snippet", optional=True)
    state: ProposalState = Field(sa_type=word(ProposalState), index=True)
    title: str = ""
    text: str = ""
    place: str = ""
    country: str = ""
    level: Level | None = Field(default=None, sa_type=word(Level), nullable=True)
    language: str = "und"
    at: datetime = moment()
    approved_at: datetime | None = moment_or_none()


class Citation(SQLModel, table=True):
    """How one of the two is quoted; `shown` is empty until they have said so.

    `wording`: what is published of them, exactly as they read it; `plain`: what is published when
    they are not quoted at all.
    """

    __tablename__ = "citation"
    __table_args__ = (Index("uq_citation_part", "proposal_id", "part", unique=True), NEVER_REUSED)
    retention: ClassVar[Retention] = Retention(
        "who is quoted",
        "they take it back or they erase their data",
        Erasure.FORGETS,
        words="wording plain",
        people="member_id",
    )

    id: int | None = Field(default=None, primary_key=True)
    proposal_id: int = child_of("proposal")
    member_id: int | None = child_of("member", optional=True)
    part: CitedPart = Field(sa_type=word(CitedPart))
    shown: AskerShown | None = Field(default=None, sa_type=word(AskerShown), nullable=True)
    wording: str = ""
    plain: str = ""
    at: datetime | None = moment_or_none()
