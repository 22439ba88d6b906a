"""knowledge.messaging."""
