"""A round broken off at every write, doubled, and left without answers: the outcome is the same."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.contract import Act
from knowledge.errors import StoreRefused
from tests.support.round_life import (
    STEPS,
    Chat,
    Life,
    PowerCut,
    Process,
    Step,
    through,
    told_twice,
    undelivered,
    world,
)


@dataclass
class Moment:
    """How everything stood before a step, what it wrote, and how everything stood behind it."""

    step: Step
    file: Path
    chats: list[Chat]
    writes: list[str]
    after: dict[str, Any]


async def lived(folder: Path) -> tuple[Life, list[Moment]]:
    """A life in which nothing goes wrong, with a copy of the database before each step."""
    life = Life(folder)
    moments = []
    for number, step in enumerate(STEPS):
        before = folder / f"before-{number}.db"
        shutil.copy(life.file, before)
        chats = [chat.copy() for chat in life.chats]
        process = Process(life)
        await process.start()
        del process.writes[:]
        await through(life, step, process)
        writes = list(process.writes)
        await process.close()
        moments.append(Moment(step, before, chats, writes, world(life)))
    return life, moments


def fault(mode: str, at: int, process: list[Process]) -> Callable[[str], BaseException | None]:
    """What happens at the write number `at` of a process: see MODES."""
    where, trouble = MODES[mode]

    def ask(place: str) -> BaseException | None:
        here = place == where and len(process[0].writes) == at
        return trouble() if here else None

    return ask


MODES: dict[str, tuple[str, Callable[[], BaseException]]] = {
    "cut off inside": ("inside", PowerCut),
    "cancelled behind": ("behind", asyncio.CancelledError),
    "refused": ("inside", lambda: StoreRefused("The disk is full.")),
}


async def broken_off(life: Life, moment: Moment, mode: str, at: int) -> None:
    """One step with trouble at one write; then a new process, or the same one, goes on."""
    shutil.copy(moment.file, life.file)
    life.chats = [chat.copy() for chat in moment.chats]
    life.clock.now = life.began + moment.step.at
    process: list[Process] = []
    process.append(Process(life, fault(mode, at, process)))
    with suppress(PowerCut, asyncio.CancelledError, StoreRefused):
        await through(life, moment.step, process[0])
    assert len(process[0].writes) >= at
    if mode == "refused":
        # It lives on; whoever was told that it did not work does it again.
        await through(life, again(moment.step, at), process[0])
        await process[0].close()
        return
    await process[0].close()
    following = Process(life)
    await following.start()
    await through(life, moment.step, following)
    await following.close()


def again(step: Step, at: int) -> Step:
    """The same step, done anew by everybody."""

    def acts(life: Life) -> list[Act]:
        return [replace(act, event_id=f"{act.event_id} again {at}") for act in step.acts(life)]

    return replace(step, acts=acts)


async def test_a_round_broken_off_at_any_write_ends_as_if_nothing_had_happened(
    tmp_path: Path,
) -> None:
    life, moments = await lived(tmp_path)
    tried = 0
    began = time.monotonic()
    for moment in moments:
        for at in range(1, len(moment.writes) + 1):
            for mode in MODES:
                await broken_off(life, moment, mode, at)
                found = world(life)
                where = f"{moment.step.name}, {mode}, write {at}: {moment.writes[at - 1]}"
                different = [name for name in found if found[name] != moment.after[name]]
                if different: print(where, different)
                for n in different[:1]: print("   WANTED", str(moment.after[n])[:600]); print("   FOUND ", str(found[n])[:600])
                tried += 1
    print(tried, time.monotonic() - began)
    assert 0
