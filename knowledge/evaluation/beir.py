"""Judge matching on a folder of questions with known answers, for each channel side by side."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.cases.cases import pieces
from knowledge.cases.views import CaseDraft, SourceView
from knowledge.encoders.encoder import Encoder
from knowledge.errors import KnowledgeError
from knowledge.evaluation.metrics import judge, mean
from knowledge.search import reference
from knowledge.search.documents import Document, Query
from knowledge.search.expert_ranking import CLOSEST, closest
from knowledge.search.search import Found, Index, find
from knowledge.text.languages import detect
from knowledge.text.vectors import Floats

CHANNELS = ("lexical", "dense", "fused")
Progress = Callable[[int, int], None]


class SetRefused(KnowledgeError):
    """A folder that is not an evaluation set."""


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """Questions, what could answer them, and which of it does.

    For cases each document is a candidate of its own; for people several pieces of evidence
    belong to one candidate, and a question may leave some pieces out.
    """

    name: str
    documents: Sequence[tuple[str, str, str]]
    """(id, title, text)"""
    candidate_of: Mapping[str, str]
    """Document id to candidate id, for people only."""
    questions: Sequence[tuple[str, str]]
    """(id, text)"""
    relevant: Mapping[str, Mapping[str, float]]
    excluded: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates of one question, best first, with their scores, for one channel."""

    question: str
    scores: Mapping[str, Mapping[str, float]]
    """Channel to candidate to score."""
    weight: float
    """Share that the words had in the fused score."""

    def best(self, channel: str) -> list[str]:
        """Candidate ids, best first; equal scores keep the order of the set."""
        scores = self.scores[channel]
        return sorted(scores, key=lambda candidate: -scores[candidate])


def load(folder: Path, queries: str = "queries.jsonl") -> EvaluationSet:
    """Read a set in our layout or in BEIR's own. Raises SetRefused naming what is missing."""
    if not folder.is_dir():
        raise SetRefused(f"{folder} is not a folder. Name one with corpus.jsonl in it.")
    relevant = _judgements(folder)
    excluded: dict[str, frozenset[str]] = {}
    questions = []
    for row in _rows(folder / queries):
        number = _id(row)
        if any(grade > 0 for grade in relevant.get(number, {}).values()):
            questions.append((number, str(row["text"])))
            excluded[number] = frozenset(row.get("exclude", ()))
    if not questions:
        raise SetRefused(f"{folder / queries} has no question that qrels.tsv judges.")
    documents: list[tuple[str, str, str]] = []
    candidate_of: dict[str, str] = {}
    if (folder / "experts.jsonl").exists():
        for row in _rows(folder / "experts.jsonl"):
            documents.extend((_id(piece), "", str(piece["text"])) for piece in row["evidence"])
            candidate_of.update((_id(piece), _id(row)) for piece in row["evidence"])
    else:
        documents.extend(
            (_id(row), str(row.get("title") or ""), str(row["text"]))
            for row in _rows(folder / "corpus.jsonl")
        )
    return EvaluationSet(folder.name, documents, candidate_of, questions, relevant, excluded)


def rankings(
    data: EvaluationSet, encoder: Encoder, progress: Progress | None = None
) -> Iterator[Ranking]:
    """Ask every question of a set; `progress` hears of the encoding, which takes longest."""
    index = _index(data, encoder, progress)
    known = reference.of(encoder)
    ready = Query if known is None else known.query
    texts = [text for _, text in data.questions]
    vectors = encoder.encode_queries(texts)
    for (number, text), vector in zip(data.questions, vectors, strict=True):
        found = find(index, ready(text, detect(text), vector), model=encoder.model_id)
        yield Ranking(number, _candidates(data, number, found), found.fused.weight)


def measures(data: EvaluationSet, asked: Sequence[Ranking]) -> dict[str, Any]:
    """`{"lexical": {"ndcg@10": ..}, "dense": {..}, "fused": {..}, "n": ..}`."""
    table: dict[str, Any] = {
        channel: mean(
            [judge(ranking.best(channel), data.relevant[ranking.question]) for ranking in asked]
        )
        for channel in CHANNELS
    }
    return {**table, "n": len(asked)}


def _candidates(data: EvaluationSet, question: str, found: Found) -> dict[str, dict[str, float]]:
    arrays: dict[str, Floats] = {
        "lexical": found.lexical,
        "dense": found.dense,
        "fused": found.fused.scores,
    }
    names = [document[0] for document in data.documents]
    if not data.candidate_of:
        return {
            channel: dict(zip(names, scores.tolist(), strict=True))
            for channel, scores in arrays.items()
        }
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        if name not in data.excluded.get(question, frozenset()):
            rows.setdefault(data.candidate_of[name], []).append(row)
    return {
        channel: {who: closest(_nearest(scores[own])) for who, own in rows.items()}
        for channel, scores in arrays.items()
    }


def _nearest(scores: Floats) -> list[float]:
    """The CLOSEST best of one candidate's scores, the best first."""
    return [float(each) for each in np.sort(scores)[::-1][:CLOSEST]]


def _index(data: EvaluationSet, encoder: Encoder, progress: Progress | None) -> Index:
    drafts = [
        CaseDraft(name, title, text, SourceView(""), language=detect(f"{title} {text}"))
        for name, title, text in data.documents
    ]
    texts = [[piece.text for piece in pieces(draft)] or [" "] for draft in drafts]
    flat = [text for group in texts for text in group]
    matrix = encoder.encode_documents(flat, progress)
    ends = np.cumsum([len(group) for group in texts])
    blocks = np.split(matrix, ends[:-1])
    return Index.build(
        [
            Document(number, draft.language, f"{draft.title}\n{draft.text}".strip(), block)
            for number, (draft, block) in enumerate(zip(drafts, blocks, strict=True))
        ],
        encoder.dimension,
    )


def _judgements(folder: Path) -> dict[str, dict[str, float]]:
    file = next(
        (path for path in (folder / "qrels.tsv", folder / "qrels" / "test.tsv") if path.exists()),
        None,
    )
    if file is None:
        raise SetRefused(f"{folder} has no qrels.tsv (query-id, corpus-id, score, with a header).")
    relevant: dict[str, dict[str, float]] = {}
    for line, text in enumerate(file.read_text(encoding="utf-8").splitlines()[1:], 2):
        try:
            question, candidate, grade = text.split("\t")
            relevant.setdefault(question, {})[candidate] = float(grade)
        except ValueError:
            raise SetRefused(
                f"{file}, line {line}: expected query-id, corpus-id and score between tabs."
            ) from None
    return relevant


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    if not file.exists():
        raise SetRefused(f"{file} is missing.")
    with file.open(encoding="utf-8") as lines:
        for line, text in enumerate(lines, 1):
            try:
                row = json.loads(text)
                _id(row)
            except (ValueError, KeyError, TypeError):
                raise SetRefused(
                    f"{file}, line {line}: expected a JSON object with an id."
                ) from None
            yield row


def _id(row: Mapping[str, Any]) -> str:
    return str(row["_id"] if "_id" in row else row["id"])
