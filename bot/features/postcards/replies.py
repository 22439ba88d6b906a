"""What is read of a postcard: the form, the card, the question half a year later."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.contract import Button, ButtonStyle, Card, Form, Reply
from bot.core.forms import FormOf, long_text, short_text
from bot.features.cases import draft_replies
from bot.features.cases.draft_replies import Origin
from bot.features.cases.forms import TITLE_LIMIT
from bot.features.citations.replies import attribution
from bot.i18n import Markup, Words, later
from bot.i18n.links import link
from bot.i18n.phrases import first_contact
from knowledge.conversations.conversations import ConversationView
from knowledge.postcards.postcards import OwnPostcard, PartView, PostcardView
from knowledge.vocabulary import CitedPart, PostcardState, Reuse

LINE_LIMIT = 200
NOTE_LIMIT = 500
ANSWERS: Mapping[Reuse, str] = {
    Reuse.TRIED: later("We tried it"),
    Reuse.NOT_YET: later("Not yet"),
    Reuse.WILL_NOT: later("We will not"),
}


class PostcardForm(FormOf):
    """Two lines to fill in; the third is there."""

    action, heading = "postcard.edit", later("Write a postcard")
    learnt = short_text(later("We learnt"), LINE_LIMIT, required=True)
    will_try = short_text(
        later("We will try"),
        LINE_LIMIT,
        required=True,
        hint=later("One thing that is small enough to be tried in six months."),
    )


def form(
    say: Words,
    conversation: int,
    revision: int,
    asked_on: datetime,
    former: PostcardView | None = None,
) -> Form:
    """The form with what stands on the card that there is."""
    note = say(
        "The third line is: ask us in six months, about {day}. Only those who took part in the "
        "conversation read it, and it holds once all of you agree.",
        day=say.day(asked_on),
    )
    return PostcardForm.draw(
        say,
        f"{conversation}:{revision}",
        {"learnt": former.learnt, "will_try": former.will_try} if former else {},
        note=Markup(" ").join((note, first_contact(say))),
    )


def changed_meanwhile(say: Words, card: Card) -> Reply:
    """Somebody was quicker: nothing was written."""
    return Reply(
        say("The postcard has changed meanwhile. This is how it reads now."), cards=(card,)
    )


def to_the_others(say: Words, author: str, card: Card) -> Reply:
    """To whoever has to agree."""
    return Reply(
        say(
            "{name} wrote a postcard of what you learnt from each other. Nobody else reads it. If "
            "you agree to it, I ask each of you in six months whether you tried it.",
            name=author,
        ),
        cards=(card,),
    )


def waits(say: Words, others: str, card: Card) -> Reply:
    """To whoever has agreed, while others have not."""
    return Reply(
        say("The postcard waits for {names}. Nobody else reads it.", names=others), cards=(card,)
    )


def to_decide(say: Words, card: Card) -> Reply:
    """To whoever has not agreed yet, when they look."""
    return Reply(say("This postcard waits for you. Nobody else reads it."), cards=(card,))


def agreed(say: Words, asked_on: datetime, card: Card) -> Reply:
    """All have agreed to it."""
    return Reply(
        say(
            "All of you agree to this postcard. I ask each of you about {day} whether you tried "
            "it; until then it rests.",
            day=say.day(asked_on),
        ),
        cards=(card,),
    )


def card(
    say: Words,
    found: PostcardView,
    conversation: ConversationView,
    asked_on: datetime,
    *,
    reader: int,
    nameless: bool,
) -> Card:
    """The three lines, with what the reader can do; `nameless`: a rule says that no name stands."""
    names = say.listed(seat.name for seat in conversation.participants)
    title = say.label("Postcard") if nameless else say.label("Postcard: {names}", names=names)
    lines = (
        say("**We learnt:** {text}", text=found.learnt),
        say("**We will try:** {text}", text=found.will_try),
        say("**Ask us in six months:** {day}", day=say.day(asked_on)),
    )
    return Card(title, Markup("\n\n").join(lines), buttons=_buttons(say, found, reader))


def listed(say: Words, cards: Sequence[Card], writable: Sequence[ConversationView]) -> Reply:
    """Somebody's postcards, and the conversations of which one can be written."""
    more = tuple(
        Card(
            say.label("{number}. {topic}", number=each.id, topic=each.topic),
            buttons=(link(say, "postcard.write", each.id),),
        )
        for each in writable
    )
    if not cards and not more:
        return Reply(
            say(
                "A postcard says what you learnt from each other and what you will try. You have "
                "none, and no open conversation to write one of."
            )
        )
    if not cards:
        return Reply(say("Of which conversation do you write a postcard?"), cards=more)
    return Reply(say("These are your postcards."), cards=(*cards, *more))


