"""One answer to a question under duplicates, replays, lost answers, limits, crashes, restarts."""

import asyncio
import time

import pytest

from bot.runtime.server import Runtime
from tests.support.fake_discord import Channel, FakeDiscord, Member
from tests.support.fake_discord.playing import GuildBot
from tests.support.fake_discord.reading import (
    ASKED,
    TITLE,
    SlowEncoder,
    answers,
    kept,
    questions,
    said,
    there,
)
from tests.support.fake_discord.rooms import SEND, VIEW


async def settled(seconds: float = 0.6) -> None:
    """Give what should not happen the time to happen."""
    await asyncio.sleep(seconds)


def everywhere(discord: FakeDiscord, hall: Channel) -> int:
    """How many answers stand in the channel and its threads."""
    return sum(len(there(room)) for room in (hall, *discord.threads(hall)))


def tally(running: Runtime) -> dict[str, int]:
    return dict(running.sender.tally)


@pytest.mark.parametrize("way", ["mention", "direct"])
async def test_a_message_that_is_delivered_twice_is_answered_once(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, hall: Channel, way: str
) -> None:
    discord.faults.twice = 1
    if way == "mention":
        lea.mention(hall, ASKED)
    else:
        lea.write(ASKED)
    await discord.until(lambda: everywhere(discord, hall) + len(kept(lea)))
    discord.gateway.replay(20)
    await settled(1)
    assert everywhere(discord, hall) + len(kept(lea)) == 1
    assert questions(guild_running.store) == 1


async def test_a_replay_after_a_restart_is_not_answered_again(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, hall: Channel
) -> None:
    message = lea.mention(hall, ASKED)
    await discord.until(lambda: everywhere(discord, hall))
    await guild_running.stop()
    await guild_running.start()
    place = {"guild_id": "200000000000000002", "member": discord.world.member(lea.id)}
    discord.world.emit("MESSAGE_CREATE", {**message, **place})
    await settled(1)
    assert everywhere(discord, hall) == 1
    assert questions(guild_running.store) == 1


async def test_a_question_in_hand_at_the_end_is_answered_after_the_restart(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, encoder: SlowEncoder
) -> None:
    encoder.delay = 1.0
    lea.write(ASKED)
    await discord.until(lambda: discord.count("typing"))
    await asyncio.sleep(0.2)
    await guild_running.kill()
    assert kept(lea) == []
    encoder.delay = 0.0
    await guild_running.start()
    await discord.until(lambda: kept(lea))
    await settled()
    assert len(kept(lea)) == 1
    assert questions(guild_running.store) == 1


async def test_an_orderly_stop_finishes_what_is_in_hand(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, encoder: SlowEncoder
) -> None:
    encoder.delay = 0.5
    lea.write(ASKED)
    await discord.until(lambda: discord.count("typing"))
    await asyncio.sleep(0.1)
    await guild_running.stop()
    assert len(kept(lea)) == 1


@pytest.mark.parametrize("remembered", [True, False])
@pytest.mark.parametrize("way", ["mention", "direct"])
async def test_a_lost_answer_never_posts_twice(
    guild_running: GuildBot,
    discord: FakeDiscord,
    lea: Member,
    hall: Channel,
    way: str,
    remembered: bool,
) -> None:
    discord.faults.lose_answer("message.create")
    if way == "mention":
        lea.mention(hall, ASKED)
    else:
        lea.write(ASKED)
    await discord.until(lambda: everywhere(discord, hall) + len(kept(lea)))
    if not remembered:
        discord.world.forget_nonces()
    await discord.until(lambda: tally(guild_running.running).get("sent"))
    await settled()
    assert everywhere(discord, hall) + len(kept(lea)) == 1


async def test_the_same_question_twice_is_answered_twice_though_an_answer_was_lost(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member
) -> None:
    """What was sent before is not taken for what is being looked for."""
    lea.write(ASKED)
    await discord.until(lambda: len(kept(lea)) == 1)
    discord.faults.fail("message.create", times=1, status=503)
    lea.write(ASKED)
    await discord.until(lambda: len(kept(lea)) == 2, 12)
    await settled()
    assert len(kept(lea)) == 2


@pytest.mark.parametrize("remembered", [True, False])
async def test_a_lost_answer_is_found_after_a_restart(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, remembered: bool
) -> None:
    discord.faults.lose_answer("message.create")
    lea.write(ASKED)
    await discord.until(lambda: kept(lea))
    await asyncio.sleep(0.1)
    await guild_running.kill()
    if not remembered:
        discord.world.forget_nonces()
    await guild_running.start()
    await discord.until(lambda: tally(guild_running.running).get("sent"))
    await settled()
    assert len(kept(lea)) == 1


