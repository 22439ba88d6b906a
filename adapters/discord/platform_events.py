"""Pure: what becomes of channels and servers as notices for the core.

Without the members intent Discord does not tell who leaves a server; a person who cannot be
written to any more is noticed when a message to them is refused.
"""

from typing import Any

import discord

from adapters.discord.directory import PLATFORM
from bot.contract import Place, PlaceKind, PlatformEvent, PlatformEventKind

Rooms = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.ForumChannel


def rooms(guild: discord.Guild) -> PlatformEvent:
    """All channels of a server that the bot sees now."""
    found = {str(one.id): one.name for one in guild.channels if _seen(one)}
    return _all(guild.id, found)


def left(guild: discord.Guild) -> PlatformEvent:
    """The bot was taken out of a server."""
    return _all(guild.id, {})


def joined(channel: Any, at: float) -> PlatformEvent | None:
    """A channel is new; `at`: when Discord said so, Unix seconds."""
    return _one(PlatformEventKind.ROOM_JOINED, channel, at) if _seen(channel) else None


def deleted(channel: Any, at: float) -> PlatformEvent | None:
    """A channel is gone."""
    if not isinstance(channel, Rooms):
        return None
    return _one(PlatformEventKind.ROOM_DELETED, channel, at)


def thread_gone(guild_id: int, channel: int, thread: int, at: float) -> PlatformEvent:
    """A thread was deleted, or the bot was taken out of it."""
    kind = PlatformEventKind.ROOM_DELETED
    place = Place(PLATFORM, str(guild_id), str(channel), str(thread), PlaceKind.GROUP)
    return PlatformEvent(event_id=f"notice:{thread}:{kind}:{at}", kind=kind, place=place, at=at)


def changed(before: Any, after: Any, at: float) -> PlatformEvent | None:
    """A channel has another name, or became visible or invisible for the bot."""
    saw, sees = _seen(before), _seen(after)
    if saw and not sees:
        return _one(PlatformEventKind.ROOM_LEFT, after, at)
    if sees and not saw:
        return _one(PlatformEventKind.ROOM_JOINED, after, at)
    if sees and before.name != after.name:
        return _one(PlatformEventKind.ROOM_RENAMED, after, at)
    return None


def _seen(channel: Any) -> bool:
    if not isinstance(channel, Rooms) or channel.guild.me is None:
        return False
    return channel.permissions_for(channel.guild.me).view_channel


def _one(kind: PlatformEventKind, channel: Any, at: float) -> PlatformEvent:
    place = Place(PLATFORM, str(channel.guild.id), str(channel.id), kind=PlaceKind.CHANNEL)
    key = f"notice:{channel.id}:{kind}:{at}"
    return PlatformEvent(event_id=key, kind=kind, place=place, name=channel.name, at=at)


def _all(guild_id: int, found: dict[str, str]) -> PlatformEvent:
    place = Place(PLATFORM, str(guild_id), "")
    key = f"notice:{guild_id}:rooms"
    return PlatformEvent(event_id=key, kind=PlatformEventKind.ROOMS, place=place, rooms=found)
