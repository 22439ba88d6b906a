"""What the members of a round read: why they meet, whether they met, what came of it."""

from collections.abc import Mapping, Sequence

from bot.contract import Button, ButtonStyle, Reply
from bot.core.forms import FormOf, long_text, yes_or_no
from bot.features.exchange.programmes.replies import chatham_house
from bot.i18n import Markup, Words, later
from bot.i18n.links import link
from knowledge.cases.views import CaseView
from knowledge.exchange.plans import Reasons
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.states import CheckInAnswer
from knowledge.members.views import MemberView

DIFFERENCES: Mapping[str, str] = {
    "community": later("you come from different communities"),
    "level": later("you work at different levels of government"),
    "population": later("your places are of different size"),
    "country": later("you work in different countries"),
    "region": later("you work in different parts of the world"),
    "experience": later("your data teams are of different size"),
}
OPENERS = (
    later("Which decision in your office would be better with data that the other office holds?"),
    later("What did you try in the last year that did not work, and what did you learn from it?"),
    later("Whom did you have to convince first, and what convinced them?"),
)
ANSWERS: Mapping[CheckInAnswer, str] = {
    CheckInAnswer.MET: later("Met"),
    CheckInAnswer.NOT_YET: later("Not yet"),
    CheckInAnswer.WONT: later("Won't happen"),
}
MOST_SPANS = 2


def greeting(
    say: Words,
    programme: ProgrammeView,
    pairing_id: int,
    people: Mapping[int, MemberView],
    why: Reasons,
    case: CaseView | None = None,
) -> Reply:
    """The first message of a group, for one or for all to read; `case`: one that fits them all."""
    parts = [
        say(
            "Good day. In the exchange {programme}, these of you meet this round: {names}.",
            programme=programme.name,
            names=say.listed(_described(say, each) for each in people.values()),
        )
    ]
    if programme.chatham_house:
        parts.append(chatham_house(say))
    told = [
        say("- {name} wants to learn: “{need}”. {other} offers: “{offer}”.", **each)
        for each in _meetings(people, why)
    ]
    if told:
        parts.append(Markup("\n").join((say("Why you were matched:"), *told)))
    else:
        parts += _in_common(say, why)
    differs = [say(DIFFERENCES[each]) for each in why.differences if each in DIFFERENCES]
    if differs:
        parts.append(say("What differs between you: {facts}.", facts=say.listed(differs)))
    parts.append(_hours(say, why))
    parts.append(Markup("\n").join((say("To begin with:"), *_openers(say, people, why, case))))
    return Reply(Markup("\n\n").join(parts), buttons=_group_buttons(say, pairing_id, case))


def resting(say: Words, programme: ProgrammeView, *, alone: bool) -> Reply:
    """Nobody was found for somebody this time."""
    if alone:
        return Reply(
            say(
                "There were too few people for a round of {programme} this time. Thank you for "
                "being there; the next round comes by itself.",
                programme=programme.name,
            )
        )
    return Reply(
        say(
            "In this round of {programme} the numbers left you without a partner. You come first "
            "in the next one; there is nothing to do.",
            programme=programme.name,
        )
    )


def nudge(say: Words, pairing_id: int) -> Reply:
    """Nobody has written for a while."""
    return Reply(
        say(
            "It has been quiet here for a few working days. One line with two possible times is "
            "often enough to begin. If it does not suit this time, say so here; that is no trouble."
        ),
        buttons=_answers(say, pairing_id),
    )


def halfway(say: Words, programme: ProgrammeView, pairing_id: int, names: Sequence[str]) -> Reply:
    """Did you meet? Only the reader sees it."""
    return Reply(
        say(
            "Half of this round of {programme} is over. Have you and {names} met? Only you and "
            "the stewards' figures see the answer; figures name nobody.",
            programme=programme.name,
            names=say.listed(names),
        ),
        buttons=_answers(say, pairing_id),
    )


