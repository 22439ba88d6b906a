"""The bot in a process of its own, which ends itself at a boundary, as a power cut would."""

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.synchronize import Event
from typing import Any, TypeVar

import structlog
from sqlmodel import Session

from adapters.discord.adapter import DiscordAdapter
from adapters.slack.adapter import SlackAdapter
from bot.app import build
from bot.contract import Place, Receipt, Reply
from bot.messaging.sender import Sender
from bot.runtime import server
from bot.runtime.server import Runtime
from bot.settings import Settings
from knowledge.database.store import Body, Store
from knowledge.search import confidence
from tests.support.community import OF_THE_FAKE
from tests.support.fake_encoder import HashEncoder
from tests.support.waiting import until

T = TypeVar("T")


@dataclass(frozen=True)
class Way:
    """Where the bot finds its database and its platforms."""

    database: str
    slack: tuple[str, str, str]
    """Bot token, app token, address."""
    discord: tuple[str, str]
    """Token, address."""


@dataclass(frozen=True)
class Boundary:
    """Where a process ends: inside or behind the so manieth unit, before or behind a post."""

    where: str
    number: int


BOUNDARIES = tuple(
    Boundary(where, number)
    for where, most in (("inside", 12), ("behind", 12), ("before post", 4), ("behind post", 4))
    for number in range(1, most + 1)
)


class Counter:
    """Counts what the process does since it was armed, and ends it at a boundary."""

    def __init__(self, boundary: Boundary | None, armed: Event, reached: Event) -> None:
        self._boundary, self._armed, self._reached = boundary, armed, reached
        self._passed: dict[str, int] = {}

    def passes(self, where: str) -> None:
        """One more of these."""
        if self._boundary is None or not self._armed.is_set():
            return
        self._passed[where] = self._passed.get(where, 0) + 1
        if self._boundary == Boundary(where, self._passed[where]):
            self._reached.set()
            os.kill(os.getpid(), signal.SIGKILL)


def main(way: Way, boundary: Boundary | None, armed: Event, up: Event, reached: Event) -> None:
    """Run until killed."""
    quiet()
    # The platforms are in the same machine, so nothing is on its way for seconds.
    server.ARRIVING = timedelta(seconds=0.2)
    asyncio.run(_run(way, Counter(boundary, armed, reached), up))


def quiet() -> None:
    """Without a log of what goes wrong on purpose, and with the sureness of the fake encoder."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    confidence.calibrations = lambda: {"*": OF_THE_FAKE}  # type: ignore[assignment]


async def _run(way: Way, counter: Counter, up: Event) -> None:
    settings = Settings(_env_file=None, questions_per_hour=0)  # type: ignore[call-arg]
    core = build(settings, Store(way.database), HashEncoder())
    core.library.refresh()
    write = core.database.write

    async def counted(body: Body[T], *, urgent: bool = False) -> T:
        def inside(session: Session) -> T:
            found = body(session)
            session.flush()
            counter.passes("inside")
            return found

        found = await write(inside, urgent=urgent)
        counter.passes("behind")
        return found

    core.database.write = counted  # type: ignore[method-assign]
    bot_token, app_token, slack = way.slack
    token, discord = way.discord
    adapters: list[SlackAdapter | DiscordAdapter] = [
        SlackAdapter(bot_token=bot_token, app_token=app_token, base_url=slack),
        DiscordAdapter(token=token, base_url=discord),
    ]
    for adapter in adapters:
        adapter.post = _posting(adapter.post, counter)  # type: ignore[assignment,method-assign]
    running = Runtime(core, adapters, host="127.0.0.1", port=0)
    task = asyncio.create_task(running.run(asyncio.Event()))
    await until(lambda: all(adapter.health().connected for adapter in adapters), 60)
    up.set()
    await asyncio.gather(task, *(_ticking(running.sender, each.job) for each in core.jobs))


def _posting(
    post: Callable[[Place, Reply, str, bool], Coroutine[Any, Any, Receipt]], counter: Counter
) -> Callable[[Place, Reply, str, bool], Coroutine[Any, Any, Receipt]]:
    async def counted(place: Place, reply: Reply, key: str, in_doubt: bool = False) -> Receipt:
        counter.passes("before post")
        receipt = await post(place, reply, key, in_doubt)
        counter.passes("behind post")
        return receipt

    return counted


async def _ticking(sender: Sender, job: Callable[[], Awaitable[object]]) -> None:
    """What is due once a minute in life is looked at often, so that kills meet it."""
    while True:
        await asyncio.sleep(0.3)
        await job()
        sender.wake()
