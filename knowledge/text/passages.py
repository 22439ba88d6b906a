"""Searchable pieces of text, their vectors, and the log of what changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlmodel import Session, col

from knowledge.text.tables import LibraryChange, Meta, Passage, Vector
from knowledge.text.vectors import Floats
from knowledge.vocabulary import PassageKind

ACTIVE_MODEL = "active_model"
SHORT = frozenset({PassageKind.OFFER, PassageKind.NEED, PassageKind.PROFILE, PassageKind.ANSWERED})
"""What is known of members in a few words. It is encoded as questions are: two short texts
are compared, and a passage of prose would be the wrong measure (docs/matching.md has figures)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A text that can be found, before it has a row."""

    kind: PassageKind
    text: str
    language: str
    ordinal: int = 0

    @property
    def text_hash(self) -> str:
        return text_hash(self.text, short=self.kind in SHORT)


def text_hash(text: str, *, short: bool = False) -> str:
    """A digest that stands for `text` beside its vector; equal texts share one vector.

    `short`: as one of SHORT, which has another vector than the same words in a case.
    """
    words = text.encode("utf-8", "surrogatepass")
    return blake2b(words, digest_size=16, person=b"short" if short else b"").hexdigest()


def replace(
    session: Session,
    pieces: Sequence[Piece],
    *,
    case_id: int | None = None,
    member_id: int | None = None,
) -> None:
    """Let `pieces` be all that one case or one member tells of itself, and log the change.

    The questions that a member answered stay.
    """
    owner = {"case_id": case_id, "member_id": member_id}
    _drop(session, _owned(**owner), col(Passage.question_id).is_(None))
    rows = [
        {
            "kind": piece.kind,
            "text": piece.text,
            "language": piece.language,
            "ordinal": piece.ordinal,
            "text_hash": piece.text_hash,
            **owner,
        }
        for piece in pieces
    ]
    if rows:
        session.execute(insert(Passage), rows)
    changed(session, **owner)


def forget(session: Session, *, case_id: int | None = None, member_id: int | None = None) -> None:
    """Remove one owner's pieces, and the vectors that nobody else's text shares."""
    _drop(session, _owned(case_id, member_id))


def answered(session: Session, member_id: int, question_id: int, text: str, language: str) -> None:
    """A member's answer solved a question that all may read: it can be found by its words."""
    forget_answered(session, [question_id])
    piece = Piece(PassageKind.ANSWERED, text, language)
    row = {"kind": piece.kind, "text": text, "language": language, "text_hash": piece.text_hash}
    session.execute(insert(Passage), [{**row, "member_id": member_id, "question_id": question_id}])
    changed(session, member_id=member_id)


def forget_answered(session: Session, question_ids: Collection[int]) -> None:
    """Nobody is found any more by these questions, which are taken back or erased."""
    which = col(Passage.question_id).in_(list(question_ids))
    owners = set(session.scalars(select(col(Passage.member_id)).where(which)))
    if owners:
        _drop(session, which)
    for owner in sorted(owner for owner in owners if owner is not None):
        changed(session, member_id=owner)


def move_answered(session: Session, stays: int, goes: int) -> None:
    """Two members are one."""
    session.execute(
        update(Passage)
        .where(col(Passage.member_id) == goes, col(Passage.question_id).is_not(None))
        .values(member_id=stays)
    )


def _owned(case_id: int | None, member_id: int | None) -> ColumnElement[bool]:
    if case_id is not None:
        return col(Passage.case_id) == case_id
    return col(Passage.member_id) == member_id


def _drop(session: Session, *which: ColumnElement[bool]) -> None:
    """Remove pieces, and the vectors that nobody else's text shares."""
    hashes = list(session.scalars(select(col(Passage.text_hash)).where(*which)))
    session.execute(delete(Passage).where(*which))
    for start in range(0, len(hashes), 500):
        some = hashes[start : start + 500]
        session.execute(
            delete(Vector).where(
                col(Vector.text_hash).in_(some),
                ~select(col(Passage.id))
                .where(col(Passage.text_hash) == col(Vector.text_hash))
                .exists(),
            )
        )


def changed(session: Session, *, case_id: int | None = None, member_id: int | None = None) -> None:
    """Tell every process that a case or a member is not what it was."""
    session.execute(insert(LibraryChange), [{"case_id": case_id, "member_id": member_id}])


def last_change(session: Session) -> int:
    """The number of the newest change; 0 before the first."""
    return session.scalar(select(func.max(col(LibraryChange.seq)))) or 0


def changes_since(session: Session, seq: int) -> tuple[set[int], set[int]]:
    """Numbers of the cases and of the members that changed after `seq`."""
    rows = session.execute(
        select(col(LibraryChange.case_id), col(LibraryChange.member_id)).where(
            col(LibraryChange.seq) > seq
        )
    ).all()
    cases = {case for case, _ in rows if case is not None}
    members = {member for _, member in rows if member is not None}
    return cases, members


def put_vectors(session: Session, model_id: str, hashes: Sequence[str], matrix: Floats) -> None:
    """Keep row i of `matrix` (n, d) as the vector of the text behind `hashes[i]`.

    A text that nobody has any more, erased while it was encoded, is left out with its vector.
    """
    wanted = _in_use(session, hashes) - vectors(session, model_id, hashes).keys()
    rows = {
        text: {
            "model_id": model_id,
            "text_hash": text,
            "dimension": matrix.shape[1],
            "data": np.ascontiguousarray(row, dtype="<f4").tobytes(),
        }
        for text, row in zip(hashes, matrix, strict=True)
        if text in wanted
    }
    if rows:
        session.execute(insert(Vector), list(rows.values()))


def vectors(session: Session, model_id: str, hashes: Iterable[str]) -> Mapping[str, Floats]:
    """The stored vectors of one model for these texts; missing ones are left out."""
    wanted = list(dict.fromkeys(hashes))
    found: dict[str, Floats] = {}
    for start in range(0, len(wanted), 500):
        for text, data in session.execute(
            select(col(Vector.text_hash), col(Vector.data)).where(
                col(Vector.model_id) == model_id,
                col(Vector.text_hash).in_(wanted[start : start + 500]),
            )
        ):
            found[text] = np.frombuffer(data, dtype="<f4")
    return found


def _in_use(session: Session, hashes: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(hashes), 500):
        some = hashes[start : start + 500]
        found.update(
            session.scalars(select(col(Passage.text_hash)).where(col(Passage.text_hash).in_(some)))
        )
    return found


def missing(session: Session, model_id: str) -> list[tuple[str, str, bool]]:
    """(hash, text, whether it is a short one) of every text that this model has not encoded yet."""
    encoded = (
        select(col(Vector.text_hash))
        .where(col(Vector.text_hash) == col(Passage.text_hash), col(Vector.model_id) == model_id)
        .exists()
    )
    rows = session.execute(
        select(col(Passage.text_hash), func.min(col(Passage.text)), func.min(col(Passage.kind)))
        .where(~encoded)
        .group_by(col(Passage.text_hash))
    )
    return [(digest, text, PassageKind(kind) in SHORT) for digest, text, kind in rows]


def active_model(session: Session) -> str | None:
    """The model whose vectors answer questions, or None in a new database."""
    return session.scalar(select(col(Meta.value)).where(col(Meta.name) == ACTIVE_MODEL))


def switch_model(session: Session, model_id: str) -> None:
    """Let `model_id` answer from now on, and drop the vectors of all others."""
    session.merge(Meta(name=ACTIVE_MODEL, value=model_id))
    session.execute(delete(Vector).where(col(Vector.model_id) != model_id))
