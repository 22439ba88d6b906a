"""What became of somebody's own words waits while they want to be left alone, and is told then."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from bot.app import Core, build
from bot.contract import Reply
from bot.messaging.outbox import reachable
from bot.messaging.serialization import reply_from_json
from bot.settings import Settings
from knowledge.database.store import Store
from knowledge.members import accounts
from knowledge.members.accounts import AccountView
from knowledge.messaging import deliveries
from knowledge.messaging.tables import Delivery
from knowledge.vocabulary import DeliveryState
from tests.support.community import STEWARD, Room, admit, expert, person
from tests.support.fake_encoder import HashEncoder
from tests.support.people import Clock
from tests.support.world import look

ANA = person("ana")
CASE = {
    "title": "One data set from each department",
    "text": "Each department gave one data set. It took three months.",
    "whose": "own",
    "source": "Own records",
}


@pytest.fixture
def clock() -> Clock:
    """Monday, 23 November 2026, noon in UTC."""
    return Clock()


@pytest.fixture
def core(store: Store, clock: Clock) -> Iterator[Core]:
    settings = Settings(_env_file=None, questions_per_hour=0)  # type: ignore[call-arg]
    stewards = frozenset({STEWARD.key})
    wired = build(settings, store, HashEncoder(), clock=clock, stewards=stewards)
    yield wired
    wired.close()


@pytest.fixture
def ana(store: Store) -> int:
    return admit(store, expert("Ana Ruiz"), ANA)


async def draft(room: Room, title: str = CASE["title"]) -> str:
    """A draft of Ana's waits for the stewards; returns its number."""
    words = {**CASE, "title": title, "text": f"{title}. {CASE['text']}"}
    last = await room.submit(ANA, "case.save", words)
    assert last.form is not None
    saved = await room.submit(ANA, "case.save", {"place": "León"}, last.form.subject)
    return str(re.findall(r"[0-9]+", saved.text)[0])


def to_send(core: Core, clock: Clock) -> list[Reply]:
    """What the courier would send now, whatever order it takes."""

    def body(session: Session) -> list[Reply]:
        return [
            reply_from_json(row.reply)
            for row in session.exec(select(Delivery).order_by("id")).all()
            if row.state is DeliveryState.WAITING and row.due_at <= clock()
        ]

    return core.store.read(body)


@pytest.mark.parametrize(
    ("goes", "comes"),
    [("snooze until 2026-12-07", ""), ("snooze until 2026-12-07", "snooze off"), ("", "resume")],
    ids=["a snooze that ends", "a snooze that is ended", "a pause"],
)
async def test_an_author_who_was_away_is_told_once_they_are_back(
    core: Core, room: Room, clock: Clock, ana: int, goes: str, comes: str
) -> None:
    number = await draft(room)
    if goes:
        await room.say(ANA, goes)
    else:
        await room.press(ANA, "introduction.pause", "1")
    await room.press(STEWARD, "case.approve", number)
    clock.forward(timedelta(days=2))
    await look(core)
    assert to_send(core, clock) == []
    # What they ask for themselves does not stand behind what is kept.
    assert core.store.read(lambda s: deliveries.next_due(s, ["chat"], clock())) is None
    assert core.store.read(deliveries.standing).waiting == 0
    if comes:
        await room.say(ANA, comes)
    else:
        clock.forward(timedelta(days=13))
    await look(core)
    await look(core)
    (told,) = to_send(core, clock)
    assert f"is published as case {number}" in told.text
    # It begins to be tried only now, however long ago it was written.
    written = core.store.read(lambda s: s.exec(select(Delivery.created_at)).one())
    assert written == clock()


async def test_what_was_on_its_way_is_kept_when_they_go(
    core: Core, room: Room, clock: Clock, ana: int
) -> None:
    number = await draft(room)
    await room.press(STEWARD, "case.approve", number)
    assert len(to_send(core, clock)) == 1
    await room.say(ANA, "snooze until 2026-12-07")
    assert to_send(core, clock) == []
    clock.forward(timedelta(days=15))
    await look(core)
    assert len(to_send(core, clock)) == 1


async def test_a_consent_that_is_taken_back_does_not_take_it_along(
    core: Core, room: Room, clock: Clock, ana: int
) -> None:
    number = await draft(room)
    await room.press(STEWARD, "case.approve", number)
    await room.say(ANA, "consent be_asked no")
    await look(core)
    assert len(to_send(core, clock)) == 1


@pytest.mark.parametrize("how", ["leave", "data erase everything"])
async def test_nothing_is_told_to_who_left_or_erased(
    core: Core, room: Room, clock: Clock, ana: int, how: str
) -> None:
    number = await draft(room)
    await room.press(ANA, "introduction.pause", "1")
    await room.press(STEWARD, "case.approve", number)
    if how == "leave":
        await room.press(ANA, "profile.leave", str(ana))
    else:
        await room.say(ANA, how)
    clock.forward(timedelta(days=1))
    await look(core)
    rows = core.store.read(lambda session: session.exec(select(Delivery)).all())
    assert [row for row in rows if "is published as case" in row.reply] == []


async def test_it_goes_to_where_they_are_when_they_come_back(
    core: Core, room: Room, clock: Clock, ana: int
) -> None:
    number = await draft(room)
    await room.say(ANA, "snooze until 2026-12-07")
    await room.press(STEWARD, "case.approve", number)
    also = AccountView("talk", "G", "ana2", "Ana", "en")

    def moved(session: Session) -> None:
        accounts.keep(session, ana, also)
        accounts.leave(session, "chat", "W", "ana", clock())

    core.store.write(moved)
    clock.forward(timedelta(days=15))
    await look(core)
    row = core.store.read(lambda session: session.exec(select(Delivery)).one())
    assert (row.state, row.platform, row.channel) == (DeliveryState.WAITING, "talk", "ana2")
    found = core.store.read(lambda session: reachable(session, ana))
    assert found is not None
    assert row.account_key == found.key
