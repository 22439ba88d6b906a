"""Two members who turn out to be one person become one member."""

from dataclasses import replace

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from knowledge.cases import late_answers, reports
from knowledge.cases.tables import CaseSnippet
from knowledge.citations import citations
from knowledge.conversations import meetings
from knowledge.conversations.tables import Participant
from knowledge.database.circumstances import CircumstancesView
from knowledge.database.columns import utc_now
from knowledge.exchange import assistants, programmes, prompts, rounds
from knowledge.lifecycle import deactivation, membership
from knowledge.members import accounts, members, reporting_lines
from knowledge.members.tables import ClaimCode, Consent, Member
from knowledge.members.views import MemberDraft, MemberView
from knowledge.postcards import postcards
from knowledge.questions import ratings
from knowledge.questions.tables import Match, Question
from knowledge.text import passages
from knowledge.threads import thread_answers
from knowledge.vocabulary import MemberStatus

MOST_LINES = 10

_STANDING = {
    MemberStatus.ACTIVE: 3,
    MemberStatus.PAUSED: 3,
    MemberStatus.UNVERIFIED: 2,
    MemberStatus.INVITED: 1,
    MemberStatus.LEFT: 0,
}


def in_order(one: MemberView, other: MemberView) -> tuple[MemberView, MemberView]:
    """(the member that stays, the one that goes): the further along stays, else the first."""
    if _STANDING[other.status] > _STANDING[one.status]:
        return other, one
    return one, other


def both_settled(one: MemberView, other: MemberView) -> bool:
    """Whether both were approved, so that only a steward may say that they are one person."""
    settled = _STANDING[MemberStatus.ACTIVE]
    return _STANDING[one.status] == settled and _STANDING[other.status] == settled


def merge(session: Session, stays: MemberView, goes: MemberView) -> None:
    """Move accounts, questions, consents, cases and words of `goes` to `stays`.

    What was written by the person counts more than what was imported about them; consents
    keep their dates, so the last word on each purpose still counts. An earlier membership that
    ended lends no words and no agreement.
    """
    ended = goes.status is MemberStatus.LEFT
    if not ended:
        members.update(session, stays.id, _joined(stays, goes))
        # New numbers in the order of the answers: the newest number is the last word.
        answers = members.consent_record(session, stays.id)
        answers += members.consent_record(session, goes.id)
        session.execute(delete(Consent).where(col(Consent.member_id).in_([stays.id, goes.id])))
        for answer in sorted(answers, key=lambda answer: answer.at):
            session.add(
                Consent(
                    member_id=stays.id,
                    purpose=answer.purpose,
                    given=answer.given,
                    text_version=answer.text_version,
                    at=answer.at,
                )
            )
        session.flush()
    accounts.move(session, goes.id, stays.id)
    deactivation.merge(session, stays.id, goes.id)
    for statement in (
        update(Question).where(col(Question.asker_id) == goes.id).values(asker_id=stays.id),
        update(Match).where(col(Match.member_id) == goes.id).values(member_id=stays.id),
        update(CaseSnippet).where(col(CaseSnippet.author_id) == goes.id).values(author_id=stays.id),
        update(Participant).where(col(Participant.member_id) == goes.id).values(member_id=stays.id),
    ):
        session.execute(statement)
    reports.move(session, goes.id, stays.id)
    citations.move(session, goes.id, stays.id)
    postcards.belong(session, stays.id, goes.id)
    late_answers.move(session, goes.id, stays.id, utc_now())
    keys = [account.key for account in accounts.of_member(session, stays.id)]
    ratings.belong(session, stays.id, keys, former=[goes.id])
    programmes.belong(session, stays.id, goes.id)
    rounds.belong(session, stays.id, goes.id)
    reporting_lines.belong(session, stays.id, goes.id)
    assistants.belong(session, stays.id, goes.id, keys)
    meetings.belong(session, stays.id, goes.id)
    prompts.move(session, stays.id, goes.id)
    thread_answers.move(session, stays.id, goes.id)
    passages.move_answered(session, stays.id, goes.id)
    _keep_snooze(session, stays, goes)
    if goes.steward and both_settled(stays, goes):
        members.set_steward(session, stays.id, True)
    remove(session, goes.id)
    passages.changed(session, member_id=stays.id)


def remove(session: Session, member_id: int) -> None:
    """Take a member's row away, with all that is theirs alone; the searchable text first."""
    passages.forget(session, member_id=member_id)
    asked = session.scalars(select(col(Question.id)).where(col(Question.asker_id) == member_id))
    passages.forget_answered(session, [number for number in asked if number is not None])
    session.execute(delete(ClaimCode).where(col(ClaimCode.member_id) == member_id))
    session.execute(delete(Member).where(col(Member.id) == member_id))
    session.expire_all()
    passages.changed(session, member_id=member_id)


def _keep_snooze(session: Session, stays: MemberView, goes: MemberView) -> None:
    """Whoever asked to be left alone with either account is left alone."""
    ends = [each.snoozed_until for each in (stays, goes) if each.snoozed_until is not None]
    if goes.status is not MemberStatus.LEFT and ends:
        membership.snooze(session, stays.id, max(ends))


def _joined(stays: MemberView, goes: MemberView) -> MemberDraft:
    first, second = stays, goes
    if stays.status is MemberStatus.INVITED:
        first, second = goes, stays
    own, other = members.draft_of(first), members.draft_of(second)
    facts, spare = own.circumstances, other.circumstances
    zoned = own if own.languages or own.country else other
    return replace(
        own,
        name=own.name or other.name,
        community=stays.community or goes.community,
        role=own.role or other.role,
        organisation=own.organisation or other.organisation,
        place=own.place or other.place,
        country=own.country or other.country,
        languages=own.languages or other.languages,
        time_zone=zoned.time_zone,
        hours_from=zoned.hours_from,
        hours_until=zoned.hours_until,
        profile=own.profile or other.profile,
        contact_line=own.contact_line or other.contact_line,
        capacity=own.capacity if own.capacity is not None else other.capacity,
        offers=tuple(dict.fromkeys([*own.offers, *other.offers]))[:MOST_LINES],
        needs=tuple(dict.fromkeys([*own.needs, *other.needs]))[:MOST_LINES],
        circumstances=CircumstancesView(
            level=facts.level or spare.level,
            population_band=facts.population_band or spare.population_band,
            legal_basis=facts.legal_basis or spare.legal_basis,
            staff_band=facts.staff_band or spare.staff_band,
            data_source=facts.data_source or spare.data_source,
        ),
    )
