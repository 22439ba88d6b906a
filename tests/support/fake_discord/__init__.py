"""A small Discord at the network edge: REST API and gateway for the real discord.py."""

from tests.support.fake_discord.interactions import Interaction
from tests.support.fake_discord.limits import Json, Refusal
from tests.support.fake_discord.member import Member
from tests.support.fake_discord.rooms import BOT, GUILD, Channel
from tests.support.fake_discord.server import FakeDiscord
from tests.support.fake_discord.world import Shown

__all__ = [
    "BOT", "GUILD", "Channel", "FakeDiscord", "Interaction", "Json", "Member", "Refusal", "Shown",
]  # fmt: skip
