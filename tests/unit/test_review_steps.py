"""Where silence takes a case, as a table of facts and decisions; no database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from knowledge.cases.review_cycle import (
    LAST_SILENCE,
    SILENCE,
    Step,
    Waiting,
    asked,
    next_step,
)
from knowledge.vocabulary import ReviewStage

CAME = datetime(2026, 6, 10, 10, tzinfo=UTC)
LONG_AFTER = CAME + timedelta(days=400)
FRESH = Waiting(7, 3, ReviewStage.CURRENT, CAME)
UP = Waiting(7, 3, ReviewStage.DUE, CAME, CAME - SILENCE)
STALE = replace(UP, stage=ReviewStage.STALE)


@pytest.mark.parametrize(
    ("found", "now", "step"),
    [
        (FRESH, CAME, Step(7, ReviewStage.DUE, CAME + SILENCE, CAME, asks=3)),
        # After downtime it is up since it came up, and has its whole silence from now on.
        (FRESH, LONG_AFTER, Step(7, ReviewStage.DUE, LONG_AFTER + SILENCE, CAME, asks=3)),
        (
            replace(FRESH, author_id=None),
            CAME,
            Step(7, ReviewStage.DUE, CAME + SILENCE, CAME, asks=None),
        ),
        (UP, CAME, Step(7, ReviewStage.STALE, CAME + LAST_SILENCE, UP.up_since)),
        (UP, LONG_AFTER, Step(7, ReviewStage.STALE, LONG_AFTER + LAST_SILENCE, UP.up_since)),
        (
            STALE,
            CAME,
            Step(7, ReviewStage.STALE, CAME + LAST_SILENCE, UP.up_since, retired=True),
        ),
    ],
)
def test_silence_takes_a_case_one_step_further(found: Waiting, now: datetime, step: Step) -> None:
    assert next_step(found, now) == step


def test_each_author_is_asked_once_about_all_that_came_up() -> None:
    steps = [
        next_step(replace(FRESH, case_id=number, author_id=author), CAME)
        for number, author in ((1, 3), (2, 4), (5, 3), (6, None))
    ]
    assert asked([*steps, next_step(UP, CAME), next_step(STALE, CAME)]) == {3: [1, 5], 4: [2]}
