"""Peer exchange: who meets whom, and when.

`programmes` says who exchanges and how often; `planner` finds the best groups; `rounds` carries a
round from its plan to its last figures; `participation` is what members say; `prompts` are
questions between rounds.
"""
