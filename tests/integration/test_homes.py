"""Home pages that stand somewhere: renewed when they change, and never in anybody's way."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import TypedDict

import pytest
from sqlmodel import Session, select
from structlog.testing import capture_logs

from bot.app import Core
from bot.contract import (
    Card,
    Choices,
    Inbound,
    Opened,
    Person,
    Place,
    Pressed,
    Reply,
    Said,
    unwritten,
)
from bot.features.home import replies
from bot.features.members.profile_replies import Profile
from bot.i18n import Words
from bot.runtime.home_refresh import MOST, HomeRefresh
from knowledge.database.store import Store
from knowledge.lifecycle import membership, questions
from knowledge.messaging import home_views
from knowledge.messaging.tables import Home
from knowledge.vocabulary import MemberStatus, QuestionState
from tests.conftest import NOW
from tests.support.community import STEWARD, admit, expert, person, spoken
from tests.support.fake_platform import FakePlatform
from tests.support.waiting import until

ANA, BEN = person("ana"), person("ben")


class Head(TypedDict):
    event_id: str
    person: Person
    place: Place


class Town:
    """A desk behind homes, one platform, and people who act."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.now = NOW
        self.chat = FakePlatform()
        self.homes = self.another()
        self._events = count(1)

    def another(self) -> HomeRefresh:
        """What a further process has."""
        dispatcher = self.core.dispatcher.handle
        return HomeRefresh(
            handler=unwritten(dispatcher),
            dispatcher=dispatcher,
            database=self.core.database,
            adapters={"chat": self.chat},
            clock=self.clock,
        )

    def clock(self) -> datetime:
        return self.now

    async def act(self, act: Inbound) -> Reply:
        reply = await self.homes.handle(act)
        await self.homes.settled()
        assert isinstance(reply, Reply)
        return reply

    async def say(self, who: Person, text: str) -> Reply:
        return await self.act(Said(**self._head(who), text=text))

    async def press(self, who: Person, action: str, subject: str = "") -> Reply:
        return await self.act(Pressed(**self._head(who), action=action, subject=subject))

    async def open(self, who: Person) -> Reply:
        return await self.act(Opened(**self._head(who)))

    def _head(self, who: Person) -> Head:
        place = Place(who.platform, who.workspace, who.user_id)
        return {"event_id": str(next(self._events)), "person": who, "place": place}

    @property
    def shown(self) -> list[str]:
        """What each page said that was shown by the bot's own doing."""
        return [spoken(reply) for _, reply in self.chat.homes]


@pytest.fixture
def town(core: Core, judged: None) -> Town:
    admit(core.store, expert("Ana Ruiz"), ANA)
    return Town(core)


def rows(store: Store) -> Sequence[Home]:
    def find(session: Session) -> list[Home]:
        found = list(session.exec(select(Home)).all())
        session.expunge_all()
        return found

    return store.read(find)


async def test_nobody_has_a_page_before_they_open_it(town: Town, store: Store) -> None:
    await town.say(ANA, 'offer "open data licensing"')
    await town.homes.tick()
    assert town.shown == []
    assert rows(store) == []


async def test_a_page_is_renewed_after_its_owner_changed_something(town: Town) -> None:
    await town.open(ANA)
    await town.say(ANA, "help")
    await town.homes.tick()
    assert town.shown == []  # nothing on it has changed
    await town.say(ANA, 'offer "open data licensing"')
    await town.say(ANA, "Where is the best pizza?")
    await town.say(ANA, "help")
    first, second = town.shown
    assert "open data licensing" in first
    assert "pizza" not in first
    assert "pizza" in second
    assert [who for who, _ in town.chat.homes] == [ANA, ANA]


async def test_the_minute_brings_what_others_changed_once(town: Town, core: Core) -> None:
    waiting = person("wen")
    number = admit(core.store, expert("Wen"), waiting, status=MemberStatus.UNVERIFIED)
    await town.open(waiting)
    core.store.write(lambda s: membership.set_status(s, number, MemberStatus.ACTIVE))
    for _ in range(3):
        await town.homes.tick()
    (page,) = town.shown
    assert "Welcome, " in page


