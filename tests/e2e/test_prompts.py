"""A question between rounds, posted in Slack and in Discord and answered in both threads."""

from datetime import date, datetime, time, timedelta

from sqlmodel import Session, select

from bot.contract import Person, Place, PlaceKind
from bot.features.exchange.programmes.cadence import Cadence, Timetable
from bot.features.exchange.programmes.settings import Rules, write_timetable
from bot.messaging import serialization
from knowledge.exchange import programmes, prompts
from knowledge.messaging import channels
from knowledge.threads.tables import ThreadAnswer
from tests.support import fake_discord, fake_slack
from tests.support.both_platforms import BothPlatforms
from tests.support.community import admit, expert
from tests.support.fake_discord import FakeDiscord
from tests.support.fake_discord.reading import said as said_in
from tests.support.fake_slack import FakeSlack
from tests.support.fake_slack.workspace import TEAM
from tests.support.world import look

RARELY = Timetable(Cadence.ONCE, time(9), "UTC", date(2036, 1, 1))


def programme_everywhere(session: Session, due: datetime) -> None:
    """A programme in every channel that the bot knows, with a prompt that is due."""
    places = [
        Place(each.platform, each.workspace, each.channel, kind=PlaceKind.CHANNEL, private=False)
        for each in channels.listed(session, 10)
    ]
    made = programmes.create(
        session,
        "Bridges",
        timetable=write_timetable(RARELY),
        rules=Rules().written(),
        channels={"places": [serialization.place_to_json(each) for each in places]},
        next_due_at=due + timedelta(days=999),
    )
    prompts.set_schedule(session, made.id, write_timetable(RARELY), due)


async def test_a_prompt_is_posted_on_both_and_its_answers_are_kept_and_followed(
    slack: FakeSlack,
    discord: FakeDiscord,
    bea: fake_slack.Member,
    lea: fake_discord.Member,
    room: fake_slack.Channel,
    hall: fake_discord.Channel,
    both: BothPlatforms,
) -> None:
    admit(both.store, expert("Bea"), Person("slack", TEAM, bea.id, "bea"))
    admit(both.store, expert("Lea"), Person("discord", "", lea.id, "lea"))
    await slack.until(lambda: len(both.store.read(lambda s: channels.listed(s, 10))) == 2)
    due = both.core.rounds._clock() - timedelta(minutes=1)
    both.store.write(lambda session: programme_everywhere(session, due))
    for _ in range(2):
        await look(both.core, "prompts", "questions to be posted")
        both.running.sender.wake()
    await slack.until(lambda: slack.by_bot(room) and discord.by_bot(hall))
    (in_slack,), (in_discord,) = slack.by_bot(room), discord.by_bot(hall)
    assert "Please answer in this thread" in in_slack["text"]
    assert "Please answer in this thread" in said_in(in_discord)

    def kept() -> set[str]:
        return set(both.store.read(lambda session: session.exec(select(ThreadAnswer.text)).all()))

    bea.write("Lunch?", room)
    said, _ = bea.write("By the register of rents", room, thread=in_slack["ts"])
    lea.say(hall, "By asking landlords <@1>", in_discord)
    await slack.until(lambda: len(kept()) == 2)
    assert "By the register of rents" in kept()
    bea.edit(said, "By the register of leases", room)
    await slack.until(lambda: "By the register of leases" in kept())
    assert len(kept()) == 2
    assert slack.refused == []
