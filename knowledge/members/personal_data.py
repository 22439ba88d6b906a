"""What is held about somebody as a member: who they are, where they write, what they agreed to."""

from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from sqlmodel import Session

from knowledge.database.personal_data import Merger, Part, PersonalData, Subject, of_member
from knowledge.members import accounts, audit, claim_codes, contacts, members, reporting_lines
from knowledge.members.audit import AuditView, subject
from knowledge.members.views import MemberView
from knowledge.text import passages
from knowledge.text.tables import Meta

_ERASED = "erased:"


def _member(session: Session, whose: Subject, _: datetime) -> MemberView | None:
    return members.get(session, whose.member_id) if whose.member_id is not None else None


def _joined(session: Session, whose: Subject, _: datetime) -> datetime | None:
    return members.dates(session, whose.member_id)[0] if whose.member_id is not None else None


def _changed(session: Session, whose: Subject, _: datetime) -> datetime | None:
    return members.dates(session, whose.member_id)[1] if whose.member_id is not None else None


def _acts(session: Session, member_id: int) -> list[AuditView]:
    """The acts upon a member; which steward it was is another person's data."""
    own = subject(member_id)
    return [
        act if act.actor == own else replace(act, actor="steward")
        for act in audit.about(session, own)
    ]


def _codes(session: Session, whose: Subject, at: datetime) -> list[datetime]:
    if whose.member_id is None:
        return []
    return claim_codes.pending(session, whose.member_id, at)


MEMBER = Part("member", _member)
JOINED = Part("joined", _joined)
CHANGED = Part("changed", _changed)
ACCOUNTS = of_member("accounts", accounts.of_member)
CONSENTS = of_member("consents", members.consent_record)
ACTS = of_member("acts", _acts)
CODES = Part("codes", _codes)
CONTACTS = of_member("contacts", contacts.of_member)
SUPERIORS = of_member("superiors", reporting_lines.named_by)


def is_erased(session: Session, key: str) -> bool:
    """Whether the person whom a file calls `key` had themselves erased."""
    return session.get(Meta, _suppression(key)) is not None


def _merge(session: Session, two: Merger) -> None:
    accounts.move(session, two.goes, two.stays)
    contacts.move(session, two.goes, two.stays)
    reporting_lines.belong(session, two.stays, two.goes)
    passages.move_answered(session, two.stays, two.goes)


def _erase(session: Session, whose: Subject, _: datetime) -> None:
    """The record of what was done stays, by number; the member's own row goes last of all."""
    member = _member(session, whose, _)
    if member is None:
        return
    for key in whose.account_keys:
        audit.rename_actor(session, key, subject(member.id))
    audit.forget_words(session, subject(member.id))
    if member.key:
        session.merge(Meta(name=_suppression(member.key), value=""))


def _suppression(key: str) -> str:
    # A digest is enough to recognise the row of a file, and says nothing to a reader.
    return _ERASED + blake2b(key.encode("utf-8", "replace"), digest_size=16).hexdigest()


HELD = PersonalData(
    parts=(MEMBER, JOINED, CHANGED, ACCOUNTS, CONSENTS, ACTS, CODES, CONTACTS, SUPERIORS),
    merge=_merge,
    erase=_erase,
)
