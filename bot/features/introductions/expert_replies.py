"""What an expert reads who is asked, and what both read when they are introduced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.contract import Button, ButtonStyle, Card, Fact, Form, Reply
from bot.contract.markup import escape
from bot.core.forms import FormOf, short_text
from bot.i18n import Markup, Words, later
from bot.i18n.labels import described, word
from bot.i18n.links import link
from bot.i18n.phrases import first_contact
from knowledge.introductions.introductions import Wish
from knowledge.members.anonymity import Description, Shown
from knowledge.search.expert_ranking import Reason, ReasonKind
from knowledge.vocabulary import Community

NAME_LIMIT = 240

COMMUNITIES = {
    Community.CITY: later("you work for a city or region"),
    Community.NATIONAL: later("you work for a statistics office"),
    Community.PARTNER: later("you work for a partner organisation"),
}


@dataclass(frozen=True, slots=True)
class Contactable:
    """What somebody shows to whom they are introduced."""

    name: str
    role: str
    organisation: str
    contact_line: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the expert reads it; `until`: the day in their zone by which to answer."""

    number: int
    wish: Wish
    who: Description | None
    own: Contactable
    reasons: Sequence[Reason] = ()
    suggested: bool = False
    until: date | None = None


def proposal(say: Words, asked: Asked) -> Reply:
    """A question comes to an expert: what, from whom, why them, and every way to answer."""
    text = say(
        "A member of this community asks for your help (request {number}). They are not told who "
        "you are unless you accept, and you are free to say no.",
        number=asked.number,
    )
    return Reply(
        Markup("\n\n").join((text, *_until(say, asked))), cards=(request_card(say, asked),)
    )


def reminder(say: Words, asked: Asked) -> Reply:
    """The same once more."""
    text = say(
        "Request {number} still waits for your answer. This is the only reminder.",
        number=asked.number,
    )
    return Reply(
        Markup("\n\n").join((text, *_until(say, asked))), cards=(request_card(say, asked),)
    )


def request_card(say: Words, asked: Asked, *, buttons: bool = True) -> Card:
    """The question itself, exactly as it was shown to the asker before it went out."""
    wish = asked.wish
    facts = [Fact(say.label("Who asks"), who_asks(say, asked.who))]
    if wish.context:
        facts.append(Fact(say.label("Context"), escape(wish.context)))
    spoken = say.listed(say.language_name(code) for code in wish.languages)
    facts.append(Fact(say.label("Languages"), escape(spoken)))
    facts.append(Fact(say.label("An answer is needed"), escape(word(say, wish.urgency))))
    if buttons:
        facts.append(Fact(say.label("Why you"), why(say, asked)))
        facts.append(Fact(say.label("If you accept, they see"), contact(say, asked.own)))
    number = str(asked.number)
    ways = (
        Button(say.label("Accept"), "introduction.accept", number, ButtonStyle.PRIMARY),
        Button(say.label("Not now"), "introduction.decline", number),
        Button(say.label("Suggest someone"), "introduction.suggest", number),
        Button(say.label("Pause me"), "introduction.pause", number),
    )
    return Card(
        title=say.label("Request {number}", number=asked.number),
        body=escape(wish.text),
        facts=tuple(facts),
        buttons=ways if buttons else (),
    )


def who_asks(say: Words, who: Description | None) -> Markup:
    """How the asker is shown before consent."""
    if who is None:
        return say("A member of this community, whose name you see if you accept")
    if who.shown is Shown.NAME:
        return say("{who}", who=", ".join(filter(None, (who.name, who.role, who.organisation))))
    return say("{who}", who=described(say, who))


def contact(say: Words, card: Contactable) -> Markup:
    """Name, role, organisation and contact line in one line."""
    parts = [card.name, card.role, card.organisation, card.contact_line]
    if not card.contact_line:
        parts.append(say.label("no contact line given"))
    return say("{parts}", parts=", ".join(filter(None, parts)))


def why(say: Words, asked: Asked) -> Markup:
    """Why this expert, in reasons that they can check."""
    reasons = [_reason(say, reason) for reason in asked.reasons]
    if asked.suggested:
        reasons.insert(0, say("somebody who was asked before suggested you"))
    if not reasons:
        return say("Your profile is close to the question.")
    return Markup("; ").join(reasons)


def met(say: Words, asked: Asked, asker: Contactable) -> Reply:
    """To the expert who accepted: the asker's card."""
    text = say(
        "Thank you. You have accepted request {number}. Whoever asked has been told, and sees your "
        "name, your organisation and your contact line.",
        number=asked.number,
    )
    card = person_card(say, asker)
    return Reply(text, cards=(card, request_card(say, asked, buttons=False)), lasting=True)


def connected(say: Words, number: int, question: str, reader: str, other: Contactable) -> Reply:
    """To both, in one room or apart: with whom they agreed to talk, and about what."""
    text = say(
        "Request {number}: {one} and {other} have agreed to talk about this question. You see one "
        "another's name, organisation and contact line.",
        number=number,
        one=reader,
        other=other.name,
    )
    quoted = say("> {question}", question=" ".join(question.split()))
    return Reply(Markup("\n\n").join((text, quoted)), cards=(person_card(say, other),))


