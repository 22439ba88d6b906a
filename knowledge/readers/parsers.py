"""Single values of a row: checked, brought into one form, refused with what is allowed."""

from collections.abc import Callable, Sequence
from functools import cache
from unicodedata import combining, normalize
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import regex
from babel import Locale
from babel.localedata import exists

from knowledge.errors import UnreadableInput
from knowledge.readers.cleaning import clean, one_line
from knowledge.text.languages import primary

_NAMED_IN = ("en", "es", "fr", "pt")
# Territories of the names list that are no countries, save EU, under which Eurostat's cases stand.
_NO_COUNTRY = {"AC", "CP", "CQ", "DG", "EA", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
_ALSO = {
    "usa": "US", "u s": "US", "u s a": "US", "united states of america": "US", "eeuu": "US",
    "ee uu": "US", "uk": "GB", "great britain": "GB", "england": "GB", "scotland": "GB",
    "wales": "GB", "northern ireland": "GB", "republic of korea": "KR", "korea": "KR",
    "russian federation": "RU", "viet nam": "VN", "turkey": "TR", "czech republic": "CZ",
    "state of palestine": "PS", "palestine": "PS", "holland": "NL", "ivory coast": "CI",
    "lao pdr": "LA", "moldova republic of": "MD", "syrian arab republic": "SY",
    "united republic of tanzania": "TZ", "cabo verde": "CV", "swaziland": "SZ",
    "democratic republic of the congo": "CD", "republic of the congo": "CG",
    "brunei darussalam": "BN",
}  # fmt: skip
_HOURS = regex.compile(
    r"(\d{1,2})(?:[:h.]00|h)?\s*(?:-|–|—|to|a|à|until)\s*(\d{1,2})(?:[:h.]00|h)?\s*(.*)"
)
_DATE = regex.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?(?:[T ]\d{2}:\d{2}.*)?")
_LIST = regex.compile(r"\s*[;|\n]\s*")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


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


def _plain(name: str) -> str:
    letters = normalize("NFKD", name.replace("’", "'")).casefold()
    kept = "".join(char for char in letters if not combining(char))
    return regex.sub(r"[^\p{L}\p{N}]+", " ", kept).strip()


@cache
def _countries() -> dict[str, str]:
    """Every accepted name of a country to its code of two letters (ISO 3166)."""
    names = dict(_ALSO)
    for language in _NAMED_IN:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY:
                names.setdefault(_plain(name), code)
                names[code.casefold()] = code
    return names


@cache
def _languages() -> dict[str, str]:
    """Every accepted name of a language, its own included, to its code (ISO 639-1)."""
    names: dict[str, str] = {}
    for language in _NAMED_IN:
        for code, name in Locale(language).languages.items():
            if len(code) == 2:
                names.setdefault(_plain(name), code)
    for code in [code for code in names.values() if code in Locale("en").languages]:
        own = Locale.parse(code, resolve_likely_subtags=False) if exists(code) else None
        if own is not None:
            names.setdefault(_plain(own.languages.get(code, code)), code)
    return names


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in available_timezones()}


def country(text: str) -> str:
    """Return the ISO 3166 code of two letters for a code or a name in en, es, fr or pt."""
    found = _countries().get(_plain(text))
    if found is None:
        raise UnreadableInput(
            f"The country '{text[:60]}' is not known; please use a code of two letters such as MX,"
            " or the country's name."
        )
    return found


def language(text: str) -> str:
    """Return the ISO 639-1 code for a code, a locale or a language's name."""
    code = primary(text.strip())
    if text.strip() == "und" or (code and code in Locale("en").languages):
        return code or "und"
    found = _languages().get(_plain(text))
    if found is None:
        raise UnreadableInput(
            f"The language '{text[:60]}' is not known; please use a code such as es."
        )
    return found


def time_zone(text: str) -> str:
    """Return the name of a time zone of the tz database."""
    found = _zones().get(text.strip().replace(" ", "_").casefold())
    if found is None:
        raise UnreadableInput(
            f"The time zone '{text[:60]}' is not known; please write one such as"
            " America/Mexico_City."
        )
    return found


def hours(text: str) -> tuple[int, int, str]:
    """Return (first hour, last hour, what follows) of text such as `9-17 Europe/Paris`."""
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        raise UnreadableInput(f"The hours '{text[:60]}' are not understood; please write 9-17.")
    start, end = checked_hours(int(found.group(1)), int(found.group(2)))
    return start, end, found.group(3).strip()


def checked_hours(start: int, end: int) -> tuple[int, int]:
    """Return working hours that lie within one day, in whole hours."""
    if not 0 <= start < end <= 24:
        raise UnreadableInput(
            f"The hours {start}-{end} are not possible; please write whole hours of one day, such"
            " as 9-17."
        )
    return start, end


def published(text: str) -> str:
    """Return a year, month or day as `2019`, `2019-03` or `2019-03-05`."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        raise UnreadableInput(
            f"The date '{text[:60]}' is not understood; please write 2019, 2019-03 or 2019-03-05."
        )
    year, month, day = (int(part) if part else None for part in found.groups())
    possible = (
        1800 <= (year or 0) <= 2100
        and (month is None or 1 <= month <= 12)
        and (day is None or 1 <= day <= _DAYS[(month or 1) - 1])
    )
    if not possible:
        raise UnreadableInput(f"The date '{text[:60]}' does not exist.")
    return f"{year:04}" + "".join(f"-{part:02}" for part in (month, day) if part is not None)


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
    """Return a check for a whole number in [least, most]; `2/week` reads as 2."""

    def check(text: str) -> int:
        digits = text.strip().partition("/")[0].strip()
        if not regex.fullmatch(r"[0-9]{1,6}", digits) or not least <= int(digits) <= most:
            raise UnreadableInput(
                f"The {what} '{text[:60]}' is not possible; please write a whole number from"
                f" {least} to {most}."
            )
        return int(digits)

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
