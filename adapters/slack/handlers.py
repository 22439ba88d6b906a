"""What somebody does in Slack, carried to the core, and the reply back to where they did it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import structlog

from adapters.slack import forms, inbound, platform_events
from adapters.slack.api_errors import FAILURES
from adapters.slack.directory import Directory
from adapters.slack.home_pages import HomePages
from adapters.slack.inbound import Identity, Payload, Room
from adapters.slack.modals import Modal
from adapters.slack.posting import Posting
from adapters.slack.private_metadata import unpacked
from adapters.slack.progress_reaction import ProgressReaction
from adapters.slack.render import render
from adapters.slack.responder import Ack, Responder, Spot
from bot.contract import (
    Act,
    Acted,
    Audience,
    ClaimingHandler,
    Edited,
    Later,
    Person,
    Place,
    PlaceKind,
    PlatformEventKind,
    PlatformUI,
    Refused,
    Removed,
    Reply,
    Said,
    Undeliverable,
    markup,
    unnoticed,
)
from bot.contract.adapter_kit import words_for

log = structlog.get_logger(__name__)

# A trigger opens a form for three seconds, and a sent form waits three for its answer.
BEFORE_OPENING = 1.5
BEFORE_LOOKING = 0.7

Making = Callable[[], Awaitable[Acted | None]]


class Handlers:
    """Each way to act: acknowledged first, then handled, then answered where it was done."""

    def __init__(
        self,
        *,
        bot: Identity,
        handler: ClaimingHandler,
        uis: Mapping[str, PlatformUI],
        directory: Directory,
        posting: Posting,
        homes: HomePages,
        showing: Responder,
        working: ProgressReaction,
    ) -> None:
        self._bot = bot
        self._handler = handler
        self._uis = uis
        self._directory = directory
        self._posting = posting
        self._homes = homes
        self._showing = showing
        self._working = working

    def ui(self, locale: str) -> PlatformUI:
        """The fixed words for a locale such as `es-419`; English, or the first, otherwise."""
        return words_for(self._uis, locale)

    async def message(self, ack: Ack, event: Payload) -> None:
        """A mention, a direct message, or words in a group; answered by a message of its own.

        Slack sends again what is not acknowledged, and never what is: so it is acknowledged once
        it is written down.
        """
        act = await self._understood(event)
        if act is None:
            await ack()
            return
        acknowledging: list[asyncio.Future[None]] = []

        def claimed() -> None:
            acknowledging.append(asyncio.ensure_future(ack()))

        visibly = isinstance(act, Said) and act.addressed
        working = self._working.on(act.event_id, event["channel"], event["ts"])
        async with working if visibly else nullcontext():
            reply = await self._answer(act, claimed)
            if reply is not None:
                await self._post(act, reply)
        await asyncio.gather(*acknowledging)

    async def _understood(self, event: Payload) -> Said | Edited | Removed | None:
        if inbound.amended(event, self._bot):
            user = event["previous_message"]["user"]
            person, room = await self._directory.both(user, "", event["channel"])
            return inbound.amendment(event, person, self._bot, room)
        if not inbound.spoken_to(event, self._bot):
            return None
        person, room = await self._directory.both(event["user"], "", event["channel"])
        return inbound.message(event, person, self._bot, room)

    async def opened(self, event: Payload, moment: str) -> None:
        """The home page came up: it is drawn anew."""
        if event.get("tab", "home") != "home":
            return
        person = await self._directory.person(event["user"])
        reply = await self._answer(inbound.opened(event, person, self._bot, moment))
        if reply is not None:
            await self._homes.show(person.user_id, reply, self.ui(person.locale))

    async def noticed(self, ack: Ack, body: Payload) -> None:
        """A room or a person changed: acknowledged once the core has taken note."""
        notice = platform_events.noticed(body, self._bot)
        if notice is not None:
            if notice.kind is PlatformEventKind.ROOM_JOINED:
                room = await self._directory.room(notice.place.channel)
                notice = replace(notice, name=notice.name or room.name)
            await self._handler(notice)
        await ack()

    async def look_around(self) -> None:
        """Tell the core which rooms the bot is in: much may have happened while it was away."""
        try:
            found = await self._directory.rooms()
        except FAILURES as error:
            log.warning("Slack did not list the bot's channels.", why=type(error).__name__)
            return
        await self._handler(platform_events.rooms(found, self._bot))

    async def command(self, ack: Ack, body: Payload) -> None:
        """A slash command; one without words, or of one word, may lead to a form."""
        await ack()
        origin = inbound.origin(body)
        spot = Spot(origin, body["trigger_id"])

        async def act() -> Acted:
            name = body.get("user_name", "")
            person, room = await self._directory.acting(body["user_id"], name, origin.channel)
            return inbound.command(body, person, self._bot, room)

        words = len((body.get("text") or "").split())
        await self._carry(act, spot, body["user_id"], opens=words <= 1)

    async def press(self, ack: Ack, body: Payload) -> None:
        """A button or a select."""
        await ack()
        origin, view = inbound.origin(body), body.get("view") or {}
        window = None
        if view.get("type") == "modal":
            window = Modal(view["id"], view.get("hash") or "")
        spot = Spot(origin, body.get("trigger_id", ""), window)

        async def act() -> Acted | None:
            person, room = await self._known(body, origin.channel)
            return inbound.pressed(body, person, self._bot, room)

        await self._carry(act, spot, body["user"]["id"], opens=True)

    async def shortcut(self, ack: Ack, body: Payload, permalink: Callable[..., Any]) -> None:
        """A shortcut: on a message it answers there, from the search bar in a window."""
        await ack()
        origin = inbound.origin(body)
        spot = Spot(origin, body.get("trigger_id", ""))

        async def act() -> Acted | None:
            person, room = await self._known(body, origin.channel)
            link = ""
            if origin.channel and body.get("message"):
                link = await permalink(origin.channel, body["message"]["ts"])
            return inbound.shortcut(body, person, self._bot, room, link)

        await self._carry(act, spot, body["user"]["id"], opens=True)

    async def submission(self, ack: Ack, body: Payload) -> None:
        """A sent form: faulty fields say so at once; what takes longer is shown later."""
        view = dict(body["view"])
        origin = unpacked(view).origin

        async def act() -> Acted | None:
            person, room = await self._known(body, origin.channel)
            return inbound.submitted(body, person, self._bot, room)

        working = asyncio.ensure_future(self._done(act))
        done, _ = await asyncio.wait({working}, timeout=BEFORE_LOOKING)
        spot = Spot(origin)
        if not done:
            ui = self.ui(self._directory.locale(body["user"]["id"]))
            await ack(response_action="update", view=forms.looking_view(origin, ui))
            spot = Spot(origin, window=Modal(view["id"]))
        acted, reply = await working
        if acted is None:
            await ack()
            return
        ui = self.ui(acted.person.locale)
        if done:
            await self._showing.acknowledge(ack, acted, view, spot, reply, ui)
        else:
            await self._showing.catch_up(acted, view, spot, reply, ui)

    async def _carry(self, act: Making, spot: Spot, user_id: str, *, opens: bool) -> None:
        """Handles an act; a window opens while its trigger lives where a form may come."""
        working = asyncio.ensure_future(self._done(act))
        if spot.window is None:
            done, _ = await asyncio.wait({working}, timeout=BEFORE_OPENING)
            if not done:
                ui = self.ui(self._directory.locale(user_id))
                spot = await self._showing.looking(spot, ui, opens=opens)
        acted, reply = await working
        if acted is not None:
            await self._showing.show(acted, spot, reply, self.ui(acted.person.locale))

    async def _done(self, act: Making) -> tuple[Acted | None, Reply | None]:
        made = await act()
        return made, (await self._answer(made) if made is not None else None)

    async def _answer(self, act: Acted, claimed: Callable[[], None] = unnoticed) -> Reply | None:
        try:
            reply = await self._handler(act, claimed)
        except Exception:
            log.exception("the handler raised", event_id=act.event_id)
            return Reply(markup.escape(self.ui(act.person.locale).failed))
        return reply if isinstance(reply, Reply) else None

    async def _post(self, act: Act, reply: Reply) -> None:
        """A reply to a message that the core left to us: nobody else will deliver it."""
        place = act.place
        if reply.audience is Audience.PRIVATE and place.kind is not PlaceKind.DIRECT:
            place = Place(place.platform, place.workspace, act.person.user_id)
        ui = self.ui(act.person.locale)
        rendered = replace(render(reply, ui.more), unattached=ui.unattached)
        try:
            await self._posting.post(place, rendered, act.event_id, in_doubt=False)
        except (*FAILURES, Later, Refused, Undeliverable) as error:
            log.warning("A reply found no way.", event_id=act.event_id, why=type(error).__name__)

    async def _known(self, body: Payload, channel: str) -> tuple[Person, Room]:
        user = body["user"]
        return await self._directory.acting(user["id"], user.get("name") or "", channel)
