"""What is said while stewards look for a person: to whoever asks, and to the stewards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.contract import Button, ButtonStyle, Card, Fact, Form, Reply
from bot.contract.markup import escape
from bot.core.commands import QUESTION_LIMIT
from bot.core.forms import FormOf, long_text, one_of, with_words
from bot.features.introductions.disclosure import form_with_ways
from bot.features.introductions.expert_replies import who_asks
from bot.i18n import Markup, Words, later
from bot.i18n.links import link
from bot.i18n.phrases import first_contact
from knowledge.introductions.eligibility import Candidate
from knowledge.members import contacts
from knowledge.members.anonymity import Description
from knowledge.vocabulary import AskerShown, BrokeringState

SAID_LIMIT = 3_000

STANDINGS = {
    BrokeringState.WAITING: later("The stewards look for a person who can answer."),
    BrokeringState.PROPOSED: later("The stewards proposed a person, who is asked."),
    BrokeringState.ANSWERED: later("The stewards answered:"),
    BrokeringState.NOBODY: later("The stewards found nobody at present:"),
    BrokeringState.WITHDRAWN: later("The stewards look no more: it was taken back."),
    BrokeringState.CLOSED: later("The stewards look no more: it is closed."),
}


@dataclass(frozen=True, slots=True)
class Sought:
    """A question as a steward reads it; `until`: the day by which they do something."""

    number: int
    text: str
    who: Description | None
    people: Sequence[Candidate] = ()
    until: date | None = None


class SeekForm(FormOf):
    """What stewards and experts read, and how much of the asker is shown."""

    action, heading = "broker.form", later("Find me somebody")
    question = long_text(later("Your question"), QUESTION_LIMIT, required=True, check=with_words)
    shown = one_of(later("How you are shown until they accept"), required=True)


def form(
    say: Words,
    subject: str,
    values: Mapping[str, str],
    ways: Mapping[AskerShown, Description | None],
) -> Form:
    """The form with what stands in it; these very words are what others read."""
    note = say(
        "Stewards read these words as they stand here, and look for a person who can answer. They "
        "may answer themselves or ask one person after another in private, with the same words. "
        "Only whoever accepts sees your name, your organisation and your contact line, and you "
        "see theirs."
    )
    shown = {way: who_asks(say, who) for way, who in ways.items()}
    return form_with_ways(SeekForm, say, subject, values, shown, note)


def opened(say: Words, own: Form) -> Reply:
    """The form, with a sentence for those who read lines."""
    return Reply(say("This is what the stewards will read. Nothing is sent yet."), form=own)


def changed(say: Words, own: Form) -> Reply:
    """How the asker would be shown is no longer what they read."""
    text = say("How you are shown has changed meanwhile, so nothing was sent. Please look again.")
    return Reply(text, form=own)


def sent(say: Words, number: int, until: date) -> Reply:
    """The stewards have it."""
    text = say(
        "Question {number} is with the stewards. One of them looks for a person until {day}, and "
        "the next one after that.",
        number=number,
        day=say.weekday(until),
    )
    more = say(
        "**questions {number}** shows how it stands, and **withdraw {number}** takes it back.",
        number=number,
    )
    return Reply(Markup(" ").join((text, more)))


def passed_on(say: Words, number: int, until: date) -> Reply:
    """To the asker: whoever had it was silent."""
    return Reply(
        say(
            "Question {number}: nobody has been found yet. Another steward looks now, until {day}.",
            number=number,
            day=say.weekday(until),
        )
    )


def proposed(say: Words, number: int) -> Reply:
    """To the asker: a person is asked."""
    return Reply(
        say(
            "Question {number}: the stewards found a person, who is asked now in private. You hear "
            "as soon as they accept.",
            number=number,
        )
    )


def answered(say: Words, number: int, question: str, said: str) -> Reply:
    """To the asker: the words of a steward."""
    text = say("Question {number}: a steward answers.", number=number)
    return Reply(
        Markup("\n\n").join((text, _quoted(say, said), _asked(say, question))),
        buttons=(link(say, "answer.solved", number),),
    )


def nobody(say: Words, number: int, question: str, why: str, *, can_post: bool) -> Reply:
    """To the asker: why nobody was found, and what else there is."""
    text = say(
        "Question {number}: the stewards found nobody at present. They write:", number=number
    )
    community = (link(say, "community.form", number),) if can_post else ()
    reword = Button(say.label("Ask in other words"), "question.reword", str(number))
    return Reply(
        Markup("\n\n").join((text, _quoted(say, why), _asked(say, question))),
        buttons=(*community, reword),
    )


def standing(say: Words, state: BrokeringState, said: str) -> Markup:
    """How it stands, for whoever asked; with what a steward said."""
    text = say(STANDINGS[state])
    return Markup("\n\n").join((text, _quoted(say, said))) if said else text


def to_the_owner(say: Words, sought: Sought) -> Reply:
    """To a steward: a question for which they look for a person."""
    text = say(
        "A member looks for a person who can answer question {number}, and you look for one.",
        number=sought.number,
    )
    parts = [text]
    if sought.until is not None:
        parts.append(
            say(
                "If you do nothing by {day}, it goes on to the next steward.",
                day=say.weekday(sought.until),
            )
        )
    parts.append(_nearest(say, sought))
    return Reply(Markup(" ").join(parts), cards=tuple(cards(say, sought)))


def listed(say: Words, found: Sequence[Sought], number: int) -> Reply:
    """To stewards: what waits, the oldest first; `number` of all."""
    if not found:
        return Reply(say("No question waits for a person."))
    text = say.plural(
        "One question waits for a person.", "{number} questions wait for a person.", number
    )
    return Reply(text, cards=tuple(one for sought in found for one in cards(say, sought)))


def cards(say: Words, sought: Sought) -> list[Card]:
    """The question with what a steward can do, then each person with the button beside."""
    number = str(sought.number)
    question = Card(
        title=say.label("Question {number}", number=sought.number),
        body=escape(sought.text),
        facts=(Fact(say.label("Who asks"), who_asks(say, sought.who)),),
        buttons=(
            Button(say.label("Answer it myself"), "broker.answer", number),
            Button(say.label("Nobody at present"), "broker.nobody", number),
        ),
    )
    return [question, *(_person(say, sought.number, one) for one in sought.people)]


class AnswerForm(FormOf):
    """A steward's own answer."""

    action, heading = "broker.answer", later("Answer it myself")
    answer = long_text(later("Your answer"), SAID_LIMIT, required=True)


