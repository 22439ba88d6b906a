"""The whole bot beside a fake Slack: one database, started, stopped and started again."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Literal

from adapters.slack.adapter import SlackAdapter
from bot.app import Core, build
from bot.runtime.server import Runtime
from bot.settings import Settings
from knowledge.database.store import Store
from knowledge.encoders.encoder import Encoder
from tests.support.databases import database_in
from tests.support.fake_slack.server import FakeSlack


class Bot:
    """The real adapter, intake, courier and core; only Slack and the model are played."""

    def __init__(
        self,
        slack: FakeSlack,
        folder: Path,
        encoder: Encoder,
        mode: Literal["socket", "http"] = "socket",
        *,
        ping: float = 10.0,
        silence: float = 45.0,
        bot_token: str = "",
    ) -> None:
        """`ping`, `silence`: seconds of the adapter's watchdog."""
        self._slack = slack
        self._url = f"sqlite:///{folder}/crosswalk.db"
        self._encoder = encoder
        self._mode = mode
        self.ping, self.silence = ping, silence
        self._bot_token = bot_token or slack.bot_token
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._before: set[asyncio.Task[Any]] = set()
        self.store = database_in(folder)
        self.core: Core
        self.running: Runtime

    async def start(self, *, connected: bool = True) -> None:
        """Start on the database as it stands; wait until Slack has a way to the bot."""
        self._stop = asyncio.Event()
        self._before = asyncio.all_tasks()
        settings = Settings(_env_file=None)  # type: ignore[call-arg]
        self.core = build(settings, Store(self._url), self._encoder)
        self.core.library.refresh()
        adapter = SlackAdapter(
            bot_token=self._bot_token,
            app_token=self._slack.app_token,
            signing_secret=self._slack.signing_secret,
            mode=self._mode,
            base_url=self._slack.base_url,
            ping=self.ping,
            silence=self.silence,
        )
        self.running = Runtime(self.core, [adapter], host="127.0.0.1", port=0)
        self._task = asyncio.create_task(self.running.run(self._stop))
        if self._mode == "http":
            await self.running.server.listening()
            self._slack.speak_http(f"http://127.0.0.1:{self.running.server.port}/slack/events")
        if connected:
            await self._slack.until(lambda: adapter.health().connected)

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
        spared = self._before | self._slack.post.tasks | {asyncio.current_task()}
        for task in asyncio.all_tasks() - spared:
            # Requests that reached Slack go on there, and the port is given back in good order.
            if not any(word in repr(task.get_coro()) for word in ("RequestHandler", "Server.")):
                task.cancel()
        await self.stop()

    async def aclose(self) -> None:
        """Stop and give the database back."""
        await self.stop()
        self.store.close()
