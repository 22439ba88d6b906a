"""What buttons carry besides their action: numbers of things, and seals of what was shown."""

from bot.core.errors import UserFacingError
from knowledge.text.passages import text_hash

LONGEST = 9
"""Digits of a number that is read; every database can hold as many."""


def whole_number(said: str) -> int | None:
    """The number that somebody wrote, with or without its sign; None for what is none."""
    plain = said.lstrip("#@")
    # Python reads digits of other scripts and raised ones, too; a database does not.
    readable = plain.isascii() and plain.isdigit() and len(plain) <= LONGEST
    return int(plain) if readable else None


def number_in(said: str) -> int:
    """The same, and 0, which nothing is called, for what is none."""
    return whole_number(said) or 0


def number_of(said: str, refusal: str) -> int:
    """The same. Raises UserFacingError `refusal` for what is none."""
    number = whole_number(said)
    if number is None:
        raise UserFacingError(refusal, number=said[:12])
    return number


def seal(shown: object) -> str:
    """Twelve characters that stand for what was shown.

    A button under a preview carries them: other words than those that were read need another yes.
    """
    return text_hash(shown if isinstance(shown, str) else repr(shown))[:12]
