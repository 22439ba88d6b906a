"""knowledge.migrations."""
