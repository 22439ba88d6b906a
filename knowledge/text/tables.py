"""The tables of passages, their vectors and the log of what changed in the library."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field, SQLModel

from knowledge.database.columns import NEVER_REUSED, moment, word
from knowledge.database.personal_data import Erasure, Retention
from knowledge.vocabulary import PassageKind


class Passage(SQLModel, table=True):
    """A piece of searchable text, of a case or of a member; `question_id`: what they answered."""

    __tablename__ = "passage"
    __table_args__ = NEVER_REUSED
    retention: ClassVar[Retention] = Retention(
        "the member or the community",
        "its text changes or goes",
        Erasure.GOES,
        words="text",
        people="member_id",
        common="language text_hash",
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: PassageKind = Field(sa_type=word(PassageKind))
    case_id: int | None = Field(
        default=None, foreign_key="case_snippet.id", ondelete="CASCADE", index=True, nullable=True
    )
    member_id: int | None = Field(
        default=None, foreign_key="member.id", ondelete="CASCADE", index=True, nullable=True
    )
    question_id: int | None = Field(
        default=None, foreign_key="question.id", ondelete="CASCADE", index=True, nullable=True
    )
    ordinal: int = 0
    text: str
    language: str = "und"
    text_hash: str = Field(index=True)


class Vector(SQLModel, table=True):
    """What one model makes of one text: float32, little endian, unit length."""

    __tablename__ = "vector"
    retention: ClassVar[Retention] = Retention(
        "nobody, once no text is left that it was made of",
        "no text is left that it was made of, or the model changes",
        Erasure.GOES,
        common="model_id text_hash data",
    )

    model_id: str = Field(primary_key=True)
    text_hash: str = Field(primary_key=True)
    dimension: int
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class LibraryChange(SQLModel, table=True):
    """What changed, in order: how one process notices what another one wrote."""

    __tablename__ = "library_change"
    __table_args__ = NEVER_REUSED
    retention: ClassVar[Retention] = Retention(
        "nobody",
        "the community ends; it holds numbers, no names",
        Erasure.STAYS,
        common="member_id",
    )

    seq: int | None = Field(default=None, primary_key=True)
    case_id: int | None = None
    member_id: int | None = None
    at: datetime = moment()


class Meta(SQLModel, table=True):
    """Single values about the database itself, such as the model that is in use."""

    __tablename__ = "meta"
    retention: ClassVar[Retention] = Retention(
        "nobody",
        "the community ends; of who erased their data, a digest of the name in the imported file",
        Erasure.STAYS,
        common="name value",
    )

    name: str = Field(primary_key=True)
    value: str
