"""The brief of a conversation: goes with its first message, and is given again by `brief`."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from bot.contract import Attachment, Reply
from bot.core.commands import NOTHING, NUMBER, Group, Who
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.core.handlers import said_or_pressed
from bot.core.tokens import number_in
from bot.features.asking.excerpts import excerpts
from bot.features.briefs import replies
from bot.features.briefs.brief import exchange_brief, in_words
from bot.features.briefs.facts import Brief, CitedCase
from bot.features.briefs.gather import Composed, compose
from bot.features.briefs.texts import MOST_CASES
from bot.features.conversations import enclosure
from bot.features.conversations.service import Conversations
from bot.i18n import later, words
from bot.storage.database import Database
from bot.storage.index_refresh import IndexRefresh
from knowledge.cases import cases
from knowledge.cases.views import CaseView
from knowledge.conversations import conversations
from knowledge.search.index import Library
from knowledge.search.search import NO_FILTERS, find_cases
from knowledge.text.languages import detect
from knowledge.vocabulary import CaseState

log = structlog.get_logger()

PATIENCE = 20.0
"""Seconds for cases and pages; a first message waits no longer for what goes with it."""

Draw = Callable[[Brief], Sequence[Attachment]]


def draw(brief: Brief) -> Sequence[Attachment]:
    """The files of a brief; slow, and may raise whatever the library that draws raises."""
    return exchange_brief(brief)


_BRIEF = ("brief", "ficha", "fiche")


class Briefs:
    """Composes briefs when they are asked for; nothing of one is stored but the message itself."""

    def __init__(
        self,
        *,
        database: Database,
        library: Library,
        index_refresh: IndexRefresh,
        conversations_: Conversations,
        draw: Draw = draw,
    ) -> None:
        self._database = database
        self._library = library
        self._index_refresh = index_refresh
        self._draw = draw
        conversations_.listen_for(_BRIEF, self.here)

    @said_or_pressed(
        "brief.show",
        "brief",
        Group.PEOPLE,
        later("the page that sums up one of your conversations, to keep or to have approved"),
        NOTHING,
        NUMBER,
        who=Who.MEMBER,
        words=_BRIEF[1:],
        examples="brief\nbrief 7",
    )
    async def brief(self, context: Context, number: str) -> Reply:
        """`brief 7`, or `brief` alone: that of the only conversation it can be."""
        if number:
            return await self._given(context, number)
        member = context.me
        own = await self._database.read(lambda session: conversations.of_member(session, member.id))
        found = [each for each in own if enclosure.has_brief(each)]
        if len(found) == 1:
            return await self._given(context, str(found[0].id))
        return replies.which(context.say, found)

    async def here(self, context: Context, number: int) -> Reply:
        """`brief`, said in the conversation itself."""
        return await self._given(context, str(number))

    async def enclose(self, reply: Reply) -> Reply:
        """The first message of a conversation with its brief; as it is where none can be made."""
        number, languages = enclosure.marked(reply.enclosing)
        if not number:
            return reply
        try:
            async with asyncio.timeout(PATIENCE):
                composed = await self.composed(number, still_open=True)
                if composed is None:
                    return reply
                files = await asyncio.to_thread(self._draw, composed.brief)
            return replies.enclosed(reply, [words(code) for code in languages], files)
        except Exception as error:  # noqa: BLE001  (whatever it is, people meet all the same)
            log.warning(
                "A brief could not be made.", conversation=number, kind=type(error).__name__
            )
            return reply

    async def composed(self, number: int, *, still_open: bool = False) -> Composed | None:
        """All that stands in a conversation's brief; None where there is none."""
        composed = await self._database.read(
            lambda session: compose(session, number, still_open=still_open)
        )
        if composed is None:
            return None
        cited = await self._cited(composed.wanted)
        return replace(composed, brief=replace(composed.brief, cases=cited))

    async def _given(self, context: Context, said: str) -> Reply:
        number, member = number_in(said), context.me
        composed = await self.composed(number)
        if composed is None or composed.found.seat_of(member.id) is None:
            raise UserFacingError("no_brief", number=said)
        say = context.say
        try:
            async with asyncio.timeout(PATIENCE):
                files = await asyncio.to_thread(self._draw, composed.brief)
        except Exception as error:  # noqa: BLE001  (whatever it is, the words are there)
            log.warning(
                "A page could not be drawn.", conversation=number, kind=type(error).__name__
            )
            return replies.in_words(say, composed.found, in_words(composed.brief, say))
        return replies.given(say, composed.found, files)

    async def _cited(self, wanted: Sequence[str]) -> list[CitedCase]:
        """Two published cases: the best for each problem in turn; fewer where fewer fit."""
        lists = [await self._found(text) for text in wanted]
        in_turn = [
            found[place] for place in range(MOST_CASES) for found in lists if place < len(found)
        ]
        return list({cited.title: cited for cited in in_turn}.values())[:MOST_CASES]

    async def _found(self, text: str) -> list[CitedCase]:
        vector = await asyncio.wrap_future(self._library.encode_question(text))
        snapshot = await self._index_refresh.current()
        query = self._library.query(text, detect(text), vector)
        model = self._library.model_id
        ranked = await asyncio.to_thread(
            find_cases, snapshot.cases, query, NO_FILTERS, model=model, limit=MOST_CASES
        )
        numbers = [one.id for one in ranked]
        # The library in memory lags during a large import: what was retired since stays out.
        views = await self._database.read(lambda session: cases.get_many(session, numbers))
        views = [view for view in views if view.state is CaseState.PUBLISHED]
        quoted = await asyncio.to_thread(excerpts, self._library, text, vector, views)
        return [_cited(view, each.best) for view, each in zip(views, quoted, strict=True)]


def _cited(view: CaseView, sentence: str) -> CitedCase:
    source = ", ".join(filter(None, (view.source.title, view.source.published)))
    return CitedCase(view.title, sentence, source, view.source.url)
