"""A round's way: planned, shown to stewards, announced, asked about, closed.

Every step is one unit of work that takes the round from the state it must be in, so that of
several processes one does it, and what a crash cut off is done at the next tick.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlmodel import Session

from bot import outbox, wire
from bot.contract import Place
from bot.conversations import Conversations, Opening
from bot.exchange.cadence import caught_up, next_due
from bot.exchange.programmes import Rules, places_of, rules_of, timetable_of
from bot.exchange.staging import Staged, Staging, away, seat_account
from bot.exchange.stewards import tell_stewards
from bot.exchange.working import at_work, worked
from bot.outbox import TERMINAL
from bot.units import Units
from bot.wording import Words, meeting, rehearsal, words
from knowledge import channels, deliveries, programmes, rounds
from knowledge.conversations import Seat
from knowledge.people import members
from knowledge.programmes import ProgrammeView
from knowledge.rounds import PairingView, RoundView
from knowledge.views import MemberView
from knowledge.vocabulary import (
    CheckInAnswer,
    ConversationKind,
    MemberStatus,
    PairingState,
    Purpose,
    RoundState,
)

log = structlog.get_logger()

REHEARSAL = timedelta(days=1)
"""How long before it is due stewards see a round."""
GRACE = timedelta(days=4)
"""How long answers are waited for at the end; a weekend fits in it."""
SILENCE = 24
"""Working hours without a word after which a group is nudged, once."""
SILENT_ROUNDS = 3


class Rounds:
    """Does what is due, asked by the tick; planning runs beside everything else."""

    def __init__(
        self,
        *,
        units: Units,
        staging: Staging,
        conversations: Conversations,
        trusted: Collection[str],
        clock: Callable[[], datetime],
    ) -> None:
        """`trusted`: account keys of stewards in the settings."""
        self._units = units
        self._staging = staging
        self._conversations = conversations
        self._trusted = trusted
        self._clock = clock

    async def due(self) -> None:
        """Do all that is due now; one programme that fails never stops the others."""
        found = await self._units.read(programmes.listed)
        for programme in found:
            try:
                await self._due(programme)
            except Exception:
                log.exception("A programme could not be worked on.", programme=programme.id)

    async def _due(self, programme: ProgrammeView) -> None:
        now = self._clock()
        due = programme.next_due_at
        if due is not None and not programme.paused and due - REHEARSAL <= now:
            await self.plan(programme)
        planned, announced = await self._units.read(
            lambda session: (
                rounds.in_state(session, RoundState.PLANNED, programme.id),
                rounds.in_state(session, RoundState.ANNOUNCED, programme.id),
            )
        )
        for each in planned if not programme.paused else ():
            if each.previewed_at is None and each.due_at - REHEARSAL <= now:
                await self._preview(programme, await self.renewed(programme, each))
            if each.due_at <= now and (programme.automatic or each.approved):
                await self.announce(programme, each)
            elif each.due_at <= now:
                await self._remind(programme, each)
        for each in announced:
            await self._accompany(programme, each)

    async def plan(self, programme: ProgrammeView) -> RoundView | None:
        """Plan the round that is due next; None where none is, or another process did it."""
        now, due = self._clock(), programme.next_due_at
        if due is None:
            return None
        timetable = timetable_of(programme)
        this = caught_up(timetable, due - timedelta(seconds=1), now) or due
        following = next_due(timetable, max(this, now))
        staged = await self._staging.stage(programme, this)

        def write(session: Session) -> RoundView | None:
            if not programmes.claim_due(session, programme.id, due, following):
                return None
            for former in rounds.in_state(session, RoundState.PLANNED, programme.id):
                rounds.step(session, former.id, RoundState.PLANNED, state=RoundState.CANCELLED)
            return rounds.plan(session, programme.id, this, staged.problem, staged.plan)

        return await self._units.write(write)

    async def renewed(
        self,
        programme: ProgrammeView,
        found: RoundView,
        locked: Sequence[Sequence[int]] | None = None,
    ) -> RoundView:
        """The round planned again where people came or went, or with other locks.

        Raises ProblemRefused for a lock that breaks a rule.
        """
        kept = found.problem.get("locked", ()) if locked is None else locked
        staged = await self._staging.stage(programme, found.due_at, found.number, kept)
        if locked is None and not _changed(found, staged):
            return found

        def write(session: Session) -> RoundView:
            rounds.replan(session, found, staged.problem, staged.plan)
            session.expire_all()
            return rounds.get(session, found.id) or found

        return await self._units.write(write)

    async def announce(self, programme: ProgrammeView, found: RoundView) -> bool:
        """Begin a round: all that is said, in one unit. False when it had begun before."""
        if programme.automatic and not found.approved:
            found = await self.renewed(programme, found)
        at = self._clock()
        return await self._units.write(
            lambda session: self._announced(session, programme, found.id, at)
        )

    def _announced(
        self, session: Session, programme: ProgrammeView, number: int, at: datetime
    ) -> bool:
        begun = rounds.step(
            session, number, RoundState.PLANNED, state=RoundState.ANNOUNCED, announced_at=at
        )
        found = rounds.get(session, number)
        if not begun or found is None:
            return False
        present = _present(session, programme, found, at)
        groups, over = _groups(found, present)
        for place, (people, why) in enumerate(groups, 1):
            self._begin_group(session, programme, found, place, people, why)
        over += [each["id"] for each in found.plan.get("left_out", ()) if each["id"] in present]
        parts = {each.member_id: each for each in programmes.participants(session, programme.id)}
        for member_id in over:
            part = parts[member_id]
            programmes.adjust(
                session, programme.id, member_id, rests=part.rests + 1, rested_last=True
            )
            self._tell_resting(session, programme, found, present[member_id], alone=not groups)
        for part in parts.values():
            if part.skip_next:
                programmes.adjust(session, programme.id, part.member_id, skip_next=False)
        named = [
            [each.name for each in people.values()]
            for people, _ in groups
            if all(each.agreed(Purpose.BE_NAMED) for each in people.values())
        ]
        counts = {"groups": len(groups), "across": sum(_across(p) for p, _ in groups)}
        self._post(
            session,
            programme,
            ("round", str(number), "announced"),
            lambda say: meeting.announcement(say, programme, found.number, counts, named),
        )
        return True

    def _begin_group(
        self,
        session: Session,
        programme: ProgrammeView,
        found: RoundView,
        place: int,
        people: Mapping[int, MemberView],
        why: Mapping[str, Any],
        *,
        messages: Mapping[int, int] | None = None,
    ) -> None:
        """Write a group and its conversation down; the greeting is the first message of three."""
        sent = messages or {}
        pairing_id = rounds.pair_up(
            session,
            found.id,
            place,
            list(people),
            across=_across(people),
            messages={number: sent.get(number, 0) + 1 for number in people},
        )
        seats = []
        for number, member in people.items():
            account = seat_account(session, number)
            if account is None:
                continue
            say = words(account.language or account.locale)
            greeting = meeting.greeting(say, programme, pairing_id, member, people, why)
            seats.append(
                Seat(
                    number,
                    member.name,
                    say.language,
                    account.platform,
                    account.workspace,
                    account.user_id,
                    wire.reply_to_json(greeting),
                )
            )
            programmes.adjust(
                session, programme.id, number, rested_last=False, last_round=found.number
            )
        topic = f"{programme.name}, {found.number}"
        begun = self._conversations.begin(session, Opening(ConversationKind.PAIRING, topic, seats))
        rounds.amend(session, pairing_id, conversation_id=begun.id)

    def _tell_resting(
        self,
        session: Session,
        programme: ProgrammeView,
        found: RoundView,
        member: MemberView,
        *,
        alone: bool,
    ) -> None:
        outbox.tell(
            session,
            member,
            ("round", str(found.id), "resting"),
            lambda say: meeting.resting(say, programme, alone=alone),
            self._clock(),
        )

    async def _preview(self, programme: ProgrammeView, found: RoundView) -> None:
        at = self._clock()

        def write(session: Session) -> None:
            if rounds.step(session, found.id, RoundState.PLANNED, previewed_at=at):
                people = rehearsed(session, found)
                tell_stewards(
                    session,
                    self._trusted,
                    ("round", str(found.id), "preview"),
                    lambda say: rehearsal.preview(say, programme, found, people),
                    at,
                )

        await self._units.write(write)

    async def _remind(self, programme: ProgrammeView, found: RoundView) -> None:
        if found.reminded_at is not None:
            return
        at = self._clock()

        def write(session: Session) -> None:
            if rounds.step(session, found.id, RoundState.PLANNED, reminded_at=at):
                tell_stewards(
                    session,
                    self._trusted,
                    ("round", str(found.id), "waits"),
                    lambda say: rehearsal.waits(say, programme, found),
                    at,
                )

        await self._units.write(write)

    async def _accompany(self, programme: ProgrammeView, found: RoundView) -> None:
        """Nudge, ask halfway, ask at the end, close."""
        now, begun = self._clock(), found.announced_at or self._clock()
        end = begun + timedelta(days=programme.days)
        if now >= end + GRACE:
            await self._units.write(lambda session: self._close(session, programme, found))
            return
        pairs, people = await self._units.read(lambda session: _open(session, found))
        for each in pairs:
            if now >= begun + (end - begun) / 2:
                await self._ask(programme, each, people, last=now >= end)
            if now < end and each.nudged_at is None and each.conversation_id is not None:
                await self._nudge(each, people, begun, now)

    async def _nudge(
        self, found: PairingView, people: Mapping[int, MemberView], begun: datetime, now: datetime
    ) -> None:
        those = [people[number] for number in found.members if number in people]
        if not those or not any(at_work(each, now) for each in those):
            return

        def silent_since(session: Session) -> datetime:
            said = rounds.last_said(session, found.conversation_id or 0)
            return max([begun, *said.values()])

        since = await self._units.read(silent_since)
        if min(worked(each, since, now) for each in those) < SILENCE:
            return

        def write(session: Session) -> None:
            current = rounds.pairing(session, found.id)
            answers = rounds.check_ins(session, [found.id])
            if current is None or current.nudged_at or current.state is not PairingState.OPEN:
                return
            rounds.amend(session, found.id, nudged_at=now)
            if any(each.answer is CheckInAnswer.MET for each in answers):
                return
            for number in current.members:
                rounds.spend(session, found.id, number)
            self._conversations.tell(
                session,
                current.conversation_id or 0,
                f"nudge:{found.id}",
                lambda say: meeting.nudge(say, found.id),
            )

        await self._units.write(write)

    async def _ask(
        self,
        programme: ProgrammeView,
        found: PairingView,
        people: Mapping[int, MemberView],
        *,
        last: bool,
    ) -> None:
        """Ask those who are at work now; one of three messages is kept for the end."""
        now, stage = self._clock(), 2 if last else 1
        awake = [people[n] for n in found.members if n in people and at_work(people[n], now)]
        if awake:

            def write(session: Session) -> None:
                met = {
                    each.member_id
                    for each in rounds.check_ins(session, [found.id])
                    if each.answer is CheckInAnswer.MET or each.worked or each.problem
                }
                for member in awake:
                    if not rounds.advance(session, found.id, member.id, stage):
                        continue
                    most = rounds.MOST_UNASKED if last else rounds.MOST_UNASKED - 1
                    if member.id in met and not last:
                        continue
                    if rounds.spend(session, found.id, member.id, most):
                        self._asked(session, programme, found, member, people, last=last)

            if any(found.asked[each.id] < stage for each in awake):
                await self._units.write(write)

    def _asked(
        self,
        session: Session,
        programme: ProgrammeView,
        found: PairingView,
        member: MemberView,
        people: Mapping[int, MemberView],
        *,
        last: bool,
    ) -> None:
        others = [people[n].name for n in found.members if n != member.id and n in people]
        word = meeting.ending if last else meeting.halfway
        cause = ("pairing", str(found.id), "end" if last else "half")
        outbox.tell(
            session,
            member,
            cause,
            lambda say: word(say, programme, found.id, others),
            self._clock(),
        )

    def _close(self, session: Session, programme: ProgrammeView, found: RoundView) -> None:
        at = self._clock()
        done = rounds.step(
            session, found.id, RoundState.ANNOUNCED, state=RoundState.CLOSED, closed_at=at
        )
        if not done:
            return
        groups = [
            each
            for each in rounds.pairings(session, found.id)
            if each.state is not PairingState.CANCELLED
        ]
        answers = rounds.check_ins(session, [each.id for each in groups])
        met = {each.pairing_id for each in answers if each.answer is CheckInAnswer.MET}
        heard = {each.member_id for each in answers}
        for each in groups:
            rounds.settle(session, each.id, PairingState.CLOSED)
            heard |= set(rounds.last_said(session, each.conversation_id or 0))
        self._count_silence(session, programme, found, groups, heard)
        counts = {
            "groups": len(groups),
            "met": len(met),
            "across": sum(each.across for each in groups if each.id in met),
        }
        if groups:
            self._post(
                session,
                programme,
                ("round", str(found.id), "closed"),
                lambda say: meeting.closing(say, programme, found.number, counts),
            )

    def _count_silence(
        self,
        session: Session,
        programme: ProgrammeView,
        found: RoundView,
        groups: Sequence[PairingView],
        heard: Collection[int],
    ) -> None:
        at = self._clock()
        grouped = {number for each in groups for number in each.members}
        for part in programmes.participants(session, programme.id):
            if part.member_id not in grouped:
                continue
            silent = 0 if part.member_id in heard else part.silent_rounds + 1
            paused = silent >= SILENT_ROUNDS and not part.paused
            more: dict[str, Any] = {"paused_at": at} if paused else {}
            programmes.adjust(session, programme.id, part.member_id, silent_rounds=silent, **more)
            member = members.get(session, part.member_id)
            if paused and member is not None:
                cause = ("round", str(found.id), "silent")
                outbox.tell(session, member, cause, lambda say: meeting.silent(say, programme), at)

    def cannot(self, session: Session, found: PairingView, member: MemberView) -> bool:
        """A member takes no part after all: the others hear of it. False when it had ended."""
        at = self._clock()
        this = rounds.get(session, found.round_id)
        programme = programmes.get(session, this.programme_id) if this else None
        if this is None or programme is None or found.state is not PairingState.OPEN:
            return False
        others = [each for each in found.members if each != member.id]
        if len(others) > 1:
            rounds.withdraw(session, found.id, member.id)
            for number in others:
                rounds.spend(session, found.id, number)
            self._conversations.tell(
                session,
                found.conversation_id or 0,
                f"cannot:{member.id}",
                lambda say: meeting.one_cannot(say, member.name),
            )
            return True
        rounds.settle(session, found.id, PairingState.CANCELLED)
        self._conversations.end(session, found.conversation_id or 0)
        for partner in members.get_many(session, others):
            rounds.spend(session, found.id, partner.id)
            programmes.adjust(session, programme.id, partner.id, rested_last=True)
            another = self._open_pair(session, this, programme, partner.id) is not None
            outbox.tell(
                session,
                partner,
                ("pairing", str(found.id), "cannot", str(member.id)),
                lambda say, more=another: meeting.partner_cannot(  # type: ignore[misc]
                    say, member.name, found.id, another=more
                ),
                at,
            )
        return True

    def third(self, session: Session, found: PairingView, member: MemberView) -> bool:
        """Let a member whose group was called off join another pair; False when there is none."""
        this = rounds.get(session, found.round_id)
        programme = programmes.get(session, this.programme_id) if this else None
        if this is None or programme is None or this.state is not RoundState.ANNOUNCED:
            return False
        groups = rounds.pairings(session, this.id)
        busy = any(member.id in each.members for each in groups if each.state is PairingState.OPEN)
        pair = None if busy else self._open_pair(session, this, programme, member.id)
        if found.state is not PairingState.CANCELLED or pair is None:
            return False
        rounds.settle(session, pair.id, PairingState.CANCELLED)
        self._conversations.end(session, pair.conversation_id or 0)
        people = {each.id: each for each in members.get_many(session, [*pair.members, member.id])}
        sent = {**pair.messages, member.id: found.messages.get(member.id, 0)}
        number = max(each.group_number for each in groups) + 1
        self._begin_group(session, programme, this, number, people, {}, messages=sent)
        return True

    def _open_pair(
        self, session: Session, this: RoundView, programme: ProgrammeView, member_id: int
    ) -> PairingView | None:
        """A pair of the round that may take a third, by the rules and by what they were sent."""
        rules: Rules = rules_of(programme)
        barred = {frozenset(pair) for pair in this.problem.get("forbidden", ())}
        apart = programmes.avoided(session, [member_id]).get(member_id, frozenset())
        if rules.max_size < 3:
            return None
        for each in rounds.pairings(session, this.id):
            allowed = not any(
                frozenset((member_id, number)) in barred or number in apart
                for number in each.members
            )
            free = all(sent < rounds.MOST_UNASKED for sent in each.messages.values())
            fits = each.state is PairingState.OPEN and len(each.members) == 2
            avoided = programmes.avoided(session, each.members)
            wanted = all(member_id not in others for others in avoided.values())
            if fits and allowed and free and wanted and member_id not in each.members:
                return each
        return None

    def _post(
        self,
        session: Session,
        programme: ProgrammeView,
        cause: tuple[str, ...],
        reply: Callable[[Words], Any],
    ) -> None:
        """Write the same message for each of the programme's channels that may be written to."""
        say = words(rules_of(programme).language)
        drafts = [
            outbox.message(deliveries.key_of(*cause, *_name(place)), place, reply(say))
            for place in places_of(programme)
            if place.platform != TERMINAL and channels.speaks(session, *_name(place))
        ]
        deliveries.write(session, drafts, self._clock())


