"""Home pages that somebody looked at: whose, and a digest of what was last shown there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from knowledge.messaging.tables import Home


@dataclass(frozen=True, slots=True)
class HomeView:
    """One page; `person` is the account as the core stores it."""

    account_key: str
    person: str
    digest: str
    opened_at: datetime


def opened(session: Session, account_key: str, person: str, digest: str, at: datetime) -> None:
    """Somebody looked at their page, and this is what they were shown."""
    session.merge(Home(account_key=account_key, person=person, digest=digest, opened_at=at))


def get(session: Session, account_key: str) -> HomeView | None:
    """The page of one account, if it was ever opened."""
    row = session.get(Home, account_key)
    return _view(row) if row is not None else None


def lately_opened(session: Session, since: datetime, limit: int) -> list[HomeView]:
    """Pages that were opened since then, the latest first."""
    rows = session.scalars(
        select(Home)
        .where(col(Home.opened_at) > since)
        .order_by(col(Home.opened_at).desc(), col(Home.account_key))
        .limit(limit)
    )
    return [_view(row) for row in rows]


def shown(session: Session, account_key: str, person: str, digest: str) -> None:
    """A page was renewed; one that was erased meanwhile stays erased."""
    session.execute(
        update(Home)
        .where(col(Home.account_key) == account_key)
        .values(person=person, digest=digest)
    )


def erase(session: Session, account_keys: Iterable[str]) -> None:
    """Forget the pages of these accounts."""
    keys = [key for key in account_keys if key]
    session.execute(delete(Home).where(col(Home.account_key).in_(keys)))


def forget(session: Session, before: datetime) -> None:
    """Forget the pages that were last opened before then."""
    session.execute(delete(Home).where(col(Home.opened_at) < before))


def _view(row: Home) -> HomeView:
    return HomeView(row.account_key, row.person, row.digest, row.opened_at)
