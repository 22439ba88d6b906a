"""The bot on a library of one case, beside a fake Slack or a fake Discord, and two people there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support import fake_discord
from tests.support.both_platforms import BothPlatforms
from tests.support.community import case, publish
from tests.support.fake_discord import FakeDiscord
from tests.support.fake_discord.playing import GuildBot
from tests.support.fake_slack import Channel, FakeSlack, Member
from tests.support.fake_slack.playing import Bot
from tests.support.fake_slack.reading import TITLE, SlowEncoder


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    fake = FakeSlack(retries=(0.1, 0.1, 0.1), ack_seconds=1.0)
    await fake.start()
    yield fake
    await fake.aclose()


@pytest.fixture
def encoder() -> SlowEncoder:
    return SlowEncoder()


@pytest.fixture
async def bot(
    slack: FakeSlack, encoder: SlowEncoder, tmp_path: Path, judged: None
) -> AsyncIterator[Bot]:
    """On a library of one case; not started."""
    found = Bot(slack, tmp_path, encoder)
    publish(found.store, case(TITLE))
    yield found
    await found.aclose()


@pytest.fixture
async def running(bot: Bot) -> Bot:
    """Started."""
    await bot.start()
    return bot


@pytest.fixture
def ana(slack: FakeSlack) -> Member:
    return slack.member("U1ANA", "ana")


@pytest.fixture
def bea(slack: FakeSlack) -> Member:
    return slack.member("U2BEA", "bea")


@pytest.fixture
def room(slack: FakeSlack, ana: Member, bea: Member) -> Channel:
    return slack.channel("C1DATA", ana, bea)


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    fake = FakeDiscord(heartbeat=0.4)
    await fake.start()
    yield fake
    await fake.aclose()


@pytest.fixture
async def guild_bot(
    discord: FakeDiscord, encoder: SlowEncoder, tmp_path: Path, judged: None
) -> AsyncIterator[GuildBot]:
    """On a library of one case; not started."""
    found = GuildBot(discord, tmp_path, encoder)
    publish(found.store, case(TITLE))
    yield found
    await found.aclose()


@pytest.fixture
async def guild_running(guild_bot: GuildBot) -> GuildBot:
    """Started."""
    await guild_bot.start()
    return guild_bot


@pytest.fixture
def lea(discord: FakeDiscord) -> fake_discord.Member:
    return discord.member("410000000000000041", "lea")


@pytest.fixture
def tom(discord: FakeDiscord) -> fake_discord.Member:
    return discord.member("420000000000000042", "tom")


@pytest.fixture
async def hall(discord: FakeDiscord) -> fake_discord.Channel:
    return discord.channel("data")


@pytest.fixture
async def both(
    slack: FakeSlack, discord: FakeDiscord, encoder: SlowEncoder, tmp_path: Path, judged: None
) -> AsyncIterator[BothPlatforms]:
    """One process on both, started."""
    found = BothPlatforms(slack, discord, tmp_path, encoder)
    await found.start()
    yield found
    await found.aclose()