def ending(say: Words, programme: ProgrammeView, pairing_id: int, names: Sequence[str]) -> Reply:
    """The end of the round, with four short questions behind a button."""
    tell = Button(say.label("Four short questions"), "pair.story", str(pairing_id))
    return Reply(
        say(
            "This round of {programme} with {names} ends now. Did you meet, and what came of it?",
            programme=programme.name,
            names=say.listed(names),
        ),
        buttons=(*_answers(say, pairing_id), tell),
    )


STORY_LIMIT = 1_000


class StoryForm(FormOf):
    """The four questions."""

    action, heading = "pair.story", later("What came of it")
    problem = long_text(later("What was the problem?"), STORY_LIMIT)
    tried = long_text(later("What was tried?"), STORY_LIMIT)
    worked = long_text(later("What worked?"), STORY_LIMIT)
    quote = yes_or_no(later("May we quote you?"), value="no")


class ReportForm(FormOf):
    """A word to the stewards, in private."""

    action, heading = "pair.report", later("Report to the stewards")
    text = long_text(
        later("What happened"),
        2_000,
        required=True,
        hint=later("Only the stewards read it, with your name."),
    )


def checked_in(say: Words, answer: CheckInAnswer, pairing_id: int) -> Reply:
    """Thank you, and what may follow."""
    if answer is CheckInAnswer.MET:
        tell = Button(say.label("Four short questions"), "pair.story", str(pairing_id))
        return Reply(
            say("Thank you, it is noted that you met. What came of it helps others, too."),
            buttons=(tell, link(say, "postcard.write", f"group:{pairing_id}")),
        )
    if answer is CheckInAnswer.NOT_YET:
        return Reply(say("Thank you, it is noted. There is still time."))
    return Reply(say("Thank you, it is noted. Only you see it; figures name nobody."))


def cannot(say: Words, *, in_room: bool = False) -> Reply:
    """What whoever cannot take part this round is told; `in_room`: the others stay in a room."""
    thanks = say(
        "Thank you for saying so. The others are told kindly; you are asked again next round."
    )
    if not in_room:
        return Reply(thanks)
    room = say("I cannot take anybody out of a room: you may still see what is written in yours.")
    return Reply(Markup(" ").join((thanks, room)))


def partner_cannot(say: Words, name: str, pairing_id: int, *, another: bool) -> Reply:
    """What the partner is told."""
    text = say(
        "{name} cannot take part this round after all; it has nothing to do with you. You come "
        "first in the next round.",
        name=name,
    )
    if not another:
        return Reply(text)
    join = Button(say.label("Meet others"), "pair.third", str(pairing_id))
    return Reply(
        Markup(" ").join((text, say("If you like, you can meet others of this round now."))),
        buttons=(join,),
    )


def called_off(say: Words) -> Reply:
    """Somebody went before all of a group knew of each other."""
    return Reply(
        say(
            "Somebody whom you were to meet in this round cannot take part; it has nothing to do "
            "with you. You come first in the next round."
        )
    )


def one_cannot(say: Words, name: str, *, carried: bool = False, in_room: bool = False) -> Reply:
    """What the two others of three are told, in their conversation.

    `carried`: their words were brought to whoever goes; `in_room`: they may all see one room.
    """
    told = [
        say(
            "{name} cannot take part this round after all. The two of you can go on as you are.",
            name=name,
        )
    ]
    if carried:
        told.append(say("What you write is no longer brought to {name}.", name=name))
    if in_room:
        told.append(
            say(
                "I cannot take anybody out of a room: {name} may still see what is written here.",
                name=name,
            )
        )
    return Reply(Markup(" ").join(told))


def third(say: Words, joined: bool) -> Reply:
    """Whether another pair was found."""
    if joined:
        return Reply(say("You have joined another group: a conversation with them begins now."))
    return Reply(
        say("There is no pair that could be joined any more. You come first in the next round.")
    )


