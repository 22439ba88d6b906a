"""What is said when somebody reports that a case is wrong or outdated."""

from bot.contract import Button, ButtonStyle, Card, Fact, Form, Reply
from bot.features.cases.forms import CaseReport, ReportAnswer
from bot.i18n import Words, later
from bot.i18n.labels import word
from knowledge.cases.reports import FlagView
from knowledge.cases.views import CaseView
from knowledge.vocabulary import CaseState

OUTCOME = later("Thank you for your report on case {number}, “{title}”. A steward has answered it:")


def form(say: Words, case: CaseView) -> Form:
    """What is the matter with a case."""
    note = say(
        "Stewards read what you write, and not that it comes from you. You are told what "
        "came of it."
    )
    return CaseReport.draw(say, case.id, note=note, number=case.id)


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


def answer_form(say: Words, flag: FlagView, case: CaseView) -> Form:
    """What came of a report."""
    note = say("Whoever reported it reads this. Edit or retire the case before, where it needs it.")
    return ReportAnswer.draw(say, flag.id, note=note, number=case.id)


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
