"""What a listener makes of words that were said to others."""

from dataclasses import dataclass

from bot.contract import Reply


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said belongs to a conversation; `reply`: what its author alone is told."""

    reply: Reply | None = None


Told = Heard | None
