"""What happens between rounds, wired: questions that are posted, agreed to, and answered."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from bot.features.exchange.prompts.administration import PromptAdministration
from bot.features.exchange.prompts.asker_consent import AskerConsent
from bot.features.exchange.prompts.posting import Posting
from bot.features.exchange.prompts.thread_answers import PromptPosts, ThreadAnswers
from bot.jobs import PeriodicJob
from bot.storage.database import Database
from bot.storage.index_refresh import IndexRefresh
from knowledge.search.index import Library


class Prompts:
    """The features of prompts; `posts` says what is kept of their threads."""

    def __init__(
        self,
        *,
        database: Database,
        library: Library,
        index_refresh: IndexRefresh,
        trusted: Collection[str],
        clock: Callable[[], datetime],
    ) -> None:
        """`trusted`: account keys of stewards in the settings."""
        self.posts = PromptPosts()
        answers = ThreadAnswers(database=database, clock=clock)
        agreeing = AskerConsent(database=database, clock=clock)
        posting = Posting(
            database=database,
            library=library,
            index_refresh=index_refresh,
            trusted=trusted,
            clock=clock,
        )
        prompting = PromptAdministration(database=database, answers=answers, clock=clock)
        self.features = (prompting, agreeing, answers)
        self.jobs = (
            PeriodicJob("prompts", timedelta(minutes=1), posting.due),
            PeriodicJob("questions to be posted", timedelta(minutes=5), agreeing.ask),
        )
