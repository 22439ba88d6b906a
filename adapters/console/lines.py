"""Lines that a person types, read without holding up the event loop."""

import asyncio
import io
import signal
import threading
from asyncio import FIRST_COMPLETED
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Protocol, TextIO

from adapters.console.markup import words
from adapters.console.screen import Screen


class EndOfInput(Exception):
    """Nothing more will be typed."""


class Interrupted(Exception):
    """The person pressed Ctrl-C."""


class Lines(Protocol):
    """Where lines come from. `typed`: a person sits there, so an empty line is meant."""

    typed: bool

    async def line(self, prompt: str, *, remember: bool = False) -> str:
        """The next line. Raises EndOfInput or Interrupted."""
        ...

    def close(self) -> None:
        """Lets a waiting `line` end with EndOfInput."""
        ...


class PipedLines:
    """Lines from a file or pipe, or from a terminal without editing.

    A piped line is put into the transcript; a terminal shows what is typed by itself.
    """

    def __init__(self, stream: TextIO, screen: Screen) -> None:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # one bad byte must not end a conversation
        self._stream = stream
        self._screen = screen
        self._reading: asyncio.Future[str] | None = None
        self._stopped: asyncio.Future[str] | None = None
        self._closed = False
        self.typed = stream.isatty()

    async def line(self, prompt: str, *, remember: bool = False) -> str:
        """The next line. A read that Ctrl-C cut short goes on: the next call takes its line."""
        if self._closed:
            raise EndOfInput
        if self.typed:
            self._screen.prompt(prompt)
        loop = asyncio.get_running_loop()
        if not self._reading:
            self._reading = loop.create_future()
            # A daemon, so that leaving never waits for somebody to press Enter.
            threading.Thread(target=self._read, args=(loop, self._reading), daemon=True).start()
        self._stopped = loop.create_future()
        with self._interruptible(loop):
            await asyncio.wait((self._reading, self._stopped), return_when=FIRST_COMPLETED)
        if self._stopped.done():
            return self._stopped.result()
        reading, self._reading = self._reading, None
        text = reading.result()
        if not self.typed:
            self._screen.show(words(prompt + text))
        return text

    def close(self) -> None:
        """Ends a waiting `line`; what the thread still reads is dropped."""
        self._closed = True
        self._stop(EndOfInput())

    def _stop(self, reason: Exception) -> None:
        if self._stopped and not self._stopped.done():
            self._stopped.set_exception(reason)

    @contextmanager
    def _interruptible(self, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
        """Ctrl-C ends the line that is awaited, not the whole process."""
        if not self.typed or threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.getsignal(signal.SIGINT)
        try:
            loop.add_signal_handler(signal.SIGINT, self._stop, Interrupted())
        except NotImplementedError:  # event loops of Windows
            yield
            return
        try:
            yield
        finally:
            loop.remove_signal_handler(signal.SIGINT)
            signal.signal(signal.SIGINT, before)

    def _read(self, loop: asyncio.AbstractEventLoop, reading: asyncio.Future[str]) -> None:
        error: Exception | None = None
        text = ""
        try:
            text = self._stream.readline()
        except KeyboardInterrupt:
            error = Interrupted()
        except (OSError, ValueError):  # closed, or bytes that are no text
            error = EndOfInput()
        if not text and not error:
            error = EndOfInput()

        def settle() -> None:
            if error:
                reading.set_exception(error)
                reading.exception()  # retrieved: nobody may be waiting any more
            else:
                reading.set_result(whole(text.rstrip("\r\n")))

        with suppress(RuntimeError):  # the loop is gone: nobody waits for this line
            loop.call_soon_threadsafe(settle)


def whole(text: str) -> str:
    """`text` without unpaired surrogates, which bytes outside the encoding are read as."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
