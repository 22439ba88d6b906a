"""Conversations in Discord: a private thread, or words carried between direct messages."""

import pytest
from sqlalchemy import func, select
from sqlmodel import Session, col

from bot.contract import Person, Reply
from bot.features.conversations.service import Opening
from bot.messaging import serialization
from knowledge.conversations import conversations
from knowledge.conversations.conversations import ConversationView, Seat
from knowledge.messaging.tables import Delivery
from knowledge.vocabulary import ConversationKind, ConversationState, DeliveryState
from tests.support.community import admit, expert
from tests.support.fake_discord import BOT, Channel, FakeDiscord, Json, Member
from tests.support.fake_discord.playing import GuildBot
from tests.support.fake_discord.reading import ASKED, questions, said, there
from tests.support.fake_discord.rooms import PRIVATE_THREAD, PRIVATE_THREADS


def opened(bot: GuildBot, *people: Member) -> ConversationView:
    """A conversation of these people, as an accepted introduction begins it."""
    seats = []
    for one in people:
        person = Person("discord", "", one.id, f"P{one.id[:2]}")
        number = admit(bot.store, expert(one.id), person)
        greeting = serialization.reply_to_json(Reply("You wanted to talk about registers."))
        seats.append(Seat(number, person.name, "en", "discord", "", one.id, greeting))
    opening = Opening(ConversationKind.INTRODUCTION, "registers", seats)
    begun = bot.store.write(lambda s: bot.core.conversations.begin(s, opening))
    bot.running.sender.wake()
    return begun


def now(bot: GuildBot, begun: ConversationView) -> ConversationView:
    found = bot.store.read(lambda session: conversations.get(session, begun.id))
    assert found is not None
    return found


def lines(bot: GuildBot, begun: ConversationView) -> list[str]:
    def read(session: Session) -> list[str]:
        return [line.text for line in conversations.lines(session, begun.id)]

    return bot.store.read(read)


def unsent(bot: GuildBot) -> int:
    """How many messages were given up."""
    given_up = select(func.count()).where(col(Delivery.state) == DeliveryState.DEAD)
    return bot.store.read(lambda session: session.scalar(given_up)) or 0


def rooms(discord: FakeDiscord) -> list[Channel]:
    return [each for each in discord.world.channels.values() if each.kind == PRIVATE_THREAD]


def told(discord: FakeDiscord, person: Member) -> list[Json]:
    """What the bot wrote into the person's own conversation with it."""
    return discord.by_bot(person.direct)


async def test_two_people_talk_in_a_private_thread(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, tom: Member, hall: Channel
) -> None:
    begun = opened(guild_running, lea, tom)
    await discord.until(lambda: rooms(discord) and discord.by_bot(rooms(discord)[0]))
    (room,) = rooms(discord)
    assert room.people == {lea.id, tom.id, BOT}
    assert room.parent is hall
    (greeting,) = discord.by_bot(room)
    assert "You wanted to talk about registers." in said(greeting)
    assert "I do not read along" in said(greeting)
    lea.say(room, "Good morning.")
    tom.mention(room, ASKED)
    await discord.until(lambda: there(room))
    assert lines(guild_running, begun) == []
    tom.press(greeting, "Close the conversation")
    await discord.until(lambda: now(guild_running, begun).state is ConversationState.CLOSED)
    await discord.until(lambda: "closed" in said(discord.by_bot(room)[-1]))
    assert told(discord, lea) == []
    assert discord.refused == []


async def test_with_the_content_intent_the_bot_reads_along(
    guild_bot: GuildBot, discord: FakeDiscord, lea: Member, tom: Member, hall: Channel
) -> None:
    guild_bot.adapter["message_content"] = discord.world.message_content = True
    await guild_bot.start()
    begun = opened(guild_bot, lea, tom)
    await discord.until(lambda: rooms(discord) and discord.by_bot(rooms(discord)[0]))
    (room,) = rooms(discord)
    assert "I read along" in said(discord.by_bot(room)[0])
    first = lea.say(room, "Good morning.")
    second = tom.say(room, "Good evening.")
    await discord.until(lambda: len(lines(guild_bot, begun)) == 2)
    tom.edit(second, "Good morning, Lea.")
    await discord.until(lambda: "Good morning, Lea." in lines(guild_bot, begun))
    lea.remove(first)
    await discord.until(lambda: lines(guild_bot, begun) == ["Good morning, Lea."])
    lea.say(room, "close")
    await discord.until(lambda: now(guild_bot, begun).state is ConversationState.CLOSED)


async def test_a_crash_while_it_is_opened_makes_no_second_thread(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, tom: Member, hall: Channel
) -> None:
    discord.faults.lose_answer("thread.create")
    discord.faults.slow_down("thread.add", 0.5, times=9)
    begun = opened(guild_running, lea, tom)
    await discord.until(lambda: rooms(discord))
    await guild_running.kill()
    await guild_running.start()
    await discord.until(lambda: discord.by_bot(rooms(discord)[0]))
    assert len(rooms(discord)) == 1
    assert rooms(discord)[0].people == {lea.id, tom.id, BOT}
    assert now(guild_running, begun).state is ConversationState.OPEN


