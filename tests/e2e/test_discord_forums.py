"""Forums that a steward named: one answer to each post, its tags, and who may say it is solved."""

import asyncio
from collections.abc import Callable

import pytest
from sqlmodel import Session

from knowledge.members import audit
from knowledge.messaging import channels
from knowledge.messaging.channels import ChannelView
from knowledge.vocabulary import ChannelState
from tests.support.fake_discord import BOT, Channel, FakeDiscord, Member
from tests.support.fake_discord.playing import GuildBot
from tests.support.fake_discord.reading import ASKED, labels, questions, said, there
from tests.support.fake_discord.rooms import VIEW

TAGS = ["Data Sharing", "prices", "résolu"]
OFFER = "Ask Crosswalk"


@pytest.fixture
def head(discord: FakeDiscord) -> Member:
    """Both a steward of ours and somebody who manages the server."""
    return discord.member("480000000000000048", "head", admin=True)


@pytest.fixture
async def forum(guild_bot: GuildBot, discord: FakeDiscord, head: Member) -> Channel:
    """One that the steward named, beside a started bot."""
    guild_bot.stewards = frozenset({f"discord::{head.id}"})
    await guild_bot.start()
    found = discord.forum("questions", TAGS)
    await named(guild_bot, discord, head, found)
    return found


async def named(bot: GuildBot, discord: FakeDiscord, head: Member, forum: Channel) -> None:
    post = head.post(forum, "Welcome", f"<@{BOT}> channel forum on")
    await discord.until(lambda: "forum" in uses(bot, forum))
    await discord.until(lambda: discord.by_bot(head.direct))
    assert discord.by_bot(post) == []


def uses(bot: GuildBot, room: Channel) -> tuple[str, ...]:
    found = known(bot, room)
    return found.uses if found else ()


def known(bot: GuildBot, room: Channel) -> ChannelView | None:
    def read(session: Session) -> ChannelView | None:
        listed = channels.listed(session, 100)
        return next((one for one in listed if one.channel == room.id), None)

    return bot.store.read(read)


def names(post: Channel) -> set[str]:
    """The tags of a post."""
    assert post.parent is not None
    return {post.parent.tags[tag] for tag in post.applied}


async def test_an_answered_post_has_its_topic_and_then_the_solved_tag(
    forum: Channel, guild_bot: GuildBot, discord: FakeDiscord, lea: Member, tom: Member
) -> None:
    post = lea.post(forum, "Sharing", f"<@{BOT}> {ASKED}", ["prices"])
    await discord.until(lambda: there(post) and len(names(post)) == 2)
    assert names(post) == {"prices", "Data Sharing"}
    await tom.press(there(post)[0], "This answers my question").acknowledged()
    await discord.until(lambda: tom.shown)
    assert "Only whoever asked" in said(tom.shown[-1])
    for _ in range(2):
        await lea.press(there(post)[0], "This answers my question").acknowledged()
    await discord.until(lambda: names(post) == {*TAGS})
    await asyncio.sleep(0.3)
    assert [said(m) for m in discord.by_bot(post)][1:] == ["Marked as answered by whoever asked."]
    assert discord.refused == []


async def test_a_steward_marks_a_post_and_it_stands_in_the_audit(
    forum: Channel, guild_bot: GuildBot, discord: FakeDiscord, lea: Member, head: Member
) -> None:
    post = lea.post(forum, "Sharing", f"<@{BOT}> {ASKED}")
    await discord.until(lambda: there(post))
    head.write("resolve 1")
    await discord.until(lambda: "résolu" in names(post))
    assert said(discord.by_bot(post)[-1]) == "Marked as answered by a steward."
    acts = guild_bot.store.read(lambda session: audit.about(session, "question:1"))
    assert [entry.act for entry in acts] == ["question.solved"]


async def test_a_post_without_a_mention_is_offered_an_answer_once(
    forum: Channel, guild_bot: GuildBot, discord: FakeDiscord, lea: Member, tom: Member
) -> None:
    post = lea.post(forum, ASKED, "We tried for two years.")
    await discord.until(lambda: discord.by_bot(post))
    (offer,) = discord.by_bot(post)
    assert labels(offer) == [OFFER]
    assert said(offer).count("\n") == 0
    await guild_bot.stop()
    await guild_bot.start()
    presses = [who.press(offer, OFFER) for who in (tom, lea, tom)]
    for each in presses:
        await each.acknowledged()
    await discord.until(lambda: there(post) and not any(each.waiting for each in presses))
    await asyncio.sleep(0.5)
    assert len(there(post)) == 1
    assert ASKED in said(there(post)[0])
    assert "Data Sharing" in names(post)
    assert questions(guild_bot.store) == 1
    await lea.press(offer, OFFER).acknowledged()
    await discord.until(lambda: any("asked before" in said(each) for each in lea.shown))
    assert discord.refused == []


