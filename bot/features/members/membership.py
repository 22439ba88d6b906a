"""How a membership moves from one status to the next, and who counts as joined."""

from sqlmodel import Session

from bot.contract import Person
from bot.core.errors import UserFacingError
from bot.features.members import enrolment, profile_forms
from bot.features.members.profile_replies import Profile
from bot.storage.database import Database
from knowledge.lifecycle.personal_data import subject
from knowledge.members import audit, members
from knowledge.members.accounts import AccountView
from knowledge.members.anonymity import Census, display
from knowledge.members.views import MemberView
from knowledge.vocabulary import Community, MemberStatus

ACCEPT, APPROVE, REJECT, REMOVE = (
    "member.accept",
    "member.approve",
    "member.reject",
    "member.remove",
)

_STANDING = (ACCEPT, APPROVE, REJECT, REMOVE)


def load(session: Session, member_id: int) -> Profile:
    """A member's card: what they told, what is missing, and how others see them."""
    member = members.get(session, member_id)
    if member is None:
        raise UserFacingError("not_a_member")
    record = members.consent_record(session, member_id)
    seen = display(member, Census(members.crowd(session)))
    missing = profile_forms.missing(member, record)
    return Profile(member, missing, seen, enrolment.unanswered(session, member))


def identity(person: Person) -> AccountView:
    """A person's account as their platform shows it now."""
    return AccountView(
        person.platform,
        person.workspace,
        person.user_id,
        person.name,
        person.locale,
        person.time_zone,
    )


async def change_profile(
    database: Database, member_id: int, change: profile_forms.Change
) -> Profile:
    """Write a change of what a member told. Raises `not_a_member` if they are gone."""

    def apply(session: Session) -> Profile:
        # Read again inside the unit: another account of the same person may have written.
        current = members.get(session, member_id)
        if current is None:
            raise UserFacingError("not_a_member")
        members.update(session, member_id, change(members.draft_of(current)))
        return load(session, member_id)

    return await database.write(apply)


def saved_status(
    session: Session, former: MemberView, community: Community | None, *, trusted: bool
) -> MemberStatus:
    """The status after somebody saved who they are.

    An invited person is approved for the community that the invitation names; whoever changes
    community waits for a steward again; whoever comes back is what they were before they left,
    unless a steward had sent them away. Account keys of the settings are always approved.
    """
    same = former.community is None or former.community is community
    if trusted or (former.steward and former.status is MemberStatus.ACTIVE):
        return MemberStatus.ACTIVE
    if former.status is MemberStatus.INVITED:
        if community is None or former.community is not community:
            return MemberStatus.UNVERIFIED
        audit.record(session, subject(former.id), ACCEPT, subject(former.id))
        return MemberStatus.ACTIVE
    if former.status is MemberStatus.LEFT:
        approved = _standing(session, former.id)[0] in (ACCEPT, APPROVE)
        return MemberStatus.ACTIVE if approved and same else MemberStatus.UNVERIFIED
    return former.status if same else MemberStatus.UNVERIFIED


def standing_reason(session: Session, member_id: int) -> str | None:
    """Why a steward sent a member away; None when the member left by themselves."""
    act, detail = _standing(session, member_id)
    return detail if act in (REJECT, REMOVE) else None


def _standing(session: Session, member_id: int) -> tuple[str, str]:
    """The last act of a steward on somebody's membership, and what was said."""
    acts = [entry for entry in audit.about(session, subject(member_id)) if entry.act in _STANDING]
    return (acts[-1].act, acts[-1].detail) if acts else ("", "")
