"""What happens between rounds, wired: questions that are posted, agreed to, and answered."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from bot.exchange.agreeing import Agreeing
from bot.exchange.answers import Answers
from bot.exchange.posting import Posting
from bot.exchange.prompting import Prompting
from bot.renewal import Renewal
from bot.ticks import Tick
from bot.units import Units
from knowledge.library import Library


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
