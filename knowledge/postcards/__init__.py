"""knowledge.postcards.postcards."""
