"""knowledge.public_questions."""
