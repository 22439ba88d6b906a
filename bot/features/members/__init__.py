"""Joining, profile, consents, offers, availability, invitations; and what stewards decide."""