@pytest.mark.parametrize("why", ["no permission", "no server in common"])
async def test_without_a_channel_in_common_words_are_carried(
    guild_running: GuildBot,
    discord: FakeDiscord,
    lea: Member,
    tom: Member,
    hall: Channel,
    why: str,
) -> None:
    if why == "no permission":
        discord.world.change(hall, denied=PRIVATE_THREADS)
    else:
        discord.world.absent.add(tom.id)
    begun = opened(guild_running, lea, tom)
    await discord.until(lambda: told(discord, lea) and told(discord, tom))
    assert rooms(discord) == []
    root, other = told(discord, lea)[0], told(discord, tom)[0]
    message = lea.say(lea.direct, "Shall we @everyone meet?", root)
    await discord.until(lambda: len(told(discord, tom)) == 2)
    carried = told(discord, tom)[1]
    assert carried["message_reference"]["message_id"] == int(other["id"])
    assert "meet?" in said(carried)
    assert "@everyone" not in said(carried)
    tom.say(tom.direct, "Gladly.", carried)  # an answer to what was carried counts, too
    await discord.until(lambda: len(told(discord, lea)) == 2)
    lea.edit(message, "Shall we meet on Friday?")
    await discord.until(lambda: "Friday" in said(told(discord, tom)[1]))
    lea.remove(message)
    await discord.until(lambda: len(told(discord, tom)) == 1)
    assert lines(guild_running, begun) == ["Gladly."]
    before = len(told(discord, tom))
    tom.write(ASKED)  # what answers nothing may be a question: that is asked
    await discord.until(lambda: len(told(discord, tom)) > before)
    tom.press(told(discord, tom)[-1], "Ask it as a question")
    await discord.until(lambda: questions(guild_running.store) == 1)
    tom.say(tom.direct, "close", other)
    await discord.until(lambda: now(guild_running, begun).state is ConversationState.CLOSED)
    await discord.until(lambda: "closed" in said(told(discord, lea)[-1]))
    assert {call for call, _ in discord.refused} <= {"member.get"}


async def test_what_was_said_after_a_restart_is_taken_back_all_the_same(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, tom: Member
) -> None:
    """Discord does not say whose message it was, and after a restart nothing is remembered."""
    begun = opened(guild_running, lea, tom)
    await discord.until(lambda: told(discord, lea) and told(discord, tom))
    message = lea.say(lea.direct, "4711", told(discord, lea)[0])
    await discord.until(lambda: len(told(discord, tom)) == 2)
    await guild_running.stop()
    await guild_running.start()
    lea.remove(message)
    await discord.until(lambda: len(told(discord, tom)) == 1)
    assert lines(guild_running, begun) == []


async def test_a_file_stays_and_both_are_told(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, tom: Member
) -> None:
    opened(guild_running, lea, tom)
    await discord.until(lambda: told(discord, lea) and told(discord, tom))
    lea.say(lea.direct, "The table.", told(discord, lea)[0], files=["prices.csv"])
    await discord.until(lambda: len(told(discord, tom)) == 3)
    assert "prices.csv" in said(told(discord, tom)[2])
    await discord.until(lambda: "prices.csv" in said(told(discord, lea)[-1]))


async def test_where_direct_messages_are_closed_nothing_goes_where_moderators_read(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, tom: Member
) -> None:
    """What is meant for one person goes into no thread; stewards see that it did not arrive."""
    lea.direct.closed = True
    discord.world.absent.add(tom.id)
    opened(guild_running, lea, tom)
    await discord.until(lambda: told(discord, tom))
    await discord.until(lambda: unsent(guild_running) == 1)
    assert rooms(discord) == []


@pytest.mark.parametrize("lost", ["the thread", "its channel", "the bot's seat", "unnoticed"])
async def test_when_the_room_is_gone_the_words_are_carried_and_both_are_told_once(
    guild_running: GuildBot,
    discord: FakeDiscord,
    lea: Member,
    tom: Member,
    hall: Channel,
    lost: str,
) -> None:
    begun = opened(guild_running, lea, tom)
    await discord.until(lambda: rooms(discord) and discord.by_bot(rooms(discord)[0]))
    (room,) = rooms(discord)
    if lost == "the thread":
        discord.world.remove(room)
    elif lost == "its channel":
        discord.world.remove(hall)
    elif lost == "the bot's seat":
        discord.world.expel(room, BOT)
    else:
        del discord.world.channels[room.id]
        closing = say(guild_running, begun, "The round is over.")
        assert closing
    await discord.until(lambda: told(discord, lea) and told(discord, tom))
    first = told(discord, lea)[0]
    assert "is gone" in said(first)
    assert now(guild_running, begun).bridged
    lea.say(lea.direct, "Are you still there?", first)
    await discord.until(lambda: "Are you still there?" in said(told(discord, tom)[-1]))
    tom.say(tom.direct, "Yes.", told(discord, tom)[-1])
    await discord.until(lambda: "Yes." in said(told(discord, lea)[-1]))
    for person in (lea, tom):
        words = [said(each) for each in told(discord, person)]
        assert sum("is gone" in each for each in words) == 1
        assert sum("The round is over." in each for each in words) == int(lost == "unnoticed")
    assert lines(guild_running, begun) == ["Are you still there?", "Yes."]


def say(bot: GuildBot, begun: ConversationView, text: str) -> bool:
    """The bot's own words in a conversation, as a round says them."""
    tell = bot.core.conversations.tell
    bot.store.write(lambda session: tell(session, begun.id, "over", lambda _: Reply(text)))
    bot.running.sender.wake()
    return True
