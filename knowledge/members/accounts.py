"""Accounts: a member's identities, one per workspace of a platform."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from knowledge.members.tables import Account
from knowledge.questions import ratings
from knowledge.text import passages


@dataclass(frozen=True, slots=True)
class AccountView:
    """One identity; `language` is what its owner chose to read, None: follow the locale.

    `gone`: the person has left the workspace, and nothing can be sent to them there.
    """

    platform: str
    workspace: str
    user_id: str
    name: str
    locale: str = "en"
    time_zone: str = "UTC"
    language: str | None = None
    member_id: int | None = None
    gone: bool = False

    @property
    def key(self) -> str:
        """One word for one account: `platform:workspace:user`."""
        return f"{self.platform}:{self.workspace}:{self.user_id}"


def parts(key: str) -> tuple[str, str, str]:
    """Platform, workspace and user of an account's `key`; empty where it names none."""
    platform, _, rest = key.partition(":")
    workspace, _, user_id = rest.partition(":")
    return platform, workspace, user_id


def find(session: Session, platform: str, workspace: str, user_id: str) -> AccountView | None:
    """The account with one identity, if a member has it."""
    row = _row(session, platform, workspace, user_id)
    return _view(row) if row is not None else None


def of_member(session: Session, member_id: int) -> list[AccountView]:
    """Every account of a member, the oldest first."""
    query = select(Account).where(col(Account.member_id) == member_id).order_by(col(Account.id))
    return [_view(row) for row in session.scalars(query)]


def lately_used(session: Session, platform: str, limit: int) -> list[AccountView]:
    """The accounts of a platform that somebody acted with last, the latest first."""
    rows = session.scalars(
        select(Account)
        .where(
            col(Account.platform) == platform,
            col(Account.gone_at).is_(None),
            col(Account.used_at).is_not(None),
        )
        .order_by(col(Account.used_at).desc(), col(Account.id))
        .limit(limit)
    )
    return [_view(row) for row in rows]


def keep(session: Session, member_id: int, account: AccountView) -> None:
    """Let an account belong to a member, with the name, locale and zone it has now.

    An account that was gone is back.
    """
    row = _row(session, account.platform, account.workspace, account.user_id)
    if row is None:
        row = Account(
            member_id=member_id,
            platform=account.platform,
            workspace=account.workspace,
            user_id=account.user_id,
            name=account.name,
        )
    joins = row.member_id != member_id or row.id is None
    row.member_id, row.name = member_id, account.name
    row.locale, row.time_zone, row.gone_at = account.locale, account.time_zone, None
    session.add(row)
    session.flush()
    if joins:
        ratings.belong(session, member_id, [account.key])
    passages.changed(session, member_id=member_id)


def choose_language(
    session: Session, platform: str, workspace: str, user_id: str, language: str | None
) -> None:
    """Keep the language that an account's owner wants to read."""
    row = _row(session, platform, workspace, user_id)
    if row is None:
        raise LookupError("no such account")
    row.language = language
    passages.changed(session, member_id=row.member_id)


def leave(session: Session, platform: str, workspace: str, user_id: str, at: datetime) -> bool:
    """Mark an account whose owner has left the workspace; False when nobody has it, or again."""
    row = _row(session, platform, workspace, user_id)
    if row is None or row.gone_at is not None:
        return False
    row.gone_at = at
    session.flush()
    passages.changed(session, member_id=row.member_id)
    return True


def departed(session: Session, member_ids: Iterable[int] | None = None) -> set[int]:
    """Those of these members (None: of all) who had accounts and have none left."""
    found = (
        select(col(Account.member_id))
        .group_by(col(Account.member_id))
        .having(func.count() == func.count(col(Account.gone_at)))
    )
    gone = {number for number in session.scalars(found) if number is not None}
    return gone if member_ids is None else gone & set(member_ids)


def gone(session: Session, limit: int) -> list[AccountView]:
    """Accounts whose owners have left their workspace, the latest first."""
    query = (
        select(Account)
        .where(col(Account.gone_at).is_not(None))
        .order_by(col(Account.gone_at).desc(), col(Account.id).desc())
        .limit(limit)
    )
    return [_view(row) for row in session.scalars(query)]


def move(session: Session, former: int, member_id: int) -> None:
    """Give all accounts of one member to another."""
    session.execute(
        update(Account).where(col(Account.member_id) == former).values(member_id=member_id)
    )
    passages.changed(session, member_id=member_id)


def used(session: Session, platform: str, workspace: str, user_id: str, at: datetime) -> None:
    """An account's owner was here; it is where they are written to."""
    session.execute(
        update(Account)
        .where(
            col(Account.platform) == platform,
            col(Account.workspace) == workspace,
            col(Account.user_id) == user_id,
        )
        .values(used_at=at)
    )


def latest(session: Session, member_id: int, *, without: str = "") -> AccountView | None:
    """The account that a member used last, not gone and not on the platform `without`."""
    row = session.scalar(
        select(Account)
        .where(
            col(Account.member_id) == member_id,
            col(Account.platform) != without,
            col(Account.gone_at).is_(None),
        )
        .order_by(
            func.coalesce(col(Account.used_at), col(Account.created_at)).desc(),
            col(Account.id).desc(),
        )
        .limit(1)
    )
    return _view(row) if row is not None else None


def _row(session: Session, platform: str, workspace: str, user_id: str) -> Account | None:
    return session.scalar(
        select(Account).where(
            col(Account.platform) == platform,
            col(Account.workspace) == workspace,
            col(Account.user_id) == user_id,
        )
    )


def _view(row: Account) -> AccountView:
    return AccountView(
        row.platform,
        row.workspace,
        row.user_id,
        row.name,
        row.locale,
        row.time_zone,
        row.language,
        row.member_id,
        row.gone_at is not None,
    )
