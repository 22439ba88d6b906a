"""The whole way of a question over the real Slack and Discord SDKs; only platforms are played."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest

from bot.contract import Person
from bot.i18n import words
from knowledge.members.views import MemberDraft
from knowledge.messaging import deliveries
from knowledge.readers.ingest import read_members
from knowledge.vocabulary import Community
from tests.support.a_question_s_story import (
    A_MONTH_AGO,
    ALIKE,
    ANSWER,
    ASIDE,
    IN_SPANISH,
    MEMBERS,
    THANKS,
    TITLE,
)
from tests.support.both_platforms import BothPlatforms
from tests.support.community import admit, expert
from tests.support.fake_discord import FakeDiscord
from tests.support.fake_slack import FakeSlack
from tests.support.fake_slack.reading import SlowEncoder
from tests.support.fake_slack.workspace import TEAM
from tests.support.people import Clock
from tests.support.waiting import until
from tests.support.walking import InDiscord, InSlack
from tests.support.world import look

CITED = "Told in this community by Eve Mora, INE, December 2026; asked by Ana Ruiz"


class Ticking(Clock):
    """Goes on by itself from where a test put it."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = monotonic()

    def __call__(self) -> datetime:
        return self.now + timedelta(seconds=monotonic() - self._begun)


@dataclass
class Town:
    """The bot between both platforms, and who is there."""

    bot: BothPlatforms
    clock: Ticking
    slack: FakeSlack
    discord: FakeDiscord
    ana: InSlack
    cy: InSlack
    zoe: InSlack
    root: InSlack
    eve: InDiscord
    max: InDiscord

    async def tick(self) -> None:
        await look(self.bot.core)
        self.bot.running.sender.wake()


@pytest.fixture
async def town(
    slack: FakeSlack,
    discord: FakeDiscord,
    encoder: SlowEncoder,
    tmp_path: Path,
    judged: None,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Town]:
    monkeypatch.setattr("bot.storage.index_refresh.PATIENCE", 60.0)
    clock = Ticking()
    stewards = frozenset({f"slack:{TEAM}:U9ROOT"})
    bot = BothPlatforms(slack, discord, tmp_path, encoder, clock=clock, stewards=stewards)
    asks = expert("Ana Ruiz", community=Community.CITY, consents=(), languages=("es", "en"))
    admit(bot.store, asks, Person("slack", TEAM, "U1ANA", "Ana Ruiz", "es-MX"))
    offers = expert("Cy Lund", IN_SPANISH, languages=("en", "es"), country="SE")
    admit(bot.store, offers, Person("slack", TEAM, "U2CY", "Cy Lund", "en"))
    await bot.start()
    people = {
        name: InSlack(slack, slack.member(user, name, **facts))
        for name, user, facts in (
            ("ana", "U1ANA", {"locale": "es-MX"}),
            ("cy", "U2CY", {"tz": "Europe/Stockholm"}),
            ("zoe", "U3ZOE", {}),
            ("root", "U9ROOT", {}),
        )
    }
    eve, other = (discord.member(f"4{n}000000000000004{n}", m) for n, m in ((3, "eve"), (4, "max")))
    yield Town(
        bot,
        clock,
        slack,
        discord,
        **people,
        eve=InDiscord(discord, eve),
        max=InDiscord(discord, other),
    )
    await bot.aclose()


