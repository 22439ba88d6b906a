"""Channels that come and go, people who leave, and where the bot answers, through the real SDK."""

import pytest

from bot.app import now
from bot.contract import Place, PlaceKind, Reply
from bot.messaging import outbox
from knowledge.database.store import Store
from knowledge.members import accounts
from knowledge.messaging import channels, dead_letters, deliveries
from knowledge.messaging.deliveries import LEFT_THE_WORKSPACE
from knowledge.vocabulary import ChannelState
from tests.support.community import expert
from tests.support.fake_slack import Channel, FakeSlack, Member
from tests.support.fake_slack.playing import Bot
from tests.support.fake_slack.reading import ASKED, answers, enrol, kept, questions, said, settled
from tests.support.fake_slack.workspace import BOT, TEAM

QUIET = "I do not answer in this channel. Please ask me in a direct message."


@pytest.fixture
def sam(bot: Bot, slack: FakeSlack) -> Member:
    """A steward."""
    member = slack.member("U9SAM", "sam")
    enrol(bot.store, member, expert("Sam"), steward=True)
    return member


def known(store: Store) -> dict[str, tuple[str, ChannelState]]:
    found = store.read(lambda session: channels.listed(session, 50))
    return {one.channel: (one.name, one.state) for one in found}


def words(slack: FakeSlack, person: Member) -> list[str]:
    """What the bot wrote to somebody directly."""
    return [said(message) for message in slack.by_bot(person.direct)]


async def test_what_happens_to_a_channel_is_taken_note_of(
    room: Channel, running: Bot, slack: FakeSlack, ana: Member
) -> None:
    await slack.until(lambda: known(running.store))  # what it found at the start
    secret = Channel("G1SECRET", "plans", {ana.id}, private=True)
    await slack.happens.invite_bot(secret).acknowledged()
    assert known(running.store) == {
        "C1DATA": ("c1data", ChannelState.PRESENT),
        "G1SECRET": ("plans", ChannelState.PRESENT),
    }
    await slack.happens.join(slack.channel("C3OTHER", ana), ana.id).acknowledged()
    assert "C3OTHER" not in known(running.store)  # somebody else came, not the bot
    for place, name in ((room, "open-data"), (secret, "budget")):
        await slack.happens.rename(place, name).acknowledged()
        await slack.happens.archive(place).acknowledged()
        assert known(running.store)[place.id] == (name, ChannelState.ARCHIVED)
        await slack.happens.restore(place).acknowledged()
        assert known(running.store)[place.id] == (name, ChannelState.PRESENT)
    await slack.happens.remove_bot(secret).acknowledged()
    await slack.happens.delete(room).acknowledged()
    assert {state for _, state in known(running.store).values()} == {ChannelState.GONE}
    assert [method for method, _ in slack.refused] == []


async def test_what_happened_during_an_absence_is_found_at_the_start(
    room: Channel, running: Bot, slack: FakeSlack, ana: Member
) -> None:
    await slack.until(lambda: known(running.store))
    await running.stop()
    room.members.discard(BOT)
    slack.channel("C2NEW", ana)
    await running.start()
    await slack.until(lambda: "C2NEW" in known(running.store))
    assert known(running.store)["C1DATA"] == ("c1data", ChannelState.GONE)


async def test_without_the_scope_to_list_channels_the_bot_still_answers(
    bot: Bot, slack: FakeSlack, ana: Member
) -> None:
    slack.scopes.discard("channels:read")
    await bot.start()
    ana.write(ASKED)
    await slack.until(lambda: kept(slack, ana))


async def test_a_quiet_channel_stays_quiet_and_the_person_is_told_where_to_ask(
    room: Channel, running: Bot, slack: FakeSlack, ana: Member, sam: Member
) -> None:
    sam.mention(room, "channel quiet")
    await slack.until(lambda: any("quiet in" in text for text in words(slack, sam)))
    message, _ = ana.mention(room, ASKED, both=True)
    await slack.until(lambda: words(slack, ana))
    await slack.until(lambda: slack.count("reactions.remove") >= 2)
    ana.mention(room, "and again", message["ts"])
    await slack.until(lambda: len(words(slack, ana)) == 2)
    await settled(slack)
    assert words(slack, ana) == [QUIET, QUIET]
    assert slack.by_bot(room) == []
    assert questions(running.store) == 0
    await ana.command("/ask", f"{ASKED} public", room).acknowledged()
    await slack.until(lambda: "may be posted" in str(slack.ephemerals(ana)))
    await ana.command("/ask", ASKED, room).acknowledged()
    await slack.until(lambda: answers(slack.ephemerals(ana)))
    assert slack.by_bot(room) == []
    await sam.command("/crosswalk", "channel allow", room).acknowledged()
    await slack.until(lambda: "From now on I answer" in str(slack.ephemerals(sam)))
    ana.mention(room, ASKED)
    await slack.until(lambda: answers(slack.by_bot(room)))


