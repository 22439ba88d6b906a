"""The table of answers below posts."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from knowledge.database.columns import NEVER_REUSED, moment, moment_or_none
from knowledge.database.personal_data import Erasure, Retention


def _below(table: str) -> Any:
    """The post, of one of several kinds, below which a row stands and with which it goes."""
    return Field(
        default=None, foreign_key=f"{table}.id", ondelete="CASCADE", index=True, nullable=True
    )


class ThreadAnswer(SQLModel, table=True):
    """What somebody wrote below a post, or sent with its button.

    `message`: its name on the platform. `number`: what people and buttons call it. `key`: of the
    message that brings it to whoever asked. `member_id` is empty for somebody who is no member.
    `author`, `room`: how the channel shows them. `suggested_at`: stewards asked for a case of it.
    """

    __tablename__ = "thread_answer"
    __table_args__ = (
        Index(
            "uq_thread_answer_message", "platform", "workspace", "channel", "message", unique=True
        ),
        NEVER_REUSED,
    )
    retention: ClassVar[Retention] = Retention(
        "who wrote it",
        "they take it back or erase their data, or the post goes",
        Erasure.GOES,
        words="author text",
        people="member_id account_key",
        common="key platform workspace channel message room",
    )

    id: int | None = Field(default=None, primary_key=True)
    question_id: int | None = _below("posted_question")
    prompt_id: int | None = _below("prompt")
    number: int = Field(default=0, index=True)
    key: str
    member_id: int | None = _below("member")
    account_key: str = Field(default="", index=True)
    platform: str
    workspace: str
    channel: str
    message: str
    author: str = ""
    room: str = ""
    text: str
    solution: bool = False
    at: datetime = moment()
    suggested_at: datetime | None = moment_or_none()
