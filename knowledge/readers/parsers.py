"""Single values of a row: checked, brought into one form, refused with what is allowed."""

from collections.abc import Callable, Sequence
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import regex
from babel import Locale
from babel.localedata import exists

from knowledge.errors import UnreadableInput
from knowledge.readers.cleaning import clean, one_line
from knowledge.readers.countries import NAMED_IN, country, plain
from knowledge.readers.dates import published
from knowledge.readers.working_hours import hours
from knowledge.text.languages import primary

__all__ = [
    "country",
    "hours",
    "is_nothing",
    "language",
    "listed",
    "long",
    "published",
    "short",
    "text_of",
    "time_zone",
    "web_address",
    "whole_number",
]

_LIST = regex.compile(r"\s*[;|\n]\s*")
# What programs and people write where there is nothing to write.
_NOTHING = frozenset(
    {"nan", "<na>", "#n/a", "n/a", "n.a.", "na", "null", "nil", "none", "-", "--", "---", "–", "—"}
    | {".", "?", "n/d", "s/d", "n.d.", "s.d.", "not_applicable", "no_aplica", "sans_objet"}
)


def text_of(value: object) -> str:
    """Return a value of JSON, YAML or a table as text; None is empty, a list is joined by `;`."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return "; ".join(text_of(part) for part in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def is_nothing(text: str) -> bool:
    """Whether a value says that there is none: `NaN`, `N/A`, `-`."""
    return "_".join(text.casefold().split()) in _NOTHING


@cache
def _languages() -> dict[str, str]:
    """Every accepted name of a language, its own included, to its code (ISO 639-1)."""
    names: dict[str, str] = {}
    for language in NAMED_IN:
        for code, name in Locale(language).languages.items():
            if len(code) == 2:
                names.setdefault(plain(name), code)
    for code in [code for code in names.values() if code in Locale("en").languages]:
        own = Locale.parse(code, resolve_likely_subtags=False) if exists(code) else None
        if own is not None:
            names.setdefault(plain(own.languages.get(code, code)), code)
    return names


@cache
def _zones() -> dict[str, str]:
    """Every time zone by its name, and by its city where only one zone has it."""
    zones = {name.casefold(): name for name in available_timezones()}
    cities: dict[str, set[str]] = {}
    for folded, name in zones.items():
        if "/" in folded and not folded.startswith(("etc/", "posix/", "right/")):
            cities.setdefault(folded.rpartition("/")[2], set()).add(name)
    return {city: found.pop() for city, found in cities.items() if len(found) == 1} | zones


def language(text: str) -> str:
    """Return the ISO 639-1 code for a code, a locale or a language's name."""
    code = primary(text.strip())
    if text.strip() == "und" or (code and code in Locale("en").languages):
        return code or "und"
    found = _languages().get(plain(text))
    if found is None:
        raise UnreadableInput(
            f"The language '{text[:60]}' is not known; please use a code such as es."
        )
    return found


def time_zone(text: str) -> str:
    """Return the name of a time zone of the tz database, also for its city or `UTC-5`."""
    said = text.strip().strip("()").strip()
    found = _zones().get(said.replace(" ", "_").casefold())
    offset = regex.fullmatch(r"(?:UTC|GMT)\s*([+-])\s*0?(\d{1,2})(?::?00)?", said, regex.IGNORECASE)
    if found is None and offset and int(offset[2]) <= 12:
        # POSIX counts the other way round.
        found = _zones().get(f"etc/gmt{'-' if offset[1] == '+' else '+'}{int(offset[2])}")
    if found is None:
        raise UnreadableInput(
            f"The time zone '{text[:60]}' is not known; please write one such as"
            " America/Mexico_City."
        )
    return found


def web_address(text: str) -> str:
    """Return an http or https address; spaces in it become `%20`."""
    address = one_line(text).replace(" ", "%20")
    try:
        parts = urlsplit(address)
        good = parts.scheme in ("http", "https") and "%20" not in (parts.hostname or "%20")
    except ValueError:
        good = False
    if not good or len(address) > 2_000:
        raise UnreadableInput(
            f"The address '{address[:60]}' is not a web address; it begins with https:// or http://."
        )
    return address


def short(what: str, most: int) -> Callable[[str], str]:
    """Return a check for one line of at most `most` characters."""

    def check(text: str) -> str:
        line = one_line(text)
        if len(line) > most:
            raise UnreadableInput(f"The {what} has {len(line):,} characters; at most {most}.")
        return line

    return check


def long(what: str, most: int) -> Callable[[str], str]:
    """Return a check for a text of at most `most` characters, its paragraphs kept."""

    def check(text: str) -> str:
        body = clean(text)
        if len(body) > most:
            raise UnreadableInput(f"The {what} has {len(body):,} characters; at most {most:,}.")
        return body

    return check


def whole_number(what: str, least: int, most: int) -> Callable[[str], int]:
    """Return a check for a whole number in [least, most]; `2/week` and `2.0` read as 2."""

    def check(text: str) -> int:
        found = regex.fullmatch(r"\s*([0-9]{1,6})(?:\.0+)?(?:\s*[/\p{L}][^0-9]*)?", text)
        if found is None or not least <= int(found[1]) <= most:
            raise UnreadableInput(
                f"The {what} '{text[:60]}' is not possible; please write a whole number from"
                f" {least} to {most}."
            )
        return int(found[1])

    return check


def listed(value: object, *, commas: bool = False) -> tuple[str, ...]:
    """Return the distinct items of a list, or of text split at `;`, `|` or line ends."""
    if isinstance(value, list | tuple):
        parts: Sequence[str] = [text_of(part) for part in value]
    else:
        text = clean(text_of(value))
        if commas and not _LIST.search(text):
            text = text.replace(",", ";")
        parts = _LIST.split(text)
    return tuple(dict.fromkeys(line for part in parts if (line := one_line(part))))
