"""Replies that one person sees where they acted; nothing is lost when that place is gone."""

from dataclasses import replace

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack import api_errors
from adapters.slack.api_errors import FAILURES
from adapters.slack.posting import Posting
from adapters.slack.private_metadata import Origin
from adapters.slack.render import Json, Rendered, render
from bot.contract import Act, Later, Place, PlatformUI, Refused, Reply, Undeliverable, markup

log = structlog.get_logger(__name__)


class Ephemeral:
    """Answers by `response_url`, else as an ephemeral message, else in the person's DM."""

    def __init__(self, client: AsyncWebClient, posting: Posting) -> None:
        self._client = client
        self._posting = posting

    async def show(self, act: Act, origin: Origin, reply: Reply, ui: PlatformUI) -> None:
        """Shows `reply` to the person alone. Never raises."""
        if reply.lasting and await self._posting.converses(act.person.user_id, origin.channel):
            # The lasting copy comes to this very conversation.
            return
        rendered = render(reply, ui.more)
        if await self._respond(origin, rendered):
            return
        if await self._whisper(act, origin, rendered) or reply.lasting:
            return
        await self._direct(act, reply, ui)

    async def apart(self, act: Act, reply: Reply, ui: PlatformUI) -> Reply:
        """What can be shown in place of a reply with files: they come as a message. Never raises.

        The core delivers a lasting reply as a message; any other is delivered here.
        """
        if not reply.files:
            return reply
        given = reply.lasting or await self._direct(act, reply, ui)
        note = ui.files_apart if given else ui.unattached
        text = f"{reply.text}\n\n{markup.escape(note)}"
        return replace(reply, text=text, files=(), lasting=True)

    async def looking(self, origin: Origin, ui: PlatformUI) -> None:
        """Says that an answer takes a moment."""
        reply = Reply(markup.escape(ui.looking))
        await self._respond(origin, render(reply, ui.more))

    async def _direct(self, act: Act, reply: Reply, ui: PlatformUI) -> bool:
        """Whether it arrived in the person's conversation with the bot."""
        place = Place(act.place.platform, act.place.workspace, act.person.user_id)
        rendered = replace(render(reply, ui.more), unattached=ui.unattached)
        try:
            await self._posting.post(place, rendered, act.event_id, in_doubt=False)
        except (*FAILURES, Later, Refused, Undeliverable) as error:
            log.warning("A reply found no way.", event_id=act.event_id, why=_why(error))
            return False
        return True

    async def _respond(self, origin: Origin, rendered: Rendered) -> bool:
        if not origin.response_url:
            return False
        facts: Json = {
            "text": rendered.text,
            "blocks": rendered.blocks,
            "response_type": "ephemeral",
            "replace_original": False,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        # Without it the answer to a press in a thread stands at the channel's root.
        facts |= {"thread_ts": origin.thread} if origin.thread else {}
        return await self._answer(origin.response_url, facts)

    async def _answer(self, address: str, facts: Json) -> bool:
        client = AsyncWebhookClient(
            address, timeout=10, proxy=self._client.proxy, retry_handlers=[]
        )
        try:
            answer = await client.send_dict(facts)
        except FAILURES as error:
            log.warning("Slack's answering address failed.", why=type(error).__name__)
            return False
        return answer.status_code == 200

    async def _whisper(self, act: Act, origin: Origin, rendered: Rendered) -> bool:
        if origin.direct:
            return False
        try:
            await self._client.chat_postEphemeral(
                channel=origin.channel,
                user=act.person.user_id,
                text=rendered.text,
                blocks=rendered.blocks,
                link_names=False,
                unfurl_links=False,
                unfurl_media=False,
                parse="none",
                thread_ts=origin.thread or None,
            )
        except FAILURES as error:
            log.warning("Slack took no ephemeral message.", why=_why(error))
            return False
        return True


def _why(error: Exception) -> str:
    if isinstance(error, SlackApiError):
        return api_errors.word(error)
    return getattr(error, "reason", "") or type(error).__name__
