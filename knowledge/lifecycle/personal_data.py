"""Everything that is held about one person: shown to them, given to them, or erased."""

from datetime import datetime

from sqlmodel import Session

from knowledge.database.columns import utc_now
from knowledge.database.personal_data import Holdings, Subject
from knowledge.lifecycle import deactivation
from knowledge.lifecycle.registry import HELD
from knowledge.members import members
from knowledge.members.audit import subject
from knowledge.members.personal_data import is_erased

__all__ = ["Holdings", "collect", "erase", "is_erased", "subject"]


def collect(session: Session, member_id: int | None, account_key: str, now: datetime) -> Holdings:
    """What is held about a member, or about an account that asked without being one."""
    whose = _whose(session, member_id, account_key)
    parts = [part for held in HELD for part in held.parts]
    return Holdings({part: part.collect(session, whose, now) for part in parts})


def erase(session: Session, member_id: int | None, account_key: str) -> None:
    """Remove a person and all that derives from them.

    Published cases that they wrote stay as the community's knowledge, without an author.
    Where they did not agree to be quoted, a case that names them goes as well. Drafts go.
    """
    whose, now = _whose(session, member_id, account_key), utc_now()
    if whose.member_id is not None:
        deactivation.depart(session, whose.member_id, deactivation.GONE)
    for held in reversed(HELD):
        held.erase(session, whose, now)
    if whose.member_id is not None:
        members.remove(session, whose.member_id)


def _whose(session: Session, member_id: int | None, account_key: str) -> Subject:
    if member_id is None or members.get(session, member_id) is None:
        return Subject(None, (account_key,))
    return deactivation.subject_of(session, member_id)
