"""What a round is planned from, and what the plan is. Numbers only; no names, no database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import KnowledgeError
from knowledge.vocabulary import Community

Id = int | str
Matrix = NDArray[np.float64]
Mask = NDArray[np.bool_]
Rounds = NDArray[np.integer[Any]]
Group = tuple[int, ...]
"""Positions of two or three members in the problem's list, ascending."""
MOST_VALUE = 10**9

Barred = frozenset[tuple[int, int]]
"""Meetings (of the larger side, of the smaller side) that a search shall do without."""


class ProblemRefused(KnowledgeError):
    """A problem that contradicts itself, or is not written as it should be."""


class LeftOut(StrEnum):
    """Why somebody is in no group."""

    ALONE = "alone"
    """There is nobody else in the round."""
    RULES = "rules"
    """No rule-abiding partner exists among those in the round."""
    ODD_NUMBER = "odd_number"
    """One is over, and no trio may be made."""
    NO_PLACE = "no_place"
    """The other community has no place left, and the programme wants no same-side groups."""
    NOBODY_LEFT = "nobody_left"
    """Everyone whom they may meet is in a group already."""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who takes part in a round.

    `left_out_last` is 0 or 1, or how many rest rounds somebody has had more than others: the
    higher, the sooner they are grouped. `groups` above 1 means that they agreed to so many.
    """

    id: Id
    community: Community
    left_out_last: int = 0
    groups: int = 1


@dataclass(frozen=True, slots=True)
class PlanRules:
    """What the programme asks of a plan.

    `cross_share` (0 to 1) is the share of people who should meet the other community;
    `max_size` is 2 or 3; `same_side` says whether two of one community may be a group.
    """

    cross_share: float = 1.0
    max_size: int = 3
    same_side: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """One round to be planned, for n members.

    `values` is (n, n), symmetric, finite: what a meeting of two is worth. `forbidden` is (n, n),
    symmetric. `met` is (n, n), symmetric: how many rounds ago two met, 0 for never. `common`
    holds tables (n, k), such as the languages that each speaks: three may be a group if some
    column of every table holds of all three. Whether two may meet stands in `forbidden` alone.
    """

    members: tuple[Participant, ...]
    values: Matrix
    forbidden: Mask
    met: Rounds
    rules: PlanRules = PlanRules()
    locked: tuple[Group, ...] = ()
    seed: int = 0
    common: tuple[Mask, ...] = ()

    def __post_init__(self) -> None:
        self._check_members()
        self._check_locked()

    def _check_members(self) -> None:
        ids = [member.id for member in self.members]
        if len(set(ids)) < len(ids):
            twice = next(each for each in ids if ids.count(each) > 1)
            raise ProblemRefused(f"Member {twice} stands twice in the list of members.")
        if not (np.abs(self.values) <= MOST_VALUE).all():
            raise ProblemRefused(f"Every value must lie between -{MOST_VALUE} and {MOST_VALUE}.")

    def suits(self, group: Sequence[int]) -> bool:
        """Whether no rule keeps these two or three apart."""
        if any(self.forbidden[a, b] for a, b in pairs(group)):
            return False
        return len(group) < 3 or all(table[list(group)].all(axis=0).any() for table in self.common)

    def _check_locked(self) -> None:
        times: dict[int, int] = {}
        for group in self.locked:
            named = ", ".join(str(self.members[each].id) for each in group)
            if not 2 <= len(set(group)) == len(group) <= self.rules.max_size:
                raise ProblemRefused(
                    f"The locked group {named} must have 2 to {self.rules.max_size} members."
                )
            if not self.suits(group):
                raise ProblemRefused(f"The locked group {named} breaks a rule: unlock it.")
            for each in group:
                times[each] = times.get(each, 0) + 1
                if times[each] > self.members[each].groups:
                    raise ProblemRefused(
                        f"Member {self.members[each].id} is locked into more groups than they "
                        "agreed to."
                    )


@dataclass(frozen=True, slots=True)
class Proof:
    """How sure a plan is the best: `gap` is what a better plan could add to the value at most.

    Where `exact` is false and `gap` is None, a better plan may exist on a higher level as well:
    `level` is the first that is not proven, where that is known, and `missing` what a better plan
    could add on it at most (None: not known).
    """

    method: str
    exact: bool
    gap: float | None = 0.0
    level: str = ""
    missing: float | None = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """Groups and the left-out of one round; positions refer to the problem's members.

    `cross_share` is the share of groups with both sides in it (0 where there is no group).
    """

    groups: tuple[Group, ...]
    left_out: tuple[tuple[int, LeftOut], ...]
    cross_share: float
    people_across: int
    repeats: int
    trios: int
    value: float
    proof: Proof = field(default=Proof("none", exact=True))


def pairs(group: Sequence[int]) -> list[tuple[int, int]]:
    """The pairs within a group, each once."""
    return [(a, b) for at, a in enumerate(group) for b in group[at + 1 :]]


def as_json(problem: Problem, plan: Plan) -> dict[str, Any]:
    """The plan with the members' own ids, ready for `json.dumps`."""
    ids = [member.id for member in problem.members]
    proof = plan.proof
    open_level = {"level": proof.level, "missing": proof.missing} if proof.level else {}
    return {
        "groups": [[ids[each] for each in group] for group in plan.groups],
        "left_out": [{"id": ids[each], "reason": reason.value} for each, reason in plan.left_out],
        "cross_share": round(plan.cross_share, 6),
        "people_across": plan.people_across,
        "repeats": plan.repeats,
        "trios": plan.trios,
        "value": round(plan.value, 9),
        "proof": {"method": proof.method, "exact": proof.exact, "gap": proof.gap, **open_level},
    }
