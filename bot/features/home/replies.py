"""The home page: what concerns somebody, and what they can change about themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.contract import Button, ButtonStyle, Card, Fact, Reply
from bot.features.members.availability_replies import capacity, snooze_buttons, snooze_state
from bot.features.members.profile_replies import Profile, facts, profile_buttons, purposes
from bot.features.questions.own_questions_replies import Standing
from bot.features.questions.own_questions_replies import card as question_card
from bot.i18n import Markup, Words
from bot.i18n.labels import described, word
from bot.i18n.links import link
from bot.i18n.phrases import first_contact
from knowledge.members.views import MemberView
from knowledge.questions.views import QuestionView
from knowledge.vocabulary import MemberStatus

LONGEST = 140
"""Characters of a question that stand on the page."""


def page(say: Words, first: Markup, cards: Sequence[Card], *, more: bool = False) -> Reply:
    """All of it, `more` when there are further open questions than are shown."""
    buttons = (Button(say.label("All my questions"), "question.list"),) if more else ()
    return Reply(first, cards=(ask(say), *cards), buttons=buttons)


def ask(say: Words) -> Card:
    """What most people come for, above everything else."""
    button = Button(say.label("Ask a question"), "ask.form", style=ButtonStyle.PRIMARY)
    return Card(say.label("What would you like to know?"), buttons=(button,))


def greeting(say: Words, member: MemberView, open_questions: int) -> Markup:
    """Who the reader is here, and how many of their questions are open."""
    parts = [say("Welcome, {name}.", name=member.name)]
    if member.status is not MemberStatus.ACTIVE:
        parts.append(say("Your status: {status}.", status=_status(say, member)))
    if member.status is MemberStatus.UNVERIFIED:
        parts.append(
            say(
                "A steward will look at your membership. Until then you can ask questions and "
                "read published cases, and your profile is shown to nobody."
            )
        )
    parts.append(_open(say, open_questions))
    return Markup("\n\n").join(parts)


def welcome(say: Words, open_questions: int) -> Markup:
    """For somebody who is no member: what there is, and the way in."""
    parts = [
        say(
            "Welcome to Crosswalk. City data offices and national statistics offices ask one "
            "another here. Members are also shown people to ask, and can be found themselves."
        ),
        say(
            "A profile takes about three minutes. If you were invited, write **claim** and the "
            "code that you were given."
        ),
        first_contact(say),
    ]
    if open_questions:
        parts.append(_open(say, open_questions))
    return Markup("\n\n").join(parts)


def invited(say: Words, member: MemberView) -> Markup:
    """For somebody who was invited and has not answered yet."""
    return say(
        "You are invited as {name}. Nobody is shown this yet. Please check it and save it to "
        "accept, or have it erased.",
        name=member.name,
    )


def way_in(say: Words) -> Card:
    """How to become a member, or to come back."""
    join = Button(say.label("Become a member"), "profile.edit", "who", ButtonStyle.PRIMARY)
    return Card(say.label("Membership"), say("You are not a member."), buttons=(join,))


def questions(say: Words, found: Sequence[QuestionView], how: Standing) -> list[Card]:
    """Open questions, each with what can be done about it."""
    return [question_card(say, question, how, LONGEST) for question in found]


def profile(say: Words, found: Profile) -> Card:
    """What the community knows about the member, and the steps to change it."""
    hidden = {say.label("Status"), say.label("You agreed to"), say.label("May contact you")}
    hidden.add(say.label("Snoozed until"))
    shown = facts(say, found.member, shown_as=found.shown_as)
    return Card(
        say.label("Your profile"),
        facts=tuple(fact for fact in shown if fact.label not in hidden),
        buttons=profile_buttons(say, found),
    )


def settings(say: Words, found: Profile, now: datetime) -> Card:
    """The way to everything that somebody set once and seldom changes."""
    button = Button(say.label("Profile and settings"), "home.settings")
    offers = Markup(" · ").join(say("{offer}", offer=offer) for offer in found.member.offers)
    lines = [
        say("Others see: {who}.", who=described(say, found.shown_as)),
        *([say("You offer: {offers}", offers=offers)] if offers else []),
        *([snooze_state(say, found.member, now)] if found.member.snoozed(now) else []),
    ]
    return Card(say.label("About you"), Markup("\n").join(lines), buttons=(button,))


def all_settings(say: Words, found: Profile, now: datetime) -> Reply:
    """Profile, contacts, consents and data, what is most often changed first."""
    cards = (
        profile(say, found),
        availability(say, found.member, now),
        consents(say, found.member),
        data(say),
    )
    return Reply(say("What is known about you, and what you agreed to."), cards=cards)


def availability(say: Words, member: MemberView, now: datetime) -> Card:
    """How often the member may be contacted, and whether they are left alone at present."""
    change = Button(say.label("Change how often"), "profile.capacity")
    return Card(
        say.label("Being contacted"),
        f"{capacity(say, member).text}\n\n{snooze_state(say, member, now)}",
        buttons=(change, *snooze_buttons(say, member, now)),
    )


def consents(say: Words, member: MemberView) -> Card:
    """What the member agreed to."""
    change = Button(say.label("Change what you agree to"), "consent.save")
    return Card(say.label("You agreed to"), purposes(say, member), buttons=(change,))


def data(say: Words) -> Card:
    """What is held about the reader."""
    return Card(
        say.label("Your data"),
        say("See all that is stored about you, take it with you, or have it erased."),
        buttons=(
            Button(say.label("My data"), "data.show"),
            Button(say.label("Export as JSON"), "data.export"),
            Button(say.label("Erase my data"), "data.erase", "", ButtonStyle.DANGER),
        ),
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for stewards; `unanswered` within the last `days`."""

    drafts: int
    flags: int
    people: int
    due: int
    sought: int
    unanswered: int
    days: int


def stewards(say: Words, much: Waiting) -> Card:
    """What waits for whoever runs the community."""
    return Card(
        say.label("For stewards"),
        facts=(
            Fact(say.label("Drafts that wait for review"), str(much.drafts)),
            Fact(say.label("Reports that wait for an answer"), str(much.flags)),
            Fact(say.label("People who wait for approval"), str(much.people)),
            Fact(say.label("Questions that wait for a person"), str(much.sought)),
            Fact(say.label("Cases that are up for review"), str(much.due)),
            Fact(
                say.label("Questions without a case, last {days} days", days=much.days),
                str(much.unanswered),
            ),
        ),
        buttons=(
            Button(say.label("Review queue"), "queue.show", "0"),
            Button(say.label("People who wait"), "member.list", "pending:0"),
            *((link(say, "broker.list", ""),) if much.sought else ()),
            Button(say.label("Cases up for review"), "stale.show", "0"),
            Button(say.label("What the library lacks"), "gaps.show", "none:0"),
        ),
    )


def _open(say: Words, number: int) -> Markup:
    if not number:
        return say("You have no open question.")
    return say.plural("You have one open question.", "You have {number} open questions.", number)


def _status(say: Words, member: MemberView) -> str:
    return word(say, member.status)
