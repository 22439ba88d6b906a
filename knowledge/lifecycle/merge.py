"""Two members who turn out to be one person become one member."""

from dataclasses import replace

from sqlmodel import Session

from knowledge.database.circumstances import CircumstancesView
from knowledge.database.columns import utc_now
from knowledge.database.personal_data import Merger
from knowledge.lifecycle import membership
from knowledge.lifecycle.registry import HELD
from knowledge.members import accounts, members
from knowledge.members.views import MemberDraft, MemberView
from knowledge.text import passages
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
    keys = [each.key for one in (stays, goes) for each in accounts.of_member(session, one.id)]
    if goes.status is not MemberStatus.LEFT:
        members.update(session, stays.id, _joined(stays, goes))
        members.join_consents(session, stays.id, goes.id)
    two = Merger(stays.id, goes.id, tuple(keys), utc_now())
    for held in HELD:
        held.merge(session, two)
    _keep_snooze(session, stays, goes)
    if goes.steward and both_settled(stays, goes):
        members.set_steward(session, stays.id, True)
    members.remove(session, goes.id)
    passages.changed(session, member_id=stays.id)


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
