"""`crosswalk run`: every platform, the sender, the server and the tick, until told to stop."""

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module

import structlog
from sqlmodel import Session

from bot.app import Core, now
from bot.contract import Adapter, Person
from bot.features.conversations import relay
from bot.features.help.platform_ui import platform_ui
from bot.i18n import LANGUAGES, words
from bot.jobs import PeriodicJob
from bot.messaging import serialization
from bot.messaging.inbox import Inbox
from bot.messaging.sender import Sender
from bot.runtime.home_refresh import HomeRefresh
from bot.runtime.http import Server, application, routes_of
from bot.runtime.metrics import Metrics
from bot.runtime.platforms import NoPlatform, Platform
from bot.runtime.scheduler import Scheduler
from knowledge.conversations import conversations, meetings
from knowledge.errors import KnowledgeError
from knowledge.members import accounts
from knowledge.messaging import deliveries, doubt, inbox
from knowledge.readers import countries

log = structlog.get_logger()

CONNECTING = 30.0
"""Seconds in which a platform can connect and still stand in `ready` as connected."""
LOOKING = 0.05
DRAINING, SERVER_CLOSING = 12.0, 3.0
"""Seconds for what is in hand, and for the server after it: 15 together."""
PROBED_FOR, PROBING = 5.0, 10.0
"""Seconds for which a write that worked is believed, and in which one must work."""
ARRIVING = timedelta(seconds=3)
"""How long a message that was cut off may still be on its way to the platform."""
DOUBTED_FOR = timedelta(hours=1)
"""How long after the first start on a restored database what is written may have been sent."""
ABANDONED = timedelta(minutes=2)
"""An act that is not done after so long is in nobody's hands any more."""
ACTS_KEPT, MESSAGES_KEPT = timedelta(days=7), timedelta(days=30)
"""How long acts that are done, and messages that were sent, are known."""
MOST_TALKING = 150
"""Conversations of the bot with one person that are looked into after a start."""


