"""The buttons and selects of a whole reply under one numbering."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.contract import Button, Reply, Select

LONGEST_NUMBER = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """A button or select and the number that stands for it."""

    number: int
    target: Button | Select


@dataclass(frozen=True, slots=True)
class Numbered:
    """The choices of a reply: those of each card in turn, then the reply's own."""

    cards: tuple[tuple[Choice, ...], ...]
    own: tuple[Choice, ...]

    def __bool__(self) -> bool:
        return bool(self.own) or any(self.cards)

    def find(self, line: str) -> Button | Select | None:
        """What a bare number stands for; None for any other text."""
        typed = line.strip()
        if not (typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_NUMBER):
            return None
        for choices in (*self.cards, self.own):
            for choice in choices:
                if choice.number == int(typed):
                    return choice.target
        return None


def numbered(reply: Reply) -> Numbered:
    """Numbers every choice of a reply from 1, in reading order."""
    number = 0

    def count(targets: Sequence[Button | Select]) -> tuple[Choice, ...]:
        nonlocal number
        first = number + 1
        number += len(targets)
        return tuple(Choice(first + at, target) for at, target in enumerate(targets))

    cards = tuple(count((*card.buttons, *card.selects)) for card in reply.cards)
    return Numbered(cards, count(tuple(reply.buttons)))
