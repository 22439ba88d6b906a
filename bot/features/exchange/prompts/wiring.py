"""What happens between rounds, wired: questions that are posted, agreed to, and answered."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from bot.features.exchange.prompts.administration import Prompting
from bot.features.exchange.prompts.asker_consent import Agreeing
from bot.features.exchange.prompts.posting import Posting
from bot.features.exchange.prompts.thread_answers import Answers
from bot.jobs import Tick
from bot.storage.database import Units
from bot.storage.index_refresh import Renewal
from knowledge.search.index import Library


class BetweenRounds:
    """The features of prompts; `answers` listens in their threads."""

    def __init__(
        self,
        *,
        units: Units,
        library: Library,
        renewal: Renewal,
        trusted: Collection[str],
        clock: Callable[[], datetime],
    ) -> None:
        """`trusted`: account keys of stewards in the settings."""
        self.answers = Answers(units=units, clock=clock)
        agreeing = Agreeing(units=units, clock=clock)
        posting = Posting(
            units=units, library=library, renewal=renewal, trusted=trusted, clock=clock
        )
        prompting = Prompting(units=units, answers=self.answers, clock=clock)
        self.features = (prompting, agreeing, self.answers)
        self.ticks = (
            Tick("prompts", timedelta(minutes=1), posting.due),
            Tick("questions to be posted", timedelta(minutes=5), agreeing.ask),
        )
