"""Help, status and version: what everybody may ask at any time."""

from collections.abc import Callable, Sequence
from importlib.metadata import version

from bot.contract import Reply
from bot.core.commands import Intent
from bot.core.context import Actions, Caller, Verbs
from bot.features.help import replies as wording
from bot.runtime.metrics import PlatformFigures
from bot.storage.database import Units
from bot.storage.index_refresh import Renewal
from knowledge.messaging import dead_letters
from knowledge.messaging import outbox as deliveries
from knowledge.postcards import postcards
from knowledge.search.index import Library


class Helping:
    """Knows which verbs exist because it is handed them."""

    def __init__(self, *, units: Units, library: Library, renewal: Renewal) -> None:
        self._units = units
        self._library = library
        self._renewal = renewal
        self.verbs: Verbs = {
            "help": self.help,
            "status": self.status,
            "version": self.version,
        }
        self.actions: Actions = {}
        self._known: frozenset[str] = frozenset(self.verbs)
        self._platforms: Callable[[], Sequence[PlatformFigures]] = tuple

    def know(self, verbs: frozenset[str]) -> None:
        """Take note of all verbs that the desk routes."""
        self._known = verbs

    def watch(self, platforms: Callable[[], Sequence[PlatformFigures]]) -> None:
        """Take note of who can say how the platforms stand now, where some run."""
        self._platforms = platforms

    async def help(self, caller: Caller, intent: Intent) -> Reply:
        """`help`, `help offer`."""
        one = wording.one(caller.say, intent.object, self._known) if intent.object else None
        return one or wording.overview(caller.say, self._known, steward=caller.steward)

    async def status(self, caller: Caller, intent: Intent) -> Reply:
        """How many cases and people can be found; for stewards, what did not arrive, and why."""
        snapshot = await self._renewal.current()
        outbox = await self._units.read(deliveries.standing) if caller.steward else None
        dead = await self._units.read(dead_letters.newest) if outbox and outbox.dead else []
        reuse = await self._units.read(postcards.figures) if caller.steward else None
        return wording.status(
            caller.say,
            cases=len(snapshot.cases),
            experts=snapshot.experts,
            model=self._library.model_name,
            outbox=outbox,
            dead=dead,
            reuse=reuse if reuse and reuse.approved else None,
            platforms=[one for one in self._platforms() if one.reason] if caller.steward else (),
        )

    async def version(self, caller: Caller, intent: Intent) -> Reply:
        """Which Crosswalk this is."""
        return wording.version(caller.say, version("crosswalk"))
