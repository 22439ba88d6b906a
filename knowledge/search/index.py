"""The library in memory: published cases and experts' evidence, kept in step with the store."""

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from threading import Lock
from typing import Any

import numpy as np
from sqlalchemy import Select, Subquery, func, select
from sqlmodel import Session, col

from knowledge.cases import cases
from knowledge.cases.cases import year
from knowledge.cases.tables import CaseSnippet, CaseSource
from knowledge.database.store import Store
from knowledge.encoders.encoder_thread import EncoderThread
from knowledge.members import accounts, members
from knowledge.members.tables import Member
from knowledge.members.views import MemberView
from knowledge.search.documents import Document, Facets, Query
from knowledge.search.reference import Reference
from knowledge.search.search import Index
from knowledge.text import passages
from knowledge.text.acronyms import with_long_forms
from knowledge.text.tables import Passage, Vector
from knowledge.text.vectors import Floats
from knowledge.vocabulary import CaseState, MemberStatus, PassageKind, Purpose

Progress = Callable[[int, int], None]
REMEMBERED = 10_000
"""Sentences whose vectors stay in memory."""
SLICE = 256
"""Texts encoded between two units of work: what an interrupted import has to do again."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason to believe that a member knows something."""

    member_id: int
    kind: PassageKind
    text: str
    """The offer, the profile line, or the title of a case that they wrote."""


@dataclass(frozen=True)
class Snapshot:
    """What can be found at one moment; a search works on one snapshot from start to end."""

    seq: int
    cases: Index
    evidence: Index
    evidence_of: Mapping[int, Evidence] = field(default_factory=dict)
    """By the evidence's number in the index `evidence`."""
    members: Mapping[int, MemberView] = field(default_factory=dict)
    """Every active member: experts are found among them, descriptions are widened over them."""

    @property
    def experts(self) -> int:
        """How many members can be found by a question."""
        return len({piece.member_id for piece in self.evidence_of.values()})


