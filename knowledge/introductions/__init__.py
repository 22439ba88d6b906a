"""knowledge.introductions.introductions."""
