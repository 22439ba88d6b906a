"""Kills: the bot is ended while people use it, and everything must be read once all the same.

`__main__` runs it as a process of its own, killed outright, beside the played Slack and Discord;
`story` is what people do meanwhile. `cuts` ends it within one process, a hundred times as often,
in the `lives` of a round and of a talk.
"""
