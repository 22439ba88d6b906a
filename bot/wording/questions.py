"""How a person's own questions are listed."""

from collections.abc import Mapping, Sequence

from bot.commands import QUESTION_LIMIT
from bot.contract import Button, Card, Field, FieldKind, Form, Reply
from bot.markup import one_line
from bot.wording import Words, later
from bot.wording.answers import solved_button
from bot.wording.help import first_contact
from knowledge.views import QuestionView
from knowledge.vocabulary import Confidence, QuestionState, Visibility

ANSWERED = {
    Confidence.STRONG: later("a case answers it"),
    Confidence.RELATED: later("cases on nearby topics"),
    Confidence.NONE: later("not in this library yet"),
}


Since = Mapping[int, Sequence[int]]
"""Number of a question to the cases that answer it by now."""


def listed(say: Words, found: Sequence[QuestionView], since: Since) -> Reply:
    """All of them, the newest first."""
    if not found:
        return Reply(say("You have asked nothing yet. Write your question in your own words."))
    text = say.plural("You asked one question.", "You asked {number} questions.", len(found))
    cards = (card(say, question, since.get(question.id, ())) for question in found[:20])
    return Reply(text, cards=tuple(cards))


def one(say: Words, question: QuestionView, since: Since) -> Reply:
    """One of them."""
    return Reply(
        say("Question {number}: {text}", number=question.id, text=question.text),
        cards=(card(say, question, since.get(question.id, ())),),
    )


def withdrawn(say: Words, question: QuestionView) -> Reply:
    """It no longer counts."""
    return Reply(
        say("Question {number} is withdrawn. It counts nowhere any more.", number=question.id)
    )


def reword_form(say: Words, question: QuestionView, typed: str | None = None) -> Reply:
    """The question's own words in a form, to be changed."""
    field = Field(
        "question",
        say.label("Your question"),
        FieldKind.TEXT,
        value=question.text if typed is None else typed,
        required=True,
        hint=say.label("In your own words and your own language."),
        max_length=QUESTION_LIMIT,
    )
    title, note = say.label("Ask in other words"), first_contact(say)
    return Reply(
        say("Change the words of your question, and I look again."),
        form=Form(title, "question.reword", str(question.id), (field,), note),
    )


def card(
    say: Words,
    question: QuestionView,
    since: Sequence[int] = (),
    longest: int = QUESTION_LIMIT,
) -> Card:
    """One question, how it stands, and what can be done with it; its words up to `longest`.

    `since`: the cases that answer it by now.
    """
    state = say("people to ask") if question.people_only else say(ANSWERED[question.confidence])
    if since:
        state = say("a case published since answers it")
    if question.state is QuestionState.WITHDRAWN:
        state = say("withdrawn")
    elif question.state is QuestionState.SOLVED:
        state = say("answered")
    others = question.visibility is Visibility.PUBLIC or question.shown_as is not None
    seen = say("seen by others") if others else say("seen by you")
    buttons = [
        Button(say.label("Read case {number}", number=number), "case.show", str(number))
        for number in since[:1]
    ]
    buttons += [
        Button(say.label("Ask again"), "question.again", str(question.id)),
        Button(say.label("Withdraw"), "question.withdraw", str(question.id)),
    ]
    if question.confidence is not Confidence.NONE and not question.people_only:
        buttons.insert(0, solved_button(say, question.id))
    text = one_line(question.text)
    if len(text) > longest:
        text = f"{text[: longest - 1]}…"
    return Card(
        title=say.label("{number}. {text}", number=question.id, text=text),
        body=say(
            "{day}; {state}; {seen}",
            day=say.day(question.asked_at),
            state=state,
            seen=seen,
        ),
        buttons=tuple(buttons) if question.state is QuestionState.OPEN else (),
    )
