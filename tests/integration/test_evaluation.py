"""Judging matching: layouts that are read, figures that add up, sets that are refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.settings import read_settings
from knowledge.encoders.encoder import Encoder
from knowledge.evaluation.beir import CHANNELS, SetRefused, load, measures, rankings
from tests.support.fake_encoder import HashEncoder

CORPUS = [
    {"id": "d1", "title": "Sensors", "text": "Road sensors count cars for the statistics office."},
    {"id": "d2", "title": "Prices", "text": "Shops hand over scanner data on prices."},
    {"id": "d3", "title": "Addresses", "text": "One register of addresses serves all departments."},
]
QUERIES = [
    {"id": "q1", "text": "Who uses road sensors?"},
    {"id": "q2", "text": "scanner data on prices"},
    {"id": "q3", "text": "nobody judged this one"},
]
TOLERANCE = 0.005


def write(folder: Path, name: str, rows: list[dict[str, Any]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def qrels(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("query-id\tcorpus-id\tscore\n" + "".join(f"{line}\n" for line in lines))


def test_our_own_layout_is_judged_for_each_channel(tmp_path: Path) -> None:
    write(tmp_path, "corpus.jsonl", CORPUS)
    write(tmp_path, "queries.jsonl", QUERIES)
    qrels(tmp_path / "qrels.tsv", "q1\td1\t1", "q2\td2\t1")
    data = load(tmp_path)
    table = measures(data, list(rankings(data, HashEncoder())))
    assert table["n"] == 2
    assert set(table) == {*CHANNELS, "n"}
    assert table["lexical"]["ndcg@10"] == table["fused"]["hit@1"] == 1.0


def test_the_layout_of_beir_and_another_file_of_questions(tmp_path: Path) -> None:
    renamed = [{"_id": row["id"], **{k: v for k, v in row.items() if k != "id"}} for row in CORPUS]
    write(tmp_path, "corpus.jsonl", renamed)
    write(tmp_path, "short.jsonl", [{"_id": "q2", "text": "prices"}])
    qrels(tmp_path / "qrels" / "test.tsv", "q2\td2\t2")
    data = load(tmp_path, "short.jsonl")
    (asked,) = rankings(data, HashEncoder())
    assert asked.best("lexical")[0] == "d2"
    assert set(asked.scores["fused"]) == {"d1", "d2", "d3"}


def test_people_are_judged_without_the_evidence_left_out(tmp_path: Path) -> None:
    people = [
        {"id": "e1", "name": "A", "evidence": [{"id": "p1", "text": "road sensors"}]},
        {"id": "e2", "name": "B", "evidence": [{"id": "p2", "text": "road sensors, too"}]},
    ]
    write(tmp_path, "experts.jsonl", people)
    write(tmp_path, "queries.jsonl", [{"id": "q", "text": "road sensors", "exclude": ["p1"]}])
    qrels(tmp_path / "qrels.tsv", "q\te2\t1")
    (asked,) = rankings(load(tmp_path), HashEncoder())
    assert asked.best("fused") == ["e2"]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "has no qrels.tsv"),
        ({"qrels.tsv": "header\nq1 d1 1\n"}, "line 2"),
        ({"qrels.tsv": "h\nq1\td1\t1\n"}, "queries.jsonl is missing"),
        ({"qrels.tsv": "h\nq1\td1\t1\n", "queries.jsonl": "not json\n"}, "line 1"),
        (
            {"qrels.tsv": "h\nq9\td1\t1\n", "queries.jsonl": '{"id":"q1","text":"x"}\n'},
            "no question",
        ),
    ],
)
def test_a_folder_that_is_no_set_is_refused_with_the_reason(
    tmp_path: Path, files: dict[str, str], said: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(SetRefused, match=said):
        load(tmp_path)


@pytest.mark.evalsets
@pytest.mark.model
@pytest.mark.parametrize("name", ["fds_submitter_experts", "fds_use_cases", "tatoeba_fra"])
def test_the_fused_ranking_is_as_good_as_the_better_channel(name: str, embedded: Encoder) -> None:
    folder = read_settings().eval_sets
    if folder is None or not (folder / name).is_dir():
        pytest.skip("left out: EVAL_SETS names no folder with this set")
    data = load(folder / name)
    table = measures(data, list(rankings(data, embedded)))
    better = max(table["lexical"]["ndcg@10"], table["dense"]["ndcg@10"])
    assert table["fused"]["ndcg@10"] >= better - TOLERANCE
