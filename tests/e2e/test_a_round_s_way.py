"""A whole round of the peer exchange over Slack and Discord, from its form to its last figures."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.contract import Person
from bot.features.exchange.programmes.settings import places_of
from knowledge.exchange import programmes, rounds
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.rounds import CheckInView, PairingView, RoundView
from knowledge.exchange.states import CheckInAnswer, RoundState
from knowledge.messaging import deliveries
from knowledge.vocabulary import Community
from tests.support import fake_discord, fake_slack
from tests.support.both_platforms import BothPlatforms
from tests.support.community import admit, expert
from tests.support.fake_discord import FakeDiscord
from tests.support.fake_discord.reading import labels, said
from tests.support.fake_discord.rooms import PRIVATE_THREAD
from tests.support.fake_slack import FakeSlack, Json
from tests.support.fake_slack.reading import SlowEncoder, enrol
from tests.support.fake_slack.workspace import TEAM
from tests.support.people import RunningClock
from tests.support.world import look

README = Path(__file__).parents[2] / "README.md"
FENCE = re.compile(r"^```text\n(.*?)^```", re.MULTILINE | re.DOTALL)
NAME = "City and statistics"
DAY = timedelta(days=1)
PAIRS = (
    ("slack", "slack", "land registers joined"),
    ("discord", "discord", "figures of small areas"),
    ("slack", "discord", "open tender notices"),
)
"""Where the city's and the office's person of each pair are, and what brings them together."""
Somebody = fake_slack.Member | fake_discord.Member
NAMES = ("Ana Ruiz", "Bea Lind", "Tom Okoro", "Lea Meyer", "Eva Sato", "Mia Koch")
OFTEN = 1_000_000
"""More acts than a round has: each of them comes twice."""


class Both:
    """The bot on both platforms, a steward, and six people: three of cities, three of offices."""

    def __init__(
        self, bot: BothPlatforms, slack: FakeSlack, discord: FakeDiscord, clock: RunningClock
    ) -> None:
        self.bot, self.slack, self.discord, self.clock = bot, slack, discord, clock
        self.boss = slack.member("U0BOSS", "boss")
        enrol(bot.store, self.boss, expert("Boss", consents=(), contact_line=""), steward=True)
        self.boss_there = discord.member("400000000000000040", "boss", admin=True)
        self.people: list[Somebody] = []
        self.numbers: list[int] = []
        for at, name in enumerate(NAMES):
            *where, topic = PAIRS[at // 2]
            self._arrive(at, name, where[at % 2], topic)
        inside = [self.boss, *(p for p in self.people if isinstance(p, fake_slack.Member))]
        self.room = slack.channel("C1DATA", *inside)
        self.hall = discord.channel("data")

    def _arrive(self, at: int, name: str, platform: str, topic: str) -> None:
        side = Community.NATIONAL if at % 2 else Community.CITY
        first = name.partition(" ")[0].casefold()
        member: Somebody
        if platform == "slack":
            member = self.slack.member(f"U{at + 1}{first.upper()}", first)
            person = Person("slack", TEAM, member.id, name, time_zone="UTC")
        else:
            member = self.discord.member(f"41000000000000004{at + 1}", first)
            person = Person("discord", "", member.id, name, time_zone="UTC")
        draft = expert(name, topic, community=side, organisation=f"Office of {name}")
        draft = replace(draft, needs=(topic,))
        self.people.append(member)
        self.numbers.append(admit(self.bot.store, draft, person))

    async def tick(self, forward: timedelta = timedelta()) -> None:
        """Let time pass, and look at what is due as the schedule does once a minute."""
        self.clock.forward(forward)
        await look(self.bot.core, "peer exchange")
        self.bot.running.sender.wake()

    def programme(self) -> ProgrammeView:
        (found,) = self.bot.store.read(programmes.listed)
        return found

    def round(self) -> RoundView:
        """The first one; the next is planned before it closes."""

        def find(session: Session) -> RoundView:
            every = (one for state in RoundState for one in rounds.in_state(session, state))
            return min(every, key=lambda one: one.number)

        return self.bot.store.read(find)

    def groups(self) -> list[PairingView]:
        number = self.round().id
        return self.bot.store.read(lambda session: rounds.pairings(session, number))

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait for a fact; what the bot tries again comes due ten times as fast as in life."""
        async with asyncio.timeout(60):
            while not holds():
                await asyncio.sleep(0.02)
                self.clock.forward(timedelta(seconds=0.2))
                self.bot.running.sender.wake()

    def read(self, who: Somebody) -> list[Json]:
        """What the bot wrote to somebody alone; files, which Slack shows apart, do not count."""
        if isinstance(who, fake_slack.Member):
            return self.said(who.direct)
        return self.discord.by_bot(who.direct)

    def asked(self, who: Somebody) -> list[Json]:
        """Messages that ask somebody whether they met."""
        return [one for one in self.read(who) if "Won't happen" in told(one)]

    async def ask(self, who: Somebody, text: str) -> None:
        """Use the command `pair` where everybody is."""
        if isinstance(who, fake_slack.Member):
            who.command("/pair", text, self.room)
        else:
            who.slash("pair", self.hall, what=text)

    def press(self, who: Somebody, message: Json, label: str) -> None:
        """Press a button of a message in somebody's conversation with the bot."""
        if isinstance(who, fake_slack.Member):
            who.press(message, label)
        else:
            who.press(message, label)

    async def press_shown(self, who: Somebody, label: str) -> None:
        """Press a button of what somebody was shown alone."""
        if isinstance(who, fake_slack.Member):

            def in_slack() -> list[fake_slack.Shown]:
                return [one for one in self.slack.ephemerals(who) if label in str(one.content)]

            await self.until(in_slack)
            who.press(in_slack()[-1], label)
            return
        await self.until(lambda: [one for one in who.shown if label in labels(one)])
        who.press([one for one in who.shown if label in labels(one)][-1], label)

    async def fill(self, who: Somebody, values: dict[str, str]) -> None:
        """Fill in the form before somebody, and send it."""
        await self.until(lambda: who.modal)
        if isinstance(who, fake_slack.Member):
            assert await who.submit(values) == {}
        else:
            await who.submit(values).acknowledged()

    async def heard(self, who: fake_slack.Member, pattern: str) -> str:
        """What somebody was shown alone in Slack, as far as it fits."""

        def found() -> list[str]:
            said = "\n".join(one.text for one in self.slack.ephemerals(who))
            return re.findall(pattern, said)

        await self.until(found)
        return found()[-1]

    def slack_groups(self) -> list[fake_slack.Channel]:
        """Group messages into which the bot has written."""
        rooms = self.slack.workspace.channels.values()
        return [one for one in rooms if one.group and self.slack.by_bot(one)]

    def threads(self) -> list[fake_discord.Channel]:
        """Private threads into which the bot has written."""
        rooms = self.discord.world.channels.values()
        return [one for one in rooms if one.kind == PRIVATE_THREAD and self.discord.by_bot(one)]

    def posted(self) -> tuple[list[Json], list[Json]]:
        """What the bot wrote into the two channels; files that Slack shows apart do not count."""
        return self.said(self.room), self.discord.by_bot(self.hall)

    def said(self, room: fake_slack.Channel) -> list[Json]:
        """What the bot wrote into a channel of Slack."""
        return [one for one in self.slack.by_bot(room) if not one.get("files")]

    def waiting(self) -> int:
        """How many messages have not arrived yet."""
        return self.bot.store.read(deliveries.standing).waiting

    def check_ins(self) -> list[CheckInView]:
        """What was said about the meetings."""
        numbers = [each.id for each in self.groups()]
        return self.bot.store.read(lambda session: rounds.check_ins(session, numbers))


