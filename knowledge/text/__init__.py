"""knowledge.text."""
