"""What is said about single answers from the community: to whoever asked, and to their authors."""

from collections.abc import Sequence

from bot.contract import Button, ButtonStyle, Form, Reply
from bot.contract.markup import one_line
from bot.core.forms import FormOf, long_text
from bot.i18n import Markup, Words, later
from bot.i18n.phrases import first_contact
from knowledge.threads.thread_answers import AnswerView
from knowledge.vocabulary import PostState

ANSWER_LIMIT = 3_000
"""Characters of an answer that are brought to whoever asked; the rest stands where it is."""


def answered(say: Words, answer: AnswerView, question: str, state: PostState) -> Reply:
    """To whoever asked: an answer, with the name that its author shows in the channel."""
    heading = say(
        "**{author}** answers your question {number} in {room}:",
        author=answer.author,
        number=answer.post.id,
        room=answer.room or answer.platform.capitalize(),
    )
    parts = [heading, quoted(say, _shortened(answer.text))]
    asked = one_line(question)
    if len(asked) > 200:
        asked = f"{asked[:199]}…"
    parts.append(say("_You asked: {question}_", question=asked))
    buttons = [close_button(say, answer.post.id)]
    if state is PostState.OPEN:
        buttons.insert(0, solves(say, answer))
    return Reply(Markup("\n\n").join(parts), buttons=tuple(buttons))


def files_stay(say: Words, files: Sequence[str]) -> str:
    """Instead of files that hang on an answer; plain text, as the answer itself."""
    return say.label(
        "(Files stay in the channel: {files})", files=", ".join(one_line(each) for each in files)
    )


class AnswerForm(FormOf):
    """For those whose words the bot is not shown, or who would rather not write there."""

    action, heading = "community.answer", ""
    answer = long_text(later("Your answer"), ANSWER_LIMIT, required=True)


def answer_form(say: Words, number: int) -> Form:
    """An empty form for an answer."""
    note = say("Only whoever asks reads it, with your name as it is shown here.")
    return AnswerForm.draw(
        say,
        number,
        note=Markup("\n\n").join((note, first_contact(say))),
        title=say.label_in("title of a form", "Answer"),
    )


def not_heard(say: Words) -> Reply:
    """To whoever answers a question that hears no answers any more."""
    return Reply(say("This question is closed, so your answer was not passed on. Thank you."))


def to_the_author(say: Words, answer: AnswerView) -> Reply:
    """To a member whose answer solved it: it could be found by others, too."""
    text = say(
        "Your answer in {room} was marked as the solution. Thank you. Others could find it later "
        "as a case in the library: you write it as you want it read, and a steward publishes it.",
        room=answer.room or answer.platform.capitalize(),
    )
    return Reply(
        Markup("\n\n").join((text, quoted(say, _shortened(answer.text, 500)))),
        buttons=(Button(say.label("Save as case"), "community.case", str(answer.number)),),
    )


def solves(say: Words, answer: AnswerView) -> Button:
    """For whoever asked: this answer is the one."""
    return Button(
        say.label("Mark solution"), "community.solution", str(answer.number), ButtonStyle.PRIMARY
    )


def close_button(say: Words, number: int) -> Button:
    """For whoever asked: they have enough."""
    return Button(say.label("No more answers"), "community.close", str(number))


def _shortened(text: str, longest: int = ANSWER_LIMIT) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def quoted(say: Words, text: str) -> Markup:
    """Somebody's words as a quotation: data, whatever stands in them."""
    lines = [line.strip() for line in text.splitlines()]
    return Markup("\n").join(say("> {line}", line=line) if line else Markup(">") for line in lines)
