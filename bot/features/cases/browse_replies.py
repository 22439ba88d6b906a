"""How cases are listed and shown without a question."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.contract import Button, ButtonStyle, Card, Reply
from bot.features.cases import report_replies, review_cycle_replies
from bot.i18n import Markup, Words
from bot.i18n.labels import topic
from bot.i18n.phrases import age, whole_case
from knowledge.cases.reports import FlagView
from knowledge.cases.views import CaseView
from knowledge.search.documents import Filters
from knowledge.vocabulary import CaseState, ReviewStage, Topic


@dataclass(frozen=True, slots=True)
class Reader:
    """What whoever reads a case may do about it; `flag` is their own last report on it."""

    steward: bool = False
    author: bool = False
    flags: bool = False
    flag: FlagView | None = None


def case(say: Words, found: CaseView, now: datetime, reader: Reader) -> Reply:
    """One case, whole, with what the reader can do about it."""
    card = whole_case(say, found, now)
    facts = (*card.facts, report_replies.own(say, reader.flag)) if reader.flag else card.facts
    buttons = tuple(_buttons(say, found, reader))
    return Reply(
        say("Case {number}: {title}", number=found.id, title=found.title),
        cards=(replace(card, facts=facts, buttons=buttons),),
    )


def _buttons(say: Words, found: CaseView, reader: Reader) -> Iterable[Button]:
    number = str(found.id)
    published = found.state is CaseState.PUBLISHED
    if found.merged_into is not None:
        label = say.label("Read case {number}", number=found.merged_into)
        yield Button(label, "case.show", str(found.merged_into))
    if published and found.stage is not ReviewStage.CURRENT and (reader.steward or reader.author):
        yield review_cycle_replies.still_true(say, found)
    yield Button(say.label("Where it comes from"), "case.history", number)
    if published and reader.flags and (reader.flag is None or reader.flag.resolved_at):
        yield report_replies.button(say, found)
    if published and reader.steward:
        yield Button(say.label("Edit"), "case.edit", number)
        yield Button(say.label("Retire"), "case.retire", number, ButtonStyle.DANGER)
    if found.state is CaseState.RETIRED and found.merged_into is None and reader.steward:
        yield Button(say.label("Publish again"), "case.restore", number)


def listed(
    say: Words, found: Sequence[CaseView], total: int, filters: Filters, now: datetime
) -> Reply:
    """The newest cases that pass the filters, and how to see others."""
    if not found:
        text = (
            say("There is no case in the library yet.")
            if filters == Filters()
            else say("No case in the library passes these limits. Leave one of them out.")
        )
        return Reply(text)
    text = say.plural("One case in the library.", "{number} cases in the library.", total)
    if total > len(found):
        newest = say.plural("The newest one:", "The newest {number}:", len(found))
        text = Markup(f"{text} {newest}")
    topics = ", ".join(Topic)
    hint = say(
        "To see others, add a limit such as topic:{topic}. Topics: {topics}.",
        topic=Topic.LEGAL.value,
        topics=topics,
    )
    return Reply(Markup(f"{text}\n\n{hint}"), cards=tuple(_line(say, case, now) for case in found))


def _line(say: Words, found: CaseView, now: datetime) -> Card:
    about = ", ".join(filter(None, (found.place, *(topic(say, value) for value in found.topics))))
    return Card(
        title=say.label("{number}. {title}", number=found.id, title=found.title),
        body=Markup(" · ").join((say("{about}", about=about), age(say, found, now)))
        if about
        else age(say, found, now),
        buttons=(Button(say.label("Read the whole case"), "case.show", str(found.id)),),
    )
