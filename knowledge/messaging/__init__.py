"""Inbox, deliveries, dead letters, channels and home pages as they are stored."""
