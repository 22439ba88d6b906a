"""knowledge.citations.citations."""
