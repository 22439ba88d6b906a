"""Calls for cases: how stewards write them, and how members read them."""

from collections.abc import Iterable, Sequence

from bot.contract import Button, ButtonStyle, Card, Fact, Form, Reply
from bot.features.cases.forms import CallForCases
from bot.i18n import Words
from bot.i18n.labels import topic
from knowledge.cases.calls import CallView


def form(say: Words, topics: Sequence[str]) -> Form:
    """What members should tell about."""
    note = say("Every member can read it under **calls**.")
    return CallForCases.draw(say, ",".join(topics), {"topics": topics}, note=note)


def opened(say: Words, number: int) -> Reply:
    """A call is out."""
    return Reply(
        say("Call {number} is open. Members read it under **calls**.", number=number),
        buttons=(Button(say.label("Back to the gaps"), "gaps.show", "none:0"),),
    )


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
