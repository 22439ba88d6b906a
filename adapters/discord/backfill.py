"""Mentions that came while nobody listened: looked for in what can be read, oldest first."""

import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
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
LOOKED_THROUGH = 2_000
"""Messages of one room among which those for the bot are looked for."""
MOST_PEOPLE = 50

Take = Callable[[discord.Message], Awaitable[None]]
Wanted = Callable[[discord.Message], bool]


class Backfill:
    """Knows since when nobody listened. What was answered already is claimed, and not again."""

    def __init__(self, since: float | None, state: ConnectionState) -> None:
        """`since`: Unix seconds of the newest act known of; None: there was none before."""
        self._since = since
        self._state = state
        self._expected: Sequence[int] = ()
        self._away: dict[int, float] = {}
        """Servers that cannot be reached, and since when, Unix seconds."""

    def since(self, moment: float | None) -> None:
        """When the newest act that is known of came in, Unix seconds."""
        self._since = moment

    def expect(self, people: Sequence[int]) -> None:
        """People whose conversations with the bot are looked for once, after a start."""
        self._expected = list(dict.fromkeys(people))[:MOST_PEOPLE]

    def away(self, guild: int) -> None:
        """A server cannot be reached from now on."""
        self._away.setdefault(guild, time.time())

    async def missed(
        self, client: discord.Client, take: Take, directory: Directory, wanted: Wanted
    ) -> int:
        """Gives what was said since then to `take`; returns how many messages that were.

        `directory` knows conversations, since Discord gives a bot no list of them. `wanted`: which
        messages are anything to the bot. What was said in a server that is not there yet is read
        when it comes.
        """
        since = self._state.heard_until or self._since
        if since is None:
            return 0
        for guild in client.guilds:
            if guild.unavailable:
                self._away[guild.id] = since
        await self._find(client, directory)
        direct = [client.get_partial_messageable(number) for number in directory.conversations]
        after = _bounded(since)
        rooms = (*direct, *_rooms(client.guilds, after))
        return await _read(rooms, after, take, wanted)

    async def back(self, guild: discord.Guild, take: Take, wanted: Wanted) -> int:
        """A server can be reached again: what was said there meanwhile, as `missed`."""
        since = self._away.pop(guild.id, None)
        if since is None:
            return 0
        after = _bounded(since)
        return await _read(_rooms([guild], after), after, take, wanted)

    async def _find(self, client: discord.Client, directory: Directory) -> None:
        """The conversations with those who are expected; one that cannot be found is left out."""
        expected, self._expected = self._expected, ()
        for person in reversed(expected):
            try:
                directory.converses((await client.create_dm(discord.Object(person))).id)
            except FAILURES as error:
                log.warning("A conversation could not be looked into.", why=type(error).__name__)


def _bounded(since: float) -> datetime:
    """From when on messages are read, Unix seconds given."""
    return max(datetime.fromtimestamp(since, UTC) - OVERLAP, datetime.now(UTC) - LONGEST)


def _rooms(guilds: Iterable[discord.Guild], after: datetime) -> Sequence[Any]:
    """Where something was said since then, the newest first, as many as are bearable."""
    found: list[Any] = []
    for guild in guilds:
        if guild.unavailable or guild.me is None:
            continue
        channels = [*guild.text_channels, *guild.voice_channels, *guild.threads]
        found += [one for one in channels if _readable(one, guild)]
    first = discord.utils.time_snowflake(after)
    spoken = [one for one in found if (getattr(one, "last_message_id", None) or 0) > first]
    spoken.sort(key=lambda one: one.last_message_id, reverse=True)
    if len(spoken) > MOST_ROOMS:
        log.warning("Not every channel was read back.", channels=len(spoken))
    return spoken[:MOST_ROOMS]


def _readable(channel: Any, guild: discord.Guild) -> bool:
    allowed = channel.permissions_for(guild.me)
    return bool(allowed.view_channel and allowed.read_message_history)


async def _read(rooms: Iterable[Any], after: datetime, take: Take, wanted: Wanted) -> int:
    """The newest of what is wanted in each room, given on in the order in which it was said."""
    read = 0
    for room in rooms:
        found = await _newest(room, after, wanted)
        for each in reversed(found):
            await take(each)
        read += len(found)
    if read:
        log.info("Messages of the time without a connection were read.", messages=read)
    return read


async def _newest(room: Any, after: datetime, wanted: Wanted) -> list[discord.Message]:
    """What is wanted, the newest first: a busy room hides no recent mention behind its talk."""
    found: list[discord.Message] = []
    try:
        async for each in room.history(limit=LOOKED_THROUGH, oldest_first=False):
            if each.created_at <= after or len(found) >= MOST_MESSAGES:
                break
            if wanted(each):
                found.append(each)
    except FAILURES as error:
        log.warning("A channel could not be read back.", why=type(error).__name__)
    return found
