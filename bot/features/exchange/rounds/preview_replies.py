"""What stewards read of a planned round."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.contract import Button, ButtonStyle, Card, Fact, Reply
from bot.features.exchange.planner.binding_rules import Outcome, Relief, Rule
from bot.features.exchange.programmes.replies import next_round, nobody_yet, time_of
from bot.features.exchange.rounds.member_replies import DIFFERENCES
from bot.i18n import Markup, Words, later
from knowledge.exchange.plans import Reasons
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.rounds import RoundView
from knowledge.exchange.states import RoundState
from knowledge.members.views import MemberView

MOST_CARDS = 40
WHY: Mapping[str, str] = {
    "alone": later("nobody else is in the round"),
    "rules": later("the rules leave no partner"),
    "odd_number": later("one is over, and there are no trios"),
    "no_place": later("the other community has no place left"),
    "nobody_left": later("everyone whom they may meet is in a group"),
    "not_active": later("not an active member"),
    **dict.fromkeys(
        # Why somebody stays away is theirs to tell: a pause or a limit is shown to nobody.
        ("no_consent", "paused", "skipped", "every", "snoozed", "capacity_spent"),
        later("takes no part this time"),
    ),
    "unreachable": later("has no account that can be written to"),
}


def preview(
    say: Words, programme: ProgrammeView, found: RoundView, people: Mapping[int, MemberView]
) -> Reply:
    """The groups with their reasons, who is left out and why, and what can be done."""
    plan = found.plan
    groups = plan.groups
    parts = [
        say(
            "Round {number} of {programme}, due {time}.",
            number=found.number,
            programme=programme.name,
            time=time_of(found.due_at),
        ),
        *_groups_in_all(say, found),
    ]
    if found.state is RoundState.PLANNED:
        parts.append(
            say("It begins by itself.")
            if programme.automatic or found.approved
            else say("It waits for a steward to send it.")
        )
    text = Markup(" ").join(parts)
    lines = [
        say("- {name}: {reason}", name=people[out.id].name, reason=_why(say, out.reason))
        for out in (*plan.left_out, *plan.away)
        if out.id in people
    ]
    if lines:
        text = Markup("\n").join((text, "", say("Not in a group:"), *lines))
    cards = tuple(
        _group(say, place, [people[each] for each in group if each in people], why)
        for place, (group, why) in enumerate(zip(groups, plan.reasons, strict=True), 1)
    )[:MOST_CARDS]
    return Reply(text, cards=cards, buttons=buttons(say, found))


def _groups_in_all(say: Words, found: RoundView) -> tuple[Markup, ...]:
    """How many groups there are and of which kind; where there are none, why."""
    plan = found.plan
    if not (plan.groups or plan.left_out or plan.away):
        return (nobody_yet(say),)
    if not plan.groups:
        return (say("No group can be made of those who have joined."),)
    return (
        say.plural("One group.", "{number} groups.", len(plan.groups)),
        say(
            "{share} % of the groups bring the communities together.",
            share=round(100 * plan.cross_share),
        ),
        say.plural("One pair meets again.", "{number} pairs meet again.", plan.repeats),
    )


EASED: Mapping[Rule, str] = {
    Rule.HOURS: later("With 0 shared hours"),
    Rule.LANGUAGE: later("Without a shared language"),
    Rule.SCOPE: later("With people of any country"),
    Rule.TRIOS: later("With groups of three"),
    Rule.SAME_SIDE: later("With groups within one community"),
}


def binding(say: Words, now: Outcome, reliefs: Sequence[Relief]) -> tuple[str, ...]:
    """Which rule makes people rest or meet again, as the round would be without it."""
    if not reliefs:
        return (
            say(
                "No single rule of the programme makes people rest or meet again: there are few "
                "people, or they may not meet for other reasons."
            ),
        )
    return (
        say("What binds, each planned without that rule:"),
        *(
            say(
                "- {rule}: {more} more pairs could meet. Pairs that meet again: {repeats} instead "
                "of {before}. Left out: {left} instead of {rest}.",
                rule=say.label(EASED[each.rule]),
                more=each.outcome.first_meetings - now.first_meetings,
                repeats=each.outcome.repeats,
                before=now.repeats,
                left=each.outcome.left_out,
                rest=now.left_out,
            )
            for each in reliefs
        ),
    )


def buttons(say: Words, found: RoundView) -> tuple[Button, ...]:
    """What can be done with a round that has not begun."""
    if found.state is not RoundState.PLANNED:
        return ()
    return (
        Button(say.label("Send it now"), "round.send", str(found.id), ButtonStyle.PRIMARY),
        Button(say.label("Cancel this round"), "round.cancel", str(found.id), ButtonStyle.DANGER),
    )


def waits(say: Words, programme: ProgrammeView, found: RoundView, days: int) -> Reply:
    """A round is due and nobody has sent it."""
    return Reply(
        say(
            "Round {number} of {programme} is due and waits for a steward; nobody has been told "
            "anything. Write round preview {programme} to see it. If nobody sends it within "
            "{days} days, it is skipped.",
            number=found.number,
            programme=programme.name,
            days=days,
        ),
        buttons=buttons(say, found),
    )


def skipped(
    say: Words, programme: ProgrammeView, found: RoundView, begins: datetime | None
) -> Reply:
    """Nobody has sent a round: it does not take place."""
    text = say(
        "Round {number} of {programme} was not sent and is skipped. No member was told anything.",
        number=found.number,
        programme=programme.name,
    )
    if begins is not None:
        text = Markup(" ").join((text, next_round(say, begins)))
    return Reply(text)


def sent(say: Words, programme: ProgrammeView, found: RoundView, *, begun: bool) -> Reply:
    """Whether a round begins now."""
    facts = {"number": found.number, "programme": programme.name}
    if begun:
        return Reply(say("Round {number} of {programme} begins now.", **facts))
    return Reply(
        say(
            "Nothing was changed: round {number} of {programme} has begun or was cancelled before.",
            **facts,
        )
    )


def cancelled(say: Words, programme: ProgrammeView, found: RoundView, *, done: bool) -> Reply:
    """Whether a round was cancelled."""
    if not done:
        return sent(say, programme, found, begun=False)
    return Reply(
        say(
            "Round {number} of {programme} is cancelled. Nobody was told of it but stewards.",
            number=found.number,
            programme=programme.name,
        )
    )


def _why(say: Words, reason: str) -> str:
    return say(WHY.get(reason, reason))


def _group(say: Words, place: int, people: list[MemberView], why: Reasons) -> Card:
    facts = [
        Fact(say.label("Numbers"), ", ".join(f"#{each.id}" for each in people)),
    ]
    differs = [say.label(DIFFERENCES[each]) for each in why.differences]
    if differs:
        facts.append(Fact(say.label("Differs"), say.listed(differs)))
    if why.languages:
        named = (say.language_name(code) for code in why.languages)
        facts.append(Fact(say.label("Languages"), say.listed(named)))
    by = {each.id: each for each in people}
    told = [
        say(
            "- {name} wants to learn: “{need}”. {other} offers: “{offer}”.",
            name=by[each.asks].name,
            need=by[each.asks].needs[each.need],
            other=by[each.gives].name,
            offer=by[each.gives].offers[each.offer],
        )
        for each in why.meetings
        if each.asks in by and each.gives in by
        if each.need < len(by[each.asks].needs) and each.offer < len(by[each.gives].offers)
    ]
    return Card(
        say.label("{number}. {names}", number=place, names=say.listed(e.name for e in people)),
        Markup("\n").join(told[:3]),
        tuple(facts),
    )
