"""Members: rows to views and back, consents, offers and needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from knowledge.database.circumstances import CircumstancesView
from knowledge.database.columns import utc_now
from knowledge.members.tables import Account, ClaimCode, Consent, Member, Need, Offer
from knowledge.members.views import MemberDraft, MemberView
from knowledge.questions import questions
from knowledge.text import passages
from knowledge.text.passages import Piece
from knowledge.vocabulary import Community, MemberStatus, PassageKind, Purpose

CONSENT_TEXT = "2026-12"
"""Version of the sentences that people agree to; a new wording gets a new version."""


TO_BE_ASKED = frozenset({Purpose.BE_EXPERT, Purpose.BE_ASKED})
"""Both are needed before a question is sent to somebody."""


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One answer to one purpose: which wording was read, and when it was answered."""

    purpose: Purpose
    given: bool
    text_version: str
    at: datetime


def get(session: Session, member_id: int) -> MemberView | None:
    """One member, whatever their status."""
    found = get_many(session, [member_id])
    return found[0] if found else None


def get_many(session: Session, member_ids: Sequence[int]) -> list[MemberView]:
    """Members in the order asked for; unknown numbers are left out."""
    rows = session.scalars(select(Member).where(col(Member.id).in_(member_ids))).all()
    views = {member.id: member for member in _views(session, rows)}
    return [views[number] for number in member_ids if number in views]


def listed(
    session: Session, statuses: Iterable[MemberStatus], *, limit: int | None = None
) -> list[MemberView]:
    """Members of some statuses, the newest first."""
    rows = session.scalars(
        select(Member)
        .where(col(Member.status).in_(list(statuses)))
        .order_by(col(Member.created_at).desc(), col(Member.id).desc())
        .limit(limit)
    ).all()
    return _views(session, rows)


def numbers(session: Session, statuses: Iterable[MemberStatus]) -> list[int]:
    """Numbers of all members of some statuses, the newest first."""
    rows = session.scalars(
        select(col(Member.id))
        .where(col(Member.status).in_(list(statuses)))
        .order_by(col(Member.created_at).desc(), col(Member.id).desc())
    )
    return [number for number in rows if number is not None]


def by_key(session: Session, key: str) -> MemberView | None:
    """The member that a file calls `key`."""
    row = session.scalar(select(col(Member.id)).where(col(Member.key) == key))
    return get(session, row) if row is not None else None


def by_account(session: Session, platform: str, workspace: str, user_id: str) -> MemberView | None:
    """The member behind one account."""
    member_id = session.scalar(
        select(col(Account.member_id)).where(
            col(Account.platform) == platform,
            col(Account.workspace) == workspace,
            col(Account.user_id) == user_id,
        )
    )
    return get(session, member_id) if member_id is not None else None


def create(
    session: Session, draft: MemberDraft, status: MemberStatus, *, invented: bool = False
) -> int:
    """Write a new member with their offers, needs and consents; returns the number."""
    row = Member(key=draft.key or None, name=draft.name, status=status, invented=invented)
    session.add(row)
    session.flush()
    member_id = row.id or 0
    for purpose in sorted(draft.consents):
        record_consent(session, member_id, purpose, given=True, at=utc_now())
    update(session, member_id, draft)
    return member_id


def record_consent(
    session: Session, member_id: int, purpose: Purpose, *, given: bool, at: datetime
) -> None:
    """Record a yes or a no; the record of earlier answers stays."""
    session.add(
        Consent(member_id=member_id, purpose=purpose, given=given, text_version=CONSENT_TEXT, at=at)
    )
    session.flush()


def update(session: Session, member_id: int, draft: MemberDraft) -> None:
    """Write all that a draft says but its key and consents; what can be found of them follows."""
    row = session.get(Member, member_id)
    if row is None:
        raise LookupError(f"no member {member_id}")
    row.name, row.community, row.role = draft.name, draft.community, draft.role
    row.organisation, row.place, row.country = draft.organisation, draft.place, draft.country
    row.languages, row.time_zone = list(draft.languages), draft.time_zone
    row.hours_from, row.hours_until = draft.hours_from, draft.hours_until
    row.profile, row.contact_line, row.capacity = draft.profile, draft.contact_line, draft.capacity
    facts = draft.circumstances
    row.level, row.population_band = facts.level, facts.population_band
    row.legal_basis, row.staff_band = facts.legal_basis, facts.staff_band
    row.data_source, row.updated_at = facts.data_source, utc_now()
    for table, lines in ((Offer, draft.offers), (Need, draft.needs)):
        session.execute(delete(table).where(col(table.member_id) == member_id))
        session.add_all(table(member_id=member_id, text=line) for line in lines)
    session.flush()
    passages.replace(session, pieces(draft), member_id=member_id)


def pieces(draft: MemberDraft) -> list[Piece]:
    """The texts by which a member is found: each offer, and what they do where."""
    language = draft.languages[0] if draft.languages else "und"
    found = [
        Piece(PassageKind.OFFER, line, language, number) for number, line in enumerate(draft.offers)
    ]
    profile = ". ".join(part for part in (draft.role, draft.profile) if part)
    if profile:
        found.append(Piece(PassageKind.PROFILE, profile, language))
    found.extend(
        Piece(PassageKind.NEED, line, language, number) for number, line in enumerate(draft.needs)
    )
    return found


def consent_record(session: Session, member_id: int) -> list[ConsentView]:
    """Every answer that a member gave to a purpose, the oldest first."""
    rows = session.scalars(
        select(Consent).where(col(Consent.member_id) == member_id).order_by(col(Consent.id))
    )
    return [ConsentView(row.purpose, row.given, row.text_version, row.at) for row in rows]


