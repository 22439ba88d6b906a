"""What an exchange brief is made from: plain facts, checked for consent by whoever gives them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.calendars.overlap import Span
from knowledge.database.circumstances import CircumstancesView

FEWEST, MOST = 2, 3


class Handling(StrEnum):
    """How what is said may be used: ask before quoting, or the Chatham House Rule."""

    ASK_FIRST = "ASK_FIRST"
    CHATHAM_HOUSE = "CHATHAM_HOUSE"


@dataclass(frozen=True, slots=True)
class Participant:
    """One of the people; all texts are plain. `time_zone`: IANA.

    `shown_as`: exactly as they agreed to be shown to the others. `problem`: their need or
    question in their own words, only if they agreed that the others read it, else empty.
    """

    shown_as: str
    language: str
    time_zone: str
    problem: str = ""
    circumstances: CircumstancesView = field(default_factory=CircumstancesView)


@dataclass(frozen=True, slots=True)
class CitedCase:
    """A published case: title, the sentence that fits, where it comes from, http(s) address."""

    title: str
    sentence: str
    source: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything that stands in a brief for two or three people.

    `key`: what calendars know the meeting by; entries keep it, and `revision` counts how often the
    agreed times were changed. `questions`: up to three to start with, in anybody's words; without
    any, three general ones are given. `rule`: the
    programme's own handling rule, in its words. `shared`: working hours that all share, in UTC,
    None where they were not looked for. `agreed`: the times that all agreed to. `organiser`: an
    e-mail address for the calendar, only where somebody gave it for this.
    Raises ValueError for fewer than two or more than three people.
    """

    key: str
    people: Sequence[Participant]
    made_at: datetime
    cases: Sequence[CitedCase] = ()
    questions: Sequence[str] = ()
    handling: Handling = Handling.ASK_FIRST
    rule: str = ""
    shared: Sequence[Span] | None = None
    agreed: Sequence[Span] = ()
    revision: int = 0
    organiser: str = ""

    def __post_init__(self) -> None:
        if not FEWEST <= len(self.people) <= MOST:
            raise ValueError("a brief is for two or three people")
