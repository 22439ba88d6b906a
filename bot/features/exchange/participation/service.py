"""`pair`: members join, pause and leave programmes, and say how a meeting went."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlmodel import Session

from bot.contract import Reply, Submitted
from bot.core.commands import Intent, number_in
from bot.core.context import Act, Actions, Caller, Verbs
from bot.core.errors import UserFacingError
from bot.features.conversations.departures import Parting
from bot.features.exchange.participation import replies as wording
from bot.features.exchange.participation.assistants import Assisting
from bot.features.exchange.programmes import lookup as finding
from bot.features.exchange.programmes.steward_messages import tell_stewards
from bot.features.exchange.rounds import late_joiner_replies as joining
from bot.features.exchange.rounds import member_replies as meeting
from bot.features.exchange.rounds.dropouts import Withdrawing
from bot.features.members.availability import day_ahead
from bot.storage.database import Units
from knowledge.exchange import programmes, rounds
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.rounds import PairingView
from knowledge.exchange.states import CheckInAnswer
from knowledge.members import members, reporting_lines
from knowledge.views import MemberView
from knowledge.vocabulary import Purpose

SAID = {
    "yes": CheckInAnswer.MET,
    "not yet": CheckInAnswer.NOT_YET,
    "no": CheckInAnswer.WONT,
}


class TakingPart:
    """What members do in the exchange; answers are private."""

    def __init__(
        self,
        *,
        units: Units,
        withdrawing: Withdrawing,
        assisting: Assisting,
        trusted: Collection[str],
        clock: Callable[[], datetime],
    ) -> None:
        self._units = units
        self._withdrawing = withdrawing
        self._assisting = assisting
        self._trusted = trusted
        self._clock = clock
        self.verbs: Verbs = {"pair": self.pair}
        self.actions: Actions = {
            **assisting.actions,
            "pair.join": self.press_join,
            "pair.leave": self.press_leave,
            "pair.skip": self.press_skip,
            "pair.back": self.press_join,
            "pair.met": self.press_met,
            "pair.cant": self.press_cannot,
            "pair.third": self.press_third,
            "pair.late": self.press_late,
            "pair.story": self.story,
            "pair.report": self.report,
        }

    async def pair(self, caller: Caller, intent: Intent) -> Reply:
        """`pair`, `pair join NAME`, `pair skip next`, `pair met yes` and so on."""
        said, text = intent.object.casefold(), intent.text.strip()
        if said == "assistant":
            return await self._assisting.assistant(caller, text)
        member = caller.approved()
        if said in {"join", "back"}:
            return await self._joined(caller, await self._one(text, member, joining=True))
        if said == "leave":
            return await self._left(caller, await self._one(text, member))
        if said in {"skip", "snooze", "every", "avoid", "superior"}:
            return await self._set(caller, member, said, text)
        if said == "met":
            groups = await self._units.read(lambda session: rounds.open_for(session, member.id))
            if not groups:
                raise UserFacingError("no_pairing")
            return await self._met(caller, groups[-1], SAID[" ".join(text.casefold().split())])
        return await self._status(caller, member)

    async def _set(self, caller: Caller, member: MemberView, said: str, text: str) -> Reply:
        if said == "skip":
            return await self._skipped(caller, member)
        if said == "snooze":
            return await self._snoozed(caller, member, text)
        if said == "every":
            return await self._every(caller, member, int(text))
        if said == "superior":
            return await self._superior(caller, member, text)
        return await self._avoided(caller, member, text)

    async def press_join(self, caller: Caller, act: Act) -> Reply:
        """Join, or be back; the button says that it is an agreement to be paired."""
        caller.approved()
        found = await self._programme(act.subject.removesuffix(":agree"))
        return await self._joined(caller, found, agree=act.subject.endswith(":agree"))

    async def press_leave(self, caller: Caller, act: Act) -> Reply:
        caller.known()
        return await self._left(caller, await self._programme(act.subject))

    async def press_skip(self, caller: Caller, act: Act) -> Reply:
        return await self._skipped(caller, caller.approved())

    async def press_met(self, caller: Caller, act: Act) -> Reply:
        """The subject is `12:MET`."""
        number, _, word = act.subject.partition(":")
        if word not in list(CheckInAnswer):
            raise UserFacingError("unknown_action")
        return await self._met(caller, await self._mine(caller, number), CheckInAnswer(word))

    async def press_cannot(self, caller: Caller, act: Act) -> Reply:
        """The others are told kindly; who says it twice is thanked twice and nobody told again."""
        found, member = await self._mine(caller, act.subject), caller.known()

        def write(session: Session) -> Parting | None:
            current = rounds.pairing(session, found.id)
            if current is None or member.id not in current.members:
                return None
            return self._withdrawing.cannot(session, current, member)

        parting = await self._units.write(write)
        return meeting.cannot(caller.say, in_room=parting is Parting.IN_ROOM)

    async def press_third(self, caller: Caller, act: Act) -> Reply:
        found, member = await self._mine(caller, act.subject), caller.approved()
        joined = await self._units.write(
            lambda session: self._withdrawing.third(session, found, member)
        )
        return meeting.third(caller.say, joined)

    async def press_late(self, caller: Caller, act: Act) -> Reply:
        member, number = caller.approved(), number_in(act.subject)
        done = await self._units.write(
            lambda session: self._withdrawing.late(session, number, member)
        )
        return joining.joined(caller.say, done=done)

    async def story(self, caller: Caller, act: Act) -> Reply:
        """The four questions, or their answers."""
        found, member = await self._mine(caller, act.subject), caller.known()
        if not isinstance(act, Submitted):
            return meeting.story(caller.say, found.id, quotable=True)
        told = {name: _text(act, name) for name in ("problem", "tried", "worked")}
        quoted = _text(act, "quote") == "yes"
        at = self._clock()
        await self._units.write(
            lambda session: rounds.check_in(
                session, found.id, member.id, at, may_be_quoted=quoted, **told
            )
        )
        return meeting.kept(caller.say)

    async def report(self, caller: Caller, act: Act) -> Reply:
        """A form, and then a private message to the stewards."""
        found, member = await self._mine(caller, act.subject), caller.known()
        text = _text(act, "text") if isinstance(act, Submitted) else ""
        if not text:
            return meeting.report_form(caller.say, found.id)
        at, cause = self._clock(), ("report", caller.event_id or text)

        def write(session: Session) -> int:
            this = rounds.get(session, found.round_id)
            programme = programmes.get(session, this.programme_id) if this else None
            others = members.get_many(session, [n for n in found.members if n != member.id])
            name = programme.name if programme else ""
            return tell_stewards(
                session,
                self._trusted,
                cause,
                lambda say: meeting.report(
                    say, name, member.name, [each.name for each in others], text
                ),
                at,
                without=[each.id for each in others],
            )

        if not await self._units.write(write):
            raise UserFacingError("nobody_reads_reports")
        return meeting.reported(caller.say)

    async def _joined(
        self, caller: Caller, programme: ProgrammeView, *, agree: bool = False
    ) -> Reply:
        member, at = caller.approved(), self._clock()
        if not agree and not member.agreed(Purpose.BE_PAIRED):
            return wording.asks_consent(caller.say, programme)

        def write(session: Session) -> tuple[MemberView, int | None]:
            if agree and not member.agreed(Purpose.BE_PAIRED):
                members.consent(session, member.id, Purpose.BE_PAIRED, True)
            programmes.join(session, programme.id, member.id, at)
            # Who says that they are there is there, whatever they had said before.
            programmes.adjust(session, programme.id, member.id, skip_next=False, snoozed_until=None)
            current = members.get(session, member.id) or member
            return current, self._withdrawing.offer(session, programme, current)

        current, late = await self._units.write(write)
        reply = wording.joined(caller.say, programme, current)
        return reply if late is None else joining.offered(caller.say, reply, late)

    async def _left(self, caller: Caller, programme: ProgrammeView) -> Reply:
        member, at = caller.known(), self._clock()
        await self._units.write(
            lambda session: programmes.leave(session, programme.id, member.id, at)
        )
        return wording.left(caller.say, programme)

    async def _skipped(self, caller: Caller, member: MemberView) -> Reply:
        await self._adjust(member, skip_next=True)
        return wording.skipped(caller.say)

    async def _snoozed(self, caller: Caller, member: MemberView, text: str) -> Reply:
        day = day_ahead(text, member.today(self._clock()))
        await self._adjust(member, snoozed_until=day)
        return wording.snoozed(caller.say, day)

    async def _every(self, caller: Caller, member: MemberView, number: int) -> Reply:
        await self._adjust(member, every=number)
        return wording.every(caller.say, number)

    async def _avoided(self, caller: Caller, member: MemberView, text: str) -> Reply:
        def write(session: Session) -> bool:
            return programmes.avoid(session, member.id, finding.member(session, caller, text).id)

        now = await self._units.write(write)
        return wording.avoided(caller.say, avoided=now)

    async def _superior(self, caller: Caller, member: MemberView, text: str) -> Reply:
        if not text:
            names = await self._units.read(
                lambda session: [
                    each.name
                    for each in members.get_many(
                        session, reporting_lines.named_by(session, member.id)
                    )
                ]
            )
            return wording.superiors(caller.say, names)
        if text.casefold() in finding.NOBODY:
            await self._units.write(lambda session: reporting_lines.forget(session, member.id))
            return wording.no_superior(caller.say)

        def write(session: Session) -> tuple[str, bool]:
            chief = finding.member(session, caller, text)
            return chief.name, reporting_lines.toggle(session, member.id, chief.id)

        name, now = await self._units.write(write)
        return wording.superior(caller.say, name, set_now=now)

    async def _met(self, caller: Caller, found: PairingView, answer: CheckInAnswer) -> Reply:
        member, at = caller.known(), self._clock()
        await self._units.write(
            lambda session: rounds.check_in(session, found.id, member.id, at, answer=answer)
        )
        return meeting.checked_in(caller.say, answer, found.id)

    async def _status(self, caller: Caller, member: MemberView) -> Reply:
        def find(session: Session) -> wording.Standing:
            parts = {each.programme_id: each for each in programmes.of_member(session, member.id)}
            groups = rounds.open_for(session, member.id)
            numbers = {n for each in groups for n in each.members if n != member.id}
            return wording.Standing(
                tuple((each, parts.get(each.id)) for each in programmes.listed(session)),
                tuple(groups),
                {each.id: each.name for each in members.get_many(session, sorted(numbers))},
            )

        return wording.status(caller.say, await self._units.read(find), self._clock())

    async def _adjust(self, member: MemberView, **values: object) -> None:
        """The same in every programme of a member. Raises `no_programme` without one."""

        def write(session: Session) -> None:
            parts = programmes.of_member(session, member.id)
            if not parts:
                raise UserFacingError("no_programme")
            for part in parts:
                programmes.adjust(session, part.programme_id, member.id, **values)

        await self._units.write(write)

    async def _mine(self, caller: Caller, number: str) -> PairingView:
        """A group that the caller is or was in. Raises `no_pairing` for others'."""
        member = caller.known()
        at = number_in(number)
        found = await self._units.read(lambda session: rounds.pairing(session, at))
        if found is None or member.id not in found.members:
            raise UserFacingError("no_pairing")
        return found

    async def _programme(self, number: str) -> ProgrammeView:
        at = number_in(number)
        found = await self._units.read(lambda session: programmes.get(session, at))
        if found is None:
            raise UserFacingError("no_programme")
        return found

    async def _one(self, name: str, member: MemberView, *, joining: bool = False) -> ProgrammeView:
        """The programme meant: by its name, or the only one that it can be."""

        def find(session: Session) -> list[ProgrammeView]:
            if name:
                found = programmes.by_name(session, name)
                return [found] if found else []
            own = {each.programme_id for each in programmes.of_member(session, member.id)}
            return [each for each in programmes.listed(session) if joining or each.id in own]

        found = await self._units.read(find)
        if len(found) != 1:
            raise UserFacingError("which_programme" if found else "no_programme")
        return found[0]


def _text(act: Submitted, name: str) -> str:
    value = act.values.get(name, "")
    return (value if isinstance(value, str) else " ".join(value)).strip()