def join_consents(session: Session, member_id: int, former: int) -> None:
    """Let both members' answers be one record, each with its date, in the order of the answers."""
    answers = consent_record(session, member_id) + consent_record(session, former)
    session.execute(delete(Consent).where(col(Consent.member_id).in_([member_id, former])))
    # New numbers: the newest number is the last word.
    for answer in sorted(answers, key=lambda answer: answer.at):
        session.add(
            Consent(
                member_id=member_id,
                purpose=answer.purpose,
                given=answer.given,
                text_version=answer.text_version,
                at=answer.at,
            )
        )
    session.flush()


def dates(session: Session, member_id: int) -> tuple[datetime | None, datetime | None]:
    """Since when a member is stored, and when that last changed."""
    row = session.get(Member, member_id)
    return (row.created_at, row.updated_at) if row is not None else (None, None)


def set_status(session: Session, member_id: int, status: MemberStatus) -> None:
    """Write a member's status; what it ends is for the lifecycle to end."""
    row = session.get(Member, member_id)
    if row is None:
        raise LookupError(f"no member {member_id}")
    row.status, row.updated_at = status, utc_now()
    session.flush()


def snooze(session: Session, member_id: int, until: date | None) -> None:
    """Write until when a member is left alone; what that ends is for the lifecycle to end."""
    row = session.get(Member, member_id)
    if row is None:
        raise LookupError(f"no member {member_id}")
    row.snoozed_until, row.updated_at = until, utc_now()
    session.flush()


def remove(session: Session, member_id: int) -> None:
    """Take a member's row away, with all that is theirs alone; the searchable text first."""
    asked = [question.id for question in questions.of_person(session, member_id, ())]
    passages.forget_answered(session, asked)
    passages.forget(session, member_id=member_id)
    session.execute(delete(ClaimCode).where(col(ClaimCode.member_id) == member_id))
    session.execute(delete(Member).where(col(Member.id) == member_id))
    session.expire_all()
    passages.changed(session, member_id=member_id)


def set_steward(session: Session, member_id: int, steward: bool) -> None:
    """Let a member run the community, or no longer."""
    row = session.get(Member, member_id)
    if row is None:
        raise LookupError(f"no member {member_id}")
    row.steward, row.updated_at = steward, utc_now()
    passages.changed(session, member_id=member_id)


def count(session: Session, status: MemberStatus) -> int:
    """How many members have one status."""
    return (
        session.scalar(select(func.count()).select_from(Member).where(col(Member.status) == status))
        or 0
    )


@dataclass(frozen=True, slots=True)
class Trait:
    """What a description of somebody may be made of, without the person."""

    community: Community | None
    role: str
    country: str
    invented: bool


def crowd(session: Session) -> list[Trait]:
    """The traits of every active member: all that a census needs."""
    rows = session.execute(
        select(
            col(Member.community), col(Member.role), col(Member.country), col(Member.invented)
        ).where(col(Member.status) == MemberStatus.ACTIVE)
    )
    return [Trait(*row) for row in rows]


def draft_of(member: MemberView) -> MemberDraft:
    """What a member told, to be changed or written to a file."""
    return MemberDraft(
        key=member.key or "",
        name=member.name,
        community=member.community,
        role=member.role,
        organisation=member.organisation,
        place=member.place,
        country=member.country,
        languages=member.languages,
        time_zone=member.time_zone,
        hours_from=member.hours_from,
        hours_until=member.hours_until,
        profile=member.profile,
        contact_line=member.contact_line,
        capacity=member.capacity,
        offers=member.offers,
        needs=member.needs,
        consents=member.consents,
        circumstances=member.circumstances,
    )


def _views(session: Session, rows: Sequence[Member]) -> list[MemberView]:
    numbers = [row.id for row in rows if row.id is not None]
    offers = _lines(session, Offer, numbers)
    needs = _lines(session, Need, numbers)
    agreed: dict[int, dict[Purpose, bool]] = {}
    for member_id, purpose, given in session.execute(
        select(col(Consent.member_id), col(Consent.purpose), col(Consent.given))
        .where(col(Consent.member_id).in_(numbers))
        .order_by(col(Consent.id))
    ):
        agreed.setdefault(member_id, {})[purpose] = given
    return [
        MemberView(
            id=row.id or 0,
            key=row.key,
            name=row.name,
            status=row.status,
            community=row.community,
            role=row.role,
            organisation=row.organisation,
            place=row.place,
            country=row.country,
            languages=tuple(row.languages),
            time_zone=row.time_zone,
            hours_from=row.hours_from,
            hours_until=row.hours_until,
            profile=row.profile,
            contact_line=row.contact_line,
            capacity=row.capacity,
            offers=tuple(offers.get(row.id or 0, ())),
            needs=tuple(needs.get(row.id or 0, ())),
            consents=frozenset(
                purpose for purpose, given in agreed.get(row.id or 0, {}).items() if given
            ),
            circumstances=CircumstancesView(
                row.level, row.population_band, row.legal_basis, row.staff_band, row.data_source
            ),
            steward=row.steward,
            invented=row.invented,
            snoozed_until=row.snoozed_until,
        )
        for row in rows
    ]


def _lines(
    session: Session, table: type[Offer] | type[Need], member_ids: Sequence[int]
) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for member_id, text in session.execute(
        select(col(table.member_id), col(table.text))
        .where(col(table.member_id).in_(member_ids))
        .order_by(col(table.id))
    ):
        found.setdefault(member_id, []).append(text)
    return found
