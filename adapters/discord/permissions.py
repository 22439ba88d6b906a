"""What the bot may do in a server and its rooms, and what every permission is called there."""

from collections.abc import Mapping

import discord

NEEDED = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    create_private_threads=True,
    manage_threads=True,
    attach_files=True,
    read_message_history=True,
)
"""What the bot asks for; docs/operate-discord.md gives each its reason."""
VIEW, SEND, SEND_IN_THREADS = "View Channels", "Send Messages", "Send Messages in Threads"
WITHOUT: Mapping[str, tuple[str, str]] = {
    "view_channel": (VIEW, "it sees no channel"),
    "send_messages": (SEND, "it cannot answer in a channel, and answers in private"),
    "send_messages_in_threads": (SEND_IN_THREADS, "it cannot answer in threads and forums"),
    "create_public_threads": ("Create Public Threads", "it answers without a thread of its own"),
    "create_private_threads": (
        "Create Private Threads",
        "people who are brought together get no room, and it carries their words",
    ),
    "manage_threads": ("Manage Threads", "posts of a forum get no tags"),
    "attach_files": ("Attach Files", "calendar files, briefs and charts are left out"),
    "read_message_history": (
        "Read Message History",
        "it finds nothing that was asked while it was away, and replies to no message",
    ),
}
"""Each permission by discord.py's name: what Discord calls it, and what happens without it."""


def missing(allowed: discord.Permissions) -> list[str]:
    """discord.py's names of what the bot asks for and has not, in the order of `WITHOUT`."""
    if allowed.administrator:
        return []
    lacking = NEEDED.value & ~allowed.value
    return [name for name in WITHOUT if discord.Permissions.VALID_FLAGS[name] & lacking]


def named(allowed: discord.Permissions) -> str:
    """What is missing, as Discord calls it."""
    return ", ".join(WITHOUT[name][0] for name in missing(allowed))


def lacking_in(client: discord.Client) -> tuple[str, ...]:
    """One line for each server that gives the bot less than it asks for."""
    found = []
    for guild in client.guilds:
        if guild.unavailable or guild.me is None:
            continue
        if lacking := named(guild.me.guild_permissions):
            found.append(f"{guild.name}: {lacking}")
    return tuple(found)


def in_room(client: discord.Client, room: int, parent: int) -> discord.Permissions | None:
    """What the bot may do in a channel or thread; None where that is not known."""
    channel = client.get_channel(room) or client.get_channel(parent)
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return None
    if channel.guild.me is None:
        return None
    try:
        return channel.permissions_for(channel.guild.me)
    except discord.ClientException:  # a thread whose channel the bot does not see
        return None


def to_write(allowed: discord.Permissions | None, *, thread: bool) -> str:
    """The permission without which nothing can be written there; empty when nothing is known."""
    if allowed is None:
        return ""
    if not allowed.view_channel:
        return VIEW
    if thread:
        return "" if allowed.send_messages_in_threads else SEND_IN_THREADS
    return "" if allowed.send_messages else SEND


def opens_threads(allowed: discord.Permissions | None) -> bool:
    """Whether a thread can be opened at a message and written into."""
    if allowed is None:
        return True
    return allowed.create_public_threads and allowed.send_messages_in_threads
