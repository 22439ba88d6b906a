"""What is said when a channel does not take a message."""

from dataclasses import replace

from bot.contract import Audience, Reply
from bot.i18n import Markup, Words


def instead(say: Words, room: str, permission: str, answer: Reply | None) -> Reply:
    """To whoever waits for it, in private: why it is not there, and the message itself."""
    why = say(
        "I cannot write in {room}: I lack the permission {permission} there. Stewards know.",
        room=room,
        permission=permission,
    )
    if answer is None:
        return Reply(why)
    text = Markup("\n\n").join((why, answer.text))
    return replace(answer, text=text, audience=Audience.PRIVATE, thread=False, tags=())


def permission_missing(say: Words, room: str, permission: str) -> Reply:
    """To stewards, once for each channel and permission."""
    return Reply(
        say(
            "I cannot write in {room}: I lack the permission {permission} there. Whoever asks me "
            "there is answered in private. Give my role that permission, or write channel quiet "
            "in the channel.",
            room=room,
            permission=permission,
        )
    )


def unsent(say: Words) -> Reply:
    """To all in the channel, below a request whose answer is for one person: not what it says."""
    return Reply(
        say(
            "I could not send my answer in private: you take no direct messages from me. Please "
            "allow direct messages from this server, or use the command /ask: what it shows is "
            "seen by you alone."
        ),
        audience=Audience.CHANNEL,
    )
