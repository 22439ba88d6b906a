"""The best round of up to some sixty people at any history: levels one by one, each with a bound.

For each level a linear programme over all groups says how much can be reached at most, and what a
plan with a certain group falls short of that at least. A whole-number programme over the groups
that promise most finds a plan; where it reaches the bound, the level is settled, and otherwise a
second one over every group that could make a better plan settles it (reduced cost fixing). What a
level has reached is a rule for the next, and groups that cannot be in such a plan are dropped.
"""

from dataclasses import replace
from time import thread_time
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

from bot.features.exchange.planner import group_columns
from bot.features.exchange.planner.group_columns import UNITS, Columns, Row
from bot.features.exchange.planner.group_counts import Counts, by_numbers
from bot.features.exchange.planner.instance import Instance
from bot.features.exchange.planner.model import Group, Proof

METHOD = "whole-number programme"
MOST_COLUMNS = 45_000
SECONDS = 7.0
"""Of one core: when a search ends at the latest. It seldom comes to that: groups and branches are
counted first, so that machines agree."""
_FEW, _MANY = 1_200, 5_000
_NODES = (400, 6_000)
"""Branches that are looked at, and then once more where that settles nothing."""
_COMBINED = 1e7
_CLOSE = 1e-5

Open = NDArray[np.intp]


class Relaxed(NamedTuple):
    """The most that a level can reach, and what a plan with a variable falls short of that."""

    most: float
    short: Row


def fits(seating: Instance) -> bool:
    """Whether there are few enough groups to look at all of them."""
    return group_columns.size(seating) <= MOST_COLUMNS


def best_groups(seating: Instance, known: list[Group] | None = None) -> tuple[list[Group], Proof]:
    """The best plan; where a search ended early the proof says on which level and by how much.

    `known`: some plan to begin with.
    """
    alone = not len(seating.smaller) and len(seating.larger) % 2 == 1
    search = _Search(group_columns.columns(seating, same_side_trios=alone), known or [])
    groups = search.solve()
    grouped = {each for group in groups for each in group} - {
        each for group in seating.problem.locked for each in group
    }
    model = search.model
    if len(grouped) < model.everybody and seating.trios and seating.problem.rules.same_side:
        wider = group_columns.columns(seating, same_side_trios=True)
        if len(wider.groups) > len(model.groups):
            search = _Search(wider, groups, search.until)
            groups = search.solve()
    return groups, search.proof()


