"""Help, status and version: what everybody may ask at any time."""

from collections.abc import Callable, Sequence
from importlib.metadata import version

from bot.contract import Reply
from bot.contract.adapter import PlatformStatus
from bot.core.commands import NOTHING, Grammar, Group, Intent, Who
from bot.core.context import Act, Context
from bot.core.handlers import pressed, said
from bot.features.help import replies
from bot.i18n import later
from bot.storage.database import Database
from bot.storage.index_refresh import IndexRefresh
from knowledge.messaging import dead_letters, deliveries, inbox
from knowledge.postcards import postcards
from knowledge.search.index import Library
from knowledge.vocabulary import MemberStatus

_GREETINGS = ("hello", "hi", "hola", "bonjour", "salut")
_ALL = ("all", "todo", "tout")
_NOTHING_TO_LEAVE = ("cancel", "cancelar", "annuler")


class Help:
    """Knows which commands there are because it is handed them."""

    def __init__(
        self, *, database: Database, library: Library, index_refresh: IndexRefresh
    ) -> None:
        self._database = database
        self._library = library
        self._index_refresh = index_refresh
        self._grammar = Grammar(())
        self._platforms: Callable[[], Sequence[PlatformStatus]] = tuple

    def know(self, grammar: Grammar) -> None:
        """Take note of all commands that do something here."""
        self._grammar = grammar

    def watch(self, platforms: Callable[[], Sequence[PlatformStatus]]) -> None:
        """Take note of who can say how the platforms stand now, where some run."""
        self._platforms = platforms

    @said(
        "help",
        Group.BOT,
        later("what I am for, more about one word, or all words: help all"),
        NOTHING,
        r"(?P<object>[^\s?]{1,20})",
        words=("ayuda", "aide", "?", *_GREETINGS, *_NOTHING_TO_LEAVE),
        examples="help offer\nhelp all",
    )
    async def help(self, context: Context, intent: Intent) -> Reply:
        """`help`, `help offer`."""
        command = self._grammar.by_word.get(intent.object.casefold())
        if intent.nearly:
            return replies.meant(context.say, self._grammar.meant(intent.text))
        if command is not None:
            return replies.one(context.say, command)
        if intent.object.casefold() in _ALL:
            return self._all(context)
        joined = context.member is not None and context.member.status is not MemberStatus.LEFT
        return replies.first(context.say, member=joined)

    @pressed("help.all", who=Who.EVERYONE)
    async def every_word(self, context: Context, act: Act) -> Reply:
        """The button under the first words."""
        return self._all(context)

    def _all(self, context: Context) -> Reply:
        return replies.overview(context.say, self._grammar, steward=context.steward)

    @said("status", Group.BOT, later("how the library stands"))
    async def status(self, context: Context, intent: Intent) -> Reply:
        """How many cases and people can be found; for stewards, what did not arrive, and why."""
        snapshot = await self._index_refresh.current()
        outbox = await self._database.read(deliveries.standing) if context.steward else None
        dead = await self._database.read(dead_letters.newest) if outbox and outbox.dead else []
        reuse = await self._database.read(postcards.figures) if context.steward else None
        lost = await self._database.read(inbox.lost) if context.steward else ()
        return replies.status(
            context.say,
            cases=len(snapshot.cases),
            experts=snapshot.experts,
            model=self._library.model_name,
            outbox=outbox,
            dead=dead,
            lost=lost,
            reuse=reuse if reuse and reuse.approved else None,
            platforms=self._platforms() if context.steward else (),
        )

    @said("version", Group.BOT, later("which version this is"))
    async def version(self, context: Context, intent: Intent) -> Reply:
        """Which Crosswalk this is."""
        return replies.version(context.say, version("crosswalk"))