async def test_a_steward_quietens_a_channel_from_the_list(
    room: Channel, running: Bot, slack: FakeSlack, ana: Member, sam: Member
) -> None:
    await slack.until(lambda: known(running.store))
    sam.write("channels")
    await slack.until(lambda: slack.by_bot(sam.direct))
    (shown,) = slack.by_bot(sam.direct)
    assert "#c1data" in said(shown)
    await sam.press(shown, "Be quiet there").acknowledged()
    found = ("slack", TEAM, room.id)
    await slack.until(
        lambda: not running.store.read(lambda session: channels.speaks(session, *found))
    )
    ana.mention(room, ASKED)
    await slack.until(lambda: words(slack, ana) == [QUIET])


async def test_nothing_is_tried_to_somebody_whose_account_was_closed(
    running: Bot, slack: FakeSlack, ana: Member, sam: Member
) -> None:
    enrol(running.store, ana, expert("Ana"))
    slack.faults.rate_limit("chat.postMessage", seconds=30)
    ana.write(ASKED)
    await slack.until(lambda: running.running.sender.tally["postponed"] == 1)
    await slack.happens.deactivate(ana.id).acknowledged()
    (dead,) = running.store.read(dead_letters.newest)
    assert dead.reason == LEFT_THE_WORKSPACE
    assert slack.count("chat.postMessage") == 0
    sam.write("status")
    await slack.until(lambda: any(LEFT_THE_WORKSPACE in text for text in words(slack, sam)))
    sam.write("channels")
    await slack.until(lambda: any("ana (slack)" in text for text in words(slack, sam)))
    await slack.happens.change(ana.id, deleted=False).acknowledged()
    assert running.store.read(lambda session: accounts.gone(session, 9)) == []
    ana.write(ASKED)
    await slack.until(lambda: kept(slack, ana))


async def test_name_language_and_time_zone_follow_the_person(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    enrol(running.store, ana, expert("Ana"))
    ana.write("help")
    await slack.until(lambda: words(slack, ana))
    changed = slack.happens.change(ana.id, name="anita", locale="fr-FR", tz="Europe/Paris")
    await changed.acknowledged()
    found = running.store.read(lambda session: accounts.find(session, "slack", TEAM, ana.id))
    assert found is not None
    assert (found.name, found.locale, found.time_zone) == ("anita", "fr-FR", "Europe/Paris")
    ana.write("help")
    await slack.until(lambda: len(words(slack, ana)) == 2)
    assert (
        "posez" in words(slack, ana)[1].casefold() or "écrivez" in words(slack, ana)[1].casefold()
    )


async def test_a_member_keeps_their_language_while_slack_says_nothing_about_them(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    enrol(running.store, ana, expert("Ana"))
    await slack.happens.change(ana.id, locale="es-MX").acknowledged()
    slack.faults.fail("users.info", times=9)
    ana.write("ayuda")
    await slack.until(lambda: words(slack, ana))
    assert "pregunta" in words(slack, ana)[0]
    found = running.store.read(lambda session: accounts.find(session, "slack", TEAM, ana.id))
    assert found is not None
    assert (found.name, found.locale) == ("ana", "es-MX")


async def test_a_room_with_another_id_keeps_what_was_set_and_gets_what_waits(
    room: Channel, running: Bot, slack: FakeSlack, ana: Member, sam: Member
) -> None:
    await slack.until(lambda: known(running.store))
    sam.mention(room, "channel quiet")
    await slack.until(lambda: words(slack, sam) or slack.by_bot(room))
    place = Place("slack", TEAM, room.id, kind=PlaceKind.CHANNEL)
    later = outbox.message("k1", place, Reply("The round begins."))
    slack.faults.rate_limit("chat.postMessage", 1, seconds=3)
    running.store.write(lambda session: deliveries.write(session, [later], now()))
    running.running.sender.wake()
    await slack.until(lambda: running.running.sender.tally["postponed"])
    slack.workspace.channels["C9NEW"] = Channel("C9NEW", "c9new", {ana.id})  # told of it before
    await slack.happens.invite_bot(slack.workspace.channels["C9NEW"]).acknowledged()
    moved = slack.happens.move(room, "C9NEW")
    await moved.acknowledged()
    assert set(known(running.store)) == {"C9NEW"}
    assert not running.store.read(lambda session: channels.speaks(session, "slack", TEAM, "C9NEW"))
    await slack.until(lambda: any("The round begins." in said(m) for m in slack.by_bot(room)))
    await slack.post.send("events_api", moved.payload).acknowledged()  # Slack says it again
    assert set(known(running.store)) == {"C9NEW"}
