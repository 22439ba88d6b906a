"""What is said when somebody comes to a round that runs already."""

from dataclasses import replace

from bot.contract import Button, Reply
from bot.i18n import Markup, Words


def offered(say: Words, reply: Reply, round_id: int) -> Reply:
    """The same reply, with an offer to meet people of this round already."""
    text = say(
        "A round has just begun, and there are people whom you could still join. They are told "
        "kindly that you come."
    )
    join = Button(say.label("Join this round, too"), "pair.late", str(round_id))
    return replace(
        reply, text=Markup(" ").join((Markup(reply.text), text)), buttons=(*reply.buttons, join)
    )


def joined(say: Words, *, done: bool) -> Reply:
    """Whether there was still somebody to join."""
    if done:
        return Reply(say("You are in this round: a conversation with your group begins now."))
    return Reply(
        say("This round has no place left for you to join. You are in the next one by yourself.")
    )


def with_word(say: Words, greeting: Reply, name: str) -> Reply:
    """The greeting of a pair that somebody joins: why there is another conversation."""
    word = say(
        "{name} joins the two of you for the rest of this round. Your conversation goes on here, "
        "with three; what the two of you wrote before is not shown to {name}.",
        name=name,
    )
    return replace(greeting, text=Markup("\n\n").join((word, Markup(greeting.text))))
