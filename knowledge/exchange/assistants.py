"""Who schedules for a member: named by the member, and only after they agreed themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Protocol

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from knowledge.database.changes import advance
from knowledge.exchange.states import AssistantState
from knowledge.exchange.tables import Assistant

MOST_ASKED = 3
"""People whom one member may ask within ASKED_WITHIN: each is somebody who gets a message."""
ASKED_WITHIN = timedelta(days=30)
_CURRENT = (AssistantState.ASKED, AssistantState.AGREED)


class Account(Protocol):
    """Somebody's identity on a platform, a member or not."""

    @property
    def key(self) -> str: ...


class Asking(Enum):
    """What naming somebody led to."""

    ASKED = auto()
    ALREADY = auto()
    DECLINED_BEFORE = auto()
    TOO_MANY = auto()


@dataclass(frozen=True, slots=True)
class AssistantView:
    """Somebody who was asked to schedule for a member; `key` names their account."""

    id: int
    member_id: int
    account_key: str
    name: str
    locale: str
    state: AssistantState
    asked_at: datetime
    answered_at: datetime | None

    @property
    def key(self) -> str:
        """One word for the account: `platform:workspace:user`."""
        return self.account_key


def assistant_of(session: Session, member_id: int) -> AssistantView | None:
    """Who schedules for a member; None where nobody agreed to."""
    found = current(session, member_id)
    return found if found is not None and found.state is AssistantState.AGREED else None


def current(session: Session, member_id: int) -> AssistantView | None:
    """Whom a member named and has not taken back: asked, or agreed."""
    row = session.scalar(
        select(Assistant).where(
            col(Assistant.member_id) == member_id, col(Assistant.state).in_(_CURRENT)
        )
    )
    return _view(row) if row is not None else None


def get(session: Session, number: int) -> AssistantView | None:
    """One naming, whatever came of it."""
    row = session.get(Assistant, number)
    return _view(row) if row is not None else None


def ask(
    session: Session, member_id: int, key: str, name: str, locale: str, at: datetime
) -> tuple[Asking, AssistantView | None]:
    """Name an assistant; ASKED comes with the row that waits for their answer.

    One invitation is all that somebody gets: who said no is not asked again by this member. Whoever
    was named before is to be ended first.
    """
    row = session.scalar(
        select(Assistant).where(
            col(Assistant.member_id) == member_id, col(Assistant.account_key) == key
        )
    )
    if row is not None and row.state is AssistantState.DECLINED:
        return Asking.DECLINED_BEFORE, _view(row)
    if row is not None and row.state in _CURRENT:
        return Asking.ALREADY, _view(row)
    lately = session.scalar(
        select(func.count())
        .select_from(Assistant)
        .where(col(Assistant.member_id) == member_id, col(Assistant.asked_at) > at - ASKED_WITHIN)
    )
    if (lately or 0) >= MOST_ASKED:
        return Asking.TOO_MANY, None
    if row is None:
        row = Assistant(
            member_id=member_id, account_key=key, state=AssistantState.ASKED, asked_at=at
        )
        session.add(row)
    row.name, row.locale, row.state = name, locale, AssistantState.ASKED
    row.asked_at, row.answered_at = at, None
    session.flush()
    return Asking.ASKED, _view(row)


def answer(
    session: Session, number: int, state: AssistantState, at: datetime, name: str = ""
) -> AssistantView | None:
    """Agree, decline or end; None when it had come to that before, or cannot any more.

    `name`: what whoever answers is called, where a mention did not say it.
    """
    open_to = (AssistantState.ASKED,) if state is AssistantState.AGREED else _CURRENT
    called = {"name": name} if name else {}
    done = advance(session, Assistant, number, open_to, state=state, answered_at=at, **called)
    return get(session, number) if done else None


def named_by(session: Session, member_id: int) -> list[AssistantView]:
    """Everybody whom a member ever named."""
    rows = session.scalars(
        select(Assistant).where(col(Assistant.member_id) == member_id).order_by(col(Assistant.id))
    )
    return [_view(row) for row in rows]


def named(session: Session, keys: Sequence[str]) -> list[AssistantView]:
    """Each time that somebody was named, by any of their accounts."""
    rows = session.scalars(
        select(Assistant).where(col(Assistant.account_key).in_(keys)).order_by(col(Assistant.id))
    )
    return [_view(row) for row in rows]


def erase(session: Session, keys: Sequence[str]) -> None:
    """Forget that somebody was named, by any of their accounts."""
    session.execute(delete(Assistant).where(col(Assistant.account_key).in_(keys)))


def belong(session: Session, member_id: int, former: int, keys: Sequence[str]) -> None:
    """Whom `former` named becomes `member_id`'s; nobody with one of their own `keys` stays."""
    own = {each.account_key for each in named_by(session, member_id)} | set(keys)
    busy = current(session, member_id) is not None
    for row in session.scalars(select(Assistant).where(col(Assistant.member_id) == former)).all():
        if row.account_key in own:
            session.delete(row)
            continue
        row.member_id = member_id
        if busy and row.state in _CURRENT:
            row.state = AssistantState.ENDED
    session.flush()
    session.execute(
        delete(Assistant).where(
            col(Assistant.member_id) == member_id, col(Assistant.account_key).in_(keys)
        )
    )


def _view(row: Assistant) -> AssistantView:
    return AssistantView(
        row.id or 0,
        row.member_id,
        row.account_key,
        row.name,
        row.locale,
        row.state,
        row.asked_at,
        row.answered_at,
    )
