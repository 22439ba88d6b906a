"""The typing indicator while a message is being worked on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord

from adapters.discord.api_errors import FAILURES

AGAIN = 8.0
"""Seconds after which the sign is renewed; Discord shows it for ten."""


@asynccontextmanager
async def typing(channel: discord.abc.Messageable) -> AsyncIterator[None]:
    """The sign stands until the block ends. What Discord says about it does not matter."""
    showing = asyncio.ensure_future(_show(channel))
    try:
        yield
    finally:
        showing.cancel()


async def _show(channel: discord.abc.Messageable) -> None:
    try:
        while True:
            await channel.typing()
            await asyncio.sleep(AGAIN)
    except FAILURES:
        return
