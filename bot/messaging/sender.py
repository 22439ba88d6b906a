"""The sender: sends what stands in the outbox, in order, until it has arrived or never can."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlmodel import Session

from bot import logs
from bot.contract import (
    Adapter,
    Later,
    Place,
    Receipt,
    Refused,
    Remembering,
    Reply,
    Undeliverable,
    Unexpected,
)
from bot.messaging import serialization
from bot.storage.database import Database
from knowledge.errors import StoreRefused
from knowledge.messaging import deliveries
from knowledge.messaging.deliveries import Claimed
from knowledge.vocabulary import DeliveryKind

log = structlog.get_logger()

AT_ONCE = 16
POLL = 5.0
"""Seconds after which another process's messages are noticed."""
PATIENCE = 45.0
"""Seconds for one try to send."""
LEASE = timedelta(seconds=90)
"""How long a message belongs to the process that claimed it; longer than its patience."""
LONGEST_PAUSE = timedelta(minutes=5)
GIVEN_UP_AFTER = timedelta(hours=24)
FEW_TRIES = 4
"""How often a message is tried that the platform refuses for a reason that nobody knows."""
TRIES, TRIES_OF_LATE = 200, 10
"""A message is given up after so many tries, too, or after so many more where the platform asked
to wait: a clock that jumps, or a program that was not running, makes it old and not tried."""
FURTHEST = timedelta(hours=1)
"""No message waits longer for its next try; what is due later was written by a wrong clock."""
REFUSED_PAUSE = timedelta(seconds=5)
"""How long a message waits that the platform refused together with its token."""
REFUSED_REST = timedelta(seconds=30)
"""How long such a platform is left alone, unless it says before that it is connected again."""

Write = Callable[[Session], None]
Rooms = Callable[[Session, str, Place | None, datetime], None]
"""Takes what a room was opened for and where it is, None for nowhere."""


GivenUp = Callable[[Session, Claimed, Undeliverable, datetime], None]
"""Takes, in the unit that gives a message up, which one it was and why."""

Enclose = Callable[[Reply], Awaitable[Reply]]
"""The same message with what it encloses; never raises, since a message is worth more."""


async def as_it_is(reply: Reply) -> Reply:
    """Nothing is ever enclosed."""
    return reply


def nobody_told(session: Session, one: Claimed, why: Undeliverable, at: datetime) -> None:
    """Nobody asked to hear of it."""


def no_rooms(session: Session, about: str, place: Place | None, at: datetime) -> None:
    """Nobody asked for a room."""


