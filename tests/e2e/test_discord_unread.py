"""Members whose direct messages are closed in Discord: told that something waits, and shown it."""

from sqlmodel import Session

from bot.app import now
from bot.contract import Person, Reply
from bot.messaging import outbox
from knowledge.members import members
from knowledge.messaging import dead_letters
from tests.support.community import admit, expert
from tests.support.fake_discord import BOT, Channel, FakeDiscord, Member
from tests.support.fake_discord.playing import GuildBot
from tests.support.fake_discord.reading import labels, said
from tests.support.fake_discord.rooms import PRIVATE_THREAD, PRIVATE_THREADS

WORDS = "Ana Ruiz would like to talk with you about registers."
READ = "Read what waits for me"


def tell(bot: GuildBot, person: Member, text: str) -> None:
    """A private message that nobody waits for, as a round or an introduction writes it."""
    who = Person("discord", "", person.id, "Lea")
    number = admit(bot.store, expert("Lea"), who)

    def write(session: Session) -> None:
        member = members.get(session, number)
        assert member is not None
        outbox.tell(session, member, ("test", text), lambda say: Reply(text), now())

    bot.store.write(write)
    bot.running.sender.wake()


def dead(bot: GuildBot) -> int:
    return len(bot.store.read(dead_letters.newest))


def rooms(discord: FakeDiscord) -> list[Channel]:
    return [each for each in discord.world.channels.values() if each.kind == PRIVATE_THREAD]


async def test_a_private_thread_says_that_something_waits_and_a_press_shows_it(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, tom: Member, hall: Channel
) -> None:
    lea.direct.closed = True
    tell(guild_running, lea, WORDS)
    await discord.until(lambda: rooms(discord) and discord.by_bot(rooms(discord)[0]))
    (room,) = rooms(discord)
    assert room.people == {lea.id, BOT}
    (word,) = discord.by_bot(room)
    assert "There is a message for you" in said(word)
    assert labels(word) == [READ]
    assert all(WORDS not in said(each) for each in discord.by_bot(room) + discord.by_bot(hall))
    tom.press(word, READ)
    lea.press(word, READ)
    await discord.until(lambda: lea.shown and tom.shown)
    assert WORDS in said(lea.shown[-1])
    assert "No message waits for you" in said(tom.shown[-1])
    assert dead(guild_running) == 1  # it is forgotten once they say that they read it
    lea.press(lea.shown[-1], "I have read it")
    await discord.until(lambda: "No message waits for you" in said(lea.shown[-1]))
    assert dead(guild_running) == 0


async def test_without_a_thread_the_next_answer_that_they_alone_see_says_it(
    guild_running: GuildBot, discord: FakeDiscord, lea: Member, hall: Channel
) -> None:
    discord.world.withhold(PRIVATE_THREADS)
    lea.direct.closed = True
    tell(guild_running, lea, WORDS)
    await discord.until(lambda: dead(guild_running) == 1)
    lea.slash("crosswalk", hall, text="version")
    await discord.until(lambda: lea.shown)
    assert "One message for you could not be sent." in said(lea.shown[-1])
    assert WORDS not in said(lea.shown[-1])
    lea.press(lea.shown[-1], READ)
    await discord.until(lambda: WORDS in said(lea.shown[-1]))
    lea.mention(hall, "inbox")
    lea.slash("crosswalk", hall, text="inbox")
    await discord.until(lambda: len(lea.shown) > 2 and WORDS in said(lea.shown[-1]))
    assert rooms(discord) == []
    assert all(WORDS not in said(each) for each in discord.by_bot(hall))
