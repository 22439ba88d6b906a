"""A person at the terminal, played from a script of platform-neutral steps."""

import io
import re
import shutil
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from adapters.console import create
from bot.contract import (
    Choices,
    Field,
    FieldKind,
    Form,
    Handler,
    Inbound,
    Person,
    PlatformUI,
    Reply,
)


@dataclass(frozen=True)
class Say:
    """Write a line."""

    text: str


@dataclass(frozen=True)
class Press:
    """Press the button that carries this label."""

    label: str


@dataclass(frozen=True)
class Choose:
    """Choose an option of the select that carries this label."""

    label: str
    option: str


@dataclass(frozen=True)
class Fill:
    """Fill the form that is open: values (or option labels) by field name; the rest stays."""

    values: Mapping[str, str | Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Abandon:
    """Leave the form that is open without sending it."""


@dataclass(frozen=True)
class Interrupt:
    """Ctrl-C."""


Step = Say | Press | Choose | Fill | Abandon | Interrupt

PERSON = Person("console", "local", "ana", "Ana", time_zone="America/Mexico_City")
SURFACE = PlatformUI(
    language="en",
    title="Crosswalk",
    hint="Ask a question in your own words.",
    choose="Type one number.",
    choose_several="Type numbers with commas between.",
    several_lines="An empty line ends the text.",
    skip="Enter leaves it empty.",
    keep="Enter keeps it.",
    clear="A single - empties it.",
    required="An answer is needed here.",
    too_long="At most {limit} characters, please.",
    cancel="/leave",
    cancelling="Type /leave to go back without sending.",
    cancelled="Nothing was sent.",
    failed="Something went wrong on our side.",
    goodbye="Goodbye.",
    looking="Looking.",
    done="Done.",
    more="Not everything fits here.",
    send="Send",
    close="Close",
    form_late="The form came too late; press the button.",
    saved="Saved as {path}.",
    unattached="A file could not be attached.",
    files_apart="The file is in your direct messages.",
    verbs={"ask": "ask a question", "help": "what can be said"},
)


class ScriptedStdin(io.StringIO):
    """Turns the next step into lines only when the adapter asks for one."""

    def __init__(self, terminal: "ScriptedTerminal") -> None:
        super().__init__()
        self._terminal = terminal

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        return self._terminal.next_line()


class ScriptedTerminal:
    """Plays steps against a console adapter and keeps what was shown."""

    def __init__(self, person: Person = PERSON, ui: PlatformUI = SURFACE) -> None:
        self.stdout = io.StringIO()
        self._ui = ui
        self._folder = Path(tempfile.mkdtemp(prefix="crosswalk-"))
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._adapter = create(
            person, stdin=ScriptedStdin(self), stdout=self.stdout, folder=self._folder
        )
        self._steps: list[Step] = []
        self._lines: list[str] = []
        self._reply: Reply | None = None
        self._form: Form | None = None

    async def play(self, handler: Handler, *steps: Step) -> None:
        """Runs the adapter until the script, and so the input, ends."""

        async def watched(act: Inbound) -> Reply | Choices | None:
            answer = await handler(act)
            if isinstance(answer, Reply):
                self._reply = answer
                self._form = answer.form or self._form
            return answer

        self._steps = list(steps)
        await self._adapter.run(watched, {self._ui.language: self._ui})

    def seen(self) -> str:
        """Everything that was shown, with line breaks as single spaces."""
        return " ".join(self.stdout.getvalue().split())

    def files(self) -> dict[str, bytes]:
        """The files that lie in the person's folder now."""
        return {path.name: path.read_bytes() for path in self._folder.iterdir()}

    def next_line(self) -> str:
        if not self._lines:
            if not self._steps:
                return ""
            self._lines = self._typed(self._steps.pop(0))
        return self._lines.pop(0) + "\n"

    def _typed(self, step: Step) -> list[str]:
        if isinstance(step, Interrupt):
            raise KeyboardInterrupt
        if isinstance(step, Say):
            return [step.text]
        if isinstance(step, Abandon):
            return [self._ui.cancel]
        if isinstance(step, Press):
            return [self._number_of(step.label)]
        if isinstance(step, Choose):
            return [self._number_of(step.label), step.option]
        assert self._form
        assert self._reply
        faulty = self._reply.errors
        asked = [one for one in self._form.fields if not faulty or one.name in faulty]
        return [line for one in asked for line in _lines_for(one, step.values.get(one.name, ""))]

    def _number_of(self, label: str) -> str:
        found = re.findall(rf"\[(\d+)\] {re.escape(label)}", self.stdout.getvalue())
        assert found, f"no number stands before {label}"
        return str(found[-1])


def _lines_for(asked: Field, value: str | Sequence[str]) -> list[str]:
    if not isinstance(value, str):
        labels = [option.label for option in asked.options]
        return [",".join(str(labels.index(label) + 1) for label in value)]
    several_lines = asked.kind is FieldKind.TEXT and value
    return [*value.split("\n"), ""] if several_lines else [value]
