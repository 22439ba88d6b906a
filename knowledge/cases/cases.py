"""Case snippets: how they come in, are reviewed, published and retired."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from itertools import islice

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from knowledge.cases import review_cycle, versions
from knowledge.cases.tables import CaseSnippet, CaseSource, FurtherSource
from knowledge.cases.versions import Change
from knowledge.cases.views import CaseDraft, CaseView, SourceView
from knowledge.database.circumstances import CircumstancesView
from knowledge.database.columns import utc_now
from knowledge.text import passages
from knowledge.text.passages import Piece
from knowledge.text.sentences import chunks
from knowledge.vocabulary import (
    CaseState,
    ChangeKind,
    EditorKind,
    PassageKind,
    ReviewStage,
    WhoseWords,
)

BY_IMPORT = Change(EditorKind.IMPORT, ChangeKind.EDITED)
BY_STEWARD = Change(EditorKind.STEWARD, ChangeKind.EDITED)


class Outcome(StrEnum):
    """What came of a draft that was brought in."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Added:
    """A case that was brought in and what came of it."""

    id: int
    outcome: Outcome


def pieces(draft: CaseDraft) -> list[Piece]:
    """The texts by which a case is found: its title alone, and its passages.

    A long text is cut, and each part but the first repeats the title, since it would
    otherwise not say what it is about.
    """
    parts = chunks(draft.title, draft.text, language=draft.language)
    found = [Piece(PassageKind.TITLE, draft.title, draft.language)] if draft.title else []
    for number, part in enumerate(parts):
        headed = f"{draft.title}\n{part}" if number and draft.title else part
        found.append(Piece(PassageKind.BODY, headed, draft.language, number))
    return found


def content_hash(draft: CaseDraft) -> str:
    """A digest of all that a reader sees of a case."""
    return blake2b(repr(replace(draft, key="")).encode(), digest_size=16).hexdigest()


def add(
    session: Session,
    draft: CaseDraft,
    *,
    publish: bool = False,
    author_id: int | None = None,
    whose_words: WhoseWords | None = None,
    sample: bool = False,
) -> Added:
    """Bring a case in as a draft (or published); the same draft twice changes nothing.

    A case that comes in again with other words is changed where it stands. It goes back
    to review unless `publish` says that a steward vouches for it.
    """
    digest = content_hash(draft)
    row = session.scalar(select(CaseSnippet).where(col(CaseSnippet.key) == draft.key))
    if row is not None and row.content_hash == digest:
        if publish and row.state is CaseState.DRAFT:
            return _publish(session, row, Outcome.CHANGED)
        return Added(_id(row), Outcome.SAME)
    outcome = Outcome.ADDED if row is None else Outcome.CHANGED
    if row is None:
        row = CaseSnippet(
            key=draft.key, title="", text="", content_hash="", source_id=0, sample=sample
        )
        row.author_id, row.whose_words = author_id, whose_words
    _write(session, row, draft, digest)
    if publish:
        return _publish(session, row, outcome)
    row.state, row.merged_into = CaseState.DRAFT, None
    return Added(_id(row), outcome)


def edit(
    session: Session,
    case_id: int,
    draft: CaseDraft,
    change: Change = BY_STEWARD,
    at: datetime | None = None,
) -> None:
    """Give a case other words and keep its state, author and dates."""
    row = _row(session, case_id)
    _write(session, row, replace(draft, key=row.key), content_hash(draft))
    if row.state is CaseState.PUBLISHED:
        versions.record(session, _read(session, case_id), change, at or utc_now())


def set_state(
    session: Session,
    case_id: int,
    state: CaseState,
    reason: str = "",
    *,
    change: Change = BY_STEWARD,
    at: datetime | None = None,
) -> None:
    """Publish, reject or retire a case; what is not published answers nothing any more."""
    at = at or utc_now()
    row = _row(session, case_id)
    row.state, row.reason, row.updated_at = state, reason, at
    if state is CaseState.PUBLISHED:
        row.published_at = row.published_at or at
        row.reviewed_at, row.merged_into = at, None
        if versions.kept(session, case_id):
            versions.record(session, _read(session, case_id), change, at)
        review_cycle.begin(session, case_id, at)
    passages.changed(session, case_id=case_id)


def retitle_source(session: Session, case_id: int, former: str, now: str) -> None:
    """Cite a source by other words, in former versions and in a case that took this one in, too."""
    row = _row(session, case_id)
    numbers = [case_id, *([row.merged_into] if row.merged_into is not None else [])]
    sources = select(col(CaseSnippet.source_id)).where(col(CaseSnippet.id).in_(numbers))
    for statement in (
        update(CaseSource)
        .where(col(CaseSource.id).in_(sources), col(CaseSource.title) == former)
        .values(title=now),
        update(FurtherSource)
        .where(col(FurtherSource.case_id).in_(numbers), col(FurtherSource.title) == former)
        .values(title=now),
    ):
        session.execute(statement)
    session.expire_all()
    versions.retitle_source(session, numbers, former, now)
    for number in numbers:
        passages.changed(session, case_id=number)


