"""The tables' history, run by Alembic at the start."""