def told(message: Json) -> str:
    """What a message says and offers, on either platform."""
    if "ts" in message:
        return str(message["blocks"])
    return " ".join((said(message), *labels(message)))


@pytest.fixture
async def both(
    slack: FakeSlack, discord: FakeDiscord, encoder: SlowEncoder, tmp_path: Path, judged: None
) -> AsyncIterator[Both]:
    clock = RunningClock()
    bot = BothPlatforms(slack, discord, tmp_path, encoder, clock=clock)
    found = Both(bot, slack, discord, clock)
    await bot.start()
    yield found
    await bot.aclose()


async def made_by_a_form(both: Both) -> None:
    """The steward fills in the form in Slack, and names a channel on each platform."""
    boss, there = both.boss, both.boss_there
    boss.command("/crosswalk", "programme create")
    await both.until(lambda: boss.modal)
    due = both.clock() + timedelta(minutes=2)
    values = {
        "Name": NAME,
        "How often": "every week",
        "First date, such as 2027-01-10": due.date().isoformat(),
        "Local time, such as 10:00": due.strftime("%H:%M"),
        "Time zone": "UTC",
        "Days that a round lasts": "2",
    }
    assert await boss.submit(values) == {}
    await both.until(lambda: both.bot.store.read(programmes.listed))
    boss.command("/crosswalk", f"programme here {NAME}", both.room)
    await both.until(lambda: len(places_of(both.programme())) == 1)
    # The same person on the other platform: one member, and so the same steward.
    boss.command("/crosswalk", "claim")
    code = await both.heard(boss, r"claim ([A-Z0-9-]+)")
    there.slash("crosswalk", both.hall, text=f"claim {code}")
    await both.until(lambda: there.shown)
    there.slash("crosswalk", both.hall, text=f"programme here {NAME}")
    await both.until(lambda: len(places_of(both.programme())) == 2)
    assert {place.platform for place in places_of(both.programme())} == {"slack", "discord"}


