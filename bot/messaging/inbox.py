"""Acts come in here: each is claimed once, run by the dispatcher, and done in one unit of work."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from weakref import WeakValueDictionary

import structlog
from sqlmodel import Session

from bot.contract import (
    Audience,
    Choices,
    Edited,
    Handler,
    Inbound,
    Person,
    PlaceKind,
    Removed,
    Reply,
    Said,
    unnoticed,
)
from bot.i18n import Words
from bot.messaging import outbox, serialization
from bot.messaging.claims import Claims
from bot.messaging.serialization import Kept
from bot.messaging.turns import Turns
from bot.storage.database import Database
from knowledge.database.keys import key_of
from knowledge.errors import StoreRefused
from knowledge.members import accounts
from knowledge.messaging import deliveries, inbox

log = structlog.get_logger()

Key = tuple[str, str]
"""Platform and event id."""

MOST_RUNS = 3
"""An act that was begun again so often and never done brings the program down: it is let go."""
WORDS_AT_ONCE, OTHERS_AT_ONCE = 16, 48
"""Acts in hand: what is asked in words is worth more work than a button or a form."""
OF_ONE_PERSON = 4
LONG_LINE = 40
"""So many wait before somebody that they are told to have patience."""
TOLD_FOR = timedelta(minutes=10)
"""How long somebody who was told so is not told again."""


class Inbox:
    """Wraps the dispatcher, so that an act is done once and what it causes is not lost.

    An act is RECEIVED from its claim until the unit that writes its messages marks it DONE. What
    is still RECEIVED when the program starts runs again, one after another, and each run is
    counted as it begins: so an act that brings the program down is known from those that wait.
    """

    def __init__(
        self,
        *,
        dispatcher: Handler,
        database: Database,
        clock: Callable[[], datetime],
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """`dispatcher` answers acts; `wake` is called when messages may have been written."""
        self._dispatcher = dispatcher
        self._database = database
        self._clock = clock
        self._wake = wake
        self._claims = Claims(database, clock)
        self._in_hand: dict[Key, asyncio.Future[bool]] = {}
        self._lines: WeakValueDictionary[Key, asyncio.Lock] = WeakValueDictionary()
        self._turns = Turns(WORDS_AT_ONCE, OF_ONE_PERSON)
        self._others = Turns(OTHERS_AT_ONCE, OF_ONE_PERSON)
        self._patient: dict[str, datetime] = {}
        self._telling: set[asyncio.Task[None]] = set()
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._closing = False
        self.tally: Counter[str] = Counter()
        """How many acts were done, dropped as a duplicate, recovered, or let go."""

    async def handle(
        self, act: Inbound, /, claimed: Callable[[], None] = unnoticed
    ) -> Reply | Choices | None:
        """What is to be shown where the person acted; None for nothing, as for a duplicate.

        While the program ends, an act is written down and runs at the next start.
        """
        kept = serialization.kept(act)
        if kept is None:
            claimed()
            return None if self._closing else await self._dispatcher(act)
        key = _key(kept)
        if key in self._in_hand:
            self.tally["duplicate"] += 1
            if await asyncio.shield(self._in_hand[key]):
                claimed()
            return None
        written = self._take(key)
        try:
            fresh = await self._claims.claim(*key, serialization.act_to_json(kept))
            written.set_result(True)
            claimed()
            if not fresh:
                self.tally["duplicate"] += 1
            if not fresh or self._closing:
                return None
            return await self._in_turn(kept)
        finally:
            self._let_go(key)

    async def recover(self, older_than: timedelta = timedelta()) -> int:
        """Run again what was received that long ago and never done; returns how many."""
        before = self._clock() - older_than
        recovered = 0
        last: inbox.Received | None = None
        while found := await self._database.read(partial(inbox.left, before=before, after=last)):
            last = found[-1]
            for received in found:
                recovered += await self._taken_up(received)
        return recovered

    async def drain(self, seconds: float) -> None:
        """From now on acts are only written down; wait so long for those in hand."""
        self._closing = True
        try:
            async with asyncio.timeout(seconds):
                await self._quiet.wait()
        except TimeoutError:
            log.warning("Acts were left for the next start.", acts=len(self._in_hand))

    async def _in_turn(self, act: Kept) -> Reply | None:
        """Run an act when its turn has come; nothing is begun any more while the program ends."""
        turns = self._turns if isinstance(act, Said) else self._others
        ahead = turns.ahead(act.person.key)
        if ahead >= LONG_LINE and _is_asked(act):
            # Beside it, so that nobody loses their place by being told of it.
            telling = asyncio.create_task(self._ask_for_patience(act, ahead))
            self._telling.add(telling)
            telling.add_done_callback(self._telling.discard)
        async with self._line_of(act), turns.turn(act.person.key):
            return None if self._closing else await self._run(act)

    async def _ask_for_patience(self, act: Kept, waiting: int) -> None:
        """Tell somebody that many are before them, but not each time."""
        at, key = self._clock(), act.person.key
        if self._patient.get(key, at) > at:
            return
        self._patient = {who: until for who, until in self._patient.items() if until > at}
        self._patient[key] = at + TOLD_FOR

        def reply(say: Words) -> Reply:
            return Reply(
                say.plural(
                    "I have what you wrote. One other message is before it, so my answer takes "
                    "longer than usual.",
                    "I have what you wrote. {number} other messages are before it, so my answer "
                    "takes longer than usual.",
                    waiting,
                )
            )

        cause = ("patience", *_key(act))
        with contextlib.suppress(StoreRefused):  # an answer is worth more than a word about it
            await self._database.write(lambda session: _tell(session, act.person, cause, reply, at))
        self._wake()

    async def _run(self, act: Kept, *, watched: bool = True) -> Reply | None:
        """`watched`: whether somebody is there to whom something can be shown."""
        reply = await self._dispatcher(act)
        said = reply if isinstance(reply, Reply) else None
        drafts, shown = _consequences(act, said, watched=watched)
        at = self._clock()

        def finish(session: Session) -> bool:
            if not inbox.finish(session, *_key(act), at):
                return False
            deliveries.write(session, drafts, at)
            return True

        try:
            finished = await self._database.write(finish)
        except StoreRefused as refused:
            # It stays RECEIVED and runs again; what can be shown now is shown now.
            log.error("An act could not be finished.", event_id=act.event_id, why=str(refused))
            return shown
        if not finished:
            self.tally["duplicate"] += 1
            return None
        self.tally["done"] += 1
        # A feature may have written messages of its own, in the unit of what it changed.
        self._wake()
        return shown

    async def _taken_up(self, received: inbox.Received) -> bool:
        """Run an act from the inbox if nobody has it in hand; whether it was done."""
        key = (received.platform, received.event_id)
        if self._closing or key in self._in_hand:
            return False
        self._take(key).set_result(True)
        try:
            return await self._again(received)
        finally:
            self._let_go(key)

    async def _again(self, received: inbox.Received) -> bool:
        """Run an act from the inbox; nobody waits for it, so only messages come of it."""
        key = (received.platform, received.event_id)
        try:
            act = serialization.act_from_json(received.act)
        except serialization.Unreadable as error:
            await self._drop(key, str(error))
            return False
        run = await self._database.write(lambda session: inbox.begin(session, *key))
        if run == 0:  # whoever had it in hand has finished since
            return False
        if run > MOST_RUNS:
            await self._drop(key, "it was never finished", act)
            return False
        await self._run(act, watched=False)
        self.tally["recovered"] += 1
        return True

    async def _drop(self, key: Key, why: str, act: Kept | None = None) -> None:
        """Begin an act never again, and tell whoever did it, where that can be read."""
        log.error("An act was let go.", event_id=key[1], why=why)
        self.tally["let go"] += 1
        at = self._clock()

        def drop(session: Session) -> None:
            if inbox.let_go(session, *key, at) and act is not None:
                _tell(session, act.person, ("let go", *key), _never_finished, at)

        await self._database.write(drop)
        self._wake()

    @asynccontextmanager
    async def _line_of(self, act: Kept) -> AsyncIterator[None]:
        """One after another, as they were said, what may be words of one conversation."""
        if not _may_be_carried(act):
            yield
            return
        key = (act.place.platform, act.place.channel)
        lock = self._lines.get(key) or self._lines.setdefault(key, asyncio.Lock())
        async with lock:
            yield

    def _take(self, key: Key) -> asyncio.Future[bool]:
        """Whether it was written down, to be told to those who bring it once more meanwhile."""
        written = asyncio.get_running_loop().create_future()
        self._in_hand[key] = written
        self._quiet.clear()
        return written

    def _let_go(self, key: Key) -> None:
        written = self._in_hand.pop(key)
        if not written.done():
            written.set_result(False)
        if not self._in_hand:
            self._quiet.set()


def _consequences(
    act: Kept, reply: Reply | None, *, watched: bool
) -> tuple[list[deliveries.Draft], Reply | None]:
    """The messages that a reply causes, and what is to be shown where the person acted."""
    if reply is None:
        return [], None
    if reply.files:
        # What is shown in place carries no file, so a message does.
        reply = replace(reply, lasting=True)
    open_to_all = reply.audience is Audience.CHANNEL
    if act.in_place and not open_to_all and not reply.lasting:
        return [], reply
    place = act.place
    if not open_to_all and (act.in_place or place.kind is not PlaceKind.DIRECT):
        place = outbox.direct(act.person)
    shown = reply if act.in_place and not open_to_all else None
    aside = not open_to_all and not act.in_place and act.place.kind is not PlaceKind.DIRECT
    kept = replace(
        reply,
        lasting=False,
        shown=watched and shown is not None and not reply.files,
        asked_in=act.place if aside else None,
    )
    # A form cannot be opened by a message that nobody waits for; its button can.
    return [outbox.message(key_of(*_key(act)), place, kept, act.person)], shown


def _tell(
    session: Session,
    person: Person,
    cause: tuple[str, ...],
    reply: Callable[[Words], Reply],
    at: datetime,
) -> None:
    account = accounts.find(session, person.platform, person.workspace, person.user_id)
    language = (account and account.language) or person.locale
    outbox.tell_account(session, person.key, person.name, language, cause, reply, at)


def _never_finished(say: Words) -> Reply:
    return Reply(
        say(
            "Something that you wrote or pressed here could not be finished, although I tried "
            "several times. I have stopped trying. Please do it again; if it fails once more, "
            "tell a steward."
        )
    )


def _is_asked(act: Kept) -> bool:
    return isinstance(act, Said) and act.addressed


def _may_be_carried(act: Kept) -> bool:
    match act:
        case Said():
            return not act.addressed or (bool(act.reply_to) and act.place.kind is PlaceKind.DIRECT)
        case Edited() | Removed():
            return True
        case _:
            return False


def _key(act: Kept) -> Key:
    return act.person.platform, act.event_id
