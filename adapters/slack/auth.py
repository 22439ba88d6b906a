"""Who the bot is: asked once at the start, until Slack answers or refuses."""

import asyncio
from collections.abc import Mapping, Sequence

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import api_errors
from adapters.slack.api_errors import FAILURES, NEEDED
from adapters.slack.inbound import Identity
from bot.contract import Refused
from bot.contract.adapter_kit import ConnectionState

log = structlog.get_logger(__name__)

SHORTEST, LONGEST = 1.0, 30.0
HELPFUL = ("channels:history", "channels:read", "files:write", "reactions:write")


async def recognised(
    client: AsyncWebClient, state: ConnectionState, closed: asyncio.Event
) -> Identity | None:
    """The bot's identity; None when closed meanwhile. Raises Refused for token and scopes."""
    pause = SHORTEST
    while not closed.is_set():
        try:
            answer = await client.auth_test()
        except SlackApiError as error:
            if sentence := api_errors.refusal(error, "SLACK_BOT_TOKEN"):
                raise Refused(sentence) from error
            state.disconnected(api_errors.word(error) or "no readable answer")
        except FAILURES as error:
            state.disconnected(f"unreachable ({type(error).__name__})")
        else:
            check_scopes(granted(answer.headers))
            return Identity(answer["team_id"], answer["user_id"], answer.get("bot_id") or "")
        log.warning("Slack cannot be reached; trying again.", why=state.health().reason)
        try:
            await asyncio.wait_for(closed.wait(), pause)
        except TimeoutError:
            pause = min(LONGEST, pause * 2)
    return None


def granted(headers: Mapping[str, str]) -> frozenset[str]:
    """The scopes that Slack says the token has; none where it says nothing."""
    found = (value for name, value in headers.items() if name.lower() == "x-oauth-scopes")
    scopes = str(next(found, "")).split(",")
    return frozenset(filter(None, (scope.strip() for scope in scopes)))


def check_scopes(scopes: frozenset[str]) -> None:
    """Raises Refused with the scopes that are missing; warns of those that only help."""
    missing = [scope for scope in NEEDED if scope not in scopes]
    if scopes and missing:
        raise Refused(lacking(missing))
    helpful = [scope for scope in HELPFUL if scope not in scopes]
    if scopes and helpful:
        log.warning("The Slack app lacks scopes that would help.", scopes=", ".join(helpful))


def lacking(scopes: Sequence[str]) -> str:
    """One sentence about scopes without which nothing works."""
    return (
        f"The Slack app lacks the scopes {', '.join(scopes)}: add them under OAuth & "
        "Permissions, or paste the manifest again, and reinstall the app."
    )