async def all_join(both: Both) -> None:
    """Everybody joins where they are, and agrees to be paired by a button."""
    for who in both.people:
        await both.ask(who, "join")
        await both.press_shown(who, "I agree, and join")
    number = both.programme().id
    await both.until(
        lambda: len(both.bot.store.read(lambda s: programmes.participants(s, number))) == 6
    )


async def begun(both: Both) -> None:
    """It announces itself in both channels, once, however often somebody looks; pairs can talk."""
    slack, discord = both.slack, both.discord
    ana, bea, tom, lea, eva, mia = both.people
    await both.tick()
    assert both.round().state is RoundState.PLANNED
    assert both.posted() == ([], [])
    await both.until(
        lambda: [one for one in both.read(both.boss_there) if "Send it now" in told(one)]
    )
    await both.tick(timedelta(minutes=3))
    await both.tick()
    assert both.round().state is RoundState.ANNOUNCED
    await both.until(lambda: slack.by_bot(both.room) and discord.by_bot(both.hall))
    stand_in_the_readme(slack.by_bot(both.room)[0], discord.by_bot(both.hall)[0])
    groups = both.groups()
    assert [set(each.members) for each in groups] == [
        set(both.numbers[at : at + 2]) for at in (0, 2, 4)
    ]
    assert all(each.across for each in groups)
    # A group message, a private thread, and words carried across.
    await both.until(lambda: both.slack_groups() and both.threads())
    (group,), (thread,) = both.slack_groups(), both.threads()
    assert {ana.id, bea.id} < group.members
    assert {tom.id, lea.id} < thread.people
    # Whoever answers a message answers one that the bot knows of: its answer may still be lost.
    await both.until(lambda: both.read(eva) and both.read(mia) and not both.waiting())
    (root,), (other,) = both.read(eva), both.read(mia)
    assert isinstance(ana, fake_slack.Member)
    assert isinstance(eva, fake_slack.Member)
    assert isinstance(mia, fake_discord.Member)
    ana.write("Would Friday at ten suit you?", group)
    eva.write("Good morning, Mia.", thread=root["ts"])
    await both.until(lambda: len(both.read(mia)) == 2)
    mia.say(mia.direct, "Good morning, Eva.", other)
    await both.until(lambda: len(both.read(eva)) == 2)
    assert "Good morning, Mia." in told(both.read(mia)[-1])
    assert "Good morning, Eva." in told(both.read(eva)[-1])


