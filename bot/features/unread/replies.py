"""What is said of private messages that could not be sent: never what they say to others."""

from dataclasses import replace

from bot.contract import Audience, Button, ButtonStyle, Reply
from bot.i18n import Markup, Words


def waits(say: Words) -> Reply:
    """In a room that others may read: that something waits, and nothing of it."""
    return Reply(
        say(
            "There is a message for you from Crosswalk. You take no direct messages from me, so "
            "it waits here: press the button, and only you see it. To get such messages directly, "
            "allow direct messages from this server."
        ),
        buttons=(_read(say),),
        audience=Audience.CHANNEL,
    )


def beside(say: Words, reply: Reply, count: int) -> Reply:
    """An answer that its reader alone sees, with a word on what waits."""
    word = say.plural(
        "One message for you could not be sent.",
        "{number} messages for you could not be sent.",
        count,
    )
    text = Markup("\n\n").join(part for part in (reply.text, word) if part)
    return replace(reply, text=text, buttons=(*reply.buttons, _read(say)))


def shown(say: Words, kept: Reply, number: int, count: int) -> Reply:
    """One of the messages; the button says that it was read, and brings the next one."""
    parts = [
        say.plural(
            "A message that I could not send you:",
            "The first of {number} messages that I could not send you:",
            count,
        ),
        kept.text,
    ]
    if kept.files:
        parts.append(say("A file belongs to it, which I can only send as a direct message."))
    label = say.label("Read the next one") if count > 1 else say.label("I have read it")
    done = Button(label, "inbox.show", str(number), ButtonStyle.PRIMARY)
    return Reply(Markup("\n\n").join(parts), cards=kept.cards, buttons=(*kept.buttons, done))


def nothing(say: Words) -> Reply:
    """Everything arrived."""
    return Reply(say("No message waits for you: everything could be sent."))


def _read(say: Words) -> Button:
    return Button(say.label("Read what waits for me"), "inbox.show", "", ButtonStyle.PRIMARY)
