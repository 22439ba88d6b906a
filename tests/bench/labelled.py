"""The labelled questions, and the sample library that they are put to."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.cli.sample import CASES
from knowledge.cases.cases import pieces
from knowledge.cases.views import CaseDraft, SourceView
from knowledge.encoders.encoder import Encoder
from knowledge.evaluation.beir import load
from knowledge.readers.ingest import read_cases
from knowledge.search.documents import Document, Query
from knowledge.search.reference import Reference
from knowledge.text.acronyms import with_long_forms
from knowledge.text.languages import detect

DATA = Path(__file__).parents[1] / "data"
FILES = ("questions.jsonl", "practice.jsonl")


@dataclass(frozen=True)
class Asked:
    """A question, what it is (`on`, `near` or `off`), and the keys of the cases that answer it."""

    id: str
    language: str
    label: str
    text: str
    answers: frozenset[str]
    split: str
    """`held` for those that figures are reported on, `fit` for the others."""


def library() -> list[CaseDraft]:
    """The cases of the sample, in the order of its file."""
    return [draft for draft in read_cases(CASES) if isinstance(draft, CaseDraft)]


def questions(drafts: Sequence[CaseDraft]) -> list[Asked]:
    """Every labelled question; its answers are keys of `drafts`, none where they hold none."""
    told = defaultdict(set)
    for draft in drafts:
        told[draft.source.url].add(draft.key)
        told[draft.key].add(draft.key)
    return [_asked(file, row, told) for file in FILES for row in read(file)]


def _asked(file: str, row: Mapping[str, Any], told: Mapping[str, set[str]]) -> Asked:
    answers = [told.get(each, set()) for each in row["answers"]]
    return Asked(
        f"{file}:{row['id']}",
        row["language"],
        row["label"],
        row["text"],
        frozenset().union(*answers),
        row["split"],
    )


def read(name: str) -> list[dict[str, Any]]:
    """The rows of a file of tests/data."""
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


def queries(asked: Sequence[Asked], known: Reference, encoder: Encoder) -> list[Query]:
    """The questions, ready to be looked up."""
    vectors = encoder.encode_queries([with_long_forms(each.text) for each in asked])
    return [
        known.query(each.text, detect(each.text, each.language), vector)
        for each, vector in zip(asked, vectors, strict=True)
    ]


def documents(drafts: Sequence[CaseDraft], encoder: Encoder) -> list[Document]:
    """Cases as the index holds them, numbered in their order."""
    groups = [[piece.text for piece in pieces(draft)] or [" "] for draft in drafts]
    matrix = encoder.encode_documents([text for group in groups for text in group])
    blocks = np.split(matrix, np.cumsum([len(group) for group in groups])[:-1])
    return [
        Document(number, draft.language, f"{draft.title}\n{draft.text}", block)
        for number, (draft, block) in enumerate(zip(drafts, blocks, strict=True))
    ]


def unread(folder: Path) -> list[CaseDraft]:
    """The English texts of an evaluation set as cases: nobody read them for the questions."""
    return [
        CaseDraft(number, title, text, SourceView(""), language="en")
        for number, title, text in load(folder).documents
    ]
