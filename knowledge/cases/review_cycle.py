"""How fresh published cases are: up for review, stale, retired. Silence moves them on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, insert, select, update
from sqlmodel import Session, col

from knowledge.cases.tables import CaseReview, CaseSnippet
from knowledge.database.changes import advance
from knowledge.vocabulary import CaseState, ReviewStage

REVIEW_DAYS = 90
FEWEST_DAYS, MOST_DAYS = 7, 3_650
SILENCE = timedelta(days=30)
"""How long a case that came up for review may go unconfirmed before it is stale."""
LAST_SILENCE = timedelta(days=90)
"""How long a stale case stays published."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A published case whose time has come: where it stands, and since when it would move on."""

    case_id: int
    author_id: int | None
    stage: ReviewStage
    next_at: datetime
    up_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Where silence takes a case, until it is looked at again; `retired`: out of the library.

    `asks`: the author, who is asked whether it still holds.
    """

    case_id: int
    stage: ReviewStage
    next_at: datetime
    up_since: datetime | None
    asks: int | None = None
    retired: bool = False


def next_step(found: Waiting, now: datetime) -> Step:
    """One step further, and never two at a time: while the program was down nobody could confirm.

    The next silence is counted from `now`. Pure.
    """
    match found.stage:
        case ReviewStage.CURRENT:
            return Step(
                found.case_id,
                ReviewStage.DUE,
                now + SILENCE,
                found.next_at,
                asks=found.author_id,
            )
        case ReviewStage.DUE:
            return Step(found.case_id, ReviewStage.STALE, now + LAST_SILENCE, found.up_since)
        case ReviewStage.STALE:
            return Step(
                found.case_id, ReviewStage.STALE, now + LAST_SILENCE, found.up_since, retired=True
            )


def asked(steps: Iterable[Step]) -> dict[int, list[int]]:
    """Which cases each author is asked about, in one message. Pure."""
    found: dict[int, list[int]] = {}
    for step in steps:
        if step.asks is not None:
            found.setdefault(step.asks, []).append(step.case_id)
    return found


def begin(session: Session, case_id: int, at: datetime) -> None:
    """Somebody looked at a case: it is fresh from `at` on, for as many days as it has."""
    connection = session.connection()
    days = connection.scalar(select(col(CaseReview.days)).where(col(CaseReview.case_id) == case_id))
    fresh = {
        "stage": ReviewStage.CURRENT,
        "next_at": at + timedelta(days=days or REVIEW_DAYS),
        "up_since": None,
    }
    if days is None:
        row = {"case_id": case_id, "days": REVIEW_DAYS, **fresh}
        connection.execute(insert(CaseReview), row)
    else:
        connection.execute(
            update(CaseReview).where(col(CaseReview.case_id) == case_id).values(**fresh)
        )


def set_days(session: Session, case_id: int, days: int, at: datetime) -> None:
    """Let a case come up for review after so many days from `at` on."""
    begin(session, case_id, at)
    session.execute(
        update(CaseReview)
        .where(col(CaseReview.case_id) == case_id)
        .values(days=days, next_at=at + timedelta(days=days))
    )


def days_of(session: Session, case_id: int) -> int:
    """After how many days a case comes up for review."""
    found = session.scalar(select(col(CaseReview.days)).where(col(CaseReview.case_id) == case_id))
    return found or REVIEW_DAYS


def move_on(session: Session, now: datetime, limit: int) -> list[Step]:
    """Take cases whose time has come one step further, and say which.

    The last step is for the caller to take: a case with `retired` is still published here.
    """
    steps = [(found, next_step(found, now)) for found in _due(session, now, limit)]
    return [step for found, step in steps if _take(session, found, step)]


def _due(session: Session, now: datetime, limit: int) -> list[Waiting]:
    rows = session.execute(
        select(
            col(CaseReview.case_id),
            col(CaseSnippet.author_id),
            col(CaseReview.stage),
            col(CaseReview.next_at),
            col(CaseReview.up_since),
        )
        .join(CaseSnippet, col(CaseSnippet.id) == col(CaseReview.case_id))
        .where(col(CaseReview.next_at) <= now, col(CaseSnippet.state) == CaseState.PUBLISHED)
        .order_by(col(CaseReview.next_at), col(CaseReview.case_id))
        .limit(limit)
    )
    return [Waiting(*row) for row in rows]


def _take(session: Session, found: Waiting, step: Step) -> bool:
    """False when somebody confirmed it, or another process was quicker."""
    as_found = and_(col(CaseReview.stage) == found.stage, col(CaseReview.next_at) == found.next_at)
    fresh = {"stage": step.stage, "next_at": step.next_at, "up_since": step.up_since}
    return advance(session, CaseReview, found.case_id, as_found, **fresh)


def waiting(session: Session, limit: int, offset: int = 0) -> list[int]:
    """Numbers of cases that are up for review or stale, those that have waited longest first."""
    rows = session.scalars(
        select(col(CaseReview.case_id))
        .join(CaseSnippet, col(CaseSnippet.id) == col(CaseReview.case_id))
        .where(*_WAITING)
        .order_by(col(CaseReview.up_since), col(CaseReview.case_id))
        .limit(limit)
        .offset(offset)
    )
    return list(rows)


def how_many(session: Session) -> tuple[int, int]:
    """How many published cases are up for review, and how many of them are stale."""
    rows = session.execute(
        select(col(CaseReview.stage), func.count())
        .join(CaseSnippet, col(CaseSnippet.id) == col(CaseReview.case_id))
        .where(*_WAITING)
        .group_by(col(CaseReview.stage))
    )
    counted: dict[ReviewStage, int] = dict(rows.all())
    return sum(counted.values()), counted.get(ReviewStage.STALE, 0)


def of_cases(
    session: Session, case_ids: Sequence[int]
) -> dict[int, tuple[ReviewStage, datetime | None]]:
    """The stage of each case, and since when it has been up for review."""
    rows = session.execute(
        select(col(CaseReview.case_id), col(CaseReview.stage), col(CaseReview.up_since)).where(
            col(CaseReview.case_id).in_(case_ids)
        )
    )
    return {number: (stage, since) for number, stage, since in rows}


_WAITING = (
    col(CaseReview.stage) != ReviewStage.CURRENT,
    col(CaseSnippet.state) == CaseState.PUBLISHED,
)
