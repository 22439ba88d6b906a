"""A prompt for peer exchange as a channel reads it, in one language or in several."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.contract import Audience, Button, Card, Reply
from bot.features.exchange.programmes import replies as programme_replies
from bot.i18n import Markup, Words, later
from bot.i18n.phrases import provenance
from knowledge.cases.views import CaseView
from knowledge.text.sentences import sentences
from knowledge.vocabulary import Community, Theme

SENTENCES_SHOWN = 2

THEMES: Mapping[Theme, str] = {
    Theme.ENABLING: later("what makes data work possible"),
    Theme.SILOS: later("working across institutions"),
    Theme.VALUE: later("showing value"),
    Theme.PROBLEM: later("solving a problem before asking for compliance"),
}
ASKED = later("**A question for exchange, from a member**")
ASKED_BY: Mapping[Community | None, str] = {
    Community.CITY: later("**A question for exchange, from a city or state data office**"),
    Community.NATIONAL: later("**A question for exchange, from a national statistics office**"),
}


@dataclass(frozen=True, slots=True)
class Prompt:
    """A conversation starter: an open question and a line that helps to begin, by language."""

    id: str
    theme: Theme
    question: Mapping[str, str]
    start: Mapping[str, str]


def posted(
    readers: Sequence[Words],
    prompt: Prompt,
    now: datetime,
    case: CaseView | None = None,
    *,
    chatham_house: bool = False,
) -> Reply:
    """A prompt of the library as a channel reads it, once in each language of `readers`.

    `case`: the nearest published one, as something to begin with; it stays in its own language
    and has its labels in the first one of `readers`. Raises ValueError without a language.
    """
    if not readers:
        raise ValueError("a prompt is said in one language at least")
    parts = []
    for say in dict.fromkeys(readers):
        lines = [
            say("**A question for exchange: {theme}**", theme=theme(say, prompt.theme)),
            say("{text}", text=prompt.question[say.language]),
            say("_To begin: {text}_", text=prompt.start[say.language]),
        ]
        parts.append(_framed(say, lines, case, chatham_house=chatham_house, asked=False))
    return _shown(readers[0], Markup("\n\n").join(parts), now, case)


def posted_words(
    say: Words,
    text: str,
    asked_by: Community | None,
    now: datetime,
    case: CaseView | None = None,
    *,
    asked: bool,
    chatham_house: bool = False,
) -> Reply:
    """Somebody's own wording as a channel reads it; `asked`: a member wants to know.

    `asked_by`: all that is said of that member; nothing where too few people are of it.
    """
    heading = say("**A question for exchange**")
    if asked:
        heading = say(ASKED_BY[asked_by]) if asked_by in ASKED_BY else say(ASKED)
    lines = [heading, say("{text}", text=text)]
    framed = _framed(say, lines, case, chatham_house=chatham_house, asked=asked)
    return _shown(say, framed, now, case)


def theme(say: Words, value: Theme) -> str:
    """A theme as plain text."""
    return say.label(THEMES[value])


def _framed(
    say: Words,
    lines: Sequence[Markup],
    case: CaseView | None,
    *,
    chatham_house: bool,
    asked: bool,
) -> Markup:
    more = list(lines)
    if case is not None:
        more.append(say("A case that comes close: {title}", title=case.title))
    more.append(
        say("Please answer in this thread, without microdata, embargoed figures or personal data.")
    )
    kept = (
        say("Answers are kept for whoever asked and for the stewards.")
        if asked
        else say("Answers are kept for the stewards.")
    )
    notice = [kept, say("Please mention me in yours; without that I may not see it.")]
    if chatham_house:
        notice.append(programme_replies.chatham_house(say))
    more.append(Markup(" ").join(notice))
    return Markup("\n").join(more)


def _shown(say: Words, text: Markup, now: datetime, case: CaseView | None) -> Reply:
    cards = () if case is None else (_card(say, case, now),)
    return Reply(text, cards=cards, audience=Audience.CHANNEL)


def _card(say: Words, case: CaseView, now: datetime) -> Card:
    found = sentences(case.text, case.language) or [case.text]
    return Card(
        title=case.title,
        body=say("{text}", text=" ".join(found[:SENTENCES_SHOWN])),
        facts=provenance(say, case, now),
        buttons=(Button(say.label("Read the whole case"), "case.show", str(case.id)),),
    )
