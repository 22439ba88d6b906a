"""knowledge.conversations.conversations."""
