"""The hourglass on a message while it is being worked on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api_errors import FAILURES

SIGN = "hourglass_flowing_sand"


class ProgressReaction:
    """Shows the sign once for each message, however often it is delivered."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._in_hand: set[str] = set()

    @asynccontextmanager
    async def on(self, event_id: str, channel: str, moment: str) -> AsyncIterator[None]:
        """The sign stands until the block ends. What Slack says about it does not matter."""
        if event_id in self._in_hand:
            yield
            return
        self._in_hand.add(event_id)
        adding = asyncio.ensure_future(self._add(channel, moment))
        try:
            yield
        finally:
            self._in_hand.discard(event_id)
            if await adding:
                with suppress(*FAILURES):
                    await self._client.reactions_remove(
                        channel=channel, timestamp=moment, name=SIGN
                    )

    async def _add(self, channel: str, moment: str) -> bool:
        try:
            await self._client.reactions_add(channel=channel, timestamp=moment, name=SIGN)
        except FAILURES:
            return False
        return True
