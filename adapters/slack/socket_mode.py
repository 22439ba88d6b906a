"""Socket Mode: one connection, watched, and built anew when it is dead or silent."""

import asyncio
import time
from logging import Logger
from typing import Any

import structlog
from slack_bolt.adapter.socket_mode.async_internals import (
    run_async_bolt_app,
    send_async_response,
)
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import api_errors
from adapters.slack.api_errors import FAILURES
from bot.contract import Refused
from bot.contract.adapter_kit import ConnectionState

log = structlog.get_logger(__name__)

SHORTEST, LONGEST = 1.0, 30.0
STABLE = 20.0
"""Seconds after which a connection that is lost counts as a new trouble."""
RENEWING = frozenset({"warning", "refresh_requested"})
"""Why Slack ends a connection in good order."""
WHY = {
    "too_many_websockets": "Slack has as many connections of this app as it allows; end the others",
    "link_disabled": "Socket Mode was switched off in the app's settings",
}


class PacedClient(SocketModeClient):
    """The SDK's client without its haste: it renews a connection in good order, and only that.

    By itself it answers each `disconnect` with a new connection at once, also where Slack says
    that there are too many of them.
    """

    def begun(self) -> None:
        """Before each connection: it has neither been greeted nor ended."""
        self.greeted = asyncio.Event()
        self.ended = ""
        self.since = time.monotonic()

    async def run_message_listeners(self, message: dict[str, Any], raw_message: str) -> None:
        """Takes what concerns the connection itself; hands on everything else."""
        kind = message.get("type")
        if kind == "hello":
            self.greeted.set()
        elif kind == "disconnect":
            reason = str(message.get("reason") or "no reason given")
            if reason not in RENEWING or time.monotonic() - self.since < SHORTEST:
                self.ended = WHY.get(reason, "Slack ended the connection") + f" ({reason})"
                self.greeted.set()
                return
            self.since = time.monotonic()
        await super().run_message_listeners(message, raw_message)


class SocketConnection:
    """Keeps one Socket Mode connection alive until it is stopped.

    `ping`: seconds between pings; `silence`: seconds without a pong after which the connection
    counts as dead; `grace`: seconds that a closed one is given to come back by itself, as it does
    when Slack refreshes it.
    """

    def __init__(
        self,
        app: AsyncApp,
        client: AsyncWebClient,
        app_token: str,
        state: ConnectionState,
        logger: Logger,
        *,
        ping: float = 10.0,
        silence: float = 45.0,
        grace: float = 2.0,
    ) -> None:
        self._app = app
        self._client = client
        self._app_token = app_token
        self._state = state
        self._logger = logger
        self._ping, self._silence, self._grace = ping, silence, grace
        self._connection: PacedClient | None = None
        self._stopped = asyncio.Event()
        self._was_connected = False

    async def run(self) -> None:
        """Connects and watches until stopped. Raises Refused for the app token.

        Once it was connected it does not give up: the token may be taken again.
        """
        pause = SHORTEST
        while not self._stopped.is_set():
            began = time.monotonic()
            try:
                await self._connect()
                await self._watch()
            except SlackApiError as error:
                sentence = api_errors.refusal(error, "SLACK_APP_TOKEN")
                if sentence and not self._was_connected:
                    raise Refused(sentence) from error
                self._waits(sentence or api_errors.word(error) or "an answer that cannot be read")
            except FAILURES as error:
                self._waits(type(error).__name__)
            finally:
                await self._disconnect()
            if time.monotonic() - began > STABLE:
                pause = SHORTEST
            await self._sleep(pause)
            pause = min(LONGEST, pause * 2)

    async def stop(self) -> None:
        """Ends `run` and gives the connection back."""
        self._stopped.set()
        await self._disconnect()

    async def _connect(self) -> None:
        answer = await self._client.apps_connections_open(app_token=self._app_token)
        connection = PacedClient(
            self._app_token,
            logger=self._logger,
            web_client=self._client,
            auto_reconnect_enabled=False,
            ping_interval=self._ping,
        )
        connection.begun()
        self._connection = connection
        connection.socket_mode_request_listeners.append(self._take)
        connection.wss_uri = answer["url"]
        # The SDK tries one address for ever; ours is good for one try.
        async with asyncio.timeout(max(self._ping, 5.0)):
            await connection.connect()  # type: ignore[no-untyped-call]
            await connection.greeted.wait()
        if connection.ended:
            return
        self._was_connected = True
        self._state.connected()
        log.info("Slack is connected.")

    async def _take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        self._state.happened()
        if self._state.closing:
            return  # without an acknowledgement Slack hands it to another connection, or again
        start = time.time()
        response = await run_async_bolt_app(self._app, request)
        await send_async_response(client, request, response, start)

    async def _watch(self) -> None:
        """Returns when the connection has died or fallen silent."""
        since, closed_at = time.time(), None
        while not self._stopped.is_set():
            await self._sleep(min(1.0, self._ping / 2))
            connection = self._connection
            if connection is None:
                return
            if connection.ended:
                self._waits(connection.ended)
                return
            pong = connection.last_ping_pong_time
            if pong and pong > since:
                self._state.answered(pong)
            session = connection.current_session
            if session is None or session.closed:
                closed_at = closed_at or time.monotonic()
                if time.monotonic() - closed_at >= self._grace:
                    self._waits("the connection was closed")
                    return
                continue
            closed_at = None
            if time.time() - max(pong or since, since) > self._silence:
                self._waits("the connection fell silent")
                return

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            await asyncio.wait_for(connection.close(), 2.0)  # type: ignore[no-untyped-call]
        except FAILURES as error:
            log.warning("A connection to Slack did not close.", why=type(error).__name__)

    def _waits(self, why: str) -> None:
        if not self._stopped.is_set() and not self._state.closing:
            self._state.disconnected(why)
            log.warning("Slack is not connected; trying again.", why=why)

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopped.wait(), seconds)
        except TimeoutError:
            return
