"""Versions of a published case: how it read before, who changed it, and why. All may read them."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlmodel import Session, col

from knowledge.cases.tables import CaseVersion
from knowledge.cases.views import CaseView
from knowledge.vocabulary import ChangeKind, EditorKind


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version; its words are empty when a steward took them out. `facts` as `facts_of`."""

    number: int
    title: str
    text: str
    facts: Mapping[str, Any]
    editor: EditorKind
    why: ChangeKind
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes a case, what they do, and what they say about it to everybody."""

    editor: EditorKind
    why: ChangeKind
    note: str = ""


def baseline(session: Session, case: CaseView) -> None:
    """Keep a case as it was published, before its first change; later calls do nothing."""
    if case.published_at is not None and not _newest(session, case.id):
        origin = Change(EditorKind.STEWARD, ChangeKind.PUBLISHED)
        _write(session, case, 1, origin, case.published_at)


def record(session: Session, case: CaseView, change: Change, at: datetime) -> None:
    """Keep a case as it reads now, if it was published before and reads differently."""
    last = _newest(session, case.id)
    if last is None:
        return
    if (last.title, last.text, last.facts) != (case.title, case.text, facts_of(case)):
        _write(session, case, last.number + 1, change, at)


def facts_of(case: CaseView) -> dict[str, Any]:
    """All that everybody sees of a case beside title and text, as plain JSON."""
    return {
        "source": asdict(case.source),
        "further": [asdict(source) for source in case.further],
        "language": case.language,
        "community": case.community and case.community.value,
        "place": case.place,
        "country": case.country,
        "organisation": case.organisation,
        "topics": list(case.topics),
        "circumstances": {
            name: value and value.value for name, value in asdict(case.circumstances).items()
        },
    }


def of_case(session: Session, case_id: int) -> list[VersionView]:
    """Every version of a case, the newest first; empty for a case that never changed."""
    rows = session.scalars(
        select(CaseVersion)
        .where(col(CaseVersion.case_id) == case_id)
        .order_by(col(CaseVersion.number).desc())
    )
    return [_view(row) for row in rows]


def get(session: Session, case_id: int, number: int) -> VersionView | None:
    """One version of a case."""
    found = (version for version in of_case(session, case_id) if version.number == number)
    return next(found, None)


def clear(session: Session, case_id: int, number: int) -> bool:
    """Take the words out of a former version; False for the newest one, which is the case."""
    last = _newest(session, case_id)
    if last is None or number >= last.number:
        return False
    one = (col(CaseVersion.case_id) == case_id, col(CaseVersion.number) == number)
    session.execute(update(CaseVersion).where(*one).values(title="", text="", facts={}, note=""))
    return True


def forget_names(session: Session, case_ids: Collection[int], names: Collection[str]) -> None:
    """Remove the former versions of these cases that name somebody; `names` are case-folded."""
    rows = session.scalars(select(CaseVersion).where(col(CaseVersion.case_id).in_(case_ids))).all()
    naming = [
        row.id
        for row in rows
        if any(
            name in f"{row.title}\n{row.text}\n{row.note}\n{row.facts}".casefold() for name in names
        )
    ]
    session.execute(delete(CaseVersion).where(col(CaseVersion.id).in_(naming)))


def retitle_source(session: Session, case_ids: Collection[int], former: str, now: str) -> None:
    """Cite a source by other words in every version that cites it by its former ones."""
    rows = session.scalars(select(CaseVersion).where(col(CaseVersion.case_id).in_(case_ids)))
    for row in rows:
        row.facts = _retitled(row.facts, former, now)
    session.flush()


def kept(session: Session, case_id: int) -> bool:
    """Whether a case has versions, so that a further change must be recorded."""
    query = select(col(CaseVersion.id)).where(col(CaseVersion.case_id) == case_id)
    return session.scalar(query.limit(1)) is not None


def count(session: Session, case_id: int) -> int:
    """How many versions of a case there are; the case itself is one."""
    query = select(func.max(col(CaseVersion.number))).where(col(CaseVersion.case_id) == case_id)
    return session.scalar(query) or 1


def _retitled(facts: dict[str, Any], former: str, now: str) -> dict[str, Any]:
    def changed(source: dict[str, Any]) -> dict[str, Any]:
        return {**source, "title": now} if source.get("title") == former else source

    if not facts:
        return facts
    further = [changed(each) for each in facts.get("further", ())]
    return {**facts, "source": changed(facts.get("source", {})), "further": further}


def _newest(session: Session, case_id: int) -> CaseVersion | None:
    return session.scalar(
        select(CaseVersion)
        .where(col(CaseVersion.case_id) == case_id)
        .order_by(col(CaseVersion.number).desc())
        .limit(1)
    )


def _write(session: Session, case: CaseView, number: int, change: Change, at: datetime) -> None:
    session.execute(
        insert(CaseVersion),
        [
            {
                "case_id": case.id,
                "number": number,
                "title": case.title,
                "text": case.text,
                "facts": facts_of(case),
                "editor": change.editor,
                "why": change.why,
                "note": change.note,
                "at": at,
            }
        ],
    )


def _view(row: CaseVersion) -> VersionView:
    return VersionView(
        row.number, row.title, row.text, row.facts, row.editor, row.why, row.note, row.at
    )
