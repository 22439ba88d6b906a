"""The arithmetic behind the bench's figures."""

import math
import time
from pathlib import Path

import numpy as np
import pytest

from tests.bench.measuring import Figure, Watch, median_ratio, percentile, table
from tests.support import large_library
from tests.support.fake_encoder import HashEncoder


def test_a_ratio_of_medians_ignores_one_slow_outlier() -> None:
    assert median_ratio([2.0, 2.0, 90.0], [1.0, 1.0, 1.0]) == 2.0


def test_the_99th_percentile_of_a_hundred_values_is_the_last_but_one() -> None:
    assert percentile([float(n) for n in range(100, 0, -1)], 0.99) == 99.0


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1.0), (0.5, 2.0), (1.0, 4.0)])
def test_a_percentile_is_one_of_the_values(share: float, expected: float) -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], share) == expected


def test_no_values_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.99)


def test_a_share_is_no_percentage() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        percentile([1.0, 2.0], 99)


def test_a_made_community_is_encoded_as_a_library_is(tmp_path: Path) -> None:
    encoder = HashEncoder()
    large_library.material(encoder, tmp_path, np.random.default_rng(1))
    assert [kind for kind, _ in encoder.batches] == ["documents", "queries"]


@pytest.mark.parametrize(
    ("value", "most", "least", "missed"),
    [
        (1.2, 1.25, None, False),
        (1.3, 1.25, None, True),
        (0.89, None, 0.9, True),
        (0.95, None, 0.9, False),
        (9.0, None, None, False),
        (math.nan, 1.25, None, True),
    ],
)
def test_a_figure_knows_whether_it_missed_its_target(
    value: float, most: float | None, least: float | None, missed: bool
) -> None:
    figure = Figure("part", "name", value, most=most, least=least)
    assert figure.missed is missed
    assert figure.as_json()["missed"] is missed
    assert ("MISSED" in figure.row()) is missed


def test_a_table_is_aligned() -> None:
    assert table([("a", "1"), ("long", "100")]) == "a       1\nlong  100"
    assert not table([])


def test_a_watch_sums_calls_per_lap_and_counts_laps_without_any() -> None:
    class Work:
        def step(self) -> str:
            time.sleep(0.002)
            return "done"

    watch, work = Watch(), Work()
    with watch.on([(Work, "step", "steps")]):
        with watch.lap():
            assert work.step() == "done"
            work.step()
        with watch.lap():
            pass
    work.step()
    first, second = watch.laps["steps"]
    assert first >= 0.004
    assert second == 0.0
