"""Which steward looks for a person, and who does after a silence. Pure."""

from collections.abc import Collection, Mapping

WORKING_DAYS = 2
"""So many working days a steward has before the question goes on to the next."""


def first_owner(desk: Collection[int], having: Mapping[int, int]) -> int | None:
    """Of the stewards `desk` the one who has fewest; None where all of them look.

    `having`: how many questions wait for each.
    """
    return min(desk, key=lambda number: (having.get(number, 0), number), default=None)


def next_owner(desk: Collection[int], silent: int | None, having: Mapping[int, int]) -> int | None:
    """Who follows a silent steward: the next in the order of numbers, so that each has a turn.

    The same again where there is nobody else; whoever has fewest where nobody owned it.
    """
    if silent is None:
        return first_owner(desk, having)
    behind = sorted(number for number in desk if number > silent)
    return behind[0] if behind else min(desk, default=None)
