"""Whose turn it is: everybody's first before anybody's second, and nobody is forgotten."""

import asyncio
import random
from collections import Counter

from bot.messaging.turns import Turns
from tests.support.waiting import until


class Hall:
    """People who come, are served while they hold a turn, and go."""

    def __init__(self, at_once: int, each: int) -> None:
        self.turns = Turns(at_once, each)
        self.inside: list[str] = []
        self.order: list[str] = []
        self.gate = asyncio.Event()

    def come(self, person: str) -> "asyncio.Task[None]":
        return asyncio.create_task(self._come(person))

    async def _come(self, person: str) -> None:
        async with self.turns.turn(person):
            self.inside.append(person)
            self.order.append(person)
            await self.gate.wait()
            self.inside.remove(person)


async def test_everybody_s_first_comes_before_anybody_s_second() -> None:
    hall = Hall(1, 1)
    tasks = [hall.come(person) for person in "aaabbc"]
    await until(lambda: hall.turns.waiting == 5)
    hall.gate.set()
    await asyncio.gather(*tasks)
    assert "".join(hall.order) == "aabcab"


async def test_never_more_at_once_than_there_is_room_for() -> None:
    hall = Hall(4, 2)
    tasks = [hall.come(person) for person in "aaaabbbbccccdddd"]
    await until(lambda: len(hall.inside) == 4)
    assert Counter(hall.inside) == {"a": 2, "b": 2}
    hall.gate.set()
    await asyncio.gather(*tasks)
    assert (len(hall.order), hall.turns.waiting) == (16, 0)


async def test_who_gives_up_leaves_the_line_and_the_turn_to_others() -> None:
    drawn = random.Random(7)
    hall = Hall(2, 1)
    tasks = [hall.come(drawn.choice("abcde")) for _ in range(60)]
    await until(lambda: hall.turns.waiting == 58)
    for task in drawn.sample(tasks, 30):
        task.cancel()
    await asyncio.sleep(0)
    hall.gate.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert hall.turns.waiting == 0
    last = hall.come("a")
    await asyncio.wait_for(last, 1)
