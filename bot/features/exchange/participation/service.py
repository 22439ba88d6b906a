"""`pair`: members join, pause and leave programmes, and say how a meeting went."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.contract import Argument, Reply, Submitted
from bot.core.commands import NOTHING, Group, Intent, Who
from bot.core.context import Act, Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed, pressed_on, said
from bot.core.tokens import number_in
from bot.features.conversations.departures import Parting
from bot.features.exchange.participation import replies
from bot.features.exchange.participation.assistants import Assistants
from bot.features.exchange.participation.pause_expiry import come_back
from bot.features.exchange.programmes import lookup
from bot.features.exchange.rounds import late_joiner_replies, member_replies
from bot.features.exchange.rounds.dropouts import Dropouts
from bot.features.exchange.rounds.member_replies import ReportForm, StoryForm
from bot.features.members import enrolment
from bot.features.members.availability import day_ahead
from bot.i18n import later
from bot.i18n.phrases import first_contact
from bot.jobs import PeriodicJob
from bot.messaging.steward_messages import tell_stewards
from bot.storage.database import Database
from knowledge.conversations import conversations
from knowledge.exchange import programmes, rounds
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.rounds import PairingView
from knowledge.exchange.states import CheckInAnswer
from knowledge.lifecycle import deactivation, membership
from knowledge.members import members, reporting_lines
from knowledge.members.views import MemberView
from knowledge.vocabulary import ConversationKind, Purpose

SAID = {
    "yes": CheckInAnswer.MET,
    "not yet": CheckInAnswer.NOT_YET,
    "no": CheckInAnswer.WONT,
}


class Participating:
    """What members do in the exchange; answers are private."""

    def __init__(
        self,
        *,
        database: Database,
        withdrawing: Dropouts,
        assisting: Assistants,
        trusted: Collection[str],
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._withdrawing = withdrawing
        self._assisting = assisting
        self.parts = (assisting,)
        self._trusted = trusted
        self._clock = clock
        self.jobs = (
            PeriodicJob("pauses", timedelta(minutes=1), self._come_back),
            PeriodicJob("groups called off", timedelta(minutes=1), self._call_off),
        )

    async def _call_off(self) -> int:
        kind = ConversationKind.PAIRING
        if not await self._database.read(lambda session: conversations.called_off(session, kind)):
            return 0
        return await self._database.write(self._withdrawing.call_off)

    async def _come_back(self) -> None:
        await come_back(self._database, self._clock())

    @said(
        "pair",
        Group.PEOPLE,
        later("be paired with a member of the other community, on a schedule"),
        NOTHING,
        r"(?P<object>status)",
        r"(?P<object>join|leave|back)(?:\s+(?P<text>[^?¿]{1,80}))?",
        r"(?P<object>skip)\s+(?P<text>next)",
        r"(?P<object>snooze)\s+(?:until\s+)?(?P<text>[^?¿]{1,40})",
        r"(?P<object>every)\s+(?P<text>[1-9])",
        r"(?P<object>avoid)\s+(?P<text>[^?¿]{1,80})",
        r"(?P<object>superior|assistant)(?:\s+(?P<text>[^?¿]{1,80}))?",
        r"(?P<object>met)\s+(?P<text>yes|no|not\s+yet)",
        examples="pair join\npair skip next\npair snooze until 2027-01-10\npair avoid Ana Ruiz\n"
        "pair superior Ana Ruiz\npair assistant @name\npair met not yet\npair every 2",
        nearly=r"(?:un)?pair\s.+",
        label=later("pair"),
        arguments=(Argument("what", later("what"), later("Such as join, leave or status")),),
    )
    async def pair(self, context: Context, intent: Intent) -> Reply:
        """`pair`, `pair join NAME`, `pair skip next`, `pair met yes` and so on."""
        said, text = intent.object.casefold(), intent.text.strip()
        if said == "assistant":
            return await self._assisting.assistant(context, text)
        context.admit(Who.APPROVED)
        member = context.me
        if said in {"join", "back"}:
            return await self.join(context, await self._one(text, member, joining=True))
        if said == "leave":
            return await self.leave(context, await self._one(text, member))
        if said in {"skip", "snooze", "every", "avoid", "superior"}:
            return await self._set(context, member, said, text)
        if said == "met":
            groups = await self._database.read(lambda session: rounds.open_for(session, member.id))
            if not groups:
                raise UserFacingError("no_pairing")
            answer = SAID[" ".join(text.casefold().split())]
            return await self.met(context, f"{groups[-1].id}:{answer}")
        return await self._status(context, member)

    async def _set(self, context: Context, member: MemberView, said: str, text: str) -> Reply:
        if said == "skip":
            return await self.skip(context, "")
        if said == "snooze":
            return await self._snoozed(context, member, text)
        if said == "every":
            return await self._every(context, member, int(text))
        if said == "superior":
            return await self._superior(context, member, text)
        return await self._avoided(context, member, text)

    @pressed_on("pair.join", "pair.back", who=Who.APPROVED)
    async def join(self, context: Context, about: str) -> Reply:
        """Join the programme `3`, or be back; `3:agree` is an agreement to be paired."""
        number, _, word = about.partition(":")
        programme, agree = await self._programme(number), word == "agree"
        member, at = context.me, self._clock()
        if not agree and not member.agreed(Purpose.BE_PAIRED):
            return replies.asks_consent(context.say, programme)

        def write(session: Session) -> tuple[MemberView, int | None, datetime | None]:
            if agree and not member.agreed(Purpose.BE_PAIRED):
                membership.consent(session, member.id, Purpose.BE_PAIRED, True)
            programmes.join(session, programme.id, member.id, at)
            # Who says that they are there is there, whatever they had said before.
            programmes.adjust(session, programme.id, member.id, skip_next=False, snoozed_until=None)
            current = members.get(session, member.id) or member
            late = self._withdrawing.offer(session, programme, current)
            return current, late, rounds.next_begins(session, programme)

        current, late, begins = await self._database.write(write)
        reply = replies.joined(context.say, programme, current, begins)
        return reply if late is None else late_joiner_replies.offered(context.say, reply, late)

    @pressed_on("pair.decline", who=Who.APPROVED)
    async def decline(self, context: Context, number: str) -> Reply:
        """Not now: the programme is not asked about again, and can still be joined."""
        programme, member, at = await self._programme(number), context.me, self._clock()
        await self._database.write(
            lambda session: programmes.decline(session, programme.id, member.id, at)
        )
        return replies.declined(context.say, programme)

    @pressed_on("pair.leave", who=Who.MEMBER)
    async def leave(self, context: Context, number: str) -> Reply:
        """Leave a programme; what is to come of it is called off."""
        programme, member, at = await self._programme(number), context.me, self._clock()

        def write(session: Session) -> None:
            programmes.leave(session, programme.id, member.id, at)
            deactivation.step_back(session, member.id, ConversationKind.PAIRING)

        await self._database.write(write)
        return Reply(
            context.say(
                "You take no part in {programme} any more. **pair join** brings you back.",
                programme=programme.name,
            )
        )

    @pressed_on("pair.skip", who=Who.APPROVED)
    async def skip(self, context: Context, _: str) -> Reply:
        """Rest in the next round of every programme."""
        await self._adjust(context.me, skip_next=True)
        return Reply(
            context.say("You are not in the next round. After that you are back automatically.")
        )

    @pressed_on("pair.met", who=Who.MEMBER)
    async def met(self, context: Context, about: str) -> Reply:
        """How it went in a group, such as `12:MET`."""
        number, _, word = about.partition(":")
        if word not in list(CheckInAnswer):
            raise UserFacingError("unknown_action")
        found, member, at = await self._mine(context, number), context.me, self._clock()
        answer = CheckInAnswer(word)
        await self._database.write(
            lambda session: rounds.check_in(session, found.id, member.id, at, answer=answer)
        )
        return member_replies.checked_in(context.say, answer, found.id)

    @pressed_on("pair.cant", who=Who.MEMBER)
    async def cannot(self, context: Context, number: str) -> Reply:
        """The others are told kindly; who says it twice is thanked twice and nobody told again."""
        found, member = await self._mine(context, number), context.me

        def write(session: Session) -> Parting | None:
            current = rounds.pairing(session, found.id)
            if current is None or member.id not in current.members:
                return None
            return self._withdrawing.cannot(session, current, member)

        parting = await self._database.write(write)
        return member_replies.cannot(context.say, in_room=parting is Parting.IN_ROOM)

    @pressed_on("pair.third", who=Who.APPROVED)
    async def third(self, context: Context, number: str) -> Reply:
        """Meet others who rest, where a partner cannot."""
        found, member = await self._mine(context, number), context.me
        joined = await self._database.write(
            lambda session: self._withdrawing.third(session, found, member)
        )
        return member_replies.third(context.say, joined)

    @pressed_on("pair.late", who=Who.APPROVED)
    async def late(self, context: Context, said: str) -> Reply:
        """Be part of a round that has begun."""
        member, number = context.me, number_in(said)
        done = await self._database.write(
            lambda session: self._withdrawing.late(session, number, member)
        )
        return late_joiner_replies.joined(context.say, done=done)

    @pressed("pair.story", who=Who.MEMBER)
    async def story(self, context: Context, act: Act) -> Reply:
        """The four questions, or their answers."""
        found, member = await self._mine(context, act.subject), context.me
        say, at = context.say, self._clock()
        form = StoryForm.draw(say, found.id, note=first_contact(say))
        if not isinstance(act, Submitted):
            return Reply(say("What came of it? Everything may stay empty."), form=form)
        told = StoryForm.read(act.values, form)
        await self._database.write(
            lambda session: rounds.check_in(
                session,
                found.id,
                member.id,
                at,
                may_be_quoted=told.quote is True,
                problem=told.problem,
                tried=told.tried,
                worked=told.worked,
            )
        )
        return Reply(context.say("Thank you. Your answers are kept."))

    @pressed("pair.report", who=Who.MEMBER)
    async def report(self, context: Context, act: Act) -> Reply:
        """A form, and then a private message to the stewards."""
        found, member = await self._mine(context, act.subject), context.me
        form = ReportForm.draw(context.say, found.id)
        if not isinstance(act, Submitted):
            return Reply(context.say("What should the stewards know?"), form=form)
        text = ReportForm.read(act.values, form).text
        at, cause = self._clock(), ("report", context.event_id or text)

        def write(session: Session) -> int:
            this = rounds.get(session, found.round_id)
            programme = programmes.get(session, this.programme_id) if this else None
            others = members.get_many(session, [n for n in found.members if n != member.id])
            name = programme.name if programme else ""
            return tell_stewards(
                session,
                self._trusted,
                cause,
                lambda say: member_replies.report(
                    say, name, member.name, [each.name for each in others], text
                ),
                at,
                without=[each.id for each in others],
                subjects=found.members,
            )

        if not await self._database.write(write):
            raise UserFacingError("nobody_reads_reports")
        return Reply(context.say("Thank you. The stewards have your words and nobody else."))

    async def _snoozed(self, context: Context, member: MemberView, text: str) -> Reply:
        day = day_ahead(text, member.today(self._clock()))
        await self._adjust(member, snoozed_until=day)
        await self._database.write(
            lambda session: deactivation.step_back(session, member.id, ConversationKind.PAIRING)
        )
        return Reply(
            context.say(
                "You are in no round until {day}. Then you are back automatically.",
                day=context.say.day(day),
            )
        )

    async def _every(self, context: Context, member: MemberView, number: int) -> Reply:
        await self._adjust(member, every=number)
        return replies.every(context.say, number)

    async def _avoided(self, context: Context, member: MemberView, text: str) -> Reply:
        def write(session: Session) -> bool:
            return programmes.avoid(session, member.id, lookup.member(session, context, text).id)

        now = await self._database.write(write)
        return replies.avoided(context.say, avoided=now)

    async def _superior(self, context: Context, member: MemberView, text: str) -> Reply:
        if not text:
            names = await self._database.read(
                lambda session: [
                    each.name
                    for each in members.get_many(
                        session, reporting_lines.named_by(session, member.id)
                    )
                ]
            )
            return replies.superiors(context.say, names)
        if text.casefold() in lookup.NOBODY:
            await self._database.write(lambda session: reporting_lines.forget(session, member.id))
            return Reply(context.say("You have named no superior any more."))

        def write(session: Session) -> tuple[str, bool]:
            chief = lookup.member(session, context, text)
            return chief.name, reporting_lines.toggle(session, member.id, chief.id)

        name, now = await self._database.write(write)
        return replies.superior(context.say, name, set_now=now)

    async def _status(self, context: Context, member: MemberView) -> Reply:
        def find(session: Session) -> replies.Standing:
            parts = {each.programme_id: each for each in programmes.of_member(session, member.id)}
            groups = rounds.open_for(session, member.id)
            numbers = {n for each in groups for n in each.members if n != member.id}
            asked = enrolment.unanswered(session, member)
            open_to = {each.programme.id for each in asked}
            return replies.Standing(
                tuple(
                    replies.Next(each, parts.get(each.id), rounds.next_begins(session, each))
                    for each in programmes.listed(session)
                    if each.id not in open_to
                ),
                tuple(asked),
                tuple(groups),
                {each.id: each.name for each in members.get_many(session, sorted(numbers))},
            )

        return replies.status(context.say, await self._database.read(find), member)

    async def _adjust(self, member: MemberView, **values: object) -> None:
        """The same in every programme of a member. Raises `no_programme` without one."""

        def write(session: Session) -> None:
            parts = programmes.of_member(session, member.id)
            if not parts:
                raise UserFacingError("no_programme")
            for part in parts:
                programmes.adjust(session, part.programme_id, member.id, **values)

        await self._database.write(write)

    async def _mine(self, context: Context, number: str) -> PairingView:
        """A group that the caller is or was in. Raises `no_pairing` for others'."""
        member = context.me
        at = number_in(number)
        found = await self._database.read(lambda session: rounds.pairing(session, at))
        if found is None or member.id not in found.members:
            raise UserFacingError("no_pairing")
        return found

    async def _programme(self, number: str) -> ProgrammeView:
        at = number_in(number)
        found = await self._database.read(lambda session: programmes.get(session, at))
        if found is None:
            raise UserFacingError("no_programme")
        return found

    async def _one(self, name: str, member: MemberView, *, joining: bool = False) -> str:
        """The number of the programme meant: by its name, or the only one that it can be."""

        def find(session: Session) -> list[ProgrammeView]:
            if name:
                found = programmes.by_name(session, name)
                return [found] if found else []
            own = {each.programme_id for each in programmes.of_member(session, member.id)}
            return [each for each in programmes.listed(session) if joining or each.id in own]

        found = await self._database.read(find)
        if len(found) != 1:
            raise UserFacingError("which_programme" if found else "no_programme")
        return str(found[0].id)
