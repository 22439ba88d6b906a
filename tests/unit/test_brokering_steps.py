"""Which steward looks for a person: a table of cases."""

import pytest

from bot.features.brokering.next_step import first_owner, next_owner


@pytest.mark.parametrize(
    ("desk", "having", "owner"),
    [
        ((), {}, None),
        ((4,), {4: 9}, 4),
        ((7, 4), {}, 4),
        ((4, 7), {4: 1}, 7),
        ((4, 7, 9), {4: 2, 7: 1, 9: 1}, 7),
        ((4, 7), {4: 1, 7: 3, 9: 0}, 4),
    ],
)
def test_whoever_has_fewest_looks_first(
    desk: tuple[int, ...], having: dict[int, int], owner: int | None
) -> None:
    assert first_owner(desk, having) == owner


@pytest.mark.parametrize(
    ("desk", "silent", "owner"),
    [
        ((4, 7, 9), 4, 7),
        ((4, 7, 9), 7, 9),
        ((4, 7, 9), 9, 4),
        ((4, 9), 7, 9),
        ((4,), 4, 4),
        ((), 4, None),
        ((4, 7), None, 7),
    ],
)
def test_after_a_silence_each_has_a_turn(
    desk: tuple[int, ...], silent: int | None, owner: int | None
) -> None:
    assert next_owner(desk, silent, {4: 1}) == owner
