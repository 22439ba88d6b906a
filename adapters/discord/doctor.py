"""What `crosswalk doctor` asks Discord, and what it tells an operator to do."""

import contextlib
from collections.abc import Iterator

import discord

from adapters.discord import api_errors
from adapters.discord.api_errors import FAILURES
from adapters.discord.client import Client
from adapters.discord.permissions import NEEDED, WITHOUT, missing

SCOPES = ("bot", "applications.commands")
MOST_SERVERS = 200


def install_link(application: int) -> str:
    """Where an administrator adds the bot to a server, with the least permissions."""
    return discord.utils.oauth_url(application, permissions=NEEDED, scopes=SCOPES)


async def findings(client: Client, token: str) -> tuple[list[str], str]:
    """Problems, each with its remedy, and the install link where Discord told who the bot is."""
    try:
        await client.login(token)
        about = await client.application_info()
        servers = await client.http.get_guilds(MOST_SERVERS, with_counts=False)
    except discord.LoginFailure:
        return [api_errors.NO_ENTRY], ""
    except FAILURES as error:
        return [f"Discord cannot be reached ({type(error).__name__}). Try again later."], ""
    finally:
        with contextlib.suppress(*FAILURES):
            await client.close()
    found = []
    if about.interactions_endpoint_url:
        found.append(
            "The app has an Interactions Endpoint URL, so commands and buttons never arrive here: "
            "empty it under General Information in the developer portal."
        )
    flags = about.flags
    allowed = flags.gateway_message_content or flags.gateway_message_content_limited
    if client.intents.message_content and not allowed:
        found.append(api_errors.REFUSING_CLOSES[4014])
    for server in servers:
        found += _in_server(server["name"], int(server["permissions"]))
    return found, install_link(about.id)


def _in_server(name: str, allowed: int) -> Iterator[str]:
    """What the bot's roles lack in one server, and what does not work because of it."""
    for lacking in missing(discord.Permissions(allowed)):
        called, without = WITHOUT[lacking]
        yield (
            f"In the server {name} the bot lacks the permission {called}: {without}. Give it to "
            "the bot's role under Server Settings > Roles, or open the install link again."
        )
