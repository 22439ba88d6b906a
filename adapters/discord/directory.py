"""Who people are and what rooms are, as far as Discord told us already; nothing is asked.

A person's account is the same in every server and in direct messages, so it has no workspace. A
message carries no locale: it is remembered from the person's last command or press, else their
server's language stands in.
"""

from collections import OrderedDict
from typing import Any

import discord

from bot.contract import Person, Place, PlaceKind
from bot.contract.adapter_kit import remember

PLATFORM = "discord"
NOWHERE = ""
"""The workspace of accounts and of direct messages."""
ASIDE = "Crosswalk"
MOST = 10_000
MOST_CONVERSATIONS = 200
DEFAULT_LOCALE = "en-US"

Author = discord.User | discord.Member


class Directory:
    """The people and rooms of the servers that the bot is in."""

    def __init__(self) -> None:
        self._locales: dict[int, str] = {}
        self._seen: dict[int, int] = {}
        self._conversations: OrderedDict[int, None] = OrderedDict()

    def speaks(self, user_id: int, locale: str) -> None:
        """A person's client is set to this locale."""
        remember(self._locales, user_id, locale, MOST)

    def locale(self, user_id: int) -> str:
        """The locale of a person's client, as far as it is known."""
        return self._locales.get(user_id, DEFAULT_LOCALE)

    def converses(self, channel: int) -> None:
        """This is somebody's conversation with the bot; Discord keeps no list of them for it."""
        self._conversations[channel] = None
        self._conversations.move_to_end(channel)
        if len(self._conversations) > MOST_CONVERSATIONS:
            self._conversations.popitem(last=False)

    @property
    def conversations(self) -> list[int]:
        """The conversations of this process, the latest first."""
        return list(reversed(self._conversations))

    def seen_in(self, user_id: int) -> int:
        """The channel in which a person acted last; 0 when it is not known."""
        return self._seen.get(user_id, 0)

    def person(self, author: Author, guild: discord.Guild | None) -> Person:
        """Who this is, with the best locale that is known."""
        fallback = str(guild.preferred_locale) if guild is not None else DEFAULT_LOCALE
        return Person(
            PLATFORM,
            NOWHERE,
            str(author.id),
            author.display_name,
            locale=self._locales.get(author.id, fallback),
            admin=_administers(author),
        )

    def place(self, channel: Any, guild_id: int | None, user_id: int, message: int = 0) -> Place:
        """Where this is. A channel that is not known well counts as private."""
        said = str(message) if message else ""
        if guild_id is None:
            return Place(PLATFORM, NOWHERE, str(user_id), message=said)
        remember(self._seen, user_id, int(channel.id), MOST)
        if isinstance(channel, discord.Thread):
            if is_aside(channel, user_id):
                return Place(PLATFORM, NOWHERE, str(user_id), message=said)
            return Place(
                PLATFORM,
                str(guild_id),
                str(channel.parent_id),
                str(channel.id),
                PlaceKind.GROUP if is_own_room(channel) else PlaceKind.THREAD,
                channel.is_private() or hidden(channel.parent),
                message=said,
                forum=isinstance(channel.parent, discord.ForumChannel),
                guarded=True,
            )
        return Place(
            PLATFORM,
            str(guild_id),
            str(channel.id),
            kind=PlaceKind.CHANNEL,
            private=hidden(channel),
            message=said,
            guarded=True,
        )


def is_own_room(channel: Any) -> bool:
    """Whether a channel is a private thread that the bot opened."""
    if not isinstance(channel, discord.Thread) or not channel.is_private():
        return False
    return channel.guild.me is not None and channel.owner_id == channel.guild.me.id


def aside_name(user_id: int) -> str:
    """What the private thread with one person is called."""
    return f"{ASIDE} {user_id}"


def is_aside(channel: Any, user_id: int) -> bool:
    """Whether a channel stands for a person's closed direct messages."""
    return is_own_room(channel) and channel.name == aside_name(user_id)


def hidden(channel: Any) -> bool:
    """Whether not everybody in the server can read a channel."""
    guild = getattr(channel, "guild", None)
    everybody = getattr(guild, "default_role", None)
    if everybody is None or not hasattr(channel, "permissions_for"):
        return True
    return not channel.permissions_for(everybody).view_channel


def _administers(author: Author) -> bool:
    # A member that came with an interaction carries the permissions that Discord worked out.
    if not isinstance(author, discord.Member):
        return False
    granted = author.resolved_permissions or author.guild_permissions
    return granted.administrator or granted.manage_guild
