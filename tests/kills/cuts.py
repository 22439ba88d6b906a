"""Power cuts within one process: at each boundary of a life, and again and again at random."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.kills.lives import KINDS, Kind
from tests.support.round_life import Chat, Life, PowerCut, Process, Step, through, told_twice, world

OFTEN = 0.7
"""How likely each process of a random life is cut off in a step."""
IN_A_ROW = 3
"""At most so many processes die in one step, one after the other."""


@dataclass(frozen=True, order=True)
class Boundary:
    """Inside or behind the so manieth write of a step, before or behind its so manieth post."""

    where: str
    number: int


@dataclass
class Moment:
    """How everything stood before a step, which boundaries it has, and how all stood behind it."""

    step: Step
    file: Path
    chats: list[Chat]
    boundaries: list[Boundary]
    after: dict[str, Any]


@dataclass
class Figures:
    """How often the process died, and what was not as if it had lived."""

    kills: Counter[str] = field(default_factory=Counter)
    boundaries: Counter[str] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def document(self) -> dict[str, object]:
        """As it is printed."""
        return {
            "kills": self.kills.total(),
            "by_life": dict(sorted(self.kills.items())),
            "by_boundary": dict(sorted(self.boundaries.items())),
            "messages_read_once": dict(sorted(self.messages.items())),
            "wrong": self.wrong,
            "seconds_of_processor": round(self.seconds),
        }


class Cut:
    """Ends a process at one boundary."""

    def __init__(self, life: Life, boundary: Boundary | None) -> None:
        self.met = False
        self._boundary, self._posts = boundary, 0
        self.process = Process(life, self._writes)
        for chat in life.chats:
            chat.passes = self._passes

    def _writes(self, where: str, number: int) -> BaseException | None:
        # What a process does at its start is counted too, behind the writes of the step.
        return PowerCut() if self._is(where, number) else None

    def _passes(self, where: str) -> None:
        self._posts += where == "before post"
        if self._is(where, self._posts):
            self.process.cut()

    def _is(self, where: str, number: int) -> bool:
        here = self._boundary == Boundary(where, number)
        self.met = self.met or here
        return here

    async def take(self, step: Step, life: Life) -> bool:
        """Do a step; whether the process died in it."""
        with suppress(PowerCut):
            await self.process.start()
            await through(life, step, self.process)
        await self.process.close()
        return self.met


async def lived(kind: Kind, folder: Path) -> list[Moment]:
    """A life in which nothing goes wrong, with a copy of the database before each step."""
    life, moments = kind.born(folder), []
    for number, step in enumerate(kind.steps):
        before = folder / f"before-{number}.db"
        shutil.copy(life.file, before)
        chats = [chat.copy() for chat in life.chats]
        posted = sum(len(chat.messages) for chat in life.chats)
        calm = Cut(life, None)
        await calm.take(step, life)
        posts = max(0, sum(len(chat.messages) for chat in life.chats) - posted)
        found = [
            Boundary(where, at)
            for where, most in (("inside", len(calm.process.writes)), ("before post", posts))
            for at in range(1, most + 1)
        ]
        found += [
            Boundary({"inside": "behind"}.get(b.where, "behind post"), b.number) for b in found
        ]
        moments.append(Moment(step, before, chats, found, world(life)))
    assert not told_twice(life)
    life.store.close()
    return moments


async def at_each(
    kind: Kind, life: Life, moments: list[Moment], figures: Figures, over: Callable[[], bool]
) -> None:
    """Die once at each boundary of each step, until it is over."""
    for moment in moments:
        for boundary in moment.boundaries:
            if over():
                return
            life.restore(moment.file)
            life.chats = [chat.copy() for chat in moment.chats]
            life.clock.now = life.began + moment.step.at
            await _died(kind, life, moment.step, [boundary], figures)
            _compare(kind, life, moment, [boundary], figures)


async def at_random(
    kind: Kind, life: Life, moments: list[Moment], drawn: Random, figures: Figures
) -> None:
    """A whole life in which the process dies several times, also while it comes up again."""
    life.restore(moments[0].file)
    life.chats = [chat.copy() for chat in moments[0].chats]
    life.clock.now = life.began
    for moment in moments:
        deaths: list[Boundary] = []
        while len(deaths) < IN_A_ROW and drawn.random() < OFTEN and moment.boundaries:
            deaths.append(drawn.choice(moment.boundaries))
        life.clock.now = max(life.clock.now, life.began + moment.step.at)
        await _died(kind, life, moment.step, deaths, figures)
        if not _compare(kind, life, moment, deaths, figures):
            return
    figures.messages[kind.name] += sum(len(chat.messages) for chat in life.chats)


async def _died(
    kind: Kind, life: Life, step: Step, deaths: list[Boundary], figures: Figures
) -> None:
    for boundary in deaths:
        if await Cut(life, boundary).take(step, life):
            figures.kills[kind.name] += 1
            figures.boundaries[boundary.where] += 1
    await Cut(life, None).take(step, life)


def _compare(
    kind: Kind, life: Life, moment: Moment, deaths: list[Boundary], figures: Figures
) -> bool:
    found = world(life)
    different = [name for name in found if found[name] != moment.after[name]]
    if different:
        where = ", ".join(f"{each.where} {each.number}" for each in deaths)
        figures.wrong.append(f"{kind.name}, {moment.step.name}, {where}: {', '.join(different)}")
    return not different


async def cut_off(folder: Path, *, kills: int, seconds: float, seed: int) -> Figures:
    """So many deaths, or so many seconds of the processor: first at each boundary, then random."""
    began, drawn, figures = time.process_time(), Random(seed), Figures()
    calm = []
    for kind in KINDS:
        (folder / kind.name).mkdir()
        (folder / f"{kind.name} again").mkdir()
        moments = await lived(kind, folder / kind.name)
        life = kind.born(folder / f"{kind.name} again")
        calm.append((kind, life, moments))

    def over() -> bool:
        figures.seconds = time.process_time() - began
        return figures.kills.total() >= kills or figures.seconds > seconds

    # A short run has no time for every boundary: it takes lives at random alone.
    for kind, life, moments in calm if kills >= 1_000 else ():
        await at_each(kind, life, moments, figures, over)
    while not over():
        for kind, life, moments in calm:
            await at_random(kind, life, moments, drawn, figures)
    for _, life, _ in calm:
        life.store.close()
    return figures
