"""What a round does next, as a table of facts and decisions; no database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.features.exchange.rounds.next_step import (
    GRACE,
    REHEARSAL,
    SILENCE,
    UNSENT,
    Ask,
    Group,
    GroupFacts,
    Nudge,
    Partner,
    Planned,
    Running,
    Silence,
    Step,
    announcement,
    group_steps,
    is_planned_now,
    next_step,
    silences,
)
from knowledge.exchange.plans import LeftOut, Reasons, RoundPlan
from knowledge.exchange.rounds import MOST_UNASKED

DUE = datetime(2026, 6, 10, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRESH = Planned(DUE, previewed=False, sent=True, reminded_at=None)
SHOWN = replace(FRESH, previewed=True)
HELD = replace(SHOWN, sent=False)


@pytest.mark.parametrize(
    ("now", "due", "paused", "expected"),
    [
        (DUE - REHEARSAL, DUE, False, True),
        (DUE - REHEARSAL - HOUR, DUE, False, False),
        (DUE + 30 * DAY, DUE, False, True),
        (DUE, DUE, True, False),
        (DUE, None, False, False),
    ],
)
def test_a_round_is_planned_a_day_before(
    now: datetime, due: datetime | None, paused: bool, expected: bool
) -> None:
    assert is_planned_now(now, due, paused=paused) is expected


@pytest.mark.parametrize(
    ("now", "found", "expected"),
    [
        (DUE - 2 * DAY, FRESH, Step.WAIT),
        (DUE - REHEARSAL, FRESH, Step.PREVIEW),
        (DUE + DAY, FRESH, Step.PREVIEW),  # after downtime it is shown before it begins
        (DUE - HOUR, SHOWN, Step.WAIT),
        (DUE, SHOWN, Step.ANNOUNCE),
        (DUE - HOUR, HELD, Step.WAIT),
        (DUE, HELD, Step.REMIND),
        (DUE + HOUR, replace(HELD, reminded_at=DUE), Step.WAIT),
        (DUE + UNSENT - HOUR, replace(HELD, reminded_at=DUE), Step.WAIT),
        (DUE + UNSENT, replace(HELD, reminded_at=DUE), Step.SKIP),
        (
            DUE + UNSENT,
            replace(SHOWN, reminded_at=DUE),
            Step.ANNOUNCE,
        ),  # a steward sent it after all
    ],
)
def test_what_becomes_of_a_planned_round(now: datetime, found: Planned, expected: Step) -> None:
    assert next_step(now, found) == expected


WHY, OTHER = Reasons(languages=("en",)), Reasons(languages=("es",))
PLAN = RoundPlan(groups=((1, 2), (3, 4, 5)), left_out=(LeftOut(6, "alone"),), reasons=(WHY, OTHER))


def test_everybody_of_a_plan_meets_or_rests() -> None:
    found = announcement(PLAN, {1, 2, 3, 4, 5, 6}, skipping=[7])
    assert found.groups == (Group(1, (1, 2), WHY), Group(2, (3, 4, 5), OTHER))
    assert (found.resting, found.back) == ((6,), (7,))


@pytest.mark.parametrize(
    ("present", "groups", "resting"),
    [
        ({1, 3, 4, 5}, [(1, (3, 4, 5))], (1,)),  # groups keep their reasons, and count from 1
        ({1, 2, 4, 5}, [(1, (1, 2)), (2, (4, 5))], ()),
        ({3}, [], (3,)),
        ({6}, [], (6,)),
        (set(), [], ()),
    ],
)
def test_who_went_meanwhile_leaves_the_others_what_can_still_be(
    present: set[int], groups: list[tuple[int, tuple[int, ...]]], resting: tuple[int, ...]
) -> None:
    found = announcement(PLAN, present, [])
    assert [(each.place, each.members) for each in found.groups] == groups
    assert found.resting == resting
    why = {(1, 2): WHY, (3, 4, 5): OTHER, (4, 5): OTHER}
    assert all(each.why == why[each.members] for each in found.groups)


RUN = Running(DUE, days=14)
HALF = DUE + 7 * DAY
ANA = Partner(1, awake=True, asked=0, sent=1, told=False)
BO = replace(ANA, id=2)
PAIR = GroupFacts((ANA, BO), nudged=False, met=False, quiet=HOUR, most_sent=1)
STILL = replace(PAIR, quiet=SILENCE)


def pair(one: Partner, **facts: object) -> GroupFacts:
    return replace(PAIR, partners=(one, BO), **facts)  # type: ignore[arg-type]


BOTH_HALF = (Ask(1, 1, said=True), Ask(2, 1, said=True))


@pytest.mark.parametrize(
    ("now", "found", "expected"),
    [
        (HALF - HOUR, PAIR, ()),
        (HALF, PAIR, BOTH_HALF),
        (RUN.end, PAIR, (Ask(1, 2, said=True), Ask(2, 2, said=True))),
        # Nobody is woken up, and nobody asked twice.
        (HALF, pair(replace(ANA, awake=False)), BOTH_HALF[1:]),
        (HALF, pair(replace(ANA, asked=1)), BOTH_HALF[1:]),
        (RUN.end, pair(replace(ANA, asked=2)), (Ask(2, 2, said=True),)),
        # Who told it already is noted as asked halfway, and asked at the end.
        (HALF, pair(replace(ANA, told=True)), (Ask(1, 1, said=False), BOTH_HALF[1])),
        (RUN.end, pair(replace(ANA, told=True)), (Ask(1, 2, said=True), Ask(2, 2, said=True))),
        # One of three messages is kept for the end.
        (HALF, pair(replace(ANA, sent=MOST_UNASKED - 1)), (Ask(1, 1, said=False), BOTH_HALF[1])),
        (
            RUN.end,
            pair(replace(ANA, sent=MOST_UNASKED - 1)),
            (Ask(1, 2, said=True), Ask(2, 2, said=True)),
        ),
        (
            RUN.end,
            pair(replace(ANA, sent=MOST_UNASKED)),
            (Ask(1, 2, said=False), Ask(2, 2, said=True)),
        ),
        # Quiet groups are nudged once, in somebody's working hours, before the end.
        (DUE + DAY, STILL, (Nudge(said=True),)),
        (DUE + DAY, replace(STILL, quiet=None), ()),
        (DUE + DAY, replace(STILL, quiet=SILENCE - HOUR), ()),
        (DUE + DAY, replace(STILL, nudged=True), ()),
        (DUE + DAY, replace(STILL, met=True), (Nudge(said=False),)),
        (DUE + DAY, replace(STILL, most_sent=MOST_UNASKED - 1), (Nudge(said=False),)),
        (DUE + DAY, replace(STILL, partners=(replace(ANA, awake=False),)), ()),
        (DUE + DAY, replace(STILL, partners=()), ()),
        (HALF, STILL, BOTH_HALF),  # first the question, then the nudge
        (RUN.end, replace(STILL, partners=(replace(ANA, asked=2),)), ()),
    ],
)
def test_what_a_group_hears(
    now: datetime, found: GroupFacts, expected: tuple[Ask | Nudge, ...]
) -> None:
    assert group_steps(now, RUN, found) == expected


def test_a_round_is_closed_when_the_time_for_answers_is_over() -> None:
    assert RUN.end == DUE + 14 * DAY
    assert not RUN.is_over(RUN.end + GRACE - HOUR)
    assert RUN.is_over(RUN.end + GRACE)


def test_three_rounds_without_a_word_are_a_pause() -> None:
    before = {1: (0, False), 2: (2, False), 3: (2, True), 4: (2, False), 5: (2, False)}
    found = silences(before, grouped={1, 2, 3, 4}, heard={4})
    assert found == (
        Silence(1, 1, pauses=False),
        Silence(2, 3, pauses=True),
        Silence(3, 3, pauses=False),  # it was one before
        Silence(4, 0, pauses=False),
    )