class NobodyForm(FormOf):
    """Why nobody was found."""

    action, heading = "broker.nobody", later("Nobody at present")
    why = long_text(
        later("Why, and what they could do instead"),
        SAID_LIMIT,
        required=True,
    )


def answer_form(say: Words, number: int, kind: type[FormOf]) -> Reply:
    """An empty form, with a sentence for those who read lines."""
    text = say("Whoever asked question {number} reads this, without your name.", number=number)
    form = kind.draw(say, number, note=Markup("\n\n").join((text, first_contact(say))))
    return Reply(text, form=form)


def done(say: Words, number: int) -> Reply:
    """To the steward: it is settled."""
    return Reply(
        say("Thank you. Whoever asked question {number} has been told.", number=number),
        buttons=(link(say, "broker.list", ""),),
    )


def over(say: Words, number: int) -> Reply:
    """To a steward who came second, or too late."""
    return Reply(
        say(
            "Question {number} does not wait any more: another steward was quicker, or it was "
            "taken back.",
            number=number,
        )
    )


def _nearest(say: Words, sought: Sought) -> Markup:
    if not sought.people:
        return say("Nobody who can be asked now is near to it.")
    return say("These can be asked now, the nearest first.")


def _person(say: Words, number: int, one: Candidate) -> Card:
    member = one.member
    free = contacts.capacity(member) - one.load.lately
    spoken = say.listed(say.language_name(code) for code in member.languages)
    facts = [
        Fact(say.label("Offers"), escape("; ".join(member.offers))),
        Fact(say.label("Languages"), escape(spoken)),
        Fact(
            say.label("Can be asked this week"),
            say.plural("once more", "{number} times more", max(1, free)),
        ),
    ]
    return Card(
        title=", ".join(filter(None, (member.name, member.role, member.organisation))),
        facts=tuple(fact for fact in facts if fact.value),
        buttons=(
            Button(
                say.label("Propose"),
                "broker.propose",
                f"{number}:{member.id}",
                ButtonStyle.PRIMARY,
            ),
        ),
    )


def _asked(say: Words, question: str) -> Markup:
    return say("_You asked: {question}_", question=" ".join(question.split())[:200])


def _quoted(say: Words, text: str) -> Markup:
    """Somebody's words as a quotation: data, whatever stands in them."""
    lines = (line.strip() for line in text.splitlines())
    return Markup("\n").join(say("> {line}", line=line) if line else Markup(">") for line in lines)
