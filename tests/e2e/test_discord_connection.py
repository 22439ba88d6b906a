"""A gateway that is away, refuses, drops, forgets or falls silent; a refused token."""

import asyncio

import pytest

from bot.runtime.platforms import NoPlatform
from tests.support.fake_discord import Channel, FakeDiscord, Member
from tests.support.fake_discord.playing import GuildBot
from tests.support.fake_discord.reading import ASKED, kept, questions, there
from tests.support.requests import get


async def settled(seconds: float = 0.6) -> None:
    """Give what should not happen the time to happen."""
    await asyncio.sleep(seconds)


def everywhere(discord: FakeDiscord, hall: Channel) -> int:
    """How many answers stand in the channel and its threads."""
    return sum(len(there(room)) for room in (hall, *discord.threads(hall)))


async def test_a_refused_token_ends_with_one_sentence(
    guild_bot: GuildBot, discord: FakeDiscord
) -> None:
    discord.faults.revoked = True
    await guild_bot.start(connected=False)
    with pytest.raises(NoPlatform, match="DISCORD_BOT_TOKEN") as failed:
        await guild_bot.ended()
    assert str(failed.value).count("\n") == 0


async def test_a_missing_privileged_intent_ends_with_one_sentence(
    guild_bot: GuildBot, discord: FakeDiscord
) -> None:
    guild_bot.adapter["message_content"] = True
    await guild_bot.start(connected=False)
    with pytest.raises(NoPlatform, match="DISCORD_MESSAGE_CONTENT"):
        await guild_bot.ended()


async def test_with_the_privileged_intent_the_bot_still_answers_only_what_is_for_it(
    guild_bot: GuildBot, discord: FakeDiscord, lea: Member, hall: Channel
) -> None:
    discord.world.message_content = True
    guild_bot.adapter["message_content"] = True
    await guild_bot.start()
    lea.say(hall, ASKED)
    lea.mention(hall, ASKED)
    await discord.until(lambda: everywhere(discord, hall))
    await settled()
    assert everywhere(discord, hall) == 1


async def test_an_unreachable_discord_is_waited_for_and_said_so(
    guild_bot: GuildBot, discord: FakeDiscord, lea: Member
) -> None:
    await discord.go_away()
    await guild_bot.start(connected=False)
    await asyncio.sleep(1.0)
    assert not guild_bot.connected
    _, text = await get(guild_bot.running.server.port, "/readyz")
    assert "waiting" in text
    await discord.come_back()
    await discord.until(lambda: guild_bot.connected)
    lea.write(ASKED)
    await discord.until(lambda: kept(lea))


async def test_a_gateway_that_refuses_the_first_connections_is_tried_again(
    guild_bot: GuildBot, discord: FakeDiscord, lea: Member
) -> None:
    discord.faults.refused = 2
    await guild_bot.start(connected=False)
    await discord.until(lambda: guild_bot.connected)
    assert discord.gateway.tries == 3
    lea.write(ASKED)
    await discord.until(lambda: kept(lea))


async def test_an_outage_is_sat_out(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member
) -> None:
    await discord.go_away()
    await discord.until(lambda: not guild_running.connected)
    await discord.come_back()
    await discord.until(lambda: guild_running.connected)
    lea.write(ASKED)
    await discord.until(lambda: kept(lea))
    await settled()
    assert len(kept(lea)) == 1


async def test_a_dropped_connection_is_resumed_and_loses_nothing(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, hall: Channel
) -> None:
    await discord.gateway.drop()
    lea.mention(hall, ASKED)
    await discord.until(lambda: everywhere(discord, hall))
    await settled()
    assert discord.gateway.resumed == 1
    assert discord.gateway.identified == 1
    assert everywhere(discord, hall) == 1
    assert guild_running.connected


async def test_a_reconnect_that_discord_asks_for_loses_nothing(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member
) -> None:
    await discord.gateway.ask_to_reconnect()
    lea.write(ASKED)
    await discord.until(lambda: kept(lea))
    await settled()
    assert len(kept(lea)) == 1


@pytest.mark.parametrize("way", ["mention", "direct", "thread"])
async def test_what_was_missed_while_a_session_was_lost_is_read_back_and_answered_once(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, hall: Channel, way: str
) -> None:
    thread = discord.thread(hall, "sensors", lea)
    lea.write("help")
    await discord.until(lambda: discord.by_bot(lea.direct))
    await discord.gateway.drop(resume=False)
    if way == "direct":
        lea.write(ASKED)
    else:
        lea.mention(thread if way == "thread" else hall, ASKED)
    lea.say(hall, "to the others")
    await discord.connected(20)
    await discord.until(lambda: everywhere(discord, hall) + len(kept(lea)))
    await settled(1)
    assert everywhere(discord, hall) + len(kept(lea)) == 1
    assert discord.gateway.identified == 2


async def test_what_was_missed_while_the_bot_was_away_is_answered_once(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, tom: Member, hall: Channel
) -> None:
    lea.mention(hall, ASKED)
    await discord.until(lambda: everywhere(discord, hall))
    await guild_running.stop()
    tom.mention(hall, ASKED)
    await guild_running.start()
    await discord.until(lambda: everywhere(discord, hall) == 2)
    await guild_running.stop()
    await guild_running.start()
    await settled(1)
    assert everywhere(discord, hall) == 2
    assert questions(guild_running.store) == 2


async def test_a_first_start_answers_nothing_of_before(
    guild_bot: GuildBot, discord: FakeDiscord, lea: Member, hall: Channel
) -> None:
    lea.mention(hall, ASKED)
    await guild_bot.start()
    await settled(1)
    assert everywhere(discord, hall) == 0


async def test_a_silently_dead_gateway_is_noticed_and_rebuilt(
    guild_bot: GuildBot, discord: FakeDiscord, lea: Member
) -> None:
    guild_bot.adapter["silence"] = 1.5
    await guild_bot.start()
    tries = discord.gateway.tries
    discord.faults.silent = True
    await discord.until(lambda: discord.gateway.tries > tries)
    lea.write(ASKED)
    discord.faults.silent = False
    await discord.until(lambda: guild_bot.connected)
    await discord.until(lambda: kept(lea))
    await settled()
    assert len(kept(lea)) == 1


async def test_heartbeats_are_told_as_the_last_pong(
    guild_running: GuildBot, discord: FakeDiscord
) -> None:
    health = guild_running.running.platforms[0].adapter.health
    first = health().last_pong
    assert first is not None
    await discord.until(lambda: (health().last_pong or 0) > first)
