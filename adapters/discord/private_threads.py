"""A private thread with one person, where their direct messages are closed."""

from typing import Literal

import discord
import structlog

from adapters.discord.api_errors import FAILURES, code
from adapters.discord.directory import Directory, aside_name

log = structlog.get_logger(__name__)

A_WEEK: Literal[10080] = 10080
"""Minutes after which a quiet thread is put away."""


class PrivateThreads:
    """Opens such threads in the channel where a person acted last, one for each person there."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._opened: dict[tuple[int, int], int] = {}

    async def thread(self, client: discord.Client, user_id: int) -> int:
        """The thread's number; 0 where none can be opened."""
        room = client.get_channel(self._directory.seen_in(user_id))
        if isinstance(room, discord.Thread):
            room = room.parent
        if not isinstance(room, discord.TextChannel):
            return 0
        standing = self._opened.get((room.id, user_id)) or self._found(client, room, user_id)
        if not standing:
            standing = await self._open(room, user_id)
        if standing:
            self._opened[room.id, user_id] = standing
        return standing

    def forget(self, thread: int) -> None:
        """It could not be written to: a new one is opened next time."""
        self._opened = {key: number for key, number in self._opened.items() if number != thread}

    def _found(self, client: discord.Client, room: discord.TextChannel, user_id: int) -> int:
        """One that was opened before a restart: ours, private, and named after the person."""
        own = client.user.id if client.user else 0
        name = aside_name(user_id)
        alike = (
            one.id
            for one in room.threads
            if one.is_private() and one.owner_id == own and one.name == name
        )
        return next(alike, 0)

    async def _open(self, room: discord.TextChannel, user_id: int) -> int:
        try:
            thread = await room.create_thread(
                name=aside_name(user_id),
                type=discord.ChannelType.private_thread,
                auto_archive_duration=A_WEEK,
                invitable=False,
            )
            await thread.add_user(discord.Object(user_id))
        except FAILURES as error:
            log.warning("No private thread could be opened.", why=code(error))
            return 0
        return thread.id