def question(say: Words, card: Card) -> Reply:
    """Half a year later, or once more."""
    return Reply(
        say(
            "You wanted to be asked: did you try what stands on your postcard? Nobody sees your "
            "answer; stewards see how many postcards were tried."
        ),
        cards=(card,),
    )


def answered(say: Words, found: PostcardView, reuse: Reuse, again_on: datetime | None) -> Reply:
    """Thank you, and what may follow."""
    number = str(found.id)
    add = Button(say.label("Add a line"), "postcard.note", number)
    if reuse is Reuse.TRIED:
        text = say(
            "Thank you, it is noted that you tried it. What came of it may help others, too: as a "
            "case in the library, it finds whoever asks alike."
        )
        save = Button(say.label("Write it as a case"), "postcard.case", number, ButtonStyle.PRIMARY)
        return Reply(text, buttons=(save, add))
    if again_on is not None:
        text = say(
            "Thank you, it is noted. I ask once more about {day}, and then no more.",
            day=say.day(again_on),
        )
        return Reply(text, buttons=(add,))
    return Reply(say("Thank you, it is noted. I do not ask again."), buttons=(add,))


class PostcardNote(FormOf):
    """A line for oneself."""

    action, heading = "postcard.note", later("Add a line")
    note = long_text(
        later("What came of it"),
        NOTE_LIMIT,
        hint=later("Only you read it. It stands in the form if you write a case."),
    )


def note_form(say: Words, found: PostcardView, part: PartView) -> Form:
    """A line for oneself, with what stands there."""
    return PostcardNote.draw(say, found.id, {"note": part.note}, note=first_contact(say))


def as_a_case(say: Words, found: PostcardView, part: PartView, now: datetime) -> Reply:
    """The form of a case, with what is the reader's to tell in it."""
    # What they learnt came from the other one, too; what they tried is theirs.
    values = {
        "title": found.will_try[:TITLE_LIMIT],
        "text": "\n\n".join(filter(None, (found.will_try, part.note))),
        "source": attribution(say, CitedPart.EXPERT, "", now),
    }
    return Reply(
        say("Save a case for the library"), form=draft_replies.words_form(say, Origin(), values)
    )


def own(say: Words, cards: Sequence[OwnPostcard]) -> list[Markup]:
    """All that is held about somebody in their postcards, a line each."""
    return [
        say(
            "{day}: we learnt: {learnt}; we will try: {will_try}; your answer: {answer} {note}",
            day=say.day(each.at),
            learnt=each.learnt,
            will_try=each.will_try,
            answer=say.label(ANSWERS.get(each.reuse, "–")) if each.reuse else "–",
            note=each.note,
        )
        for each in cards
    ]


def _buttons(say: Words, found: PostcardView, reader: int) -> tuple[Button, ...]:
    part, number = found.part_of(reader), str(found.id)
    if part is None:
        return ()
    back = Button(say.label("Take it back"), "postcard.drop", number)
    if found.state is PostcardState.APPROVED:
        answers = (
            Button(say.label(label), "postcard.answer", f"{number}:{reuse.value}")
            for reuse, label in ANSWERS.items()
        )
        return (*answers, back)
    change = Button(say.label("Change it"), "postcard.edit", str(found.conversation_id))
    if part.approved:
        return (change, back)
    agree = Button(
        say.label("Agree"), "postcard.approve", f"{number}:{found.revision}", ButtonStyle.PRIMARY
    )
    return (agree, change, Button(say.label("Rather not"), "postcard.drop", number))
