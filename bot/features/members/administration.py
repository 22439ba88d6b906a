"""Running the community: who comes in, who is who, and the record of what stewards did."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from bot.contract import Pressed, Reply, Submitted
from bot.core.commands import NOTHING, Group, Intent, Who
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.core.forms import beside
from bot.core.handlers import pressed, said, said_or_pressed
from bot.core.tokens import number_in, number_of
from bot.features.members import administration_replies, profile_replies
from bot.features.members.administration_replies import (
    LinkedMember,
    RejectedMember,
    RemovedMember,
)
from bot.features.members.claims import FOR_AN_INVITATION, invite
from bot.features.members.membership import APPROVE, REJECT, REMOVE, load
from bot.features.members.profile_replies import Profile
from bot.i18n import Words, later
from bot.messaging import outbox
from bot.storage.database import Database
from knowledge.lifecycle import membership, merge, personal_data
from knowledge.lifecycle.personal_data import subject
from knowledge.members import accounts, audit, members
from knowledge.members.accounts import AccountView
from knowledge.members.audit import AuditView
from knowledge.members.views import MemberDraft, MemberView
from knowledge.vocabulary import MemberStatus

SHOWN = 8
UNIT = 50
_LISTS = {
    "pending": (MemberStatus.UNVERIFIED,),
    "invited": (MemberStatus.INVITED,),
    "all": tuple(MemberStatus),
}


class MemberOutcome(StrEnum):
    """What came of a person in a file."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    KEPT = "kept"  # they accepted, so that their own words stand
    ERASED = "erased"  # they had themselves erased, and do not come back by file


@dataclass(frozen=True, slots=True)
class ImportedMember:
    """One person of a file and what came of them; no number for somebody erased."""

    key: str
    outcome: MemberOutcome
    id: int | None = None


