"""Words that wait go with whoever wrote them: lines that are carried, questions to be posted."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from bot.app import Core
from knowledge.database.store import Store
from tests.integration.test_conversations import ANA, BO, Pair
from tests.integration.test_prompts_between_rounds import asked
from tests.support.between import QUESTION, Between
from tests.support.community import Room
from tests.support.fake_platform import Posted
from tests.support.going import WAYS, go, naming
from tests.support.waiting import until

LATER = timedelta(minutes=3)


@pytest.fixture
async def pair(core: Core) -> AsyncIterator[Pair]:
    found = Pair(core, ANA, BO)
    await found.start()
    yield found
    await found.stop()


@pytest.fixture
def here(store: Store) -> Iterator[Between]:
    found = Between(store)
    yield found
    found.close()


@pytest.mark.parametrize("way", WAYS[:4])
async def test_a_line_that_waits_is_carried_to_nobody(
    store: Store, core: Core, pair: Pair, way: str
) -> None:
    def trouble(posted: Posted) -> None:
        raise ConnectionError("no way")

    pair.open(ANA, BO)
    await pair.greeted(ANA, BO)
    pair.platforms["talk"].trouble = trouble
    await pair.answer(ANA, "the budget of 4711 euros")
    await until(lambda: bool(naming(store, "4711")))
    await go(Room(core), store, ANA, way)
    assert naming(store, "4711", "Ana") == []


@pytest.mark.parametrize("way", WAYS[:4])
async def test_a_question_that_waits_is_posted_nowhere(here: Between, way: str) -> None:
    who, number, mark = await asked(here)
    await here.room.press(who, "prompt.agree", f"{number}:{mark}")
    await here.tick(forward=LATER)
    assert naming(here.store, QUESTION)
    await go(here.room, here.store, who, way)
    assert naming(here.store, QUESTION) == []
