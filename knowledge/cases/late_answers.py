"""News for askers: which case answers a question asked before it, and who wants to hear of it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, insert, select
from sqlmodel import Session, col

from knowledge.cases.tables import News, NewsOff, NewsPass
from knowledge.database.changes import advance
from knowledge.questions import questions
from knowledge.questions.tables import Question
from knowledge.questions.views import QuestionView
from knowledge.text import passages
from knowledge.text.tables import LibraryChange
from knowledge.vocabulary import Confidence, QuestionState


@dataclass(frozen=True, slots=True)
class Pass:
    """How far the questions were held against the cases that changed."""

    done: int
    target: int
    after: int

    @property
    def complete(self) -> bool:
        """Whether nothing is left to look at."""
        return self.done >= self.target


def cursor(session: Session) -> Pass:
    """Where the last process stopped."""
    row = session.get(NewsPass, 1)
    return Pass(row.done, row.target, row.after) if row is not None else Pass(0, 0, 0)


def move_on(session: Session, seen: Pass, now: Pass) -> bool:
    """Move on from `seen`; False when another process has done so meanwhile."""
    as_seen = and_(
        col(NewsPass.done) == seen.done,
        col(NewsPass.target) == seen.target,
        col(NewsPass.after) == seen.after,
    )
    return advance(session, NewsPass, 1, as_seen, done=now.done, target=now.target, after=now.after)


def changed_cases(session: Session, found: Pass) -> set[int]:
    """Numbers of the cases that changed within a pass."""
    rows = session.scalars(
        select(col(LibraryChange.case_id)).where(
            col(LibraryChange.seq) > found.done,
            col(LibraryChange.seq) <= found.target,
            col(LibraryChange.case_id).is_not(None),
        )
    )
    return {number for number in rows if number is not None}


def newest_change(session: Session) -> int:
    """The number of the newest change of the library."""
    return passages.last_change(session)


def unanswered(session: Session, after: int, since: datetime, limit: int) -> list[QuestionView]:
    """Open questions that no case answered strongly, numbered above `after`, the oldest first."""
    rows = session.scalars(
        select(Question)
        .where(
            col(Question.id) > after,
            col(Question.asked_at) >= since,
            col(Question.state) == QuestionState.OPEN,
            col(Question.confidence) != Confidence.STRONG,
            col(Question.people_only).is_(False),
        )
        .order_by(col(Question.id))
        .limit(limit)
    )
    return [questions.view(row) for row in rows]


def put(session: Session, question_id: int, case_id: int, at: datetime, delivery: str = "") -> bool:
    """Keep that a case answers a question; False when that was known."""
    if session.get(News, (question_id, case_id)) is not None:
        return False
    row = {"question_id": question_id, "case_id": case_id, "delivery_key": delivery, "at": at}
    session.execute(insert(News), [row])
    return True


def told(session: Session, question_id: int) -> bool:
    """Whether the asker of a question was written to about it."""
    query = select(col(News.case_id)).where(
        col(News.question_id) == question_id, col(News.delivery_key) != ""
    )
    return session.scalar(query.limit(1)) is not None


def told_lately(session: Session, member_id: int | None, account_key: str, since: datetime) -> int:
    """How often one person was written to since then."""
    mine = (
        col(Question.asker_id) == member_id
        if member_id is not None
        else col(Question.account_key) == account_key
    )
    query = (
        select(func.count())
        .select_from(News)
        .join(Question, col(Question.id) == col(News.question_id))
        .where(mine, col(News.delivery_key) != "", col(News.at) > since)
    )
    return session.scalar(query) or 0


def of_questions(session: Session, question_ids: Sequence[int]) -> dict[int, list[int]]:
    """Numbers of the cases that answer each question by now, the newest first."""
    found: dict[int, list[int]] = {}
    for question, case in session.execute(
        select(col(News.question_id), col(News.case_id))
        .where(col(News.question_id).in_(question_ids))
        .order_by(col(News.at).desc(), col(News.case_id).desc())
    ):
        found.setdefault(question, []).append(case)
    return found


def switch(session: Session, who: str, on: bool, at: datetime) -> None:
    """Write to somebody by itself, or no longer."""
    session.execute(delete(NewsOff).where(col(NewsOff.who) == who))
    if not on:
        session.execute(insert(NewsOff), [{"who": who, "at": at}])


def is_off(session: Session, member_id: int | None, account_keys: Collection[str]) -> bool:
    """Whether somebody does not want to be written to by itself."""
    query = select(col(NewsOff.who)).where(col(NewsOff.who).in_(_names(member_id, account_keys)))
    return session.scalar(query.limit(1)) is not None


def erase(session: Session, member_id: int | None, account_keys: Iterable[str]) -> None:
    """Forget what somebody chose; what they were told goes with their questions."""
    session.execute(delete(NewsOff).where(col(NewsOff.who).in_(_names(member_id, account_keys))))


def move(session: Session, from_id: int, to_id: int, at: datetime) -> None:
    """Two members turn out to be one: a no of either is theirs."""
    if is_off(session, from_id, ()):
        switch(session, name_of(to_id, ""), False, at)
        switch(session, name_of(from_id, ""), True, at)


def name_of(member_id: int | None, account_key: str) -> str:
    """The word under which a person's choice is kept."""
    return account_key if member_id is None else f"member:{member_id}"


def _names(member_id: int | None, account_keys: Iterable[str]) -> list[str]:
    own = [] if member_id is None else [name_of(member_id, "")]
    return own + [key for key in account_keys if key]
