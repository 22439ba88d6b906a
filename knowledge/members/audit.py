"""The record of privileged acts: who did what to which member or case, and when."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from knowledge.database.columns import utc_now
from knowledge.members.tables import AuditEntry


@dataclass(frozen=True, slots=True)
class AuditView:
    """One privileged act as it is shown; `subject` is a word such as `member:12`."""

    actor: str
    act: str
    subject: str
    detail: str
    at: datetime


def subject(member_id: int) -> str:
    """How the audit names a member."""
    return f"member:{member_id}"


def record(session: Session, actor: str, act: str, subject: str, detail: str = "") -> None:
    """Write one act down, in the unit of work that does it."""
    entry = {"actor": actor, "act": act, "subject": subject, "detail": detail, "at": utc_now()}
    session.execute(insert(AuditEntry), [entry])


def recent(session: Session, limit: int = 20) -> list[AuditView]:
    """The last acts, the newest first."""
    query = select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(limit)
    return [_view(row) for row in session.scalars(query)]


def about(session: Session, subject: str) -> list[AuditView]:
    """Every act upon one subject, the oldest first."""
    query = (
        select(AuditEntry).where(col(AuditEntry.subject) == subject).order_by(col(AuditEntry.id))
    )
    return [_view(row) for row in session.scalars(query)]


def forget_words(session: Session, subject: str) -> None:
    """Keep the acts upon a subject, without what was said about it."""
    session.execute(update(AuditEntry).where(col(AuditEntry.subject) == subject).values(detail=""))


def rename_actor(session: Session, former: str, actor: str) -> None:
    """Let acts that stand under an account's name stand under another word."""
    session.execute(update(AuditEntry).where(col(AuditEntry.actor) == former).values(actor=actor))


def _view(row: AuditEntry) -> AuditView:
    return AuditView(row.actor, row.act, row.subject, row.detail, row.at)
