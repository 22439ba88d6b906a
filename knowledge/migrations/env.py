"""Alembic's entry: one set of migrations for SQLite and PostgreSQL."""

from typing import Any, Literal

from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from knowledge import models  # noqa: F401  (their tables register themselves)
from knowledge.cases import tables as curated  # noqa: F401
from knowledge.citations import tables as citation_tables  # noqa: F401
from knowledge.conversations import meeting_tables  # noqa: F401
from knowledge.conversations import tables as conversation_tables  # noqa: F401
from knowledge.database.columns import UtcDateTime
from knowledge.exchange import prompt_tables  # noqa: F401
from knowledge.exchange import tables as exchange_tables  # noqa: F401
from knowledge.introductions import tables as introduction_tables  # noqa: F401
from knowledge.messaging import tables as platform_tables  # noqa: F401
from knowledge.postcards import tables as postcard_tables  # noqa: F401
from knowledge.public_questions import tables as community_tables  # noqa: F401


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
