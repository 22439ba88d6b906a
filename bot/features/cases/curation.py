"""Keeping the library true and learning what it lacks: what stewards and readers do about cases."""

from collections.abc import Callable
from datetime import datetime

from bot.features.cases.gaps import Gaps
from bot.features.cases.history import CaseHistory
from bot.features.cases.late_answers import LateAnswers
from bot.features.cases.merge import CaseMerge
from bot.features.cases.reports import CaseReports
from bot.features.cases.review_cycle import ReviewCycle
from bot.storage.database import Database
from bot.storage.index_refresh import IndexRefresh
from knowledge.search.index import Library


class Curation:
    """All parts of the upkeep, as one feature."""

    def __init__(
        self,
        *,
        database: Database,
        library: Library,
        index_refresh: IndexRefresh,
        clock: Callable[[], datetime],
        telling: str = "",
    ) -> None:
        """`telling`: the action that opens the form of a case, where members have one."""
        self.history = CaseHistory(database=database)
        self.freshness = ReviewCycle(database=database, clock=clock)
        news = LateAnswers(
            database=database, library=library, index_refresh=index_refresh, clock=clock
        )
        self.parts = (
            CaseMerge(database=database, clock=clock),
            self.history,
            self.freshness,
            CaseReports(database=database, clock=clock),
            Gaps(
                database=database,
                library=library,
                index_refresh=index_refresh,
                clock=clock,
                telling=telling,
            ),
            news,
        )
        self.jobs = (*self.freshness.jobs, *news.jobs)
