"""What the field abbreviates: one concept behind an acronym and its long forms in each language.

A question on the LFS and a case on the `encuesta de población activa` share no word. Both hold the
concept, so that it can be compared as if it were a word, the same in every language.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.text.folding import words
from knowledge.text.languages import UNDETERMINED

FILE = Path(__file__).parent / "acronyms.json"
_TOKEN = re.compile(r"[^\W\d_]{2,}")
_LOWER_FROM = 3
"""Letters from which on an acronym is known in small letters too, in its own language."""


@dataclass(frozen=True)
class _Table:
    written: Mapping[str, tuple[str, frozenset[str], str]]
    """An acronym as written: its concept, the languages that it is read in (none for all), and
    its long form."""
    lower: Mapping[tuple[str, str], str]
    """A language and an acronym in small letters: the acronym as written."""
    small: frozenset[str]
    """Every acronym in small letters."""
    forms: Mapping[str, Sequence[tuple[tuple[str, ...], str]]]
    """The first word of a long form: all of its words, folded, and the concept."""


def spelled(text: str, language: str, found: Collection[str]) -> dict[str, str]:
    """The acronyms in `text`, folded to small letters, and the concept behind each.

    `found` are the folded words of the text: most texts hold none, and then nothing is read twice.
    """
    if _table().small.isdisjoint(found):
        return {}
    return {short.lower(): _table().written[short][0] for short in _met(text, language).values()}


def long_forms(found: Sequence[str]) -> set[str]:
    """The concepts whose long form stands among the folded words of a text, in reading order."""
    forms = _table().forms
    starts = forms.keys() & found
    if not starts:
        return set()
    return {
        concept
        for at, word in enumerate(found)
        if word in starts
        for form, concept in forms[word]
        if tuple(found[at : at + len(form)]) == form
    }


def with_long_forms(text: str, language: str = UNDETERMINED) -> str:
    """`text` with the long form behind each acronym that it does not spell out itself.

    A model that reads meanings seldom knows what the letters stand for.
    """
    met = _met(text, language)
    known = long_forms(words(text)) if met else set()
    for token, short in met.items():
        concept, _, form = _table().written[short]
        if form and concept not in known:
            text = re.sub(rf"\b{re.escape(token)}\b", f"{token} ({form})", text, count=1)
    return text


def _met(text: str, language: str) -> dict[str, str]:
    """The acronyms in `text`, each as it stands there, and as the table writes it."""
    table = _table()
    found: dict[str, str] = {}
    for token in dict.fromkeys(_TOKEN.findall(text)):
        own = table.written.get(token)
        if own is not None and (not own[1] or language in own[1]):
            found[token] = token
        elif (short := table.lower.get((language, token))) is not None:
            found[token] = short
    return found


@cache
def _table() -> _Table:
    concepts = json.loads(FILE.read_text("utf-8"))["concepts"]
    written: dict[str, tuple[str, frozenset[str], str]] = {}
    lower: dict[tuple[str, str], str] = {}
    forms: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for concept, languages in concepts.items():
        for language, row in languages.items():
            for short in row["short"]:
                own = frozenset({language}) if short in row.get("alone", ()) else frozenset()
                written.setdefault(short, (concept, own, row["long"][0]))
                if len(short) >= _LOWER_FROM:
                    lower[language, short.lower()] = short
            for form in row["long"]:
                folded = tuple(words(form))
                forms.setdefault(folded[0], []).append((folded, concept))
    return _Table(written, lower, frozenset(map(str.lower, written)), forms)