class MemberAdministration:
    """Members and the audit. `actor` names who acts: `member:3`, `cli:root`."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Callable[[], datetime],
        leaving: Callable[[Session, int], None],
    ) -> None:
        """`leaving` ends what a member takes part in when they go."""
        self._database = database
        self._clock = clock
        self._leaving = leaving

    async def approve_member(self, actor: str, member_id: int) -> MemberView:
        """Approve somebody's community. Raises `member_not_found`, `member_decided`."""
        return await self._settle(actor, member_id, APPROVE, MemberStatus.ACTIVE, "")

    async def reject_member(self, actor: str, member_id: int, reason: str = "") -> MemberView:
        """Turn down somebody who waits. Raises `member_not_found`, `member_decided`."""
        return await self._settle(actor, member_id, REJECT, MemberStatus.LEFT, reason)

    async def remove_member(self, actor: str, member_id: int, reason: str = "") -> str:
        """Send somebody away; an invited person's row goes entirely. Returns the name.

        Raises `member_not_found`, or `member_gone` for somebody who left before.
        """

        def write(session: Session) -> str:
            member = _member(session, member_id)
            if member.status is MemberStatus.LEFT:
                raise UserFacingError("member_gone", number=member_id)
            if member.status is MemberStatus.INVITED:
                members.remove(session, member_id)
            else:
                self._leaving(session, member_id)
                membership.set_status(session, member_id, MemberStatus.LEFT)
                members.set_steward(session, member_id, False)
            audit.record(session, actor, REMOVE, subject(member_id), reason)
            return member.name

        return await self._database.write(write)

    async def link_members(self, actor: str, one: int, other: int) -> MemberView:
        """Say that two members are one person; the further along stays, else the first.

        Raises `member_not_found`, `same_member`, `invented_apart`.
        """

        def write(session: Session) -> MemberView:
            stays, goes = _to_link(session, one, other)
            merge.merge(session, stays, goes)
            audit.record(session, actor, "member.link", subject(stays.id), subject(goes.id))
            return _member(session, stays.id)

        return await self._database.write(write)

    async def to_link(self, one: int, other: int) -> tuple[MemberView, MemberView]:
        """Who would stay and who would go if these were one person. Raises as `link_members`."""
        return await self._database.read(lambda session: _to_link(session, one, other))

    async def invite(self, actor: str, member_id: int) -> str:
        """A one-time claim code for an invited person. Raises `only_invited`."""
        now = self._clock()
        return await self._database.write(lambda session: invite(session, actor, member_id, now))

    async def import_members(
        self, actor: str, drafts: Sequence[MemberDraft]
    ) -> list[ImportedMember]:
        """Invite people of a file, UNIT at a time: nobody sees them until they accept.

        A file cannot consent for anybody, so its consents are left out.
        """
        done: list[ImportedMember] = []
        for start in range(0, len(drafts), UNIT):
            part = [replace(draft, consents=frozenset()) for draft in drafts[start : start + UNIT]]
            done += await self._database.write(
                lambda session, part=part: [_invited(session, draft) for draft in part]  # type: ignore[misc]
            )
        changed = sum(each.outcome in (MemberOutcome.ADDED, MemberOutcome.CHANGED) for each in done)
        if changed:
            detail = f"{changed} of {len(done)}"
            await self._database.write(
                lambda session: audit.record(session, actor, "members.import", "members", detail)
            )
        return done

    @said_or_pressed(
        "member.list",
        "members",
        Group.STEWARDS,
        later("people who wait for a steward"),
        NOTHING,
        r"(?P<object>pending|invited|all)",
        who=Who.STEWARD,
    )
    async def members(self, context: Context, which: str) -> Reply:
        """`members pending`, `members invited`, `members all`; a button says `pending:8`."""
        which, _, offset = which.casefold().partition(":")
        return await self._listed(
            context, which if which in _LISTS else "pending", number_in(offset)
        )

    @said("audit", Group.STEWARDS, later("what stewards did"), who=Who.STEWARD)
    async def audit(self, context: Context, intent: Intent) -> Reply:
        """`audit`: the last privileged acts."""
        acts = await self.acts()
        words = {word for act in acts for word in (act.actor, act.subject, act.detail)}
        names = await self._database.read(lambda session: _names(session, words))
        return administration_replies.audit(context.say, acts, names)

    async def acts(self, limit: int = 20) -> list[AuditView]:
        """The last privileged acts, the newest first."""
        return await self._database.read(lambda session: audit.recent(session, limit))

    @pressed("member.approve", who=Who.STEWARD)
    async def approve(self, context: Context, act: Pressed | Submitted) -> Reply:
        """Approve, from a member's card."""
        found = await self.approve_member(context.actor, number_of(act.subject, "member_not_found"))
        return administration_replies.approved(context.say, found)

    @pressed("member.reject", who=Who.STEWARD)
    async def reject(self, context: Context, act: Pressed | Submitted) -> Reply:
        """Ask for a reason, which may stay empty, or reject with it."""
        number, say = number_of(act.subject, "member_not_found"), context.say
        note = say("The person reads the reason.")
        form = RejectedMember.draw(say, number, note=note, number=number)
        if isinstance(act, Pressed):
            member = await self._one(number)
            return Reply(say("Reject {name}?", name=member.name), form=form)
        told = RejectedMember.read(act.values, form)
        rejected = await self.reject_member(context.actor, number, told.reason)
        return administration_replies.rejected(say, rejected)

    @pressed("member.remove", who=Who.STEWARD)
    async def remove(self, context: Context, act: Pressed | Submitted) -> Reply:
        """Ask for a reason, which may stay empty, or remove with it."""
        number, say = number_of(act.subject, "member_not_found"), context.say
        if isinstance(act, Pressed):
            return administration_replies.remove_question(say, await self._one(number))
        form = RemovedMember.draw(say, number, number=number)
        told = RemovedMember.read(act.values, form)
        name = await self.remove_member(context.actor, number, told.reason)
        return administration_replies.removed(say, number, name)

    @pressed("member.link", who=Who.STEWARD)
    async def link(self, context: Context, act: Pressed | Submitted) -> Reply:
        """Ask for the other member's number, show what will happen, and link when that is said."""
        one, _, confirmed = act.subject.partition(":")
        number, say = number_of(one, "member_not_found"), context.say
        if isinstance(act, Pressed) and confirmed:
            other = number_of(confirmed, "member_not_found")
            return administration_replies.linked(
                say, await self.link_members(context.actor, number, other)
            )
        member = await self._one(number)
        form = LinkedMember.draw(say, number, number=number)
        if isinstance(act, Pressed):
            return Reply(say("Which other member is {name}?", name=member.name), form=form)
        with beside("other", form, act.values):
            other = number_of(LinkedMember.read(act.values, form).other, "member_not_found")
            pair = await self.to_link(number, other)
        stays, goes = await self._database.read(
            lambda session: [(each, accounts.of_member(session, each.id)) for each in pair]
        )
        return administration_replies.link_preview(say, stays, goes)

    @pressed("member.code", who=Who.STEWARD)
    async def code(self, context: Context, act: Pressed | Submitted) -> Reply:
        """A claim code for an invited person, to be passed on."""
        number = number_of(act.subject, "member_not_found")
        code = await self.invite(context.actor, number)
        hours = int(FOR_AN_INVITATION.total_seconds() // 3600)
        return administration_replies.invitation_code(
            context.say, await self._one(number), code, hours
        )

    async def _listed(self, context: Context, which: str, offset: int) -> Reply:
        def find(session: Session) -> tuple[int, list[tuple[MemberView, list[AccountView]]]]:
            everyone = members.numbers(session, _LISTS[which])
            part = members.get_many(session, everyone[offset : offset + SHOWN])
            return len(everyone), [(one, accounts.of_member(session, one.id)) for one in part]

        total, found = await self._database.read(find)
        return administration_replies.members(context.say, which, found, total, offset)

    async def _one(self, number: int) -> MemberView:
        return await self._database.read(lambda session: _member(session, number))

    async def _settle(
        self, actor: str, member_id: int, act: str, status: MemberStatus, reason: str
    ) -> MemberView:
        def write(session: Session) -> MemberView:
            member = _member(session, member_id)
            if member.status is not MemberStatus.UNVERIFIED:
                raise UserFacingError("member_decided", number=member_id, status=member.status)
            account = outbox.reachable(session, member_id)
            membership.set_status(session, member_id, status)
            audit.record(session, actor, act, subject(member_id), reason)
            settled = _member(session, member_id)
            if account is not None:
                self._tell(session, account, load(session, member_id), act, reason)
            return settled

        return await self._database.write(write)

    def _tell(
        self, session: Session, account: AccountView, profile: Profile, act: str, reason: str
    ) -> None:
        """Whoever waited hears what was decided, and why."""

        def said(say: Words) -> Reply:
            if act == APPROVE:
                return profile_replies.approved(say, profile)
            return profile_replies.turned_down(say, reason)

        number, at = profile.member.id, self._clock()
        outbox.tell_account(
            session,
            account.key,
            account.name,
            account.language or account.locale,
            (act, str(number), at.isoformat()),
            said,
            at,
            subjects=[number],
        )


def _to_link(session: Session, one: int, other: int) -> tuple[MemberView, MemberView]:
    first, second = _member(session, one), _member(session, other)
    if first.id == second.id:
        raise UserFacingError("same_member")
    if first.invented is not second.invented:
        raise UserFacingError("invented_apart")
    return merge.in_order(first, second)


def _names(session: Session, words: Iterable[str]) -> dict[str, str]:
    """Who is meant by words of the audit such as `member:3` or an account's key."""
    found = {}
    for word in words:
        kind, _, rest = word.partition(":")
        member = None
        if kind == "member" and rest.isdecimal():
            member = members.get(session, int(rest))
        elif rest.count(":") == 1:
            member = members.by_account(session, *accounts.parts(word))
        if member is not None:
            found[word] = member.name
    return found


def _invited(session: Session, draft: MemberDraft) -> ImportedMember:
    if draft.key and personal_data.is_erased(session, draft.key):
        return ImportedMember(draft.key, MemberOutcome.ERASED)
    known = members.by_key(session, draft.key) if draft.key else None
    if known is None:
        number = members.create(session, draft, MemberStatus.INVITED)
        return ImportedMember(draft.key, MemberOutcome.ADDED, number)
    if known.status is not MemberStatus.INVITED:
        return ImportedMember(draft.key, MemberOutcome.KEPT, known.id)
    if replace(members.draft_of(known), consents=frozenset()) == draft:
        return ImportedMember(draft.key, MemberOutcome.SAME, known.id)
    members.update(session, known.id, draft)
    return ImportedMember(draft.key, MemberOutcome.CHANGED, known.id)


def _member(session: Session, member_id: int) -> MemberView:
    member = members.get(session, member_id)
    if member is None:
        raise UserFacingError("member_not_found", number=member_id)
    return member
