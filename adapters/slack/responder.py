"""A reply shown where its act was done: in a form, in a window, or in place of a placeholder."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack import forms
from adapters.slack.ephemeral import Ephemeral
from adapters.slack.modals import Modal, Modals
from adapters.slack.private_metadata import Origin
from adapters.slack.render import Json
from bot.contract import Act, PlatformUI, Reply, markup
from bot.contract.adapter_kit import remember

Ack = Callable[..., Awaitable[Any]]

MOST_REFUSALS = 1_000


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a reply can be shown: by a trigger, in a window that stands open, in its room."""

    origin: Origin
    trigger_id: str = ""
    window: Modal | None = None

    @property
    def reads_in_window(self) -> bool:
        """Whether a reply belongs into a window: one stands open, or there is no room."""
        return self.window is not None or (self.origin.direct and not self.origin.response_url)


class Responder:
    """Knows which way of showing is left, and what to do when the best one is gone."""

    def __init__(self, windows: Modals, in_place: Ephemeral) -> None:
        self._windows = windows
        self._in_place = in_place
        self._refusals: dict[str, Reply] = {}

    async def looking(self, spot: Spot, ui: PlatformUI, *, opens: bool) -> Spot:
        """Says that it takes a moment: in a window where a form may come, else in the room.

        What a command was answered stays there for good, so it is said only when it is true.
        """
        if not opens:
            await self._in_place.looking(spot.origin, ui)
            return spot
        view = forms.looking_view(spot.origin, ui)
        return replace(spot, window=await self._windows.open(spot.trigger_id, view))

    async def show(self, act: Act, spot: Spot, reply: Reply | None, ui: PlatformUI) -> None:
        """Shows the reply to a command, a press or a shortcut; None leaves nothing waiting."""
        view: Json | None = None
        if reply is None:
            await self._nothing(spot, ui)
            return
        reply = await self._in_place.apart(act, reply, ui)
        if reply.form is not None:
            view = forms.form_view(reply.form, spot.origin, ui)
        elif spot.reads_in_window:
            view = forms.shown_view(reply, spot.origin, ui)
        if view is not None and await self._window(spot, view):
            return
        if reply.form is not None:
            late = f"{reply.text}\n\n{markup.escape(ui.form_late)}"
            reply = replace(reply, text=late)
        await self._in_place.show(act, spot.origin, reply, ui)

    async def acknowledge(
        self,
        ack: Ack,
        act: Act,
        view: Json,
        spot: Spot,
        reply: Reply | None,
        ui: PlatformUI,
    ) -> None:
        """Answers a sent form at once: errors in their fields, the next form, or a reply."""
        reply = self._remembered(act, reply)
        reply = await self._in_place.apart(act, reply, ui) if reply else None
        errors = forms.field_errors(view, reply.errors) if reply else {}
        if reply is None:
            await ack()
        elif errors:
            await ack(response_action="errors", errors=errors)
        elif reply.form is not None:
            following = forms.form_view(reply.form, spot.origin, ui)
            await ack(response_action="update", view=following)
        elif spot.reads_in_window:
            shown = forms.shown_view(reply, spot.origin, ui)
            await ack(response_action="update", view=shown)
        else:
            await ack()
            await self._in_place.show(act, spot.origin, reply, ui)

    async def catch_up(
        self, act: Act, view: Json, spot: Spot, reply: Reply | None, ui: PlatformUI
    ) -> None:
        """Answers a sent form late, in the window that has been waiting since."""
        reply = self._remembered(act, reply)
        if reply is not None and reply.errors:
            # Also where the core drew the form anew: what was typed stands in the sent one.
            again = forms.again_view(view, reply.errors)
            if await self._window(spot, again):
                return
        await self.show(act, spot, reply, ui)

    def _remembered(self, act: Act, reply: Reply | None) -> Reply | None:
        """The same faulty form sent again unchanged is no new act, but still faulty."""
        if reply is None:
            return self._refusals.get(act.event_id)
        if reply.errors:
            remember(self._refusals, act.event_id, reply, MOST_REFUSALS)
        return reply

    async def _window(self, spot: Spot, view: Json) -> bool:
        if spot.window is not None:
            return await self._windows.update(spot.window, view)
        return await self._windows.open(spot.trigger_id, view) is not None

    async def _nothing(self, spot: Spot, ui: PlatformUI) -> None:
        if spot.window is not None:
            done = Reply(markup.escape(ui.done))
            await self._windows.update(spot.window, forms.shown_view(done, spot.origin, ui))
