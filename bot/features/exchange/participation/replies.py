"""What members read about taking part in the exchange."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.contract import Button, Card, Reply
from bot.features.exchange.programmes.replies import next_round
from bot.features.exchange.rounds.member_replies import ANSWERS
from bot.features.members import enrolment_replies
from bot.features.members.enrolment import Joinable
from bot.i18n import Markup, Words
from bot.i18n.links import link
from knowledge.exchange.programmes import ParticipationView, ProgrammeView
from knowledge.exchange.rounds import PairingView
from knowledge.members.views import MemberView


@dataclass(frozen=True, slots=True)
class Standing:
    """The programmes with the reader's part in them, their groups now, and whom they meet.

    `asked`: the programmes that they are asked to join and have not answered.
    """

    programmes: Sequence["Next"]
    asked: Sequence[Joinable]
    groups: Sequence[PairingView]
    names: Mapping[int, str]


def asks_consent(say: Words, programme: ProgrammeView) -> Reply:
    """Nobody is paired without having agreed to it."""
    agree = Button(say.label("I agree, and join"), "pair.join", f"{programme.id}:agree")
    return Reply(
        say(
            "To take part in {programme} you agree to be paired: one or two members read your "
            "name, role, organisation, needs and offers, and you read theirs. You can take it back "
            "at any time with **consent be_paired no**.",
            programme=programme.name,
        ),
        buttons=(agree,),
    )


def joined(
    say: Words, programme: ProgrammeView, member: MemberView, begins: datetime | None
) -> Reply:
    """Welcome, when the next round is, and what would make better pairs."""
    parts = [say("You take part in {programme}.", programme=programme.name)]
    if begins is not None:
        parts.append(next_round(say, begins))
    if member.offers and member.needs:
        return Reply(Markup(" ").join(parts))
    parts.append(
        say(
            "Two things that you can help with and two that you want to learn lead to better "
            "pairs; it takes a minute."
        )
    )
    tell = Button(say.label("Offers and needs"), "profile.edit", "topics")
    return Reply(Markup(" ").join(parts), buttons=(tell,))


def every(say: Words, number: int) -> Reply:
    """How often somebody takes part."""
    return Reply(every_state(say, number))


def every_state(say: Words, number: int) -> Markup:
    """Each round, or one of so many."""
    return say.plural(
        "You take part in every round.", "You take part in one round out of {number}.", number
    )


def resumed(say: Words) -> Reply:
    """A pause has ended by itself."""
    return Reply(
        say(
            "The pause that you set has ended: you are in the next round of the exchange again. "
            "If it is too early, write **pair snooze until** and a day."
        )
    )


def avoided(say: Words, *, avoided: bool) -> Reply:
    """Private, in both directions; said again it is taken back."""
    if avoided:
        return Reply(
            say(
                "You are not put into a group together. Nobody is told. Say it again to take it "
                "back."
            )
        )
    return Reply(say("It is taken back: you may be put into a group together again."))


def superior(say: Words, name: str, *, set_now: bool) -> Reply:
    """Private: a superior and their staff are never put together; said again it is taken back."""
    if set_now:
        return Reply(
            say(
                "It is noted that {name} is your superior. You are not put into a group together, "
                "and no question of one goes to the other. Nobody is told. Say it again to take "
                "it back.",
                name=name,
            )
        )
    return Reply(say("It is taken back: {name} is not noted as your superior.", name=name))


def superiors(say: Words, names: Sequence[str]) -> Reply:
    """Whom the reader named; only they see it."""
    if not names:
        return Reply(
            say(
                "You have named no superior. **pair superior** and a name keeps the two of you "
                "out of one group; nobody is told."
            )
        )
    return Reply(
        say(
            "You have named as your superior: {names}. **pair superior none** takes it back.",
            names=say.listed(names),
        )
    )


def declined(say: Words, programme: ProgrammeView) -> Reply:
    """Not now; the way in stays open."""
    return Reply(
        say(
            "All right, I do not ask again. **pair join {programme}** brings you in at any time.",
            programme=programme.name,
        ),
        buttons=(Button(say.label("Join"), "pair.join", str(programme.id)),),
    )


def status(say: Words, found: Standing, member: MemberView) -> Reply:
    """Each programme, and whom the reader meets now."""
    if not found.programmes and not found.asked:
        return Reply(say("There is no exchange programme yet. The stewards can create one."))
    cards = [enrolment_replies.ask(say, each, member) for each in found.asked]
    cards += [_programme(say, each) for each in found.programmes]
    cards += [group(say, each, found.names) for each in found.groups]
    return Reply(say("The exchange and you:"), cards=tuple(cards))


@dataclass(frozen=True, slots=True)
class Next:
    """A programme, with the reader's part in it if they have one; `begins`: its next round.

    `snoozed_until`: the first day on which they take part again, where that is still to come.
    """

    programme: ProgrammeView
    part: ParticipationView | None
    begins: datetime | None
    snoozed_until: date | None = None


def next_exchange(say: Words, found: Sequence[Next], groups: Sequence[Card]) -> list[Card]:
    """The home page's part: each programme with its next round, then the groups of now."""
    own = [_next_in(say, each, each.part) for each in found if each.part is not None]
    return [*own, *groups]


