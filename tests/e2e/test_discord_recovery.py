"""What Discord refuses for a while, forgets, or brings late: each thing is said once in the end."""

import asyncio
from datetime import UTC, datetime

import pytest

from adapters.discord import api_errors
from bot.contract import Person, Reply
from bot.messaging import outbox
from knowledge.messaging import channels, deliveries
from knowledge.vocabulary import ChannelState
from tests.support.fake_discord import GUILD, Channel, FakeDiscord, Json, Member
from tests.support.fake_discord.playing import GuildBot
from tests.support.fake_discord.reading import ASKED, kept, there
from tests.support.fake_discord.rooms import NEWS, PRIVATE_THREAD

LATE = 6.0
"""Seconds after which a server comes: longer than discord.py waits, and than a message rests."""


def everywhere(discord: FakeDiscord, hall: Channel) -> list[Json]:
    """Answers in the channel and its threads."""
    return [message for room in (hall, *discord.threads(hall)) for message in there(room)]


def say_to(bot: GuildBot, person: Member, key: str, words: str) -> None:
    """Write a message into the outbox, as a feature does."""
    reader = Person("discord", "", person.id, "reader")
    draft = outbox.message(key, outbox.direct(reader), Reply(words), reader)
    bot.store.write(lambda session: deliveries.write(session, [draft], datetime.now(UTC)))
    bot.running.sender.wake()


async def test_direct_messages_that_were_opened_too_fast_are_opened_later(
    guild_running: GuildBot,
    discord: FakeDiscord,
    lea: Member,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(api_errors.PASSING, 40003, 0.3)
    discord.faults.refuse("dm.open", 40003, times=2)
    lea.write(ASKED)
    await discord.until(lambda: kept(lea))
    assert discord.count("message.create") == 1
    assert guild_running.running.sender.tally["dead"] == 0


@pytest.mark.parametrize("way", ["posted", "thread alone"])
async def test_a_crash_after_answering_in_a_thread_is_not_answered_again_while_servers_are_late(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, hall: Channel, way: str
) -> None:
    if way == "posted":
        discord.faults.lose_answer("message.create")
    else:
        discord.faults.fail("message.create", status=503)
    lea.mention(hall, ASKED)
    await discord.until(lambda: discord.threads(hall))
    await asyncio.sleep(0.5)
    await guild_running.kill()
    discord.world.forget_nonces()
    discord.faults.late = LATE
    await guild_running.start()
    await discord.until(lambda: guild_running.running.sender.tally["sent"])
    await asyncio.sleep(0.5)
    assert len(everywhere(discord, hall)) == 1
    assert there(hall) == []


async def test_two_messages_of_the_same_words_are_two(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member
) -> None:
    say_to(guild_running, lea, "first", "Yes.")
    await discord.until(lambda: len(discord.by_bot(lea.direct)) == 1)
    discord.faults.fail("message.create", status=503)
    say_to(guild_running, lea, "second", "Yes.")
    await discord.until(lambda: guild_running.running.sender.tally["failed"])
    await guild_running.kill()
    discord.world.forget_nonces()
    await guild_running.start()
    await discord.until(lambda: guild_running.running.sender.tally["sent"])
    await asyncio.sleep(0.3)
    assert len(discord.by_bot(lea.direct)) == 2


async def test_the_newest_mentions_of_a_gap_are_answered_behind_much_talk(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, tom: Member, hall: Channel
) -> None:
    tom.write("help")
    await discord.until(lambda: discord.by_bot(tom.direct))
    await guild_running.stop()
    for number in range(250):
        tom.say(hall, f"talk {number}")
    lea.mention(hall, ASKED)
    await guild_running.start()
    await discord.until(lambda: everywhere(discord, hall))
    assert len(everywhere(discord, hall)) == 1


async def test_a_direct_message_of_a_gap_is_answered_once_after_the_next_start(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, tom: Member
) -> None:
    """Discord lists no conversations: those are known in which the bot wrote before."""
    lea.write("help")
    await discord.until(lambda: discord.by_bot(lea.direct))
    await guild_running.stop()
    lea.write(ASKED)
    await guild_running.start()
    await discord.until(lambda: len(discord.by_bot(lea.direct)) == 2)
    await guild_running.stop()
    await guild_running.start()
    tom.write("help")
    await discord.until(lambda: discord.by_bot(tom.direct))
    assert len(discord.by_bot(lea.direct)) == 2


async def test_a_server_that_is_away_at_the_start_comes_with_its_rooms_and_its_mentions(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, hall: Channel
) -> None:
    lea.mention(hall, ASKED)
    await discord.until(lambda: len(everywhere(discord, hall)) == 1)
    await guild_running.stop()
    lea.mention(hall, f"{ASKED} And again?")
    discord.faults.late = LATE
    await guild_running.start()

    def state() -> ChannelState | None:
        known = guild_running.store.read(
            lambda session: channels.find(session, "discord", GUILD, hall.id)
        )
        return known.state if known else None

    assert state() is ChannelState.PRESENT
    await discord.until(lambda: len(everywhere(discord, hall)) == 2)
    assert state() is ChannelState.PRESENT


async def test_people_who_wrote_last_in_an_announcement_channel_get_a_room_elsewhere(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, tom: Member, hall: Channel
) -> None:
    news = discord.world.add_channel("news", NEWS)
    await asyncio.sleep(0.2)
    lea.mention(news, "help")
    await discord.until(lambda: discord.by_bot(news) or discord.by_bot(lea.direct))
    people = [Person("discord", "", each.id, "member") for each in (lea, tom)]
    adapter = guild_running.running.platforms[0].adapter
    place = await adapter.open_group(people, "Sensors", "room:1")
    assert place.channel == hall.id
    (room,) = [each for each in discord.threads(hall) if each.kind == PRIVATE_THREAD]
    assert {lea.id, tom.id} <= room.people