async def test_a_snooze_that_ends_is_seen_without_anybody_acting(
    core: Core, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.open(ANA)
    await town.say(ANA, "snooze until 2026-11-30")
    assert "You are snoozing" in town.shown[-1]
    later = NOW + timedelta(days=7)

    card = replies.settings

    def at_that_time(say: Words, found: Profile, _: datetime) -> Card:
        return card(say, found, later)

    monkeypatch.setattr(replies, "settings", at_that_time)
    town.now = later
    await town.homes.tick()
    assert "snoozing" not in town.shown[-1]


async def test_pages_nobody_looks_at_any_more_are_left(town: Town, store: Store) -> None:
    await town.open(ANA)
    town.now += timedelta(days=15)
    await town.say(ANA, 'offer "open data licensing"')
    await town.homes.tick()
    assert town.shown == []
    await town.open(ANA)
    await town.say(ANA, "offer remove 1")
    assert len(town.shown) == 1
    await town.homes.forget()
    assert len(rows(store)) == 1
    town.now += timedelta(days=15)
    await town.homes.forget()
    assert rows(store) == []


async def test_only_the_latest_are_looked_through(store: Store) -> None:
    def many(session: Session) -> None:
        for number in range(MOST + 20):
            moment = NOW + timedelta(seconds=number)
            home_views.opened(session, f"chat:W:{number}", "{}", "", moment)

    store.write(many)
    found = store.read(lambda s: home_views.lately_opened(s, NOW - timedelta(days=1), MOST))
    assert len(found) == MOST
    assert found[0].account_key == f"chat:W:{MOST + 19}"


async def test_two_processes_show_it_without_harm(town: Town, core: Core) -> None:
    await town.open(ANA)
    core.store.write(lambda s: membership.set_status(s, 1, MemberStatus.PAUSED))
    await asyncio.gather(town.homes.tick(), town.another().tick())
    assert 1 <= len(town.shown) <= 2
    assert len(set(town.shown)) == 1
    await asyncio.gather(town.homes.tick(), town.another().tick())
    assert len(town.shown) <= 2


async def test_a_platform_that_fails_disturbs_nothing_and_is_tried_again(town: Town) -> None:
    await town.open(ANA)
    await town.open(BEN)

    def fail() -> None:
        raise OSError("a private matter")

    town.chat.home_trouble = fail
    with capture_logs() as logs:
        reply = await town.say(ANA, 'offer "open data licensing"')
    assert "Saved." in reply.text
    assert town.shown == []
    assert [entry["event"] for entry in logs] == ["A home page was not renewed."]
    assert "private" not in str(logs)
    town.chat.home_trouble = lambda: None
    await town.homes.tick()
    assert len(town.shown) == 1


async def test_a_page_that_we_cannot_show_is_not_tried_again_until_it_changes(town: Town) -> None:
    await town.open(ANA)
    tried: list[None] = []

    def fail() -> None:
        tried.append(None)
        raise KeyError("a private matter")

    town.chat.home_trouble = fail
    with capture_logs() as logs:
        await town.say(ANA, 'offer "open data licensing"')
        await town.homes.tick()
        await town.homes.tick()
    assert len(tried) == 1
    assert [entry["kind"] for entry in logs] == ["KeyError"]
    assert "private" not in str(logs)
    await town.say(ANA, 'offer "address registers"')
    assert len(tried) == 2


async def test_a_store_that_fails_disturbs_no_act(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no such page")

    monkeypatch.setattr(home_views, "get", fail)
    monkeypatch.setattr(home_views, "opened", fail)
    assert (await town.open(ANA)).cards
    assert "Saved." in (await town.say(ANA, 'offer "open data licensing"')).text


async def test_an_apology_is_no_page(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await town.open(ANA)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("bot.features.home.service.load", fail)
    await town.say(ANA, 'offer "open data licensing"')
    assert town.shown == []


async def test_the_page_of_somebody_erased_is_emptied_and_forgotten(
    town: Town, store: Store
) -> None:
    await town.open(ANA)
    assert "You last opened your home page" in spoken(await town.say(ANA, "data show"))
    await town.say(ANA, "data erase everything")
    assert town.shown[-1].startswith("Welcome to Crosswalk.")
    assert "Ana Ruiz" not in town.shown[-1]
    assert rows(store) == []


async def test_what_happens_while_a_page_is_drawn_is_drawn_too(town: Town, core: Core) -> None:
    await town.open(ANA)
    await asyncio.gather(
        *(town.homes.handle(Said(**town._head(ANA), text=f"Pizza {n}?")) for n in range(5))
    )
    await town.homes.settled()
    assert "You have 5 open questions." in town.shown[-1]


async def test_a_change_taken_back_while_it_is_being_shown_is_shown_as_taken_back(
    town: Town, core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second act begins before it is written down what the first has shown, and ends after."""
    await town.open(ANA)
    shown, may_end = asyncio.Event(), asyncio.Event()
    show, dispatcher = town.chat.show_home, core.dispatcher.handle

    async def slowly(person: Person, reply: Reply) -> None:
        await show(person, reply)
        await shown.wait()

    async def late(act: Inbound, /, claimed: object = None) -> Reply | Choices | None:
        if isinstance(act, Said) and act.text == "offer remove 1":
            await may_end.wait()
        return await dispatcher(act)

    monkeypatch.setattr(town.chat, "show_home", slowly)
    monkeypatch.setattr(town.homes, "_handler", late)
    await town.homes.handle(Said(**town._head(ANA), text='offer "open data licensing"'))
    await until(lambda: len(town.shown) == 1)
    second = Said(**town._head(ANA), text="offer remove 1")
    running = asyncio.create_task(town.homes.handle(second))
    await asyncio.sleep(0.2)
    shown.set()
    await town.homes.settled()
    may_end.set()
    await running
    await town.homes.settled()
    assert ["open data licensing" in page for page in town.shown] == [True, False]


async def test_no_page_shows_anything_of_others(town: Town, core: Core) -> None:
    await town.open(BEN)
    await town.open(STEWARD)
    await town.open(ANA)
    await town.say(ANA, "Where is MARK1?")
    await town.say(ANA, 'offer "MARK2"')
    core.store.write(lambda s: questions.set_state(s, 1, QuestionState.OPEN))
    await town.homes.tick()
    theirs = [spoken(reply) for who, reply in town.chat.homes if who != ANA]
    assert not any("MARK" in page for page in theirs)
    assert any("MARK1" in page and "MARK2" in page for page in town.shown)


async def test_the_next_start_goes_on_with_the_same_pages(town: Town) -> None:
    await town.open(ANA)
    town.homes = town.another()  # nothing of it is in memory
    await town.homes.tick()
    assert town.shown == []
    await town.say(ANA, 'offer "open data licensing"')
    assert len(town.shown) == 1
