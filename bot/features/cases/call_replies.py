"""Calls for cases: how stewards write them, and how members read them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bot.contract import Button, ButtonStyle, Card, Fact, Field, FieldKind, Form, Reply
from bot.i18n import Words
from bot.i18n.labels import options, topic
from knowledge.cases.calls import CallView
from knowledge.vocabulary import Topic


def question(
    say: Words,
    topics: Sequence[str],
    limit: int,
    values: Mapping[str, str | Sequence[str]] | None = None,
) -> Reply:
    """The form of a call."""
    fields: tuple[Field, ...] = (
        Field(
            "text",
            say.label("What members should tell about"),
            FieldKind.TEXT,
            required=True,
            hint=say.label("In your own words: nobody's question is quoted."),
            max_length=limit,
        ),
        Field(
            "topics",
            say.label("Topics"),
            FieldKind.ANY_OF,
            value=tuple(topics),
            options=options(say, Topic),
        ),
    )
    if values is not None:
        fields = tuple(replace(each, value=values.get(each.name, "")) for each in fields)
    form = Form(
        say.label("Call for cases"),
        "call.write",
        ",".join(topics),
        fields,
        say("Every member can read it under **calls**."),
    )
    return Reply(say("What should members tell about?"), form=form)


def opened(say: Words, number: int) -> Reply:
    """A call is out."""
    return Reply(
        say("Call {number} is open. Members read it under **calls**.", number=number),
        buttons=(Button(say.label("Back to the gaps"), "gaps.show", "none:0"),),
    )


def closed(say: Words, number: int) -> Reply:
    """A call asks no longer."""
    return Reply(say("Call {number} is closed.", number=number))


def listed(say: Words, found: Sequence[CallView], *, steward: bool, telling: str) -> Reply:
    """Every open call; `telling` is the action that opens the form of a case, or empty."""
    if not found:
        return Reply(say("No call for cases is open."))
    text = say.plural(
        "Stewards ask for cases on one matter.",
        "Stewards ask for cases on {number} matters, the latest first.",
        len(found),
    )
    return Reply(
        text, cards=tuple(_card(say, call, steward=steward, telling=telling) for call in found)
    )


def _card(say: Words, call: CallView, *, steward: bool, telling: str) -> Card:
    topics = say.listed(topic(say, each) for each in call.topics)
    since = Fact(say.label("Open since"), say("{text}", text=say.day(call.at)))
    about = Fact(say.label("Topics"), say("{topics}", topics=topics))
    return Card(
        title=say.label("Call {number}", number=call.id),
        body=say("{text}", text=call.text),
        facts=(about, since) if topics else (since,),
        buttons=tuple(_buttons(say, call, steward=steward, telling=telling)),
    )


def _buttons(say: Words, call: CallView, *, steward: bool, telling: str) -> Iterable[Button]:
    if telling:
        yield Button(say.label("Tell our case"), telling, "", ButtonStyle.PRIMARY)
    if steward:
        yield Button(say.label("Close this call"), "call.close", str(call.id))
