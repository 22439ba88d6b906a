"""knowledge.search.search."""
