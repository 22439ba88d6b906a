"""The sample community: real, sourced cases and clearly invented people."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlmodel import Session, col

import knowledge
from knowledge.cases import cases
from knowledge.cases.cases import Outcome
from knowledge.cases.views import CaseDraft
from knowledge.errors import KnowledgeError
from knowledge.members import members
from knowledge.members.tables import Member
from knowledge.members.views import MemberDraft
from knowledge.readers.ingest import read_cases, read_members
from knowledge.vocabulary import MemberStatus

FOLDER = Path(knowledge.__file__).parent / "sample"
CASES = FOLDER / "cases.jsonl"
MEMBERS = FOLDER / "members.jsonl"


class SampleRefused(KnowledgeError):
    """Invented people do not come in beside real ones."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was new."""

    cases: int
    members: int


def load_sample(session: Session, *, cases_only: bool = False) -> Loaded:
    """Write the sample; what is already there stays as it is.

    Raises SampleRefused rather than mixing invented people with real ones.
    """
    new_cases = new_members = 0
    if not cases_only:
        real = session.scalar(
            select(func.count()).select_from(Member).where(col(Member.invented).is_(False))
        )
        if real:
            raise SampleRefused(
                "There are real members in this database, and invented people are kept apart from "
                "them. Load the cases alone with crosswalk sample --cases-only."
            )
        for person in read_members(MEMBERS):
            if isinstance(person, MemberDraft) and members.by_key(session, person.key) is None:
                members.create(session, person, MemberStatus.ACTIVE, invented=True)
                new_members += 1
    for draft in read_cases(CASES):
        if isinstance(draft, CaseDraft):
            added = cases.add(session, draft, publish=True, sample=True)
            new_cases += added.outcome is not Outcome.SAME
    return Loaded(new_cases, new_members)
