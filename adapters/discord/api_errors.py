"""What Discord's error codes mean for an operator, a steward and the next try."""

from collections.abc import Mapping

import discord
import structlog
from aiohttp import ClientError

from adapters.discord.permissions import SEND, SEND_IN_THREADS, VIEW
from bot.contract import Later, Undeliverable
from bot.contract.adapter_kit import retry_after

log = structlog.get_logger(__name__)

FAILURES = (discord.DiscordException, ClientError, TimeoutError, OSError, RuntimeError)
"""What a call to Discord can raise when Discord or the way to it fails; a session that was closed
meanwhile is a RuntimeError."""

FINAL: Mapping[int, str] = {
    10002: "Discord does not know this application any more.",
    10003: "There is no such channel any more.",
    10004: "There is no such server any more.",
    10007: "This person is not in the server any more.",
    10008: "There is no such message any more.",
    10013: "Discord does not know this person any more.",
    10015: "The interaction cannot be answered any more.",
    10062: "The interaction cannot be answered any more.",
    10063: "Discord does not know this command any more.",
    10087: "There is no such tag any more.",
    20001: "Bots may not do this.",
    20009: "Discord does not let this be sent to the person.",
    20012: "The bot may not do this for another application.",
    20018: "Only the owner of the account may do this.",
    20024: "The server is not open to accounts of this age.",
    20031: "Discord does not allow a word of the title.",
    20035: "The server's level is too low for this.",
    30015: "The message has too many files.",
    30032: "The application has too many commands.",
    30033: "The thread has as many people as a thread can have.",
    40001: "Discord does not let the bot write here.",
    40002: "Discord wants the bot's account to be verified.",
    40005: "The message and its files are too large.",
    40007: "The person is banned from the server.",
    40041: "There is a command of this name already.",
    40058: "In a forum only posts can be written.",
    40060: "The interaction was answered already.",
    40061: "Two tags have the same name.",
    40066: "The forum has no tag that the bot may use.",
    40067: "The forum wants a tag with each post.",
    40094: "The interaction was answered as often as Discord allows.",
    50001: "The bot cannot see this channel.",
    50003: "This is not possible in a direct message.",
    50005: "The message is somebody else's.",
    50006: "The message is empty.",
    50007: "This person takes no direct messages from the bot.",
    50008: "Nobody can write in a channel of this kind.",
    50009: "The server wants accounts to be verified further.",
    50013: "The bot lacks a permission that it needs in this channel.",
    50019: "The message is in another channel.",
    50021: "The message is one of Discord's own.",
    50024: "This is not possible in a channel of this kind.",
    50025: "Discord does not accept the token of this call.",
    50027: "The interaction cannot be answered any more.",
    50033: "Discord does not know this person.",
    50035: "Discord refuses the form of the message.",
    50041: "Discord does not know this version of its API any more: update Crosswalk.",
    50045: "A file is larger than the server allows.",
    50046: "Discord refuses a file.",
    50055: "The server is not valid.",
    50068: "The message is of a kind that cannot be answered.",
    50083: "The thread is archived.",
    50095: "The server is not open in this place.",
    50101: "The server's level is too low for this.",
    50109: "Discord could not read the message.",
    50110: "Discord refuses a file.",
    50123: "Discord refuses a file.",
    50146: "A file did not arrive.",
    50178: "Discord wants the account to be verified.",
    50278: "This person shares no server with the bot, or takes no direct messages.",
    60003: "The server wants two-factor authentication of the bot's owner.",
    160002: "The bot lacks the permission Read Message History in this channel.",
    160004: "There is a thread at this message already.",
    160005: "The thread is locked.",
    200000: "A filter of the server blocks the message.",
    200001: "A filter of the server blocks the title.",
    240000: "A filter of Discord blocks a link in the message.",
    400001: "Discord lets nobody send files in this server.",
}
"""What cannot succeed at another try, by Discord's number, with a reason for stewards."""
PASSING: Mapping[int, float] = {
    20016: 60.0,  # the channel is in slow mode
    20022: 600.0,  # too many edits in an announcement channel
    20028: 60.0,  # too much was written in the channel
    20029: 60.0,  # too much was written in the server
    30034: 3600.0,  # too many commands were made today
    30046: 600.0,  # too many edits of messages older than an hour
    40003: 600.0,  # direct messages are opened too fast
    40004: 300.0,  # sending is switched off for a time
    40006: 300.0,  # a part of Discord is switched off for a time
    40043: 60.0,  # an interaction failed on its way
    40062: 60.0,  # a part of Discord is busy
    40333: 300.0,  # the network in front of Discord refuses for a time
    110001: 60.0,  # the application is not ready yet
    130000: 60.0,  # Discord is busy
    160006: 600.0,  # the server has as many open threads as it can; quiet ones are put away
    160007: 600.0,  # the same in announcement channels
}
"""What passes by itself, with the seconds until another try."""
LACKING = 50013
OF_FILES = frozenset({30015, 40005, 50045, 50046, 50110, 50123, 50146, 400001, LACKING})
"""What may be said of a message because of the files that hang on it: it goes without."""
NO_ROOM = frozenset({10003, 10004, 50001, 50083, 160005})
"""A room that was deleted or closed, or that the bot does not see any more."""
CLOSED_CONVERSATION = frozenset({50007, 50278})
"""A person who cannot be written to directly."""
GONE = frozenset({10062, 10015, 40060, 50027})
"""An interaction that can no longer be answered, or has been."""
REFUSING_CLOSES: Mapping[int, str] = {
    4004: "Discord does not accept DISCORD_BOT_TOKEN.",
    4010: "Discord refuses the number of this connection: update Crosswalk.",
    4011: "The bot is in more servers than one connection may serve.",
    4012: "Discord does not know this version of its gateway any more: update Crosswalk.",
    4013: "Discord does not know an intent that the bot asks for: update Crosswalk.",
    4014: (
        "Discord refuses the message content intent: turn it on under Bot in the developer "
        "portal, or set DISCORD_MESSAGE_CONTENT=false."
    ),
}
"""Why the gateway closed, where trying again is of no use."""
NO_ENTRY = (
    "Discord does not accept DISCORD_BOT_TOKEN. Copy the token again from Bot in the developer "
    "portal, as docs/operate-discord.md shows."
)


