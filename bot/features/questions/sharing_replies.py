"""What somebody reads who shares a private answer, and what the others then read."""

from collections.abc import Mapping
from datetime import datetime

from bot.contract import Audience, Button, Card, Place, Reply
from bot.features.asking.answer import Answer
from bot.features.asking.replies import case_card, rating_buttons, verdict
from bot.i18n import Markup, Words, later
from knowledge.vocabulary import AskerShown

TITLES: Mapping[AskerShown, str] = {
    AskerShown.NAMED: later("By name"),
    AskerShown.ROLE: later("By role and region"),
    AskerShown.HIDDEN: later("Without saying who"),
}


def line(say: Words, shown: AskerShown, who: str) -> Markup:
    """The first line of what is posted; `who` is empty for somebody who stays unsaid."""
    if shown is AskerShown.HIDDEN:
        return say(
            "A question is shared here, with the cases that were found. Who asked is not said."
        )
    return say(
        "A question is shared here, with the cases that were found. Asked by: {who}.", who=who
    )


def choices(
    say: Words,
    found: Answer,
    ways: Mapping[AskerShown, Markup],
    subjects: Mapping[AskerShown, str],
    place: Place,
    *,
    again: bool = False,
) -> Reply:
    """How the asker can be shown: for each way the exact words that the others would read."""
    parts = []
    if again:
        parts.append(say("How you would be shown has changed meanwhile. Please look again."))
    parts.append(
        say(
            "Your question “{question}” and its cases would be posted in the channel where you "
            "asked. People to ask are never part of it. Please choose the line that stands above "
            "it.",
            question=found.text,
        )
    )
    if place.shared:
        parts.append(say("That channel is shared with other organisations, which read along."))
    cards = tuple(
        Card(
            say.label(TITLES[way]),
            f"> {ways[way]}",
            buttons=(Button(say.label("Share like this"), "answer.share", subjects[way]),),
        )
        for way in ways
    )
    return Reply(" ".join(parts), cards=cards)


def posted(say: Words, found: Answer, first: Markup, now: datetime) -> Reply:
    """What everybody in the channel reads: the question and its cases, and nobody to ask."""
    return Reply(
        Markup("\n\n").join((first, say("_{question}_", question=found.text))),
        header=verdict(say, found),
        cards=tuple(case_card(say, case, now) for case in found.cases),
        buttons=rating_buttons(say, found.question_id),
        audience=Audience.CHANNEL,
    )


def shared(say: Words, first: Markup) -> Reply:
    """To the asker alone, once it is on its way."""
    return Reply(
        say(
            "Your question and its cases are on their way to the channel where you asked, under "
            "the line:"
        )
        + f"\n\n> {first}\n\n"
        + say(
            "If they do not appear there, I am not a member of that channel: somebody in it has to "
            "invite me, and then you can share again."
        )
    )


def already(say: Words, number: int) -> Reply:
    """It was shared before, or asked where others read along."""
    return Reply(
        say(
            "Question {number} and its answer can already be read by others. Nothing was posted "
            "again.",
            number=number,
        )
    )


def nowhere(say: Words) -> Reply:
    """It was asked where nobody else is."""
    return Reply(
        say(
            "This was asked between you and me, so there is no channel to share it in. Ask the "
            "same question in a channel, and you can share the answer there."
        )
    )
