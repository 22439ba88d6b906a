"""Help, status and version: what everybody may ask at any time."""

from collections.abc import Callable, Sequence
from importlib.metadata import version

from bot.contract import Reply
from bot.contract.adapter import PlatformStatus
from bot.core.commands import Intent
from bot.core.context import Actions, Context, Verbs
from bot.features.help import replies
from bot.storage.database import Database
from bot.storage.index_refresh import IndexRefresh
from knowledge.messaging import dead_letters, deliveries
from knowledge.postcards import postcards
from knowledge.search.index import Library


class Help:
    """Knows which verbs exist because it is handed them."""

    def __init__(
        self, *, database: Database, library: Library, index_refresh: IndexRefresh
    ) -> None:
        self._database = database
        self._library = library
        self._index_refresh = index_refresh
        self.verbs: Verbs = {
            "help": self.help,
            "status": self.status,
            "version": self.version,
        }
        self.actions: Actions = {}
        self._known: frozenset[str] = frozenset(self.verbs)
        self._platforms: Callable[[], Sequence[PlatformStatus]] = tuple

    def know(self, verbs: frozenset[str]) -> None:
        """Take note of all verbs that the desk routes."""
        self._known = verbs

    def watch(self, platforms: Callable[[], Sequence[PlatformStatus]]) -> None:
        """Take note of who can say how the platforms stand now, where some run."""
        self._platforms = platforms

    async def help(self, context: Context, intent: Intent) -> Reply:
        """`help`, `help offer`."""
        one = replies.one(context.say, intent.object, self._known) if intent.object else None
        return one or replies.overview(context.say, self._known, steward=context.steward)

    async def status(self, context: Context, intent: Intent) -> Reply:
        """How many cases and people can be found; for stewards, what did not arrive, and why."""
        snapshot = await self._index_refresh.current()
        outbox = await self._database.read(deliveries.standing) if context.steward else None
        dead = await self._database.read(dead_letters.newest) if outbox and outbox.dead else []
        reuse = await self._database.read(postcards.figures) if context.steward else None
        return replies.status(
            context.say,
            cases=len(snapshot.cases),
            experts=snapshot.experts,
            model=self._library.model_name,
            outbox=outbox,
            dead=dead,
            reuse=reuse if reuse and reuse.approved else None,
            platforms=self._platforms() if context.steward else (),
        )

    async def version(self, context: Context, intent: Intent) -> Reply:
        """Which Crosswalk this is."""
        return replies.version(context.say, version("crosswalk"))
