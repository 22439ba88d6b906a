"""Alembic's entry: one set of migrations for every database."""

from importlib import import_module
from pkgutil import walk_packages
from typing import Any, Literal

from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import knowledge
from knowledge.database.columns import UtcDateTime

# A table registers itself when its module is imported.
for module in walk_packages(knowledge.__path__, "knowledge."):
    if module.name.endswith(".tables"):
        import_module(module.name)


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