class Sender:
    """Claims due messages before it sends them, so that of n processes one sends each."""

    def __init__(
        self,
        *,
        database: Database,
        adapters: Mapping[str, Adapter],
        clock: Callable[[], datetime],
        rooms: Rooms = no_rooms,
        enclose: Enclose = as_it_is,
        given_up: GivenUp = nobody_told,
    ) -> None:
        """`adapters` by name; one that is taken out while running gets no more messages.

        `rooms` is told, in the unit that notes it, that a room is there, or that none can be.
        `enclose` makes what takes too long for the unit that writes a message. `given_up` writes
        what follows when a platform can never deliver one.
        """
        self._database = database
        self._adapters = adapters
        self._clock = clock
        self._rooms = rooms
        self._enclose = enclose
        self._given_up = given_up
        self._awake = asyncio.Event()
        self._sending: dict[int, asyncio.Task[None]] = {}
        self._noting: set[int] = set()
        self._turn = asyncio.Lock()
        self._closed = False
        self._resting: dict[str, datetime] = {}
        self.tally: Counter[str] = Counter()
        """How many messages were sent, postponed, held back, tried in vain, or given up."""

    def wake(self) -> None:
        """There is something to send."""
        self._awake.set()

    async def run(self) -> None:
        """Send what becomes due, until cancelled."""
        while True:
            self._awake.clear()
            try:
                await self._send_due()
                pause = await self._pause()
            except StoreRefused as refused:
                log.error("The outbox could not be read.", why=str(refused))
                pause = POLL
            except Exception:
                # Whatever it is, the messages of others must not wait for the next start.
                log.exception("The outbox could not be worked on.")
                pause = POLL
            try:
                async with asyncio.timeout(pause):
                    await self._awake.wait()
            except TimeoutError:
                continue

    async def drain(self, seconds: float) -> None:
        """Send what is due now, for so long at most; what is left is left as it stands."""
        try:
            async with asyncio.timeout(seconds):
                busy = True
                while busy:
                    # Asked before and after: what ends meanwhile may let the next one go.
                    busy = bool(self._sending)
                    busy = bool(await self._send_due()) or busy or bool(self._sending)
                    if tasks := set(self._sending.values()):
                        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            log.warning("Messages were left for the next start.", sending=len(self._sending))

    async def aclose(self) -> None:
        """Stop sending; what is cut off is in doubt, and looked up before it is sent again."""
        self._closed = True
        async with self._turn:
            tasks = list(self._sending.values())
            for number, task in self._sending.items():
                if number not in self._noting:
                    task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def mend(self) -> None:
        """Send what a wrong clock put off; for a job that looks from time to time."""
        now = self._clock()
        brought = await self._database.write(
            lambda session: deliveries.bring_back(session, now, FURTHEST)
        )
        if brought:
            log.warning("Messages were due too far in the future.", messages=brought)
            self.wake()

    async def _send_due(self) -> int:
        """Begin to send what is due; returns how many."""
        async with self._turn:
            return 0 if self._closed else await self._claim()

    async def _claim(self) -> int:
        room = AT_ONCE - len(self._sending)
        now = self._clock()
        platforms = self._open(now)
        due = partial(deliveries.any_due, platforms=platforms, now=now)
        if room <= 0 or not platforms or not await self._database.read(due):
            return 0
        claim = partial(
            deliveries.claim,
            platforms=platforms,
            now=now,
            until=now + LEASE,
            limit=room,
            besides=tuple(self._sending),
        )
        claimed = await self._database.write(claim)
        for one in claimed:
            task = asyncio.create_task(self._send(one))
            self._sending[one.id] = task
            task.add_done_callback(partial(self._sent, one.id))
        return len(claimed)

    def _open(self, now: datetime) -> list[str]:
        """The platforms to send to: not those that refuse the token and have not said otherwise."""
        for name, until in list(self._resting.items()):
            if until <= now or name not in self._adapters or self._connected(name):
                del self._resting[name]
        return sorted(self._adapters.keys() - self._resting.keys())

    def _connected(self, name: str) -> bool:
        return self._adapters[name].health().connected

    def _sent(self, number: int, task: asyncio.Task[None]) -> None:
        self._sending.pop(number, None)
        if not task.cancelled() and (failed := task.exception()) is not None:
            # The lease ends by itself, and the message is in doubt then.
            log.error(
                "A delivery could not be noted.",
                delivery=number,
                kind=type(failed).__name__,
                where=logs.where(failed),
            )
        self.wake()

    async def _pause(self) -> float:
        now = self._clock()
        platforms = self._open(now)
        after = await self._database.read(
            lambda session: deliveries.next_due(session, platforms, now)
        )
        return POLL if after is None else min(POLL, max(0.01, (after - now).total_seconds()))

    async def _send(self, one: Claimed) -> None:
        try:
            outcome = await self._outcome(one)
        except asyncio.CancelledError:
            outcome = self._postponed(one, self._clock(), "cut off", in_doubt=True)
        self._noting.add(one.id)  # from here on it is not cut off any more
        try:
            await self._database.write(outcome)
        finally:
            self._noting.discard(one.id)

    async def _outcome(self, one: Claimed) -> Write:
        """Try to send, and say what to write down about it."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._carry_out(one)
        except Later as later:
            return self._later(one, later)
        except (Undeliverable, Unexpected, serialization.Unreadable) as impossible:
            return self._impossible(one, impossible)
        except Refused as refused:
            return self._held(one, refused)
        except Exception as error:  # noqa: BLE001  (whatever a platform raises, others go on)
            passing = isinstance(error, self._passing(one.platform))
            return self._failed(one, error) if passing else self._faulty(one, error)

    async def _carry_out(self, one: Claimed) -> Write:
        """Do what is asked of the platform; what never arrived needs no change and no removal."""
        adapter = self._adapters.get(one.platform)
        if adapter is None:  # it ended since the message was claimed
            raise Later(0)
        if one.kind is DeliveryKind.OPEN:
            group = serialization.group_from_json(one.place)
            place = await adapter.open_group(group.persons, group.topic, one.key)
            return self._opened(one, place)
        place = serialization.place_from_json(one.place)
        target = serialization.receipt_from_json(one.target) if one.target else None
        if one.kind is DeliveryKind.DELETE:
            if target:
                await adapter.delete(target, place)
            return self._arrived(one)
        reply = serialization.reply_from_json(one.reply)
        if one.kind is DeliveryKind.UPDATE:
            if target:
                await adapter.update(target, place, reply)
            return self._arrived(one)
        if target:
            place = replace(place, thread=target.message)
        if reply.enclosing:
            reply = await self._whole(one, reply)
        if one.in_doubt and isinstance(adapter, Remembering):
            known = await self._database.read(partial(deliveries.arrived, number=one.id))
            adapter.remember(known)
        receipt = await adapter.post(place, reply, one.key, in_doubt=one.in_doubt)
        return self._arrived(one, receipt)

    async def _whole(self, one: Claimed, reply: Reply) -> Reply:
        """The message with what it encloses, kept before it is sent: it is made only once."""
        whole = replace(await self._enclose(reply), enclosing="")
        text = serialization.reply_to_json(whole)
        await self._database.write(lambda session: deliveries.complete(session, one.id, text))
        return whole

    def _arrived(self, one: Claimed, receipt: Receipt | None = None) -> Write:
        self.tally["sent"] += 1
        noted = serialization.receipt_to_json(receipt) if receipt else ""
        message, at = receipt.message if receipt else "", self._clock()
        return lambda session: deliveries.sent(session, one.id, noted, at, message)

    def _opened(self, one: Claimed, place: Place) -> Write:
        self.tally["sent"] += 1
        at = self._clock()

        def note(session: Session) -> None:
            deliveries.sent(session, one.id, "", at)
            self._rooms(session, one.about, place, at)

        return note

    def _later(self, one: Claimed, later: Later) -> Write:
        old = self._too_old(one)
        if old and one.attempts >= TRIES_OF_LATE:
            return self._dead(one, "The platform asked to wait for more than 24 hours.")
        self.tally["postponed"] += 1
        due = self._clock() + min(FURTHEST, timedelta(seconds=max(0.0, later.seconds)))
        attempts = one.attempts + int(old)
        return self._postponed(one, due, "asked to wait", in_doubt=one.in_doubt, attempts=attempts)

    def _held(self, one: Claimed, refused: Refused) -> Write:
        """It waits, however long, for an operator who sees to the token; no try has failed."""
        self.tally["held"] += 1
        now = self._clock()
        self._resting[one.platform] = now + REFUSED_REST
        log.warning("A platform refuses us.", platform=one.platform, why=refused.reason)
        due = now + REFUSED_PAUSE
        return self._postponed(one, due, refused.reason, in_doubt=one.in_doubt)

    def _failed(self, one: Claimed, error: Exception) -> Write:
        # Only the kind of failure: a platform's own words may repeat the message.
        kind = error.reason if isinstance(error, Unexpected) else type(error).__name__
        if self._too_old(one) and one.attempts >= TRIES:
            return self._dead(one, f"The platform did not take it for 24 hours ({kind}).")
        self.tally["failed"] += 1
        pause = min(LONGEST_PAUSE, timedelta(seconds=2 ** min(one.attempts, 10)))
        log.warning(
            "A delivery failed.",
            delivery=one.key,
            platform=one.platform,
            kind=kind,
            where=logs.where(error),
            again_in=pause,
        )
        due = self._clock() + pause
        return self._postponed(one, due, kind, in_doubt=True, attempts=one.attempts + 1)

    def _impossible(
        self, one: Claimed, why: Undeliverable | Unexpected | serialization.Unreadable
    ) -> Write:
        """It will not arrive, for all we know; what nobody foresaw is tried a few times."""
        if isinstance(why, Unexpected) and one.attempts + 1 < FEW_TRIES:
            return self._failed(one, why)
        if not isinstance(why, Undeliverable):
            return self._dead(one, _why(why))
        # What somebody saw where they acted needs no copy.
        return self._arrived(one) if why.closed and _shown(one) else self._dead(one, _why(why), why)

    def _passing(self, platform: str) -> tuple[type[Exception], ...]:
        """After what a try may go better: the platform says it, and time and disk are ours."""
        adapter = self._adapters.get(platform)
        return (TimeoutError, StoreRefused, *(adapter.passing if adapter else ()))

    def _faulty(self, one: Claimed, error: Exception) -> Write:
        """Our own fault: the next try would end there, too, and hold up what comes behind it."""
        kind, where = type(error).__name__, logs.where(error)
        log.error("A message could not be made.", delivery=one.key, kind=kind, where=where)
        return self._dead(one, f"Crosswalk could not send it ({kind}, {where}).")

    def _dead(self, one: Claimed, reason: str, why: Undeliverable | None = None) -> Write:
        self.tally["dead"] += 1
        log.error("A delivery was given up.", delivery=one.key, platform=one.platform, why=reason)
        at = self._clock()

        def note(session: Session) -> None:
            if one.kind is DeliveryKind.OPEN:
                deliveries.sent(session, one.id, "", at)
                self._rooms(session, one.about, None, at)
            else:
                deliveries.give_up(session, one.id, reason, at)
                if why is not None:
                    self._given_up(session, one, why, at)

        return note

    def _postponed(
        self,
        one: Claimed,
        due: datetime,
        reason: str,
        *,
        in_doubt: bool,
        attempts: int | None = None,
    ) -> Write:
        return lambda session: deliveries.postpone(
            session,
            one.id,
            due,
            in_doubt=in_doubt,
            attempts=one.attempts if attempts is None else attempts,
            reason=reason,
        )

    def _too_old(self, one: Claimed) -> bool:
        return self._clock() - one.created_at >= GIVEN_UP_AFTER


def _shown(one: Claimed) -> bool:
    return bool(one.reply) and serialization.reply_from_json(one.reply).shown


def _why(impossible: Undeliverable | Unexpected | serialization.Unreadable) -> str:
    if isinstance(impossible, Undeliverable | Unexpected):
        return impossible.reason
    return f"This version cannot read the message: {impossible}."
