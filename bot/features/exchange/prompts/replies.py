"""What stewards, askers and those who answer read about prompts between rounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.contract import Button, ButtonStyle, Card, Form, Reply
from bot.contract.markup import one_line
from bot.core.errors import UserFacingError
from bot.core.forms import FormOf, Input, long_text, one_of, parsed
from bot.features.exchange.programmes import form_values
from bot.features.exchange.prompts.channel_posts import Prompt, theme
from bot.i18n import Markup, Words, later
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.prompts import PromptView
from knowledge.exchange.states import PromptSource, PromptState
from knowledge.threads.thread_answers import AnswerView

TEXT_LIMIT = 500
"""Characters of a question that is posted."""
SOURCES: Mapping[PromptSource, str] = {
    PromptSource.LIBRARY: later("from the library"),
    PromptSource.OWN: later("in a steward's words"),
    PromptSource.QUESTION: later("a member's question; its asker agreed to these words"),
}


STATES: Mapping[PromptState, str] = {
    PromptState.ASKED: later("you were asked, and did not say yes"),
    PromptState.WAITING: later("you agreed; it waits"),
    PromptState.POSTED: later("posted"),
    PromptState.DROPPED: later("you agreed; the stewards dropped it"),
    PromptState.REFUSED: later("you said no"),
    PromptState.WITHDRAWN: later("taken back"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How the prompts of a programme stand; `library`: those of it that are spoken of, by id."""

    programme: ProgrammeView
    due: datetime | None
    places: int
    next: Sequence[PromptView] = ()
    posted: Sequence[tuple[PromptView, int]] = ()
    """With how many answers, the newest first."""
    library: Mapping[str, Prompt] = field(default_factory=dict)


def overview(say: Words, found: Sequence[Standing]) -> Reply:
    """Every programme and when it posts next."""
    if not found:
        return Reply(
            say("There is no exchange programme yet. Write **programme create** to make one.")
        )
    return Reply(
        say("Questions that are posted between rounds:"),
        cards=tuple(
            Card(
                each.programme.name,
                _due(say, each),
                buttons=(
                    Button(say.label("What comes next"), "prompts.show", str(each.programme.id)),
                    Button(say.label("When"), "prompts.save", str(each.programme.id)),
                ),
            )
            for each in found
        ),
    )


def queue(say: Words, found: Standing, said: Markup | None = None) -> Reply:
    """What comes next in a programme, and what was posted last; `said`: what was just done."""
    number = str(found.programme.id)
    parts = [] if said is None else [said]
    parts.append(say("**{name}**", name=found.programme.name))
    parts.append(_due(say, found))
    if not found.places:
        parts.append(
            say(
                "No channel hears of it yet: write programme here {name} in one.",
                name=found.programme.name,
            )
        )
    parts.append(
        say("Next, in this order:")
        if found.next
        else say("Nothing is left that was not posted within a year. Please add a question.")
    )
    cards = [_waiting(say, each, found.library) for each in found.next]
    cards += [_posted(say, each, answers, found.library) for each, answers in found.posted]
    return Reply(
        Markup("\n").join(parts),
        cards=tuple(cards),
        buttons=(
            Button(say.label("Add a question"), "prompts.own", number),
            Button(say.label("When"), "prompts.save", number),
        ),
    )


def _one_line(said: str) -> str:
    """The words of a question on one line. Raises `missing`."""
    if not any(char.isalnum() for char in said):
        raise UserFacingError("missing")
    return one_line(said)


def _wording() -> Input[str]:
    return long_text(
        later("Question"),
        TEXT_LIMIT,
        required=True,
        hint=later("Without names, figures under embargo, or what shows who asks."),
        check=_one_line,
    )


class PromptsForm(FormOf):
    """When a programme posts prompts."""

    action, heading = "prompts.save", later("Questions between rounds")
    cadence = one_of(
        later("How often"),
        {
            "weekly": later("every week"),
            "every-2-weeks": later("every two weeks"),
            "monthly": later("every month, on the same weekday"),
            "quarterly": later("every quarter, on the same weekday"),
            "off": later("not any more"),
        },
        required=True,
    )
    start = parsed(later("First date, such as 2027-01-10"), 80, form_values.day)
    at = parsed(later("Local time, such as 10:00"), 80, form_values.clock)
    zone = parsed(later("Time zone"), 80, form_values.zone)