def stand_in_the_readme(there: Json, here: Json) -> None:
    """Newcomers read what the platforms really get, word by word."""
    shown = [block.strip("\n") for block in FENCE.findall(README.read_text(encoding="utf-8"))]
    (section,) = there["blocks"]
    # Slack needs a mark without width behind bold words; on paper it is nothing.
    assert section["text"]["text"].replace("\u200b", "") in shown
    assert said(here) in shown


async def looked_back_on(both: Both) -> None:
    """Halfway and at the end everybody is asked once; a button and a form take the answers."""
    ana, _, tom, _, eva, mia = both.people
    await both.tick(DAY)
    await both.until(lambda: all(both.asked(who) for who in both.people))
    for who in (ana, tom):
        both.press(who, both.asked(who)[0], "Met")
        await both.press_shown(who, "Four short questions")
        await both.fill(
            who, {"What worked?": f"Phoning, says {who.id}", "May we quote you?": "Yes"}
        )
    both.press(eva, both.asked(eva)[0], "Not yet")
    await both.until(lambda: len([one for one in both.check_ins() if one.worked]) == 2)
    await both.tick(DAY)
    await both.until(lambda: all(len(both.asked(who)) == 2 for who in both.people))
    both.press(mia, both.asked(mia)[1], "Won't happen")
    await both.until(lambda: len(both.check_ins()) == 4)
    said = {one.member_id: (one.answer, one.worked) for one in both.check_ins()}
    numbers = dict(zip((each.id for each in both.people), both.numbers, strict=True))
    assert said == {
        numbers[ana.id]: (CheckInAnswer.MET, f"Phoning, says {ana.id}"),
        numbers[tom.id]: (CheckInAnswer.MET, f"Phoning, says {tom.id}"),
        numbers[eva.id]: (CheckInAnswer.NOT_YET, ""),
        numbers[mia.id]: (CheckInAnswer.WONT, ""),
    }


@pytest.mark.parametrize("weather", ["calm", "rough"])
async def test_a_round_from_its_form_to_its_last_figures(both: Both, weather: str) -> None:
    slack, discord = both.slack, both.discord
    if weather == "rough":
        slack.faults.twice = discord.faults.twice = OFTEN
        slack.faults.lose_every(3, "chat.*|conversations.*")
        discord.faults.lose_every(3, "message.*|thread.*|user.*")
    await made_by_a_form(both)
    await all_join(both)
    await begun(both)
    await looked_back_on(both)
    # It closes with numbers in both channels.
    await both.tick(4 * DAY)
    await both.tick()
    assert both.round().state is RoundState.CLOSED
    await both.until(lambda: [len(each) for each in both.posted()] == [2, 2])
    for _, message in both.posted():
        assert re.search(r"\b2\b.*\b3\b", told(message))
        assert not [name for name in NAMES if name in told(message)]
    # Nothing was said twice, nothing was lost, nothing waits.
    await both.until(lambda: not both.waiting())
    assert [len(each) for each in both.posted()] == [2, 2]
    (group,), (thread,) = both.slack_groups(), both.threads()
    assert len(both.said(group)) == len(discord.by_bot(thread)) == 1
    # The chart stands in both channels, and the brief with each group's first message.
    assert [name for name in slack.files(both.room) if name.endswith(".png")]
    assert [name for name in slack.files(group) if name.endswith(".pdf")]
    assert both.posted()[1][1]["attachments"]
    assert discord.by_bot(thread)[0]["attachments"]
    assert [len(both.read(who)) for who in both.people] == [2, 2, 2, 2, 4, 4]
    assert slack.refused == []
    assert discord.refused == []
    assert both.bot.running.sender.tally["dead"] == 0
    if weather == "rough":
        assert slack.faults.lost + discord.faults.lost > 10
        assert slack.faults.twice + discord.faults.twice < 2 * OFTEN - 20
        assert both.bot.running.inbox.tally["duplicate"] > 0
