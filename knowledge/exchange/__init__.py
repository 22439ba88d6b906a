"""knowledge.exchange."""
