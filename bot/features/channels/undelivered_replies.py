"""What is said when a channel does not take a message."""

from dataclasses import replace

from bot.contract import Audience, Reply
from bot.i18n import Markup, Words


def instead(say: Words, room: str, permission: str, answer: Reply | None) -> Reply:
    """To whoever waits for it, in private: why it is not there, and the message itself.

    `permission`: which one is missing; empty where the channel is gone.
    """
    why = say("I cannot write in {room}: it is gone, or closed to me. Stewards know.", room=room)
    if permission:
        why = say(
            "I cannot write in {room}: I lack the permission {permission} there. Stewards know.",
            room=room,
            permission=permission,
        )
    if answer is None:
        return Reply(why)
    text = Markup("\n\n").join((why, answer.text))
    return replace(answer, text=text, audience=Audience.PRIVATE, thread=False, tags=())


def room_gone(say: Words, room: str) -> Reply:
    """To stewards, once for each channel: what was to be read there is read by nobody."""
    return Reply(
        say(
            "I cannot write in {room} any more: it is gone, or closed to me. If rounds are "
            "announced there, write **programme here** with the name of the programme in another "
            "channel. If I was only taken out, invite me again.",
            room=room,
        )
    )


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
