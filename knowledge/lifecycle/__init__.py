"""knowledge.lifecycle."""