def confirm(session: Session, case_id: int, at: datetime) -> None:
    """Somebody who may say so says that a published case still holds."""
    _row(session, case_id).reviewed_at = at
    review_cycle.begin(session, case_id, at)


def merge(session: Session, draft_id: int, into_id: int, *, keep_draft: bool, at: datetime) -> None:
    """Let two cases that say the same be one: the draft is retired and points to the other.

    The words come with their source, and with their author where the other case has none; the
    other source becomes a further one. Topics of both stay.
    """
    draft, into = _read(session, draft_id), _read(session, into_id)
    kept, other = (draft, into) if keep_draft else (into, draft)
    if into.published_at is not None:
        versions.baseline(session, into)
    known = {(source.title, source.url) for source in (kept.source, *into.further)}
    for source in (other.source, *draft.further):
        if (source.title, source.url) not in known and (source.title or source.url):
            known.add((source.title, source.url))
            session.add(
                FurtherSource(
                    case_id=into_id,
                    title=source.title,
                    url=source.url,
                    licence=source.licence,
                    published=source.published,
                    language=source.language,
                )
            )
    topics = tuple(dict.fromkeys((*kept.topics, *other.topics)))
    joined = replace(draft_of(kept), topics=topics)
    edit(session, into_id, joined, Change(EditorKind.STEWARD, ChangeKind.MERGED), at)
    if keep_draft:
        row = _row(session, into_id)
        row.whose_words = draft.whose_words
        if into.author_id is None:
            row.author_id = draft.author_id
    set_state(session, draft_id, CaseState.RETIRED, at=at)
    _row(session, draft_id).merged_into = into_id
    if into.state is CaseState.PUBLISHED:
        confirm(session, into_id, at)


def get(session: Session, case_id: int) -> CaseView | None:
    """One case, whatever its state."""
    found = get_many(session, [case_id])
    return found[0] if found else None


def forget_sources(session: Session) -> None:
    """Drop the sources that no case is quoted from any more: their titles are words, too."""
    quoted = select(col(CaseSnippet.source_id))
    session.execute(delete(CaseSource).where(col(CaseSource.id).not_in(quoted)))


def get_many(session: Session, case_ids: Sequence[int]) -> list[CaseView]:
    """Cases in the order asked for; unknown numbers are left out."""
    rows = session.execute(
        select(CaseSnippet, CaseSource)
        .join(CaseSource, col(CaseSource.id) == col(CaseSnippet.source_id))
        .where(col(CaseSnippet.id).in_(case_ids))
    ).all()
    by_id = {case.id: view(case, source) for case, source in rows}
    found = [by_id[number] for number in case_ids if number in by_id]
    return _with_upkeep(session, found)


def listed(
    session: Session, state: CaseState, *, limit: int | None = None, offset: int = 0
) -> list[CaseView]:
    """Cases of one state, the newest first."""
    rows = session.execute(
        select(CaseSnippet, CaseSource)
        .join(CaseSource, col(CaseSource.id) == col(CaseSnippet.source_id))
        .where(col(CaseSnippet.state) == state)
        .order_by(col(CaseSnippet.added_at).desc(), col(CaseSnippet.id).desc())
        .limit(limit)
        .offset(offset)
    ).all()
    return _with_upkeep(session, [view(case, source) for case, source in rows])


def titles(session: Session, wanted: str, limit: int) -> list[tuple[int, str]]:
    """Published cases, the newest first, whose title holds `wanted` or whose number begins so.

    Compared without regard to capitals, accents as they are written; empty: any case.
    """
    rows = session.execute(
        select(col(CaseSnippet.id), col(CaseSnippet.title))
        .where(col(CaseSnippet.state) == CaseState.PUBLISHED)
        .order_by(col(CaseSnippet.id).desc())
    )
    # A database compares capitals of ASCII alone, and a few thousand titles are read at once.
    found = (
        (int(number or 0), title)
        for number, title in rows
        if wanted in title.casefold() or str(number).startswith(wanted)
    )
    return list(islice(found, limit))


def count(session: Session, state: CaseState) -> int:
    """How many cases stand in one state."""
    return (
        session.scalar(
            select(func.count()).select_from(CaseSnippet).where(col(CaseSnippet.state) == state)
        )
        or 0
    )


