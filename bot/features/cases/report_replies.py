"""What is said when somebody reports that a case is wrong or outdated."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.contract import Button, ButtonStyle, Card, Fact, Field, FieldKind, Form, Reply
from bot.i18n import Words, later
from bot.i18n.labels import options, word
from knowledge.cases.reports import FlagView
from knowledge.cases.views import CaseView
from knowledge.vocabulary import CaseState, FlagKind

OUTCOME = later("Thank you for your report on case {number}, “{title}”. A steward has answered it:")


def question(
    say: Words,
    case: CaseView,
    limit: int,
    values: Mapping[str, str | Sequence[str]] | None = None,
) -> Reply:
    """What is the matter with a case."""
    fields: tuple[Field, ...] = (
        Field(
            "kind",
            say.label("What is the matter"),
            FieldKind.ONE_OF,
            options=options(say, FlagKind),
            required=True,
        ),
        Field(
            "reason",
            say.label("What should a steward know"),
            FieldKind.TEXT,
            required=True,
            hint=say.label("Such as what changed, and where that can be read."),
            max_length=limit,
        ),
    )
    if values is not None:
        fields = tuple(replace(each, value=values.get(each.name, "")) for each in fields)
    form = Form(
        say.label("Report case {number}", number=case.id),
        "case.flag",
        str(case.id),
        fields,
        say(
            "Stewards read what you write, and not that it comes from you. You are told what "
            "came of it."
        ),
    )
    return Reply(say("What is the matter with “{title}”?", title=case.title), form=form)


def kept(say: Words, case: CaseView) -> Reply:
    """A report was taken."""
    return Reply(
        say(
            "Thank you. A steward will look at case {number}, and you are told what came of it.",
            number=case.id,
        )
    )


def button(say: Words, case: CaseView) -> Button:
    """On a whole case."""
    return Button(say.label("Report a problem"), "case.flag", str(case.id))


def own(say: Words, flag: FlagView) -> Fact:
    """On a whole case: how the reader's own report stands."""
    if flag.resolved_at is None:
        value = say("open since {day}", day=say.day(flag.at))
    else:
        value = say("answered on {day}: {note}", day=say.day(flag.resolved_at), note=flag.note)
    return Fact(say.label("Your report"), value)


def in_queue(say: Words, flag: FlagView, case: CaseView) -> Card:
    """A report that waits for a steward."""
    number = str(case.id)
    buttons = [
        Button(say.label("Answer the report"), "flag.resolve", str(flag.id), ButtonStyle.PRIMARY),
        Button(say.label("Read the whole case"), "case.show", number),
    ]
    if case.state is CaseState.PUBLISHED:
        buttons += [
            Button(say.label("Edit"), "case.edit", number),
            Button(say.label("Retire"), "case.retire", number, ButtonStyle.DANGER),
        ]
    return Card(
        title=say.label("Report on case {number}: {title}", number=case.id, title=case.title),
        body=say("{text}", text=flag.reason),
        facts=(
            Fact(say.label("What is the matter"), say("{text}", text=word(say, flag.kind))),
            Fact(say.label("Reported"), say("{text}", text=say.day(flag.at))),
            Fact(say.label("State"), say("{text}", text=word(say, case.state))),
        ),
        buttons=tuple(buttons),
    )


def resolving(say: Words, flag: FlagView, case: CaseView, limit: int) -> Reply:
    """What came of a report."""
    field = Field(
        "note", say.label("What came of it"), FieldKind.TEXT, required=True, max_length=limit
    )
    form = Form(
        say.label("Answer the report on case {number}", number=case.id),
        "flag.resolve",
        str(flag.id),
        (field,),
        say("Whoever reported it reads this. Edit or retire the case before, where it needs it."),
    )
    return Reply(say("Reported: {text}", text=flag.reason), form=form)


def resolved(say: Words, case: CaseView) -> Reply:
    """A report was answered."""
    return Reply(
        say(
            "The report on case {number} is answered, and whoever made it is told.",
            number=case.id,
        ),
        buttons=(Button(say.label("Back to the queue"), "queue.show", "0"),),
    )


def outcome(say: Words, flag: FlagView, case: CaseView, note: str) -> Reply:
    """A private message to whoever reported a case."""
    text = say(OUTCOME, number=case.id, title=case.title)
    read = Button(say.label("Read the whole case"), "case.show", str(case.id))
    shown = case.state is CaseState.PUBLISHED
    answer = Card(
        title=say.label("What came of it"),
        body=say("{text}", text=note),
        facts=(Fact(say.label("Your report"), say("{text}", text=flag.reason)),),
        buttons=(read,) if shown else (),
    )
    return Reply(text, cards=(answer,))
