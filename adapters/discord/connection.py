"""The connection: tried until it stands, and again when it is lost."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable

import discord
import structlog

from adapters.discord import api_errors
from adapters.discord.api_errors import FAILURES
from adapters.discord.client import Client
from bot.contract import Refused
from bot.contract.adapter_kit import ConnectionState

log = structlog.get_logger(__name__)

SHORTEST, LONGEST = 1.0, 60.0
STABLE = 120.0
"""Seconds after which a connection that is lost counts as a new trouble."""


class Connection:
    """One client after another: discord.py's own dies when its first connection fails.

    A connection that is silently dead is noticed by discord.py itself: Discord sends something at
    least with each heartbeat, every 41 seconds, and nothing for `silence` seconds ends it.
    """

    def __init__(self, make: Callable[[], Client], state: ConnectionState, token: str) -> None:
        self._make = make
        self._state = state
        self._token = token
        self._closed = asyncio.Event()
        self.client: Client | None = None

    async def run(self) -> None:
        """Connects until closed. Raises Refused for a token or an intent."""
        # Below WARNING discord.py's log shows what people wrote; what it warns of stands in ours.
        logging.getLogger("discord").setLevel(logging.ERROR)
        pause = SHORTEST
        while not self._closed.is_set():
            began = time.monotonic()
            why = await self._session()
            if self._closed.is_set():
                break
            self._state.disconnected(why)
            if time.monotonic() - began > STABLE:
                pause = SHORTEST
            log.warning("Discord cannot be reached; trying again.", why=why, again_in=pause)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closed.wait(), pause)
            pause = min(LONGEST, pause * 2)

    async def close(self) -> None:
        """Ends the session and all tries."""
        self._closed.set()
        if self.client is not None:
            with contextlib.suppress(*FAILURES):
                await self.client.close()

    async def _session(self) -> str:
        """One client from its login to its end; says why it ended. Raises Refused."""
        client = self._make()
        try:
            await client.login(self._token)
            self.client = client
            await client.connect(reconnect=False)
        except discord.LoginFailure as error:
            raise Refused(api_errors.NO_ENTRY) from error
        except discord.PrivilegedIntentsRequired as error:
            raise Refused(api_errors.REFUSING_CLOSES[4014]) from error
        except discord.ConnectionClosed as error:
            if sentence := api_errors.closed_for_good(error):
                raise Refused(sentence) from error
            return f"the gateway closed the connection ({error.code})"
        except FAILURES as error:
            return f"unreachable ({type(error).__name__})"
        finally:
            with contextlib.suppress(*FAILURES):
                await client.close()
        return "the gateway closed the connection"
