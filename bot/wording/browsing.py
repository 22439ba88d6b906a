"""How cases are listed and shown without a question."""

from collections.abc import Sequence
from datetime import datetime

from bot.contract import Button, Card, Reply
from bot.wording import Markup, Words
from bot.wording.answers import age, whole_case
from bot.wording.vocabulary import topic
from knowledge.views import CaseView, Filters
from knowledge.vocabulary import Topic


def case(say: Words, found: CaseView, now: datetime) -> Reply:
    """One case, whole."""
    return Reply(
        say("Case {number}: {title}", number=found.id, title=found.title),
        cards=(whole_case(say, found, now),),
    )


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
