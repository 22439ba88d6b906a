"""Messages that nobody waits for: sent once, looked for before they are sent again."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import api_errors
from adapters.slack.api_errors import FAILURES
from adapters.slack.files import Files
from adapters.slack.inbound import PLATFORM
from adapters.slack.render import Rendered, without_files
from bot.contract import Place, PlaceKind, Receipt

EVENT_TYPE = "crosswalk_delivery"
LOOKED_THROUGH = 100
MOST_PAGES = 10


class Posting:
    """Posts into the rooms of one workspace."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._filing = Files(client)
        self._conversations: dict[str, str] = {}

    async def post(self, place: Place, rendered: Rendered, key: str, *, in_doubt: bool) -> Receipt:
        """Sends, or finds what an earlier try sent. Raises Later, Undeliverable, or what failed."""
        try:
            channel = await self._channel(place)
            sent = await self._find(channel, place.thread, key) if in_doubt else ""
            sent = sent or await self._send(channel, place.thread, rendered, key)
        except SlackApiError as error:
            self._conversations.pop(place.channel, None)
            meaning = api_errors.for_sender(error)
            if meaning is error:
                raise
            raise meaning from error
        if rendered.files:
            # From here on the message stands: whatever fails leaves it in doubt, never unsent.
            await self._attach(channel, place.thread, sent, rendered, in_doubt=in_doubt)
        return Receipt(PLATFORM, place.workspace, channel, sent)

    async def update(self, receipt: Receipt, rendered: Rendered) -> None:
        """Puts other words into a message. Raises Later, Undeliverable, or what failed."""
        with _told():
            await self._client.chat_update(
                channel=receipt.channel,
                ts=receipt.message,
                text=rendered.text,
                blocks=rendered.blocks,
                link_names=False,
                parse="none",
            )

    async def delete(self, receipt: Receipt) -> None:
        """Removes a message; one that is gone is no failure. Raises as `update` does."""
        with _told():
            await self._client.chat_delete(channel=receipt.channel, ts=receipt.message)

    async def group(self, users: Sequence[str]) -> str:
        """The group message of these people and the bot, always the same one. Raises likewise."""
        with _told():
            answer = await self._client.conversations_open(users=",".join(users))
        return str(answer["channel"]["id"])

    async def converses(self, user_id: str, channel: str) -> bool:
        """Whether `channel` is this person's conversation with the bot, and nobody else's."""
        if not channel.startswith("D"):
            return False
        try:
            return await self._conversation(user_id) == channel
        except FAILURES:
            return False

    async def _attach(
        self, channel: str, thread: str, sent: str, rendered: Rendered, *, in_doubt: bool
    ) -> None:
        files = rendered.files
        if await self._filing.attach(channel, thread, sent, files, in_doubt=in_doubt):
            return
        if rendered.unattached:
            said = without_files(rendered)
            await self._client.chat_update(
                channel=channel, ts=sent, text=said.text, blocks=said.blocks, parse="none"
            )

    async def _channel(self, place: Place) -> str:
        if place.kind is not PlaceKind.DIRECT or place.channel[:1] not in "UW":
            return place.channel
        return await self._conversation(place.channel)

    async def _conversation(self, user_id: str) -> str:
        if user_id not in self._conversations:
            answer = await self._client.conversations_open(users=user_id)
            self._conversations[user_id] = answer["channel"]["id"]
        return self._conversations[user_id]

    async def _send(self, channel: str, thread: str, rendered: Rendered, key: str) -> str:
        facts: dict[str, Any] = {
            "channel": channel,
            "text": rendered.text,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": key}},
            "unfurl_links": False,
            "unfurl_media": False,
            "link_names": False,
            "mrkdwn": False,
            "parse": "none",
        }
        if thread:
            facts["thread_ts"] = thread
        try:
            answer = await self._client.chat_postMessage(blocks=rendered.blocks, **facts)
        except SlackApiError as error:
            if api_errors.word(error) not in api_errors.TOO_MUCH:
                raise
            # The text says it all; Slack refused the blocks, so nothing has been posted.
            answer = await self._client.chat_postMessage(**facts)
        return str(answer["ts"])

    async def _find(self, channel: str, thread: str, key: str) -> str:
        """The message that carries `key`; empty when there is none. A thread begins at its end."""
        cursor = ""
        for _ in range(MOST_PAGES):
            asked: dict[str, Any] = {"channel": channel, "limit": LOOKED_THROUGH}
            asked |= {"include_all_metadata": True}
            asked |= {"cursor": cursor} if cursor else {}
            if thread:
                answer = await self._client.conversations_replies(ts=thread, **asked)
            else:
                answer = await self._client.conversations_history(**asked)
            for message in answer.get("messages") or ():
                metadata = message.get("metadata") or {}
                payload = metadata.get("event_payload") or {}
                if metadata.get("event_type") == EVENT_TYPE and payload.get("key") == key:
                    return str(message["ts"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not (thread and cursor):
                return ""
        return ""


@contextmanager
def _told() -> Iterator[None]:
    """Slack's refusals as the sender understands them; what is gone already is no failure."""
    try:
        yield
    except SlackApiError as error:
        if api_errors.word(error) in api_errors.GONE:
            return
        meaning = api_errors.for_sender(error)
        if meaning is error:
            raise
        raise meaning from error
