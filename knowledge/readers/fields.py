"""The checked values of one row; what cannot be read is left out and told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from knowledge.database.circumstances import CircumstancesView
from knowledge.errors import UnreadableInput
from knowledge.readers.cleaning import one_line
from knowledge.readers.dates import month_and_number
from knowledge.readers.parsers import is_nothing, listed, text_of
from knowledge.readers.synonyms import word
from knowledge.vocabulary import DataSource, LegalBasis, Level, PopulationBand, StaffBand

V = TypeVar("V")


Noticed = Callable[[str], None]
# Words that mean "none" elsewhere and are values here: Namibia, an office without a legal basis.
_WORDS = {"country": ("na",), "legal_basis": ("none",)}
_KEPT = ("name", "title", "text")


def unnoticed(sentence: str) -> None:
    """Takes what nobody needs to know."""


@dataclass(slots=True)
class Fields:
    """Takes values out of a row by name.

    `noticed` hears of each value that cannot be read; the row comes in without it.
    """

    values: Mapping[str, object]
    noticed: Noticed = unnoticed

    def text(self, name: str) -> str:
        """The value as text, empty where there is none or a word for none (`NaN`, `-`)."""
        text = text_of(self.values.get(name)).strip()
        if is_nothing(text) and text.casefold() not in _WORDS.get(name, ()):
            return text if name in _KEPT and text.isalpha() and len(text) > 1 else ""
        return text

    def take(self, name: str, check: Callable[[str], V], default: V) -> V:
        """The checked value, or `default` where there is none or it cannot be read."""
        return self.check(self.text(name), check, default)

    def check(self, text: str, check: Callable[[str], V], default: V) -> V:
        """The checked text, or `default` where it is empty or cannot be read."""
        if not text.strip("\x00 \t\r\n"):
            return default
        try:
            return check(text)
        except UnreadableInput as wrong:
            self.noticed(f"{wrong} It is left out.")
            return default

    def items(self, name: str, *, commas: bool = False) -> tuple[str, ...]:
        """The items of a list, words for none left out."""
        found = listed(self.values.get(name), commas=commas)
        return tuple(item for item in found if not is_nothing(item))

    def circumstances(self) -> CircumstancesView:
        """The five optional facts."""
        return CircumstancesView(
            level=self.take("level", lambda text: word(Level, text, "level"), None),
            population_band=self.take(
                "population_band", lambda text: word(PopulationBand, text, "population band"), None
            ),
            legal_basis=self.take(
                "legal_basis", lambda text: word(LegalBasis, text, "legal basis"), None
            ),
            staff_band=self.take("staff_band", _staff_band, None),
            data_source=self.take(
                "data_source", lambda text: word(DataSource, text, "kind of data source"), None
            ),
        )


def _staff_band(text: str) -> StaffBand:
    """A band, also where a spreadsheet took `1-4` or `5-19` for a day."""
    mistaken = month_and_number(text)
    said = f"{min(mistaken)}-{max(mistaken)}" if mistaken else text
    return word(StaffBand, said, "staff band")


def digest(*parts: str) -> str:
    """Return a key made of what a row says, the same however it is spaced."""
    joined = "\x1f".join(one_line(part) for part in parts)
    return sha256(joined.encode("utf-8", "replace")).hexdigest()[:24]
