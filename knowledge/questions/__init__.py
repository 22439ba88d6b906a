"""knowledge.questions.questions."""
