"""The library without a question: one case, or the cases of a topic."""

from collections.abc import Callable
from datetime import datetime

import numpy as np
from sqlmodel import Session

from bot.contract import Argument, Choices, Option, Reply
from bot.core.commands import NOTHING, NUMBER, Group, Intent, Who
from bot.core.context import Completions, Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed_on, said
from bot.core.tokens import number_of
from bot.features.asking.filters import filters_from
from bot.features.cases import browse_replies
from bot.features.cases.curation import Curation
from bot.features.cases.lookup import may_flag, wrote
from bot.features.cases.review import ReviewQueue
from bot.i18n import later
from bot.i18n.labels import word
from bot.storage.database import Database
from bot.storage.index_refresh import IndexRefresh
from knowledge.cases import cases, reports
from knowledge.cases.reports import FlagView
from knowledge.cases.views import CaseView
from knowledge.vocabulary import CaseState, Topic

SHOWN = 10
SUGGESTED = 25


class CaseBrowser:
    """Shows published cases to anybody; a steward sees the others, too."""

    def __init__(
        self,
        *,
        database: Database,
        index_refresh: IndexRefresh,
        reviewing: ReviewQueue,
        curating: Curation,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._index_refresh = index_refresh
        self._reviewing = reviewing
        self._curating = curating
        self._clock = clock
        self.completions: Completions = {
            "topic": self.topics,
            "number": self.numbers,
        }

    @said(
        "case",
        Group.CASES,
        later("read one case"),
        NOTHING,
        NUMBER,
        rf"{NUMBER}\s+(?P<text>retire|history|review\s+\d{{1,4}})",
        examples="case 42\ncase 42 history",
        label=later("case"),
        arguments=(
            Argument(
                "number",
                later("number"),
                later("The number of a case, or words of its title"),
                completed=True,
            ),
        ),
    )
    async def case(self, context: Context, intent: Intent) -> Reply:
        """`case 42`, `case 42 history`; for stewards `case 42 retire`, `case 42 review 180`.

        Raises UserFacingError `case_not_found`.
        """
        if not intent.object:
            return await self.cases(context, intent)
        number = int(intent.object)
        match intent.text.casefold().split():
            case []:
                return await self.show(context, intent.object)
            case ["history"]:
                return await self._curating.history.show(context, intent.object)
            case ["review", days]:
                context.admit(Who.STEWARD)
                return await self._curating.freshness.every(context, number, int(days))
            case _:
                context.admit(Who.STEWARD)
                return await self._reviewing.ask_to_retire(context, number)

    @said(
        "cases",
        Group.CASES,
        later("see what is in the library"),
        NOTHING,
        rf"(?P<text>{'|'.join(Topic)})",
        words=("casos", "cas"),
        examples="cases topic:legal country:MX",
    )
    async def cases(self, context: Context, intent: Intent) -> Reply:
        """`cases`, `cases topic:legal country:MX`."""
        options = dict(intent.options)
        if intent.text:
            options.setdefault("topic", intent.text)
        filters = filters_from(options)
        index = (await self._index_refresh.current()).cases
        allowed = index.allowed(filters)
        numbers = np.sort(index.ids if allowed is None else index.ids[allowed])[::-1]
        newest = [int(number) for number in numbers[:SHOWN]]
        found = await self._database.read(lambda session: cases.get_many(session, newest))
        return browse_replies.listed(context.say, found, len(numbers), filters, self._clock())

    async def topics(self, context: Context, prefix: str) -> Choices:
        """Topics by slug or by name."""
        start = prefix.casefold()
        options = [Option(word(context.say, topic), topic.value) for topic in Topic]
        return Choices(
            tuple(
                option
                for option in options
                if start in option.label.casefold() or option.value.startswith(start)
            )
        )

    async def numbers(self, context: Context, prefix: str) -> Choices:
        """Published cases by the start of their number or by words of their title."""
        wanted = prefix.strip().removeprefix("#").casefold()
        found = await self._database.read(
            lambda session: cases.titles(session, wanted, limit=SUGGESTED)
        )
        return Choices(tuple(Option(f"{number}: {title}", str(number)) for number, title in found))

    @pressed_on("case.show", who=Who.EVERYONE)
    async def show(self, context: Context, said: str) -> Reply:
        """One case, as its reader may see it. Raises `case_not_found`."""
        number = number_of(said, "case_not_found")
        member, key = context.member, context.person.key

        def find(session: Session) -> tuple[CaseView | None, FlagView | None]:
            own = reports.last_of(session, number, member.id if member else None, key)
            return cases.get(session, number), own

        case, flag = await self._database.read(find)
        if case is None or (case.state is not CaseState.PUBLISHED and not context.steward):
            raise UserFacingError("case_not_found", number=number)
        reader = browse_replies.Reader(
            steward=context.steward, author=wrote(context, case), flags=may_flag(context), flag=flag
        )
        return browse_replies.case(context.say, case, self._clock(), reader)
