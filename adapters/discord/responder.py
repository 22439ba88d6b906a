"""A reply shown where its act was done: in a form, or to the person alone in the room."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import discord
import structlog

from adapters.discord import forms, payloads
from adapters.discord.api_errors import FAILURES, code
from adapters.discord.custom_ids import PLAIN, packed
from adapters.discord.pending_forms import PendingForms
from adapters.discord.posting import Posting
from adapters.discord.render import Rendered, render
from bot.contract import (
    Act,
    Button,
    ButtonStyle,
    Form,
    Later,
    Place,
    PlatformUI,
    Reply,
    Undeliverable,
    markup,
)

log = structlog.get_logger(__name__)

OPEN, AGAIN, NEXT = "+open", "+again", "+next"
"""Buttons of our own: a remembered form comes up, is corrected, goes on to its next page."""
OWN = frozenset({OPEN, AGAIN, NEXT})


@dataclass(slots=True)
class Spot:
    """An interaction and what it was told already."""

    found: discord.Interaction
    deferred: bool = False

    @property
    def opens_forms(self) -> bool:
        """Whether a form can still come up: a first answer, and not one to a form."""
        return not self.deferred and self.found.type is not discord.InteractionType.modal_submit

    async def defer(self) -> None:
        """Says that it takes a moment; the answer is then for the person alone. Never raises."""
        try:
            await self.found.response.defer(ephemeral=True, thinking=True)
        except FAILURES as error:
            log.warning("Discord took no first answer.", why=_why(error))
        # Whether it arrived or not, a form cannot come up any more.
        self.deferred = True


class Responder:
    """Knows which way of showing is left, and what to do when the best one is gone."""

    def __init__(self, posting: Posting, drafts: PendingForms) -> None:
        self._posting = posting
        self._drafts = drafts

    async def show(self, act: Act, spot: Spot, reply: Reply | None, ui: PlatformUI) -> None:
        """Shows the reply to an act; None leaves nothing waiting. Never raises."""
        if reply is None:
            await self._nothing(spot)
            return
        if reply.form is not None:
            self._drafts.keep(act.person.user_id, reply.form)
            if spot.opens_forms and await self.open(spot, reply.form, 0):
                return
            reply = _with_button(reply, OPEN, 0)
        if reply.lasting and spot.found.guild_id is None:
            # The lasting copy comes to this very conversation.
            await self._nothing(spot)
            return
        if not await self._whisper(spot, render(reply, ui.more)) and not reply.lasting:
            await self._send(act, reply)

    async def _send(self, act: Act, reply: Reply) -> None:
        """Into the person's direct messages, where the interaction is gone. Never raises."""
        place = Place(act.place.platform, act.person.workspace, act.person.user_id)
        try:
            await self._posting.post(place, reply, act.event_id, in_doubt=False)
        except (*FAILURES, Later, Undeliverable) as error:
            log.warning("A reply found no way.", event_id=act.event_id, why=_why(error))

    async def faulty(self, act: Act, spot: Spot, reply: Reply, form: Form, ui: PlatformUI) -> None:
        """What has to be corrected, and a button that opens the form as it was filled in."""
        self._drafts.keep(act.person.user_id, form)
        labels = {field.name: field.label for field in form.fields}
        lines = [
            f"- **{markup.escape(labels[name])}**: {sentence}" if name in labels else sentence
            for name, sentence in reply.errors.items()
        ]
        wrong = next(
            (
                at
                for at, page in enumerate(forms.pages(form))
                if any(field.name in reply.errors for field in page)
            ),
            0,
        )
        again = replace(form, title=ui.form_again or form.title)
        told = replace(reply, text="\n".join([reply.text, "", *lines]), form=again)
        await self.tell(act, spot, _with_button(told, AGAIN, wrong), ui)

    async def onwards(self, act: Act, spot: Spot, form: Form, page: int, ui: PlatformUI) -> None:
        """The button to the page after `page`."""
        following = replace(form, title=ui.form_next or form.title)
        reply = Reply(markup.escape(ui.form_more or ui.done), form=following)
        await self.tell(act, spot, _with_button(reply, NEXT, page + 1), ui)

    async def lost(self, act: Act, spot: Spot, reply: Reply | None, ui: PlatformUI) -> None:
        """What was typed is not there any more; the form can be opened anew."""
        form = reply.form if reply is not None else None
        await self.show_plain(act, spot, Reply(markup.escape(ui.form_lost), form=form), ui)

    async def show_plain(self, act: Act, spot: Spot, reply: Reply, ui: PlatformUI) -> None:
        """A reply whose form waits behind a button."""
        if reply.form is not None:
            self._drafts.keep(act.person.user_id, reply.form)
            reply = _with_button(reply, OPEN, 0)
        await self.tell(act, spot, reply, ui)

    async def tell(self, act: Act, spot: Spot, reply: Reply, ui: PlatformUI) -> None:
        """Words and buttons for the person alone."""
        if not await self._whisper(spot, render(reply, ui.more)):
            await self._send(act, reply)

    async def open(self, spot: Spot, form: Form, page: int) -> bool:
        """Opens a page of a form; False when it cannot come up any more."""
        window = forms.modal(form, page)
        if window is None:
            log.error("A form was left out: it says too much to be carried.", action=form.action)
            return False
        try:
            await spot.found.response.send_modal(window)
        except FAILURES as error:
            log.warning("Discord did not open a form.", why=_why(error))
            return False
        return True

    async def _whisper(self, spot: Spot, rendered: Rendered) -> bool:
        """Shows a message to the person alone; False when the interaction is gone."""
        told = payloads.arguments(rendered)
        try:
            if spot.deferred:
                await spot.found.edit_original_response(**told)
            else:
                await spot.found.response.send_message(ephemeral=True, **told)
        except FAILURES as error:
            log.warning("Discord took no answer in place.", why=_why(error))
            return False
        return True

    async def _nothing(self, spot: Spot) -> None:
        """Nothing is left to show: Discord is told so, and nothing stays waiting."""
        try:
            if not spot.deferred and spot.found.type is discord.InteractionType.component:
                await spot.found.response.defer()
                return
            if not spot.deferred:
                await spot.found.response.defer(ephemeral=True, thinking=True)
            await spot.found.delete_original_response()
        except FAILURES as error:
            log.warning("Discord did not take that there is nothing.", why=_why(error))


def _with_button(reply: Reply, action: str, page: int) -> Reply:
    """The same reply, its form behind a button of ours where that can be carried."""
    form = reply.form
    if form is None:
        return reply
    subject = PLAIN.join((str(page), form.action, form.subject))
    if packed(action, subject) is None:
        return reply
    ends: Sequence[Button] = (
        *reply.buttons,
        Button(form.title, action, subject, ButtonStyle.PRIMARY),
    )
    return replace(reply, buttons=ends, form=None)


def _why(error: Exception) -> str:
    return str(code(error) or "") or type(error).__name__
