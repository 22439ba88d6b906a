"""Who can be asked, and about which questions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from knowledge.introductions.tables import Introduction, Request
from knowledge.members import contacts, members, reporting_lines
from knowledge.members.tables import Account
from knowledge.members.views import MemberView
from knowledge.questions.tables import Match, Question
from knowledge.vocabulary import MemberStatus, Purpose, QuestionState, RequestState


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member who could be asked; `score` is that of the match, `load` how much they had."""

    member: MemberView
    score: float
    load: contacts.Load
    reasons: tuple[str, ...] = ()


def may_be_asked(member: MemberView, now: datetime) -> bool:
    """Whether a member agreed to be asked, and takes part and is not left alone at present."""
    agreed = member.agreed(Purpose.BE_EXPERT) and member.agreed(Purpose.BE_ASKED)
    awake = contacts.capacity(member) > 0 and not member.snoozed(now)
    return member.status is MemberStatus.ACTIVE and agreed and awake


def candidates(session: Session, request_id: int, asker_id: int, now: datetime) -> list[Candidate]:
    """Who was found for a question and can be asked as things stand, the best match first.

    Without the asker, their superiors and staff, those who were asked, and those whom no account
    reaches.
    """
    gone = (
        _asked(session, request_id) | {asker_id} | reporting_lines.in_line_with(session, asker_id)
    )
    rows = session.execute(
        select(col(Match.member_id), col(Match.score), col(Match.reasons))
        .where(col(Match.question_id) == request_id, col(Match.member_id).is_not(None))
        .order_by(col(Match.rank))
    )
    found = {
        member_id: (score, tuple(reasons))
        for member_id, score, reasons in rows
        if member_id is not None and member_id not in gone
    }
    who = _reached(session, members.get_many(session, list(found)), now)
    loads = contacts.loads(session, who, now)
    return [
        Candidate(member, found[member.id][0], loads[member.id], found[member.id][1])
        for member in who
    ]


def one_candidate(
    session: Session, request_id: int, asker_id: int, member: MemberView, now: datetime
) -> Candidate | None:
    """Somebody who was suggested; None if they cannot be asked now."""
    if member.id == asker_id or not _reached(session, [member], now):
        return None
    if member.id in _asked(session, request_id) | reporting_lines.in_line_with(session, asker_id):
        return None
    load = contacts.loads(session, [member], now)[member.id]
    return Candidate(member, 0.0, load) if load.free_at is None else None


def to_be_handed_over(
    session: Session, asker_id: int, question_ids: Collection[int], now: datetime
) -> set[int]:
    """The open questions of a member for which somebody can be asked and nobody was."""
    rows = session.execute(
        select(col(Match.question_id), col(Match.member_id))
        .join(Question, col(Question.id) == col(Match.question_id))
        .outerjoin(Request, col(Request.id) == col(Match.question_id))
        .where(
            col(Match.question_id).in_(list(question_ids)),
            col(Match.member_id).is_not(None),
            col(Match.member_id) != asker_id,
            col(Question.state) == QuestionState.OPEN,
            col(Request.id).is_(None) | (col(Request.state) == RequestState.DRAFT),
        )
    ).all()
    who = members.get_many(session, sorted({number for _, number in rows if number}))
    able = {member.id for member in _reached(session, who, now)}
    able -= reporting_lines.in_line_with(session, asker_id)
    return {question_id for question_id, member_id in rows if member_id in able}


def named(session: Session, name: str, now: datetime, organisation: str = "") -> list[MemberView]:
    """Members with that name who agreed to be asked and to be shown by name."""
    wanted, office = _folded(name), _folded(organisation)
    numbers = members.numbers(session, [MemberStatus.ACTIVE])
    return [
        member
        for member in members.get_many(session, numbers)
        if _folded(member.name) == wanted
        and member.agreed(Purpose.BE_NAMED)
        and may_be_asked(member, now)
        and (not office or _folded(member.organisation) == office)
    ]


def _asked(session: Session, request_id: int) -> set[int | None]:
    return set(
        session.scalars(
            select(col(Introduction.expert_id)).where(col(Introduction.request_id) == request_id)
        )
    )


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _reached(session: Session, found: Sequence[MemberView], now: datetime) -> list[MemberView]:
    """Those who can be asked and have an account to be reached by, that is not gone."""
    able = [member for member in found if may_be_asked(member, now)]
    owners = set(
        session.scalars(
            select(col(Account.member_id)).where(
                col(Account.member_id).in_([member.id for member in able]),
                col(Account.gone_at).is_(None),
            )
        )
    )
    return [member for member in able if member.id in owners]
