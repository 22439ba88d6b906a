"""A made-up community from a seed, to try rounds out before there is a real one."""

import numpy as np

from bot.features.exchange.planner.participants import Facts
from bot.features.exchange.planner.utility import Vectors
from knowledge.vocabulary import Community

_THEMES, _DIMENSION = 12, 24
_CITY_SHARE = 0.75


def split(count: int) -> tuple[int, int]:
    """So many people as (cities, statistics offices): three of four work for a city."""
    cities = min(count, round(count * _CITY_SHARE + 0.01))
    return cities, count - cities


def community(
    cities: int, offices: int, seed: int
) -> tuple[list[Facts], list[Vectors], list[Vectors]]:
    """People with two needs and two offers each, as unit vectors around twelve themes."""
    chance = np.random.default_rng(seed)
    themes = chance.standard_normal((_THEMES, _DIMENSION))
    kinds = [Community.CITY] * cities + [Community.NATIONAL] * offices
    people = [
        Facts(f"{'city' if kind is Community.CITY else 'office'}-{number}", kind)
        for number, kind in enumerate(kinds, 1)
    ]

    def said() -> Vectors:
        near = themes[chance.integers(0, _THEMES, 2)] + 0.5 * chance.standard_normal(
            (2, _DIMENSION)
        )
        unit = near / np.linalg.norm(near, axis=1, keepdims=True)
        return np.asarray(unit, dtype=np.float32)

    return people, [said() for _ in people], [said() for _ in people]