def _next_in(say: Words, found: Next, part: ParticipationView) -> Card:
    number = str(found.programme.id)
    skip = Button(say.label("Skip the next round"), "pair.skip")
    leave = Button(say.label("Leave the programme"), "pair.leave", number)
    begins = (
        say("No round is planned at present.")
        if found.begins is None
        else next_round(say, found.begins)
    )
    buttons: tuple[Button, ...] = (skip, leave)
    if part.paused:
        state = say("You are not put into rounds, since the last ones did not seem to suit you.")
        buttons = (Button(say.label("Take part again"), "pair.back", number), leave)
    elif found.snoozed_until is not None:
        day = say.day(found.snoozed_until)
        state = say("You are in no round until {day}. Then you are back automatically.", day=day)
    elif part.skip_next:
        state, buttons = say("You skip it, and take part again after it."), (leave,)
    else:
        state = say("You take part in it.")
    title = say.label("My next exchange: {programme}", programme=found.programme.name)
    return Card(title, Markup(" ").join((begins, state)), buttons=buttons)


def _programme(say: Words, found: Next) -> Card:
    programme, part = found.programme, found.part
    number = str(programme.id)
    if part is None or part.paused:
        text = say("You take no part in it now.")
        if part is not None:
            text = say(
                "You were in no round lately: the last three did not seem to suit you. Only you "
                "see this."
            )
        label = say.label("Take part again") if part is not None else say.label("Join")
        join = Button(label, "pair.back" if part is not None else "pair.join", number)
        return Card(programme.name, text, buttons=(join,))
    text = say("You take part in {programme}.", programme=programme.name)
    lines = [text]
    if found.begins is not None:
        lines.append(next_round(say, found.begins))
    if part.every > 1:
        lines.append(every_state(say, part.every))
    if part.skip_next:
        lines.append(skipped_state(say))
    if part.snoozed_until is not None:
        lines.append(
            say(
                "You are in no round until {day}. Then you are back automatically.",
                day=say.day(part.snoozed_until),
            )
        )
    away = part.skip_next or part.snoozed_until is not None
    shift = (
        Button(say.label("Take part again"), "pair.back", number)
        if away
        else Button(say.label("Skip the next round"), "pair.skip")
    )
    leave = Button(say.label("Leave the programme"), "pair.leave", number)
    return Card(programme.name, Markup(" ").join(lines), buttons=(shift, leave))


def skipped_state(say: Words) -> Markup:
    """A round is skipped."""
    return say("You skip it.")


def group(say: Words, found: PairingView, names: Mapping[int, str]) -> Card:
    """Whom the reader meets, with what can be done about it."""
    buttons = [
        Button(say.label(label), "pair.met", f"{found.id}:{answer.value}")
        for answer, label in ANSWERS.items()
    ]
    buttons.append(Button(say.label("Can't this round"), "pair.cant", str(found.id)))
    if found.conversation_id is not None:
        shown = Button(say.label("Read it"), "conversation.show", str(found.conversation_id))
        buttons += [shown, link(say, "times.propose", found.conversation_id)]
    met = say.listed(names[number] for number in found.members if number in names)
    return Card(say.label("You meet {names}", names=met), buttons=tuple(buttons))