def report(say: Words, programme: str, reporter: str, others: Sequence[str], text: str) -> Reply:
    """What stewards read of a report."""
    head = say(
        "A report from the exchange {programme}, by {name}, about the group with {others}:",
        programme=programme,
        name=reporter,
        others=say.listed(others),
    )
    return Reply(Markup("\n\n").join((head, say("> {text}", text=" ".join(text.split())))))


def silent(say: Words, programme: ProgrammeView) -> Reply:
    """Three rounds without a word: a pause, and the way back."""
    back = Button(say.label("Take part again"), "pair.back", str(programme.id))
    return Reply(
        say(
            "The last three rounds of {programme} did not seem to suit you, so you are not put "
            "into the next ones. Only you see this. One press and you are back.",
            programme=programme.name,
        ),
        buttons=(back,),
    )


def _described(say: Words, member: MemberView) -> str:
    at = " · ".join(part for part in (member.role, member.organisation) if part)
    return f"{member.name} ({at})" if at else member.name


def _meetings(people: Mapping[int, MemberView], why: Reasons) -> list[dict[str, str]]:
    """Needs that somebody of the group meets, as they stand today; at most three."""
    found = []
    for each in why.meetings:
        one, other = people.get(each.asks), people.get(each.gives)
        if one and other and each.need < len(one.needs) and each.offer < len(other.offers):
            found.append(
                {
                    "name": one.name,
                    "need": one.needs[each.need],
                    "other": other.name,
                    "offer": other.offers[each.offer],
                }
            )
    return found[:3]


def _in_common(say: Words, why: Reasons) -> list[Markup]:
    """What is true of a group where no offer answers a need so well that it is a reason."""
    facts = [say("you have not met in this exchange before")] if why.met is False else []
    facts += [
        say("all of you work in {language}", language=say.language_name(code))
        for code in why.languages[:1]
    ]
    return [say("Why you were matched: {facts}.", facts=say.listed(facts))] if facts else []


def _openers(
    say: Words, people: Mapping[int, MemberView], why: Reasons, case: CaseView | None
) -> list[Markup]:
    """Three questions to begin with, from a case, needs and offers as far as they go."""
    found = [_from_case(say, case)] if case is not None else []
    own = [
        say(
            "- What was the first step in “{offer}”, and what would {other} do otherwise today?",
            **each,
        )
        for each in _meetings(people, why)
    ]
    common = [say("- {question}", question=say(each)) for each in OPENERS]
    return [*found, *own[: 2 - len(found)], *common][:3]


def _from_case(say: Words, case: CaseView) -> Markup:
    """A question about a case, cited."""
    published = case.source.published[:4]
    source = f"{case.source.title}, {published}" if published else case.source.title
    return say(
        "- Case {number}, “{title}” ({source}), is close to what each of you wants to learn: "
        "what of it would work in your office, and what would not?",
        number=case.id,
        title=case.title,
        source=source,
    )


def _hours(say: Words, why: Reasons) -> Markup:
    spans = [
        say(
            "{begin} to {end}",
            begin=Markup(f"{{time:{begin}}}"),
            end=Markup(f"{{time:{end}}}"),
        )
        for begin, end in why.hours[:MOST_SPANS]
    ]
    if not spans:
        return say("Your working hours do not overlap: writing to each other works best.")
    return say(
        "Hours in which all of you work, in your own local time: {spans}.",
        spans=Markup(say.listed(spans)),
    )


def _answers(say: Words, pairing_id: int) -> tuple[Button, ...]:
    return tuple(
        Button(say.label(label), "pair.met", f"{pairing_id}:{answer.value}")
        for answer, label in ANSWERS.items()
    )


def _group_buttons(say: Words, pairing_id: int, case: CaseView | None = None) -> tuple[Button, ...]:
    read = Button(say.label("Read the whole case"), "case.show", str(case.id)) if case else None
    return (
        *([read] if read else []),
        Button(say.label("Can't this round"), "pair.cant", str(pairing_id)),
        Button(say.label("Report"), "pair.report", str(pairing_id), ButtonStyle.DANGER),
    )
