"""What a line means after what was shown: a press, a choice, a field of a form, or words."""

from dataclasses import dataclass
from itertools import count
from uuid import uuid4

import structlog
from rich.text import Text

from adapters.console.choices import Numbered, numbered
from adapters.console.files import Files
from adapters.console.forms import Cancelled, Prompter, Values
from adapters.console.lines import EndOfInput, Interrupted, Lines
from adapters.console.markup import to_rich, words
from adapters.console.screen import Screen
from bot.contract import (
    Button,
    Choices,
    Form,
    Handler,
    Inbound,
    Person,
    Place,
    PlatformUI,
    Pressed,
    Reply,
    Said,
    Select,
    Submitted,
    markup,
)

PROMPT = "> "
# Whoever wants to leave should not have to guess the language.
LEAVING = frozenset({"quit", "exit", "salir", "quitter"})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Filled:
    """A form and what was put in, so that faulty fields can be asked again."""

    form: Form
    values: Values


class Conversation:
    """One person's lines and the replies to them, in order."""

    def __init__(
        self,
        person: Person,
        handler: Handler,
        ui: PlatformUI,
        lines: Lines,
        screen: Screen,
        saving: Files,
    ) -> None:
        self._person = person
        self._place = Place("console", person.workspace, person.user_id)
        self._handler = handler
        self._ui = ui
        self._lines = lines
        self._screen = screen
        self._saving = saving
        self._prompter = Prompter(lines, screen, ui, person.time_zone)
        self._choices = Numbered((), ())
        session = uuid4().hex
        self._event_ids = (f"console:{session}:{number}" for number in count(1))

    async def until_left(self, first: str = "") -> None:
        """Takes lines until a word of leaving, the end of input, or Ctrl-C at the prompt.

        `first`: words that the person need not say.
        """
        try:
            if first:
                await self._take(first)
            while True:
                line = await self._lines.line(PROMPT, remember=True)
                if line.strip().casefold() in LEAVING:
                    return
                if line.strip() or self._lines.typed:
                    await self._take(line)
        except (EndOfInput, Interrupted):
            return

    def save(self, reply: Reply) -> None:
        """Saves the files of a reply and says where each of them is."""
        for file in reply.files:
            try:
                path = self._saving.save(file)
            except OSError as error:
                log.warning("A file could not be saved.", why=type(error).__name__)
                self._screen.show(words(self._ui.unattached, "yellow"), "")
                continue
            self._screen.show(words(self._ui.saved.format(path=path)), "")

    async def _take(self, line: str) -> None:
        try:
            await self._act(await self._meant(line))
        except (Cancelled, Interrupted):
            self._screen.show(words(self._ui.cancelled), "")
        except EndOfInput:
            self._screen.show(words(self._ui.cancelled), "")
            raise

    async def _meant(self, line: str) -> Inbound:
        target = self._choices.find(line)
        if isinstance(target, Button):
            return self._pressed(target.action, target.subject)
        if isinstance(target, Select) and target.options:
            value = await self._prompter.pick(target.label, target.options)
            return self._pressed(target.action, target.subject, value)
        return Said(
            event_id=next(self._event_ids), person=self._person, place=self._place, text=line
        )

    async def _act(self, act: Inbound) -> None:
        """Hands an act over and shows what comes back; a form leads to the next act."""
        filled: Filled | None = None
        while True:
            reply = await self._answer(act)
            if not reply:
                return
            filled = await self._shown(reply, filled)
            if not filled:
                return
            act = self._submitted(filled)

    async def _answer(self, act: Inbound) -> Reply | None:
        try:
            reply = await self._handler(act)
        except Exception:
            # The core answers for its own errors; this is the net beneath it.
            log.exception("the handler raised", event_id=act.event_id)
            return Reply(markup.escape(self._ui.failed))
        return None if isinstance(reply, Choices) else reply

    async def _shown(self, reply: Reply, sent: Filled | None) -> Filled | None:
        """Shows a reply, and fills the form it opens or the faulty fields of the one just sent."""
        self._screen.reply(reply)
        self.save(reply)
        if choices := numbered(reply):
            self._choices = choices
        form = reply.form or (sent.form if sent and reply.errors else None)
        fields = form.fields if form else ()
        named = {field.name for field in fields}
        for name, sentence in reply.errors.items():
            if name not in named:  # no field to stand beside
                self._screen.show(to_rich(sentence, self._person.time_zone), Text())
        if not form:
            return None
        if not (sent and reply.errors):
            return Filled(form, await self._prompter.fill(form, reply.errors))
        faulty = [field for field in fields if field.name in reply.errors]
        if not faulty:
            return None
        again = await self._prompter.ask(faulty, sent.values, reply.errors)
        return Filled(form, {**sent.values, **again})

    def _said(self, text: str) -> Said:
        return Said(
            event_id=next(self._event_ids), person=self._person, place=self._place, text=text
        )

    def _pressed(self, action: str, subject: str, *values: str) -> Pressed:
        return Pressed(
            event_id=next(self._event_ids),
            person=self._person,
            place=self._place,
            action=action,
            subject=subject,
            values=values,
        )

    def _submitted(self, filled: Filled) -> Submitted:
        return Submitted(
            event_id=next(self._event_ids),
            person=self._person,
            place=self._place,
            action=filled.form.action,
            subject=filled.form.subject,
            values=filled.values,
        )
