"""What `crosswalk doctor` asks Discord, and what it tells an operator to do."""

import contextlib

import discord

from adapters.discord import api_errors
from adapters.discord.api_errors import FAILURES
from adapters.discord.client import Client

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    create_private_threads=True,
    manage_threads=True,
    embed_links=True,
    read_message_history=True,
)
"""What the bot needs; docs/operate-discord.md gives each its reason."""
SCOPES = ("bot", "applications.commands")


def install_link(application: int) -> str:
    """Where an administrator adds the bot to a server, with the least permissions."""
    return discord.utils.oauth_url(application, permissions=PERMISSIONS, scopes=SCOPES)


async def findings(client: Client, token: str) -> tuple[list[str], str]:
    """Problems, each with its remedy, and the install link where Discord told who the bot is."""
    try:
        await client.login(token)
        about = await client.application_info()
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
    return found, install_link(about.id)
