"""What a brief says, ready to be drawn or written: in each of its languages and time zones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.calendars.overlap import Span
from bot.contract import markup
from bot.features.briefs import page_texts
from bot.features.briefs.facts import Brief, CitedCase, Handling, Participant
from bot.i18n import Words, words

MOST_CASES, MOST_QUESTIONS, MOST_TIMES = 2, 3, 5


@dataclass(frozen=True, slots=True)
class Texts:
    """The brief with clean texts. `own`: each person's language; `languages`: each once."""

    brief: Brief
    own: Sequence[Words]
    languages: Sequence[Words]

    def cases(self) -> Sequence[CitedCase]:
        """The first two."""
        return self.brief.cases[:MOST_CASES]

    def questions(self) -> list[list[str]]:
        """A column for each language, or one where the questions are in somebody's own words."""
        if self.brief.questions:
            return [list(self.brief.questions[:MOST_QUESTIONS])]
        return [page_texts.questions(say) for say in self.languages]

    def differences(self) -> list[list[str]]:
        """For each language a line for each fact that differs."""
        offices = [person.circumstances for person in self.brief.people]
        return [page_texts.differences(say, offices) for say in self.languages]

    def handling(self) -> list[list[str]]:
        """For each language the rule."""
        chatham_house = self.brief.handling is Handling.CHATHAM_HOUSE
        rule = self.brief.rule
        return [
            page_texts.handling(say, chatham_house=chatham_house, rule=rule)
            for say in self.languages
        ]

    def agreed(self) -> list[list[str]]:
        """A row for each time, on each person's own clock and in their language."""
        return self._clocks(self.brief.agreed)

    def shared(self) -> list[list[str]]:
        """The same for the hours that are shared."""
        return self._clocks(self.brief.shared or ())

    def _clocks(self, spans: Sequence[Span]) -> list[list[str]]:
        people = list(zip(self.brief.people, self.own, strict=True))
        return [
            [
                page_texts.when(
                    say,
                    local(span.start, person.time_zone),
                    local(span.end, person.time_zone),
                )
                for person, say in people
            ]
            for span in spans[:MOST_TIMES]
        ]


def texts(brief: Brief) -> Texts:
    """The texts of a brief; what steers a terminal or a reader's eye is taken out of them."""
    line = markup.one_line
    people = [
        Participant(
            line(person.shown_as),
            person.language,
            person.time_zone,
            line(person.problem),
            person.circumstances,
        )
        for person in brief.people
    ]
    cases = [
        CitedCase(line(case.title), line(case.sentence), line(case.source), line(case.address))
        for case in brief.cases
    ]
    clean = Brief(
        key=brief.key,
        people=people,
        made_at=brief.made_at,
        cases=cases,
        questions=[line(question) for question in brief.questions],
        handling=brief.handling,
        rule=line(brief.rule),
        shared=brief.shared,
        agreed=brief.agreed,
        revision=brief.revision,
        organiser=brief.organiser,
    )
    own = [words(person.language) for person in people]
    languages = list({say.language: say for say in own}.values())
    return Texts(clean, own, languages)


def local(moment: datetime, zone: str) -> datetime:
    """The moment on a clock of that zone; UTC where the zone is not known."""
    try:
        return moment.astimezone(ZoneInfo(zone))
    except (KeyError, OSError, ValueError):
        return moment.astimezone(ZoneInfo("UTC"))
