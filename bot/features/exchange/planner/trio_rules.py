"""Rules that ask something of three people together, and not of each two of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.features.exchange.planner.model import Mask, Problem

Places = NDArray[np.intp]


def barred(problem: Problem, one: Places, two: Places, three: Places) -> Mask:
    """Whether three (positions, elementwise) lack something that all three need in common."""
    found = np.zeros(len(one), dtype=np.bool_)
    for table in problem.common:
        found |= ~(table[one] & table[two] & table[three]).any(axis=1)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class TrioRules:
    """Which two of the larger side may not share whom of the smaller one.

    `apart` (people, people) holds whoever is in the middle; the tables say what each of the two
    sides has of what three need in common.
    """

    apart: Mask
    people: tuple[Mask, ...]
    centres: tuple[Mask, ...]

    @classmethod
    def of(cls, problem: Problem, people: Places, centres: Places, spare: int = 0) -> "TrioRules":
        """The rules of a problem; `spare` places after the people suit everybody."""
        apart = np.zeros((len(people) + spare, len(people) + spare), dtype=np.bool_)
        apart[: len(people), : len(people)] = clashing(problem, people)
        return cls(
            apart,
            tuple(
                np.vstack([table[people], np.ones((spare, table.shape[1]), dtype=np.bool_)])
                for table in problem.common
            ),
            tuple(table[centres] for table in problem.common),
        )

    def between(self, people: Places, centre: int) -> Mask:
        """(k, k): which two of `people` may not share the centre; the diagonal means nothing."""
        found = self.apart[np.ix_(people, people)]
        for own, middle in zip(self.people, self.centres, strict=True):
            shared = (own[people] & middle[centre]).astype(np.float32)
            found |= np.equal(shared @ shared.T, 0)
        return found

    def hold(self, one: Places, other: Places, centre: Places) -> Mask:
        """Elementwise: whether two may not share a centre."""
        found = self.apart[one, other]
        for own, middle in zip(self.people, self.centres, strict=True):
            found |= ~(own[one] & own[other] & middle[centre]).any(axis=1)
        return found


def clashing(problem: Problem, members: Places) -> Mask:
    """(k, k): two of one side who may not sit in one trio whoever is the third, or met before."""
    block = np.ix_(members, members)
    return np.asarray(problem.forbidden[block] | (problem.met[block] > 0), dtype=np.bool_)
