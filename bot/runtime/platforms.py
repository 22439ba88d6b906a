"""A platform while it runs: how it fares, and begun again when it falls over."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from bot.contract import Adapter, ClaimingHandler, Expecting, Person, PlatformUI, Refused
from bot.contract.adapter import PlatformStatus, State
from knowledge.errors import KnowledgeError

log = structlog.get_logger()

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
"""Seconds before an adapter that fell over is run again: at first, and at most."""


class NoPlatform(KnowledgeError):
    """There is no platform, or none is left; the sentence says why."""

    SENTENCE = (
        "No platform is set up. Put the tokens of one into .env, such as SLACK_BOT_TOKEN and "
        "SLACK_APP_TOKEN; crosswalk chat needs none."
    )


@dataclass
class Platform:
    """One adapter and how it fares."""

    adapter: Adapter
    state: State = "starting"
    reason: str = ""
    told: bool = False
    begun: bool = False
    """Whether the adapter was set going; until then it cannot know how it stands."""
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return self.adapter.name

    def figures(self) -> PlatformStatus:
        """How it stands now."""
        health = self.adapter.health()
        state = self.state
        if self.begun and state not in {"refused", "ended"}:
            tried = self.reason or health.reason
            state = "connected" if health.connected else "waiting" if tried else "starting"
        reason = "" if state == "connected" else self.reason or health.reason
        moments = (health.last_pong, health.last_event)
        return PlatformStatus(self.name, state, *moments, reason, health.lacking)

    async def keep_running(
        self,
        handler: ClaimingHandler,
        uis: Mapping[str, PlatformUI],
        since: Callable[[str], Awaitable[float | None]],
        expected: Callable[[str], Awaitable[tuple[Sequence[Person], Sequence[str]]]],
    ) -> None:
        """Run the adapter, and run it again when it falls over; ends when it is refused.

        `since` says when the newest act of a platform came in, Unix seconds; `expected`: with
        whom, and in which channels of theirs, the bot has talked lately.
        """
        pause = FIRST_PAUSE
        while True:
            began = time.monotonic()
            try:
                newest = await since(self.name)
                if isinstance(self.adapter, Expecting):
                    self.adapter.expect(*await expected(self.name))
                self.begun = True
                await self.adapter.run(handler, uis, newest)
            except Refused as refused:
                self.state, self.reason = "refused", refused.reason
                return
            except Exception as error:
                self.reason = f"It ended with {type(error).__name__}."
                log.exception("A platform fell over.", platform=self.name, again_in=pause)
            else:
                self.state = "ended"
                return
            if time.monotonic() - began > LONGEST_PAUSE:
                pause = FIRST_PAUSE
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)
            self.reason = ""