def code(error: Exception) -> int:
    """Discord's own number for what went wrong; 0 where it gave none."""
    return error.code if isinstance(error, discord.HTTPException) else 0


def closed_for_good(error: discord.ConnectionClosed) -> str:
    """One sentence for the operator when the gateway refuses us; empty when it may come back."""
    return REFUSING_CLOSES.get(error.code, "")


def for_sender(error: Exception, *, thread: bool = False) -> Exception:
    """What a failed post means: wait, give up with a reason, or (the error itself) try again.

    `thread`: it was to be written into one, which takes a permission of its own.
    """
    if isinstance(error, discord.RateLimited):
        return Later(error.retry_after)
    if not isinstance(error, discord.HTTPException):
        return error
    if error.status == 429:
        return Later(retry_after(error.response.headers))
    if error.code in PASSING:
        return Later(PASSING[error.code])
    reason = FINAL.get(error.code)
    if reason is None:
        if error.status not in (400, 403, 404):
            return error
        log.warning("Discord refused for an unknown reason.", code=error.code, status=error.status)
        reason = "Discord refuses the message."
    lacking = {50001: VIEW, 50013: SEND_IN_THREADS if thread else SEND}.get(error.code, "")
    closed = error.code in CLOSED_CONVERSATION
    reason = f"{reason} ({error.code or error.status})"
    gone = error.code in NO_ROOM
    return Undeliverable(reason, lacking=lacking, closed=closed, gone=gone)
