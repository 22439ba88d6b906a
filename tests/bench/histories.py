"""Many rounds of small communities: the slowest plan, the most memory, and how many are proven.

python -m tests.bench.histories --members 4-60 --rounds 30 looks at every split of every size, each
in a process of its own; --every 7 at each seventh.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from subprocess import run
from time import thread_time

import numpy as np

from bot.features.exchange.planner import synthetic, utility
from bot.features.exchange.planner.model import Participant, PlanRules, Problem
from bot.features.exchange.planner.simulation import simulate
from tests.bench.measuring import peak_memory

SECONDS, MEGABYTES = 10.0, 300.0


@dataclass(frozen=True)
class Found:
    """What the rounds of one community took."""

    cities: int
    offices: int
    slowest: float
    memory: float
    rounds: int
    unproven: int
    levels: str


def community_of(cities: int, offices: int, *, same_side: bool = True, size: int = 3) -> Problem:
    """A made-up community that has not met yet."""
    people, needs, offers = synthetic.community(cities, offices, 0)
    worth = utility.pair_values(people, needs, offers)
    return Problem(
        tuple(Participant(each.id, each.community) for each in people),
        worth,
        np.zeros(worth.shape, dtype=np.bool_),
        np.zeros(worth.shape, dtype=np.int64),
        PlanRules(max_size=size, same_side=same_side),
    )


def measured(cities: int, offices: int, rounds: int, *, same_side: bool = True) -> Found:
    """So many rounds, one after the other, with the time of the slowest on one core."""
    spent: list[float] = []
    begun = thread_time()

    def done(_: int, __: int) -> None:
        nonlocal begun
        spent.append(thread_time() - begun)
        begun = thread_time()

    found = simulate(community_of(cities, offices, same_side=same_side), rounds, done)
    unsure = [plan.proof for plan in found.plans if not plan.proof.exact]
    levels = ",".join(sorted({proof.level or proof.method for proof in unsure}))
    return Found(cities, offices, max(spent), peak_memory(), rounds, len(unsure), levels or "-")


def _alone(cities: int, offices: int, rounds: int, *, same_side: bool) -> Found:
    asked = (
        "from tests.bench.histories import measured; "
        "import json, dataclasses; print(json.dumps(dataclasses.asdict("
        f"measured({cities}, {offices}, {rounds}, same_side={same_side}))))"
    )
    told = run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout
    return Found(**json.loads(told))


def main() -> int:
    """Measure, print a line for each split, and say with the exit code what was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.histories", description=__doc__)
    parser.add_argument("--members", default="4-60", help="how many people, from-to")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--every", type=int, default=1, help="only each so manieth split")
    parser.add_argument("--first", type=int, default=0, help="which of these is the first")
    parser.add_argument("--across-only", action="store_true", help="no groups of one community")
    asked = parser.parse_args()
    least, most = map(int, asked.members.split("-"))
    splits = [
        (count - offices, offices)
        for count in range(least, most + 1)
        for offices in range(count // 2 + 1)
    ][asked.first :: asked.every]
    missed, rounds, unproven = 0, 0, 0
    slowest = memory = 0.0
    for cities, offices in splits:
        found = _alone(cities, offices, asked.rounds, same_side=not asked.across_only)
        missed += found.slowest > SECONDS or found.memory > MEGABYTES
        slowest, memory = max(slowest, found.slowest), max(memory, found.memory)
        rounds, unproven = rounds + found.rounds, unproven + found.unproven
        print(
            f"{cities} + {offices}: slowest {found.slowest:.2f} s, {found.memory:.0f} MB, "
            f"{found.unproven} of {found.rounds} not proven ({found.levels})",
            flush=True,
        )
    print(
        f"{len(splits)} splits, {rounds} rounds: slowest {slowest:.2f} s, most {memory:.0f} MB, "
        f"{unproven} not proven; {missed} splits missed {SECONDS:g} s or {MEGABYTES:g} MB."
    )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
