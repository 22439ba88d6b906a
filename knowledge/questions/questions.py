"""Questions and their matches: kept with who may see them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlmodel import Session, col

from knowledge.questions.tables import Match, Question
from knowledge.questions.views import QuestionView
from knowledge.vocabulary import AskerShown, Confidence, QuestionState, Visibility


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was answered, before it has a number."""

    text: str
    language: str
    asker_id: int | None
    account_key: str
    people_only: bool
    visibility: Visibility
    confidence: Confidence
    score: float
    at: datetime
    event_id: str = ""
    """The act that asked it: the same act asks once, however often it runs."""
    place: str = ""
    shown_as: AskerShown | None = None


@dataclass(frozen=True, slots=True)
class FoundThen:
    """A case that was shown for a question, as sure as it was then."""

    case_id: int
    score: float
    model_id: str


def keep(
    session: Session,
    asked: Asked,
    *,
    model_id: str,
    cases: Sequence[tuple[int, float]],
    experts: Sequence[tuple[int, float]],
    reasons: Mapping[int, Sequence[str]] | None = None,
) -> int:
    """Write a question with its matches, (number, score) each, best first; returns its number.

    `reasons`: why each expert was found, by the member's number.

    An act that asked already has the number that it was given then, and nothing is written.
    """
    # On the connection, past the ORM: this unit stands in the way of every answer.
    connection = session.connection()
    if asked.event_id:
        known = select(col(Question.id)).where(col(Question.event_id) == asked.event_id)
        if (number := connection.scalar(known)) is not None:
            return number
    written = connection.execute(
        insert(Question),
        {
            "text": asked.text,
            "language": asked.language,
            "asker_id": asked.asker_id,
            "account_key": asked.account_key,
            "event_id": asked.event_id or None,
            "people_only": asked.people_only,
            "visibility": asked.visibility,
            "state": QuestionState.OPEN,
            "confidence": asked.confidence,
            "score": asked.score,
            "asked_at": asked.at,
            "place": asked.place,
            "shown_as": asked.shown_as,
        },
    )
    (row,) = written.inserted_primary_key or (0,)
    why = reasons or {}
    matches: list[dict[str, object]] = [
        {"case_id": number, "member_id": None, "rank": rank, "score": score, "reasons": []}
        for rank, (number, score) in enumerate(cases)
    ]
    matches += [
        {
            "case_id": None,
            "member_id": number,
            "rank": rank,
            "score": score,
            "reasons": list(why.get(number, ())),
        }
        for rank, (number, score) in enumerate(experts)
    ]
    if matches:
        common: dict[str, object] = {"question_id": row, "model_id": model_id}
        connection.execute(insert(Match), [{**match, **common} for match in matches])
    return int(row)


def times_shown(session: Session, since: datetime) -> dict[int, int]:
    """How often each member was shown as an expert since then: what rotation evens out."""
    # Questions are numbered as they are asked, so this reads the newest and no history. As an `in`
    # it starts from them: SQLite would rather group by walking through every match there is.
    newest_first = select(col(Question.id)).order_by(col(Question.id).desc())
    before = session.scalar(newest_first.where(col(Question.asked_at) < since).limit(1)) or 0
    rows = session.execute(
        select(col(Match.member_id), func.count())
        .where(
            col(Match.question_id).in_(select(col(Question.id)).where(col(Question.id) > before)),
            col(Match.member_id).is_not(None),
        )
        .group_by(col(Match.member_id))
    )
    return {member_id: shown for member_id, shown in rows if member_id is not None}


def asked_since(session: Session, account_key: str, since: datetime, limit: int) -> list[datetime]:
    """When one account asked its newest questions since then, at most `limit` of them."""
    rows = session.scalars(
        select(col(Question.asked_at))
        .where(col(Question.account_key) == account_key, col(Question.asked_at) > since)
        .order_by(col(Question.id).desc())
        .limit(limit)
    )
    return list(rows)


