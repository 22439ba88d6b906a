"""When something appeared, as people and spreadsheet programs write it."""

from datetime import date, timedelta
from functools import cache

import regex
from babel import Locale

from knowledge.errors import UnreadableInput
from knowledge.readers.countries import plain

_ISO = regex.compile(
    r"(\d{4})(?:\.0|[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?:[Tt ]\s*\d{1,2}:\d{2}.*)?"
)
_NUMBERS = regex.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:[T ,]+\d{1,2}:\d{2}.*)?")
_MONTH_YEAR = regex.compile(r"(\d{1,2})[/.-](\d{4})")
_YEAR = regex.compile(r"(?<!\d)(?:18|19|20)\d{2}(?!\d)")
_NAMED_IN = ("en", "es", "fr", "pt", "de", "it", "nl", "ca")
_SERIAL = regex.compile(r"([2-6]\d{4})(?:[.,]\d+)?")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_EPOCH = date(1899, 12, 30)  # day 0 of spreadsheet programs
_PIVOT = 70  # two digits below this are of this century
WRITE = "please write 2019, 2019-03 or 2019-03-05."


class AmbiguousDate(UnreadableInput):
    """A date that can be read in two ways; `year` is what both agree on."""

    def __init__(self, text: str, year: str) -> None:
        super().__init__(
            f"The date '{text[:60]}' can be read with the day or the month first; {WRITE}"
        )
        self.year = year


def published(text: str) -> str:
    """Return a year, month or day as `2019`, `2019-03` or `2019-03-05`.

    Raises `AmbiguousDate` for 01/05/2023, `UnreadableInput` for what is no date.
    """
    said = text.strip()
    if found := _ISO.fullmatch(said):
        return _written(said, *found.groups())
    if found := _SERIAL.fullmatch(said):
        return (_EPOCH + timedelta(days=int(found[1]))).isoformat()
    if found := _MONTH_YEAR.fullmatch(said):
        return _written(said, found[2], found[1])
    if found := _NUMBERS.fullmatch(said):
        return _numbers(said, found[1], found[2], found[3], found[4])
    return _in_words(said)


def year_in(text: str) -> str:
    """Return the first year that a text names, when it names one; empty else."""
    found = set(_YEAR.findall(text))
    return _YEAR.findall(text)[0] if len(found) == 1 else ""


def _numbers(said: str, first: str, mark: str, second: str, year: str) -> str:
    year = _of_four(year)
    one, two = int(first), int(second)
    if mark == "." or one > 12 or one == two:
        return _written(said, year, second, first)
    if two > 12:
        return _written(said, year, first, second)
    raise AmbiguousDate(said, _written(said, year))


def _of_four(year: str) -> str:
    return year if len(year) == 4 else f"{20 if int(year) < _PIVOT else 19}{int(year):02}"


def _in_words(said: str) -> str:
    """`17 de mayo de 2023`, `May 17, 2023`, `may-23` (Excel's month and year), `Q2 2023`."""
    words = [regex.sub(r"^(\d+)(st|nd|rd|th|er|o|a)$", r"\1", w) for w in plain(said).split()]
    months = [number for word in words if (number := _months().get(word))]
    numbers = [word for word in words if word.isdigit()]
    years = [word for word in numbers if len(word) == 4]
    others = [word for word in numbers if len(word) < 3]
    if len(months) != 1 or len(numbers) > 2 or len(words) > 6:
        raise UnreadableInput(f"The date '{said[:60]}' is not understood; {WRITE}")
    if len(years) == 1:
        return _written(said, years[0], str(months[0]), *others)
    if len(numbers) == 2 and not years:  # 17-may-23
        return _written(said, _of_four(numbers[1]), str(months[0]), numbers[0])
    if len(numbers) == 1 and others and words[-1] == others[0]:  # may-23
        return _written(said, _of_four(others[0]), str(months[0]))
    raise UnreadableInput(f"The date '{said[:60]}' is not understood; {WRITE}")


def _written(said: str, *parts: str | None) -> str:
    year, month, day = (*(int(part) if part else None for part in parts), None, None)[:3]
    possible = (
        1800 <= (year or 0) <= 2100
        and (month is None or 1 <= month <= 12)
        and (day is None or 1 <= day <= _DAYS[(month or 1) - 1])
    )
    if not possible:
        raise UnreadableInput(f"The date '{said[:60]}' does not exist; {WRITE}")
    return f"{year:04}" + "".join(f"-{part:02}" for part in (month, day) if part is not None)


@cache
def _months() -> dict[str, int]:
    """Names of months and their short forms, folded."""
    names = {"sept": 9, "set": 9, "ago": 8, "juil": 7, "enero": 1, "dic": 12, "maerz": 3}
    for language in _NAMED_IN:
        for width in ("wide", "abbreviated"):
            for usage in ("format", "stand-alone"):
                for number, name in Locale(language).months[usage][width].items():
                    words = [word for word in plain(name).split() if word not in ("de", "d")]
                    if words:
                        names.setdefault(words[-1], number)
    return names


def month_and_number(text: str) -> tuple[int, int] | None:
    """Return (month, the other number) of what a spreadsheet made of `9-17` or `1-4`: `17-Sep`.

    Also of a whole date without a meaning of its own, such as 2026-09-17. None for anything else.
    """
    said = text.strip()
    if found := regex.fullmatch(r"\d{4}-(\d{2})-(\d{2})(?:[T ]00:00.*)?", said):
        return int(found[1]), int(found[2])
    words = plain(said).split()
    months = [number for word in words if (number := _months().get(word))]
    others = [int(word) for word in words if regex.fullmatch(r"\d{1,2}", word)]
    if len(words) == 2 and len(months) == 1 and len(others) == 1:
        return months[0], others[0]
    return None
