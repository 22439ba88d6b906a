"""Conversations, what was said in them, and times proposed and agreed."""
