"""Working hours as people write them, in whole hours of one day."""

import regex

from knowledge.errors import UnreadableInput
from knowledge.readers.dates import month_and_number

_TIME = (
    r"(\d{1,2})(?:\s*[:h.]\s*([0-5]\d)(?::[0-5]\d)?)?"
    r"\s*(a\.?\s?m\b\.?|p\.?\s?m\b\.?)?\s*(?:h(?:rs?|oras?|eures?|ours?)?\b\.?|uhr\b|o'clock\b)?"
)
_HOURS = regex.compile(
    rf"(?:from|de|von|das|desde(?: las)?|between)?\s*(?:las?\s|les\s)?{_TIME}"
    rf"\s*(?:-|–|—|to|till?|a(?: las)?|à|às|until|hasta(?: las)?|jusqu'à|bis|and)\s*{_TIME}\s*(.*)",
    regex.IGNORECASE,
)


def hours(text: str) -> tuple[int, int, str]:
    """Return (first hour, last hour, what follows) of text such as `9:30-17 Europe/Paris`.

    Half hours are rounded to the whole hours within, so that nobody is expected outside theirs.
    """
    found = _HOURS.fullmatch(text.strip())
    mistaken = month_and_number(text)
    if mistaken:  # a spreadsheet took 9-17 for a day
        start, end = sorted(mistaken)
        return (*checked_hours(start, end), "")
    if found is None:
        raise UnreadableInput(f"The hours '{text[:60]}' are not understood; please write 9-17.")
    start = hour(found, 1, up=True)
    end = hour(found, 4, up=False)
    if found[3] is None and found[6] is None and 6 <= start <= 11 and 1 <= end <= 7:
        end += 12  # "9 to 5"
    elif found[3] is None and found[6] and end > 12 and start > end:
        start -= 12
    return (*checked_hours(start, end), found[7].strip())


def hour(found: "regex.Match[str]", group: int, *, up: bool) -> int:
    """The whole hour of three groups: hour, minutes, am or pm."""
    number, minutes, half = int(found[group]), int(found[group + 1] or 0), found[group + 2]
    if half and number <= 12:
        number = number % 12 + (12 if half.strip().casefold().startswith("p") else 0)
        if not up and number == 0:
            number = 24
    return number + (1 if up and minutes else 0)


def single_hour(text: str, *, up: bool) -> int:
    """The whole hour of a time such as `9`, `09:30`, `5 pm`; rounded up or down."""
    found = regex.fullmatch(_TIME, text.strip().removesuffix(".0"), regex.IGNORECASE)
    if found is None or not 0 <= (number := hour(found, 1, up=up)) <= 24:
        raise UnreadableInput(f"The hour '{text[:60]}' is not understood; please write 9 or 17.")
    return number


def rounded(text: str, start: int, end: int) -> bool:
    """Whether `start` and `end` are not word for word what a text says."""
    said = {int(number) for number in regex.findall(r"\d{1,2}", text)}
    return not {start, end} <= said or bool(regex.search(r"[:h.]\s?(?!00)[0-5]\d", text))


def checked_hours(start: int, end: int) -> tuple[int, int]:
    """Return working hours that lie within one day, in whole hours."""
    if not 0 <= start < end <= 24:
        raise UnreadableInput(
            f"The hours {start}-{end} are not possible; please write whole hours of one day, such"
            " as 9-17."
        )
    return start, end
