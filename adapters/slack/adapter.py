"""Slack as a platform: bolt listens, the core answers, and nothing of ours stays in memory."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient
from starlette.routing import Route

from adapters.slack import platform_events
from adapters.slack.api_errors import FAILURES
from adapters.slack.auth import recognised
from adapters.slack.bolt_app import listening
from adapters.slack.directory import Directory
from adapters.slack.doctor import findings
from adapters.slack.ephemeral import Ephemeral
from adapters.slack.handlers import Handlers
from adapters.slack.home_pages import HomePages
from adapters.slack.http_mode import Door
from adapters.slack.inbound import PLATFORM, Identity
from adapters.slack.modals import Modals
from adapters.slack.posting import Posting
from adapters.slack.progress_reaction import ProgressReaction
from adapters.slack.render import render
from adapters.slack.responder import Ack, Responder
from adapters.slack.settings import API, SlackSettings, plain
from adapters.slack.socket_mode import SocketConnection
from adapters.slack.token_monitor import TokenMonitor
from bot.contract import (
    ClaimingHandler,
    Health,
    Person,
    Place,
    PlaceKind,
    PlatformUI,
    Receipt,
    Refused,
    Reply,
)
from bot.contract.adapter_kit import ActsInHand, ConnectionState, remember, word_for_more

log = structlog.get_logger(__name__)

MOST_TAKEN = 2_000
"""Interactions that are remembered: Slack may deliver one twice."""


class SlackAdapter:
    """One workspace, by Socket Mode or by HTTP. `ping`, `silence`: seconds, see SocketLink."""

    name = PLATFORM

    def __init__(
        self,
        *,
        bot_token: str,
        app_token: str = "",
        signing_secret: str = "",
        mode: str = "socket",
        base_url: str = API,
        ping: float = 10.0,
        silence: float = 45.0,
    ) -> None:
        self._app_token, self._signing_secret = app_token, signing_secret
        self._mode = mode
        self._ping, self._silence = ping, silence
        self._logger = logging.getLogger("crosswalk.slack")
        self._client = _client(base_url, self._logger, bot_token)
        self._state = ConnectionState()
        self._posting = Posting(self._client)
        self._windows = Modals(self._client)
        self._homes = HomePages(self._windows)
        self._bot = Identity("", "")
        self._uis: Mapping[str, PlatformUI] = {}
        self._acting: Handlers | None = None
        self._directory: Directory | None = None
        self._in_hand = ActsInHand()
        self._taken: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._closed = asyncio.Event()
        self._link: SocketConnection | None = None
        self._notes: list[str] = []
        self._app = listening(
            self,
            client=_client(base_url, self._logger),
            signing_secret=signing_secret,
            identity=lambda: self._bot,
            logger=self._logger,
        )

    async def run(
        self,
        handler: ClaimingHandler,
        uis: Mapping[str, PlatformUI],
        since: float | None = None,
    ) -> None:
        """Listens until closed; waits for an unreachable Slack. Raises Refused.

        Slack itself delivers again what was not acknowledged: `since` is of no use here.
        """
        self._check_settings()
        timeout = aiohttp.ClientTimeout(total=30)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            self._client.session = self._app.client.session = session
            bot = await recognised(self._client, self._state, self._closed)
            if bot is None:
                return
            beside = self._prepare(bot, handler, uis)
            try:
                await self._listen()
            finally:
                for task in beside:
                    task.cancel()
                await asyncio.gather(*beside, return_exceptions=True)

    async def _listen(self) -> None:
        if self._mode == "http":
            self._state.connected()
            await self._closed.wait()
            return
        self._link = SocketConnection(
            self._app,
            self._app.client,
            self._app_token,
            self._state,
            self._logger,
            ping=self._ping,
            silence=self._silence,
        )
        await self._link.run()

    @property
    def passing(self) -> tuple[type[Exception], ...]:
        """What may go better at another try."""
        return FAILURES

    async def post(self, place: Place, reply: Reply, key: str, in_doubt: bool = False) -> Receipt:
        """Sends a message. Raises Later, Undeliverable, Refused, or the connection's own error."""
        rendered = render(reply, self._more())
        if reply.files:
            rendered = replace(rendered, unattached=self._unattached(place))
        try:
            receipt = await self._posting.post(place, rendered, key, in_doubt=in_doubt)
        except Refused as refused:
            self._state.refused(refused.reason)
            raise
        self._state.refused("")
        return receipt

    async def update(self, receipt: Receipt, place: Place, reply: Reply) -> None:
        """Puts another reply into a message of the bot's."""
        await self._posting.update(receipt, render(reply, self._more()))

    async def delete(self, receipt: Receipt, place: Place) -> None:
        """Removes a message of the bot's."""
        await self._posting.delete(receipt)

    async def open_group(self, persons: Sequence[Person], topic: str, key: str) -> Place:
        """Opens a group message; Slack finds the one that is there for the same people."""
        channel = await self._posting.group([person.user_id for person in persons])
        return Place(PLATFORM, self._bot.team, channel, kind=PlaceKind.GROUP)

    async def show_home(self, person: Person, reply: Reply) -> None:
        """Renews a person's home page."""
        if self._acting is not None:
            ui = self._acting.ui(person.locale)
            await self._homes.renew(person.user_id, reply, ui)

    def health(self) -> Health:
        """How the connection stands now."""
        return self._state.health()

    async def check(self) -> list[str]:
        """What an operator has to put right; empty when all is well."""
        try:
            self._check_settings()
        except Refused as refused:
            return [refused.reason]
        timeout = aiohttp.ClientTimeout(total=30)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            self._client.session = session
            found = await findings(self._client, app_token=self._app_token, mode=self._mode)
        self._client.session = None
        self._notes = found.notes
        return found.problems

    def advice(self) -> list[str]:
        """What an operator may want to know after a check, and what was not checked."""
        return self._notes

    def routes(self) -> list[Route]:
        """What HTTP mode serves; nothing in Socket Mode."""
        if self._mode != "http" or not self._signing_secret:
            return []
        return Door(self._app, self._signing_secret, self._state).routes()

    async def aclose(self) -> None:
        """Takes nothing more, finishes what is in hand within ten seconds, and disconnects."""
        self._state.closing = True
        await self._in_hand.drain()
        self._closed.set()
        if self._link is not None:
            await self._link.stop()
        self._state.disconnected("stopped")

    async def event(self, ack: Ack, body: dict[str, Any]) -> None:
        """Something that happened in the workspace."""
        event = body["event"]
        kind = event["type"]
        if kind in ("message", "app_mention"):
            await self._held(lambda acting: acting.message(ack, event))
            return
        if kind in platform_events.TOLD:
            self._changed(event)
            await self._held(lambda acting: acting.noticed(ack, body))
            return
        await ack()
        if kind == "app_home_opened":
            moment = str(body.get("event_id") or body.get("event_time") or "")
            await self._held(lambda acting: acting.opened(event, moment))
        elif kind in ("tokens_revoked", "app_uninstalled"):
            self._state.refused("The app was removed from the workspace, or its token revoked.")
            log.error("Slack took the app's access away.", kind=kind)
        else:
            self._changed(event)

    async def command(self, ack: Ack, body: dict[str, Any]) -> None:
        """A slash command."""
        await self._once(ack, body, lambda acting, ack: acting.command(ack, body))

    async def action(self, ack: Ack, body: dict[str, Any]) -> None:
        """A button or a select."""
        await self._once(ack, body, lambda acting, ack: acting.press(ack, body))

    async def shortcut(self, ack: Ack, body: dict[str, Any]) -> None:
        """A shortcut on a message or from the search bar."""
        await self._once(ack, body, lambda acting, ack: acting.shortcut(ack, body, self._permalink))

    async def view(self, ack: Ack, body: dict[str, Any]) -> None:
        """A sent form."""
        await self._once(ack, body, lambda acting, ack: acting.submission(ack, body))

    def _check_settings(self) -> None:
        if self._mode == "socket" and not self._app_token:
            raise Refused(
                "SLACK_APP_TOKEN is not set: Socket Mode needs an app-level token with the scope "
                "connections:write. docs/operate-slack.md shows where to make one."
            )
        if self._mode == "http" and not self._signing_secret:
            raise Refused(
                "SLACK_SIGNING_SECRET is not set: HTTP mode needs the signing secret of the app's "
                "Basic Information page."
            )

    def _prepare(
        self, bot: Identity, handler: ClaimingHandler, uis: Mapping[str, PlatformUI]
    ) -> list[asyncio.Task[None]]:
        """Set up for this bot; returns what runs beside the listening."""
        self._bot = bot
        self._uis = uis
        self._directory = Directory(self._client, bot)
        acting = self._acting = Handlers(
            bot=bot,
            handler=handler,
            uis=uis,
            directory=self._directory,
            posting=self._posting,
            homes=self._homes,
            showing=Responder(self._windows, Ephemeral(self._client, self._posting)),
            working=ProgressReaction(self._client),
        )
        watch = TokenMonitor(self._client, self._state, self._ping)
        return [
            asyncio.create_task(acting.look_around()),
            asyncio.create_task(watch.run(self._closed)),
            asyncio.create_task(self._homes.run()),
        ]

    def _changed(self, event: dict[str, Any]) -> None:
        if self._directory is not None:
            self._directory.changed(event)

    def _more(self) -> str:
        return word_for_more(self._uis)

    def _unattached(self, place: Place) -> str:
        """In the language of whose conversation it is, as far as that is known."""
        if self._acting is None or self._directory is None:
            return "…"
        return self._acting.ui(self._directory.locale(place.channel)).unattached

    async def _held(self, act: Callable[[Handlers], Awaitable[None]]) -> None:
        """Runs one act to its end, even while the adapter closes."""
        if self._acting is None:
            return  # without an acknowledgement Slack sends it again
        await self._in_hand.hold(act(self._acting))

    async def _once(
        self, ack: Ack, body: dict[str, Any], act: Callable[[Handlers, Ack], Awaitable[None]]
    ) -> None:
        """Runs an interaction once: a second copy is told what the first one was, and no more.

        Else it would be done, with nothing to show, and take the answer's place away.
        """
        if self._acting is None:
            return
        trigger = str(body.get("trigger_id") or "")
        if trigger in self._taken:
            await ack(**await asyncio.shield(self._taken[trigger]))
            return
        told: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        if trigger:
            remember(self._taken, trigger, told, MOST_TAKEN)

        async def first(**what: Any) -> None:
            if not told.done():
                told.set_result(what)
            await ack(**what)

        try:
            await self._held(lambda acting: act(acting, first))
        finally:
            if not told.done():
                told.set_result({})

    async def _permalink(self, channel: str, moment: str) -> str:
        try:
            answer = await self._client.chat_getPermalink(channel=channel, message_ts=moment)
        except FAILURES:
            return ""
        return str(answer.get("permalink") or "")


def made(settings: SlackSettings) -> SlackAdapter | None:
    """Slack as the settings say; None without a bot token."""
    token = plain(settings.bot_token)
    if not token:
        return None
    return SlackAdapter(
        bot_token=token,
        app_token=plain(settings.app_token),
        signing_secret=plain(settings.signing_secret),
        mode=settings.mode,
        base_url=settings.api_base_url,
    )


def _client(base_url: str, logger: logging.Logger, token: str | None = None) -> AsyncWebClient:
    # Without handlers: the SDK's own retry posts twice when an answer is lost.
    return AsyncWebClient(token=token, base_url=base_url, logger=logger, retry_handlers=[])
