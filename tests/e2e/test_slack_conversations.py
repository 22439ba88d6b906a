"""Conversations in Slack: a group message, or words carried between two people's threads."""

import pytest
from sqlmodel import Session

from bot.contract import Person, Reply
from bot.features.conversations.service import Opening
from bot.messaging import serialization
from knowledge.conversations import conversations
from knowledge.conversations.conversations import ConversationView, Seat
from knowledge.vocabulary import ConversationKind, ConversationState
from tests.support.community import admit, expert
from tests.support.fake_slack import Channel, FakeSlack, Json, Member
from tests.support.fake_slack.playing import Bot
from tests.support.fake_slack.workspace import TEAM


def opened(bot: Bot, *people: Member) -> ConversationView:
    """A conversation of these people, as an accepted introduction begins it."""
    seats = []
    for one in people:
        person = Person("slack", TEAM, one.id, one.id.title())
        number = admit(bot.store, expert(one.id), person)
        greeting = serialization.reply_to_json(Reply("You wanted to talk about registers."))
        seats.append(Seat(number, person.name, "en", "slack", TEAM, one.id, greeting))
    opening = Opening(ConversationKind.INTRODUCTION, "registers", seats)
    begun = bot.store.write(lambda s: bot.core.conversations.begin(s, opening))
    bot.running.sender.wake()
    return begun


def now(bot: Bot, begun: ConversationView) -> ConversationView:
    found = bot.store.read(lambda session: conversations.get(session, begun.id))
    assert found is not None
    return found


def lines(bot: Bot, begun: ConversationView) -> list[str]:
    def read(session: Session) -> list[str]:
        return [line.text for line in conversations.lines(session, begun.id)]

    return bot.store.read(read)


def thread(slack: FakeSlack, person: Member) -> list[Json]:
    """What the bot wrote into the person's own conversation with it."""
    return slack.by_bot(person.direct)


async def test_two_people_of_a_workspace_talk_in_a_group_message(
    running: Bot, slack: FakeSlack, ana: Member, bea: Member
) -> None:
    begun = opened(running, ana, bea)

    def rooms() -> list[Channel]:
        return [each for each in slack.workspace.channels.values() if each.group]

    await slack.until(lambda: rooms() and slack.by_bot(rooms()[0]))
    (group,) = rooms()
    (greeting,) = slack.by_bot(group)
    assert "You wanted to talk about registers." in greeting["text"]
    ana.write("Good morning, Bea.", group)
    message, _ = bea.write("Good morning.", group)
    await slack.until(lambda: len(lines(running, begun)) == 2)
    bea.edit(message, "Good evening.", group)
    await slack.until(lambda: lines(running, begun) == ["Good morning, Bea.", "Good evening."])
    assert len(slack.by_bot(group)) == 1
    assert not message.get("reactions")
    ana.press(greeting, "Close the conversation", group)
    await slack.until(lambda: now(running, begun).state is ConversationState.CLOSED)
    await slack.until(lambda: len(slack.by_bot(group)) == 2)


async def test_people_who_cannot_share_a_group_write_in_their_own_threads(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    eve = slack.member("U9EVE", "eve", is_stranger=True, team_id="T0OTHER")
    begun = opened(running, ana, eve)
    await slack.until(lambda: thread(slack, ana) and thread(slack, eve))
    root, other = thread(slack, ana)[0], thread(slack, eve)[0]
    message, _ = ana.write("Shall we <!channel> meet?", thread=root["ts"])
    await slack.until(lambda: len(thread(slack, eve)) == 2)
    carried = thread(slack, eve)[1]
    assert carried["thread_ts"] == other["ts"]
    assert "meet?" in carried["text"]
    assert "<!" not in carried["text"]
    ana.edit(message, "Shall we meet on Friday?")
    await slack.until(lambda: "Friday" in thread(slack, eve)[1]["text"])
    ana.remove(message)
    await slack.until(lambda: len(thread(slack, eve)) == 1)
    # A question outside of the thread is still a question.
    eve.write("help")
    await slack.until(lambda: len(thread(slack, eve)) == 2)
    assert lines(running, begun) == []
    eve.write("close", thread=other["ts"])
    await slack.until(lambda: now(running, begun).state is ConversationState.CLOSED)
    await slack.until(lambda: "closed" in thread(slack, ana)[-1]["text"])
    assert thread(slack, ana)[-1]["thread_ts"] == root["ts"]


async def test_words_carried_survive_a_crash_and_a_lost_answer(
    running: Bot, slack: FakeSlack, ana: Member
) -> None:
    eve = slack.member("U9EVE", "eve", is_restricted=True)
    opened(running, ana, eve)
    await slack.until(lambda: thread(slack, ana) and thread(slack, eve))
    root = thread(slack, ana)[0]["ts"]
    slack.faults.lose_answer("chat.postMessage")
    for number in range(3):
        ana.write(f"Line {number}", thread=root)
    await slack.until(lambda: len(thread(slack, eve)) >= 2)
    await running.kill()
    await running.start()
    await slack.until(lambda: len(thread(slack, eve)) == 4)
    assert [each["text"][-6:] for each in thread(slack, eve)[1:]] == ["Line 0", "Line 1", "Line 2"]


@pytest.mark.parametrize("word", ["invalid_user_combination", "missing_scope", "user_disabled"])
async def test_a_group_that_slack_refuses_is_a_bridge_at_once(
    running: Bot, slack: FakeSlack, ana: Member, bea: Member, word: str
) -> None:
    slack.faults.refuse("conversations.open", word)
    opened(running, ana, bea)
    await slack.until(lambda: thread(slack, ana) and thread(slack, bea), 10)
    assert slack.refused[0][1].error == word
    assert [call for call, _ in slack.refused] == ["conversations.open"]


@pytest.mark.parametrize("lost", ["archived", "deleted", "unnoticed"])
async def test_when_the_room_is_gone_the_words_are_carried_and_both_are_told_once(
    running: Bot, slack: FakeSlack, ana: Member, bea: Member, lost: str
) -> None:
    begun = opened(running, ana, bea)

    def rooms() -> list[Channel]:
        return [each for each in slack.workspace.channels.values() if each.group]

    await slack.until(lambda: rooms() and slack.by_bot(rooms()[0]))
    (group,) = rooms()
    if lost == "archived":
        slack.happens.archive(group)
    elif lost == "deleted":
        slack.happens.delete(group)
    else:
        group.archived = True
        tell = running.core.conversations.tell
        over = Reply("The round is over.")
        running.store.write(lambda session: tell(session, begun.id, "over", lambda _: over))
        running.running.sender.wake()
    await slack.until(lambda: thread(slack, ana) and thread(slack, bea))
    first = thread(slack, ana)[0]
    assert "is gone" in first["text"]
    assert now(running, begun).bridged
    ana.write("Are you still there?", thread=first["ts"])
    await slack.until(lambda: "Are you still there?" in thread(slack, bea)[-1]["text"])
    bea.write("Yes.", thread=thread(slack, bea)[0]["ts"])
    await slack.until(lambda: "Yes." in thread(slack, ana)[-1]["text"])
    for person in (ana, bea):
        words = [each["text"] for each in thread(slack, person)]
        assert sum("is gone" in each for each in words) == 1
        assert sum("The round is over." in each for each in words) == int(lost == "unnoticed")
