"""Mentions that came while nobody listened: looked for in what can be read, oldest first."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import structlog

from adapters.discord.api_errors import FAILURES
from adapters.discord.directory import Directory
from bot.contract.adapter_kit import ConnectionState

log = structlog.get_logger(__name__)

LONGEST = timedelta(hours=24)
"""What is older is not answered any more: who asked has gone on."""
OVERLAP = timedelta(minutes=3)
"""What was under way when the connection ended, and clocks that differ."""
MOST_MESSAGES, MOST_ROOMS = 200, 200
MOST_PEOPLE = 50

Take = Callable[[discord.Message], Awaitable[None]]


class Backfill:
    """Knows since when nobody listened. What was answered already is claimed, and not again."""

    def __init__(self, since: float | None, state: ConnectionState) -> None:
        """`since`: Unix seconds of the newest act known of; None: there was none before."""
        self._since = since
        self._state = state
        self._expected: Sequence[int] = ()

    def since(self, moment: float | None) -> None:
        """When the newest act that is known of came in, Unix seconds."""
        self._since = moment

    def expect(self, people: Sequence[int]) -> None:
        """People whose conversations with the bot are looked into once, after a start."""
        self._expected = people[:MOST_PEOPLE]

    async def missed(self, client: discord.Client, take: Take, directory: Directory) -> int:
        """Gives what was said since then to `take`; returns how many messages were looked at.

        `directory` knows conversations, since Discord gives a bot no list of them.
        """
        since = self._state.heard_until or self._since
        if since is None:
            return 0
        now = datetime.now(UTC)
        after = max(datetime.fromtimestamp(since, UTC) - OVERLAP, now - LONGEST)
        looked = 0
        await self._find(client, directory)
        direct = [client.get_partial_messageable(number) for number in directory.conversations]
        for room in (*direct, *_rooms(client, discord.utils.time_snowflake(after))):
            async for found in _history(room, after):
                looked += 1
                await take(found)
        if looked:
            log.info("Messages of the time without a connection were read.", messages=looked)
        return looked

    async def _find(self, client: discord.Client, directory: Directory) -> None:
        """The conversations with those who are expected; one that cannot be found is left out."""
        expected, self._expected = self._expected, ()
        for person in expected:
            try:
                directory.converses((await client.create_dm(discord.Object(person))).id)
            except FAILURES as error:
                log.warning("A conversation could not be looked into.", why=type(error).__name__)


def _rooms(client: discord.Client, after: int) -> Iterable[Any]:
    """Where something was said since then, the newest first, as many as are bearable."""
    found: list[Any] = []
    for guild in client.guilds:
        channels = [*guild.text_channels, *guild.voice_channels, *guild.threads]
        found += [one for one in channels if _readable(one, guild)]
    spoken = [one for one in found if (getattr(one, "last_message_id", None) or 0) > after]
    spoken.sort(key=lambda one: one.last_message_id, reverse=True)
    if len(spoken) > MOST_ROOMS:
        log.warning("Not every channel was read back.", channels=len(spoken))
    return spoken[:MOST_ROOMS]


def _readable(channel: Any, guild: discord.Guild) -> bool:
    allowed = channel.permissions_for(guild.me)
    return bool(allowed.view_channel and allowed.read_message_history)


async def _history(room: Any, after: datetime) -> AsyncIterator[discord.Message]:
    try:
        async for found in room.history(limit=MOST_MESSAGES, after=after, oldest_first=True):
            yield found
    except FAILURES as error:
        log.warning("A channel could not be read back.", why=type(error).__name__)
