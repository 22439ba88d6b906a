"""Pure: what Discord's error codes mean for an operator, a steward and the next try."""

from collections.abc import Mapping

import discord
from aiohttp import ClientError

from adapters.discord.permissions import SEND, SEND_IN_THREADS, VIEW
from bot.contract import Later, Undeliverable
from bot.contract.adapter_kit import retry_after

FAILURES = (discord.DiscordException, ClientError, TimeoutError, OSError, RuntimeError)
"""What a call to Discord can raise when Discord or the way to it fails; a session that was closed
meanwhile is a RuntimeError."""

UNDELIVERABLE: Mapping[int, str] = {
    10003: "There is no such channel any more.",
    10013: "Discord does not know this person any more.",
    40001: "Discord does not let the bot write here.",
    50001: "The bot cannot see this channel.",
    50007: "This person takes no direct messages from the bot.",
    50008: "Nobody can write in a channel of this kind.",
    50013: "The bot lacks a permission that it needs in this channel.",
    50019: "The message is in another channel.",
    50083: "The thread is archived.",
    50278: "This person shares no server with the bot, or takes no direct messages.",
    160005: "The thread is locked.",
    200000: "A filter of the server blocks the message.",
    200001: "A filter of the server blocks the title.",
}
CLOSED_CONVERSATION = frozenset({50007, 50278})
"""A person who cannot be written to directly."""
GONE = frozenset({10062, 10015, 40060, 50027})
"""An interaction that can no longer be answered, or has been."""
REFUSING_CLOSES: Mapping[int, str] = {
    4004: "Discord does not accept DISCORD_BOT_TOKEN.",
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


def for_courier(error: Exception, *, thread: bool = False) -> Exception:
    """What a failed post means: wait, give up with a reason, or (the error itself) try again.

    `thread`: it was to be written into one, which takes a permission of its own.
    """
    if isinstance(error, discord.RateLimited):
        return Later(error.retry_after)
    if not isinstance(error, discord.HTTPException):
        return error
    if error.status == 429:
        return Later(retry_after(error.response.headers))
    reason = UNDELIVERABLE.get(error.code)
    if reason is None and error.status in (400, 403, 404):
        reason = "Discord refuses the message."
    if reason is None:
        return error
    lacking = {50001: VIEW, 50013: SEND_IN_THREADS if thread else SEND}.get(error.code, "")
    return Undeliverable(f"{reason} ({error.code or error.status})", lacking=lacking)
