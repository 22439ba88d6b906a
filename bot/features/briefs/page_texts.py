"""What stands in an exchange brief, in one language; plain text."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum

from babel.dates import format_skeleton

from bot.i18n import Words, later
from bot.i18n.labels import word
from bot.i18n.phrases import CIRCUMSTANCES
from knowledge.database.circumstances import CircumstancesView


class Heading(Enum):
    """What a brief and its sections are called."""

    TITLE = later("Exchange brief")
    PEOPLE = later("Who meets")
    PROBLEMS = later("What each of you is working on")
    CASES = later("Cases to start from")
    DIFFERENCES = later("What differs between you")
    QUESTIONS = later("Three questions to start with")
    AGREED = later("When you meet")
    SHARED = later("Working hours that you share")
    HANDLING = later("How to handle what is said")


QUESTIONS = (
    later("What would you like to be able to do a year from now that you cannot do today?"),
    later("What have you tried already, and what came of it?"),
    later("Who would have to agree, and what do they need to see first?"),
)
MARKS = "ABC"
"""How people are told apart where there is no room for how they are shown."""


def heading(say: Words, which: Heading) -> str:
    """One heading."""
    return say.label(which.value)


def questions(say: Words) -> list[str]:
    """Three that fit any exchange."""
    return [say.label(question) for question in QUESTIONS]


def no_shared_hours(say: Words) -> str:
    """Said where nobody's hours meet."""
    return say.label("Your working hours do not meet in these days. Writing to each other works.")


def source(say: Words, name: str) -> str:
    """Where a case comes from."""
    return say.label("Source: {source}", source=name)


def differences(say: Words, offices: Sequence[CircumstancesView]) -> list[str]:
    """A line for each fact that two or more stated and that is not the same for all of them."""
    return list(_differences(say, offices))


def handling(say: Words, *, chatham_house: bool, rule: str) -> list[str]:
    """The rule of this exchange, then the programme's own words, then what nobody may write."""
    if chatham_house:
        first = say.label(
            "Chatham House Rule: you may use what you hear, but not say who said it, or where "
            "they work."
        )
    else:
        first = say.label("Ask each other before you quote or pass on what was said.")
    last = say.label("No microdata, embargoed figures or personal data of others, please.")
    return [first, *([rule] if rule else []), last]


def shortened(say: Words) -> str:
    """Said where the page could not hold all of it."""
    return say.label("Long texts were shortened to fit this page; the mail has them whole.")


def placeholders(say: Words) -> str:
    """Said where a character has no picture."""
    return say.label(
        "Some characters cannot be shown on this page; the mail has them as they were written."
    )


def made(say: Words, moment: datetime) -> str:
    """The page's last line."""
    return say.label(
        "Written by Crosswalk on {day}. Everybody is shown as they agreed to be.",
        day=say.day(moment),
    )


def when(say: Words, start: datetime, end: datetime) -> str:
    """From when until when on somebody's own clock; both moments are local to them."""
    day = format_skeleton("yMMMEd", start, tzinfo=start.tzinfo, locale=say.locale)
    return f"{day}, {start:%H:%M}–{end:%H:%M}"


def subject(say: Words) -> str:
    """Of the mail that carries the brief."""
    return say.label("Exchange brief: for your approval and your files")


def covering(say: Words) -> list[str]:
    """What the mail says before the brief itself."""
    return [
        say.label("Please find attached a one-page brief for an exchange between colleagues."),
        say.label("It can be filed or approved as it is; the same text stands below."),
    ]


def meeting(say: Words) -> str:
    """What a calendar calls the meeting."""
    return say.label("Exchange between colleagues (Crosswalk)")


def attachments(say: Words, *, calendar: bool) -> str:
    """What comes with the mail."""
    if calendar:
        return say.label("Attached: the brief as PDF, and the times for your calendar.")
    return say.label("Attached: the brief as PDF.")


def _differences(say: Words, offices: Sequence[CircumstancesView]) -> Iterable[str]:
    for fact, label in CIRCUMSTANCES.items():
        stated = [
            (mark, value)
            for mark, office in zip(MARKS, offices, strict=False)
            if (value := getattr(office, fact)) is not None
        ]
        if len({value for _, value in stated}) > 1:
            parts = "; ".join(f"{mark}: {word(say, value)}" for mark, value in stated)
            name = say.label(label)
            yield f"{name[:1].upper()}{name[1:]} – {parts}"
