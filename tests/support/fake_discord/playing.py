"""The whole bot beside a fake Discord: one database, started, stopped and started again."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from adapters.discord.adapter import DiscordAdapter
from bot.app import Core, build
from bot.runtime.server import Runtime
from bot.settings import Settings
from knowledge.database.store import Store
from knowledge.encoders.encoder import Encoder
from tests.support.databases import database_in
from tests.support.fake_discord.server import FakeDiscord


class GuildBot:
    """The real adapter, intake, courier and core; only Discord and the model are played."""

    def __init__(
        self, discord: FakeDiscord, folder: Path, encoder: Encoder, **adapter: Any
    ) -> None:
        """`adapter`: what the adapter's constructor takes beside token and address."""
        self.stewards: frozenset[str] = frozenset()
        self._discord = discord
        self._url = f"sqlite:///{folder}/crosswalk.db"
        self._encoder = encoder
        self.adapter = adapter
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._before: set[asyncio.Task[Any]] = set()
        self.store = database_in(folder)
        self.core: Core
        self.running: Runtime

    async def start(self, *, connected: bool = True) -> None:
        """Start on the database as it stands; wait until the gateway has taken it in."""
        self._stop = asyncio.Event()
        self._before = asyncio.all_tasks()
        settings = Settings(_env_file=None)  # type: ignore[call-arg]
        self.core = build(settings, Store(self._url), self._encoder, stewards=self.stewards)
        self.core.library.refresh()
        adapter = DiscordAdapter(
            token=self._discord.token, base_url=self._discord.base_url, **self.adapter
        )
        self.running = Runtime(self.core, [adapter], host="127.0.0.1", port=0)
        self._task = asyncio.create_task(self.running.run(self._stop))
        if connected:
            await self._discord.until(lambda: adapter.health().connected)

    @property
    def connected(self) -> bool:
        """Whether the adapter says so."""
        return self.running.platforms[0].adapter.health().connected

    async def ended(self) -> None:
        """Wait until it ends by itself. Raises what it raises."""
        if self._task:
            await asyncio.wait_for(self._task, 30)

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
        spared = self._before | {asyncio.current_task()}
        for task in asyncio.all_tasks() - spared:
            # Requests that reached Discord go on there, and the port is given back in good order.
            if not any(word in repr(task.get_coro()) for word in ("RequestHandler", "Server.")):
                task.cancel()
        await self.stop()

    async def aclose(self) -> None:
        """Stop and give the database back."""
        await self.stop()
        self.store.close()
