"""The tables of prompts between rounds: when, what comes next, where it was posted, what came."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from knowledge.database.columns import NEVER_REUSED, child_of, moment, moment_or_none, strings, word
from knowledge.exchange.states import PromptSource, PromptState
from knowledge.vocabulary import Community


class PromptSchedule(SQLModel, table=True):
    """When a programme posts prompts; `next_due_at` is None while it posts none.

    `timetable` is JSON, read by bot/features/exchange/programmes/settings.py; barred dates are
    the programme's own.
    """

    __tablename__ = "prompt_schedule"
    __table_args__ = (Index("uq_prompt_schedule_programme", "programme_id", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = child_of("programme")
    timetable: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    next_due_at: datetime | None = moment_or_none()


class Prompt(SQLModel, table=True):
    """A conversation starter of one programme, from the queue to its post.

    `text`: the question as it is posted; empty for the library's, which stand in the program.
    `places`: where the asker of a member's question agreed to have it posted; `community`: the
    only thing that is said of them, where enough people are of it. `rank`: its turn.
    """

    __tablename__ = "prompt"
    __table_args__ = (
        Index("uq_prompt_question", "question_id", unique=True),
        Index("ix_prompt_queue", "programme_id", "state", "rank"),
        NEVER_REUSED,
    )

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = child_of("programme")
    source: PromptSource = Field(sa_type=word(PromptSource))
    state: PromptState = Field(sa_type=word(PromptState))
    library_id: str = ""
    text: str = ""
    community: Community | None = Field(default=None, sa_type=word(Community), nullable=True)
    places: list[str] = strings()
    question_id: int | None = Field(
        default=None, foreign_key="question.id", ondelete="SET NULL", nullable=True
    )
    asker_id: int | None = child_of("member", optional=True)
    rank: int = 0
    asked_at: datetime | None = moment_or_none()
    decided_at: datetime | None = moment_or_none()
    posted_at: datetime | None = moment_or_none()


class PromptPost(SQLModel, table=True):
    """One channel in which a prompt was posted; `key`: of its delivery, which is not forgotten."""

    __tablename__ = "prompt_post"
    __table_args__ = (
        Index("uq_prompt_post_key", "key", unique=True),
        Index("ix_prompt_post_channel", "platform", "channel"),
    )

    id: int | None = Field(default=None, primary_key=True)
    prompt_id: int = child_of("prompt")
    platform: str
    workspace: str
    channel: str
    key: str


class PromptAnswer(SQLModel, table=True):
    """What a member wrote in the thread of a prompt; `suggested_at`: stewards asked for a case."""

    __tablename__ = "prompt_answer"
    __table_args__ = (
        Index("uq_prompt_answer_message", "platform", "channel", "message", unique=True),
        NEVER_REUSED,
    )

    id: int | None = Field(default=None, primary_key=True)
    prompt_id: int = child_of("prompt")
    member_id: int = child_of("member")
    platform: str
    workspace: str
    channel: str
    message: str
    text: str
    at: datetime = moment()
    suggested_at: datetime | None = moment_or_none()
