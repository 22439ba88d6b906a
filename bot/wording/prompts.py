"""A prompt for peer exchange as a channel reads it, in one language or in several."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.contract import Audience, Button, Card, Reply
from bot.wording import Markup, Words, later
from bot.wording.answers import provenance
from knowledge.sentences import sentences
from knowledge.views import CaseView
from knowledge.vocabulary import Theme

SENTENCES_SHOWN = 2

THEMES: Mapping[Theme, str] = {
    Theme.ENABLING: later("what makes data work possible"),
    Theme.SILOS: later("working across institutions"),
    Theme.VALUE: later("showing value"),
    Theme.PROBLEM: later("solving a problem before asking for compliance"),
}


@dataclass(frozen=True, slots=True)
class Prompt:
    """A conversation starter: an open question and a line that helps to begin, by language."""

    id: str
    theme: Theme
    question: Mapping[str, str]
    start: Mapping[str, str]


def posted(
    readers: Sequence[Words], prompt: Prompt, now: datetime, case: CaseView | None = None
) -> Reply:
    """The message for a channel, once in each language of `readers`.

    `case`: the nearest published one, as something to begin with; it stays in its own language
    and has its labels in the first one of `readers`. Raises ValueError without a language.
    """
    if not readers:
        raise ValueError("a prompt is said in one language at least")
    parts = [_said(say, prompt, case) for say in dict.fromkeys(readers)]
    cards = () if case is None else (_card(readers[0], case, now),)
    return Reply(Markup("\n\n").join(parts), cards=cards, audience=Audience.CHANNEL)


def used_before(say: Words, last_used: date) -> Markup:
    """For stewards: there is no prompt left that was not used within a year."""
    return say(
        "Every prompt that fits was used within the last year. This is the one that was used "
        "longest ago, on {day}.",
        day=say.day(last_used),
    )


def theme(say: Words, value: Theme) -> str:
    """A theme as plain text."""
    return say.label(THEMES[value])


def _said(say: Words, prompt: Prompt, case: CaseView | None) -> Markup:
    lines = [
        say("**A question for exchange: {theme}**", theme=theme(say, prompt.theme)),
        say("{text}", text=prompt.question[say.language]),
        say("_To begin: {text}_", text=prompt.start[say.language]),
    ]
    if case is not None:
        lines.append(say("A case that comes close: {title}", title=case.title))
    lines.append(
        say("Please answer in this thread, without microdata, embargoed figures or personal data.")
    )
    return Markup("\n").join(lines)


def _card(say: Words, case: CaseView, now: datetime) -> Card:
    found = sentences(case.text, case.language) or [case.text]
    return Card(
        title=case.title,
        body=say("{text}", text=" ".join(found[:SENTENCES_SHOWN])),
        facts=provenance(say, case, now),
        buttons=(Button(say.label("Read the whole case"), "case.show", str(case.id)),),
    )