def rehearsed(session: Session, found: RoundView) -> dict[int, MemberView]:
    """Everybody whom a plan speaks of."""
    numbers = [each["id"] for each in found.problem.get("members", ())]
    numbers += [number for number, _ in found.plan.get("away", ())]
    return {each.id: each for each in members.get_many(session, numbers)}


def _name(place: Place) -> tuple[str, str, str]:
    return (place.platform, place.workspace, place.channel)


def _across(people: Mapping[int, MemberView]) -> bool:
    """Whether cities and statistics offices meet; partners count as one side of their own."""
    return len({each.community for each in people.values()}) > 1


def _changed(found: RoundView, staged: Staged) -> bool:
    return {each["id"] for each in found.problem.get("members", ())} != set(staged.people)


def _present(
    session: Session, programme: ProgrammeView, found: RoundView, at: datetime
) -> dict[int, MemberView]:
    """Those of the plan who can still take part, in the very unit that tells them."""
    parts = {each.member_id: each for each in programmes.participants(session, programme.id)}
    return {
        number: member
        for number, member in rehearsed(session, found).items()
        if number in parts
        and away(session, member, replace(parts[number], last_round=0), found.number, at, 1) is None
    }


def _groups(
    found: RoundView, present: Mapping[int, MemberView]
) -> tuple[list[tuple[dict[int, MemberView], Mapping[str, Any]]], list[int]]:
    """The groups as they can be now, and those who are over because somebody went."""
    groups, over = [], []
    reasons = found.plan.get("reasons", ())
    for group, why in zip(found.plan.get("groups", ()), reasons, strict=True):
        people = {number: present[number] for number in group if number in present}
        if len(people) > 1:
            groups.append((people, why))
        else:
            over += list(people)
    return groups, over


def _open(session: Session, found: RoundView) -> tuple[list[PairingView], dict[int, MemberView]]:
    groups = [
        each for each in rounds.pairings(session, found.id) if each.state is PairingState.OPEN
    ]
    numbers = sorted({number for each in groups for number in each.members})
    people = members.get_many(session, numbers)
    return groups, {each.id: each for each in people if each.status is MemberStatus.ACTIVE}
