"""What becomes of requests and introductions when somebody is not to be asked, or goes."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from knowledge.database.keys import key_of
from knowledge.introductions.states import before, first
from knowledge.introductions.tables import Introduction, Request
from knowledge.messaging import cancellation
from knowledge.vocabulary import IntroductionState, RequestState


def proposal_key(request_id: int, expert_id: int) -> str:
    """The key of the message that asks an expert."""
    return key_of("introduction", "proposal", str(request_id), str(expert_id))


def reminder_key(request_id: int, expert_id: int) -> str:
    """The key of the one message that reminds an expert."""
    return key_of("introduction", "reminder", str(request_id), str(expert_id))


def unread(session: Session, asker_id: int, dropped: Collection[str]) -> list[int]:
    """Requests of a member that an expert was to read in a message that is not sent any more."""
    own = select(col(Request.id)).where(col(Request.asker_id) == asker_id)
    waiting = _proposed(session, col(Introduction.request_id).in_(own))
    return sorted({number for number, expert in waiting if proposal_key(number, expert) in dropped})


def leave_alone(session: Session, expert_id: int, at: datetime) -> None:
    """Ask a member nothing more: what waits for their answer goes on to the next in line."""
    waiting = _proposed(session, col(Introduction.expert_id) == expert_id)
    session.execute(
        update(Introduction)
        .where(
            col(Introduction.expert_id) == expert_id,
            col(Introduction.state).in_(first(IntroductionState.DECLINED)),
        )
        .values(state=IntroductionState.DECLINED, decided_at=at)
    )
    go_on(session, [request_id for request_id, _ in waiting])


def end(session: Session, request_id: int, at: datetime, *, withdrawn: bool) -> None:
    """A question was taken back or is answered: whoever was asked need not answer any more."""
    drop = _proposed(session, col(Introduction.request_id) == request_id)
    cancellation.drop(session, [key(*one) for one in drop for key in (proposal_key, reminder_key)])
    for state, open_to in (
        (IntroductionState.WITHDRAWN, [IntroductionState.PROPOSED]),
        (IntroductionState.CLOSED, first(IntroductionState.CLOSED)),
    ):
        session.execute(
            update(Introduction)
            .where(col(Introduction.request_id) == request_id, col(Introduction.state).in_(open_to))
            .values(state=state, decided_at=at)
        )
    over = RequestState.WITHDRAWN if withdrawn else RequestState.CLOSED
    for result in dict.fromkeys((over, RequestState.CLOSED)):
        session.execute(
            update(Request)
            .where(col(Request.id) == request_id, col(Request.state).in_(before(result)))
            .values(state=result, due_at=None, unseen=False, ended_at=at)
        )


def go_on(session: Session, request_ids: Iterable[int]) -> None:
    """Let the bot look at these requests at its next turn."""
    session.execute(
        update(Request)
        .where(col(Request.id).in_(list(request_ids)), col(Request.state) == RequestState.WAITING)
        .values(due_at=col(Request.sent_at))
    )


def erase(session: Session, member_id: int) -> None:
    """A member's requests go; their place in the lines of others stays, without why."""
    # Why somebody was asked is said in their own offers.
    session.execute(
        update(Introduction).where(col(Introduction.expert_id) == member_id).values(reasons=[])
    )
    session.execute(delete(Request).where(col(Request.asker_id) == member_id))


def merge(session: Session, stays: int, goes: int, at: datetime) -> None:
    """Two members are one: neither asks the other, and nobody is in one line twice."""
    for one, other in ((stays, goes), (goes, stays)):
        mine = select(col(Request.id)).where(col(Request.asker_id) == one)
        _step_out(session, other, list(session.scalars(mine)), at)
    twice = select(col(Introduction.request_id)).where(col(Introduction.expert_id) == stays)
    _step_out(session, goes, list(session.scalars(twice)), at)
    session.execute(
        update(Introduction).where(col(Introduction.expert_id) == goes).values(expert_id=stays)
    )
    session.execute(update(Request).where(col(Request.asker_id) == goes).values(asker_id=stays))


def _step_out(session: Session, expert_id: int, request_ids: list[int], at: datetime) -> None:
    """Take somebody out of some lines; their place stays, without a name."""
    theirs = (
        col(Introduction.expert_id) == expert_id,
        col(Introduction.request_id).in_(request_ids),
    )
    waiting = _proposed(session, *theirs)
    cancellation.drop(session, [proposal_key(*one) for one in waiting])
    session.execute(
        update(Introduction)
        .where(*theirs, col(Introduction.state).in_(first(IntroductionState.DECLINED)))
        .values(state=IntroductionState.DECLINED, decided_at=at)
    )
    session.execute(update(Introduction).where(*theirs).values(expert_id=None))
    go_on(session, [request_id for request_id, _ in waiting])


def _proposed(session: Session, *which: object) -> list[tuple[int, int]]:
    """(request, expert) of those who were asked and have not answered."""
    rows = session.execute(
        select(col(Introduction.request_id), col(Introduction.expert_id)).where(
            col(Introduction.state) == IntroductionState.PROPOSED,
            col(Introduction.expert_id).is_not(None),
            *which,  # type: ignore[arg-type]
        )
    )
    return [(request_id, expert_id) for request_id, expert_id in rows if expert_id is not None]
