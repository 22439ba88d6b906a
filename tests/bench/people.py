"""Fit what makes a person worth showing, and tell how often the right one is.

Run: python -m tests.bench.people [MODEL ...] (default: embedded embedded-english)

Questions of tests/data/questions_for_people.jsonl are put to the offers of offers.jsonl: to all of
them, and to communities cut out of them, because the best of many offers lies nearer than the best
of few. The curve and the lines of calibration.json are fitted on two thirds of the questions and
judged on the third; what is written is fitted on all. The first community (18 people) is never
fitted on.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.encoders import runtime
from knowledge.encoders.encoder import Encoder
from knowledge.search import reference
from knowledge.search.confidence import FILE, Signs
from knowledge.search.documents import Document, Query
from knowledge.search.expert_ranking import compared
from knowledge.search.reference import Reference
from knowledge.search.search import Index, find
from knowledge.text.languages import detect
from tests.bench.fit_confidence import SIGNS, logistic
from tests.bench.matching import Kept
from tests.support import first_community

DATA = Path(__file__).parents[1] / "data"
COMMUNITIES = ((18, 12), (36, 4))
"""Offers in a community that is cut out, and how many such communities are drawn."""
PERSON = ("meaning", "height")
RIGHT_NAMED = 0.5
"""Share of the people named for a question of the field who are labelled as right."""
FALSE_OURS = 0.05
"""Share of the everyday questions that may be taken for questions of the field."""
SHOWN = 3


@dataclass(frozen=True)
class Put:
    """One question put to one community: the signs of each offer, and which answer it."""

    signs: NDArray[np.float64]
    right: NDArray[np.bool_]
    field: float
    """See `Query.field`."""
    of_the_field: bool
    held: bool


def main() -> None:
    table: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    for name in sys.argv[1:] or ["embedded", "embedded-english"]:
        encoder = Kept(runtime.load(name).encoder, Path("var") / "fit")
        print(f"== {name}")
        key = encoder.model_id.partition(":")[0].removeprefix("sentence-transformers/").casefold()
        known = reference.of(encoder) or reference.learn(encoder)
        put, line = observe(encoder, known), ours(encoder, known)
        taught = [one for one in put if not one.held]
        for what, some in (("kept aside", [one for one in put if one.held]), ("fitted", taught)):
            report(f"{what}, judged by the two thirds", some, fit(taught, line))
        table[key] |= fit(put, line)
        FILE.write_text(json.dumps(table, indent=2) + "\n", "utf-8")
        if len(known.languages) > 1:
            first(encoder, known, table[key])


def observe(encoder: Encoder, known: Reference) -> list[Put]:
    """Every labelled question in communities of every size."""
    offers, asked = _read("offers.jsonl"), _read("questions_for_people.jsonl")
    if len(known.languages) < 2:
        offers = [each for each in offers if each["language"] == reference.SOURCE]
        asked = [each for each in asked if each["language"] == reference.SOURCE]
    ready = _queries(encoder, known, [(each["text"], each["language"]) for each in asked])
    vectors = known.without_language(encoder.encode_queries([each["text"] for each in offers]))
    draw = np.random.default_rng(20261201)
    chosen = [np.arange(len(offers))]
    for size, times in COMMUNITIES:
        if size < len(offers):
            chosen += [draw.choice(len(offers), size, replace=False) for _ in range(times)]
    put = []
    for rows in chosen:
        index = Index.build(
            [
                Document(int(row), offers[row]["language"], offers[row]["text"], vectors[row][None])
                for row in rows
            ],
            encoder.dimension,
        )
        for each, query in zip(asked, ready, strict=True):
            right = np.array([offers[row]["id"] in each["offers"] for row in rows])
            held = each["split"] == "held"
            signs = _signs(index, query, encoder.model_id)
            put.append(Put(signs, right, query.field, each["field"], held))
    return put


def ours(encoder: Encoder, known: Reference) -> float:
    """The line of the field, over everyday questions of every kind."""
    off = [each for each in _read("questions.jsonl") if each["label"] == "off"]
    off += [each for each in _read("questions_for_people.jsonl") if not each["field"]]
    if len(known.languages) < 2:
        off = [each for each in off if each["language"] == reference.SOURCE]
    asked = _queries(encoder, known, [(each["text"], each["language"]) for each in off])
    return float(np.quantile([query.field for query in asked], 1 - FALSE_OURS))


def fit(put: Sequence[Put], line: float) -> dict[str, Any]:
    """The curve of a person's evidence, and the lines from which on somebody is shown.

    `line` is that of the field.
    """
    ours = [one for one in put if one.of_the_field]
    signs = np.concatenate([one.signs for one in ours])
    right = np.concatenate([one.right for one in ours])
    share = np.where(right, 1 / right.sum(), 1 / (~right).sum()) / 2
    curve = logistic(signs, right.tolist(), share, PERSON, ridge=5e-3)
    chances, good = [], []
    for one in put:
        if one.field >= line:
            chance = _chances(one.signs, curve)
            order = np.argsort(-chance)[:SHOWN]
            chances += chance[order].tolist()
            good += one.right[order].tolist()
    order = np.argsort(-np.array(chances))
    precision = np.cumsum(np.array(good)[order]) / np.arange(1, len(order) + 1)
    last = int(np.flatnonzero(precision >= RIGHT_NAMED)[-1])
    # Whoever is nearest is shown as such: the line lies below every right one among the first.
    nearest = np.array(chances)[np.array(good)].min()
    return {
        "person": curve,
        "ours": round(line, 3),
        "nameable": round(float(chances[order[last]]), 3),
        "nearest": round(float(nearest) - 5e-4, 3),
    }


def report(what: str, put: Sequence[Put], entry: dict[str, Any]) -> None:
    """How often somebody right is shown, and how often anybody is where nobody should be."""
    for size in sorted({len(one.right) for one in put}):
        some = [one for one in put if len(one.right) == size]
        named = [_shown(one, entry, entry["nameable"]) for one in some]
        anyway = [
            each if len(each) else _shown(one, entry, entry["nearest"])
            for one, each in zip(some, named, strict=True)
        ]
        has = [bool(one.right.any()) for one in some]
        said = [f"{what}: {size} offers, {sum(has)} questions with somebody right"]
        for word, shown in (("named", named), ("or nearest", anyway)):
            hits = [
                one.right[each].any()
                for one, each, yes in zip(some, shown, has, strict=True)
                if yes
            ]
            said.append(f"{word} {np.mean(hits):.2f}")
        strangers = [
            bool(len(each)) for one, each in zip(some, anyway, strict=True) if not one.of_the_field
        ]
        told = [
            one.right[each]
            for one, each in zip(some, named, strict=True)
            if one.of_the_field and len(each)
        ]
        said.append(f"of those named right {np.concatenate(told).mean():.2f}" if told else "")
        said.append(f"everyday {np.mean(strangers):.2f} of {len(strangers)}")
        print("; ".join(said))


def first(encoder: Encoder, known: Reference, entry: dict[str, Any]) -> None:
    """The same for the first community, whose questions nothing was fitted on."""
    members, asked = first_community.rows("member"), first_community.questions()
    vectors = known.without_language(encoder.encode_queries([each["offers"] for each in members]))
    index = Index.build(
        [
            Document(each["number"], each["languages"][0], each["offers"], vectors[row][None])
            for row, each in enumerate(members)
        ],
        encoder.dimension,
    )
    shown: dict[str, list[bool]] = {"named": [], "or nearest": [], "off topic": []}
    ready = _queries(encoder, known, [(each.text, each.language) for each in asked])
    for each, query in zip(asked, ready, strict=True):
        signs = _signs(index, query, encoder.model_id)
        right = np.array([number in each.right for number in range(len(members))])
        signs[each.asker, [SIGNS.index(name) for name in PERSON]] = -99.0
        one = Put(signs, right, query.field, not each.off_topic, held=True)
        named = _shown(one, entry, entry["nameable"])
        anyway = named if len(named) else _shown(one, entry, entry["nearest"])
        if each.off_topic:
            shown["off topic"].append(bool(len(anyway)))
        elif each.right:
            shown["named"].append(bool(right[named].any()))
            shown["or nearest"].append(bool(right[anyway].any()))
    told = (f"{name} {sum(found)} of {len(found)}" for name, found in shown.items())
    print(f"first community, the right person: {', '.join(told)}")


def _shown(one: Put, entry: dict[str, Any], line: float) -> NDArray[np.int64]:
    """The rows of the offers whose members are shown, at most SHOWN."""
    if one.field < entry["ours"]:
        return np.zeros(0, dtype=np.int64)
    chances = _chances(one.signs, entry["person"])
    order = np.argsort(-chances)[:SHOWN]
    return np.asarray(order[chances[order] >= line])


def _chances(signs: NDArray[np.float64], curve: dict[str, float]) -> NDArray[np.float64]:
    odds = curve["bias"] + sum(curve[name] * signs[:, SIGNS.index(name)] for name in PERSON)
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -50, 50))))


def _signs(index: Index, query: Query, model: str) -> NDArray[np.float64]:
    found = find(index, compared(query), model=model)
    rows: list[Signs] = [found.signs(row) for row in range(len(index))]
    return np.array([astuple(each) for each in rows], dtype=np.float64)


def _queries(encoder: Encoder, known: Reference, asked: Sequence[tuple[str, str]]) -> list[Query]:
    vectors = encoder.encode_queries([text for text, _ in asked])
    return [
        known.query(text, detect(text, language), vector)
        for (text, language), vector in zip(asked, vectors, strict=True)
    ]


def _read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


if __name__ == "__main__":
    main()