class Library:
    """Answers from memory, and reloads only what changed in the store since it last looked."""

    def __init__(
        self, store: Store, encoder: EncoderThread, reference: Reference | None = None
    ) -> None:
        """`reference`: what the encoder makes of languages; None compares vectors as they are."""
        self._reference = reference
        self._store = store
        self._encoder = encoder
        self._model_id = encoder.encoder.model_id
        self._dimension = encoder.encoder.dimension
        self._refreshing = Lock()
        self._next_evidence = 0
        self._meanings: dict[str, Floats] = {}
        empty = Index.build([], self._dimension)
        self.snapshot = Snapshot(-1, empty, empty)

    @property
    def model_id(self) -> str:
        return self._model_id

    @property
    def model_name(self) -> str:
        return self._encoder.encoder.name

    def encode_question(self, text: str) -> Future[Floats]:
        """A question's unit vector (d,), soon; its acronyms are spelled out for the model."""
        return self._encoder.query(with_long_forms(text))

    def query(self, text: str, language: str, vector: Floats) -> Query:
        """A question with its vector (d,), ready to be looked up."""
        if self._reference is None:
            return Query(text, language, vector)
        return self._reference.query(text, language, vector)

    def meanings(self, sentences: Sequence[str]) -> Floats:
        """Unit vectors (n, d) of some sentences; those of recent answers are remembered."""
        fresh = [text for text in dict.fromkeys(sentences) if text not in self._meanings]
        if fresh:
            if len(self._meanings) > REMEMBERED:
                self._meanings.clear()
            matrix = self._encoder.documents(fresh).result()
            self._meanings.update(zip(fresh, matrix, strict=True))
        return np.stack([self._meanings[text] for text in sentences])

    def refresh(self, progress: Progress | None = None) -> None:
        """Encode what has no vector yet, then take in what changed. Runs one at a time.

        `progress` hears (texts done, texts in all). An interrupted run keeps what it encoded.
        """
        with self._refreshing:
            seq = self._store.read(passages.last_change)
            if seq == self.snapshot.seq:
                return
            self.encode_missing(progress)
            if self._store.read(passages.active_model) != self._model_id:
                self._store.write(lambda session: passages.switch_model(session, self._model_id))
            if self.snapshot.seq < 0:
                self.snapshot = self._store.read(lambda session: self._load(session, seq))
            else:
                self.snapshot = self._store.read(lambda session: self._catch_up(session, seq))

    def encode_missing(self, progress: Progress | None = None) -> None:
        """Encode every text that has no vector of this model yet, SLICE by SLICE."""
        todo = self._store.read(lambda session: passages.missing(session, self._model_id))
        todo.sort(key=lambda entry: (entry[2], len(entry[1])))
        start = 0
        while start < len(todo):
            short = todo[start][2]
            part = [entry for entry in todo[start : start + SLICE] if entry[2] is short]
            hashes = [digest for digest, _, _ in part]

            def done(count: int, _all: int, start: int = start) -> None:
                if progress is not None:
                    progress(start + count, len(todo))

            encode = self._encoder.short_texts if short else self._encoder.documents
            matrix = encode([text for _, text, _ in part], done).result()
            self._store.write(
                lambda session, hashes=hashes, matrix=matrix: passages.put_vectors(  # type: ignore[misc]
                    session, self._model_id, hashes, matrix
                )
            )
            start += len(part)

    def _load(self, session: Session, seq: int) -> Snapshot:
        case_documents = self._case_documents(session, None)
        evidence_documents, evidence_of, active = self._evidence(session, None)
        return Snapshot(
            seq,
            Index.build(case_documents, self._dimension),
            Index.build(evidence_documents, self._dimension),
            evidence_of,
            active,
        )

    def _catch_up(self, session: Session, seq: int) -> Snapshot:
        old = self.snapshot
        case_ids, member_ids = passages.changes_since(session, old.seq)
        if member_ids:
            member_ids |= _of_one_profile(session, member_ids)
        if case_ids:
            case_ids |= _namesakes(session, case_ids)
            member_ids |= set(
                session.scalars(
                    select(col(CaseSnippet.author_id)).where(
                        col(CaseSnippet.id).in_(case_ids), col(CaseSnippet.author_id).is_not(None)
                    )
                )
            )
        stale = {
            number for number, piece in old.evidence_of.items() if piece.member_id in member_ids
        }
        documents, evidence_of, active = self._evidence(session, member_ids)
        kept = {number: piece for number, piece in old.evidence_of.items() if number not in stale}
        others = {number: who for number, who in old.members.items() if number not in member_ids}
        return Snapshot(
            seq,
            old.cases.with_changes(
                case_ids, self._case_documents(session, case_ids), self._dimension
            )
            if case_ids
            else old.cases,
            old.evidence.with_changes(stale, documents, self._dimension)
            if stale or documents
            else old.evidence,
            {**kept, **evidence_of},
            {**others, **active},
        )

    def _case_documents(self, session: Session, case_ids: Collection[int] | None) -> list[Document]:
        """Published cases as documents, all of them or those asked for."""
        query = (
            select(
                col(CaseSnippet.id),
                col(CaseSnippet.title),
                col(CaseSnippet.text),
                col(CaseSnippet.language),
                col(CaseSnippet.topics),
                col(CaseSnippet.community),
                col(CaseSnippet.level),
                col(CaseSnippet.country),
                col(CaseSource.published),
            )
            .join(CaseSource, col(CaseSource.id) == col(CaseSnippet.source_id))
            .where(col(CaseSnippet.state) == CaseState.PUBLISHED)
            .order_by(col(CaseSnippet.id))
        )
        rows = _in_parts(session, query, col(CaseSnippet.id), case_ids)
        blocks = self._vectors(session, col(Passage.case_id), case_ids)
        for number in _sharing_a_title(session) if blocks else ():
            if len(blocks.get(number, ())) > 1:
                blocks[number] = blocks[number][1:]
        return [
            Document(
                id=number,
                language=language,
                text=f"{title}\n{text}",
                vectors=blocks[number],
                facets=Facets(
                    frozenset(topics), community, level, country, language, year(published)
                ),
            )
            for number, title, text, language, topics, community, level, country, published in rows
            if number in blocks
        ]

    def _vectors(
        self, session: Session, owner: Any, owner_ids: Collection[int] | None
    ) -> dict[int, Floats]:
        """One (k, d) block per owner, title first."""
        query = (
            select(owner, col(Vector.data))
            .join(Vector, col(Vector.text_hash) == col(Passage.text_hash))
            .where(col(Vector.model_id) == self._model_id, owner.is_not(None))
            .order_by(owner, col(Passage.kind).desc(), col(Passage.ordinal))
        )
        rows = _in_parts(session, query, owner, owner_ids)
        return {
            number: np.frombuffer(b"".join(data for _, data in group), dtype="<f4").reshape(
                -1, self._dimension
            )
            for number, group in groupby(rows, key=itemgetter(0))
        }

    def _evidence(
        self, session: Session, member_ids: Collection[int] | None
    ) -> tuple[list[Document], dict[int, Evidence], dict[int, MemberView]]:
        """What speaks for the members who agreed to be shown and asked as experts."""
        if member_ids is None:
            member_ids = list(
                session.scalars(
                    select(col(Member.id)).where(col(Member.status) == MemberStatus.ACTIVE)
                )
            )
        active = {
            member.id: member
            for member in members.get_many(session, list(member_ids))
            if member.status is MemberStatus.ACTIVE
        }
        # Whoever has left every workspace cannot be asked.
        away = accounts.departed(session, active)
        experts = [
            number
            for number, who in active.items()
            if who.agreed(Purpose.BE_EXPERT) and who.agreed(Purpose.BE_ASKED) and number not in away
        ]
        documents: list[Document] = []
        evidence_of: dict[int, Evidence] = {}

        def add(piece: Evidence, language: str, text: str, block: Floats) -> None:
            number = self._next_evidence
            self._next_evidence += 1
            evidence_of[number] = piece
            if self._reference is not None:
                block = self._reference.without_language(block)
            documents.append(Document(number, language, text, block))

        query = (
            select(
                col(Passage.member_id),
                col(Passage.kind),
                col(Passage.text),
                col(Passage.language),
                col(Vector.data),
            )
            .join(Vector, col(Vector.text_hash) == col(Passage.text_hash))
            .where(
                col(Vector.model_id) == self._model_id,
                col(Passage.kind) != PassageKind.NEED,
                col(Passage.text_hash).not_in(_same_profiles()),
            )
            .order_by(col(Passage.member_id), col(Passage.id))
        )
        for member_id, kind, text, language, data in _in_parts(
            session, query, col(Passage.member_id), experts
        ):
            block = np.frombuffer(data, dtype="<f4")[None]
            add(Evidence(member_id, kind, text), language, text, block)
        authored = cases.authored(session, experts)
        numbers = [number for written in authored.values() for number, _ in written]
        written_by = {number: who for who, written in authored.items() for number, _ in written}
        titles = {number: title for written in authored.values() for number, title in written}
        for document in self._case_documents(session, numbers):
            piece = Evidence(written_by[document.id], PassageKind.TITLE, titles[document.id])
            add(piece, document.language, document.text, document.vectors)
        return documents, evidence_of, active


