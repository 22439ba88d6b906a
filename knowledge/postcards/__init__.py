"""Postcards, and whether what they say was tried."""
