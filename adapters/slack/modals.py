"""Modals and the home page: opened, filled later, published."""

from dataclasses import dataclass

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import api_errors, render
from adapters.slack.api_errors import FAILURES
from adapters.slack.render import Json
from bot.contract import PlatformUI, Reply

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Modal:
    """A modal that stands open; `hash` guards against overwriting a newer state."""

    id: str
    hash: str = ""


class Modals:
    """The views of one workspace. A failure is told by what comes back, never raised."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def open(self, trigger_id: str, view: Json) -> Modal | None:
        """Opens a modal; None when the trigger has expired or Slack cannot be reached."""
        if not trigger_id:
            return None
        try:
            answer = await self._client.views_open(trigger_id=trigger_id, view=view)
            return Modal(answer["view"]["id"], answer["view"].get("hash") or "")
        except SlackApiError as error:
            if api_errors.word(error) not in api_errors.EXPIRED:
                log.warning("Slack did not open a form.", why=api_errors.word(error))
        except FAILURES as error:
            log.warning("Slack did not open a form.", why=type(error).__name__)
        return None

    async def update(self, window: Modal, view: Json) -> bool:
        """Puts something else into a modal; False when it is gone."""
        guard = {"hash": window.hash} if window.hash else {}
        try:
            await self._client.views_update(view=view, view_id=window.id, **guard)
        except FAILURES as error:
            why = api_errors.word(error) if isinstance(error, SlackApiError) else ""
            log.warning("Slack did not renew a form.", why=why or type(error).__name__)
            return False
        return True

    async def publish(self, user_id: str, reply: Reply, ui: PlatformUI) -> None:
        """Renews a person's home page. Raises what the SDK raises."""
        blocks = render.blocks(reply, ui.more, render.VIEW_BLOCKS)
        await self._client.views_publish(user_id=user_id, view={"type": "home", "blocks": blocks})
