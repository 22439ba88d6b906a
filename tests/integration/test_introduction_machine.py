"""Whatever people do, in whatever order: no request is left, and nobody is asked too much."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import select
from sqlmodel import Session, col

from bot.app import build
from bot.contract import Person
from bot.features.introductions.queue import LONGEST_WITH_SUGGESTIONS
from bot.settings import Settings
from knowledge.database.store import Store
from knowledge.introductions.tables import Introduction, Request
from knowledge.members import contacts, members
from knowledge.members.tables import Account, Contact, Member
from knowledge.messaging.tables import Delivery
from knowledge.questions import questions
from knowledge.vocabulary import (
    Confidence,
    DeliveryState,
    IntroductionState,
    MemberStatus,
    RequestState,
    Visibility,
)
from tests.support.community import NAMED, Room, admit, expert, person
from tests.support.fake_encoder import HashEncoder
from tests.support.people import Clock
from tests.support.properties import slow

T = TypeVar("T")
ASKERS = [person("ann"), person("ben")]
EXPERTS = [person(f"expert{number}") for number in range(5)]
MOST_OPEN = 3
askers, asked = st.sampled_from(ASKERS), st.sampled_from(EXPERTS)
numbers = st.integers(1, 8)
lists = st.lists(asked, unique=True, min_size=1, max_size=5)
whoever = st.none() | asked
"""None: whoever is asked now."""


def template() -> Path:
    """A migrated database with everybody in it; askers are 1 and 2, experts 3 to 7."""
    file = Path(tempfile.mkdtemp()) / "template.db"
    store = Store(f"sqlite:///{file}")
    store.migrate()
    for who in ASKERS:
        admit(store, expert(who.name, consents=()), who)
    for place, who in enumerate(EXPERTS):
        country = ["MX", "SA", "JP", "ZZ", "DE"][place]
        draft = expert(who.name, "registers", consents=NAMED, capacity=None, country=country)
        admit(store, draft, who)
    store.close()
    return file


class Community(RuleBasedStateMachine):
    """Two who ask and five who can be asked, over weeks."""

    file: Path | None = None

    def __init__(self) -> None:
        super().__init__()
        Community.file = Community.file or template()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(Community.file, self.folder / "crosswalk.db")
        self.store = Store(f"sqlite:///{self.folder}/crosswalk.db")
        self.clock = Clock()
        given = Settings(_env_file=None, open_requests=MOST_OPEN)  # type: ignore[call-arg]
        self.core = build(given, self.store, HashEncoder(), clock=self.clock)
        self.room = Room(self.core)
        self.known: set[int] = set()
        self.asked = 0

    def teardown(self) -> None:
        try:
            for _ in range(80):
                self.clock.forward(timedelta(days=1))
                self.go(self.core.introductions.tick)
            waiting = [row.id for row in self.rows(Request) if row.state is RequestState.WAITING]
            assert waiting == [], "a request that never ends"
        finally:
            self.core.close()
            shutil.rmtree(self.folder)

    def go(self, act: Callable[..., Coroutine[Any, Any, T]], *args: object) -> T:
        return asyncio.run(act(*args))

    def rows(self, table: type[T]) -> list[T]:
        return self.store.read(lambda session: list(session.scalars(select(table))))

    @initialize(found=lists, busy=st.booleans())
    def begin(self, found: list[Person], busy: bool) -> None:
        """Both ask for the same people, of whom the first may accept one contact a week."""
        if busy:
            self.go(self.room.say, found[0], "capacity 1")
        for who in ASKERS:
            self.ask(who=who, found=found)

    def one(self, who: Person | None, number: int) -> Person:
        """Whoever was meant, or else whoever is asked for a request now."""
        for row in self.rows(Introduction) if who is None else ():
            if row.request_id == number and row.state is IntroductionState.PROPOSED:
                return EXPERTS[(row.expert_id or 3) - 3]
        return who or EXPERTS[0]

    @precondition(lambda self: self.asked < 8)
    @rule(who=askers, found=lists)
    def ask(self, who: Person, found: list[Person]) -> None:
        """A question with its matches, handed over."""
        self.asked += 1
        matches = [(3 + EXPERTS.index(one), 1.0 - place) for place, one in enumerate(found)]
        self.store.write(
            partial(
                questions.keep,
                asked=questions.Asked(
                    text="Who knows registers?",
                    language="en",
                    asker_id=1 + ASKERS.index(who),
                    account_key=who.key,
                    people_only=False,
                    visibility=Visibility.PRIVATE,
                    confidence=Confidence.NONE,
                    score=0.0,
                    at=self.clock.now,
                ),
                model_id="m",
                cases=[],
                experts=matches,
            )
        )
        form = {"question": "Who?", "languages": "en", "urgency": "OPEN", "shown": "HIDDEN"}
        shown = self.go(self.room.submit, who, "handoff.form", form, str(self.asked))
        for button in shown.buttons:
            if button.action == "handoff.send":
                for _ in range(2):
                    self.go(self.room.press, who, button.action, button.subject)

    @rule(who=whoever, number=numbers, word=st.sampled_from(["accept", "decline"]))
    def answer(self, who: Person | None, number: int, word: str) -> None:
        number = 1 + number % self.asked
        self.go(self.room.press, self.one(who, number), f"introduction.{word}", str(number))

    @rule(who=whoever, number=numbers, other=asked)
    def suggest(self, who: Person | None, number: int, other: Person) -> None:
        values, number = {"name": other.name}, 1 + number % self.asked
        self.go(
            self.room.submit, self.one(who, number), "introduction.suggest", values, str(number)
        )

    @rule(who=whoever, number=numbers)
    def pause(self, who: Person | None, number: int) -> None:
        number = 1 + number % self.asked
        self.go(self.room.press, self.one(who, number), "introduction.pause", str(number))

    @rule(who=asked, said=st.sampled_from(["resume", "capacity 0", "capacity 1", "capacity 4"]))
    def say(self, who: Person, said: str) -> None:
        self.go(self.room.say, who, said)

    @rule(who=asked)
    def leave(self, who: Person) -> None:
        number = str(3 + EXPERTS.index(who))
        self.go(self.room.press, who, "profile.leave", number)

    @rule(who=askers, number=numbers)
    def withdraw(self, who: Person, number: int) -> None:
        self.go(self.room.say, who, f"withdraw {number}")

    @rule(hours=st.sampled_from([1, 7, 20, 30, 72, 200]))
    def wait(self, hours: int) -> None:
        self.clock.forward(timedelta(hours=hours))
        self.go(self.core.introductions.tick)
        for row in self.rows(Request):
            if row.state is RequestState.WAITING:
                assert row.due_at is not None
                assert row.due_at > self.clock.now, "something due was not done"

    @invariant()
    def every_request_has_a_next_step(self) -> None:
        for row in self.rows(Request):
            assert (row.due_at is not None) == (row.state is RequestState.WAITING)

    @invariant()
    def nobody_is_asked_twice_and_one_at_a_time(self) -> None:
        views = self.rows(Introduction)
        pairs = [(row.request_id, row.expert_id) for row in views if row.expert_id]
        assert len(pairs) == len(set(pairs))
        open_ones = [row.request_id for row in views if row.state is IntroductionState.PROPOSED]
        assert len(open_ones) == len(set(open_ones))
        states = {row.id: row.state for row in self.rows(Request)}
        assert all(states[number] is RequestState.WAITING for number in open_ones)
        for number, state in states.items():
            line = sum(row.request_id == number for row in views)
            assert line <= LONGEST_WITH_SUGGESTIONS
            met = [row for row in views if row.request_id == number]
            connected = sum(row.state is IntroductionState.CONNECTED for row in met)
            assert connected == (state is RequestState.CONNECTED)

    @invariant()
    def nobody_is_contacted_who_does_not_want_it(self) -> None:
        def look(session: Session) -> None:
            who = {one.id: one for one in members.get_many(session, range(1, 8))}
            everything = session.scalars(select(Contact).order_by(col(Contact.at))).all()
            for row in everything:
                if row.id in self.known:
                    continue
                self.known.add(row.id or 0)
                member = who[row.member_id]
                assert member.status is MemberStatus.ACTIVE
                lately = [
                    one
                    for one in everything
                    if one.member_id == row.member_id
                    and row.at - contacts.WINDOW < one.at <= row.at
                ]
                assert len(lately) <= contacts.capacity(member), "above capacity"
            for view in session.scalars(select(Introduction)):
                if view.state is IntroductionState.PROPOSED:
                    assert who[view.expert_id or 0].status is MemberStatus.ACTIVE
            waiting = session.execute(
                select(col(Member.status))
                .join(Account, col(Account.member_id) == col(Member.id))
                .join(Delivery, col(Delivery.channel) == col(Account.user_id))
                .where(col(Delivery.unsolicited), col(Delivery.state) == DeliveryState.WAITING)
            )
            assert {status for (status,) in waiting} <= {MemberStatus.ACTIVE}

        self.store.read(look)

    @invariant()
    def askers_keep_within_their_number(self) -> None:
        for number in (1, 2):
            waiting = [
                row
                for row in self.rows(Request)
                if row.asker_id == number and row.state is RequestState.WAITING
            ]
            assert len(waiting) <= MOST_OPEN


TestCommunity = Community.TestCase
TestCommunity.settings = slow(stateful_step_count=25, suppress_health_check=list(HealthCheck))
