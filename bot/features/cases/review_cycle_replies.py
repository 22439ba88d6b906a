"""What is said about cases that are up for review."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.contract import Button, ButtonStyle, Card, Reply
from bot.i18n import Markup, Words
from bot.i18n.phrases import whole_case
from knowledge.cases.views import CaseView


def listed(
    say: Words, found: Sequence[CaseView], total: int, stale: int, offset: int, now: datetime
) -> Reply:
    """Some of the cases that are up for review, `offset` of `total` having been shown before."""
    if not total:
        return Reply(say("No published case is up for review."))
    text = say.plural(
        "One published case is up for review.",
        "{number} published cases are up for review, those that have waited longest first.",
        total,
    )
    if stale:
        more = say.plural(
            "One of them is stale: it is retired if nobody confirms it.",
            "{number} of them are stale: they are retired if nobody confirms them.",
            stale,
        )
        text = Markup(" ").join((text, more))
    rest = offset + len(found)
    button = Button(say.label("More cases"), "stale.show", str(rest))
    return Reply(
        text,
        cards=tuple(_card(say, case, now) for case in found),
        buttons=(button,) if rest < total else (),
    )


def still_true(say: Words, case: CaseView) -> Button:
    """Confirm a case."""
    return Button(say.label("Still true"), "case.confirm", str(case.id), ButtonStyle.PRIMARY)


def confirmed(say: Words, case: CaseView, days: int, *, steward: bool) -> Reply:
    """Somebody said that a case still holds."""
    text = say.plural(
        "Thank you. Case {case}, “{title}”, counts as reviewed today and comes up again in one "
        "day.",
        "Thank you. Case {case}, “{title}”, counts as reviewed today and comes up again in "
        "{number} days.",
        days,
        case=case.id,
        title=case.title,
    )
    back = Button(say.label("Back to the list"), "stale.show", "0")
    return Reply(text, buttons=(back,) if steward else ())


def restored(say: Words, case: CaseView) -> Reply:
    """A retired case answers questions again."""
    return Reply(
        say("Case {number}, “{title}”, is published again.", number=case.id, title=case.title)
    )


def days_set(say: Words, case: CaseView, days: int) -> Reply:
    """How long this case stays fresh."""
    return Reply(
        say.plural(
            "Case {case}, “{title}”, comes up for review one day after its last review.",
            "Case {case}, “{title}”, comes up for review {number} days after its last review.",
            days,
            case=case.id,
            title=case.title,
        )
    )


def to_author(say: Words, found: Sequence[CaseView], rest: int, now: datetime) -> Reply:
    """A private message to whoever wrote cases that came up for review."""
    total = len(found) + rest
    text = say.plural(
        "A case that you wrote has come up for review. Is it still true? Until somebody confirms "
        "it, readers are told that its review is due.",
        "{number} cases that you wrote have come up for review. Are they still true? Until "
        "somebody confirms them, readers are told that their review is due.",
        total,
    )
    if rest:
        more = say.plural(
            "One more is not shown here; stewards have it in their list.",
            "{number} more are not shown here; stewards have them in their list.",
            rest,
        )
        text = Markup(" ").join((text, more))
    off = Button(say.label("Do not write to me by yourself"), "news.off")
    return Reply(text, cards=tuple(_own(say, case, now) for case in found), buttons=(off,))


def _own(say: Words, case: CaseView, now: datetime) -> Card:
    changed = Button(say.label("Something changed"), "case.flag", str(case.id))
    return replace(whole_case(say, case, now), buttons=(still_true(say, case), changed))


def _card(say: Words, case: CaseView, now: datetime) -> Card:
    number = str(case.id)
    buttons = (
        still_true(say, case),
        Button(say.label("Edit"), "case.edit", number),
        Button(say.label("Retire"), "case.retire", number, ButtonStyle.DANGER),
    )
    return replace(whole_case(say, case, now), buttons=buttons)
