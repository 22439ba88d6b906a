"""Take the pictures of what members see: `python -m tests.support.pictures FOLDER`.

The sample community answers with the default model; what it says goes through the adapters' own
renderers, so that each picture is of a payload that a platform would be sent.
"""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.discord import forms as discord_forms
from adapters.discord.render import render as discord_parts
from adapters.slack import forms as slack_forms
from adapters.slack.private_metadata import Origin
from adapters.slack.render import render as slack_blocks
from bot.app import Core
from bot.cli.chat import demo_core
from bot.cli.session import loaded_core
from bot.contract import Person, Place, PlaceKind, Reply
from bot.features.help.platform_ui import platform_ui
from bot.i18n import words
from bot.settings import read_settings
from knowledge.members.views import MemberDraft
from knowledge.vocabulary import Community, Purpose
from tests.support.community import Room, admit
from tests.support.grammar import GRAMMAR
from tests.support.pictures import discord, slack
from tests.support.pictures.camera import photograph

ANA = Person("slack", "T1", "UANA", "Ana Torres", "en-US", "America/Mexico_City")
NEW = Person("slack", "T1", "UNEW", "Noor Haddad", "en-US", "Europe/Madrid")
CLOSE = "How do cities share sensor data with the statistics office?"
NEARBY = "What do we tell a department that does not want to give us its data?"
MISSED = "Which phone data vendors let a city publish the results?"


async def stories(core: Core) -> Mapping[str, Reply]:
    """What people see, by the name of the picture."""
    admit(core.store, _ana(), ANA)
    room = Room(core, Place("slack", "T1", "D1", kind=PlaceKind.DIRECT))
    return {
        "answer": await room.say(ANA, CLOSE),
        "nearby": await room.say(ANA, NEARBY),
        "missed": await room.say(ANA, MISSED),
        "people": await room.say(ANA, "expert address registers"),
        "hello": await room.say(NEW, "hello"),
        "help": await room.say(NEW, "help"),
        "home": await room.open(ANA),
        "welcome": await room.open(NEW),
        "consent": await room.press(ANA, "consent.save"),
        "join": await room.say(NEW, "join"),
        "pair": await room.say(ANA, "pair"),
    }


def _ana() -> MemberDraft:
    return MemberDraft(
        key="ana",
        name="Ana Torres",
        community=Community.CITY,
        role="Chief Data Officer",
        organisation="Ayuntamiento de León",
        country="MX",
        languages=("es", "en"),
        needs=("address registers",),
        offers=("open data licensing",),
        consents=frozenset({Purpose.BE_EXPERT, Purpose.BE_ASKED}),
    )


def take(name: str, reply: Reply, folder: Path) -> None:
    """A picture of a reply for each platform; its form as the window that opens."""
    ui = platform_ui(words("en"), GRAMMAR)
    if reply.form is not None:
        view = slack_forms.form_view(reply.form, Origin(), ui)
        window = discord_forms.modal(reply.form, 0)
        there, here = slack.modal(view), discord.modal(window.to_dict() if window else {})
    else:
        there = slack.message(slack_blocks(reply, ui.more).blocks)
        here = discord.message(discord_parts(reply, ui.more).parts)
    photograph(slack.STYLE, there, folder / f"slack-{name}.png")
    photograph(discord.STYLE, here, folder / f"discord-{name}.png")


def main(folder: Path) -> None:
    """All pictures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as apart:
        # Whoever plays here is no member of the sample that `make demo` shows.
        copy = Path(apart) / "pictures.db"
        with demo_core() as core:
            core.store.backup(copy)
        settings = read_settings().model_copy(update={"database_url": f"sqlite:///{copy}"})
        with loaded_core(settings) as core:
            found = asyncio.run(stories(core))
    for name, reply in found.items():
        take(name, reply, folder)
        print(name, sum(len(text.split()) for text in [reply.header, reply.text]), "words")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/pictures"))
