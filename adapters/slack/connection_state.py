"""How the platform stands, as it is told to operators."""

import asyncio
import time

from bot.contract import Health


class State:
    """The last pong, the last event, and why there is no connection."""

    def __init__(self) -> None:
        self.closing = False
        self._connected = False
        self._reason = "not started"
        self._trouble = ""
        self.in_trouble = asyncio.Event()
        self._pong: float | None = None
        self._event: float | None = None

    def connected(self) -> None:
        """A connection stands; it counts as its first pong."""
        self._connected, self._reason = True, ""
        self._pong = time.time()

    def disconnected(self, reason: str) -> None:
        """There is none, and why."""
        self._connected, self._reason = False, reason

    def answered(self, moment: float) -> None:
        """A ping of that moment was answered."""
        self._pong = max(moment, self._pong or 0.0)

    def happened(self) -> None:
        """Slack sent something."""
        self._event = time.time()

    def refused(self, sentence: str) -> None:
        """Slack refuses the bot's token now; an empty sentence: it takes it again."""
        self._trouble = sentence
        if sentence:
            self.in_trouble.set()
        else:
            self.in_trouble.clear()

    @property
    def trouble(self) -> str:
        """Why Slack refuses the token now; empty while it takes it."""
        return self._trouble

    def health(self) -> Health:
        """For health pages and the doctor."""
        reason = self._trouble or self._reason
        return Health(self._connected and not self._trouble, self._pong, self._event, reason)
