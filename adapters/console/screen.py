"""The terminal's face: panels in colour, panels without it, or plain lines."""

import io
import os
import shutil
from collections.abc import Mapping
from typing import TextIO

from rich.console import Console, RenderableType

from adapters.console import render
from bot.contract import Reply

WIDEST = 100
PIPE_WIDTH = 80


class _Page(io.StringIO):
    """Memory that says it is written in a stream's encoding, so that rich draws for it."""

    encoding = "utf-8"

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self.encoding = encoding

    def taken(self) -> str:
        """What was drawn since the last time."""
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        return text


class Screen:
    """Writes to one stream, with what that stream can show.

    Colours and links only at a terminal and without NO_COLOR; a dumb terminal (or a screen
    reader behind one) gets plain lines; characters outside the encoding never raise.
    """

    def __init__(self, stream: TextIO, zone: str, environ: Mapping[str, str] = os.environ) -> None:
        self._stream = stream
        self._zone = zone
        self.terminal = stream.isatty()
        self.dumb = self.terminal and environ.get("TERM", "") in ("dumb", "unknown")
        self.styled = styled = self.terminal and not self.dumb and not environ.get("NO_COLOR")
        # Rich draws on a page of its own: at a closed pipe it would end the process.
        self._page = _Page(getattr(stream, "encoding", None) or "utf-8")
        self._console = Console(
            file=self._page,
            force_terminal=styled,
            force_jupyter=False,
            color_system="auto" if styled else None,
            highlight=False,
            markup=False,
            emoji=False,
            legacy_windows=None if styled else False,
        )

    @property
    def width(self) -> int:
        """Cells per line: the window's as it is now, but never too wide to read."""
        if not self.terminal:
            return PIPE_WIDTH
        return min(WIDEST, shutil.get_terminal_size().columns)

    def reply(self, reply: Reply) -> None:
        """Shows a reply with its numbered choices, an empty line after it."""
        if self.dumb:
            self._write(render.plain(reply, zone=self._zone) + "\n\n")
        else:
            self.show(render.render(reply, self.width, zone=self._zone), "")

    def message(self, reply: Reply) -> None:
        """Shows a reply that offers nothing to press."""
        if self.dumb:
            self._write(render.plain(reply, zone=self._zone, choices=False) + "\n\n")
        else:
            self.show(render.render(reply, self.width, zone=self._zone, choices=False))

    def show(self, *lines: RenderableType) -> None:
        """Shows renderables, each on lines of its own."""
        for line in lines:
            self._console.print(line, width=self.width)
        text = self._page.taken()
        if not self.styled:  # nobody sees blanks at a line's end, but a file keeps them
            text = "\n".join(line.rstrip() for line in text.split("\n"))
        self._write(text)

    def prompt(self, text: str) -> None:
        """Shows a prompt; what is typed follows it on the same line."""
        self._write(text)

    def _write(self, text: str) -> None:
        encoding = self._page.encoding
        self._stream.write(text.encode(encoding, "replace").decode(encoding))
        self._stream.flush()
