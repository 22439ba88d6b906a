"""An invitation taken up in one form: who somebody is, what they agree to, what they ask."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.contract import Pressed, Reply, Submitted
from bot.core.commands import Intent, Who
from bot.core.context import Context
from bot.core.error_messages import sentence
from bot.core.errors import UserFacingError
from bot.core.forms import beside
from bot.core.handlers import pressed
from bot.features.members import enrolment, entrance_replies, profile_replies
from bot.features.members.enrolment import Joinable
from bot.features.members.entrance_replies import EntranceForm
from bot.features.members.membership import load, saved_status
from bot.features.members.profile_replies import Profile
from bot.storage.database import Database
from knowledge.exchange import programmes
from knowledge.lifecycle import membership
from knowledge.members import members
from knowledge.vocabulary import MemberStatus, Purpose

Ask = Callable[[Context, Intent], Awaitable[Reply]]
"""Answers a question as if it had been written."""


class Entrance:
    """Accepts an invitation, with the consents, the programmes and the first question."""

    def __init__(self, *, database: Database, clock: Callable[[], datetime], ask: Ask) -> None:
        self._database = database
        self._clock = clock
        self._ask = ask

    @pressed("invitation.accept", who=Who.MEMBER)
    async def accept(self, context: Context, act: Pressed | Submitted) -> Reply:
        """The form, or what was filled in; whoever has accepted sees their profile."""
        number = context.me.id
        profile = await self._database.read(lambda session: load(session, number))
        if profile.member.status is not MemberStatus.INVITED:
            return profile_replies.profile_reply(context.say, profile)
        if isinstance(act, Pressed):
            return entrance_replies.invitation(context.say, profile)
        form = entrance_replies.form(context.say, profile)
        told = EntranceForm.read(act.values, form)
        with beside("choices", form, act.values):
            wanted = _programmes(told)
        found, joined = await self._database.write(
            lambda session: self._accepted(session, number, told, wanted)
        )
        accepted = entrance_replies.accepted(context.say, found, joined)
        return await self._answered(context, found, accepted, told.question)

    def _accepted(
        self, session: Session, number: int, told: EntranceForm, wanted: frozenset[int]
    ) -> tuple[Profile, Sequence[Joinable]]:
        former = members.get(session, number)
        if former is None:
            raise UserFacingError("not_a_member")
        draft = told.onto(members.draft_of(former))
        members.update(session, number, draft)
        status = saved_status(session, former, draft.community, trusted=False)
        if status is not former.status:
            membership.set_status(session, number, status)
        for purpose in Purpose:
            membership.consent(session, number, purpose, purpose in told.choices)
        joined = [each for each in enrolment.running(session) if each.programme.id in wanted]
        for each in joined:
            programmes.join(session, each.programme.id, number, self._clock())
        return load(session, number), joined

    async def _answered(
        self, context: Context, found: Profile, accepted: Reply, question: str
    ) -> Reply:
        """What was done, and under it the answer to what they asked, if they did."""
        if not question:
            return accepted
        # They ask as the member that they have just become.
        asking = replace(context, member=found.member)
        try:
            answer = await self._ask(asking, Intent("ask", text=question))
        except UserFacingError as refused:
            answer = Reply(sentence(context.say, refused))
        return entrance_replies.with_answer(accepted, answer)


def _programmes(told: EntranceForm) -> frozenset[int]:
    """The programmes that were chosen. Raises `pairing_not_agreed` without that consent."""
    wanted = {
        int(each.removeprefix(entrance_replies.PROGRAMME))
        for each in told.choices
        if each.startswith(entrance_replies.PROGRAMME)
    }
    if wanted and Purpose.BE_PAIRED not in told.choices:
        raise UserFacingError("pairing_not_agreed")
    return frozenset(wanted)
