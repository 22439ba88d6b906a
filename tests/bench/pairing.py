"""The plan of a round: whole, at 2,000 members; and against other ways on a smaller problem."""

import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from subprocess import run
from typing import Any

import numpy as np
import rustworkx as rx

from bot.features.exchange.planner import constraints, utility
from bot.features.exchange.planner.explanations import group_reasons
from bot.features.exchange.planner.model import Participant, Problem
from bot.features.exchange.planner.participants import Facts, Wishes
from bot.features.exchange.planner.plan import plan_round
from knowledge.vocabulary import Community
from tests.bench.measuring import Figure, Part, peak_memory, table

DAY = date(2026, 6, 10)
MEMBERS, SECONDS, MEGABYTES = 2_000, 2.0, 300.0
SPLITS = (0.5, 0.55, 0.75)
DIMENSION, THEMES = 384, 60
ZONES = ("Europe/Madrid", "America/Mexico_City", "America/Bogota", "Africa/Nairobi", "Asia/Manila")
LANGUAGES = (("en",), ("es", "en"), ("fr", "en"), ("en", "pt"))
TRIES = 50
Vectors = list[Any]
Pairs = Sequence[tuple[int, int]]


def members(cities: int, offices: int, seed: int = 1) -> tuple[list[Facts], Vectors, Vectors]:
    """People of the size of real ones: zones, languages, organisations, two needs, two offers."""
    chance, draw = np.random.default_rng(seed), random.Random(seed)
    themes = chance.standard_normal((THEMES, DIMENSION))
    kinds = [Community.CITY] * cities + [Community.NATIONAL] * offices
    people = [
        Facts(
            number,
            kind,
            f"organisation {draw.randrange(900)}",
            f"{draw.randrange(90)}",
            f"{draw.randrange(15)}",
            draw.choice(LANGUAGES),
            draw.choice(ZONES),
            (9, 18),
            seniority=draw.randrange(4),
            apart_from=frozenset({draw.randrange(cities + offices)} - {number}),
        )
        for number, kind in enumerate(kinds)
    ]

    def said() -> Any:
        near = themes[chance.integers(0, THEMES, 2)] + chance.standard_normal((2, DIMENSION))
        return (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float32)

    return people, [said() for _ in people], [said() for _ in people]


