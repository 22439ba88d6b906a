"""How a person's own questions are listed."""

from collections.abc import Mapping, Sequence

from bot.contract import Button, Card, Reply
from bot.wording import Words, later
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
    cards = (_card(say, question, since.get(question.id, ())) for question in found[:20])
    return Reply(text, cards=tuple(cards))


def one(say: Words, question: QuestionView, since: Since) -> Reply:
    """One of them."""
    return Reply(
        say("Question {number}: {text}", number=question.id, text=question.text),
        cards=(_card(say, question, since.get(question.id, ())),),
    )


def withdrawn(say: Words, question: QuestionView) -> Reply:
    """It no longer counts."""
    return Reply(
        say("Question {number} is withdrawn. It counts nowhere any more.", number=question.id)
    )


def _card(say: Words, question: QuestionView, since: Sequence[int]) -> Card:
    state = say("people to ask") if question.people_only else say(ANSWERED[question.confidence])
    if since:
        state = say("a case published since answers it")
    if question.state is QuestionState.WITHDRAWN:
        state = say("withdrawn")
    seen = say("seen by others") if question.visibility is Visibility.PUBLIC else say("seen by you")
    read = (
        Button(say.label("Read case {number}", number=number), "case.show", str(number))
        for number in since[:1]
    )
    buttons = (
        *read,
        Button(say.label("Ask again"), "question.again", str(question.id)),
        Button(say.label("Withdraw"), "question.withdraw", str(question.id)),
    )
    return Card(
        title=say.label("{number}. {text}", number=question.id, text=question.text),
        body=say(
            "{day}; {state}; {seen}",
            day=say.day(question.asked_at),
            state=state,
            seen=seen,
        ),
        buttons=buttons if question.state is QuestionState.OPEN else (),
    )
