"""A round's plan as JSON and back, also as rows of earlier versions hold it."""

import json

from bot.features.exchange.planner.model import as_json
from bot.features.exchange.planner.plan import plan_round
from bot.features.exchange.planner.problem_json import problem_from, written
from knowledge.exchange import plans, problems
from knowledge.exchange.plans import Absent, LeftOut, Meeting, Reasons
from tests.support.rounds import problem

OLD = {
    "groups": [[12, 3], [4, 5, 6]],
    "left_out": [{"id": 7, "reason": "odd_number"}],
    "cross_share": 0.5,
    "people_across": 2,
    "repeats": 1,
    "trios": 1,
    "value": 0.412,
    "proof": {"method": "assignment", "exact": False, "gap": None},
    "reasons": [
        {
            "languages": ["es", "en"],
            "hours": [[1780000000, 1780003600]],
            "differences": ["community", "country"],
            "meetings": [[12, 0, 3, 1], [3, 1, 12, 0]],
            "across": True,
        },
        {"languages": [], "hours": [], "differences": [], "meetings": [], "across": False},
    ],
    "away": [[8, "paused"], [9, "unreachable"]],
    "topics": {"sensors": 2},
}


def test_a_row_of_an_earlier_version_reads_and_keeps_its_shape() -> None:
    found = plans.read(OLD)
    assert found.groups == ((12, 3), (4, 5, 6))
    assert found.left_out == (LeftOut(7, "odd_number"),)
    assert found.away == (Absent(8, "paused"), Absent(9, "unreachable"))
    first, second = found.reasons
    assert first.meetings == (Meeting(12, 0, 3, 1), Meeting(3, 1, 12, 0))
    assert first.hours == ((1780000000, 1780003600),)
    assert (first.met, second) == (None, Reasons())
    assert (found.proof.gap, found.topics) == (None, {"sensors": 2})
    again = plans.written(found)
    for why in again["reasons"]:  # type: ignore[attr-defined]
        assert why.pop("met") is None
    assert json.loads(json.dumps(again)) == OLD


def test_what_is_missing_takes_its_default_and_what_is_unknown_is_passed_over() -> None:
    assert plans.read({}) == plans.RoundPlan()
    assert plans.read({"groups": [[1, 2]], "colour": "red"}).groups == ((1, 2),)


def test_what_the_planner_finds_is_read_as_it_is() -> None:
    given = problem("CCN", values={(0, 2): 0.5, (1, 2): 0.25})
    made = as_json(given, plan_round(given))
    assert {
        key: value for key, value in plans.written(plans.read(made)).items() if key in made
    } == (json.loads(json.dumps(made)))


STORED = {
    "members": [
        {"id": 12, "community": "CITY", "left_out_last": 1, "groups": 1},
        {"id": 3, "community": "NATIONAL", "left_out_last": 0, "groups": 2},
        {"id": 7, "community": "PARTNER", "left_out_last": 0, "groups": 1},
    ],
    "values": [[12, 3, 0.412], [3, 7, 0.25]],
    "forbidden": [[12, 7]],
    "met": [[12, 3, 2]],
    "rules": {"cross_share": 0.5, "max_size": 3, "same_side": True},
    "locked": [[12, 3]],
    "seed": 1004,
    "common": [["e0", "c0", "80"]],
}
"""The problem of a round as version 0.1.0 stored it."""


def test_a_stored_problem_reads_is_planned_and_keeps_its_shape() -> None:
    found = problems.read(STORED)
    assert [each.id for each in found.members] == [12, 3, 7]
    assert found.locked == ((12, 3),)
    assert json.loads(json.dumps(problems.written(found))) == STORED
    one = problem_from(found)
    assert (one.values[0, 1], one.met[0, 1], one.forbidden[0, 2]) == (0.412, 2, True)
    assert as_json(one, plan_round(one))["groups"] == [[12, 3]]
    again = json.loads(json.dumps(problems.written(written(one))))
    assert again == STORED


def test_a_problem_of_the_first_rounds_reads_too() -> None:
    """Without tables of what three need in common, rules or anybody put together."""
    early = {"members": STORED["members"], "values": [], "forbidden": [], "met": []}
    found = problems.read(early)
    assert (found.common, found.locked, found.rules) == ((), (), problems.Rules())
