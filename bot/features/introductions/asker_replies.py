"""What the asker reads: the form, the preview, what was sent, and how it stands."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.contract import Button, ButtonStyle, Card, Form, Reply
from bot.core.commands import QUESTION_LIMIT
from bot.core.forms import FormOf, long_text, must_choose, one_of, parsed, with_words
from bot.features.introductions.disclosure import form_with_ways
from bot.features.introductions.expert_replies import Asked, contact, request_card, who_asks
from bot.features.members.profile_forms import languages
from bot.i18n import Markup, Words, later
from knowledge.introductions.introductions import Progress, Wish
from knowledge.members.anonymity import Description
from knowledge.vocabulary import AskerShown, RequestState, Urgency

CONTEXT_LIMIT = 1_500
LANGUAGES_LIMIT = 80


STANDINGS = {
    RequestState.DRAFT: later("Written for an expert, and not sent."),
    RequestState.CONNECTED: later("An expert has accepted."),
    RequestState.ENDED: later("None of those I could ask is able to take it up at present."),
    RequestState.WITHDRAWN: later("Taken back."),
    RequestState.CLOSED: later("Closed."),
}


class HandoffForm(FormOf):
    """What to ask, and how much of the asker is shown."""

    action, heading = "handoff.form", later("Ask an expert")
    question = long_text(later("Your question"), QUESTION_LIMIT, required=True, check=with_words)
    context = long_text(
        later("What they should know"),
        CONTEXT_LIMIT,
        hint=later("What you have tried, and what you need it for."),
    )
    languages = parsed(
        later("Languages in which you can talk"),
        LANGUAGES_LIMIT,
        languages,
        hint=later("Codes such as es, fr, the one you prefer first."),
    )
    urgency = must_choose(later("When you need an answer"), Urgency, value=Urgency.OPEN)
    shown = one_of(later("How you are shown until they accept"), required=True)


def form(
    say: Words,
    number: int,
    values: Mapping[str, str],
    ways: Mapping[AskerShown, Description | None],
) -> Form:
    """The form with what stands in it; `ways`: how the asker can be shown."""
    note = say(
        "One person at a time is asked, in private. Only whoever accepts sees your name, "
        "your organisation and your contact line, and you see theirs."
    )
    shown = {way: who_asks(say, who) for way, who in ways.items()}
    return form_with_ways(HandoffForm, say, number, values, shown, note)


def opened(say: Words, own: Form) -> Reply:
    """The form, with a sentence for those who read lines."""
    return Reply(say("Write what an expert should read. Nothing is sent yet."), form=own)


def preview(say: Words, asked: Asked, mark: str, left: int) -> Reply:
    """Exactly what will be read, before anything goes out."""
    text = say(
        "This is what the person I ask will read, with my own words in their language, and "
        "with why they were chosen. Nothing is sent yet."
    )
    seen = say("Whoever accepts sees of you: {card}.", card=contact(say, asked.own))
    number = str(asked.number)
    buttons = (
        Button(say.label("Send"), "handoff.send", f"{number}:{mark}", ButtonStyle.PRIMARY),
        Button(say.label("Change"), "handoff.form", number),
    )
    return Reply(
        Markup("\n\n").join((text, seen, _left(say, left))),
        cards=(request_card(say, asked, buttons=False),),
        buttons=buttons,
    )


def changed(say: Words, shown: Reply) -> Reply:
    """The preview once more: what would be read is no longer what was shown."""
    first = say("Something has changed since I showed you this. Please look at it again.")
    return Reply(Markup(f"{first}\n\n{shown.text}"), cards=shown.cards, buttons=shown.buttons)


def sent(say: Words, number: int, standing: Markup, left: int) -> Reply:
    """It is on its way."""
    text = say("Question {number} is handed over. {standing}", number=number, standing=standing)
    more = say(
        "**questions {number}** shows how it stands, and **withdraw {number}** takes it back.",
        number=number,
    )
    return Reply(Markup("\n\n").join((text, more, _left(say, left))))


def standing(say: Words, how: Progress, zone: str) -> Markup:
    """How a request stands, in numbers and days."""
    if how.state is not RequestState.WAITING:
        return say(STANDINGS[how.state])
    if how.due_at is not None:
        turn = say("With expert {turn} of {line}.", turn=how.turn, line=how.line)
        if how.remind_at is not None:
            when = say("Asked again on {day}.", day=_day(say, how.remind_at, zone))
        else:
            when = say("An answer is expected by {day}.", day=_day(say, how.due_at, zone))
        return Markup(f"{turn} {when}")
    if how.look_again is not None and how.turn < how.line:
        return say(
            "Those who could help have enough requests at present. The next is asked on {day}.",
            day=_day(say, how.look_again, zone),
        )
    return say("The next expert is asked in a moment.")


def own_card(say: Words, number: int, wish: Wish, how: Progress, zone: str) -> Card:
    """One's own request in the list."""
    withdraw = Button(say.label("Withdraw"), "question.withdraw", str(number))
    return Card(
        title=say.label("{number}. {text}", number=number, text=wish.text),
        body=standing(say, how, zone),
        buttons=(withdraw,) if how.state is RequestState.WAITING else (),
    )


def _left(say: Words, left: int) -> Markup:
    return (
        say.plural(
            "You can have one more request open at a time.",
            "You can have {number} more requests open at a time.",
            left,
        )
        if left
        else say("You can have no more requests open at a time.")
    )


def _day(say: Words, moment: datetime, zone: str) -> str:
    try:
        return say.weekday(moment.astimezone(ZoneInfo(zone)))
    except (KeyError, OSError, ValueError):
        return say.weekday(moment)