class OwnPrompt(FormOf):
    """A question in a steward's own words."""

    action, heading = "prompts.own", later("Add a question")
    text = _wording()


class PromptWording(FormOf):
    """An asker's question, to be put otherwise."""

    action, heading = "prompt.word", later("Change the wording")
    text = _wording()


def form(say: Words, programme: ProgrammeView, values: Mapping[str, str]) -> Form:
    """When a programme posts prompts."""
    note = say(
        "Dates without a round are dates without a question, too; and on a day on which "
        "a round begins, none is posted."
    )
    return PromptsForm.draw(say, programme.id, values, note=note)


def opened(say: Words, own: Form) -> Reply:
    """The form, with a sentence for those who read lines."""
    return Reply(say("When are questions posted between rounds?"), form=own)


def own_form(say: Words, programme: ProgrammeView) -> Form:
    """A question in a steward's own words."""
    note = say(
        "It is posted as it stands, in the channels of {name}. Please never put a "
        "member's question here without asking them.",
        name=programme.name,
    )
    return OwnPrompt.draw(say, programme.id, note=note)


def asks_own(say: Words, own: Form) -> Reply:
    """The form, with a sentence for those who read lines."""
    return Reply(say("Which question shall be posted next?"), form=own)


def none_left(say: Words, programme: ProgrammeView) -> Reply:
    """To stewards: nothing was posted."""
    return Reply(
        say(
            "A question was due in {name}, and all there are were posted within a year, so none "
            "was. You can add one.",
            name=programme.name,
        ),
        buttons=(Button(say.label("Add a question"), "prompts.own", str(programme.id)),),
    )


def request(
    say: Words,
    programme: ProgrammeView,
    where: str,
    asked: datetime,
    post: Reply,
    number: int,
    mark: str,
    *,
    once_in: timedelta,
) -> Reply:
    """To an asker, unasked: may their question be posted in these very words."""
    text = Markup("\n\n").join(
        (
            say(
                "On {day} you asked something that the library does not answer closely. Members "
                "of the exchange {programme} may know. May I post it there, without your name and "
                "your office?",
                day=say.day(asked),
                programme=programme.name,
            ),
            say("Where: {where}. This is what would be posted, word for word:", where=where),
            _quoted(post.text),
            say(
                "With it I may show the nearest case of the library. Answers come to you, too. "
                "Without a yes from you nothing is posted, and no steward sees it. I ask once "
                "about a question, and at most once in {days} days.",
                days=once_in.days,
            ),
        )
    )
    return Reply(
        text,
        buttons=(
            Button(say.label("Post it"), "prompt.agree", f"{number}:{mark}", ButtonStyle.PRIMARY),
            Button(say.label("Change the wording"), "prompt.word", str(number)),
            Button(say.label("No"), "prompt.refuse", str(number)),
        ),
    )


def wording_form(say: Words, number: int, text: str) -> Form:
    """An asker's question, to be put otherwise."""
    note = say("You see it once more before you decide. Nothing is posted by sending this.")
    return PromptWording.draw(say, number, {"text": text}, note=note)


def agreed(say: Words, programme: ProgrammeView, number: int) -> Reply:
    """The asker said yes."""
    return Reply(
        say(
            "Thank you. It is posted in {programme} at one of the next dates, in these words. You "
            "can take it back at any time.",
            programme=programme.name,
        ),
        buttons=(Button(say.label("Take it back"), "prompt.refuse", str(number)),),
    )


def refused(say: Words) -> Reply:
    """The asker said no, or took it back."""
    return Reply(say("It is not posted. I do not ask about this question again."))


def taken_down(say: Words) -> Reply:
    """The asker took back what was posted."""
    return Reply(
        say("It is taken back and removed from the channels. What others answered there stays.")
    )


def over(say: Words) -> Reply:
    """The asker decides about something that is not to be decided any more."""
    return Reply(say("This question is not up for posting any more."))


def brought(say: Words, found: PromptView, author: str, text: str) -> Reply:
    """To an asker: an answer from the thread; `author` empty: without a name."""
    who = say("{name} answered:", name=author) if author else say("A member answered:")
    question = say("Your question was: {text}", text=found.text)
    return Reply(Markup("\n\n").join((who, _quoted(say("{text}", text=text)), question)))


