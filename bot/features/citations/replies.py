"""What is read on the way from a conversation to a case."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from babel.dates import format_skeleton

from bot.contract import Button, ButtonStyle, Card, Fact, Form, Reply
from bot.core.forms import FormOf
from bot.core.tokens import seal
from bot.features.cases.forms import SavedPlace, SavedWords
from bot.i18n import Markup, Words, later
from bot.i18n.labels import word
from bot.i18n.links import link
from bot.i18n.phrases import first_contact, whole_case
from knowledge.cases.views import CaseView
from knowledge.citations.citations import CitedWords, OwnCitation, ProposalView
from knowledge.vocabulary import AskerShown, CitedPart, ProposalState

TITLES: Mapping[AskerShown, str] = {
    AskerShown.NAMED: later("By name"),
    AskerShown.ROLE: later("By role and region"),
    AskerShown.HIDDEN: later("Not at all"),
}


def attribution(say: Words, part: CitedPart, who: str, at: datetime) -> str:
    """What is published of one of the two; `who` is empty for somebody who is not quoted."""
    month = str(format_skeleton("yMMMM", at, locale=say.locale))
    if part is CitedPart.ASKER:
        return say.label("asked by {who}", who=who) if who else ""
    if not who:
        return say.label("Told in this community, {month}", month=month)
    return say.label("Told in this community by {who}, {month}", who=who, month=month)


def to_the_expert(say: Words, found: ProposalView, topic: str) -> Reply:
    """Sentences of theirs that could become a case: they decide."""
    parts = [
        say(
            "Your conversation about {topic} could help others, as a case in the library. "
            "Nothing of it is published unless you agree, and nothing but the words that you "
            "agree to.",
            topic=topic,
        )
    ]
    if found.words.text:
        parts.append(say("These are sentences that you wrote in it. Change them as you like."))
    else:
        parts.append(say("What you wrote in it is not kept here, so the words would be new ones."))
    return Reply(Markup(" ").join(parts), cards=(_proposal(say, found),))


def waiting(say: Words, found: ProposalView, part: CitedPart) -> Card:
    """What somebody has to decide, as a card of its own: on their home page."""
    if found.state is ProposalState.QUEUED:
        return _changed(say, found)
    if found.state is ProposalState.PROPOSED:
        card = _proposal(say, found)
        told = say("These words of yours could become a case. You decide.")
        return replace(card, body=Markup("\n\n").join(filter(None, (told, card.body))))
    choose = Button(
        say.label("Choose how you are quoted"),
        "cite.start",
        str(found.conversation_id),
        ButtonStyle.PRIMARY,
    )
    told = say("This case goes to the stewards once you have said how you are quoted in it.")
    if part is CitedPart.ASKER:
        told = say(
            "Your question led to this case. It goes to the stewards once you have said whether "
            "you are mentioned."
        )
    return Card(found.words.title, told, buttons=(choose,))


class CitedCase(FormOf):
    """The words of a case, for their author."""

    action, heading = "cite.edit", later("Make a case of it")
    title, text = SavedWords.title, SavedWords.text
    place, country, level = SavedPlace.place, SavedPlace.country, SavedPlace.level


def form(say: Words, conversation: int, proposed: CitedWords) -> Form:
    """The form with the words that were found in a conversation."""
    values = {
        "title": proposed.title,
        "text": proposed.text,
        "place": proposed.place,
        "country": say.country(proposed.country) if proposed.country else "",
        "level": proposed.level or "",
    }
    note = say(
        "Only what stands here leaves the conversation. A steward reads it; once it is published, "
        "everybody who asks can read it. Please name nobody else."
    )
    return CitedCase.draw(
        say, conversation, values, note=Markup(" ").join((first_contact(say), note))
    )


def proposed(say: Words, name: str) -> Reply:
    """To the asker: the author decides."""
    return Reply(
        say(
            "{name} reads first what could become a case, and changes it or leaves it. Once they "
            "have agreed, I ask you how you are quoted.",
            name=name,
        )
    )


def choices(
    say: Words,
    found: ProposalView,
    part: CitedPart,
    ways: Mapping[AskerShown, str],
    subjects: Mapping[AskerShown, str],
    *,
    again: bool = False,
) -> Reply:
    """How somebody can be quoted: for each way the exact words that are published."""
    parts: list[Markup] = []
    if again:
        parts.append(say("How you would be shown has changed meanwhile. Please look again."))
    if part is CitedPart.EXPERT:
        parts.append(
            say(
                "This is the case as it goes to the stewards: “{title}”. Please choose what is "
                "said of you beside it.",
                title=found.words.title,
            )
        )
    else:
        parts.append(
            say(
                "Your question led to a case: “{title}”. Whoever wrote it has agreed to it; your "
                "question is no part of it. Please choose what is said of you beside it.",
                title=found.words.title,
            )
        )
    cards = [_words_card(say, found)]
    for way, line in ways.items():
        told = say("> {line}", line=line) if line else say("You are not mentioned.")
        quote = Button(say.label("Quote me like this"), "cite.quote", subjects[way])
        cards.append(Card(say.label(TITLES[way]), told, buttons=(quote,)))
    return Reply(Markup(" ").join(parts), cards=tuple(cards))


def chosen(say: Words, line: str, case: int | None) -> Reply:
    """How somebody is quoted from now on, and what happens next."""
    parts = [
        say("You are quoted like this: {line}.", line=line)
        if line
        else say("You are not mentioned.")
    ]
    if case is not None:
        parts.append(say("It is draft {number} now and waits for a steward.", number=case))
        parts.append(say("You hear from me when it is published."))
    else:
        parts.append(say("It goes to the stewards once the other one has chosen as well."))
    return Reply(Markup(" ").join(parts))


def changed(say: Words, case: CaseView, found: ProposalView) -> Reply:
    """To the author: a steward would have a case of theirs read otherwise."""
    text = say(
        "A steward would change the words of case {number}, “{title}”, which you released. It "
        "stays as you released it until you agree.",
        number=case.id,
        title=case.title,
    )
    return Reply(text, cards=(_changed(say, found),))


def mark_of(found: ProposalView) -> str:
    """What stands for changed words in a button: it never agrees to others."""
    return seal(f"{found.words.title}\n{found.words.text}")


def standing(say: Words, found: ProposalView, *, published: bool) -> Reply:
    """It is a draft or a case."""
    if found.case_id is None:
        return Reply(say("A case was made of this conversation, and it is no longer there."))
    if not published:
        return Reply(
            say(
                "Draft {number} came of this conversation. Stewards decide about it.",
                number=found.case_id,
            )
        )
    return Reply(
        say("This conversation became case {number}.", number=found.case_id),
        buttons=(Button(say.label("Read the case"), "case.show", str(found.case_id)),),
    )


def published_answer(say: Words, case: CaseView, question: int, now: datetime) -> Reply:
    """To whoever asked: what they were told is in the library."""
    text = say(
        "What you were told about your question {question} is published now, as case {number}: "
        "“{title}”. Others who ask alike will find it.",
        question=question,
        number=case.id,
        title=case.title,
    )
    card = whole_case(say, case, now)
    return Reply(text, cards=(card,), buttons=(link(say, "answer.solved", question),))


def own(say: Words, found: OwnCitation) -> Markup:
    """How somebody is quoted, in the list of what is held about them."""
    how = say(TITLES[found.shown]) if found.shown else say("not answered yet")
    if found.case_id is None:
        return say("a case that is not there yet: {how} {line}", how=how, line=found.wording)
    return say("case {number}: {how} {line}", number=found.case_id, how=how, line=found.wording)


def _proposal(say: Words, found: ProposalView) -> Card:
    number = str(found.conversation_id)
    edit = say.label("Edit") if found.words.text else say.label("Write it")
    buttons = [Button(edit, "cite.edit", number)]
    if found.words.text:
        buttons.append(Button(say.label("Approve"), "cite.approve", number, ButtonStyle.PRIMARY))
    buttons.append(Button(say.label("Rather not"), "cite.refuse", number))
    return replace(_words_card(say, found), buttons=tuple(buttons))


def _changed(say: Words, found: ProposalView) -> Card:
    chosen = f"{found.case_id}:{mark_of(found)}"
    buttons = (
        Button(say.label("Agree to these words"), "cite.agree", chosen, ButtonStyle.PRIMARY),
        Button(say.label("Keep my words"), "cite.keep", chosen),
    )
    told = say("Case {number} as a steward would have it:", number=found.case_id or 0)
    card = _words_card(say, found)
    return replace(card, body=Markup("\n\n").join((told, card.body)), buttons=buttons)


def _words_card(say: Words, found: ProposalView) -> Card:
    told = found.words
    facts = [
        Fact(label, say("{value}", value=value))
        for label, value in (
            (say.label("City or place"), told.place),
            (say.label("Country"), say.country(told.country) if told.country else ""),
            (say.label("Level of government"), word(say, told.level) if told.level else ""),
        )
        if value
    ]
    title = told.title or say.label("A case from your conversation")
    return Card(title, say("{text}", text=told.text), tuple(facts))
