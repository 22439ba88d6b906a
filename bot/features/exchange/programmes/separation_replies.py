"""What stewards read about those who are never put into one group."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.contract import Reply
from bot.i18n import Markup, Words


@dataclass(frozen=True, slots=True)
class Side:
    """One of two that are kept apart: a member, everybody of an organisation or of a country."""

    member: str = ""
    organisation: str = ""
    country: str = ""


def apart(say: Words, one: Side, other: Side, said: str, *, apart: bool) -> Reply:
    """Two are kept apart, or no longer; `said`: how the steward named them."""
    if one == other:
        who = {"one": _named(say, one)}
        if apart:
            kept = say("Never put into a group with one another: {one}.", **who)
            return Reply(Markup(" ").join((kept, _undone_by(say, "apart", said))))
        return Reply(say("No longer kept apart from one another: {one}.", **who))
    who = {"one": _named(say, one), "other": _named(say, other)}
    if apart:
        kept = say("Never put into a group together: {one}, and {other}.", **who)
        return Reply(Markup(" ").join((kept, _undone_by(say, "apart", said))))
    return Reply(say("No longer kept apart: {one}, and {other}.", **who))


def reports(say: Words, staff: str, chief: str, said: str, *, noted: bool) -> Reply:
    """A reporting line is set, or undone; `said`: how the steward named them."""
    if noted:
        text = say(
            "{chief} is noted as a superior of {staff}: they are never put into a group together, "
            "and no question of one goes to the other.",
            staff=staff,
            chief=chief,
        )
        return Reply(Markup(" ").join((text, _undone_by(say, "reports", said))))
    return Reply(
        say("{chief} is not noted as a superior of {staff} any more.", staff=staff, chief=chief)
    )


def listed(
    say: Words, sides: Sequence[tuple[Side, Side]], lines: Sequence[tuple[str, str]]
) -> Reply:
    """All that stewards said; what members asked for themselves is in no list."""
    if not sides and not lines:
        return Reply(
            say(
                "Nobody is kept apart by stewards. **programme apart A | B** keeps two members, "
                "organisations or countries apart; **programme reports A | B** says that B is a "
                "superior of A."
            )
        )
    told = [
        say("- {one}, and {other}", one=_named(say, one), other=_named(say, other))
        for one, other in sides
    ]
    told += [say("- {chief} is a superior of {staff}", staff=a, chief=b) for a, b in lines]
    return Reply(
        Markup("\n").join((say("Never put into a group together, by the stewards' word:"), *told))
    )


def _undone_by(say: Words, word: str, said: str) -> Markup:
    return say("**programme {word} off {said}** undoes it.", word=word, said=said)


def _named(say: Words, side: Side) -> str:
    if side.organisation:
        return say.label("everybody of {organisation}", organisation=side.organisation)
    if side.country:
        return say.label("everybody from {country}", country=say.country(side.country))
    return side.member