class _Search:
    """One search: what is open, what the levels above have reached, and the best plan so far."""

    def __init__(self, model: Columns, known: list[Group], until: float | None = None) -> None:
        self.model = model
        self.until = thread_time() + SECONDS if until is None else until
        self._rows, self._limits = group_columns.rules_of(model)
        self._most = group_columns.most_of(model)
        self._open: Open = np.arange(model.count)
        chosen = model.chosen(known)
        self._best = np.zeros(model.count) if chosen is None else chosen
        self._levels = group_columns.levels(model)
        self._unsure: tuple[str, float | None] | None = None

    def proof(self) -> Proof:
        """How sure the plan is."""
        if self._unsure is None:
            return Proof(METHOD, exact=True)
        level, missing = self._unsure
        unproven = Proof(METHOD, exact=False, gap=None, level=level, missing=missing)
        if level != "value" or missing is None:
            return unproven
        spread = float(np.abs(self.model.seating.problem.values).max(initial=0)) or 1.0
        return replace(unproven, gap=missing / UNITS * spread, missing=missing / UNITS * spread)

    def solve(self) -> list[Group]:
        """Each level in its turn, what is reached becoming a rule for the next."""
        if not len(self.model.groups):
            return []
        for at, (name, level) in enumerate(self._levels):
            if name == "across":
                self._count_across()
            if name == "across" and self._best[-1] >= self._most[-1]:
                self._fix(level)
            elif level[self._open].any():
                self._settle(at, name, level)
            if name in {"people", "across"}:
                self._few_trios(met=name == "across")
        return self.model.made(self._best)

    def _settle(self, at: int, name: str, level: Row) -> None:
        relaxed = self._relaxed(level)
        if relaxed is None:
            self._doubt(name, None)
        else:
            most = np.floor(relaxed.most + _CLOSE)
            if name == "people":
                most = min(most, self._most_people())
            if self._reached(level) < most:
                most = self._improve(at, most)
            if self._reached(level) < most:
                most = self._proven(level, relaxed, most)
            if self._reached(level) < most:
                self._doubt(name, float(most - self._reached(level)))
        self._fix(level)
        if relaxed is not None:
            margin = (
                relaxed.most - self._reached(level) + _CLOSE * max(1.0, abs(relaxed.most) / 1e3)
            )
            self._open = self._open[relaxed.short[self._open] <= margin]

    def _doubt(self, name: str, missing: float | None) -> None:
        if self._unsure is None and name != "draw":
            self._unsure = name, missing

    def _reached(self, level: Row) -> float:
        return float(np.rint(level @ self._best))

    def _fix(self, level: Row) -> None:
        self._rows = csr_array(vstack([self._rows, csr_array(-level[None, :])]))
        self._limits = np.r_[self._limits, 0.5 - self._reached(level)]

    def _by_numbers(self, people: int | None = None, across: int = 0) -> Counts | None:
        """What numbers alone allow; None where that is not simple."""
        seating, model = self.model.seating, self.model
        if len(model.several) or (model.trio & ~model.crossing).any():
            return None
        return by_numbers(
            len(seating.larger),
            len(seating.smaller),
            trios=seating.trios,
            same_side=seating.problem.rules.same_side,
            people=people,
            across=across,
        )

    def _most_people(self) -> float:
        """The most of the level of people that numbers alone allow."""
        counts = self._by_numbers()
        if counts is None:
            return np.inf
        return float(np.sort(group_columns.waits_of(self.model))[::-1][: counts.people].sum())

    def _few_trios(self, *, met: bool) -> None:
        """Pairs alone leave an even number of people in groups: an odd one needs a trio.

        Where it is known how many `met` the other side, that may ask for more trios.
        """
        if len(self.model.several):
            return
        grouped = len({each for group in self.model.made(self._best) for each in group})
        across = int(self._best[-1]) - self.model.seating.locked_across
        counts = self._by_numbers(grouped, across) if met else None
        row = np.zeros(self.model.count)
        row[: len(self.model.groups)] = -1.0 * self.model.trio
        self._rows = csr_array(vstack([self._rows, csr_array(row[None, :])]))
        self._limits = np.r_[self._limits, -float(counts.trios if counts else grouped % 2)]

    def _count_across(self) -> None:
        """So many people across as the programme wants of those who can be grouped."""
        model = self.model
        locked = {each for group in model.seating.problem.locked for each in group}
        people = len({each for group in model.made(self._best) for each in group} - locked)
        wanted = group_columns.wanted(model, people)
        counts = self._by_numbers(people)
        if counts is not None:
            wanted = min(wanted, counts.across + model.seating.locked_across)
        self._most[-1] = wanted
        self._best = self._counted(self._best)

    def _counted(self, chosen: Row) -> Row:
        """A choice of groups with the variables that follow from it as high as they may be."""
        model, groups = self.model, len(self.model.groups)
        whole = np.rint(chosen)
        several = len(model.several)
        within = model.within[model.several]
        own = whole[:groups]
        whole[groups : groups + several] = np.minimum(
            within @ own > 0, self._most[groups:][:several]
        )
        across = within @ (own * model.crossing) > 0
        whole[groups + several : -1] = np.minimum(across, self._most[groups + several : -1])
        single = np.ones(len(model.people))
        single[model.several] = 0
        met = (single @ model.within) @ (own * model.crossing)
        met += whole[groups + several : -1].sum() + model.seating.locked_across
        whole[-1] = min(met, self._most[-1])
        return whole

    def _relaxed(self, level: Row) -> Relaxed | None:
        """The linear programme over what is open."""
        answer = linprog(
            -level[self._open],
            A_ub=self._rows[:, self._open],
            b_ub=self._limits,
            bounds=np.stack([np.zeros(len(self._open)), self._most[self._open]], axis=1),
            method="highs",
            options={"time_limit": max(0.1, self.until - thread_time())},
        )
        if answer.x is None or answer.status != 0:
            return None
        short = np.zeros(self.model.count)
        short[self._open] = answer.lower.marginals
        return Relaxed(-float(answer.fun), short)

    def _improve(self, at: int, most: float) -> float:
        """A better plan among the groups that promise most; the most that may still be reached.

        The level below is looked at as well: without it too many groups seem equally good.
        """
        level = self._levels[at][1]
        aim = level
        if at + 1 < len(self._levels) - 2:
            below = self._levels[at + 1][1]
            weight = 1 + 2 * len(self.model.people) * float(np.abs(below).max(initial=0))
            if weight * float(np.abs(level).max()) < _COMBINED:
                aim = level * weight + below
        relaxed = self._relaxed(aim)
        if relaxed is None:
            return most
        order = np.argsort(relaxed.short[self._open], kind="stable")
        few = np.zeros(self.model.count, dtype=np.bool_)
        few[self._open[order[:_FEW]]] = True
        few[len(self.model.groups) :] = True
        few |= self._best > 0
        bound = self._whole(aim, np.flatnonzero(few), _NODES[0])
        complete = bool(few[self._open].all())
        return (
            self._reached(level)
            if complete and bound is not None and bound <= float(np.rint(aim @ self._best))
            else most
        )

    def _proven(self, level: Row, relaxed: Relaxed, most: float) -> float:
        """The most that may still be reached, after every group that could reach more was tried."""
        margin = relaxed.most - self._reached(level) - 1 + _CLOSE * max(1, abs(relaxed.most) / 1e3)
        needed = relaxed.short[self._open] <= margin
        if needed.sum() > _MANY:
            return most
        hopeful = np.union1d(self._open[needed], np.flatnonzero(self._best > 0))
        tail = np.arange(len(self.model.groups), self.model.count)
        among = np.union1d(hopeful, tail)
        for nodes in _NODES:
            bound = self._whole(level, among, nodes)
            if bound is None:
                break
            most = max(self._reached(level), min(most, bound))
            if self._reached(level) >= most:
                break
        return most

    def _whole(self, aim: Row, among: Open, nodes: int) -> float | None:
        """A plan of these groups that is as good as possible by `aim`; the bound that is left."""
        left = self.until - thread_time()
        if left <= 0:
            return None
        groups = among < len(self.model.groups)
        answer = milp(
            -aim[among],
            integrality=groups.astype(float),
            bounds=Bounds(0, self._most[among]),
            constraints=LinearConstraint(self._rows[:, among], -np.inf, self._limits),
            options={"node_limit": nodes, "mip_rel_gap": 0.0, "time_limit": left},
        )
        if answer.x is not None:
            chosen = np.zeros(self.model.count)
            chosen[among] = answer.x
            chosen = self._counted(chosen)
            if aim @ chosen > aim @ self._best + 0.5:
                self._best = chosen
        if answer.mip_dual_bound is None or not np.isfinite(answer.mip_dual_bound):
            return None
        return float(np.floor(-answer.mip_dual_bound + 1e-3))
