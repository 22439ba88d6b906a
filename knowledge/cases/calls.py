"""Calls for cases: what stewards ask members to write about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from knowledge.cases.tables import Call
from knowledge.database.changes import advance
from knowledge.vocabulary import CallState


@dataclass(frozen=True, slots=True)
class CallView:
    """One call, in its steward's words."""

    id: int
    text: str
    topics: tuple[str, ...]
    state: CallState
    at: datetime


def put(session: Session, text: str, topics: Sequence[str], at: datetime) -> int:
    """Open a call; returns its number."""
    row = Call(text=text, topics=list(topics), at=at)
    session.add(row)
    session.flush()
    return row.id or 0


def still_open(session: Session) -> list[CallView]:
    """Every open call, the newest first."""
    query = select(Call).where(col(Call.state) == CallState.OPEN).order_by(col(Call.id).desc())
    return [_view(row) for row in session.scalars(query)]


def close(session: Session, number: int, at: datetime) -> bool:
    """Close a call; False when it was closed before."""
    return advance(session, Call, number, CallState.OPEN, state=CallState.CLOSED, closed_at=at)


def _view(row: Call) -> CallView:
    return CallView(row.id or 0, row.text, tuple(row.topics), row.state, row.at)
