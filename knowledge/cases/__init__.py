"""knowledge.cases.cases."""
