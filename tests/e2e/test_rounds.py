"""Rounds planned and tried out from the terminal."""

import json
from pathlib import Path

from tests.support.processes import crosswalk, refusal, works

PROBLEM = {
    "members": [
        {"id": "ana", "community": "CITY", "left_out_last": True},
        {"id": "cy", "community": "CITY"},
        {"id": "bo", "community": "NATIONAL"},
        {"id": "di", "community": "NATIONAL"},
    ],
    "values": [["ana", "bo", 0.2], ["cy", "di", 0.2], ["ana", "di", 0.9], ["cy", "bo", 0.9]],
    "forbidden": [["cy", "bo"]],
    "met": [],
}


def test_a_written_problem_is_solved(tmp_path: Path) -> None:
    file = tmp_path / "problem.json"
    file.write_text(json.dumps(PROBLEM), "utf-8")
    first = works("round", "solve", file, "--json", at=tmp_path).stdout
    plan = json.loads(first)
    assert {frozenset(group) for group in plan["groups"]} == {
        frozenset({"ana", "bo"}),
        frozenset({"cy", "di"}),
    }
    assert (plan["left_out"], plan["cross_share"], plan["repeats"]) == ([], 1.0, 0)
    assert plan["value"] == 0.4
    assert plan["proof"]["exact"]
    assert works("round", "solve", file, "--json", at=tmp_path).stdout == first
    assert "ana  with  bo" in works("round", "solve", file, at=tmp_path).stdout


def test_a_bad_problem_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "problem.json"
    file.write_text('{"members": [}', "utf-8")
    assert "is not JSON" in refusal(crosswalk("round", "solve", file, "--json", at=tmp_path))
    assert "cannot be read" in refusal(crosswalk("round", "solve", "no.json", at=tmp_path))
    assert refusal(crosswalk("round", "simulate", "--members", "no.csv", at=tmp_path))


def test_rounds_are_tried_out_with_made_up_people(tmp_path: Path) -> None:
    told = json.loads(
        works("round", "simulate", "--members", "14+4", "--seed", "2", "--json", at=tmp_path).stdout
    )
    assert len(told["rounds"]) == 6
    assert told["first_repeat"] is None
    small = [each for each in told["members"] if each["smaller_side"]]
    assert [each["community"] for each in small] == ["NATIONAL"] * 4
    assert {each["most_groups_in_a_round"] for each in told["members"]} == {1}
    said = works("round", "simulate", "--members", "8", "--rounds", "2", at=tmp_path).stdout
    assert (
        "What the smaller side carries (statistics offices, 2 people): 2 groups each in 2 rounds, "
        "at most 1 in one round" in said
    )


def test_rounds_are_tried_out_with_a_file(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        "name,community,organisation,languages,capacity\n"
        "Ana,CITY,City A,en,1\nBo,NATIONAL,Office,en,\nCy,CITY,City C,es,2\nDi,,Nowhere,en,\n"
        "Ed,NATIONAL,Bureau,en,0\n",
        "utf-8",
    )
    done = works("round", "simulate", "--members", file, "--rounds", "1", "--json", at=tmp_path)
    assert "Di: no community" in done.stderr
    assert done.stderr.count("accepts no contacts") == 1
    told = json.loads(done.stdout)
    assert len(told["rounds"][0]["groups"]) == 1
    assert [each["reason"] for each in told["rounds"][0]["left_out"]] == ["rules"]