def person_card(say: Words, person: Contactable) -> Card:
    """One another's card."""
    line = escape(person.contact_line) or say("not given")
    facts = [
        Fact(say.label("Role"), escape(person.role)),
        Fact(say.label("Organisation"), escape(person.organisation)),
        Fact(say.label("Contact"), line),
    ]
    return Card(title=person.name, facts=tuple(fact for fact in facts if fact.value))


def ended(say: Words, number: int, question: str, *, can_post: bool = False) -> Reply:
    """To the asker: the line is over, and what can be done."""
    over = say(
        "Question {number}: none of those I could ask is able to take it up at present. It stays "
        "open in your list.",
        number=number,
    )
    if can_post:
        rest = say(
            "You can ask the other community in its channels, after you have seen the exact words; "
            "or wait until the library has grown and ask it again, or ask it now in other words."
        )
    else:
        rest = say(
            "You can wait until the library has grown and ask it again, or ask it now in other "
            "words."
        )
    text = Markup(" ").join((over, rest))
    quoted = say("> {question}", question=" ".join(question.split()))
    community = (link(say, "community.form", number),) if can_post else ()
    buttons = (
        *community,
        Button(say.label("Ask again"), "question.again", str(number)),
        Button(say.label("Ask in other words"), "ask.form"),
    )
    return Reply(Markup("\n\n").join((text, quoted)), buttons=buttons)


def declined(say: Words, number: int) -> Reply:
    """To the expert who cannot now."""
    return Reply(
        say(
            "Thank you for letting me know. Request {number} goes on to somebody else, and whoever "
            "asked is not told who was asked.",
            number=number,
        )
    )


def over(say: Words, number: int) -> Reply:
    """To whoever answers a request that waits for them no more, or never did."""
    return Reply(
        say(
            "Request {number} does not wait for you any more, so there is nothing left to do. "
            "Thank you all the same.",
            number=number,
        )
    )


def paused(say: Words) -> Reply:
    """To whoever wants to be left alone."""
    text = say(
        "You are paused. You are shown to nobody and nobody is sent to you, and requests that "
        "waited for you have gone on to others. While you are paused you can still ask questions "
        "and read published cases. Come back with this button or with the word **resume**."
    )
    return Reply(text, buttons=(_resume(say),))


def resumed(say: Words) -> Reply:
    """To whoever came back."""
    return Reply(say("Welcome back. You take part again as before."))


def not_paused(say: Words) -> Reply:
    """To somebody who was not paused."""
    return Reply(say("You are not paused, so nothing was changed."))


class Suggestion(FormOf):
    """Somebody else who could help."""

    action, heading = "introduction.suggest", later("Suggest someone")
    name = short_text(
        later("Who could help"),
        NAME_LIMIT,
        required=True,
        hint=later("The name; where two have the same, add a comma and the organisation."),
    )


def suggest(say: Words, number: int) -> Form:
    """The form that names somebody else."""
    note = say("They are asked in private and may say no. They are not told who suggested them.")
    return Suggestion.draw(say, number, note=Markup("\n\n").join((note, first_contact(say))))


def suggested(say: Words, number: int) -> Reply:
    """To the expert who named somebody."""
    return Reply(
        say(
            "Thank you. The member you named is asked next, if they agree. Request {number} does "
            "not wait for you any more.",
            number=number,
        )
    )


def waiting(
    say: Words, requests: Sequence[Asked], own: Sequence[Card], people: Sequence[Card]
) -> Reply:
    """`requests`: those that wait for the reader, and how their own stand."""
    if not requests and not own and not people:
        return Reply(say("No request waits for you, and you have asked nobody."))
    parts = [
        say.plural(
            "One request waits for your answer.",
            "{number} requests wait for your answer.",
            len(requests),
        )
        if requests
        else say("No request waits for your answer.")
    ]
    if own:
        parts.append(
            say.plural(
                "You asked for an expert once.",
                "You asked for an expert {number} times.",
                len(own),
            )
        )
    cards = [request_card(say, asked) for asked in requests]
    return Reply(Markup(" ").join(parts), cards=(*cards, *own, *people))


def _until(say: Words, asked: Asked) -> tuple[Markup, ...]:
    if asked.until is None:
        return ()
    number = asked.number
    return (
        say(
            "Please answer by {day}; after that I ask somebody else. The buttons below do it, or "
            "write **accept {number}** or **decline {number}**.",
            day=say.weekday(asked.until),
            number=number,
        ),
    )


def _resume(say: Words) -> Button:
    return Button(say.label("Take part again"), "introduction.resume", "", ButtonStyle.PRIMARY)


def _reason(say: Words, reason: Reason) -> Markup:
    match reason.kind:
        case ReasonKind.WROTE:
            return say("you wrote _{title}_", title=reason.value)
        case ReasonKind.OFFERS:
            return say("you offer _{offer}_", offer=reason.value)
        case ReasonKind.WORKS_ON:
            return say("you say of your work: _{profile}_", profile=reason.value)
        case ReasonKind.ANSWERED:
            return say("you answered a question like it")
        case ReasonKind.SPEAKS:
            return say("you speak {language}", language=say.language_name(reason.value))
        case ReasonKind.COMMUNITY:
            return say(COMMUNITIES[Community(reason.value)])
