"""Bolt's app: plain listeners for everything Slack sends, each handed on by its kind."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.inbound import Identity
from adapters.slack.responder import Ack

log = structlog.get_logger(__name__)

EVERYTHING = re.compile(".*", re.DOTALL)


class Receiver(Protocol):
    """What takes each kind of payload; each acknowledges within three seconds."""

    async def event(self, ack: Ack, body: dict[str, Any]) -> None: ...

    async def command(self, ack: Ack, body: dict[str, Any]) -> None: ...

    async def action(self, ack: Ack, body: dict[str, Any]) -> None: ...

    async def shortcut(self, ack: Ack, body: dict[str, Any]) -> None: ...

    async def view(self, ack: Ack, body: dict[str, Any]) -> None: ...


def listening(
    receiver: Receiver,
    *,
    client: AsyncWebClient,
    signing_secret: str,
    identity: Callable[[], Identity],
    logger: logging.Logger,
) -> AsyncApp:
    """An app that knows the bot's identity by itself: no question to Slack before an answer.

    `client` carries no token: it serves bolt and Socket Mode only.
    """

    async def authorize() -> AuthorizeResult:
        bot = identity()
        return AuthorizeResult(
            enterprise_id=None, team_id=bot.team, bot_user_id=bot.user, bot_id=bot.bot
        )

    # Bolt warns about a token in the environment, which is where an operator keeps it.
    logger.setLevel(logging.ERROR)
    app = AsyncApp(
        name="crosswalk",
        logger=logger,
        client=client,
        signing_secret=signing_secret,
        authorize=authorize,
    )
    # Below WARNING the SDK's log shows what people wrote.
    logger.setLevel(logging.WARNING)
    ways: tuple[tuple[Any, Callable[..., Awaitable[None]]], ...] = (
        (app.command, receiver.command),
        (app.action, receiver.action),
        (app.shortcut, receiver.shortcut),
        (app.view, receiver.view),
    )
    app.middleware(_events(receiver))
    for listen, take in ways:
        listen(EVERYTHING)(_plain(take))
    return app


def _events(receiver: Receiver) -> Callable[..., Awaitable[BoltResponse | None]]:
    """Takes events before bolt does, which acknowledges them before anybody has seen them."""

    async def middleware(
        body: dict[str, Any], ack: Ack, next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        if body.get("type") != "event_callback":
            await next_()
            return None
        taken = asyncio.Event()

        async def take() -> None:
            taken.set()

        working = asyncio.ensure_future(receiver.event(take, body))
        waiting = asyncio.ensure_future(taken.wait())
        working.add_done_callback(_ended)
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        answer: BoltResponse = await ack() if taken.is_set() else BoltResponse(status=503)
        return answer

    return middleware


def _ended(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("An event was not worked on.", exc_info=error)


def _plain(take: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """A function whose parameters bolt can read."""

    async def listener(ack: Ack, body: dict[str, Any]) -> None:
        await take(ack, body)

    return listener
