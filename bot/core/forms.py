"""A form declared once: drawn, read back, refused field by field."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from bot.contract.markup import one_line, tidy
from bot.core.errors import InvalidForm, UserFacingError
from knowledge.errors import UnreadableInput

Values = Mapping[str, str | Sequence[str]]


E = TypeVar("E", bound=StrEnum)


T = TypeVar("T")


class Answers:
    """The fields of one form: each is read once, and every problem is kept beside its field."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._problems: dict[str, UserFacingError] = {}

    def line(self, name: str, limit: int, *, required: bool = False) -> str:
        """One line of text."""
        return self._limited(name, one_line(self._text(name)), limit, required)

    def text(self, name: str, limit: int, *, required: bool = False) -> str:
        """Text with its paragraphs."""
        return self._limited(name, tidy(self._text(name)), limit, required)

    def one_of(self, name: str, words: type[E], *, required: bool = False) -> E | None:
        """One word of a list, or None where nothing was chosen."""
        said = self.line(name, 60, required=required)
        try:
            return words(said) if said else None
        except ValueError:
            self.refuse(name, UserFacingError("unknown_choice"))
            return None

    def parsed(self, name: str, limit: int, reader: Callable[[str], T], default: T) -> T:
        """A required line in the form that `reader` gives it; `reader` refuses in its own code."""
        said = self.line(name, limit, required=True)
        if not said or name in self._problems:
            return default
        try:
            return reader(said)
        except UserFacingError as error:
            self.refuse(name, error)
            return default

    def optional(self, name: str, limit: int, reader: Callable[[str], str]) -> str:
        """A line in the form that `reader` gives it, or "" where nothing was written."""
        return self.parsed(name, limit, reader, "") if self.line(name, limit) else ""

    def refuse(self, name: str, error: UserFacingError) -> None:
        """Keep a problem beside a field; the first one stays."""
        self._problems.setdefault(name, error)

    def check(self) -> None:
        """Raise InvalidForm if any field cannot be taken."""
        if self._problems:
            raise InvalidForm(self._problems)

    def _text(self, name: str) -> str:
        value = self._values.get(name, "")
        return value if isinstance(value, str) else (value[0] if value else "")

    def _limited(self, name: str, said: str, limit: int, required: bool) -> str:
        if len(said) > limit:
            self.refuse(name, UserFacingError("too_long", limit=limit))
        if required and not said:
            self.refuse(name, UserFacingError("missing"))
        return said


def or_refuse(reader: Callable[[str], T], said: str, code: str) -> T:
    """What `reader` makes of a value, or UserFacingError `code` with the value."""
    try:
        return reader(said)
    except UnreadableInput as error:
        raise UserFacingError(code, value=said[:60]) from error
