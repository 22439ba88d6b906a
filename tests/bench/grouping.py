"""How well unanswered questions are grouped: right pairs and found pairs at several distances.

`python -m tests.bench.grouping` prints the table of docs/matching.md.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from bot.app import load_encoder
from bot.settings import read_settings
from knowledge.cases import gaps
from knowledge.search import reference

QUESTIONS = Path(__file__).parents[1] / "data" / "questions.jsonl"
DISTANCES = (0.45, 0.48, 0.50, 0.55, 0.60)


def main() -> None:
    """Encode, group, print."""
    asked = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    asked = [question for question in asked if question["label"] == "on"]
    encoder = load_encoder(read_settings())
    vectors = encoder.encode_queries([question["text"] for question in asked])
    known = reference.of(encoder)
    if known is None:
        raise TypeError("an encoder that is no model groups nothing")
    plain = np.stack(
        [
            known.query(question["text"], question["language"], vector).meaning
            for question, vector in zip(asked, vectors, strict=True)
        ]
    )
    same = sum(_same(one, other) for at, one in enumerate(asked) for other in asked[:at])
    rows = [("raw", 0.14, vectors), *(("plain", each, plain) for each in DISTANCES)]
    for name, distance, matrix in rows:
        groups = gaps.grouped(matrix, distance)
        pairs = [
            (asked[one], asked[other])
            for rows_of in groups
            for at, one in enumerate(rows_of)
            for other in rows_of[:at]
        ]
        right = sum(_alike(*pair) for pair in pairs) / max(1, len(pairs))
        found = sum(_same(*pair) for pair in pairs) / same
        print(
            f"{name:8} {distance:.2f}  pairs {len(pairs):4}  right {right:.2f}  found {found:.2f}"
        )


def _same(one: Any, other: Any) -> bool:
    return set(one["answers"]) == set(other["answers"])


def _alike(one: Any, other: Any) -> bool:
    return one["topic"] == other["topic"] or bool(set(one["answers"]) & set(other["answers"]))


if __name__ == "__main__":
    main()
