"""What numbers alone allow: how many people in groups, of them across, and with how many trios.

No linear programme sees that pairs hold an even number of people; these bounds do.
"""

from typing import NamedTuple

import numpy as np


class Counts(NamedTuple):
    """Of so many people in groups: the most across, and the fewest trios for at least `across`."""

    people: int
    across: int
    trios: int


def by_numbers(
    one: int,
    other: int,
    *,
    trios: bool,
    same_side: bool,
    people: int | None = None,
    across: int = 0,
) -> Counts | None:
    """What `one` and `other` people of the two sides can be split into, no trio within one side.

    `people` (in groups) is as large as possible where it is not given; None where nothing fits.
    """
    few = min(one, other)
    mixed = few + 1 if trios else 1
    two, three, pair = np.meshgrid(
        np.arange(mixed), np.arange(mixed), np.arange(few + 1), indexing="ij"
    )  # trios with two of `one`, trios with two of `other`, pairs across
    left = one - 2 * two - three - pair
    right = other - two - 2 * three - pair
    most = 3 * (two + three) + 2 * pair
    within = 2 * (left // 2) + 2 * (right // 2) if same_side else np.zeros_like(left)
    fits = (left >= 0) & (right >= 0)
    grouped = int((most + within)[fits].max()) if people is None else people
    rest = grouped - most
    fits &= (rest >= 0) & (rest <= within) & (rest % 2 == 0) & (most >= across)
    if not fits.any():
        return None
    return Counts(grouped, int(most[fits].max()), int((two + three)[fits].min()))
