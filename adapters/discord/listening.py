"""discord.py's client: without privileged intents, each event handed on by its kind."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.sending import NOBODY
from adapters.discord.state import State

API = "https://discord.com/api/v10"
HEARTBEAT_ANSWER = 11
LONGEST_ANSWER = 200
PATIENCE_WITH_LIMITS = 30.0
"""Seconds that discord.py waits by itself when Discord asks to; the courier waits longer."""


class Receiver(Protocol):
    """What takes each kind of event."""

    async def message(self, found: discord.Message) -> None: ...

    async def interaction(self, found: discord.Interaction) -> None: ...

    async def ready(self, client: "Listening") -> None: ...


class Listening(discord.Client):
    """One session after another until something ends them; `silence`: seconds, see Connection.

    The address of the API is one for the whole process: discord.py has no other way. Another
    adapter of another address cannot run beside this one.
    """

    def __init__(
        self,
        receiver: Receiver,
        state: State,
        *,
        base_url: str = API,
        message_content: bool = False,
        silence: float = 50.0,
        set_up: Callable[["Listening"], Awaitable[None]] | None = None,
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
        await self._receiver.ready(self)

    async def on_resumed(self) -> None:
        """The session goes on, and Discord delivers what was missed."""
        self._state.connected()

    async def on_disconnect(self) -> None:
        """The connection is gone."""
        self._state.disconnected("the connection to Discord was lost")

    async def on_message(self, found: discord.Message) -> None:
        """Somebody wrote something."""
        await self._receiver.message(found)

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


def _answers(raw: str) -> bool:
    try:
        told = json.loads(raw)
    except ValueError:
        return False
    return isinstance(told, dict) and told.get("op") == HEARTBEAT_ANSWER
