"""How fresh published cases are: up for review, stale, retired. Silence moves them on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, update
from sqlmodel import Session, col

from knowledge.cases.tables import CaseReview, CaseSnippet
from knowledge.vocabulary import CaseState, ReviewStage

REVIEW_DAYS = 90
FEWEST_DAYS, MOST_DAYS = 7, 3_650
SILENCE = timedelta(days=30)
"""How long a case that came up for review may go unconfirmed before it is stale."""
LAST_SILENCE = timedelta(days=90)
"""How long a stale case stays published."""


@dataclass(frozen=True, slots=True)
class Step:
    """A case that silence moved on; `retired` when it was the last step."""

    case_id: int
    author_id: int | None
    stage: ReviewStage
    retired: bool = False


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

    The next silence is counted from `now`: while the program was down nobody could confirm, so a
    late step is made up for once and never two at a time. The last step is for the caller to
    take: a case with `retired` is still published here.
    """
    rows = session.execute(
        select(CaseReview, col(CaseSnippet.author_id))
        .join(CaseSnippet, col(CaseSnippet.id) == col(CaseReview.case_id))
        .where(col(CaseReview.next_at) <= now, col(CaseSnippet.state) == CaseState.PUBLISHED)
        .order_by(col(CaseReview.next_at), col(CaseReview.case_id))
        .limit(limit)
    ).all()
    steps: list[Step] = []
    for row, author_id in rows:
        match row.stage:
            case ReviewStage.CURRENT:
                row.up_since, row.stage, row.next_at = row.next_at, ReviewStage.DUE, now + SILENCE
                steps.append(Step(row.case_id, author_id, row.stage))
            case ReviewStage.DUE:
                row.stage, row.next_at = ReviewStage.STALE, now + LAST_SILENCE
                steps.append(Step(row.case_id, author_id, row.stage))
            case ReviewStage.STALE:
                row.next_at = now + LAST_SILENCE
                steps.append(Step(row.case_id, author_id, row.stage, retired=True))
    session.flush()
    return steps


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
