"""Kill the bot again and again, and count what was read.

`python -m tests.kills --minutes 8`: as a process of its own, with the real SDKs.
`python -m tests.kills --cuts 2000`: by power cuts within one process, at each boundary first.
"""

import argparse
import asyncio
import contextlib
import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from random import Random

from bot.app import build
from bot.settings import Settings
from knowledge.database.store import Store
from tests.kills import cuts
from tests.kills.bot import BOUNDARIES, Boundary, Way, main, quiet
from tests.kills.story import Intent, Story
from tests.support.fake_discord import FakeDiscord
from tests.support.fake_encoder import HashEncoder
from tests.support.fake_slack import FakeSlack
from tests.support.waiting import until

PATIENCE = 40.0
"""Seconds in which everything must have been read after a kill."""
SETTLING = 0.4
"""Seconds in which what should not happen has time to happen."""


@dataclass
class Figures:
    """What came of it."""

    kills: Counter[str] = field(default_factory=Counter)
    intents: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def document(self) -> dict[str, object]:
        """As it is printed."""
        return {
            "kills": sum(self.kills.values()),
            "by_boundary": dict(sorted(self.kills.items())),
            "intents": sum(self.intents.values()),
            "by_kind": dict(sorted(self.intents.items())),
            "wrong": dict(sorted(self.wrong.items())),
            "seconds": round(self.seconds),
        }


class Killer:
    """One database and both platforms, over many lives of the bot."""

    def __init__(self, way: Way, story: Story, seed: int) -> None:
        self._way, self._story, self._drawn = way, story, Random(seed)
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(["tests.kills.bot"])
        self._process: BaseProcess | None = None
        self._reached: Event = self._context.Event()
        self.figures = Figures()

    async def life(self) -> None:
        """Start, let people act, kill, start again, and wait until everything was read."""
        boundary = self._drawn.choice(BOUNDARIES) if self._drawn.random() < 0.75 else None
        armed = await self._start(boundary)
        armed.set()
        wanted = self._story.something(self._drawn)
        for intent in wanted:
            self.figures.intents[intent.kind] += 1
        where = await self._death(boundary, wanted)
        if where:
            self.figures.kills[where] += 1
            await self._start(None)
        await self._read(wanted)
        await asyncio.sleep(SETTLING)
        self.kill()

    def kill(self) -> None:
        """End whatever runs."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None

    async def _start(self, boundary: Boundary | None) -> Event:
        armed, up, self._reached = (self._context.Event() for _ in range(3))
        process = self._context.Process(
            target=main, args=(self._way, boundary, armed, up, self._reached), daemon=True
        )
        process.start()
        self._process = process
        await until(lambda: up.is_set() or not process.is_alive(), PATIENCE)
        if not up.is_set():
            raise RuntimeError("the bot ended by itself")
        return armed

    async def _death(self, boundary: Boundary | None, wanted: list[Intent]) -> str:
        """Wait until the process has ended itself, or end it at a moment; where it was."""
        process = self._process
        assert process is not None
        if boundary is None:
            await asyncio.sleep(self._drawn.random() * 0.6)
            self.kill()
            return "at random"
        with contextlib.suppress(AssertionError):
            await until(lambda: not process.is_alive() or _read_all(wanted), 3.0)
        await asyncio.sleep(0.1)  # what comes behind the last message
        if process.is_alive():
            return ""  # this act passes fewer boundaries
        process.join()
        return f"{boundary.where} {boundary.number}"

    async def greeted(self) -> None:
        """Begin with a conversation that both have been greeted in."""
        await self._start(None)
        await self._story.greeted()
        self.kill()

    async def _read(self, wanted: list[Intent]) -> None:
        # What is missing after that is counted as lost, at the end.
        with contextlib.suppress(AssertionError):
            await until(lambda: _read_all(wanted), PATIENCE)


def _read_all(wanted: list[Intent]) -> bool:
    return all(intent.seen() for intent in wanted)


async def killed(folder: Path, *, lives: int, seconds: float, seed: int) -> Figures:
    """So many lives, or so many seconds of them."""
    began = time.monotonic()
    slack = FakeSlack(retries=(0.5, 1.0, 2.0, 4.0, 8.0), ack_seconds=0.5)
    discord = FakeDiscord(heartbeat=5.0)
    await slack.start()
    await discord.start()
    url = f"sqlite:///{folder}/crosswalk.db"
    store = Store(url)
    store.migrate()
    story = Story(store, slack, discord)
    core = build(Settings(_env_file=None), Store(url), HashEncoder())  # type: ignore[call-arg]
    story.begin(core)
    core.close()
    way = Way(
        url,
        (slack.bot_token, slack.app_token, slack.base_url),
        (discord.token, discord.base_url),
    )
    killer = Killer(way, story, seed)
    try:
        await killer.greeted()
        for _ in range(lives):
            if time.monotonic() - began > seconds:
                break
            await killer.life()
    finally:
        killer.kill()
        killer.figures.wrong = story.wrong()
        killer.figures.seconds = time.monotonic() - began
        store.close()
        await slack.aclose()
        await discord.aclose()
    return killer.figures


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.kills")
    parser.add_argument("--cuts", type=int, help="so many power cuts in one process instead")
    parser.add_argument("--lives", type=int, default=1_000_000)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    found: Figures | cuts.Figures
    seconds = given.minutes * 60
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if given.cuts:
            quiet()
            run = cuts.cut_off(folder, kills=given.cuts, seconds=seconds, seed=given.seed)
            found = asyncio.run(run)
        else:
            found = asyncio.run(killed(folder, lives=given.lives, seconds=seconds, seed=given.seed))
    print(json.dumps(found.document(), indent=2))  # noqa: T201
    sys.exit(1 if found.wrong else 0)


if __name__ == "__main__":
    _main()
