"""`crosswalk chat`: one person and the bot, in a terminal or through a pipe."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from adapters.console.conversation import Conversation
from adapters.console.files import FOLDER, Files
from adapters.console.lines import Lines, PipedLines
from adapters.console.markup import words
from adapters.console.screen import Screen
from bot.contract import Handler, Health, Person, Place, PlatformUI, Receipt, Reply, Undeliverable


class ConsoleAdapter:
    """The terminal as a platform: lines in, replies out, until the person leaves."""

    name = "console"

    def __init__(
        self, person: Person, stdin: TextIO, stdout: TextIO, folder: Path, first: str = ""
    ) -> None:
        """`folder`: where files are saved; made when the first one comes.

        `first`: what is said for the person before they say anything themselves.
        """
        self._person = person
        self._first = first
        self._stdin = stdin
        self._screen = Screen(stdout, person.time_zone)
        self._saving = Files(folder)
        self._lines: Lines | None = None
        self._talk: Conversation | None = None
        self._closed = False

    async def run(
        self, handler: Handler, uis: Mapping[str, PlatformUI], since: float | None = None
    ) -> None:
        """Converses until `quit`, the end of input, Ctrl-C or `aclose`.

        In the person's language if there is a surface in it, else in the first.
        """
        if self._closed:
            return
        first = next(iter(uis.values()))
        ui = uis.get(self._person.locale[:2].casefold(), first)
        self._lines = self._opened(ui)
        talk = Conversation(self._person, handler, ui, self._lines, self._screen, self._saving)
        self._talk = talk
        try:
            self._screen.show(words(ui.title, "bold"), words(ui.hint, "dim"), "")
            await talk.until_left(self._first)
            self._screen.show(words(ui.goodbye))
        except asyncio.CancelledError:  # Ctrl-C while an answer was awaited, or the bot stops
            self._screen.show(words(ui.goodbye))
            raise
        except BrokenPipeError:
            return  # nobody reads any more; there is nobody to tell

    @property
    def passing(self) -> tuple[type[Exception], ...]:
        """A terminal that cannot be written to does not get better."""
        return ()

    async def post(self, place: Place, reply: Reply, key: str, in_doubt: bool = False) -> Receipt:
        """Shows a message that nobody waits for, without numbers to type."""
        self._screen.message(reply)
        if self._talk is not None:
            self._talk.save(reply)
        return Receipt(self.name, place.workspace, place.channel, key)

    async def update(self, receipt: Receipt, place: Place, reply: Reply) -> None:
        """What was shown stays; the new words are shown below it."""
        self._screen.message(reply)

    async def delete(self, receipt: Receipt, place: Place) -> None:
        """What was shown in a terminal cannot be taken back."""
        raise Undeliverable("A terminal takes nothing back.")

    async def open_group(self, persons: Sequence[Person], topic: str, key: str) -> Place:
        """A terminal is one person's alone."""
        raise Undeliverable("A terminal is one person's alone.")

    async def show_home(self, person: Person, reply: Reply) -> None:
        """A terminal has no home page."""

    def health(self) -> Health:
        """Connected while a conversation goes on."""
        return Health(connected=self._lines is not None and not self._closed)

    async def aclose(self) -> None:
        """Ends a conversation that is waiting for a line."""
        self._closed = True
        if self._lines:
            self._lines.close()

    def _opened(self, ui: PlatformUI) -> Lines:
        own = self._stdin is sys.stdin
        if own and self._stdin.isatty() and self._screen.styled:
            from adapters.console.typed_lines import TypedLines  # a fifth of a second

            return TypedLines(ui.verbs)
        return PipedLines(self._stdin, self._screen)


def create(
    person: Person,
    *,
    stdin: TextIO | None = None,
    stdout: TextIO | None = None,
    folder: Path | None = None,
    first: str = "",
) -> ConsoleAdapter:
    """The console for one person; the process's own streams unless others are given.

    Files go to `folder`, or to `crosswalk-files` in the current one.
    """
    return ConsoleAdapter(
        person, stdin or sys.stdin, stdout or sys.stdout, folder or Path(FOLDER), first
    )
