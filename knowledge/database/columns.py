"""The kinds of columns that tables are made of, and the names of their constraints."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Enum, TypeDecorator
from sqlmodel import Field, SQLModel

from knowledge.vocabulary import DataSource, LegalBasis, Level, PopulationBand, StaffBand

# Constraints need names before Alembic can change them on both SQLite and PostgreSQL.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def utc_now() -> datetime:
    """The present moment, with its zone."""
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


def word(words: type[StrEnum]) -> Enum:
    """A column for one word of a fixed list, kept as text so that lists may grow."""
    return Enum(words, native_enum=False, length=32, values_callable=lambda e: [w.value for w in e])


def moment() -> Any:
    """A column for a moment, by default the present one."""
    return Field(default_factory=utc_now, sa_type=UtcDateTime)


def moment_or_none() -> Any:
    """A column for a moment that may not have come yet."""
    return Field(default=None, sa_type=UtcDateTime, nullable=True)


def strings() -> Any:
    """A column for a list of texts."""
    return Field(default_factory=list, sa_column=Column(JSON, nullable=False))


def child_of(table: str, *, optional: bool = False) -> Any:
    """A foreign key whose row goes with its parent; optional ones just forget it."""
    if optional:
        return Field(
            default=None,
            foreign_key=f"{table}.id",
            ondelete="SET NULL",
            index=True,
            nullable=True,
        )
    return Field(foreign_key=f"{table}.id", ondelete="CASCADE", index=True)


NEVER_REUSED = {"sqlite_autoincrement": True}
"""Numbers that people, records, keys and other tables refer to never come back with another row."""


class Circumstances(SQLModel):
    """Five optional structured facts, compared to tell somebody what differs for them."""

    level: Level | None = Field(default=None, sa_type=word(Level), nullable=True)
    population_band: PopulationBand | None = Field(
        default=None, sa_type=word(PopulationBand), nullable=True
    )
    legal_basis: LegalBasis | None = Field(default=None, sa_type=word(LegalBasis), nullable=True)
    staff_band: StaffBand | None = Field(default=None, sa_type=word(StaffBand), nullable=True)
    data_source: DataSource | None = Field(default=None, sa_type=word(DataSource), nullable=True)
