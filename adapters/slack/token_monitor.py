"""Whether Slack still takes the bot's token: asked from time to time, more often in trouble."""

import asyncio

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import api_errors
from adapters.slack.api_errors import FAILURES
from adapters.slack.auth import check_scopes, granted
from bot.contract import Refused
from bot.contract.adapter_kit import ConnectionState

log = structlog.get_logger(__name__)

QUIET, LONGEST = 60.0, 30.0


class TokenMonitor:
    """Notes when the token is refused and when it is taken again. `shortest`: seconds."""

    def __init__(self, client: AsyncWebClient, state: ConnectionState, shortest: float) -> None:
        self._client = client
        self._state = state
        self._shortest = min(shortest, LONGEST)

    async def run(self, closed: asyncio.Event) -> None:
        """Watch until closed."""
        pause = self._shortest
        while True:
            well = not self._state.trouble
            pause = self._shortest if well else min(LONGEST, pause * 2)
            await self._rest(closed, QUIET if well else pause)
            if closed.is_set():
                return
            await self._ask()

    async def _rest(self, closed: asyncio.Event, seconds: float) -> None:
        """Until closed, for so long, or (while all is well) until trouble comes."""
        waits = [asyncio.ensure_future(closed.wait())]
        if not self._state.trouble:
            waits.append(asyncio.ensure_future(self._state.in_trouble.wait()))
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()

    async def _ask(self) -> None:
        try:
            answer = await self._client.auth_test()
            check_scopes(granted(answer.headers))
        except SlackApiError as error:
            if api_errors.refuses_us(error):
                self._state.refused(api_errors.refusal(error, "SLACK_BOT_TOKEN"))
        except Refused as refused:
            self._state.refused(refused.reason)
        except FAILURES:
            return  # Slack is away, which says nothing about the token
        else:
            if self._state.trouble:
                log.info("Slack takes the token again.")
            self._state.refused("")
