"""One core with Slack and Discord beside each other: started, broken off and started again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.discord.adapter import DiscordAdapter
from adapters.slack.adapter import SlackAdapter
from bot.app import Core, build, now
from bot.runtime.server import Runtime
from bot.settings import Settings
from knowledge.database.store import Store
from knowledge.encoders.encoder import Encoder
from tests.support.databases import database_in
from tests.support.fake_discord import FakeDiscord
from tests.support.fake_slack import FakeSlack


class BothPlatforms:
    """Both real adapters on one database; only the platforms and the model are played."""

    def __init__(
        self,
        slack: FakeSlack,
        discord: FakeDiscord,
        folder: Path,
        encoder: Encoder,
        *,
        clock: Callable[[], datetime] = now,
        stewards: frozenset[str] = frozenset(),
    ) -> None:
        """`clock`: the bot's; the platforms keep their own time."""
        self._stewards = stewards
        self._slack, self._discord = slack, discord
        self._clock = clock
        self._url = f"sqlite:///{folder}/crosswalk.db"
        self._encoder = encoder
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._before: set[asyncio.Task[Any]] = set()
        self.store = database_in(folder)
        self.core: Core
        self.running: Runtime

    async def start(self) -> None:
        """Start on the database as it stands; wait until both platforms are connected."""
        self._stop = asyncio.Event()
        self._before = asyncio.all_tasks()
        settings = Settings(_env_file=None)  # type: ignore[call-arg]
        self.core = build(
            settings, Store(self._url), self._encoder, clock=self._clock, stewards=self._stewards
        )
        self.core.library.refresh()
        adapters: list[SlackAdapter | DiscordAdapter] = [
            SlackAdapter(
                bot_token=self._slack.bot_token,
                app_token=self._slack.app_token,
                base_url=self._slack.base_url,
            ),
            DiscordAdapter(token=self._discord.token, base_url=self._discord.base_url),
        ]
        self.running = Runtime(self.core, adapters, host="127.0.0.1", port=0, clock=self._clock)
        self._task = asyncio.create_task(self.running.run(self._stop))
        await self._discord.until(lambda: all(a.health().connected for a in adapters))

    async def stop(self) -> None:
        """Stop as SIGTERM does."""
        if self._task:
            self._stop.set()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None
            self.core.close()

    async def kill(self) -> None:
        """Stop as a crash does: what is in hand breaks off where it stands."""
        await self.running.sender.aclose()
        spared = self._before | self._slack.post.tasks | {asyncio.current_task()}
        for task in asyncio.all_tasks() - spared:
            # Requests that reached a platform go on there.
            if not any(word in repr(task.get_coro()) for word in ("RequestHandler", "Server.")):
                task.cancel()
        await self.stop()

    async def aclose(self) -> None:
        """Stop and give the database back."""
        await self.stop()
        self.store.close()
