"""What somebody reads who says whether an answer helped."""

from collections.abc import Sequence
from dataclasses import replace

from bot.contract import Audience, Button, Reply
from bot.features.asking.replies import reword_button
from bot.i18n import Markup, Words
from knowledge.cases.views import CaseView
from knowledge.questions.views import QuestionView


def solved_and(say: Words, solved: Reply, begun: Reply | None) -> Reply:
    """The question is closed, and a case is begun with what was told about it, if anything was."""
    if begun is None:
        none = say("Nobody talked with you about it here, so there is nothing to make a case of.")
        return replace(solved, text=Markup(" ").join((solved.text, none)))
    return replace(begun, text=Markup("\n\n").join((solved.text, begun.text)))


def helped(say: Words, question: QuestionView, found: Sequence[CaseView]) -> Reply:
    """Thanks; where several cases were shown, which of them it was."""
    thanks = say("Thank you. Your vote is kept, and no other member sees it.")
    if len(found) < 2:
        return Reply(thanks)
    which = say("Which of the cases helped you?")
    buttons = tuple(Button(case.title, "answer.case", f"{question.id}:{case.id}") for case in found)
    return Reply(f"{thanks} {which}", buttons=buttons)


def case_helped(say: Words, case: CaseView) -> Reply:
    """Thanks for one case."""
    return Reply(
        say(
            "Thank you. Your vote for “{title}” is kept, and no other member sees it.",
            title=case.title,
        )
    )


def unhelpful(say: Words, question: QuestionView, *, own: bool, sees_people: bool) -> Reply:
    """Thanks, and what can be done next by whoever pressed."""
    parts = [say("Thank you for saying so. Your vote is kept, and no other member sees it.")]
    buttons = []
    if own:
        parts.append(say("You can put your question in other words."))
        buttons.append(reword_button(say, question.id))
    if sees_people:
        parts.append(say("I can also look for people who agreed to be asked."))
        buttons.append(Button(say.label("People to ask"), "answer.people", str(question.id)))
    return Reply(" ".join(parts), buttons=tuple(buttons))


SOLVED_TAGS = (
    *("solved", "answered", "resolved"),
    *("resuelto", "resuelta", "respondido", "respondida", "contestada", "solucionado"),
    *("résolu", "résolue", "répondu", "répondue"),
)
"""What communities call the tag of a post that is answered."""


def solved_in_post(say: Words, *, by_asker: bool) -> Reply:
    """What everybody reads in a post whose question is answered; its tags go with it."""
    if by_asker:
        text = say("Marked as answered by whoever asked.")
    else:
        text = say("Marked as answered by a steward.")
    return Reply(text, audience=Audience.CHANNEL, tags=SOLVED_TAGS)


def solved(say: Words, question: QuestionView) -> Reply:
    """The question is closed."""
    return Reply(
        say(
            "Question {number} is marked as answered. It stays in your list of questions.",
            number=question.id,
        )
    )
