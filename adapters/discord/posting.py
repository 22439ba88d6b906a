"""Messages that nobody waits for: sent once, looked for before they are sent again."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import timedelta
from hashlib import blake2b
from typing import Any

import discord

from adapters.discord import api_errors, fallbacks, payloads, permissions
from adapters.discord.client import Client
from adapters.discord.directory import PLATFORM, Directory
from adapters.discord.forum_tags import tag
from adapters.discord.render import Rendered, render, texts
from adapters.discord.wording import Wording
from bot.contract import Place, PlaceKind, Receipt, Reply, Undeliverable

NONCE = 25
LOOKED_THROUGH = 50
LOOKED_BACK = timedelta(hours=24)
"""No message is tried for longer."""
REMEMBERED = 2_000
THREAD_EXISTS, NO_HISTORY = 160004, 160002


class Posting:
    """Posts into the servers and conversations of one bot."""

    def __init__(
        self,
        client: Callable[[], Client],
        directory: Directory,
        wording: Wording,
    ) -> None:
        """`client` gives the one that is logged in, or raises ConnectionError."""
        self._client = client
        self._wording = wording
        self._directory = directory
        self._sent: OrderedDict[int, str] = OrderedDict()

    async def post(self, place: Place, reply: Reply, key: str, *, in_doubt: bool) -> Receipt:
        """Sends, or finds what an earlier try sent. Raises Later, Undeliverable, or what failed."""
        rendered = self._rendered(place, reply)
        try:
            if place.kind is PlaceKind.DIRECT:
                return await self._to_person(place, rendered, key, in_doubt=in_doubt)
            return await self._to_room(place, rendered, key, in_doubt=in_doubt)
        except (discord.HTTPException, discord.RateLimited) as error:
            meaning = api_errors.for_sender(error, thread=bool(place.thread))
            if meaning is error:
                raise
            raise meaning from error

    async def update(self, receipt: Receipt, place: Place, reply: Reply) -> None:
        """Puts other words into a message; one that is gone is no failure. Raises as `post`."""
        rendered = self._rendered(place, reply)
        if place.kind is not PlaceKind.DIRECT:
            rendered = self._allowed(place, rendered, int(receipt.channel))
        await self._changed(self._message(receipt).edit(**payloads.changed(rendered)))

    async def delete(self, receipt: Receipt) -> None:
        """Removes a message; one that is gone is no failure. Raises as `post`."""
        await self._changed(self._message(receipt).delete())

    def _rendered(self, place: Place, reply: Reply) -> Rendered:
        return render(reply, self._wording.at(self._client(), place).more)

    def _allowed(self, place: Place, rendered: Rendered, room: int) -> Rendered:
        """The same message without what the bot may not show there."""
        client = self._client()
        allowed = permissions.in_room(client, room, int(place.channel))
        if allowed is None:
            return rendered
        if allowed.attach_files:
            return rendered
        return fallbacks.without_files(rendered, self._wording.at(client, place).no_files)

    def _message(self, receipt: Receipt) -> discord.PartialMessage:
        channel = self._client().get_partial_messageable(int(receipt.channel))
        return channel.get_partial_message(int(receipt.message))

    async def _changed(self, change: Awaitable[object]) -> None:
        try:
            await change
        except discord.NotFound:
            return
        except (discord.HTTPException, discord.RateLimited) as error:
            meaning = api_errors.for_sender(error)
            if meaning is error:
                raise
            raise meaning from error

    async def _to_room(
        self, place: Place, rendered: Rendered, key: str, *, in_doubt: bool
    ) -> Receipt:
        client = self._client()
        room, answered = int(place.thread or place.channel), int(place.message or 0)
        allowed = permissions.in_room(client, room, int(place.channel))
        opens = rendered.thread and answered and not place.thread
        guild = int(place.workspace) if place.workspace else None
        if in_doubt and opens and (found := await self._either(place, rendered, key, answered)):
            return Receipt(PLATFORM, place.workspace, *map(str, found))
        if opens and permissions.opens_threads(allowed):
            opened = await self._opened(client, room, answered, rendered.thread)
            room, answered = (opened, 0) if opened else (room, answered)
        in_thread = bool(place.thread) or room != int(place.channel)
        if lacking := permissions.to_write(allowed, thread=in_thread):
            raise Undeliverable(f"The bot lacks the permission {lacking} there.", lacking=lacking)
        rendered = self._allowed(place, rendered, room)
        if allowed is not None and not allowed.read_message_history:
            answered = 0
        channel = client.get_partial_messageable(room, guild_id=guild)
        number = await self._once(channel, rendered, key, answered, in_doubt=in_doubt)
        await tag(client, room, rendered.tags)
        return Receipt(PLATFORM, place.workspace, str(room), str(number))

    async def _either(
        self, place: Place, rendered: Rendered, key: str, answered: int
    ) -> tuple[int, int] | None:
        """Room and message of an earlier try: in the thread at what it answers, or beside it."""
        client, guild = self._client(), int(place.workspace or 0) or None
        for room, replied in ((answered, 0), (int(place.channel), answered)):
            channel = client.get_partial_messageable(room, guild_id=guild)
            try:
                number = await self._find(channel, rendered, key, replied)
            except discord.NotFound:  # no thread was opened
                continue
            if number:
                return room, number
        return None

    async def _to_person(
        self, place: Place, rendered: Rendered, key: str, *, in_doubt: bool
    ) -> Receipt:
        client, person = self._client(), int(place.channel)
        # In a conversation of words that are carried, the thread is the message that began it.
        answered = int(place.thread or place.message or 0)
        # Where direct messages are closed there is no other private place: moderators read threads.
        conversation = await client.create_dm(discord.Object(person))
        channel = client.get_partial_messageable(conversation.id)
        number = await self._once(channel, rendered, key, answered, in_doubt=in_doubt)
        self._directory.converses(conversation.id)
        return Receipt(PLATFORM, place.workspace, str(channel.id), str(number))

    async def _once(
        self,
        channel: discord.PartialMessageable,
        rendered: Rendered,
        key: str,
        answered: int,
        *,
        in_doubt: bool,
    ) -> int:
        number = await self._find(channel, rendered, key, answered) if in_doubt else 0
        number = number or await self._send(channel, rendered, key, answered)
        self.remember({number: key})
        return number

    def remember(self, messages: Mapping[int, str]) -> None:
        """These messages are known by the keys of what they delivered: they are no other."""
        self._sent.update(messages)
        while len(self._sent) > REMEMBERED:
            self._sent.popitem(last=False)

    async def _send(
        self, channel: discord.PartialMessageable, rendered: Rendered, key: str, answered: int
    ) -> int:
        """Sends; without what Discord refuses, where what is known of permissions is too old."""
        try:
            return await self._sent_as(channel, rendered, key, answered)
        except discord.HTTPException as error:
            if error.code == NO_HISTORY and answered:
                return await self._send(channel, rendered, key, 0)
            if error.code in api_errors.OF_FILES and rendered.files:
                words = self._wording.of("en")
                lacking = error.code == api_errors.LACKING
                note = words.no_files if lacking else words.unattached
                plainer = fallbacks.without_files(rendered, note)
                return await self._send(channel, plainer, key, answered)
            raise

    async def _sent_as(
        self, channel: discord.PartialMessageable, rendered: Rendered, key: str, answered: int
    ) -> int:
        told: dict[str, Any] = payloads.arguments(rendered) | payloads.attached(rendered)
        if answered:
            told["reference"] = discord.MessageReference(
                message_id=answered, channel_id=channel.id, fail_if_not_exists=False
            )
        sent = await channel.send(nonce=nonce(key), **told)
        return sent.id

    async def _find(
        self, channel: discord.PartialMessageable, rendered: Rendered, key: str, answered: int
    ) -> int:
        """The message that an earlier try sent; 0 when there is none among the newest.

        Discord forgets a nonce after minutes, and shows it in a history only sometimes: what a
        message says and what it answers tell it then from others of ours.
        """
        own = self._client().user
        tried_first = discord.utils.utcnow() - LOOKED_BACK
        async for shown in channel.history(limit=LOOKED_THROUGH):
            if shown.created_at < tried_first:
                return 0
            if own is None or shown.author.id != own.id:
                continue
            known = self._sent.get(shown.id)
            if known == key or str(shown.nonce or "") == nonce(key):
                return shown.id
            if known is None and not shown.nonce and _alike(shown, rendered, answered):
                return shown.id
        return 0

    async def _opened(self, client: Client, room: int, message: int, name: str) -> int:
        """The thread at a message; 0 where none can be opened. Its number is the message's."""
        if client.get_channel(message) is not None:
            return message
        # Until a server has come by the gateway, only Discord itself knows its rooms.
        channel = client.get_channel(room) or await _asked(client, room)
        if not isinstance(channel, discord.TextChannel):
            return 0
        try:
            await channel.get_partial_message(message).create_thread(name=name)
        except discord.HTTPException as error:
            if error.code == THREAD_EXISTS:
                return message
            if error.status in (400, 403, 404):
                return 0
            raise
        return message


async def _asked(client: Client, room: int) -> object:
    """A room as Discord knows it; None for one that it does not show."""
    try:
        return await client.fetch_channel(room)
    except (discord.NotFound, discord.Forbidden):
        return None


def nonce(key: str) -> str:
    """A delivery's key as Discord takes it; the core's own keys are short enough as they are."""
    return key if len(key) <= NONCE else blake2b(key.encode(), digest_size=12).hexdigest()


def _alike(shown: discord.Message, rendered: Rendered, answered: int) -> bool:
    replied = shown.reference.message_id if shown.reference else None
    drawn: list[Any] = [part.to_dict() for part in shown.components]
    told = texts(drawn)
    return (replied or 0) == answered and _stripped(told) == _stripped(texts(rendered.parts))


def _stripped(told: Iterable[str]) -> list[str]:
    return [text.strip() for text in told]