def problem_of(people: list[Facts], needs: Vectors, offers: Vectors) -> Problem:
    """Rules, values and a history of six rounds."""
    count = len(people)
    met = np.zeros((count, count), dtype=np.int16)
    chance = np.random.default_rng(2)
    for ago in range(1, 7):
        order = chance.permutation(count)[: count // 2 * 2].reshape(-1, 2)
        met[order[:, 0], order[:, 1]] = met[order[:, 1], order[:, 0]] = ago
    worth = utility.pair_values(people, needs, offers)
    apart = constraints.forbidden(people, Wishes(), DAY)
    return Problem(
        tuple(Participant(p.id, p.community) for p in people),
        worth,
        apart,
        met,
        common=constraints.common(people, Wishes(), DAY),
    )


def whole(cities: int, offices: int) -> tuple[float, float, str, str]:
    """Processor seconds for rules, values, plan and reasons, the peak in MB, how, and across."""
    people, needs, offers = members(cities, offices)
    started = time.process_time()
    problem = problem_of(people, needs, offers)
    plan = plan_round(problem)
    wanted = utility.Exchange(needs, offers, utility.COSINES)
    told = [group_reasons(group, people, wanted, DAY) for group in plan.groups]
    spent = time.process_time() - started
    if len(told) != len(plan.groups) or not told:
        raise RuntimeError("the plan has no groups, so there are no figures")
    gap = plan.proof.gap
    sure = "proven" if plan.proof.exact else "not proven"
    if gap:
        sure = f"gap {gap / plan.value:.2%}"
    return (
        spent,
        peak_memory(),
        f"{plan.proof.method}, {sure}",
        f"{plan.people_across / len(people):.0%}",
    )


def measure(count: int = MEMBERS, *, compared: int = 400) -> Part:
    """The whole plan in a process of its own, and other ways beside ours on `compared` members."""
    figures, rows = [], [("members", "time", "how", "people across")]
    for size in (18, 200, count):
        for larger in SPLITS:
            cities = round(size * larger)
            name = f"{cities:,} + {size - cities:,}"
            seconds, memory, method, across = _alone(cities, size - cities)
            rows.append((name, f"{seconds:,.2f} s", method, across))
            if size == count:
                figures.append(Figure("pairing", f"{name}, whole plan", seconds, "s", SECONDS))
                figures.append(Figure("pairing", f"{name}, peak memory", memory, "MB", MEGABYTES))
    return Part(figures, f"{table(rows)}\n\n{_compared(compared)}")


def _alone(cities: int, offices: int) -> tuple[float, float, str, str]:
    """What `whole` says, in a process of its own."""
    asked = f"from tests.bench import pairing; print(*pairing.whole({cities}, {offices}), sep='|')"
    command = [sys.executable, "-c", asked]
    done = run(command, capture_output=True, text=True, check=True).stdout.strip().split("|")
    return float(done[0]), float(done[1]), done[2], done[3]


def _compared(count: int) -> str:
    """Value and share of people across, of the best, and time in ours, on one problem of pairs."""
    problem = problem_of(*members(count // 2, count // 2))
    rows = [("way", "value", "people across", "time")]
    started = time.perf_counter()
    plan = plan_round(problem)
    base = time.perf_counter() - started
    rows.append(("Crosswalk", "100.0 %", "100 %", "1 x"))
    allowed = np.triu(~problem.forbidden & (problem.met == 0), 1)
    edges = [(a, b) for a, b in np.argwhere(allowed).tolist()]
    ways: dict[str, Callable[[Problem, Pairs], Pairs]] = {
        "networkx, general matching": _networkx,
        "rustworkx, general matching": _rustworkx,
        "greedy": _greedy,
        "shuffle with retries": _shuffled,
    }
    for name, way in ways.items():
        started = time.perf_counter()
        found = way(problem, edges)
        spent = time.perf_counter() - started
        crossing = [(a, b) for a, b in found if _across(problem, a, b)]
        value = sum(problem.values[a, b] for a, b in crossing) / plan.value
        share = 2 * len(crossing) / count
        rows.append((name, f"{value:.1%}", f"{share:.0%}", f"{spent / base:,.0f} x"))
    return f"{count} members, pairs, of the optimum (only meetings across count)\n{table(rows)}"


def _across(problem: Problem, a: int, b: int) -> bool:
    return problem.members[a].community is not problem.members[b].community


def _networkx(problem: Problem, edges: Pairs) -> Pairs:
    import networkx as nx

    graph = nx.Graph()
    for a, b in edges:
        graph.add_edge(a, b, weight=_weight(problem, a, b))
    return list(nx.max_weight_matching(graph, maxcardinality=True))


def _rustworkx(problem: Problem, edges: Pairs) -> Pairs:
    graph = rx.PyGraph()
    graph.add_nodes_from(range(len(problem.members)))
    graph.add_edges_from([(a, b, _weight(problem, a, b)) for a, b in edges])
    return list(rx.max_weight_matching(graph, max_cardinality=True, weight_fn=int))


def _weight(problem: Problem, a: int, b: int) -> int:
    return round(float(problem.values[a, b]) * 1e6) + 10**10 * _across(problem, a, b)


def _greedy(problem: Problem, edges: Pairs) -> Pairs:
    """The best meeting first, then the best of what is left."""
    taken: set[int] = set()
    found = []
    for a, b in sorted(edges, key=lambda pair: -_weight(problem, *pair)):
        if not taken & {a, b}:
            taken |= {a, b}
            found.append((a, b))
    return found


def _shuffled(problem: Problem, edges: Pairs) -> Pairs:
    """What pairing bots do: shuffle, pair neighbours, try again for fewer repeats."""
    allowed = set(edges)
    draw = random.Random(3)
    best: list[tuple[int, int]] = []
    order = list(range(len(problem.members)))
    for _ in range(TRIES):
        draw.shuffle(order)
        twos = [(min(a, b), max(a, b)) for a, b in zip(order[::2], order[1::2], strict=True)]
        good = [pair for pair in twos if pair in allowed]
        best = max(best, good, key=len)
    return best
