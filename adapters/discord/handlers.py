"""What somebody does in Discord, carried to the core, and the reply back to where they did it."""

import asyncio
from dataclasses import replace

import discord
import structlog

from adapters.discord import forms, inbound
from adapters.discord.api_errors import FAILURES
from adapters.discord.directory import NOWHERE, PLATFORM, Directory
from adapters.discord.markup import plain_words
from adapters.discord.pending_forms import PendingForms
from adapters.discord.posting import Posting
from adapters.discord.render import OPTION, OPTION_VALUE, OPTIONS
from adapters.discord.responder import OPEN, OWN, Responder, Spot
from adapters.discord.typing import typing
from adapters.discord.wording import Wording
from bot.contract import (
    Act,
    Acted,
    Audience,
    Choices,
    Form,
    Handler,
    Later,
    Person,
    Place,
    PlaceKind,
    PlatformUI,
    Pressed,
    Reply,
    Said,
    Submitted,
    Undeliverable,
    markup,
)

log = structlog.get_logger(__name__)

BEFORE_DEFERRING = 0.3
"""Seconds in which an answer, or a form, may still be the first one."""
BEFORE_SUGGESTING = 2.0

Asked = discord.InteractionType


class Handlers:
    """Each way to act: handled, answered within a second, and shown where it was done."""

    def __init__(
        self,
        *,
        bot: int,
        handler: Handler,
        wording: Wording,
        directory: Directory,
        posting: Posting,
        drafts: PendingForms,
        showing: Responder,
    ) -> None:
        self._bot = bot
        self._handler = handler
        self.ui = wording.of
        self._uis = wording.all
        self._directory = directory
        self._posting = posting
        self._drafts = drafts
        self._showing = showing

    def concerns(self, found: discord.Message) -> bool:
        """Whether a message is anything to the bot."""
        return inbound.concerns(found, self._bot)

    async def message(self, found: discord.Message, *, quietly: bool = False) -> None:
        """A mention or a direct message; answered by a message of its own.

        `quietly`: without the typing indicator, where it may have been answered already.
        """
        if not self.concerns(found):
            return
        addressed = inbound.spoken_to(found, self._bot)
        person = self._directory.person(found.author, found.guild)
        guild_id = found.guild.id if found.guild else None
        if guild_id is None:
            self._directory.converses(found.channel.id)
        place = self._directory.place(found.channel, guild_id, found.author.id, found.id)
        act = inbound.message(found, person, place, self._bot)
        if quietly or not addressed:
            reply = await self._answer(act)
        else:
            async with typing(found.channel):
                reply = await self._answer(act)
        if isinstance(reply, Reply):
            await self._post(act, reply)

    async def edited(self, found: discord.Message) -> None:
        """Somebody changed what the bot was shown: said to it directly, or where it reads along."""
        if not inbound.amended(found, self._bot):
            return
        heard = inbound.overheard(found) or inbound.spoken_to(found, self._bot)
        if found.guild is not None and not heard:
            return
        person = self._directory.person(found.author, found.guild)
        guild_id = found.guild.id if found.guild else None
        place = self._directory.place(found.channel, guild_id, found.author.id)
        await self._answer(inbound.edited(found, person, place, self._bot))

    async def removed(self, message: int, channel: discord.abc.Messageable) -> None:
        """A message is gone; Discord does not say whose it was."""
        if isinstance(channel, discord.DMChannel):
            if channel.recipient is None:
                return
            person = self._directory.person(channel.recipient, None)
            place = self._directory.place(channel, None, channel.recipient.id)
        elif isinstance(channel, discord.Thread | discord.TextChannel):
            person = Person(PLATFORM, NOWHERE, "", "")
            place = self._directory.place(channel, channel.guild.id, 0)
        else:
            return
        await self._answer(inbound.removed(message, person, place))

    async def interaction(self, found: discord.Interaction) -> None:
        """A command, a press, a form, or a value that is being typed."""
        self._directory.speaks(found.user.id, str(found.locale))
        if found.type is Asked.autocomplete:
            await self._suggest(found)
        elif found.type is Asked.modal_submit:
            await self._submission(found)
        elif found.type is Asked.component:
            await self._press(found)
        elif found.type is Asked.application_command:
            person, place = self._both(found)
            data = dict(found.data or {})
            if data.get("type") == 3:
                await self._carry(found, self._about(found, data, person, place))
                return
            commands = self._uis["en"].commands if "en" in self._uis else ()
            if any(one.trusted and one.name == data.get("name") for one in commands):
                # Discord shows such a command only to those to whom the server allows it.
                person = replace(person, admin=True)
            said = inbound.command(data, person, place, _key(found), commands)
            await self._carry(found, said)

    async def _press(self, found: discord.Interaction) -> None:
        person, place = self._both(found)
        about = inbound.above(found, self._bot)
        act = inbound.pressed(dict(found.data or {}), person, place, _key(found), about)
        if act is not None and act.action in OWN:
            await self._form_press(found, act)
            return
        await self._carry(found, act)

    async def _form_press(self, found: discord.Interaction, act: Pressed) -> None:
        """A button to a form that is remembered; what was forgotten is asked of the core."""
        known = forms.unnamed(act.subject)
        spot = Spot(found)
        if known is None:
            await self._showing.show(act, spot, None, self.ui(act.person.locale))
            return
        page, action, subject = known
        form = self._drafts.find(act.person.user_id, action, subject)
        if form is not None and page < len(forms.pages(form)):
            if not await self._showing.open(spot, form, page):
                await self._showing.show(act, spot, None, self.ui(act.person.locale))
            return
        anew = replace(act, action=action, subject=subject)
        if act.action == OPEN:
            await self._carry(found, anew)
            return
        spot, reply = await self._worked_on(found, anew)
        await self._showing.lost(anew, spot, reply, self.ui(act.person.locale))

    async def _submission(self, found: discord.Interaction) -> None:
        """A sent form, or one page of it: faulty fields, the next page, or the reply."""
        data = dict(found.data or {})
        known = forms.unnamed(str(data.get("custom_id", "")))
        if known is None:
            await self._carry(found, None)
            return
        page, action, subject = known
        person, place = self._both(found)
        form = self._drafts.find(person.user_id, action, subject)
        values = forms.given(form, inbound.form_values(data))
        act = inbound.submitted(action, subject, values, person, place, _key(found))
        ui = self.ui(person.locale)
        if form is None:
            await self._sent_without_memory(found, act, page, ui)
            return
        form = forms.filled(form, values)
        self._drafts.keep(person.user_id, form)
        if page + 1 < len(forms.pages(form)):
            await self._showing.onwards(act, Spot(found), form, page, ui)
            return
        act = replace(act, values={field.name: field.value for field in form.fields})
        await self._send_form(found, act, form, ui)

    async def _sent_without_memory(
        self, found: discord.Interaction, act: Submitted, page: int, ui: PlatformUI
    ) -> None:
        """A form sent after a restart: whole if it has one page, else what was typed is lost."""
        if page == 0:
            await self._send_form(found, act, None, ui)
            return
        anew = Pressed(
            event_id=act.event_id,
            person=act.person,
            place=act.place,
            action=act.action,
            subject=act.subject,
        )
        spot, reply = await self._worked_on(found, anew)
        await self._showing.lost(anew, spot, reply, ui)

    async def _send_form(
        self, found: discord.Interaction, act: Submitted, form: Form | None, ui: PlatformUI
    ) -> None:
        spot, reply = await self._worked_on(found, act)
        if reply is not None and reply.errors:
            again = reply.form or form
            if again is not None:
                await self._showing.faulty(act, spot, reply, again, ui)
                return
            told = "\n".join([reply.text, "", *reply.errors.values()])
            reply = replace(reply, text=told)
        elif reply is not None:
            self._drafts.drop(act.person.user_id, act.action, act.subject)
        await self._showing.show(act, spot, reply, ui)

    async def _carry(self, found: discord.Interaction, act: Acted | None) -> None:
        """Handles an act and shows its reply; what is none of ours is only acknowledged."""
        if act is None:
            nobody, nowhere = self._both(found)
            act = Said(event_id=_key(found), person=nobody, place=nowhere, text="")
            await self._showing.show(act, Spot(found), None, self.ui(str(found.locale)))
            return
        spot, reply = await self._worked_on(found, act)
        await self._showing.show(act, spot, reply, self.ui(act.person.locale))

    async def _worked_on(self, found: discord.Interaction, act: Acted) -> tuple[Spot, Reply | None]:
        """The reply, and what Discord was told meanwhile."""
        spot = Spot(found)
        working = asyncio.ensure_future(self._answer(act))
        done, _ = await asyncio.wait({working}, timeout=BEFORE_DEFERRING)
        if not done:
            await spot.defer()
        reply = await working
        return spot, reply if isinstance(reply, Reply) else None

    async def _suggest(self, found: discord.Interaction) -> None:
        person, place = self._both(found)
        act = inbound.completing(dict(found.data or {}), person, place, _key(found))
        options: list[discord.app_commands.Choice[str]] = []
        if act is not None:
            try:
                async with asyncio.timeout(BEFORE_SUGGESTING):
                    reply = await self._answer(act)
            except TimeoutError:
                reply = None
            options = _choices(reply) if isinstance(reply, Choices) else []
        try:
            await found.response.autocomplete(options)
        except FAILURES as error:
            log.info("Suggestions came too late.", why=type(error).__name__)

    async def _answer(self, act: Acted) -> Reply | Choices | None:
        try:
            return await self._handler(act)
        except Exception:
            log.exception("the handler raised", event_id=act.event_id)
            return Reply(markup.escape(self.ui(act.person.locale).failed))

    async def _post(self, act: Act, reply: Reply) -> None:
        """A reply to a message that the core left to us: nobody else will deliver it."""
        place = act.place
        if reply.audience is Audience.PRIVATE and place.kind is not PlaceKind.DIRECT:
            place = Place(place.platform, act.person.workspace, act.person.user_id)
        try:
            await self._posting.post(place, reply, act.event_id, in_doubt=False)
        except (*FAILURES, Later, Undeliverable) as error:
            log.warning("A reply found no way.", event_id=act.event_id, why=type(error).__name__)

    def _about(
        self, found: discord.Interaction, data: dict[str, object], person: Person, place: Place
    ) -> Said | None:
        shown = _target(found)
        if shown is None:
            return None
        return inbound.about_message(data, shown, person, place, _key(found), self._bot)

    def _both(self, found: discord.Interaction) -> tuple[Person, Place]:
        person = self._directory.person(found.user, found.guild)
        place = self._directory.place(found.channel, found.guild_id, found.user.id)
        return person, replace(place, writable=_may_write(found))


def _may_write(found: discord.Interaction) -> bool:
    """Whether the person may write there themselves: an interaction carries it."""
    if found.guild_id is None:
        return True
    if isinstance(found.channel, discord.Thread):
        return found.permissions.send_messages_in_threads
    return found.permissions.send_messages


def _key(found: discord.Interaction) -> str:
    return f"interaction:{found.id}"


def _target(found: discord.Interaction) -> discord.Message | None:
    """The message that a menu was opened on; Discord sends it along."""
    data: object = found.data
    if not isinstance(data, dict):
        return None
    given = (data.get("resolved") or {}).get("messages", {}).get(str(data.get("target_id")))
    if given is None or found.channel is None:
        return None
    return discord.Message(state=found.client._connection, channel=found.channel, data=given)  # type: ignore[arg-type]


def _choices(found: Choices) -> list[discord.app_commands.Choice[str]]:
    return [
        discord.app_commands.Choice(name=plain_words(one.label, OPTION), value=one.value)
        for one in found.options
        if 0 < len(one.value) <= OPTION_VALUE
    ][:OPTIONS]
