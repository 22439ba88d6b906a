"""Alembic's entry: one set of migrations for SQLite and PostgreSQL."""

from typing import Any, Literal

from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from knowledge import (  # noqa: F401  (their tables register themselves)
    citation_tables,
    community_tables,
    conversation_tables,
    curated,
    exchange_tables,
    introduction_tables,
    meeting_tables,
    models,
    platform_tables,
    postcard_tables,
    prompt_tables,
)
from knowledge.columns import UtcDateTime


def render(kind: str, thing: Any, _autogen: Any) -> str | Literal[False]:
    """Plain SQLAlchemy types, so that a migration outlives the code it was made from."""
    if kind == "type" and isinstance(thing, AutoString):
        return "sa.String()"
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
