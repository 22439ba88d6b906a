"""Collects the checked values of one row, and everything that is wrong with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeVar

from knowledge.database.circumstances import CircumstancesView
from knowledge.errors import UnreadableInput
from knowledge.readers.cleaning import one_line
from knowledge.readers.parsers import text_of
from knowledge.readers.synonyms import word
from knowledge.vocabulary import DataSource, LegalBasis, Level, PopulationBand, StaffBand

V = TypeVar("V")


@dataclass(slots=True)
class Fields:
    """Takes values out of a row by name; a wrong one is noted, so that all are told at once."""

    values: Mapping[str, object]
    faults: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """The value as text, empty where there is none."""
        return text_of(self.values.get(name)).strip()

    def take(self, name: str, check: Callable[[str], V], default: V) -> V:
        """The checked value, or `default` where there is none or it is wrong."""
        return self.check(self.text(name), check, default)

    def check(self, text: str, check: Callable[[str], V], default: V) -> V:
        """The checked text, or `default` where it is empty or wrong."""
        if not text.strip("\x00 \t\r\n"):
            return default
        try:
            return check(text)
        except UnreadableInput as wrong:
            self.faults.append(str(wrong))
            return default

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
            staff_band=self.take(
                "staff_band", lambda text: word(StaffBand, text, "staff band"), None
            ),
            data_source=self.take(
                "data_source", lambda text: word(DataSource, text, "kind of data source"), None
            ),
        )


def named(values: Mapping[str, object], known: Mapping[str, str]) -> dict[str, object]:
    """Return the values under our names; where two columns mean the same, our own name wins."""
    ours: dict[str, object] = {}
    for name, value in values.items():
        ours_name = known.get(name)
        if ours_name and text_of(value).strip() and (name == ours_name or ours_name not in ours):
            ours[ours_name] = value
    return ours


def digest(*parts: str) -> str:
    """Return a key made of what a row says, the same however it is spaced."""
    joined = "\x1f".join(one_line(part) for part in parts)
    return sha256(joined.encode("utf-8", "replace")).hexdigest()[:24]
