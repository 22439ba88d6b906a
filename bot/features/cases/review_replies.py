"""What stewards read about drafts and cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.contract import Button, ButtonStyle, Card, Fact, Form, Reply
from bot.features.cases import merge_replies, report_replies
from bot.features.cases.forms import EditedCase, RetiredCase
from bot.features.cases.version_token import mark
from bot.i18n import Markup, Words, later
from bot.i18n.phrases import whole_case
from knowledge.cases.reports import FlagView
from knowledge.cases.views import CaseView
from knowledge.citations.citations import ProposalView
from knowledge.members.views import MemberView
from knowledge.vocabulary import CaseState, WhoseWords

Beside = Sequence[tuple[CaseView, float]]
"""Cases that say nearly the same as a draft, with their similarity in [0, 1]."""
Flagged = Sequence[tuple[FlagView, CaseView]]
WHOSE: Mapping[WhoseWords, str] = {
    WhoseWords.OWN: later("the member's own"),
    WhoseWords.AGREED: later("somebody else's; the member says that they agreed"),
    WhoseWords.SUMMARISED: later("what somebody else told, in the member's words"),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A case that waits, others like it, who saved it, and the conversation that it came from."""

    case: CaseView
    near: Beside = ()
    author: MemberView | None = None
    cited: ProposalView | None = None


def queue(
    say: Words,
    found: Sequence[Draft],
    total: int,
    offset: int,
    now: datetime,
    *,
    flagged: Flagged = (),
    flags: int = 0,
    due: int = 0,
) -> Reply:
    """Some of the drafts that wait for review, `offset` of `total` having been shown before.

    `flagged` are some of the `flags` that readers raised, `due` published cases are up for review.
    """
    parts = [
        say.plural("One draft waits for review.", "{number} drafts wait for review.", total)
        if total
        else say("No draft waits for review.")
    ]
    if flags:
        parts.append(
            say.plural(
                "One report on a published case waits for an answer.",
                "{number} reports on published cases wait for an answer.",
                flags,
            )
        )
    if due:
        parts.append(
            say.plural(
                "One published case is up for review: write **stale**.",
                "{number} published cases are up for review: write **stale**.",
                due,
            )
        )
    cards = [report_replies.in_queue(say, flag, case) for flag, case in flagged]
    for draft in found:
        cards.append(_draft(say, draft, now))
        if draft.near:
            cards.append(merge_replies.beside(say, draft.case, *draft.near[0]))
    rest = offset + len(found)
    more = Button(say.label("More drafts"), "queue.show", str(rest))
    return Reply(
        Markup(" ").join(parts), cards=tuple(cards), buttons=(more,) if rest < total else ()
    )


def approved(say: Words, case: CaseView) -> Reply:
    """A draft was published."""
    return Reply(
        say("Case {number}, “{title}”, is published.", number=case.id, title=case.title),
        buttons=(Button(say.label("Back to the queue"), "queue.show", "0"),),
    )


def rejected(say: Words, case: CaseView) -> Reply:
    """A draft was turned down."""
    return Reply(
        say("Case {number}, “{title}”, is rejected.", number=case.id, title=case.title),
        buttons=(Button(say.label("Back to the queue"), "queue.show", "0"),),
    )


def edited(say: Words, case: CaseView, now: datetime, *, held: bool = False) -> Reply:
    """A case with its new words; `held`: its author is asked first."""
    told = say("Saved.")
    if held:
        told = say(
            "These words were released by their author. I have sent them your change: the case "
            "reads as before until they agree. All else is saved."
        )
    return Reply(told, cards=(_draft(say, Draft(case), now),))


def retire_form(say: Words, number: int) -> Form:
    """The reason for retiring a case."""
    note = say("It will answer no questions any more. Its text stays for the stewards.")
    return RetiredCase.draw(say, number, note=note, number=number)


def retire_question(say: Words, case: CaseView) -> Reply:
    """The step before retiring a case."""
    return Reply(say("Retire “{title}”?", title=case.title), form=retire_form(say, case.id))


def edit_form(say: Words, case: CaseView, seen: str = "") -> Form:
    """The words of a case, over the version called `seen`."""
    values: dict[str, str | Sequence[str]] = {
        "title": case.title,
        "text": case.text,
        "topics": case.topics,
        "url": case.source.url,
        "published": case.source.published,
    }
    subject = f"{case.id}:{seen or mark(case)}"
    without = () if case.state is CaseState.PUBLISHED else ("note",)
    return EditedCase.draw(say, subject, values, without=without, number=case.id)


def _draft(say: Words, draft: Draft, now: datetime) -> Card:
    case, near = draft.case, draft.near
    card = whole_case(say, case, now)
    facts = list(card.facts)
    if draft.author is not None:
        saved = say("{name} (member {number})", name=draft.author.name, number=draft.author.id)
        facts.append(Fact(say.label("Saved by"), saved))
    if draft.cited is not None:
        facts.append(_attributions(say, draft.cited))
        if draft.cited.words.text:
            waits = say(
                "other words, until their author agrees: {text}", text=draft.cited.words.text
            )
            facts.append(Fact(say.label("Waiting"), waits))
    if case.whose_words is not None:
        facts.append(Fact(say.label("Words"), say(WHOSE[case.whose_words])))
    if near:
        alike = "; ".join(
            say("case {number} ({percent} % alike)", number=other.id, percent=round(likeness * 100))
            for other, likeness in near[:3]
        )
        facts.append(Fact(say.label("Says nearly the same as"), alike))
    number = str(case.id)
    buttons: tuple[Button, ...] = (
        Button(say.label("Approve"), "case.approve", number, ButtonStyle.PRIMARY),
        Button(say.label("Edit"), "case.edit", number),
        Button(say.label("Reject"), "case.reject", number, ButtonStyle.DANGER),
    )
    if near:
        buttons = (*buttons, merge_replies.button(say, case, near[0][0]))
    return replace(card, facts=facts, buttons=buttons if case.state is CaseState.DRAFT else ())


def _attributions(say: Words, found: ProposalView) -> Fact:
    """For stewards: what is published of the two, as they agreed to it."""
    lines = [each.wording for each in found.quotes if each.wording]
    return Fact(say.label("Quoted, as agreed"), say("{lines}", lines="; ".join(lines)))