class Runtime:
    """A wired core with its platforms, from start to the last message."""

    def __init__(
        self,
        core: Core,
        adapters: Sequence[Adapter],
        *,
        host: str,
        port: int,
        taken: socket.socket | None = None,
        alone: bool = True,
        taken_over: Callable[[], None] = lambda: None,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """`taken`: the address, where it was taken before.

        `alone`: no other process has this database open, until `taken_over` is called.

        Raises NoPlatform without adapters, AddressTaken when nothing can listen there.
        """
        if not adapters:
            raise NoPlatform(NoPlatform.SENTENCE)
        self._core = core
        self._alone = alone
        self._taken_over = taken_over
        self._clock = clock
        self._closing = False
        self._probed = -PROBED_FOR
        self.platforms = [Platform(adapter) for adapter in adapters]
        core.helping.watch(lambda: [platform.figures() for platform in self.platforms])
        by_name = {adapter.name: adapter for adapter in adapters}
        self.sender = Sender(
            database=core.database,
            adapters=by_name,
            clock=clock,
            rooms=core.room,
            enclose=core.briefing.enclose,
            given_up=core.undelivered.given_up,
        )
        self.inbox = Inbox(
            dispatcher=core.dispatcher.handle,
            database=core.database,
            clock=clock,
            wake=self.sender.wake,
        )
        self.homes = HomeRefresh(
            handler=self.inbox.handle,
            dispatcher=core.dispatcher.handle,
            database=core.database,
            adapters=by_name,
            clock=clock,
        )
        self._schedule = Scheduler()
        self.server = Server(application(self.figures, routes_of(adapters)), host, port, taken)

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set, then drain. Raises NoPlatform when none is left."""
        await self._take_over()
        await asyncio.to_thread(_read_ahead)
        background = [
            asyncio.create_task(self.server.run()),
            asyncio.create_task(self.sender.run()),
            asyncio.create_task(self._recover()),
        ]
        self._start_platforms()
        self._start_ticking()
        stopped = asyncio.create_task(stop.wait())
        announcing = asyncio.create_task(self._announce())
        try:
            await self._until_over(stopped)
        finally:
            stopped.cancel()
            announcing.cancel()
            await self._drain()
            self.server.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(background[0]), SERVER_CLOSING)
            await _cancelled([*background, announcing, *self._tasks()])
        if not stop.is_set():
            raise NoPlatform(self._why_none_is_left())

    async def figures(self) -> Metrics:
        """How everything stands."""
        snapshot = self._core.library.snapshot
        platforms = [platform.figures() for platform in self.platforms]
        try:
            acts_open, outbox = await self._core.database.read(_standing)
            await self._probe()
        except (KnowledgeError, TimeoutError) as refused:
            why = str(refused) or "It does not answer in time."
            log.error("The database did not answer.", why=why)
            return Metrics(False, self._core.library.model_name, why, platforms=platforms)
        # What is held counts from when it may be sent.
        age = max(self._clock() - outbox.oldest, timedelta()) if outbox.oldest else timedelta()
        return Metrics(
            database=True,
            model=self._core.library.model_name,
            closing=self._closing,
            cases=len(snapshot.cases),
            experts=snapshot.experts,
            acts_open=acts_open,
            waiting=outbox.waiting,
            dead=outbox.dead,
            oldest_seconds=max(0.0, age.total_seconds()),
            platforms=platforms,
            acts=self.inbox.tally,
            deliveries=self.sender.tally,
        )

    async def _probe(self) -> None:
        """Whether something can be written, asked again after some seconds at the earliest."""
        if time.monotonic() < self._probed + PROBED_FOR:
            return
        async with asyncio.timeout(PROBING):
            await self._core.database.probe()
        self._probed = time.monotonic()

    def _start_platforms(self) -> None:
        grammar = self._core.dispatcher.grammar
        uis = {language: platform_ui(words(language), grammar) for language in LANGUAGES}
        for platform in self.platforms:
            platform.task = asyncio.create_task(
                platform.keep_running(self.homes.handle, uis, self._newest, self._talking)
            )

    async def _talking(self, platform: str) -> tuple[list[Person], list[str]]:
        """Who may have written to the bot alone there, and the channels in which they do.

        Those come first whose words are carried: somebody waits for them.
        """

        def read(session: Session) -> tuple[list[Person], list[str]]:
            seats = conversations.carried_on(session, platform)
            known = accounts.lately_used(session, platform, MOST_TALKING)
            receipts = deliveries.private_receipts(session, platform, MOST_TALKING)
            people = [relay.person(seat) for seat in seats]
            people += [
                Person(each.platform, each.workspace, each.user_id, each.name) for each in known
            ]
            people = [each for each in people if each.user_id not in receipts]
            rooms = [serialization.receipt_from_json(each).channel for each in receipts.values()]
            return people, rooms

        return await self._core.database.read(read)

    async def _newest(self, platform: str) -> float | None:
        """When the newest act of a platform came in; None when there was none."""
        at = await self._core.database.read(lambda session: inbox.newest(session, platform))
        return at.timestamp() if at is not None else None

    def _start_ticking(self) -> None:
        every = self._schedule.every
        every(timedelta(minutes=1), lambda: self.inbox.recover(ABANDONED), "abandoned acts")
        every(timedelta(minutes=1), self.homes.tick, "home pages")
        every(timedelta(minutes=1), self.sender.mend, "messages of a wrong clock")
        every(timedelta(hours=1), self._forget, "retention")
        for tick in self._core.jobs:
            every(tick.every, partial(self._look, tick), tick.name)
        every(timedelta(hours=1), self.homes.forget, "home pages nobody opens")
        self._schedule.start()

    async def _take_over(self) -> None:
        """What a former run was cut off at is free at once, if we are alone."""
        at = self._clock()

        def free(session: Session) -> None:
            doubt.started(session, at + DOUBTED_FOR)
            if self._alone:
                deliveries.release(session, at + ARRIVING)

        with contextlib.suppress(KnowledgeError):  # a lease ends by itself, only later
            await self._core.database.write(free)
        self._taken_over()

    async def _recover(self) -> None:
        """What was received before this start; beside others only what nobody has in hand."""
        try:
            again = await self.inbox.recover(timedelta() if self._alone else ABANDONED)
        except KnowledgeError as refused:
            log.error("The inbox could not be read.", why=str(refused))
            return
        if again:
            log.info("Acts from before the start were done.", acts=again)

    async def _look(self, tick: PeriodicJob) -> None:
        """Ask a feature what is due; what it wrote is sent at once."""
        await tick.job()
        self.sender.wake()

    async def _forget(self) -> None:
        at = self._clock()

        def drop(session: Session) -> None:
            inbox.forget(session, at - ACTS_KEPT)
            deliveries.forget(session, at - MESSAGES_KEPT)
            conversations.forget(session, at - conversations.KEPT)
            meetings.forget(session, at - conversations.KEPT)

        await self._core.database.write(drop)
        await self._core.introductions.forget()

    async def _announce(self) -> None:
        """Log `ready` once, when the port listens and no platform is still on its first try."""
        await self.server.listening()
        for _ in range(int(CONNECTING / LOOKING)):
            if all(platform.figures().state != "starting" for platform in self.platforms):
                break
            await asyncio.sleep(LOOKING)
        states = {found.name: found.state for found in (p.figures() for p in self.platforms)}
        told = {name: "waiting" if state == "starting" else state for name, state in states.items()}
        if set(told.values()) & {"connected", "waiting"}:
            log.info("ready", platforms=told, port=self.server.port)

    async def _until_over(self, stopped: asyncio.Task[bool]) -> None:
        """Return when told to stop, or when every platform has ended."""
        running = set(self._tasks())
        while running and not stopped.done():
            await asyncio.wait({stopped, *running}, return_when=asyncio.FIRST_COMPLETED)
            running = {task for task in running if not task.done()}
            self._tell_refusals(others=bool(running))

    def _tell_refusals(self, *, others: bool) -> None:
        """Log what was refused while others go on; the last refusal is the program's last word."""
        for platform in self.platforms:
            if others and platform.state == "refused" and not platform.told:
                platform.told = True
                log.error("A platform refused.", platform=platform.name, why=platform.reason)

    async def _drain(self) -> None:
        """Finish what is in hand; what is left after the deadline stays in inbox and outbox."""
        self._closing = True
        await self._schedule.aclose()
        end = time.monotonic() + DRAINING
        await self.inbox.drain(DRAINING * 0.5)
        await self.sender.drain(DRAINING * 0.8 - (DRAINING - _left(end)))
        await self.sender.aclose()
        await self.homes.aclose()
        closing = [asyncio.create_task(p.adapter.aclose()) for p in self.platforms]
        done, late = await asyncio.wait(closing, timeout=_left(end))
        await _cancelled(late)
        for task in done:
            if not task.cancelled() and (failed := task.exception()) is not None:
                log.warning("A platform did not close well.", kind=type(failed).__name__)

    def _tasks(self) -> list[asyncio.Task[None]]:
        return [platform.task for platform in self.platforms if platform.task is not None]

    def _why_none_is_left(self) -> str:
        reasons = [platform.reason for platform in self.platforms if platform.reason]
        return " ".join(reasons) or "Every platform has ended by itself."


def _standing(session: Session) -> tuple[int, deliveries.Standing]:
    return inbox.open_acts(session), deliveries.standing(session)


def _left(end: float) -> float:
    return max(0.01, end - time.monotonic())


async def _cancelled(tasks: Sequence[asyncio.Task[None]] | set[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _read_ahead() -> None:
    """Load what the first act would otherwise wait for, more than a second long."""
    countries.load()
    import_module("holidays")
