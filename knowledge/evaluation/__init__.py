"""knowledge.evaluation.beir."""
