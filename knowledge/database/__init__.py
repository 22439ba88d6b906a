"""knowledge.database."""
