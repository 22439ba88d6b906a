"""A round broken off at every write, doubled, and left without answers: the outcome is the same."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.contract import Acted
from knowledge.database.store import Store
from knowledge.errors import StoreRefused
from tests.support.community import Room, spoken
from tests.support.processes import ROOT, environment
from tests.support.properties import THOROUGH
from tests.support.round_life import (
    STEPS,
    STEWARD,
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


@pytest.fixture(autouse=True)
def quiet(judged: None) -> Iterator[None]:
    """What goes wrong here on purpose is not written down a thousand times."""
    with structlog.testing.capture_logs():
        yield


@dataclass
class Moment:
    """How everything stood before a step, what it wrote, and how everything stood behind it."""

    step: Step
    file: Path
    chats: list[Chat]
    writes: list[str]
    after: dict[str, Any]


async def lived(folder: Path) -> list[Moment]:
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
    assert not told_twice(life)
    assert not undelivered(life)
    life.store.close()
    return moments


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> list[Moment]:
    """What a round is when nothing goes wrong."""
    return asyncio.run(lived(tmp_path_factory.mktemp("calm")))


COURIER = ("Courier.", "claim")
MODES: dict[str, tuple[str, Callable[[], BaseException]]] = {
    "cut off inside": ("inside", PowerCut),
    "cancelled behind": ("behind", asyncio.CancelledError),
    "refused": ("inside", lambda: StoreRefused("The disk is full.")),
}


async def broken_off(life: Life, moment: Moment, mode: str, at: int) -> None:
    """One step with trouble at one write; then a new process, or the same one, goes on."""
    life.restore(moment.file)
    life.chats = [chat.copy() for chat in moment.chats]
    life.clock.now = life.began + moment.step.at
    place, trouble = MODES[mode]
    met = []

    def fault(where: str, number: int) -> BaseException | None:
        if (where, number) != (place, at):
            return None
        met.append(number)
        return trouble()

    process = Process(life, fault)
    with suppress(PowerCut, asyncio.CancelledError, StoreRefused):
        await through(life, moment.step, process)
    assert met == [at]
    if mode == "refused":
        # It lives on; whoever was told that it did not work does it again.
        await through(life, again(moment.step, at), process)
        await process.close()
        return
    await process.close()
    following = Process(life)
    await following.start()
    await through(life, moment.step, following)
    await following.close()


def again(step: Step, at: int) -> Step:
    """The same step, done anew by everybody."""

    def acts(life: Life) -> list[Acted]:
        return [replace(act, event_id=f"{act.event_id} again {at}") for act in step.acts(life)]

    return replace(step, acts=acts)


@pytest.mark.parametrize("mode", MODES)
async def test_broken_off_at_any_write_a_round_ends_as_if_nothing_had_happened(
    tmp_path: Path, calm: list[Moment], mode: str
) -> None:
    life, moments = Life(tmp_path), calm
    broken = 0
    for moment in moments:
        for at, write in enumerate(moment.writes, 1):
            if mode == "refused" and write.startswith(COURIER):
                continue  # what the courier cannot note it looks up when its lease is over
            if mode != "cut off inside" and not THOROUGH and at % 2:
                continue
            await broken_off(life, moment, mode, at)
            found = world(life)
            different = {name: found[name] for name in found if found[name] != moment.after[name]}
            assert not different, f"{moment.step.name}, write {at}, {write}"
            broken += 1
    assert broken > {"cut off inside": 70, "cancelled behind": 35, "refused": 15}[mode]


async def test_two_processes_with_everything_doubled_and_answers_lost_tell_each_once(
    tmp_path: Path, calm: list[Moment]
) -> None:
    life = Life(tmp_path)
    for chat in life.chats:
        chat.lose_every = 3
    both = [Process(life, store=Store(life.url)) for _ in range(2)]
    for moment in calm:
        await through(life, moment.step, *both)
        found = world(life)
        different = {name for name in found if found[name] != moment.after[name]}
        assert not different, moment.step.name
    assert not told_twice(life)
    assert not undelivered(life)
    lost = sum(chat.lost for chat in life.chats)
    doubled = sum(each.inbox.tally["duplicate"] for each in both)
    assert lost > 10
    assert doubled > 20
    for each in both:
        await each.close()


async def test_one_who_cannot_be_reached_stops_nobody_and_stewards_read_why(
    tmp_path: Path,
) -> None:
    life = Life(tmp_path)
    process = Process(life)
    why = "They take no direct messages."
    life.chats[1].refuses = {"p5": why, "atrium": "The channel is archived."}
    for step in STEPS[:3]:
        await through(life, step, process)
    told = {channel for chat in life.chats for channel, _, _ in chat.messages}
    assert {"hall", "p4"} <= told
    assert len([one for one in told if one.startswith("room")]) == 3
    status = await Room(process.core).say(STEWARD, "status")
    assert why in spoken(status)
    assert "The channel is archived." in spoken(status)
    await process.close()


KILLS = ((0, 1, "inside"), (2, 3, "inside"), (2, 3, "behind"), (2, 9, "inside"))
"""Step, write and place: planning, announcing (twice), and while arrived messages are noted."""


async def test_a_process_that_is_killed_outright_leaves_nothing_half_said(
    tmp_path: Path, calm: list[Moment]
) -> None:
    async def kill(number: int) -> Path:
        step, write, where = KILLS[number]
        folder = tmp_path / f"killed-{number}"
        folder.mkdir()
        shutil.copy(calm[step].file, folder / "crosswalk.db")
        words = ("-m", "tests.support.round_life", str(folder), str(step), str(write), where)
        child = await asyncio.create_subprocess_exec(
            sys.executable, *words, cwd=ROOT, env=environment(), stdout=asyncio.subprocess.DEVNULL
        )
        assert await child.wait() == -signal.SIGKILL, (step, write, where)
        return folder

    folders = await asyncio.gather(*(kill(number) for number in range(len(KILLS))))
    for folder, (step, _, _) in zip(folders, KILLS, strict=True):
        life = Life(folder, begun=True)
        life.chats = [chat.copy() for chat in calm[step].chats]
        log = folder / "posted.jsonl"
        for line in log.read_text(encoding="utf-8").splitlines() if log.exists() else ():
            name, *message = json.loads(line)
            next(c for c in life.chats if c.name == name).messages.append(tuple(message))
        process = Process(life)
        await process.start()
        await through(life, STEPS[step], process)
        assert world(life) == calm[step].after
        await process.close()
