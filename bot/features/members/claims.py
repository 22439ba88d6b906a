"""One person, one member: one-time codes join an account to a member."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.contract import Person, Reply
from bot.core.commands import NOTHING, Group, Intent, Who
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.core.handlers import said
from bot.features.members import claim_replies
from bot.features.members.membership import APPROVE, identity, load
from bot.features.members.profile_replies import Profile
from bot.i18n import later
from bot.storage.database import Database
from knowledge.database.columns import utc_now
from knowledge.lifecycle import membership, merge
from knowledge.lifecycle.personal_data import subject
from knowledge.members import accounts, audit, claim_codes, members
from knowledge.members.views import MemberDraft, MemberView
from knowledge.vocabulary import MemberStatus

FOR_AN_INVITATION = timedelta(hours=72)
FOR_A_SECOND_ACCOUNT = timedelta(minutes=15)
GUESSES = 5
GUESSING_WINDOW = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a code did: whose account this is now, and whether it made a steward."""

    profile: Profile
    steward: bool = False


class Claims:
    """Takes codes and gives members theirs; wrong guesses are counted per account."""

    def __init__(self, *, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._failed: dict[str, deque[datetime]] = {}

    @said(
        "claim",
        Group.MEMBERSHIP,
        later("join two accounts of one person"),
        NOTHING,
        r"(?P<text>[A-Za-z0-9-]{4,40})",
        examples="claim\nclaim ABCD-EFGH-JKMN",
    )
    async def claim(self, context: Context, intent: Intent) -> Reply:
        """`claim` gives a code for a second account; `claim CODE` takes one."""
        if not intent.text:
            return await self._given(context)
        self._throttle(context.person.key)
        now = self._clock()
        claimed = await self._database.write(
            lambda session: take(session, context.person, intent.text, now)
        )
        if claimed is None:
            self._failed.setdefault(context.person.key, deque(maxlen=GUESSES)).append(now)
            raise UserFacingError("claim_refused")
        return claim_replies.claimed(context.say, claimed.profile, steward=claimed.steward)

    async def _given(self, context: Context) -> Reply:
        context.admit(Who.JOINED)
        member, code = context.me, claim_codes.new_code()
        expires = self._clock() + FOR_A_SECOND_ACCOUNT

        def put(session: Session) -> None:
            if members.get(session, member.id) is None:
                raise UserFacingError("not_a_member")
            claim_codes.put(session, code, expires, member_id=member.id)

        await self._database.write(put)
        return claim_replies.own_code(
            context.say, code, int(FOR_A_SECOND_ACCOUNT.total_seconds() // 60)
        )

    def _throttle(self, key: str) -> None:
        since = self._clock() - GUESSING_WINDOW
        for account in [name for name, times in self._failed.items() if times[-1] <= since]:
            del self._failed[account]
        recent = [moment for moment in self._failed.get(key, ()) if moment > since]
        if len(recent) >= GUESSES:
            raise UserFacingError("claim_throttled")


def invite(session: Session, actor: str, member_id: int, now: datetime) -> str:
    """A code for an invited person, good for FOR_AN_INVITATION; the one before is void.

    Raises `member_not_found`, or `only_invited` for somebody who accepted.
    """
    member = members.get(session, member_id)
    if member is None:
        raise UserFacingError("member_not_found", number=member_id)
    if member.status is not MemberStatus.INVITED:
        raise UserFacingError("only_invited", number=member_id)
    code = claim_codes.new_code()
    claim_codes.put(session, code, now + FOR_AN_INVITATION, member_id=member_id)
    audit.record(session, actor, "member.code", subject(member_id))
    return code


def first_steward_code(session: Session) -> str:
    """A code that makes whoever says it first a steward, good for FOR_AN_INVITATION."""
    code = claim_codes.new_code()
    claim_codes.put(session, code, utc_now() + FOR_AN_INVITATION, makes_steward=True)
    return code


def take(session: Session, person: Person, code: str, now: datetime) -> Claimed | None:
    """Spend a code for an account; None, and nothing changed, when the code is not good.

    Raises `two_profiles` or `invented_apart` when the account has a profile that must not
    be joined; the code then stays good.
    """
    found = claim_codes.take(session, code, now)
    if found is None:
        return None
    own = members.by_account(session, person.platform, person.workspace, person.user_id)
    if found.member_id is None:
        return _first_steward(session, person, own) if found.makes_steward else None
    target = members.get(session, found.member_id)
    if target is None or target.status is MemberStatus.LEFT:
        return None
    return Claimed(load(session, _link(session, person, own, target)))


def _link(session: Session, person: Person, own: MemberView | None, target: MemberView) -> int:
    if own is None:
        accounts.keep(session, target.id, identity(person))
        return target.id
    if own.id == target.id:
        return target.id
    if own.invented is not target.invented:
        raise UserFacingError("invented_apart")
    if merge.both_settled(own, target):
        raise UserFacingError("two_profiles", one=own.id, other=target.id)
    stays, goes = merge.in_order(target, own)
    merge.merge(session, stays, goes)
    audit.record(session, subject(stays.id), "member.link", subject(stays.id), subject(goes.id))
    return stays.id


def _first_steward(session: Session, person: Person, own: MemberView | None) -> Claimed:
    if own is None:
        number = members.create(session, MemberDraft(key="", name=person.name), MemberStatus.ACTIVE)
        accounts.keep(session, number, identity(person))
    else:
        number = own.id
        membership.set_status(session, number, MemberStatus.ACTIVE)
    members.set_steward(session, number, True)
    audit.record(session, "first-code", APPROVE, subject(number))
    return Claimed(load(session, number), steward=True)
