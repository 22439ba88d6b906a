"""What stewards read about programmes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.contract import Button, Card, Form, Reply
from bot.i18n import Markup, Words
from knowledge.exchange.programmes import ProgrammeView

NOT_HERE = "not"
"""Behind a programme's number in a button: rounds are no longer announced where it is pressed."""


def asked(say: Words, form: Form) -> Reply:
    """Everything about a programme, with what holds now or would by itself."""
    return Reply(say("What holds for the programme? All can be changed later."), form=form)


@dataclass(frozen=True, slots=True)
class Shown:
    """A programme as it is shown to a steward; `begins`: when its next round does.

    `here`: whether the channel hears of it in which this is read; None outside of channels.
    `nobody`: whether nobody takes part yet.
    """

    programme: ProgrammeView
    begins: datetime | None
    here: bool | None
    nobody: bool


def listed(say: Words, found: Sequence[Shown]) -> Reply:
    """Every programme."""
    create = Button(say.label("Create a programme"), "programme.save")
    if not found:
        text = say("There is no exchange programme yet.")
        return Reply(text, buttons=(create,))
    return Reply(
        say.plural("One programme.", "{number} programmes.", len(found)),
        cards=tuple(_card(say, each) for each in found),
        buttons=(create,),
    )


def saved(say: Words, shown: Shown) -> Reply:
    """A programme as it stands."""
    found, here = shown.programme, shown.here
    number = len(found.channels.get("places", ()))
    parts = [say("Saved.")]
    if here:
        parts.append(say("Rounds are announced in this channel."))
    elif here is not None and number:
        parts.append(say("Rounds are not announced in this channel."))
    if not number:
        parts.append(
            say("No channel hears of it yet: write programme here {name} in one.", name=found.name)
        )
    return Reply(Markup(" ").join(parts), cards=(_card(say, shown),))


def next_round(say: Words, begins: datetime) -> Markup:
    """When the next round begins, in the reader's own time: the one sentence that says so."""
    return say("The next round begins {time}.", time=time_of(begins))


def nobody_yet(say: Words) -> Markup:
    """A programme is empty, and what fills it."""
    return say(
        "Nobody has joined yet: invite. Whoever agreed to be paired is asked on their home page, "
        "and **pair join** brings anybody in."
    )


def time_of(moment: datetime) -> Markup:
    """A moment that each platform shows in the reader's zone and language."""
    return Markup(f"{{time:{int(moment.timestamp())}}}")


def _card(say: Words, shown: Shown) -> Card:
    found = shown.programme
    number = str(found.id)
    if found.paused:
        text = say("Paused.")
    elif shown.begins is None:
        text = say("No further round is due.")
    else:
        text = next_round(say, shown.begins)
    if shown.nobody:
        text = Markup(" ").join((text, nobody_yet(say)))
    if not found.automatic:
        text = Markup(" ").join((text, say("A steward sends each round.")))
    buttons = [
        Button(say.label("Preview"), "round.preview", number),
        Button(say.label("Change"), "programme.save", number),
    ]
    if shown.here:
        buttons.append(
            Button(say.label("No longer announce here"), "programme.here", f"{number}:{NOT_HERE}")
        )
    elif shown.here is not None:
        buttons.append(Button(say.label("Announce here"), "programme.here", number))
    if found.paused:
        buttons.append(Button(say.label("Go on"), "programme.resume", number))
    else:
        buttons.append(Button(say.label("Pause"), "programme.pause", number))
    return Card(found.name, text, buttons=tuple(buttons))


def chatham_house(say: Words) -> Markup:
    """The rule, in a sentence."""
    return say(
        "The Chatham House rule holds here: use what you hear, and never say who said it or for "
        "whom they work."
    )
