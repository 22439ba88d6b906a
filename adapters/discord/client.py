"""discord.py's client: without privileged intents, each event handed on by its kind."""

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord import platform_events
from adapters.discord.api_errors import FAILURES
from adapters.discord.payloads import NOBODY
from adapters.discord.settings import API
from bot.contract import PlatformEvent
from bot.contract.adapter_kit import ConnectionState

HEARTBEAT_ANSWER = 11
LONGEST_ANSWER = 200
PATIENCE_WITH_LIMITS = 30.0
"""Seconds that discord.py waits by itself when Discord asks to; the sender waits longer."""


class Receiver(Protocol):
    """What takes each kind of event."""

    async def message(self, found: discord.Message) -> None: ...

    async def edited(self, found: discord.Message) -> None: ...

    async def removed(self, message: int, channel: discord.abc.Messageable) -> None: ...

    async def interaction(self, found: discord.Interaction) -> None: ...

    async def noticed(self, found: PlatformEvent) -> None: ...

    async def ready(self, client: "Client") -> None: ...

    async def came(self, guild: discord.Guild) -> None: ...

    async def went(self, guild: discord.Guild) -> None: ...


class Client(discord.Client):
    """One session after another until something ends them; `silence`: seconds, see Connection.

    The address of the API is one for the whole process: discord.py has no other way. Another
    adapter of another address cannot run beside this one.
    """

    def __init__(
        self,
        receiver: Receiver,
        state: ConnectionState,
        *,
        base_url: str = API,
        message_content: bool = False,
        silence: float = 50.0,
        set_up: Callable[["Client"], Awaitable[None]] | None = None,
    ) -> None:
        intents = discord.Intents.default()
        intents.message_content = message_content
        super().__init__(
            intents=intents,
            allowed_mentions=NOBODY,
            heartbeat_timeout=silence,
            max_ratelimit_timeout=PATIENCE_WITH_LIMITS,
            enable_debug_events=True,
            max_messages=None,
        )
        self._receiver = receiver
        self._state = state
        self._base_url = base_url.rstrip("/")
        self._set_up = set_up

    async def login(self, token: str) -> None:
        """Logs in at the address of the settings."""
        Route.BASE = self._base_url
        await super().login(token)

    async def setup_hook(self) -> None:
        """Before the gateway: where it is, and which commands stand."""
        if self._base_url != API:
            _, address, _ = await self.http.get_bot_gateway()
            DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(address).with_query(None)
        if self._set_up is not None:
            await self._set_up(self)

    async def on_ready(self) -> None:
        """A new session: what was said before it is not delivered any more."""
        self._state.connected()
        for guild in self.guilds:
            if not guild.unavailable:
                await self._receiver.noticed(platform_events.rooms(guild))
        await self._receiver.ready(self)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """A server that was away at the start, or since, is there: with its rooms and its words."""
        await self._receiver.noticed(platform_events.rooms(guild))
        await self._receiver.came(guild)

    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        """Discord cannot reach a server for a time: its rooms are not gone."""
        await self._receiver.went(guild)

    async def on_resumed(self) -> None:
        """The session goes on, and Discord delivers what was missed."""
        self._state.connected()

    async def on_disconnect(self) -> None:
        """The connection is gone."""
        self._state.disconnected("the connection to Discord was lost")

    async def on_message(self, found: discord.Message) -> None:
        """Somebody wrote something."""
        await self._receiver.message(found)

    async def on_raw_message_edit(self, found: discord.RawMessageUpdateEvent) -> None:
        """Somebody changed a message, or Discord drew a preview into it."""
        await self._receiver.edited(found.message)

    async def on_raw_message_delete(self, found: discord.RawMessageDeleteEvent) -> None:
        """A message is gone. Discord says where, and nothing else."""
        channel = self.get_channel(found.channel_id)
        if found.guild_id is None and not _told(channel):
            try:
                channel = await self.fetch_channel(found.channel_id)
            except FAILURES:
                return
        if isinstance(channel, discord.DMChannel | discord.Thread | discord.TextChannel):
            await self._receiver.removed(found.message_id, channel)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """The bot was added to a server."""
        await self._receiver.noticed(platform_events.rooms(guild))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The bot was taken out of a server."""
        await self._receiver.noticed(platform_events.left(guild))

    async def on_guild_channel_create(self, channel: discord.abc.GuildChannel) -> None:
        """A channel is new."""
        await self._notice(platform_events.joined(channel, time.time()))

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel is gone."""
        await self._notice(platform_events.deleted(channel, time.time()))

    async def on_raw_thread_delete(self, found: discord.RawThreadDeleteEvent) -> None:
        """A thread is gone: people may have met there."""
        gone = (found.guild_id, found.parent_id, found.thread_id)
        await self._receiver.noticed(platform_events.thread_gone(*gone, time.time()))

    async def on_thread_remove(self, thread: discord.Thread) -> None:
        """The bot was taken out of a thread, or is no longer told of it."""
        try:
            await self.fetch_channel(thread.id)
        except (discord.NotFound, discord.Forbidden):
            pass
        except FAILURES:
            return
        else:
            return  # it was put away, or the bot may still write there
        gone = (thread.guild.id, thread.parent_id, thread.id)
        await self._receiver.noticed(platform_events.thread_gone(*gone, time.time()))

    async def on_guild_channel_update(
        self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        """A channel has another name or other permissions."""
        await self._notice(platform_events.changed(before, after, time.time()))

    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """A role may now show the bot other channels."""
        if before.permissions != after.permissions:
            await self._receiver.noticed(platform_events.rooms(after.guild))

    async def _notice(self, found: PlatformEvent | None) -> None:
        if found is not None:
            await self._receiver.noticed(found)

    async def on_interaction(self, found: discord.Interaction) -> None:
        """A command, a press, a form, or a value that is being typed."""
        await self._receiver.interaction(found)

    async def on_socket_event_type(self, _kind: str) -> None:
        """Discord sent something."""
        self._state.happened()

    async def on_socket_raw_receive(self, raw: Any) -> None:
        """Discord answers a heartbeat with a very short message."""
        if isinstance(raw, str) and len(raw) <= LONGEST_ANSWER and _answers(raw):
            self._state.answered()


def _told(channel: object) -> bool:
    """Whether it is known whose conversation a channel is."""
    return isinstance(channel, discord.DMChannel) and channel.recipient is not None


def _answers(raw: str) -> bool:
    try:
        told = json.loads(raw)
    except ValueError:
        return False
    return isinstance(told, dict) and told.get("op") == HEARTBEAT_ANSWER