def asked_by(session: Session, *, asker_id: int | None, account_key: str) -> list[QuestionView]:
    """A person's own questions, the newest first."""
    mine = col(Question.account_key) == account_key
    if asker_id is not None:
        mine = mine | (col(Question.asker_id) == asker_id)
    rows = session.scalars(select(Question).where(mine).order_by(col(Question.id).desc()).limit(50))
    return [view(row) for row in rows]


def of_person(
    session: Session, member_id: int | None, account_keys: Collection[str]
) -> list[QuestionView]:
    """Every question of one person, the oldest first."""
    query = select(Question).where(_of(member_id, account_keys)).order_by(col(Question.id))
    return [view(row) for row in session.scalars(query)]


def shown_in(session: Session, member_id: int) -> int:
    """Under how many answers a member was shown."""
    shown = select(func.count()).select_from(Match).where(col(Match.member_id) == member_id)
    return session.scalar(shown) or 0


def erase(session: Session, member_id: int | None, account_keys: Collection[str]) -> None:
    """Remove every question of one person, and that they were shown for others'."""
    session.execute(delete(Question).where(_of(member_id, account_keys)))
    if member_id is not None:
        session.execute(delete(Match).where(col(Match.member_id) == member_id))


def move(session: Session, former: int, member_id: int) -> None:
    """Two members are one."""
    for statement in (
        update(Question).where(col(Question.asker_id) == former).values(asker_id=member_id),
        update(Match).where(col(Match.member_id) == former).values(member_id=member_id),
    ):
        session.execute(statement)


def _of(member_id: int | None, account_keys: Iterable[str]) -> ColumnElement[bool]:
    by_account = col(Question.account_key).in_([key for key in account_keys if key])
    if member_id is None:
        return by_account & col(Question.asker_id).is_(None)
    return or_(col(Question.asker_id) == member_id, by_account)


def get(session: Session, number: int) -> QuestionView | None:
    """One question, whoever asked it: the caller checks whose it is."""
    row = session.get(Question, number)
    return view(row) if row is not None else None


def asked_with(session: Session, event_id: str) -> QuestionView | None:
    """The question that came of one act, as `platform:event_id`."""
    row = session.scalar(select(Question).where(col(Question.event_id) == event_id))
    return view(row) if row is not None else None


def found_then(session: Session, number: int) -> list[FoundThen]:
    """The cases that were shown for a question, best first."""
    rows = session.execute(
        select(col(Match.case_id), col(Match.score), col(Match.model_id))
        .where(col(Match.question_id) == number, col(Match.case_id).is_not(None))
        .order_by(col(Match.rank), col(Match.id))
    )
    return [FoundThen(*row) for row in rows]


def unanswered(session: Session, since: datetime) -> int:
    """How many open questions since then the library had no case for."""
    counted = session.scalar(
        select(func.count())
        .select_from(Question)
        .where(
            col(Question.state) == QuestionState.OPEN,
            col(Question.confidence) == Confidence.NONE,
            col(Question.people_only).is_(False),
            col(Question.asked_at) > since,
        )
    )
    return counted or 0


def share(session: Session, number: int, visibility: Visibility, shown_as: AskerShown) -> None:
    """Let others read a question along, and write down how they are shown who asked."""
    session.execute(
        update(Question)
        .where(col(Question.id) == number)
        .values(visibility=visibility, shown_as=shown_as)
    )


def set_state(session: Session, number: int, state: QuestionState) -> None:
    """Write how a question stands; what that ends is for the lifecycle to end."""
    session.execute(update(Question).where(col(Question.id) == number).values(state=state))


def view(row: Question) -> QuestionView:
    """What may leave the unit of work."""
    return QuestionView(
        id=row.id or 0,
        asker_id=row.asker_id,
        account_key=row.account_key,
        text=row.text,
        language=row.language,
        people_only=row.people_only,
        visibility=row.visibility,
        state=row.state,
        confidence=row.confidence,
        score=row.score,
        asked_at=row.asked_at,
        place=row.place,
        shown_as=row.shown_as,
        event_id=row.event_id or "",
    )
