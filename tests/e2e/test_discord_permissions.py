"""Each permission that the bot asks for, taken away: what is left arrives, and says what is not."""

import asyncio
import re

import pytest

from adapters.discord.adapter import DiscordAdapter
from bot.contract import Attachment, Audience, Place, PlaceKind, Reply
from tests.support.fake_discord import GUILD, Channel, FakeDiscord, Json, Member
from tests.support.fake_discord.playing import GuildBot
from tests.support.fake_discord.reading import ASKED, answers, kept, said, there
from tests.support.fake_discord.rooms import (
    FILES,
    HISTORY,
    PRIVATE_THREADS,
    PUBLIC_THREADS,
    SEND,
    SEND_IN_THREADS,
)

FILE = Attachment("meeting.ics", "text/calendar", b"BEGIN:VCALENDAR")


@pytest.fixture
async def guild_stewarded(guild_bot: GuildBot, head: Member) -> GuildBot:
    """Started, with a steward who hears of what is missing."""
    guild_bot.stewards = frozenset({f"discord::{head.id}"})
    await guild_bot.start()
    return guild_bot


@pytest.fixture
def head(discord: FakeDiscord) -> Member:
    return discord.member("460000000000000046", "head", admin=True)


def everywhere(discord: FakeDiscord, hall: Channel) -> list[Json]:
    """What the bot wrote in the channel and its threads."""
    rooms = (hall, *discord.threads(hall))
    return [message for room in rooms for message in discord.by_bot(room)]


async def post(bot: GuildBot, hall: Channel, reply: Reply) -> None:
    """As the sender does it for a round or a meeting."""
    place = Place("discord", GUILD, hall.id, kind=PlaceKind.CHANNEL)
    await bot.running.platforms[0].adapter.post(place, reply, "greeting")


@pytest.mark.parametrize("known", [True, False])
async def test_a_greeting_arrives_without_its_file_and_says_so(
    guild_running: GuildBot, discord: FakeDiscord, hall: Channel, known: bool
) -> None:
    if known:
        discord.world.change(hall, denied=FILES)
        await asyncio.sleep(0.2)
    hall.denied = FILES  # or the gateway has not told it yet
    greeting = Reply("Welcome, both of you.", files=(FILE,), audience=Audience.CHANNEL)
    await post(guild_running, hall, greeting)
    (message,) = discord.by_bot(hall)
    assert said(message).startswith("Welcome, both of you.")
    assert "Attach Files" in said(message)
    assert message["attachments"] == []
    assert bool(discord.refused) is not known  # nothing is tried in vain that is known


@pytest.mark.parametrize("code", [40005, 50045, 400001])
async def test_a_server_that_takes_no_such_file_takes_the_message(
    guild_running: GuildBot, discord: FakeDiscord, hall: Channel, code: int
) -> None:
    discord.faults.refuse("message.create", code, status=400)
    greeting = Reply("Welcome, both of you.", files=(FILE,), audience=Audience.CHANNEL)
    await post(guild_running, hall, greeting)
    (message,) = discord.by_bot(hall)
    assert said(message).startswith("Welcome, both of you.")
    assert "could not be attached" in said(message)
    assert message["attachments"] == []


@pytest.mark.parametrize("known", [True, False])
async def test_without_read_message_history_a_thread_is_answered_without_a_reference(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, hall: Channel, known: bool
) -> None:
    thread = discord.thread(hall, "sensors", lea)
    if known:
        discord.world.change(hall, denied=HISTORY)
    hall.denied = HISTORY
    lea.mention(thread, ASKED)
    await discord.until(lambda: there(thread))
    assert "message_reference" not in there(thread)[0]
    assert {refusal.code for _, refusal in discord.refused} <= {160002}


@pytest.mark.parametrize("bits", [SEND_IN_THREADS, PUBLIC_THREADS])
async def test_where_no_thread_can_be_written_into_none_is_opened(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, hall: Channel, bits: int
) -> None:
    discord.world.change(hall, denied=bits)
    await asyncio.sleep(0.2)
    lea.mention(hall, ASKED)
    await discord.until(lambda: there(hall))
    assert discord.threads(hall) == []
    assert discord.refused == []


async def test_without_send_messages_the_asker_is_answered_in_private_and_stewards_hear_once(
    guild_stewarded: GuildBot, discord: FakeDiscord, lea: Member, head: Member, hall: Channel
) -> None:
    discord.world.change(hall, denied=SEND | SEND_IN_THREADS)
    await asyncio.sleep(0.2)
    lea.mention(hall, ASKED)
    await discord.until(lambda: kept(lea) and discord.by_bot(head.direct))
    lea.mention(hall, ASKED)
    await discord.until(lambda: len(kept(lea)) == 2)
    await asyncio.sleep(0.5)
    assert all("#data" in said(each) for each in kept(lea))
    assert all("Send Messages" in said(each) for each in kept(lea))
    (told,) = discord.by_bot(head.direct)
    assert "#data" in said(told)
    assert "Send Messages" in said(told)
    assert everywhere(discord, hall) == []
    assert {call for call, _ in discord.refused} <= {"typing"}  # nothing is posted in vain


async def test_without_send_messages_in_threads_a_thread_is_answered_in_private(
    guild_stewarded: GuildBot, discord: FakeDiscord, lea: Member, head: Member, hall: Channel
) -> None:
    thread = discord.thread(hall, "sensors", lea)
    discord.world.change(hall, denied=SEND_IN_THREADS)
    await asyncio.sleep(0.2)
    lea.mention(thread, ASKED)
    await discord.until(lambda: kept(lea) and discord.by_bot(head.direct))
    assert "Send Messages in Threads" in said(discord.by_bot(head.direct)[0])
    assert everywhere(discord, hall) == []


async def test_a_public_command_in_a_read_only_channel_is_answered_in_private(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, hall: Channel
) -> None:
    hall.denied = SEND | SEND_IN_THREADS  # the gateway has not told it
    await lea.slash("ask", hall, question=ASKED, public=True).acknowledged()
    await discord.until(lambda: kept(lea))
    assert len(answers(kept(lea))) == 1
    assert everywhere(discord, hall) == []


async def test_stewards_see_in_status_what_each_server_withholds(
    guild_stewarded: GuildBot, discord: FakeDiscord, head: Member, lea: Member
) -> None:
    lea.write("status")
    discord.world.withhold(FILES | PRIVATE_THREADS)
    await asyncio.sleep(0.2)
    head.write("status")
    await discord.until(lambda: discord.by_bot(head.direct) and discord.by_bot(lea.direct))
    assert "City data: Create Private Threads, Attach Files" in said(discord.by_bot(head.direct)[0])
    assert "Attach Files" not in said(discord.by_bot(lea.direct)[0])


async def test_the_doctor_names_server_permission_and_loss(
    guild_bot: GuildBot, discord: FakeDiscord
) -> None:
    adapter = DiscordAdapter(token=discord.token, base_url=discord.base_url)
    assert await adapter.check() == []
    discord.world.withhold(FILES)
    (found,) = await adapter.check()
    assert "City data" in found
    assert "Attach Files" in found
    (link,) = adapter.advice()
    asked = int(re.findall(r"permissions=(\d+)", link)[0])
    assert asked & FILES
