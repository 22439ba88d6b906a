"""How a person's own questions are listed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from bot.contract import Button, Card, Reply
from bot.contract.markup import one_line
from bot.core.commands import QUESTION_LIMIT
from bot.core.forms import FormOf, long_text
from bot.features.public_questions import replies as public_question_replies
from bot.i18n import Markup, Words, later
from bot.i18n.links import link
from knowledge.questions.views import QuestionView
from knowledge.vocabulary import Confidence, PostState, QuestionState, Visibility

ANSWERED = {
    Confidence.STRONG: later("a case answers it"),
    Confidence.RELATED: later("cases on nearby topics"),
    Confidence.NONE: later("not in this library yet"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What came of some questions since, by their numbers.

    `since`: the cases that answer one by now; `handed`: how one that went to a person stands;
    `able`: which could be handed to a person; `posted`: how those stand that were posted to the
    community; `to_post`: which could be; `sought`: how those stand that stewards have.
    """

    since: Mapping[int, Sequence[int]]
    handed: Mapping[int, Markup]
    able: Collection[int]
    posted: Mapping[int, PostState] = field(default_factory=dict)
    to_post: Collection[int] = ()
    sought: Mapping[int, Markup] = field(default_factory=dict)


def listed(say: Words, found: Sequence[QuestionView], how: Standing) -> Reply:
    """All of them, the newest first."""
    if not found:
        return Reply(say("You have asked nothing yet. Write your question in your own words."))
    text = say.plural("You asked one question.", "You asked {number} questions.", len(found))
    return Reply(text, cards=tuple(card(say, question, how) for question in found[:20]))


def one(say: Words, question: QuestionView, how: Standing) -> Reply:
    """One of them."""
    return Reply(
        say("Question {number}: {text}", number=question.id, text=question.text),
        cards=(card(say, question, how),),
    )


def withdrawn(say: Words, question: QuestionView, *, removed: bool) -> Reply:
    """It no longer counts; `removed`: what others could read of it goes from the channel."""
    told = [say("Question {number} is withdrawn. It counts nowhere any more.", number=question.id)]
    if removed:
        told.append(
            say(
                "I remove what I posted of it in the channel. What you and others wrote there "
                "yourselves stays."
            )
        )
    return Reply(Markup(" ").join(told))


class RewordForm(FormOf):
    """The question's own words, to be changed."""

    action, heading = "question.reword", later("Ask in other words")
    question = long_text(
        later("Your question"),
        QUESTION_LIMIT,
        required=True,
        hint=later("In your own words and your own language."),
        empty="empty_question",
    )


def card(say: Words, question: QuestionView, how: Standing, longest: int = QUESTION_LIMIT) -> Card:
    """One question, how it stands, and what can be done with it; its words up to `longest`."""
    since = how.since.get(question.id, ())
    state = say("people to ask") if question.people_only else say(ANSWERED[question.confidence])
    if since:
        state = say("a case published since answers it")
    if question.state is QuestionState.WITHDRAWN:
        state = say("withdrawn")
    elif question.state is QuestionState.SOLVED:
        state = say("answered")
    others = question.visibility is Visibility.PUBLIC or question.shown_as is not None
    seen = say("seen by others") if others else say("only you can see it")
    body = say("{day}; {state}; {seen}", day=say.day(question.asked_at), state=state, seen=seen)
    if question.id in how.handed:
        body = Markup("\n\n").join((body, how.handed[question.id]))
    if question.id in how.sought:
        body = Markup("\n\n").join((body, how.sought[question.id]))
    if question.id in how.posted:
        posted = say(public_question_replies.STANDINGS[how.posted[question.id]])
        body = Markup("\n\n").join((body, posted))
    text = one_line(question.text)
    if len(text) > longest:
        text = f"{text[: longest - 1]}…"
    return Card(
        title=say.label("{number}. {text}", number=question.id, text=text),
        body=body,
        buttons=_buttons(say, question, how) if question.state is QuestionState.OPEN else (),
    )


def _buttons(say: Words, question: QuestionView, how: Standing) -> tuple[Button, ...]:
    """What can be done with an open question."""
    buttons = [
        Button(say.label("Read case {number}", number=number), "case.show", str(number))
        for number in how.since.get(question.id, ())[:1]
    ]
    if question.id in how.able:
        buttons.append(link(say, "handoff.form", question.id))
    if question.id in how.to_post:
        buttons.append(link(say, "community.form", question.id))
    if question.id in how.posted:
        shown = Button(say.label("Show answers"), "community.show", str(question.id))
        buttons.append(shown)
    buttons += [
        Button(say.label("Ask again"), "question.again", str(question.id)),
        Button(say.label("Withdraw"), "question.withdraw", str(question.id)),
    ]
    if question.confidence is not Confidence.NONE and not question.people_only:
        buttons.insert(0, link(say, "answer.solved", question.id))
    return tuple(buttons)
