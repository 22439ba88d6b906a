"""Programmes, rounds, pairings, check-ins, prompts and assistants as they are stored."""
