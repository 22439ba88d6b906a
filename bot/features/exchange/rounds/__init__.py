"""A round's life: planned, previewed, announced, nudged, asked about, closed.

Each step is one unit that takes the round from the state it must be in, so of several processes
one does it, and what was cut off is done at the next look. docs/reliability.md tells what that
holds.
"""
