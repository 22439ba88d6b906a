"""What stewards read about programmes."""

from collections.abc import Mapping, Sequence

from bot.contract import Button, Card, Field, FieldKind, Form, Option, Reply
from bot.i18n import Markup, Words
from knowledge.exchange.programmes import ProgrammeView


def form(say: Words, values: Mapping[str, str], old: ProgrammeView | None) -> Reply:
    """Everything about a programme, with what holds now or would by itself."""
    yes_no = (("yes", say.label("Yes")), ("no", say.label("No")))
    cadences = (
        ("weekly", say.label("every week")),
        ("every-2-weeks", say.label("every two weeks")),
        ("monthly", say.label("every month, on the same weekday")),
        ("quarterly", say.label("every quarter, on the same weekday")),
        ("once", say.label("once")),
    )
    scopes = (
        ("any", say.label("everybody")),
        ("same-country", say.label("people of one country")),
        ("other-countries", say.label("people of different countries")),
    )
    fields = (
        ("name", say.label("Name"), ()),
        ("cadence", say.label("How often"), cadences),
        ("start", say.label("First date, such as 2027-01-10"), ()),
        ("at", say.label("Local time, such as 10:00"), ()),
        ("zone", say.label("Time zone"), ()),
        ("scope", say.label("Who meets"), scopes),
        ("share", say.label("Percent who should meet the other community"), ()),
        ("hours", say.label("Shared working hours; 0 if writing is enough"), ()),
        ("size", say.label("Most people in a group: 2 or 3"), ()),
        ("language", say.label("A shared language is needed"), yes_no),
        ("same_side", say.label("Two of one community may meet"), yes_no),
        ("automatic", say.label("Begin by itself, without a steward"), yes_no),
        ("days", say.label("Days that a round lasts"), ()),
        ("blackouts", say.label("Dates without a round, with commas"), ()),
        ("chatham", say.label("Chatham House rule"), yes_no),
    )
    needed = {"name", "cadence", "start", "at", "zone"}
    return Reply(
        say("What holds for the programme? All can be changed later."),
        form=Form(
            say.label("Exchange programme"),
            "programme.save",
            str(old.id) if old else "",
            tuple(
                Field(
                    name,
                    label,
                    FieldKind.ONE_OF if options else FieldKind.LINE,
                    value=values.get(name, ""),
                    options=tuple(Option(text, value) for value, text in options),
                    required=name in needed,
                    max_length=300 if name == "blackouts" else 80,
                )
                for name, label, options in fields
            ),
        ),
    )


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
