"""How the platform stands, as it is told to operators."""

import time

from bot.contract import Health


class State:
    """The last pong, the last event, and why there is no connection."""

    def __init__(self) -> None:
        self.closing = False
        self._connected = False
        self._reason = ""
        self._trouble = ""
        self._pong: float | None = None
        self._event: float | None = None
        self.heard_until: float | None = None
        """When the last session was last heard of; None: there was none."""

    def connected(self) -> None:
        """A session stands; it counts as its first pong."""
        self._connected, self._reason = True, ""
        self._pong = time.time()

    def disconnected(self, reason: str) -> None:
        """There is none, and why."""
        if self._connected:
            self.heard_until = max(self._pong or 0.0, self._event or 0.0)
        self._connected, self._reason = False, reason

    def answered(self) -> None:
        """A heartbeat was answered."""
        self._pong = time.time()

    def happened(self) -> None:
        """Discord sent something."""
        self._event = time.time()

    def refused(self, sentence: str) -> None:
        """Discord refuses the bot's token now; an empty sentence: it takes it again."""
        self._trouble = sentence

    def health(self) -> Health:
        """For health pages and the doctor."""
        reason = self._trouble or self._reason
        return Health(self._connected and not self._trouble, self._pong, self._event, reason)
