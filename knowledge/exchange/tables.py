"""The tables of the peer exchange: programmes, who takes part, rounds and what came of them."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Date, Index
from sqlmodel import Field, SQLModel

from knowledge.database.columns import (
    NEVER_REUSED,
    UtcDateTime,
    child_of,
    moment,
    moment_or_none,
    strings,
    word,
)
from knowledge.database.personal_data import Erasure, Retention
from knowledge.exchange.states import (
    AssistantState,
    CheckInAnswer,
    PairingState,
    PromptSource,
    PromptState,
    RoundState,
)
from knowledge.vocabulary import Community


def document() -> Any:
    """A column for one JSON document."""
    return Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class Programme(SQLModel, table=True):
    """Who exchanges, how often and by which rules; `next_due_at` is None when none will come.

    `timetable`, `rules` and `channels` are JSON, read by
    bot/features/exchange/programmes/settings.py.
    """

    __tablename__ = "programme"
    __table_args__ = NEVER_REUSED
    retention: ClassVar[Retention] = Retention(
        "stewards",
        "the community ends",
        Erasure.STAYS,
        common="name timetable rules channels",
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    timetable: dict[str, Any] = document()
    rules: dict[str, Any] = document()
    channels: dict[str, Any] = document()
    automatic: bool = True
    days: int = 14
    chatham_house: bool = False
    paused: bool = False
    next_due_at: datetime | None = moment_or_none()
    created_at: datetime = moment()


class Participation(SQLModel, table=True):
    """A member in a programme; `left_at`: they are out of it, with what they had.

    Who said "not now" when they were asked has left at the moment of joining.
    """

    __tablename__ = "participation"
    __table_args__ = (
        Index("uq_participation_member", "programme_id", "member_id", unique=True),
        NEVER_REUSED,
    )
    retention: ClassVar[Retention] = Retention(
        "who takes part",
        "they erase their data",
        Erasure.GOES,
        people="member_id",
    )

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = child_of("programme")
    member_id: int = child_of("member")
    every: int = 1
    skip_next: bool = False
    snoozed_until: date | None = Field(default=None, sa_type=Date, nullable=True)
    rests: int = 0
    rested_last: bool = False
    last_round: int = 0
    silent_rounds: int = 0
    paused_at: datetime | None = moment_or_none()
    joined_at: datetime = moment()
    left_at: datetime | None = moment_or_none()


class Avoid(SQLModel, table=True):
    """A member who does not want to be grouped with another; told to nobody."""

    __tablename__ = "avoid"
    __table_args__ = (Index("uq_avoid_pair", "member_id", "other_id", unique=True), NEVER_REUSED)
    retention: ClassVar[Retention] = Retention(
        "who avoids somebody",
        "they take it back, or one of the two erases their data",
        Erasure.GOES,
        people="member_id other_id",
    )

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = child_of("member")
    other_id: int = child_of("member")


class NeverTogether(SQLModel, table=True):
    """Two that stewards keep apart: members (`#12`), organisations or countries."""

    __tablename__ = "never_together"
    __table_args__ = (Index("uq_never_together_pair", "one", "other", unique=True), NEVER_REUSED)
    retention: ClassVar[Retention] = Retention(
        "stewards",
        "a steward takes it back, or one of the two erases their data",
        Erasure.GOES,
        people="one other",
    )

    id: int | None = Field(default=None, primary_key=True)
    one: str
    other: str


class Assistant(SQLModel, table=True):
    """Somebody who schedules for a member, or was asked to; they need be no member themselves."""

    __tablename__ = "assistant"
    __table_args__ = (
        Index("uq_assistant_account", "member_id", "account_key", unique=True),
        NEVER_REUSED,
    )
    retention: ClassVar[Retention] = Retention(
        "the member, and who was asked to schedule",
        "either erases their data",
        Erasure.GOES,
        words="name",
        people="member_id account_key",
        common="locale",
    )

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = child_of("member")
    account_key: str = Field(index=True)
    name: str = ""
    locale: str = "en"
    state: AssistantState = Field(sa_type=word(AssistantState))
    asked_at: datetime = moment()
    answered_at: datetime | None = moment_or_none()


class ExchangeRound(SQLModel, table=True):
    """One round of a programme; `problem` and `plan` say how it was made, and replay it."""

    __tablename__ = "exchange_round"
    __table_args__ = (
        Index("uq_exchange_round_number", "programme_id", "number", unique=True),
        Index("ix_exchange_round_due", "state", "due_at"),
        NEVER_REUSED,
    )
    retention: ClassVar[Retention] = Retention(
        "the community",
        "the community ends; it holds numbers, no names",
        Erasure.STAYS,
        common="problem plan",
    )

    id: int | None = Field(default=None, primary_key=True)
    programme_id: int = child_of("programme")
    number: int
    state: RoundState = Field(sa_type=word(RoundState))
    due_at: datetime = Field(sa_type=UtcDateTime)
    approved: bool = False
    problem: dict[str, Any] = document()
    plan: dict[str, Any] = document()
    revision: int = 0
    previewed_at: datetime | None = moment_or_none()
    reminded_at: datetime | None = moment_or_none()
    announced_at: datetime | None = moment_or_none()
    closed_at: datetime | None = moment_or_none()


class Pairing(SQLModel, table=True):
    """Two or three members in a round, and the conversation in which they meet."""

    __tablename__ = "pairing"
    __table_args__ = (
        Index("uq_pairing_group", "round_id", "group_number", unique=True),
        NEVER_REUSED,
    )
    retention: ClassVar[Retention] = Retention(
        "the community",
        "the community ends",
        Erasure.STAYS,
    )

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = child_of("exchange_round")
    group_number: int
    state: PairingState = Field(default=PairingState.OPEN, sa_type=word(PairingState))
    across: bool = False
    conversation_id: int | None = child_of("conversation", optional=True)
    nudged_at: datetime | None = moment_or_none()


class PairingMember(SQLModel, table=True):
    """A member of a pairing; `messages` counts what they were sent unasked in the round.

    `asked`: 1 when they were asked halfway whether they met, 2 when they were asked at the end.
    """

    __tablename__ = "pairing_member"
    __table_args__ = (
        Index("uq_pairing_member", "pairing_id", "member_id", unique=True),
        NEVER_REUSED,
    )
    retention: ClassVar[Retention] = Retention(
        "who was in the group",
        "they erase their data",
        Erasure.GOES,
        people="member_id",
    )

    id: int | None = Field(default=None, primary_key=True)
    pairing_id: int = child_of("pairing")
    member_id: int = child_of("member")
    messages: int = 0
    asked: int = 0


class CheckIn(SQLModel, table=True):
    """Whether somebody met, and what came of it, in their words; never shown to others."""

    __tablename__ = "check_in"
    __table_args__ = (
        Index("uq_check_in_member", "pairing_id", "member_id", unique=True),
        NEVER_REUSED,
    )
    retention: ClassVar[Retention] = Retention(
        "who told it",
        "they erase their data",
        Erasure.GOES,
        words="problem tried worked",
        people="member_id",
    )

    id: int | None = Field(default=None, primary_key=True)
    pairing_id: int = child_of("pairing")
    member_id: int = child_of("member")
    answer: CheckInAnswer | None = Field(default=None, sa_type=word(CheckInAnswer), nullable=True)
    problem: str = ""
    tried: str = ""
    worked: str = ""
    may_be_quoted: bool = False
    at: datetime = moment()


class PromptSchedule(SQLModel, table=True):
    """When a programme posts prompts; `next_due_at` is None while it posts none.

    `timetable` is JSON, read by bot/features/exchange/programmes/settings.py; barred dates are
    the programme's own.
    """

    __tablename__ = "prompt_schedule"
    __table_args__ = (
        Index("uq_prompt_schedule_programme", "programme_id", unique=True),
        NEVER_REUSED,
    )
    retention: ClassVar[Retention] = Retention(
        "stewards",
        "the community ends",
        Erasure.STAYS,
        common="timetable",
    )

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
    retention: ClassVar[Retention] = Retention(
        "who asked",
        "they take it back or they erase their data",
        Erasure.FORGETS,
        words="text",
        people="asker_id",
        common="library_id places",
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
        NEVER_REUSED,
    )
    retention: ClassVar[Retention] = Retention(
        "the community",
        "its prompt goes",
        Erasure.STAYS,
        common="platform workspace channel key",
    )

    id: int | None = Field(default=None, primary_key=True)
    prompt_id: int = child_of("prompt")
    platform: str
    workspace: str
    channel: str
    key: str
