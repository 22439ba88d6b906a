"""Discord: events to contract and contract to components, nothing else."""

from adapters.discord.settings import PREFIX, DiscordSettings
from bot.contract import Adapter, PlatformPackage

__all__ = ["create"]


def _make(settings: DiscordSettings) -> Adapter | None:
    # discord.py takes a second to import: commands that do not need it do not wait for it.
    from adapters.discord.adapter import made

    return made(settings)


create = PlatformPackage(PREFIX, DiscordSettings, _make)
