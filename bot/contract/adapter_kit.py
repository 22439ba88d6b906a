"""What platforms behind a network have in common, so that each adapter holds its own alone."""

import asyncio
import re
import time
from collections.abc import Awaitable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot.contract.adapter import Health
from bot.contract.platform_ui import PlatformUI

DRAIN = 10.0
"""Seconds that acts in hand are given to end when an adapter closes."""
ELLIPSIS = "…"

T = TypeVar("T")
K = TypeVar("K")


def shortened(text: str, limit: int) -> str:
    """Plain text of at most `limit` characters, with an ellipsis where some are left out."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + ELLIPSIS


@dataclass(frozen=True, slots=True)
class Cutter:
    """Cuts a platform's markup into pieces that its limits allow.

    `atom` matches what is never torn apart, one sign at least; `solid`: whose blanks are no place
    to break.
    """

    atom: re.Pattern[str]
    solid: re.Pattern[str]

    def pieces(self, text: str, limit: int) -> Iterator[str]:
        """`text` in pieces of at most `limit` characters, cut at line ends, else between words."""
        while len(text) > limit:
            cut = self._cut(text, limit)
            if piece := text[:cut].strip():
                yield piece
            text = text[cut:].lstrip()
        if text.strip():
            yield text

    def first_piece(self, text: str, limit: int) -> str:
        """The beginning, at most `limit` characters with the ellipsis that says so."""
        if len(text) <= limit:
            return text
        return f"{next(self.pieces(text, limit - 2), '')}\n{ELLIPSIS}"

    def _cut(self, text: str, limit: int) -> int:
        end = 0
        for atom in self.atom.finditer(text):
            if atom.end() > limit:
                break
            end = atom.end()
        head = text[:end]
        line = head.rfind("\n")
        if line > limit // 2:
            return line
        word = self.solid.sub(lambda found: "x" * len(found.group()), head).rfind(" ")
        return word if word > limit // 2 else max(end or limit, 1)


class ConnectionState:
    """How a platform stands, as it is told to operators. Moments are Unix seconds."""

    def __init__(self) -> None:
        self.closing = False
        self.in_trouble = asyncio.Event()
        self.heard_until: float | None = None
        """When the last session was last heard of; None: there was none."""
        self._connected = False
        self._reason = ""
        self._trouble = ""
        self._pong: float | None = None
        self._event: float | None = None

    def connected(self) -> None:
        """A connection stands; it counts as its first pong."""
        self._connected, self._reason = True, ""
        self._pong = time.time()

    def disconnected(self, reason: str) -> None:
        """There is none, and why."""
        if self._connected:
            self.heard_until = max(self._pong or 0.0, self._event or 0.0)
        self._connected, self._reason = False, reason

    def answered(self, moment: float | None = None) -> None:
        """A ping of that moment, or of now, was answered."""
        self._pong = max(time.time() if moment is None else moment, self._pong or 0.0)

    def happened(self) -> None:
        """The platform sent something."""
        self._event = time.time()

    def refused(self, sentence: str) -> None:
        """The platform refuses the bot's token now; an empty sentence: it takes it again."""
        self._trouble = sentence
        if sentence:
            self.in_trouble.set()
        else:
            self.in_trouble.clear()

    @property
    def trouble(self) -> str:
        """Why the token is refused now; empty while it is taken."""
        return self._trouble

    def health(self) -> Health:
        """For health pages and the doctor."""
        reason = self._trouble or self._reason
        return Health(self._connected and not self._trouble, self._pong, self._event, reason)


class ActsInHand:
    """Acts that have begun: each is finished, even while the adapter closes."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object]] = set()

    async def hold(self, act: Awaitable[T]) -> T:
        """Waits for an act; while it does, `drain` waits as well."""
        task = asyncio.current_task()
        if task is None or task in self._tasks:
            return await act
        self._tasks.add(task)
        try:
            return await act
        finally:
            self._tasks.discard(task)

    async def drain(self, seconds: float = DRAIN) -> None:
        """Returns when everything in hand has ended, at the latest after so many seconds."""
        others = self._tasks - {asyncio.current_task()}
        if others:
            await asyncio.wait(others, timeout=seconds)


def words_for(uis: Mapping[str, PlatformUI], locale: str) -> PlatformUI:
    """The fixed words for a locale such as `es-419`; English, or the first, otherwise."""
    language = locale.replace("_", "-").split("-")[0].casefold()
    return uis.get(language) or uis.get("en") or next(iter(uis.values()))


def word_for_more(uis: Mapping[str, PlatformUI]) -> str:
    """What stands where something is left out of a message whose reader's language is unknown."""
    return words_for(uis, "en").more if uis else ELLIPSIS


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds to wait after a 429; one where the platform does not say."""
    for name, value in headers.items():
        if name.lower() == "retry-after":
            try:
                return max(0.0, float(value))
            except ValueError:
                break
    return 1.0


def remember(table: dict[K, T], key: K, what: T, most: int) -> None:
    """Puts something into a table of at most so many entries; the oldest one goes."""
    if key not in table and len(table) >= most:
        table.pop(next(iter(table)))
    table[key] = what
