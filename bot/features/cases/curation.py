"""Keeping the library true and learning what it lacks: what stewards and readers do about cases."""

from collections.abc import Callable
from datetime import datetime

from bot.core.context import Actions, Verbs
from bot.features.cases.gaps import Gaps
from bot.features.cases.history import History
from bot.features.cases.late_answers import News
from bot.features.cases.merge import Merging
from bot.features.cases.reports import Flagging
from bot.features.cases.review_cycle import Freshness
from bot.storage.database import Units
from bot.storage.index_refresh import Renewal
from knowledge.search.index import Library


class Curating:
    """All parts of the upkeep, as one feature."""

    def __init__(
        self,
        *,
        units: Units,
        library: Library,
        renewal: Renewal,
        clock: Callable[[], datetime],
        telling: str = "",
    ) -> None:
        """`telling`: the action that opens the form of a case, where members have one."""
        self.history = History(units=units)
        self.freshness = Freshness(units=units, clock=clock)
        news = News(units=units, library=library, renewal=renewal, clock=clock)
        parts = (
            Merging(units=units, clock=clock),
            self.history,
            self.freshness,
            Flagging(units=units, clock=clock),
            Gaps(units=units, library=library, renewal=renewal, clock=clock, telling=telling),
            news,
        )
        self.verbs: Verbs = {verb: use for part in parts for verb, use in part.verbs.items()}
        self.actions: Actions = {name: use for part in parts for name, use in part.actions.items()}
        self.ticks = (*self.freshness.ticks, *news.ticks)
