"""How the running bot stands: what /readyz and /metrics tell an operator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.contract.adapter import PlatformStatus


@dataclass(frozen=True, slots=True)
class Metrics:
    """Everything that is measured, at one moment."""

    database: bool
    model: str
    trouble: str = ""
    """Why the database cannot be written to, in one sentence."""
    closing: bool = False
    cases: int = 0
    experts: int = 0
    acts_open: int = 0
    waiting: int = 0
    dead: int = 0
    oldest_seconds: float = 0.0
    platforms: Sequence[PlatformStatus] = ()
    acts: Mapping[str, int] = field(default_factory=dict)
    deliveries: Mapping[str, int] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether members can be answered: the database, and a platform to answer on."""
        connected = any(platform.state == "connected" for platform in self.platforms)
        return self.database and connected and not self.closing

    def document(self) -> dict[str, Any]:
        """As /readyz shows it."""
        return {
            "ready": self.ready,
            "closing": self.closing,
            "database": "ok" if self.database else self.trouble or "does not answer",
            "model": self.model,
            "inbox": {"open": self.acts_open},
            "outbox": {
                "waiting": self.waiting,
                "dead": self.dead,
                "oldest_seconds": round(self.oldest_seconds, 1),
            },
            "platforms": {
                platform.name: {
                    "state": platform.state,
                    "last_pong": _moment(platform.last_pong),
                    "last_event": _moment(platform.last_event),
                    "reason": platform.reason,
                }
                for platform in self.platforms
            },
        }


def _moment(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
