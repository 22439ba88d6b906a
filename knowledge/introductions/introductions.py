"""Requests to hand a question to a person, and the introductions that came of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlmodel import Session, col

from knowledge.database.changes import advance
from knowledge.introductions.states import before, first
from knowledge.introductions.tables import Introduction, Request
from knowledge.members import contacts
from knowledge.vocabulary import AskerShown, ContactKind, IntroductionState, RequestState, Urgency


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to have asked, before it is sent; `shown`: how, as it was shown them."""

    text: str
    context: str = ""
    languages: tuple[str, ...] = ()
    urgency: Urgency = Urgency.OPEN
    shown_as: AskerShown = AskerShown.HIDDEN
    shown: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request as it stands; `line`: how many may be asked in all."""

    id: int
    asker_id: int
    state: RequestState
    wish: Wish
    line: int
    due_at: datetime | None
    unseen: bool
    created_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class IntroductionView:
    """One expert's part; `expert_id` is None for somebody who had themselves erased."""

    id: int
    request_id: int
    expert_id: int | None
    ordinal: int
    suggested: bool
    state: IntroductionState
    reasons: tuple[str, ...]
    proposed_at: datetime
    remind_at: datetime | None
    reminded_at: datetime | None
    due_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How a request stands for its asker: numbers and days, and nobody's name.

    `turn` of `line`: how many were asked, of how many at most; `remind_at` and `due_at` are those
    of whoever is asked now, `look_again` when somebody may be asked if nobody is.
    """

    state: RequestState
    turn: int
    line: int
    remind_at: datetime | None = None
    due_at: datetime | None = None
    look_again: datetime | None = None


def progress(session: Session, question_ids: Collection[int]) -> dict[int, Progress]:
    """How the requests of some questions stand; nothing for a question without one."""
    found: dict[int, Progress] = {}
    for number, request in of_questions(session, question_ids).items():
        views = asked(session, number)
        now = next((one for one in views if one.state is IntroductionState.PROPOSED), None)
        found[number] = Progress(
            state=request.state,
            turn=len(views),
            line=max(request.line, len(views)),
            remind_at=now.remind_at if now else None,
            due_at=now.due_at if now else None,
            look_again=None if now else request.due_at,
        )
    return found


def get(session: Session, request_id: int) -> RequestView | None:
    """One request, whoever asked."""
    row = session.get(Request, request_id, populate_existing=True)
    return _request(row) if row is not None else None


def of_questions(session: Session, question_ids: Collection[int]) -> dict[int, RequestView]:
    """The requests of some questions, by their common number."""
    rows = session.scalars(select(Request).where(col(Request.id).in_(list(question_ids))))
    return {row.id: _request(row) for row in rows}


def of_asker(session: Session, member_id: int) -> list[RequestView]:
    """Every request of one member, the newest first."""
    rows = session.scalars(
        select(Request).where(col(Request.asker_id) == member_id).order_by(col(Request.id).desc())
    )
    return [_request(row) for row in rows]


def asked(session: Session, request_id: int) -> list[IntroductionView]:
    """Everybody who was asked for one request, in order."""
    rows = session.scalars(
        select(Introduction)
        .where(col(Introduction.request_id) == request_id)
        .order_by(col(Introduction.ordinal))
        .execution_options(populate_existing=True)
    )
    return [_introduction(row) for row in rows]


def of_expert(
    session: Session, member_id: int, states: Collection[IntroductionState] = ()
) -> list[IntroductionView]:
    """What a member was asked, the newest first; only in some states, where given."""
    query = select(Introduction).where(col(Introduction.expert_id) == member_id)
    if states:
        query = query.where(col(Introduction.state).in_(list(states)))
    rows = session.scalars(
        query.order_by(col(Introduction.id).desc()).execution_options(populate_existing=True)
    )
    return [_introduction(row) for row in rows]


def open_requests(session: Session, member_id: int) -> int:
    """How many requests of a member wait for an expert."""
    counted = session.scalar(
        select(func.count())
        .select_from(Request)
        .where(col(Request.asker_id) == member_id, col(Request.state) == RequestState.WAITING)
    )
    return counted or 0


def keep_draft(session: Session, request_id: int, asker_id: int, wish: Wish, at: datetime) -> bool:
    """Write what is to be sent, over an earlier draft; False when it was sent already."""
    values: dict[str, object] = {
        "text": wish.text,
        "context": wish.context,
        "languages": list(wish.languages),
        "urgency": wish.urgency,
        "shown_as": wish.shown_as,
        "shown": dict(wish.shown),
        "created_at": at,
    }
    row = get(session, request_id)
    if row is None:
        fresh = {"id": request_id, "asker_id": asker_id, "state": RequestState.DRAFT, "line": 0}
        session.execute(insert(Request).values(**fresh, unseen=False, **values))
        return True
    if row.state is not RequestState.DRAFT:
        return False
    session.execute(update(Request).where(col(Request.id) == request_id).values(**values))
    return True


def move(
    session: Session, request_id: int, state: RequestState, at: datetime, **values: object
) -> bool:
    """Bring a request to another state; False where it can no longer come to it."""
    if state is RequestState.WAITING:
        values |= {"sent_at": at, "due_at": at}
    else:
        values |= {"due_at": None, "ended_at": at}
    return advance(session, Request, request_id, before(state), state=state, **values)


def look_again(session: Session, request_id: int, at: datetime) -> None:
    """When the bot has to look at a request that waits."""
    session.execute(
        update(Request)
        .where(col(Request.id) == request_id, col(Request.state) == RequestState.WAITING)
        .values(due_at=at)
    )


def lengthen(session: Session, request_id: int, line: int) -> None:
    """Let so many be asked in all."""
    session.execute(update(Request).where(col(Request.id) == request_id).values(line=line))


def seen(session: Session, member_id: int) -> None:
    """Somebody was shown how their requests stand."""
    session.execute(update(Request).where(col(Request.asker_id) == member_id).values(unseen=False))


def due(session: Session, now: datetime, limit: int) -> list[int]:
    """Numbers of requests at which the bot has to look now."""
    rows = session.scalars(
        select(col(Request.id))
        .where(col(Request.state) == RequestState.WAITING, col(Request.due_at) <= now)
        .order_by(col(Request.due_at))
        .limit(limit)
    )
    return list(rows)


def propose(
    session: Session,
    request_id: int,
    expert_id: int,
    *,
    reasons: Sequence[str],
    ordinal: int,
    suggested: bool,
    at: datetime,
    remind_at: datetime,
    due_at: datetime,
) -> None:
    """Ask somebody, and count it as a contact.

    Raises sqlalchemy's IntegrityError for somebody who was asked before, or a taken turn.
    """
    session.execute(
        insert(Introduction).values(
            request_id=request_id,
            expert_id=expert_id,
            ordinal=ordinal,
            suggested=suggested,
            state=IntroductionState.PROPOSED,
            reasons=list(reasons),
            proposed_at=at,
            remind_at=remind_at,
            due_at=due_at,
        )
    )
    contacts.record(session, expert_id, ContactKind.INTRODUCTION, at)


def settle(session: Session, number: int, state: IntroductionState, at: datetime) -> bool:
    """Bring an introduction to another state; False where it can no longer come to it."""
    return advance(session, Introduction, number, first(state), state=state, decided_at=at)


def reminded(session: Session, number: int, at: datetime | None) -> None:
    """The one reminder was sent at `at`; None: it no longer would come at a good time."""
    session.execute(
        update(Introduction)
        .where(col(Introduction.id) == number)
        .values(remind_at=None, reminded_at=at)
    )


def forget_drafts(session: Session, older_than: datetime) -> None:
    """Drop what was written and never sent."""
    session.execute(
        delete(Request).where(
            col(Request.state) == RequestState.DRAFT, col(Request.created_at) < older_than
        )
    )


def _request(row: Request) -> RequestView:
    return RequestView(
        id=row.id,
        asker_id=row.asker_id,
        state=row.state,
        wish=Wish(
            row.text,
            row.context,
            tuple(row.languages),
            row.urgency,
            row.shown_as,
            dict(row.shown),
        ),
        line=row.line,
        due_at=row.due_at,
        unseen=row.unseen,
        created_at=row.created_at,
        sent_at=row.sent_at,
        ended_at=row.ended_at,
    )


def _introduction(row: Introduction) -> IntroductionView:
    return IntroductionView(
        id=row.id or 0,
        request_id=row.request_id,
        expert_id=row.expert_id,
        ordinal=row.ordinal,
        suggested=row.suggested,
        state=row.state,
        reasons=tuple(row.reasons),
        proposed_at=row.proposed_at,
        remind_at=row.remind_at,
        reminded_at=row.reminded_at,
        due_at=row.due_at,
        decided_at=row.decided_at,
    )
