"""What is said about questions to the community: to whoever asks, and to those who read them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.contract import Audience, Button, ButtonStyle, Card, Form, Reply
from bot.contract.markup import one_line
from bot.core.commands import QUESTION_LIMIT
from bot.core.forms import FormOf, long_text, one_of, with_words
from bot.features.introductions.disclosure import form_with_ways
from bot.features.public_questions.thread_answer_replies import close_button, quoted, solves
from bot.i18n import Markup, Words, later
from bot.i18n.labels import described
from knowledge.members.anonymity import Description
from knowledge.threads.thread_answers import AnswerView
from knowledge.vocabulary import AskerShown, PostState

STANDINGS: Mapping[PostState, str] = {
    PostState.DRAFT: later("Written for the community, and not posted."),
    PostState.OPEN: later("Posted to the community; answers reach you."),
    PostState.SOLVED: later("Posted to the community and marked as answered."),
    PostState.CLOSED: later("Posted to the community and closed."),
    PostState.WITHDRAWN: later("Posted to the community and taken down again."),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as everybody in the channels reads it, with whoever asks as they agreed."""

    number: int
    text: str
    who: Description | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a question to the community stands, for whoever asked it."""

    number: int
    text: str
    state: PostState
    rooms: Sequence[str]
    answers: Sequence[AnswerView]


def room(name: str, channel: str, platform: str) -> str:
    """A channel as people call it."""
    return f"{f'#{name}' if name else channel} ({platform.capitalize()})"


class PostForm(FormOf):
    """The words that will be posted, and how much of the asker is shown."""

    action, heading = "community.form", later("Ask the community")
    question = long_text(
        later("Your question, as everybody will read it"),
        QUESTION_LIMIT,
        required=True,
        hint=later("Leave out what should not stand in a channel."),
        check=with_words,
    )
    shown = one_of(later("How you are shown"), value=AskerShown.HIDDEN.value, required=True)


def form(
    say: Words,
    number: int,
    values: Mapping[str, str],
    ways: Mapping[AskerShown, Description | None],
) -> Form:
    """The form with what stands in it; `ways`: how the asker can be shown."""
    note = say(
        "You see the post as it will stand, and in which channels, before anything is "
        "posted. What you wrote about it to others is never part of it."
    )
    shown = {way: who(say, description) for way, description in ways.items()}
    return form_with_ways(PostForm, say, number, values, shown, note)


def opened(say: Words, own: Form) -> Reply:
    """The form, with a sentence for those who read lines."""
    return Reply(
        say("Write what the other community should read. Nothing is posted yet."), form=own
    )


def who(say: Words, shown: Description | None) -> Markup:
    """How the asker is shown."""
    if shown is None:
        return say("A member of this community, without a name")
    return say("{who}", who=described(say, shown))


def post(say: Words, shown: Shown, state: PostState = PostState.OPEN) -> Reply:
    """What everybody in the channels reads; `say` speaks the language of whoever asked."""
    if shown.who is None:
        first = say("A question for you from a member of this community, who is not named here.")
    else:
        first = say("A question for you, asked by: {who}.", who=described(say, shown.who))
    parts = [first, quoted(say, shown.text)]
    answer = Button(say.label("Answer"), "community.answer", str(shown.number))
    if state is PostState.OPEN:
        parts.append(
            say(
                "What you reply to this message, or in its thread, is brought to whoever asks, "
                "with your name as it is shown here. Where I cannot read along, mention me in your "
                "reply, or press **Answer**: then only they read it."
            )
        )
    elif state is PostState.SOLVED:
        parts.insert(0, say("**Answered.** Thank you to everybody who wrote."))
        parts.append(say("What you add still reaches whoever asked."))
    else:
        parts.insert(0, say("**Closed.** Thank you to everybody who wrote."))
        parts.append(say("Replies are not passed on any more."))
    return Reply(
        Markup("\n\n").join(parts),
        buttons=(answer,) if state in {PostState.OPEN, PostState.SOLVED} else (),
        audience=Audience.CHANNEL,
    )


def preview(say: Words, shown: Shown, rooms: Sequence[str], mark: str, left: int) -> Reply:
    """Exactly what will be posted, and where, before anything goes out."""
    where = Markup("\n").join(say("- {room}", room=each) for each in rooms)
    channels = say.plural(
        "This would be posted in one channel:",
        "This would be posted in {number} channels:",
        len(rooms),
    )
    head = Markup("\n\n").join(
        (
            say("Nothing is posted yet. Please look at it first."),
            Markup(f"{channels}\n{where}"),
            say(
                "Everybody in them can read it. Answers reach you, and **community {number} "
                "withdraw** takes it down again.",
                number=shown.number,
            ),
            _left(say, left),
        )
    )
    number = str(shown.number)
    buttons = (
        Button(say.label("Post"), "community.post", f"{number}:{mark}", ButtonStyle.PRIMARY),
        Button(say.label("Change"), "community.form", number),
    )
    card = Card(say.label("What will be read"), post(say, shown).text)
    return Reply(head, cards=(card,), buttons=buttons)


def changed(say: Words, shown: Reply) -> Reply:
    """The preview once more: what would be posted is no longer what was shown."""
    first = say("Something has changed since I showed you this. Please look at it again.")
    return Reply(Markup(f"{first}\n\n{shown.text}"), cards=shown.cards, buttons=shown.buttons)


def posted(say: Words, number: int, rooms: Sequence[str], *, reached: bool) -> Reply:
    """It is on its way."""
    text = say(
        "Question {number} is on its way to {rooms}.", number=number, rooms=say.listed(rooms)
    )
    come = (
        say("I bring you each answer in a direct message.")
        if reached
        else say(
            "I cannot send you messages here: **community {number}** shows the answers.",
            number=number,
        )
    )
    more = say(
        "**community {number}** shows how it stands, **community {number} close** ends it, and "
        "**community {number} withdraw** takes it down.",
        number=number,
    )
    return Reply(Markup("\n\n").join((Markup(" ").join((text, come)), more)))


def standing(say: Words, found: Standing) -> Reply:
    """How one question stands, with what was answered."""
    text = say(STANDINGS[found.state])
    if found.rooms and found.state is not PostState.WITHDRAWN:
        text = Markup(" ").join((text, say("Channels: {rooms}.", rooms=say.listed(found.rooms))))
    told = (
        say.plural("One answer came.", "{number} answers came.", len(found.answers))
        if found.answers
        else say("No answer came so far.")
    )
    heading = say("Question {number}: {text}", number=found.number, text=one_line(found.text))
    buttons = []
    if found.state in {PostState.OPEN, PostState.SOLVED}:
        buttons.append(close_button(say, found.number))
    if found.state is not PostState.WITHDRAWN:
        buttons.append(Button(say.label("Take it down"), "community.withdraw", str(found.number)))
    cards = tuple(
        Card(
            title=_title(say, each),
            body=quoted(say, each.text),
            buttons=(solves(say, each),) if found.state is PostState.OPEN else (),
        )
        for each in found.answers
    )
    return Reply(
        Markup("\n\n").join((heading, Markup(" ").join((text, told)))),
        cards=cards,
        buttons=tuple(buttons),
    )


def listed(say: Words, found: Iterable[tuple[int, str, PostState]]) -> Reply:
    """All that somebody asked the community."""
    cards = tuple(
        Card(
            title=say.label("{number}. {text}", number=number, text=one_line(text)),
            body=say(STANDINGS[state]),
            buttons=(Button(say.label("Show"), "community.show", str(number)),),
        )
        for number, text, state in found
    )
    if not cards:
        return Reply(
            say(
                "You have asked the community nothing yet. Ask me first: where I find no good "
                "answer, a button offers it, and **community 17** does it for your question 17."
            )
        )
    return Reply(
        say.plural(
            "You asked the community once.", "You asked the community {number} times.", len(cards)
        ),
        cards=cards,
    )


def nobody(say: Words, number: int, *, able: bool) -> Reply:
    """No channel was named for the other community: what else there is."""
    text = say(
        "No channel has been named yet in which the other community reads questions; a steward can "
        "name one. Question {number} stays open in your list, and you are told when a case is "
        "published that answers it.",
        number=number,
    )
    buttons = [Button(say.label("Ask in other words"), "question.reword", str(number))]
    if able:
        ask = Button(say.label("Ask an expert"), "handoff.form", str(number), ButtonStyle.PRIMARY)
        buttons.insert(0, ask)
    return Reply(text, buttons=tuple(buttons))


def solved(say: Words, number: int) -> Reply:
    """To whoever asked, when they marked the solution."""
    return Reply(
        say(
            "Thank you. Question {number} is marked as answered, and its posts say so. Further "
            "answers still reach you unless you close it.",
            number=number,
        ),
        buttons=(close_button(say, number),),
    )


def solved_by_steward(say: Words, number: int) -> Reply:
    """To whoever asked, when a steward marked it."""
    return Reply(
        say(
            "A steward has marked your question {number} to the community as answered. Further "
            "answers still reach you unless you close it.",
            number=number,
        ),
        buttons=(close_button(say, number),),
    )


def marked(say: Words) -> Reply:
    """In the channel: it is done."""
    return Reply(
        say("This question is marked as answered."), audience=Audience.CHANNEL, thread=True
    )


def over(say: Words, number: int) -> Reply:
    """There is nothing to close or to take down."""
    return Reply(say("Question {number} is in no channel, so nothing was changed.", number=number))


def _title(say: Words, answer: AnswerView) -> str:
    name = say.label("{number}. {author}", number=answer.number, author=one_line(answer.author))
    return say.label("{name}: the solution", name=name) if answer.solution else name


def _left(say: Words, left: int) -> Markup:
    return say.plural(
        "You can have one more question with the community at a time.",
        "You can have {number} more questions with the community at a time.",
        left,
    )