async def test_in_other_forums_and_quiet_ones_nothing_is_said(
    forum: Channel, guild_bot: GuildBot, discord: FakeDiscord, lea: Member, head: Member
) -> None:
    other = discord.forum("news", TAGS)
    unnamed = lea.post(other, ASKED, "We tried for two years.")
    head.post(forum, "Rules", f"<@{BOT}> channel quiet")
    await discord.until(lambda: (found := known(guild_bot, forum)) and found.speaks is False)
    quiet = lea.post(forum, ASKED, "We tried for two years.")
    mentioning = lea.post(forum, "Sharing", f"<@{BOT}> {ASKED}")
    await discord.until(lambda: discord.by_bot(lea.direct))
    assert "I do not answer in this channel" in said(discord.by_bot(lea.direct)[0])
    head.mention(quiet, "channel allow")
    head.mention(quiet, "channel forum off")
    await discord.until(lambda: "forum" not in uses(guild_bot, forum))
    later = lea.post(forum, ASKED, "And once more.")
    await asyncio.sleep(0.5)
    assert [discord.by_bot(post) for post in (unnamed, quiet, mentioning, later)] == [[]] * 4


async def test_with_the_content_intent_a_post_is_answered_directly(
    guild_bot: GuildBot, discord: FakeDiscord, lea: Member, head: Member
) -> None:
    guild_bot.adapter["message_content"] = discord.world.message_content = True
    guild_bot.stewards = frozenset({f"discord::{head.id}"})
    await guild_bot.start()
    forum = discord.forum("questions", TAGS)
    await named(guild_bot, discord, head, forum)
    post = lea.post(forum, "Good morning", ASKED)
    await discord.until(lambda: there(post))
    lea.say(post, "queue")  # what is said below is among people
    await asyncio.sleep(0.5)
    assert len(discord.by_bot(post)) == 1
    assert "Data Sharing" in names(post)


async def test_only_a_forum_can_be_named(
    forum: Channel, guild_bot: GuildBot, discord: FakeDiscord, head: Member, hall: Channel
) -> None:
    await head.slash("crosswalk", hall, text="channel forum on").acknowledged()
    await discord.until(lambda: head.shown)
    assert "said in a post of the forum" in said(head.shown[-1])
    assert uses(guild_bot, hall) == ()


async def test_in_a_server_stewards_need_its_permission_as_well(
    guild_bot: GuildBot, discord: FakeDiscord, head: Member, hall: Channel
) -> None:
    steward = discord.member("470000000000000047", "steward")
    guild_bot.stewards = frozenset(f"discord::{one.id}" for one in (steward, head))
    await guild_bot.start()
    refused = "also need the permission to manage that server"
    steward.mention(hall, "queue")
    await discord.until(lambda: discord.by_bot(steward.direct))
    assert refused in said(discord.by_bot(steward.direct)[0])
    await steward.slash("crosswalk", hall, text="audit").acknowledged()
    await discord.until(lambda: steward.shown)
    assert refused in said(steward.shown[-1])
    steward.write("queue")  # in a direct message there are no permissions to have
    head.mention(hall, "queue")
    await discord.until(lambda: len(discord.by_bot(steward.direct)) == 2)
    await discord.until(lambda: discord.by_bot(head.direct))
    assert refused not in said(discord.by_bot(steward.direct)[1])
    assert refused not in said(discord.by_bot(head.direct)[0])


async def test_channels_are_known_renamed_and_gone(
    guild_bot: GuildBot, discord: FakeDiscord, lea: Member, hall: Channel
) -> None:
    gone = discord.channel("old")
    await guild_bot.start()
    present = ChannelState.PRESENT
    await discord.until(_is(guild_bot, hall, "data", present))
    await discord.until(_is(guild_bot, gone, "old", present))
    new = discord.channel("new")
    await discord.until(_is(guild_bot, new, "new", present))
    discord.world.change(new, name="newer")
    await discord.until(_is(guild_bot, new, "newer", present))
    discord.world.change(hall, denied=VIEW)
    await discord.until(_is(guild_bot, hall, "data", ChannelState.GONE))
    discord.world.change(hall, denied=0)
    await discord.until(_is(guild_bot, hall, "data", present))
    await guild_bot.stop()
    discord.world.remove(gone)
    await guild_bot.start()
    await discord.until(_is(guild_bot, gone, "old", ChannelState.GONE))
    discord.world.remove(new)
    await discord.until(_is(guild_bot, new, "newer", ChannelState.GONE))
    discord.world.emit("GUILD_DELETE", {"id": discord.world.guild()["id"]})
    await discord.until(_is(guild_bot, hall, "data", ChannelState.GONE))


def _is(bot: GuildBot, room: Channel, name: str, state: ChannelState) -> Callable[[], bool]:
    def holds() -> bool:
        found = known(bot, room)
        return found is not None and (found.name, found.state) == (name, state)

    return holds
