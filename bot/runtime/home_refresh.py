"""Home pages that stand somewhere are renewed when what they show has changed."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256

import structlog

from bot import logs
from bot.contract import (
    Adapter,
    Choices,
    ClaimingHandler,
    Handler,
    Inbound,
    Later,
    Opened,
    Person,
    PlatformEvent,
    Reply,
    unnoticed,
)
from bot.messaging import serialization
from bot.messaging.outbox import direct
from bot.storage.database import Database
from knowledge.messaging import home_views
from knowledge.messaging.home_views import HomeView

log = structlog.get_logger()

REMEMBERED = timedelta(days=14)
"""A page that nobody has looked at for so long is left as it is until somebody does."""
MOST = 200
"""Pages that are looked through in one go, those opened last."""
PATIENCE = 20.0
"""Seconds for one page to be shown."""


class HomeRefresh:
    """Stands before the inbox: sees who opens their page and who acts, and disturbs neither.

    A page is shown again only when its digest has changed. Two processes may both show the same
    page, which does no harm.
    """

    def __init__(
        self,
        *,
        handler: ClaimingHandler,
        dispatcher: Handler,
        database: Database,
        adapters: Mapping[str, Adapter],
        clock: Callable[[], datetime],
    ) -> None:
        """`handler` takes the acts; `dispatcher` draws a page; `adapters` by name."""
        self._handler = handler
        self._dispatcher = dispatcher
        self._database = database
        self._adapters = adapters
        self._clock = clock
        self._renewing: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._faulty: dict[str, str] = {}
        """The digest of a page that no other try will show, by whose it is."""
        self._closed = False

    async def handle(
        self, act: Inbound, /, claimed: Callable[[], None] = unnoticed
    ) -> Reply | Choices | None:
        """What the inbox says to an act; the page of whoever acted is renewed afterwards."""
        if isinstance(act, Opened):
            reply = await self._handler(act, claimed)
            if isinstance(reply, Reply):
                await self._opened(act.person, reply)
            return reply
        if isinstance(act, PlatformEvent):
            return await self._handler(act, claimed)
        # Asked before the act, because erasing one's data forgets the page as well.
        before = asyncio.ensure_future(self._known(act.person.key))
        try:
            reply = await self._handler(act, claimed)
        except BaseException:
            before.cancel()
            raise
        if (page := await before) is not None:
            self._soon(act.person, page)
        return reply

    async def tick(self) -> None:
        """Renew the pages that something else than their owner's own act has changed."""
        since = self._clock() - REMEMBERED
        pages = await self._database.read(
            lambda session: home_views.lately_opened(session, since, MOST)
        )
        for page in pages:
            with contextlib.suppress(serialization.Unreadable):
                person = serialization.person_from_json(page.person)
                self._soon(person, page)
                if person.key in self._renewing:
                    await asyncio.wait({self._renewing[person.key]})

    async def forget(self) -> None:
        """Forget the pages that are not renewed any more."""
        before = self._clock() - REMEMBERED
        await self._database.write(lambda session: home_views.forget(session, before))

    async def settled(self) -> None:
        """Wait until no page is being renewed."""
        while tasks := list(self._renewing.values()):
            await asyncio.gather(*tasks)

    async def aclose(self) -> None:
        """Stop; a page that was not renewed is renewed after the next start."""
        self._closed = True
        tasks = list(self._renewing.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _known(self, account_key: str) -> HomeView | None:
        try:
            page = await self._database.read(lambda session: home_views.get(session, account_key))
        except Exception as error:  # noqa: BLE001  (a page is never worth an act)
            _told(error)
            return None
        lately = page is not None and page.opened_at > self._clock() - REMEMBERED
        return page if lately else None

    async def _opened(self, person: Person, reply: Reply) -> None:
        told, digest, at = serialization.person_to_json(person), _digest(reply), self._clock()
        try:
            await self._database.write(
                lambda session: home_views.opened(session, person.key, told, digest, at)
            )
        except Exception as error:  # noqa: BLE001
            _told(error)

    def _soon(self, person: Person, page: HomeView) -> None:
        """Renew a page beside everything else; what changes meanwhile renews it once more."""
        if self._closed:
            return
        if person.key in self._renewing:
            self._again.add(person.key)
            return
        self._renewing[person.key] = asyncio.create_task(self._until_still(person, page))

    async def _until_still(self, person: Person, page: HomeView) -> None:
        try:
            self._again.add(person.key)
            while person.key in self._again:
                self._again.discard(person.key)
                # What stands there now, unless it was erased: another act may have renewed it
                # since this one began.
                page = await self._known(person.key) or page
                await self._renew(person, page)
        finally:
            self._again.discard(person.key)
            self._renewing.pop(person.key, None)

    async def _renew(self, person: Person, page: HomeView) -> None:
        """Show a page if it is another than was shown last. Never raises."""
        adapter = self._adapters.get(person.platform)
        if adapter is None:
            return
        act = Opened(event_id=f"home:{person.key}", person=person, place=direct(person))
        try:
            reply = await self._dispatcher(act)
            if not isinstance(reply, Reply) or not reply.cards:
                return  # an apology is no page
            told, digest = serialization.person_to_json(person), _digest(reply)
            if digest == self._faulty.get(person.key):
                return
            if digest != page.digest:
                await self._show(adapter, person, reply, digest)
            if (told, digest) != (page.person, page.digest):
                await self._database.write(
                    lambda session: home_views.shown(session, person.key, told, digest)
                )
        except Exception as error:  # noqa: BLE001
            _told(error)

    async def _show(self, adapter: Adapter, person: Person, reply: Reply, digest: str) -> None:
        """Show a page. What the platform does not call passing is not tried again."""
        try:
            async with asyncio.timeout(PATIENCE):
                await adapter.show_home(person, reply)
        except Exception as error:
            passing: tuple[type[Exception], ...] = (TimeoutError, Later, *adapter.passing)
            if not isinstance(error, passing):
                self._faulty[person.key] = digest
            raise


def _digest(reply: Reply) -> str:
    return sha256(serialization.reply_to_json(reply).encode()).hexdigest()[:32]


def _told(error: Exception) -> None:
    # Only the kind of failure and where: a platform's own words may repeat the page.
    log.warning("A home page was not renewed.", kind=type(error).__name__, where=logs.where(error))
