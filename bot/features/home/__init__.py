"""Somebody's page: what waits for them, their questions, their exchange, their settings."""
