"""A question of somebody in Slack, answered by people in Discord and in Slack."""

from sqlmodel import Session

from bot.contract import Person
from knowledge.messaging import channels
from knowledge.vocabulary import Community
from tests.support import fake_discord, fake_slack
from tests.support.both_platforms import BothPlatforms
from tests.support.community import admit, expert
from tests.support.fake_discord import FakeDiscord
from tests.support.fake_discord.reading import said
from tests.support.fake_slack import FakeSlack
from tests.support.fake_slack.workspace import TEAM

QUESTION = "How do offices publish address registers?"


def name_all(session: Session) -> int:
    """Every channel that the bot is in gets questions to statistics offices; how many."""
    rooms = channels.listed(session, 10)
    for room in rooms:
        where = (room.platform, room.workspace, room.channel)
        channels.set_questions(session, *where, Community.NATIONAL)
    return len(rooms)


async def test_a_question_from_slack_is_answered_in_discord_and_slack(
    slack: FakeSlack,
    discord: FakeDiscord,
    ana: fake_slack.Member,
    bea: fake_slack.Member,
    lea: fake_discord.Member,
    room: fake_slack.Channel,
    hall: fake_discord.Channel,
    both: BothPlatforms,
) -> None:
    asker = expert("Ana", community=Community.CITY, consents=())
    admit(both.store, asker, Person("slack", TEAM, ana.id, "ana"))
    await slack.until(lambda: both.store.write(name_all) == 2)

    def read() -> str:
        return " ".join(str(each) for each in slack.by_bot(ana.direct))

    ana.write(QUESTION)
    await slack.until(lambda: "Ask the community" in read())
    answer = next(m for m in slack.by_bot(ana.direct) if "Ask the community" in str(m))
    ana.press(answer, "Ask the community")
    await slack.until(lambda: ana.modal)
    await ana.submit({"Your question, as everybody will read it": QUESTION})
    await slack.until(lambda: "Nothing is posted yet" in str(slack.ephemerals(ana)) + read())
    shown: list[fake_slack.Json | fake_slack.Shown] = [*slack.ephemerals(ana)]
    shown += slack.by_bot(ana.direct)
    assert not discord.by_bot(hall)
    ana.press(next(each for each in shown if "Nothing is posted yet" in str(each)), "Post")
    await slack.until(lambda: slack.by_bot(room) and discord.by_bot(hall))
    (in_slack,), (in_discord,) = slack.by_bot(room), discord.by_bot(hall)
    assert QUESTION in said(in_discord)
    # In Slack's thread nobody mentions the bot; in Discord a reply shows it the words.
    bea.write("Lunch?", room)
    first, _ = bea.write("Every year, as a file", room, thread=in_slack["ts"])
    await slack.until(lambda: "Every year, as a file" in read())
    lea.say(hall, "We have a map <@1>", in_discord)
    await slack.until(lambda: "We have a map" in read())
    assert "Lunch" not in read()
    bea.edit(first, "Every month, as a file", room)
    await slack.until(lambda: "Every month, as a file" in read())
    told = next(m for m in slack.by_bot(ana.direct) if "We have a map" in str(m))
    ana.press(told, "Mark solution")
    await slack.until(lambda: "Answered." in slack.by_bot(room)[0]["text"])
    await discord.until(lambda: "Answered." in said(discord.by_bot(hall)[0]))
    assert slack.refused == []
