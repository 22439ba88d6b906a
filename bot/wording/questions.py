"""How a person's own questions are listed."""

from collections.abc import Collection, Mapping, Sequence

from bot.contract import Button, Card, Reply
from bot.wording import Markup, Words, later
from bot.wording.handing_over import ask_button
from knowledge.views import QuestionView
from knowledge.vocabulary import Confidence, QuestionState, Visibility

ANSWERED = {
    Confidence.STRONG: later("a case answers it"),
    Confidence.RELATED: later("cases on nearby topics"),
    Confidence.NONE: later("not in this library yet"),
}


def listed(
    say: Words,
    found: Sequence[QuestionView],
    handed: Mapping[int, Markup],
    able: Collection[int],
) -> Reply:
    """All of them, the newest first; `handed`: how those that went to a person stand."""
    if not found:
        return Reply(say("You have asked nothing yet. Write your question in your own words."))
    text = say.plural("You asked one question.", "You asked {number} questions.", len(found))
    return Reply(text, cards=tuple(_card(say, each, handed, able) for each in found[:20]))


def one(
    say: Words, question: QuestionView, handed: Mapping[int, Markup], able: Collection[int]
) -> Reply:
    """One of them."""
    return Reply(
        say("Question {number}: {text}", number=question.id, text=question.text),
        cards=(_card(say, question, handed, able),),
    )


def withdrawn(say: Words, question: QuestionView) -> Reply:
    """It no longer counts."""
    return Reply(
        say("Question {number} is withdrawn. It counts nowhere any more.", number=question.id)
    )


def _card(
    say: Words, question: QuestionView, handed: Mapping[int, Markup], able: Collection[int]
) -> Card:
    state = say("people to ask") if question.people_only else say(ANSWERED[question.confidence])
    if question.state is QuestionState.WITHDRAWN:
        state = say("withdrawn")
    seen = say("seen by others") if question.visibility is Visibility.PUBLIC else say("seen by you")
    body = say("{day}; {state}; {seen}", day=say.day(question.asked_at), state=state, seen=seen)
    if question.id in handed:
        body = Markup("\n\n").join((body, handed[question.id]))
    ask = (ask_button(say, question.id),) if question.id in able else ()
    buttons = (
        *ask,
        Button(say.label("Ask again"), "question.again", str(question.id)),
        Button(say.label("Withdraw"), "question.withdraw", str(question.id)),
    )
    return Card(
        title=say.label("{number}. {text}", number=question.id, text=question.text),
        body=body,
        buttons=buttons if question.state is QuestionState.OPEN else (),
    )