async def test_a_crash_while_posting_never_posts_twice(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member
) -> None:
    discord.faults.slow_down("message.create", 0.3)
    lea.write(ASKED)
    await discord.until(lambda: discord.count("dm.open"))
    await asyncio.sleep(0.1)
    await guild_running.kill()
    await asyncio.sleep(0.5)
    await guild_running.start()
    await discord.until(lambda: tally(guild_running.running).get("sent"))
    await settled()
    assert len(kept(lea)) == 1


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_failing_api_is_tried_again(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, status: int
) -> None:
    discord.faults.fail("message.create", times=2, status=status)
    lea.write(ASKED)
    await discord.until(lambda: kept(lea))
    await settled()
    assert len(kept(lea)) == 1


@pytest.mark.parametrize("everywhere_", [False, True])
async def test_a_limited_rate_is_waited_for(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, everywhere_: bool
) -> None:
    discord.faults.rate_limit("message.create", times=2, seconds=1, everywhere=everywhere_)
    began = time.monotonic()
    lea.write(ASKED)
    await discord.until(lambda: kept(lea))
    assert time.monotonic() - began >= 2
    await settled()
    assert len(kept(lea)) == 1
    assert tally(guild_running.running).get("dead", 0) == 0


async def test_a_long_limit_holds_up_no_other_conversation(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, tom: Member
) -> None:
    discord.faults.rate_limit("message.create", times=1, seconds=5)
    lea.write(ASKED)
    await settled(0.5)
    tom.write(ASKED)
    await discord.until(lambda: kept(tom), 3)
    await discord.until(lambda: kept(lea), 10)
    assert len(kept(lea)) == 1


async def test_what_was_shown_in_place_is_copied_nowhere_when_direct_messages_are_closed(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, hall: Channel
) -> None:
    lea.direct.closed = True
    await lea.slash("ask", hall, question=ASKED).acknowledged()
    await discord.until(lambda: answers(lea.shown))
    await discord.until(lambda: tally(guild_running.running).get("sent"))
    assert discord.threads(hall) == []  # moderators could read it there
    assert discord.by_bot(hall) == []
    assert "dead" not in tally(guild_running.running)


async def test_what_cannot_be_sent_in_private_is_said_so_in_the_channel_without_its_content(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, hall: Channel
) -> None:
    lea.direct.closed = True
    asked = lea.mention(hall, "questions")
    await discord.until(lambda: discord.by_bot(hall))
    (word,) = discord.by_bot(hall)
    assert "I could not send my answer in private" in said(word)
    assert str(word["message_reference"]["message_id"]) == asked["id"]
    assert discord.threads(hall) == []


async def test_one_interaction_that_is_delivered_twice_keeps_its_answer_in_place(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, hall: Channel
) -> None:
    act = lea.slash("crosswalk", hall, text="help")
    discord.world.emit("INTERACTION_CREATE", act.payload)
    await act.acknowledged()
    await settled(1)
    assert len(lea.shown) == 1
    assert "ask" in said(lea.shown[0])


async def test_whoever_may_not_write_in_a_channel_has_nothing_posted_there(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, hall: Channel
) -> None:
    discord.world.muted.add(lea.id)
    await lea.slash("ask", hall, question=ASKED, public=True).acknowledged()
    await discord.until(lambda: lea.shown)
    await settled()
    assert "You cannot write in that channel yourself" in said(lea.shown[0])
    assert discord.by_bot(hall) == []


async def test_a_delivery_that_fails_never_stops_the_next(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, tom: Member, hall: Channel
) -> None:
    deaf = discord.channel("deaf")
    gone = lea.mention(deaf, ASKED)
    deaf.denied = SEND | VIEW
    lea.direct.closed = True
    lea.write(ASKED)
    assert gone
    tom.write(ASKED)
    tom.mention(hall, ASKED)
    await discord.until(lambda: kept(tom) and everywhere(discord, hall))
    await settled()
    assert len(kept(tom)) == 1
    assert everywhere(discord, hall) == 1


async def test_what_cannot_be_delivered_is_given_up_visibly(
    guild_running: GuildBot,
    discord: FakeDiscord,
    lea: Member,
    hall: Channel,
    encoder: SlowEncoder,
) -> None:
    encoder.delay = 0.5
    lea.mention(hall, ASKED)
    await discord.until(lambda: discord.count("typing"))
    hall.denied = VIEW
    await discord.until(lambda: tally(guild_running.running).get("dead") == 1)
    assert {refusal.code for _, refusal in discord.refused} <= {50001, 50013}


async def test_one_person_is_limited_to_twenty_questions_an_hour(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member
) -> None:
    for n in range(21):
        lea.write(f"{ASKED} {n}")
    await discord.until(lambda: len(discord.by_bot(lea.direct)) == 21, 30)
    assert len(kept(lea)) == 20
    assert len(answers(discord.by_bot(lea.direct))) == 20
    assert any(TITLE not in said(message) for message in discord.by_bot(lea.direct))