def view(case: CaseSnippet, source: CaseSource) -> CaseView:
    """What may leave the unit of work."""
    return CaseView(
        id=_id(case),
        key=case.key,
        title=case.title,
        text=case.text,
        source=SourceView(
            source.title, source.url, source.licence, source.published, source.language
        ),
        language=case.language,
        community=case.community,
        place=case.place,
        country=case.country,
        organisation=case.organisation,
        topics=tuple(case.topics),
        circumstances=CircumstancesView(
            case.level, case.population_band, case.legal_basis, case.staff_band, case.data_source
        ),
        state=case.state,
        reason=case.reason,
        author_id=case.author_id,
        sample=case.sample,
        added_at=case.added_at,
        published_at=case.published_at,
        reviewed_at=case.reviewed_at,
        merged_into=case.merged_into,
        whose_words=case.whose_words,
    )


def draft_of(case: CaseView) -> CaseDraft:
    """The words of a case, to be changed or written to a file."""
    return CaseDraft(
        key=case.key,
        title=case.title,
        text=case.text,
        source=case.source,
        language=case.language,
        community=case.community,
        place=case.place,
        country=case.country,
        organisation=case.organisation,
        topics=case.topics,
        circumstances=case.circumstances,
    )


def _with_upkeep(session: Session, found: list[CaseView]) -> list[CaseView]:
    """The same cases with their further sources, and how fresh they are."""
    if not found:
        return found
    numbers = [case.id for case in found]
    fresh = review_cycle.of_cases(session, numbers)
    further: dict[int, list[SourceView]] = {}
    for row in session.scalars(
        select(FurtherSource)
        .where(col(FurtherSource.case_id).in_(numbers))
        .order_by(col(FurtherSource.id))
    ):
        source = SourceView(row.title, row.url, row.licence, row.published, row.language)
        further.setdefault(row.case_id, []).append(source)
    nothing = (ReviewStage.CURRENT, None)
    return [
        replace(
            case,
            stage=fresh.get(case.id, nothing)[0],
            up_since=fresh.get(case.id, nothing)[1],
            further=tuple(further.get(case.id, ())),
        )
        for case in found
    ]


def _read(session: Session, case_id: int) -> CaseView:
    session.flush()
    found = get(session, case_id)
    if found is None:
        raise LookupError(f"no case {case_id}")
    return found


def _write(session: Session, row: CaseSnippet, draft: CaseDraft, digest: str) -> None:
    if row.published_at is not None:
        versions.baseline(session, _read(session, _id(row)))
    source = CaseSource(
        title=draft.source.title,
        url=draft.source.url,
        licence=draft.source.licence,
        published=draft.source.published,
        language=draft.source.language,
    )
    former = session.get(CaseSource, row.source_id) if row.source_id else None
    if former is not None:
        source.id = former.id
        source = session.merge(source)
    else:
        session.add(source)
    session.flush()
    row.source_id = source.id or 0
    row.title, row.text, row.language = draft.title, draft.text, draft.language
    row.community, row.place, row.country = draft.community, draft.place, draft.country
    row.organisation, row.topics = draft.organisation, list(draft.topics)
    facts = draft.circumstances
    row.level, row.population_band = facts.level, facts.population_band
    row.legal_basis, row.staff_band = facts.legal_basis, facts.staff_band
    row.data_source, row.content_hash, row.updated_at = facts.data_source, digest, utc_now()
    session.add(row)
    session.flush()
    passages.replace(session, pieces(draft), case_id=_id(row))


def _publish(session: Session, row: CaseSnippet, outcome: Outcome) -> Added:
    set_state(session, _id(row), CaseState.PUBLISHED, change=BY_IMPORT)
    return Added(_id(row), outcome)


def _row(session: Session, case_id: int) -> CaseSnippet:
    row = session.get(CaseSnippet, case_id)
    if row is None:
        raise LookupError(f"no case {case_id}")
    return row


def _id(row: CaseSnippet) -> int:
    if row.id is None:
        raise LookupError("the case has no number before it is written")
    return row.id


def year(published: str) -> int | None:
    """The year of a source's date as it is written ("2019", "2019-05"), if it says one."""
    head = published[:4]
    return int(head) if head.isdigit() else None


def authored(session: Session, member_ids: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    """(number, title) of the published cases that each of these members wrote."""
    found: dict[int, list[tuple[int, str]]] = {}
    for author, number, title in session.execute(
        select(col(CaseSnippet.author_id), col(CaseSnippet.id), col(CaseSnippet.title)).where(
            col(CaseSnippet.author_id).in_(member_ids),
            col(CaseSnippet.state) == CaseState.PUBLISHED,
        )
    ):
        found.setdefault(author, []).append((number, title))
    return found
