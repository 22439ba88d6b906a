"""What an asker reads when a case answers their question after all."""

from datetime import datetime

from bot.contract import Button, Reply
from bot.features.asking.answer import FoundCase
from bot.features.asking.replies import case_card
from bot.i18n import Words
from knowledge.questions.views import QuestionView


def told(say: Words, question: QuestionView, found: FoundCase, now: datetime) -> Reply:
    """The one message about a question."""
    text = say(
        "On {day} you asked: **{question}**\n\nNothing in the library closely matched it then. "
        "This case, published or changed since, does.",
        day=say.day(question.asked_at),
        question=question.text,
    )
    return Reply(text, cards=(case_card(say, found, now),), buttons=(off(say),))


def off(say: Words) -> Button:
    """Under such a message."""
    return Button(say.label("Do not tell me about new cases"), "news.off")


def standing(say: Words, *, on: bool) -> Reply:
    """What somebody chose."""
    if on:
        text = say(
            "I write to you when a new case answers a question that found nothing, and when a case "
            "that you wrote comes up for review. Write **news off** to end that."
        )
        return Reply(text, buttons=(off(say),))
    text = say("I do not write to you by myself. Write **news on** to change that.")
    return Reply(text, buttons=(_on(say),))


def switched(say: Words, *, on: bool) -> Reply:
    """The choice is kept."""
    if on:
        return standing(say, on=True)
    text = say(
        "Saved. I no longer write to you by myself. Under **questions** you still see which of "
        "yours a case answers by now."
    )
    return Reply(text, buttons=(_on(say),))


def _on(say: Words) -> Button:
    return Button(say.label("Write to me again"), "news.on")
