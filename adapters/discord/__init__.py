"""Discord: payload to contract and contract to payload, nothing else."""

from adapters.discord.adapter import DiscordAdapter, create

__all__ = ["DiscordAdapter", "create"]
