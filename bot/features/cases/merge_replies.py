"""What stewards read when they merge a draft into another case."""

from bot.contract import Button, ButtonStyle, Card, Form, Option, Reply
from bot.features.cases.forms import DRAFT, OTHER, MergedCase
from bot.features.cases.version_token import mark
from bot.i18n import Words
from knowledge.cases.views import CaseView
from knowledge.vocabulary import CaseState

SHOWN = 600
"""Characters of a text that are shown beside the draft."""


def button(say: Words, draft: CaseView, into: CaseView) -> Button:
    """On a draft: merge it into the case beside it, as both were read."""
    subject = f"{draft.id}:{into.id}:{mark_of_both(draft, into)}"
    return Button(say.label("Merge into case {number}", number=into.id), "case.merge", subject)


def beside(say: Words, draft: CaseView, into: CaseView, likeness: float) -> Card:
    """The near duplicate, shown beside the draft."""
    text = into.text if len(into.text) <= SHOWN else into.text[: SHOWN - 1].rstrip() + "…"
    percent = round(likeness * 100)
    return Card(
        title=say.label(
            "Beside draft {draft}: case {number}, {percent} % alike",
            draft=draft.id,
            number=into.id,
            percent=percent,
        ),
        body=say("**{title}**\n\n{text}", title=into.title, text=text),
        buttons=(Button(say.label("Read the whole case"), "case.show", str(into.id)),),
    )


def form(say: Words, draft: CaseView, into: CaseView) -> Form:
    """Whose words stay."""
    return MergedCase.draw(
        say,
        f"{draft.id}:{into.id}:{mark_of_both(draft, into)}",
        note=say(
            "The words that stay keep their source; the other source is added as a further one. "
            "The draft is retired and points to case {number}.",
            number=into.id,
        ),
        options={
            "keep": (
                Option(say.label("Those of case {number}", number=into.id), OTHER),
                Option(say.label("Those of the draft"), DRAFT),
            )
        },
        draft=draft.id,
        number=into.id,
    )


def question(say: Words, draft: CaseView, into: CaseView, form: Form) -> Reply:
    """The step before merging."""
    return Reply(
        say(
            "Draft: **{draft}**\n\nCase {number}: **{title}**",
            draft=draft.title,
            number=into.id,
            title=into.title,
        ),
        form=form,
    )


def merged(say: Words, draft_id: int, into: CaseView) -> Reply:
    """Two cases became one."""
    return Reply(
        say(
            "Draft {draft} is merged into case {number}, “{title}”.",
            draft=draft_id,
            number=into.id,
            title=into.title,
        ),
        buttons=(
            Button(say.label("Read the whole case"), "case.show", str(into.id)),
            Button(say.label("Back to the queue"), "queue.show", "0", ButtonStyle.PLAIN),
        ),
    )


def told(say: Words, draft: CaseView, into: CaseView) -> Reply:
    """To the author: the draft became part of another case."""
    read = Button(say.label("Read the whole case"), "case.show", str(into.id))
    return Reply(
        say(
            "Your draft “{draft}” says nearly the same as case {number}, “{title}”, and is merged "
            "into it. Thank you.",
            draft=draft.title,
            number=into.id,
            title=into.title,
        ),
        buttons=(read,) if into.state is CaseState.PUBLISHED else (),
    )


def mark_of_both(draft: CaseView, into: CaseView) -> str:
    """A short word for two cases as they were read."""
    return mark(draft)[:8] + mark(into)[:8]
