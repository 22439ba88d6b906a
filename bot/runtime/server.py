"""`crosswalk run`: every platform, the courier, the server and the tick, until told to stop."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlmodel import Session

from bot.app import Core, now
from bot.contract import Adapter, ClaimingHandler, Expecting, Person, Refused, Surface
from bot.features.help.platform_ui import surface
from bot.i18n import LANGUAGES, words
from bot.jobs import Tick
from bot.messaging.inbox import Intake
from bot.messaging.sender import Courier
from bot.runtime.home_refresh import Homes
from bot.runtime.http import Server, application, routes_of
from bot.runtime.metrics import Figures, PlatformFigures, State
from bot.runtime.scheduler import Schedule
from knowledge.conversations import conversations, meetings
from knowledge.errors import KnowledgeError
from knowledge.messaging import inbox
from knowledge.messaging import outbox as deliveries

log = structlog.get_logger()

CONNECTING = 30.0
"""Seconds in which a platform can connect and still stand in `ready` as connected."""
LOOKING = 0.05
DRAINING, SERVER_CLOSING = 12.0, 3.0
"""Seconds for what is in hand, and for the server after it: 15 together."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
ARRIVING = timedelta(seconds=3)
"""How long a message that was cut off may still be on its way to the platform."""
ABANDONED = timedelta(minutes=2)
"""An act that is not done after so long is in nobody's hands any more."""
ACTS_KEPT, MESSAGES_KEPT = timedelta(days=7), timedelta(days=30)
LINES_KEPT = timedelta(days=30)
"""How long what was said in a conversation outlives its end."""


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

    def figures(self) -> PlatformFigures:
        """How it stands now."""
        health = self.adapter.health()
        state = self.state
        if self.begun and state not in {"refused", "ended"}:
            tried = self.reason or health.reason
            state = "connected" if health.connected else "waiting" if tried else "starting"
        reason = "" if state == "connected" else self.reason or health.reason
        return PlatformFigures(self.name, state, health.last_pong, health.last_event, reason)

    async def keep_running(
        self,
        handler: ClaimingHandler,
        surfaces: Mapping[str, Surface],
        since: Callable[[str], Awaitable[float | None]],
        expected: Callable[[str], Awaitable[Sequence[Person]]],
    ) -> None:
        """Run the adapter, and run it again when it falls over; ends when it is refused.

        `since` says when the newest act of a platform came in, Unix seconds; `expected`: who
        takes part there in conversations that are carried.
        """
        pause = FIRST_PAUSE
        while True:
            began = time.monotonic()
            try:
                newest = await since(self.name)
                if isinstance(self.adapter, Expecting):
                    self.adapter.expect(await expected(self.name))
                self.begun = True
                await self.adapter.run(handler, surfaces, newest)
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


class Running:
    """A wired core with its platforms, from start to the last message."""

    def __init__(
        self,
        core: Core,
        adapters: Sequence[Adapter],
        *,
        host: str,
        port: int,
        alone: bool = True,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """`alone`: no other process runs the bot on this database.

        Raises NoPlatform without adapters, AddressTaken when nothing can listen there.
        """
        if not adapters:
            raise NoPlatform(NoPlatform.SENTENCE)
        self._core = core
        self._alone = alone
        self._clock = clock
        self._closing = False
        self.platforms = [Platform(adapter) for adapter in adapters]
        core.helping.watch(lambda: [platform.figures() for platform in self.platforms])
        by_name = {adapter.name: adapter for adapter in adapters}
        self.courier = Courier(
            units=core.units,
            adapters=by_name,
            clock=clock,
            rooms=core.conversations.room,
            enclose=core.briefing.enclose,
        )
        self.intake = Intake(
            desk=core.desk.handle, units=core.units, clock=clock, wake=self.courier.wake
        )
        self.homes = Homes(
            handler=self.intake.handle,
            desk=core.desk.handle,
            units=core.units,
            adapters=by_name,
            clock=clock,
        )
        self._schedule = Schedule()
        self.server = Server(application(self.figures, routes_of(adapters)), host, port)

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set, then drain. Raises NoPlatform when none is left."""
        background = [
            asyncio.create_task(self.server.run()),
            asyncio.create_task(self._deliver()),
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

    async def figures(self) -> Figures:
        """How everything stands."""
        snapshot = self._core.library.snapshot
        platforms = [platform.figures() for platform in self.platforms]
        try:
            acts_open, outbox = await self._core.units.read(_standing)
        except KnowledgeError as refused:
            log.error("The database did not answer.", why=str(refused))
            return Figures(False, self._core.library.model_name, platforms=platforms)
        # What is held counts from when it may be sent.
        age = max(self._clock() - outbox.oldest, timedelta()) if outbox.oldest else timedelta()
        return Figures(
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
            acts=self.intake.tally,
            deliveries=self.courier.tally,
        )

    def _start_platforms(self) -> None:
        verbs = self._core.desk.verbs
        surfaces = {language: surface(words(language), verbs) for language in LANGUAGES}
        for platform in self.platforms:
            platform.task = asyncio.create_task(
                platform.keep_running(self.homes.handle, surfaces, self._newest, self._talking)
            )

    async def _talking(self, platform: str) -> list[Person]:
        """Who there takes part in conversations that are carried."""
        seats = await self._core.units.read(
            lambda session: conversations.carried_on(session, platform)
        )
        return [Person(one.platform, one.workspace, one.user_id, one.name) for one in seats]

    async def _newest(self, platform: str) -> float | None:
        """When the newest act of a platform came in; None when there was none."""
        at = await self._core.units.read(lambda session: inbox.newest(session, platform))
        return at.timestamp() if at is not None else None

    def _start_ticking(self) -> None:
        every = self._schedule.every
        every(timedelta(minutes=1), lambda: self.intake.recover(ABANDONED), "abandoned acts")
        every(timedelta(minutes=1), self.homes.tick, "home pages")
        every(timedelta(hours=1), self._forget, "retention")
        for tick in self._core.ticks:
            every(tick.every, partial(self._look, tick), tick.name)
        every(timedelta(hours=1), self.homes.forget, "home pages nobody opens")
        self._schedule.start()

    async def _deliver(self) -> None:
        """Send what is due; what a former run was cut off at is free at once, if we are alone."""
        if self._alone:
            due = self._clock() + ARRIVING
            with contextlib.suppress(KnowledgeError):  # its lease ends by itself, only later
                await self._core.units.write(lambda session: deliveries.release(session, due))
        await self.courier.run()

    async def _recover(self) -> None:
        """What was received before this start; beside others only what nobody has in hand."""
        try:
            again = await self.intake.recover(timedelta() if self._alone else ABANDONED)
        except KnowledgeError as refused:
            log.error("The inbox could not be read.", why=str(refused))
            return
        if again:
            log.info("Acts from before the start were done.", acts=again)

    async def _look(self, tick: Tick) -> None:
        """Ask a feature what is due; what it wrote is sent at once."""
        await tick.job()
        self.courier.wake()

    async def _forget(self) -> None:
        at = self._clock()

        def drop(session: Session) -> None:
            inbox.forget(session, at - ACTS_KEPT)
            deliveries.forget(session, at - MESSAGES_KEPT)
            conversations.forget(session, at - LINES_KEPT)
            meetings.forget(session, at - LINES_KEPT)

        await self._core.units.write(drop)
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
        self._schedule.close()
        end = time.monotonic() + DRAINING
        await self.intake.drain(DRAINING * 0.5)
        await self.courier.drain(DRAINING * 0.8 - (DRAINING - _left(end)))
        await self.courier.aclose()
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