def _same_profiles() -> Select[str]:
    """Hashes of what several members say of their work in the very same words.

    Such as a role alone: it tells nobody apart, and speaks to whatever is asked.
    """
    return (
        select(col(Passage.text_hash))
        .where(col(Passage.kind) == PassageKind.PROFILE)
        .group_by(col(Passage.text_hash))
        .having(func.count() > 1)
    )


def _of_one_profile(session: Session, member_ids: Collection[int]) -> set[int]:
    """Members who say of their work what one of `member_ids` says, in the very same words."""
    own = select(col(Passage.text_hash)).where(
        col(Passage.kind) == PassageKind.PROFILE, col(Passage.member_id).in_(member_ids)
    )
    query = select(col(Passage.member_id)).where(
        col(Passage.kind) == PassageKind.PROFILE, col(Passage.text_hash).in_(own)
    )
    return {number for number in session.scalars(query) if number is not None}


def _sharing_a_title(session: Session) -> set[int]:
    """Published cases whose very title another one has too.

    Such a title tells nothing of its own, as where a long text was cut into parts: as a vector it
    would come before all of them.
    """
    titles = _titles()
    shared = select(titles.c.text_hash).group_by(titles.c.text_hash).having(func.count() > 1)
    query = select(titles.c.case_id).where(titles.c.text_hash.in_(shared))
    return set(session.scalars(query))


def _namesakes(session: Session, case_ids: Collection[int]) -> set[int]:
    """Published cases whose title one of `case_ids` has, or had beside another until now."""
    titles = _titles()
    own = select(col(Passage.text_hash)).where(
        col(Passage.kind) == PassageKind.TITLE, col(Passage.case_id).in_(case_ids)
    )
    return set(session.scalars(select(titles.c.case_id).where(titles.c.text_hash.in_(own))))


def _titles() -> Subquery:
    return (
        select(col(Passage.case_id), col(Passage.text_hash))
        .join(CaseSnippet, col(CaseSnippet.id) == col(Passage.case_id))
        .where(
            col(Passage.kind) == PassageKind.TITLE,
            col(CaseSnippet.state) == CaseState.PUBLISHED,
        )
        .subquery()
    )


def _in_parts(
    session: Session, query: Select[*tuple[Any, ...]], column: Any, wanted: Collection[int] | None
) -> Sequence[Any]:
    """All rows of `query`, or those whose `column` is among `wanted`, in bounded statements."""
    if wanted is None:
        return session.execute(query).all()
    numbers = sorted(wanted)
    rows: list[Any] = []
    for start in range(0, len(numbers), 500):
        rows += session.execute(query.where(column.in_(numbers[start : start + 500]))).all()
    return rows
