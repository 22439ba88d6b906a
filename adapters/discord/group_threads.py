"""A private thread for people who are brought together, where they have a channel in common."""

from collections.abc import AsyncIterator, Iterable, Sequence
from hashlib import blake2b
from itertools import islice
from typing import Any, Literal

import discord
import structlog

from adapters.discord import api_errors
from adapters.discord.directory import PLATFORM, Directory
from adapters.discord.markup import plain_words
from bot.contract import Person, Place, PlaceKind, Undeliverable

log = structlog.get_logger(__name__)

A_WEEK: Literal[10080] = 10080
"""Minutes after which a quiet thread is put away."""
NAME = 100
MARK = 4
"""Bytes of a room's key that stand in the name of its thread, so that it is found again."""
MOST_SERVERS = 25
MOST_CHANNELS = 5
"""Channels of one server that are tried."""
WRONG_KIND = 50024
NO_CHANNEL = "They have no channel in common in which the bot may open a private thread."


class GroupThreads:
    """Opens such threads. `heard`: whether the bot is shown what is said in them."""

    def __init__(self, directory: Directory, *, heard: bool) -> None:
        self._directory = directory
        self._heard = heard

    async def open(
        self, client: discord.Client, persons: Sequence[Person], topic: str, key: str
    ) -> Place:
        """The thread of that key with all of them in it, a new one if there is none yet.

        Raises Later, Undeliverable, or what failed.
        """
        people = [int(person.user_id) for person in persons]
        mark = blake2b(key.encode(), digest_size=MARK).hexdigest()
        try:
            thread = await self._found(client, mark) or await self._made(
                client, people, f"{plain_words(topic, NAME - 2 * MARK - 3)} · {mark}"
            )
            for person in people:
                await thread.add_user(discord.Object(person))
        except (discord.HTTPException, discord.RateLimited) as error:
            meaning = api_errors.for_sender(error)
            if meaning is error:
                raise
            raise meaning from error
        return Place(
            PLATFORM,
            str(thread.guild.id),
            str(thread.parent_id),
            str(thread.id),
            PlaceKind.GROUP,
            heard=self._heard,
        )

    async def _found(self, client: discord.Client, mark: str) -> discord.Thread | None:
        """One that an earlier try opened: ours, private, and with the mark in its name."""
        own = client.user.id if client.user else 0
        for guild in client.guilds[:MOST_SERVERS]:
            for thread in await guild.active_threads():
                ours = thread.is_private() and thread.owner_id == own
                if ours and thread.name.endswith(f" {mark}"):
                    return thread
        return None

    async def _made(
        self, client: discord.Client, people: Sequence[int], name: str
    ) -> discord.Thread:
        async for channel in self._channels(client, people):
            try:
                return await channel.create_thread(
                    name=name,
                    type=discord.ChannelType.private_thread,
                    auto_archive_duration=A_WEEK,
                    invitable=False,
                )
            except (discord.Forbidden, discord.NotFound) as error:
                log.info("No private thread could be opened.", why=error.code)
            except discord.HTTPException as error:
                if error.code != WRONG_KIND:
                    raise
                log.info("No private thread can be opened there.", why=error.code)
        raise Undeliverable(NO_CHANNEL)

    async def _channels(
        self, client: discord.Client, people: Sequence[int]
    ) -> AsyncIterator[discord.TextChannel]:
        """Channels that all of them see, those first in which one of them acted last."""
        seen = [client.get_channel(self._directory.seen_in(person)) for person in people]
        last = [one.parent if isinstance(one, discord.Thread) else one for one in seen]
        recent = [one for one in last if isinstance(one, discord.TextChannel)]
        guilds = dict.fromkeys([*(one.guild for one in recent), *client.guilds[:MOST_SERVERS]])
        for guild in guilds:
            members = [await _member(guild, person) for person in people]
            there = [one for one in members if one is not None]
            if len(there) < len(people):
                continue
            first = [one for one in recent if one.guild == guild]
            fitting = (
                channel
                for channel in dict.fromkeys([*first, *guild.text_channels])
                if _fits(channel, guild.me, there)
            )
            for channel in islice(fitting, MOST_CHANNELS):
                yield channel


async def _member(guild: discord.Guild, person: int) -> discord.Member | None:
    """A person's seat in a server; None when they have none."""
    try:
        return guild.get_member(person) or await guild.fetch_member(person)
    except discord.NotFound:
        return None


def _fits(channel: discord.TextChannel, own: Any, people: Iterable[discord.Member]) -> bool:
    if channel.is_news():  # announcement channels have no private threads
        return False
    allowed = channel.permissions_for(own)
    if not (
        allowed.view_channel and allowed.create_private_threads and allowed.send_messages_in_threads
    ):
        return False
    return all(channel.permissions_for(person).view_channel for person in people)
