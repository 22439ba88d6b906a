"""Somebody's own questions, votes on answers, sharing, and posts in forums."""
