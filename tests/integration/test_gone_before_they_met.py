"""Whoever goes before a message about them is sent is not shown to anybody any more.

Five ways to go; nothing of what names them is sent yet when they go.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.app import Core
from knowledge.database.store import Store
from knowledge.exchange.states import PairingState
from knowledge.vocabulary import IntroductionState
from tests.integration.test_exchange import STEWARD, Exchange
from tests.integration.test_exchange_members import gathered, made
from tests.integration.test_introductions import (
    ANA,
    ASK,
    BO,
    clock,
    core,
    hand_over,
    press,
    states,
    town,
)
from tests.integration.test_introductions import posted as sent_to
from tests.support.community import Room
from tests.support.going import WAYS, go, naming, read_by
from tests.support.world import look

__all__ = ["clock", "core", "made", "town"]

SOON = timedelta(minutes=3)


def left_of(here: Exchange, gone: int, way: str) -> list[str]:
    """What names somebody and is not sent; stewards may still read whom a round was planned for."""
    who = here.people[gone]
    return naming(here.store, who.name, who.user_id, but=STEWARD.key if way == "withdraws" else "")


@pytest.mark.parametrize("room", [False, True], ids=["carried", "in a room"])
@pytest.mark.parametrize("way", WAYS)
async def test_nobody_is_introduced_who_went_before_the_greeting(
    made: Callable[..., Exchange], way: str, room: bool
) -> None:
    here = made(1, 1)
    if room:
        gathered(here)
    await here.tick(forward=SOON)
    (pair,) = here.groups()
    gone, stays = pair.members
    assert naming(here.store, here.people[gone].name)
    await go(here.room, here.store, here.people[gone], way)
    assert left_of(here, gone, way) == []
    for _ in range(2):
        await look(here.core, "groups called off")
    said = read_by(here.store, here.people[stays])
    assert [text for text in said if "cannot take part" in text] == said
    assert len(said) == 1
    assert [each.state for each in here.groups()] == [PairingState.CANCELLED]


@pytest.mark.parametrize("way", WAYS)
async def test_two_of_three_meet_without_a_word_about_the_third(
    made: Callable[..., Exchange], way: str
) -> None:
    here = made(2, 1, max_size=3)
    await here.tick(forward=SOON)
    (trio,) = here.groups()
    gone, *stay = trio.members
    await go(here.room, here.store, here.people[gone], way)
    await look(here.core, "groups called off")
    assert left_of(here, gone, way) == []
    for one, other in (stay, reversed(stay)):
        (greeting,) = read_by(here.store, here.people[one])
        assert here.people[other].name in greeting


@pytest.mark.parametrize("way", WAYS[:4])
async def test_a_proposal_goes_with_whoever_asks(store: Store, town: Room, way: str) -> None:
    await hand_over(town)
    assert naming(store, ASK)
    await go(town, store, ANA, way)
    assert naming(store, ASK, "two registers that disagree") == []
    if way != "erases":
        assert states(store) == [IntroductionState.WITHDRAWN]


@pytest.mark.parametrize("way", WAYS)
async def test_an_introduction_goes_with_whoever_agreed_to_it(
    store: Store, core: Core, town: Room, way: str
) -> None:
    await hand_over(town)
    (proposal,) = sent_to(store, BO)
    await press(town, BO, proposal, "Accept")
    assert naming(store, "Bo Berg")
    await go(town, store, BO, way, "be_asked")
    assert naming(store, "Bo Berg", "bo@") == []
    await look(core, "conversations called off")
    assert [text for text in read_by(store, ANA) if "they cannot take part" in text]
