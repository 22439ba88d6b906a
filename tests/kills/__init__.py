"""Kills: the bot as a process of its own, killed outright while people use it.

`python -m tests.kills` drives it against the played Slack and Discord for as long as it is told.
"""
