"""What stewards read about programmes."""

from collections.abc import Sequence

from bot.contract import Button, Card, Form, Reply
from bot.i18n import Markup, Words
from knowledge.exchange.programmes import ProgrammeView


def asked(say: Words, form: Form) -> Reply:
    """Everything about a programme, with what holds now or would by itself."""
    return Reply(say("What holds for the programme? All can be changed later."), form=form)


def listed(say: Words, found: Sequence[ProgrammeView], *, in_channel: bool) -> Reply:
    """Every programme; `in_channel`: rounds could be announced where this is read."""
    create = Button(say.label("Create a programme"), "programme.save")
    if not found:
        text = say("There is no exchange programme yet.")
        return Reply(text, buttons=(create,))
    return Reply(
        say.plural("One programme.", "{number} programmes.", len(found)),
        cards=tuple(_card(say, each, in_channel=in_channel) for each in found),
        buttons=(create,),
    )


def saved(say: Words, found: ProgrammeView, *, here: bool | None) -> Reply:
    """A programme as it stands; `here`: whether this channel hears of it, None: no channel."""
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
    card = _card(say, found, in_channel=here is not None)
    return Reply(Markup(" ").join(parts), cards=(card,))


def _card(say: Words, found: ProgrammeView, *, in_channel: bool) -> Card:
    number = str(found.id)
    due = found.next_due_at
    if found.paused:
        text = say("Paused.")
    elif due is None:
        text = say("No further round is due.")
    else:
        time = Markup(f"{{time:{int(due.timestamp())}}}")
        text = say("The next round begins {time}.", time=time)
    if not found.automatic:
        text = Markup(" ").join((text, say("A steward sends each round.")))
    buttons = [
        Button(say.label("Preview"), "round.preview", number),
        Button(say.label("Change"), "programme.save", number),
    ]
    if in_channel:
        label = say.label("Announce here, or no longer")
        buttons.append(Button(label, "programme.here", number))
    pause = say.label("Go on") if found.paused else say.label("Pause")
    buttons.append(Button(pause, "programme.pause", number))
    return Card(found.name, text, buttons=tuple(buttons))


def chatham_house(say: Words) -> Markup:
    """The rule, in a sentence."""
    return say(
        "The Chatham House rule holds here: use what you hear, and never say who said it or for "
        "whom they work."
    )
