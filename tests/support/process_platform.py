"""A platform for a bot in a process of its own, found as an installed package would be."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from tests.support.processes import ROOT

PACKAGE = "chatplatform"


def install(folder: Path) -> Mapping[str, str]:
    """Make it importable from `folder`; returns the environment that a bot needs to find it.

    CHAT_TOKEN: `good`, `refused`, or none. CHAT_SAYS: what a person says once it is connected.
    It declares no settings: all names that begin with CHAT_ are its own.
    What arrives is one JSON line each in `posted.jsonl`.
    """
    info = folder / f"{PACKAGE}-0.1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: 0.1\n")
    (info / "entry_points.txt").write_text(
        f"[crosswalk.adapters]\nchat = {PACKAGE}:create\nbroken = {PACKAGE}_gone:create\n"
    )
    (folder / f"{PACKAGE}.py").write_text(dedent(CODE))
    return {
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(folder))),
        "CHAT_POSTED": str(folder / "posted.jsonl"),
        "HTTP_PORT": "0",
        "LOG_FORMAT": "json",
    }


def posted(folder: Path) -> list[dict[str, str]]:
    """What arrived, in order."""
    file = folder / "posted.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


CODE = """
    import asyncio
    import json

    from bot.contract import Health, Person, Place, Receipt, Refused, Said

    ANA = Person("chat", "W", "ana", "Ana")


    class Chat:
        name = "chat"

        def __init__(self, settings):
            self.settings = settings
            self.connected = False
            self.over = asyncio.Event()

        async def run(self, handler, surfaces, since=None):
            if self.settings["CHAT_TOKEN"] == "refused":
                raise Refused("Chat refused the token. Put a new one into CHAT_TOKEN.")
            self.connected = True
            said = Said(
                event_id="chat-1",
                person=ANA,
                place=Place("chat", "W", "D1"),
                in_place=False,
                text=self.settings["CHAT_SAYS"],
            )
            await handler(said)
            await handler(said)  # as platforms do
            await self.over.wait()

        async def post(self, place, reply, key, in_doubt=False):
            with open(self.settings["CHAT_POSTED"], "a") as file:
                file.write(json.dumps({"channel": place.channel, "text": reply.text}) + "\\n")
            return Receipt("chat", place.workspace, place.channel, key)

        async def show_home(self, person, reply):
            pass

        def health(self):
            return Health(self.connected)

        async def check(self):
            return ["The token lacks a scope: chat:write."] if not self.connected else []

        def advice(self):
            return []

        async def aclose(self):
            self.connected = False
            self.over.set()


    def create(settings):
        assert all(name.startswith("CHAT_") for name in settings)
        return Chat(settings) if settings.get("CHAT_TOKEN") else None
"""
