"""Discord as a platform: discord.py listens, the core answers, buttons carry what they mean."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import discord
import structlog

from adapters.discord import api_errors, commands
from adapters.discord.backfill import Backfill
from adapters.discord.client import Client
from adapters.discord.connection import Connection
from adapters.discord.directory import PLATFORM, Directory
from adapters.discord.doctor import findings
from adapters.discord.group_threads import GroupThreads
from adapters.discord.handlers import Handlers
from adapters.discord.pending_forms import PendingForms
from adapters.discord.permissions import lacking_in
from adapters.discord.posting import Posting
from adapters.discord.responder import Responder
from adapters.discord.settings import API, DiscordSettings
from adapters.discord.wording import Wording
from bot.contract import Handler, Health, Person, Place, PlatformEvent, PlatformUI, Receipt, Reply
from bot.contract.adapter_kit import ActsInHand, ConnectionState, remember

log = structlog.get_logger(__name__)

MOST_TAKEN = 2_000
"""Interactions that are remembered: Discord may deliver one twice."""


class DiscordAdapter:
    """One bot in its servers. `silence`: seconds without a word that end a connection."""

    name = PLATFORM

    def __init__(
        self,
        *,
        token: str,
        base_url: str = API,
        message_content: bool = False,
        silence: float = 50.0,
    ) -> None:
        self._token = token
        self._base_url = base_url
        self._message_content = message_content
        self._silence = silence
        self._state = ConnectionState()
        self._directory = Directory()
        self._drafts = PendingForms()
        self._taken: dict[int, None] = {}
        self._wording = Wording(self._directory)
        self._posting = Posting(self._client, self._directory, self._wording)
        self._rooms = GroupThreads(self._directory, heard=message_content)
        self._handler: Handler | None = None
        self._acting: Handlers | None = None
        self._back = Backfill(None, self._state)
        self._in_hand = ActsInHand()
        self._link = ""
        self._connection = Connection(self.made, self._state, token)

    async def run(
        self, handler: Handler, uis: Mapping[str, PlatformUI], since: float | None = None
    ) -> None:
        """Listens until closed; waits for an unreachable Discord. Raises Refused."""
        self.prepare(handler, uis, since)
        await self._connection.run()

    def expect(self, persons: Sequence[Person], channels: Sequence[str]) -> None:
        """Discord gives a bot no list of its conversations: these are read back."""
        self._back.expect([int(each.user_id) for each in persons if each.user_id.isdecimal()])
        for channel in reversed(channels):
            self._directory.converses(int(channel))

    def remember(self, messages: Mapping[str, str]) -> None:
        """Discord keeps no key of ours: these messages are those of other deliveries."""
        known = {int(name): key for name, key in messages.items() if name.isdecimal()}
        self._posting.remember(known)

    def prepare(
        self, handler: Handler, uis: Mapping[str, PlatformUI], since: float | None = None
    ) -> None:
        """Where acts go and which words are used, before there is a connection."""
        self._handler = handler
        self._wording.take(uis)
        self._back.since(since)

    def made(self) -> Client:
        """A client of discord.py that gives its events to this adapter."""
        return Client(
            self,
            self._state,
            base_url=self._base_url,
            message_content=self._message_content,
            silence=self._silence,
            set_up=self._set_up,
        )

    @property
    def passing(self) -> tuple[type[Exception], ...]:
        """What may go better at another try."""
        return api_errors.FAILURES

    async def post(self, place: Place, reply: Reply, key: str, in_doubt: bool = False) -> Receipt:
        """Sends a message. Raises Later, Undeliverable, or the connection's own error."""
        try:
            receipt = await self._posting.post(place, reply, key, in_doubt=in_doubt)
        except discord.HTTPException as error:
            if error.status == 401:
                self._state.refused(api_errors.NO_ENTRY)
            raise
        self._state.refused("")
        return receipt

    async def update(self, receipt: Receipt, place: Place, reply: Reply) -> None:
        """Puts another reply into a message of the bot's."""
        await self._posting.update(receipt, place, reply)

    async def delete(self, receipt: Receipt, place: Place) -> None:
        """Removes a message of the bot's."""
        await self._posting.delete(receipt)

    async def open_group(self, persons: Sequence[Person], topic: str, key: str) -> Place:
        """A private thread of theirs in a channel that all of them see."""
        return await self._rooms.open(self._client(), persons, topic, key)

    async def show_home(self, person: Person, reply: Reply) -> None:
        """Discord has no home page; the verb `profile` shows the same."""

    def health(self) -> Health:
        """How the connection stands now, and which servers give the bot too little."""
        client, health = self._connection.client, self._state.health()
        if client is None or not health.connected:
            return health
        return replace(health, lacking=lacking_in(client))

    async def check(self) -> list[str]:
        """What an operator has to put right; empty when all is well."""
        found, self._link = await findings(self.made(), self._token)
        return found

    def advice(self) -> list[str]:
        """What an operator may want to know after a check."""
        return [f"add the bot to a server: {self._link}"] if self._link else []

    async def aclose(self) -> None:
        """Takes nothing more, finishes what is in hand within ten seconds, and disconnects."""
        self._state.closing = True
        await self._in_hand.drain()
        await self._connection.close()
        self._state.disconnected("stopped")

    async def message(self, found: discord.Message) -> None:
        """Somebody wrote something."""
        await self._held(lambda acting: acting.message(found))

    async def edited(self, found: discord.Message) -> None:
        """Somebody put other words into a message."""
        await self._held(lambda acting: acting.edited(found))

    async def removed(self, message: int, channel: discord.abc.Messageable) -> None:
        """A message was taken back."""
        await self._held(lambda acting: acting.removed(message, channel))

    async def noticed(self, found: PlatformEvent) -> None:
        """Something happened to a channel or a server."""
        if self._handler is not None and not self._state.closing:
            await self._handler(found)

    async def interaction(self, found: discord.Interaction) -> None:
        """A command, a press, a form, or a value that is being typed; taken once."""
        if found.id in self._taken:
            return  # a second copy would take the one answer away from the first
        remember(self._taken, found.id, None, MOST_TAKEN)
        await self._held(lambda acting: acting.interaction(found))

    async def ready(self, client: Client) -> None:
        """A new session stands: what was missed before it is read."""
        await self._held(lambda acting: self._read_back(client, acting))

    async def came(self, guild: discord.Guild) -> None:
        """A server can be reached again: what was missed there is read."""
        await self._held(lambda acting: self._read_back_from(guild, acting))

    async def went(self, guild: discord.Guild) -> None:
        """A server cannot be reached."""
        self._back.away(guild.id)

    async def _read_back(self, client: Client, acting: Handlers) -> None:
        take = partial(acting.message, quietly=True)
        await self._back.missed(client, take, self._directory, acting.concerns)

    async def _read_back_from(self, guild: discord.Guild, acting: Handlers) -> None:
        take = partial(acting.message, quietly=True)
        await self._back.back(guild, take, acting.concerns)

    async def _set_up(self, client: Client) -> None:
        """Logged in: who the bot is, and which commands Discord lists."""
        self._connection.client = client
        if self._handler is None or client.user is None:
            return
        self._acting = Handlers(
            bot=client.user.id,
            handler=self._handler,
            wording=self._wording,
            directory=self._directory,
            posting=self._posting,
            drafts=self._drafts,
            showing=Responder(self._posting, self._drafts),
        )
        try:
            await commands.synchronise(client, self._wording.all)
        except discord.HTTPException as error:
            log.error("Discord did not take the commands.", why=api_errors.code(error))

    def _client(self) -> Client:
        client = self._connection.client
        if client is None or client.is_closed():
            raise ConnectionError("There is no connection to Discord.")
        return client

    async def _held(self, act: Callable[[Handlers], Awaitable[Any]]) -> None:
        """Runs one act to its end, even while the adapter closes."""
        if self._acting is None or self._state.closing:
            return
        await self._in_hand.hold(act(self._acting))


def made(settings: DiscordSettings) -> DiscordAdapter | None:
    """Discord as the settings say; None without a bot token."""
    token = settings.bot_token.get_secret_value().strip() if settings.bot_token else ""
    if not token:
        return None
    return DiscordAdapter(
        token=token,
        base_url=settings.api_base_url,
        message_content=settings.message_content,
    )