def kept(say: Words, number: int, *, asked: bool) -> Reply:
    """To whoever answered and mentioned the bot."""
    text = (
        say("Thank you. Your answer is kept, and whoever asked gets it.")
        if asked
        else say("Thank you. Your answer is kept for the stewards.")
    )
    return Reply(text, buttons=(Button(say.label("Take it back"), "prompt.unsay", str(number)),))


def unsaid(say: Words) -> Reply:
    """Whoever answered took it back."""
    return Reply(say("Your answer is not kept any more. Your message in the thread stays yours."))


def members_only(say: Words) -> Reply:
    """To somebody whose answer is not kept."""
    return Reply(
        say(
            "I keep answers of approved members only, so yours stays in the thread and nowhere "
            "else."
        )
    )


def answers(
    say: Words,
    found: PromptView,
    library: Mapping[str, Prompt],
    given: Sequence[tuple[AnswerView, str]],
) -> Reply:
    """To stewards: what was answered, with the name where it may be said."""
    if not given:
        return Reply(say("Nobody has answered yet: {text}", text=text_of(say, found, library)))
    return Reply(
        say("Answers to: {text}", text=text_of(say, found, library)),
        cards=tuple(
            Card(
                author or say.label("A member"),
                say("{text}", text=each.text),
                buttons=()
                if each.suggested_at
                else (
                    Button(
                        say.label("Ask the author for a case"), "prompt.suggest", str(each.number)
                    ),
                ),
            )
            for each, author in given
        ),
    )


def suggested(say: Words, *, told: bool) -> Reply:
    """To a steward who asked for a case."""
    if told:
        return Reply(say("Its author is asked, and decides. A draft then comes into the queue."))
    return Reply(say("Its author was asked already, or cannot be reached now."))


def suggestion(say: Words, answer: AnswerView) -> Reply:
    """To the author of an answer: would they make a case of it."""
    return Reply(
        Markup("\n\n").join(
            (
                say(
                    "The stewards think that what you answered could help others as a case. You "
                    "see and change every word before it is saved; without you nothing is done."
                ),
                _quoted(say("{text}", text=answer.text)),
            )
        ),
        buttons=(Button(say.label("Make a case of it"), "prompt.draft", str(answer.number)),),
    )


def text_of(say: Words, found: PromptView, library: Mapping[str, Prompt]) -> str:
    """The question itself, as plain text."""
    known = library.get(found.library_id)
    return known.question[say.language] if known is not None else found.text


def _due(say: Words, found: Standing) -> Markup:
    if found.due is None:
        return say("No question is posted between rounds.")
    time = Markup(f"{{time:{int(found.due.timestamp())}}}")
    if found.programme.paused:
        return say("The programme is paused, so nothing is posted.")
    return say("The next question is posted {time}.", time=time)


def _waiting(say: Words, found: PromptView, library: Mapping[str, Prompt]) -> Card:
    known, number = library.get(found.library_id), str(found.id)
    about = say(SOURCES[found.source])
    if known is not None:
        about = say("{source}: {theme}", source=about, theme=theme(say, known.theme))
    return Card(
        say.label("Number {number}", number=found.id),
        Markup("\n").join((say("{text}", text=text_of(say, found, library)), about)),
        buttons=(
            Button(say.label("To the front"), "prompts.front", number),
            Button(say.label("Not now"), "prompts.skip", number),
            Button(say.label("Drop"), "prompts.drop", number),
        ),
    )


def _posted(say: Words, found: PromptView, answers: int, library: Mapping[str, Prompt]) -> Card:
    day = say.day(found.posted_at) if found.posted_at else ""
    given = say.plural("One answer.", "{number} answers.", answers)
    return Card(
        say.label("Number {number}, posted on {day}", number=found.id, day=day),
        Markup("\n").join((say("{text}", text=text_of(say, found, library)), given)),
        buttons=(Button(say.label("Read the answers"), "prompts.answers", str(found.id)),)
        if answers
        else (),
    )


def _quoted(text: str) -> Markup:
    return Markup("\n").join(Markup(f"> {line}") for line in text.splitlines())
