"""What stewards read about drafts and cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.contract import Button, ButtonStyle, Card, Fact, Field, FieldKind, Form, Reply
from bot.features.cases import merge_replies, report_replies
from bot.features.cases.version_token import mark
from bot.i18n import Markup, Words, later
from bot.i18n.labels import options
from bot.i18n.phrases import whole_case
from knowledge.cases.reports import FlagView
from knowledge.cases.views import CaseView
from knowledge.citations.citations import ProposalView
from knowledge.members.views import MemberView
from knowledge.vocabulary import CaseState, Topic, WhoseWords

Beside = Sequence[tuple[CaseView, float]]
"""Cases that say nearly the same as a draft, with their similarity in [0, 1]."""
Flagged = Sequence[tuple[FlagView, CaseView]]
NOTE_LIMIT = 200
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


def retired(say: Words, case: CaseView) -> Reply:
    """A case was taken out of the library."""
    return Reply(
        say(
            "Case {number}, “{title}”, is retired and answers no questions any more.",
            number=case.id,
            title=case.title,
        )
    )


def edited(say: Words, case: CaseView, now: datetime) -> Reply:
    """A case with its new words."""
    return Reply(say("Saved."), cards=(_draft(say, Draft(case), now),))


def reject_form(say: Words, number: int, limit: int) -> Form:
    """The reason for turning a draft down."""
    return Form(
        say.label("Reject case {number}", number=number),
        "case.reject",
        str(number),
        (_reason(say, limit, required=True),),
    )


def retire_question(say: Words, case: CaseView, limit: int) -> Reply:
    """The step before retiring a case."""
    form = Form(
        say.label("Retire case {number}", number=case.id),
        "case.retire",
        str(case.id),
        (_reason(say, limit, required=False),),
        say("It will answer no questions any more. Its text stays for the stewards."),
    )
    return Reply(say("Retire “{title}”?", title=case.title), form=form)


def edit_form(
    say: Words,
    case: CaseView,
    values: Mapping[str, str | Sequence[str]] | None = None,
    seen: str = "",
) -> Form:
    """The words of a case; `values` is what was typed last, over the version called `seen`."""
    fields: tuple[Field, ...] = (
        Field("title", say.label("Title"), value=case.title, required=True, max_length=200),
        Field(
            "text",
            say.label("Text"),
            FieldKind.TEXT,
            value=case.text,
            required=True,
            max_length=4_000,
        ),
        Field(
            "topics",
            say.label("Topics"),
            FieldKind.ANY_OF,
            value=case.topics,
            options=options(say, Topic),
        ),
        Field("url", say.label("Address of the source"), value=case.source.url, max_length=2_000),
        Field(
            "published",
            say.label("Published"),
            value=case.source.published,
            hint=say.label("Such as 2019, 2019-03 or 2019-03-05."),
            max_length=20,
        ),
    )
    if case.state is CaseState.PUBLISHED:
        note = say.label("What changed, in a sentence; every reader of the case can see it")
        fields = (*fields, Field("note", note, max_length=NOTE_LIMIT))
    if values is not None:
        fields = tuple(
            replace(field, value=values.get(field.name, field.value)) for field in fields
        )
    return Form(
        say.label("Edit case {number}", number=case.id),
        "case.edit",
        f"{case.id}:{seen or mark(case)}",
        fields,
    )


def _draft(say: Words, draft: Draft, now: datetime) -> Card:
    case, near = draft.case, draft.near
    card = whole_case(say, case, now)
    facts = list(card.facts)
    if draft.author is not None:
        saved = say("{name} (member {number})", name=draft.author.name, number=draft.author.id)
        facts.append(Fact(say.label("Saved by"), saved))
    if draft.cited is not None:
        facts.append(_attributions(say, draft.cited))
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


def _reason(say: Words, limit: int, *, required: bool) -> Field:
    return Field("reason", say.label("Reason"), FieldKind.TEXT, required=required, max_length=limit)


def _attributions(say: Words, found: ProposalView) -> Fact:
    """For stewards: what is published of the two, as they agreed to it."""
    lines = [each.wording for each in found.quotes if each.wording]
    return Fact(say.label("Quoted, as agreed"), say("{lines}", lines="; ".join(lines)))