async def eve_arrives(town: Town, folder: Path) -> None:
    """A file brought her; she takes her code in Discord, says for whom she works, is approved."""
    file = folder / "members.csv"
    head, *rows = MEMBERS.splitlines()
    file.write_text("\n".join([head, *(row for row in rows if "Eve" in row)]) + "\n", "utf-8")
    drafts = [each for each in read_members(file) if isinstance(each, MemberDraft)]
    await town.bot.core.stewarding.import_members("operator", drafts)
    town.root.says("members invited")
    await town.root.presses("Claim code", "Eve Mora")
    await town.root.reads("claim ")
    code = re.findall(r"claim ([A-Z0-9]+-[A-Z0-9-]+)", town.root.heard()[-1])[0]
    town.eve.says(f"claim {code}")
    await town.eve.presses("Check and accept")
    await town.eve.fills({"Your community": "NATIONAL"})
    await town.eve.reads("Next step")
    town.root.says("members pending")
    await town.root.presses("Approve", "Eve Mora")
    await town.root.reads("Eve Mora is a member now")
    for purpose in ("be_expert", "be_asked", "be_named"):
        town.eve.says(f"consent {purpose} yes")


async def test_a_question_in_slack_finds_a_person_in_discord_and_their_words_answer_others(
    town: Town, tmp_path: Path
) -> None:
    es = words("es")
    # Somebody asks what nothing answers yet, a month before.
    town.zoe.says(A_MONTH_AGO)
    await town.zoe.reads("not in this library yet")
    town.clock.forward(timedelta(days=30))
    await eve_arrives(town, tmp_path)

    # A question in Spanish finds no case, but people; nothing goes out before its exact words.
    town.ana.says(IN_SPANISH)
    await town.ana.presses(es.label("Ask an expert"))
    await town.ana.fills({es.label("How you are shown until they accept"): "HIDDEN"})
    await town.ana.presses(es.label("Send"))
    await town.tick()

    # The first cannot, by a button; nobody hears of that, and the second is asked elsewhere.
    await town.cy.reads("catastros", button="Not now")
    before = set(town.ana.heard())
    await town.cy.presses("Not now", "catastros")
    await town.tick()
    await town.eve.presses("Accept", "catastros")

    # Each writes where they are; an edit is carried, too.
    to_eve = await town.eve.reads(
        "agreed to talk about this question", button="Close the conversation"
    )
    to_ana = await town.ana.reads("Eve Mora", button=es.label("Close the conversation"))
    for line in (*ANSWER, ASIDE):
        said = town.eve.writes(to_eve, line)
        await town.ana.reads(f"Eve Mora: {line}")
    town.eve.edits(said, "By the way, MARKEROTHERWORDS.")
    await town.ana.reads("Eve Mora: By the way, MARKEROTHERWORDS.")
    town.ana.writes(to_ana, THANKS)
    await town.eve.reads(f"Ana Ruiz: {THANKS}")

    # What was told becomes a case: its author releases it, and both say how they are quoted.
    town.ana.says("resolve 2 cite")
    await town.eve.presses("Edit", "could help others, as a case")
    await town.eve.fills({"Title": TITLE, "Text": " ".join(ANSWER)})
    await town.eve.presses("Quote me like this", TITLE)
    await town.ana.presses(es.label("Quote me like this"), TITLE)
    await town.ana.reads("borrador 1")
    town.root.says("queue")
    await town.root.presses("Approve", CITED)
    await town.eve.reads("is published as case 1 and answers questions from now on")
    await town.ana.reads("Lo que le contaron sobre su pregunta", TITLE)

    # Whoever asks alike gets it cited; whoever asked a month ago is told, once.
    town.max.says(ALIKE)
    await town.max.reads(TITLE, CITED)
    for _ in range(3):
        await town.tick()
    await town.zoe.reads(TITLE, button="Do not tell me about new cases")
    await town.tick()
    await until(lambda: town.bot.store.read(deliveries.standing).waiting == 0)
    assert len([each for each in town.zoe.heard() if TITLE in each]) == 1

    # Nobody was named before they agreed, and only the approved text left the conversation.
    for someone in (town.zoe, town.max, town.cy, town.root):
        assert "MARKER" not in "".join(someone.heard())
    assert "Cy Lund" not in "".join(set(town.ana.heard()) - before)
    assert "Ana Ruiz" not in "".join(town.cy.heard())
    assert (town.slack.refused, town.discord.refused) == ([], [])
