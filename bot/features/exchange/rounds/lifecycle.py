"""A round's way: planned, shown to stewards, announced, asked about, closed.

`facts.py` reads what is known, `next_step.py` decides, and each step is carried out here in one
unit of work that takes the round from the state it must be in, so that of several processes one
does it, and what a crash cut off is done at the next tick.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from bot.calendars import meeting_times, quiet_hours
from bot.calendars.working_week import WorkingWeek
from bot.features.conversations.service import Conversations, Opening
from bot.features.exchange.programmes import capacity
from bot.features.exchange.programmes.cadence import caught_up, next_due
from bot.features.exchange.programmes.settings import timetable_of
from bot.features.exchange.rounds import channel_posts, facts, member_replies, preview_replies
from bot.features.exchange.rounds.check_ins import CheckIns
from bot.features.exchange.rounds.icebreakers import Icebreaker, Icebreakers
from bot.features.exchange.rounds.late_joiner_replies import with_word
from bot.features.exchange.rounds.next_step import (
    UNSENT,
    Step,
    is_planned_now,
    next_step,
)
from bot.features.exchange.rounds.planning import RoundPlanning
from bot.i18n import words
from bot.jobs import PeriodicJob
from bot.messaging import outbox, serialization
from bot.messaging.steward_messages import tell_stewards
from bot.storage.database import Database
from knowledge.cases.views import CaseView
from knowledge.conversations.conversations import Seat
from knowledge.exchange import programmes, rounds
from knowledge.exchange.plans import Reasons
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.rounds import RoundView
from knowledge.exchange.states import RoundState
from knowledge.members.views import MemberView
from knowledge.vocabulary import Community, ConversationKind, Purpose

log = structlog.get_logger()

_STEPS = 3
"""A round is shown, announced or called off in one tick, each at most once."""


class Rounds:
    """Does what is due, asked by the tick; planning runs beside everything else."""

    def __init__(
        self,
        *,
        database: Database,
        staging: RoundPlanning,
        openers: Icebreakers,
        conversations: Conversations,
        trusted: Collection[str],
        clock: Callable[[], datetime],
    ) -> None:
        """`trusted`: account keys of stewards in the settings."""
        self._database = database
        self._staging = staging
        self._openers = openers
        self._conversations = conversations
        self._trusted = trusted
        self._clock = clock
        self._check_ins = CheckIns(database=database, conversations=conversations, clock=clock)
        self.tick = PeriodicJob("peer exchange", timedelta(minutes=1), self.due)

    async def due(self) -> None:
        """Do all that is due now; one programme that fails never stops the others."""
        found = await self._database.read(programmes.listed)
        for programme in found:
            try:
                await self._due(programme)
            except Exception:
                log.exception("A programme could not be worked on.", programme=programme.id)

    async def _due(self, programme: ProgrammeView) -> None:
        if is_planned_now(self._clock(), programme.next_due_at, paused=programme.paused):
            await self.plan(programme)
        planned, announced = await self._database.read(
            lambda session: (
                rounds.in_state(session, RoundState.PLANNED, programme.id),
                rounds.in_state(session, RoundState.ANNOUNCED, programme.id),
            )
        )
        for each in planned if not programme.paused else ():
            await self._proceed(programme, each)
        for each in announced:
            await self._check_ins.step(programme, each)

    async def _proceed(self, programme: ProgrammeView, found: RoundView) -> None:
        """Take every step that is due for a round that has not begun."""
        this: RoundView | None = found
        for _ in range(_STEPS):
            if this is None or this.state is not RoundState.PLANNED:
                return
            match next_step(self._clock(), facts.planned(programme, this)):
                case Step.PREVIEW:
                    await self._preview(programme, await self.renewed(programme, this))
                case Step.ANNOUNCE:
                    await self.announce(programme, this)
                case Step.REMIND:
                    await self._remind(programme, this)
                case Step.SKIP:
                    await self._skip(programme, this)
                case Step.WAIT:
                    return
            this = await self._database.read(lambda session: rounds.get(session, found.id))

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

        return await self._database.write(write)

    async def renewed(
        self,
        programme: ProgrammeView,
        found: RoundView,
        locked: Sequence[Sequence[int]] | None = None,
    ) -> RoundView:
        """The round planned again where people came or went, or with other locks.

        Raises ProblemRefused for a lock that breaks a rule.
        """
        kept = found.locked if locked is None else locked
        staged = await self._staging.stage(programme, found.due_at, found.number, kept)
        if locked is None and set(found.members) == set(staged.people):
            return found

        def write(session: Session) -> RoundView:
            rounds.replan(session, found, staged.problem, staged.plan)
            session.expire_all()
            return rounds.get(session, found.id) or found

        return await self._database.write(write)

    async def announce(self, programme: ProgrammeView, found: RoundView) -> bool:
        """Begin a round: all that is said, in one unit. False when it had begun before."""
        if programme.automatic and not found.approved:
            found = await self.renewed(programme, found)
        at = self._clock()
        ready = await self._database.read(
            lambda session: facts.gather(session, programme, found, at)
        )
        groups = [each.members for each in ready.announcement().groups]
        fitting = await self._openers.fitting([list(ready.people(g).values()) for g in groups])
        openers = {frozenset(group): opener for group, opener in zip(groups, fitting, strict=True)}
        return await self._database.write(
            lambda session: self._announced(session, programme, found.id, at, openers)
        )

    def _announced(
        self,
        session: Session,
        programme: ProgrammeView,
        number: int,
        at: datetime,
        openers: Mapping[frozenset[int], Icebreaker],
    ) -> bool:
        begun = rounds.step(
            session, number, RoundState.PLANNED, state=RoundState.ANNOUNCED, announced_at=at
        )
        found = rounds.get(session, number)
        if not begun or found is None:
            return False
        now = facts.gather(session, programme, found, at)
        decided = now.announcement()
        begun_with = [
            openers.get(frozenset(group.members), Icebreaker()) for group in decided.groups
        ]
        for group, opener in zip(decided.groups, begun_with, strict=True):
            people = now.people(group.members)
            self.begin_group(
                session, programme, found, group.place, people, group.why, case=opener.case
            )
        topics = Counter(topic for each in begun_with for topic in sorted(each.topics))
        rounds.keep_topics(session, found, topics)
        for member_id in decided.resting:
            rests = now.parts[member_id].rests + 1
            programmes.adjust(session, programme.id, member_id, rests=rests, rested_last=True)
            alone = not decided.groups
            self._tell_resting(session, programme, found, now.present[member_id], alone=alone)
        for member_id in decided.back:
            programmes.adjust(session, programme.id, member_id, skip_next=False)
        groups = [now.people(group.members) for group in decided.groups]
        self._post_announcement(session, programme, found, groups, at)
        return True

    def _post_announcement(
        self,
        session: Session,
        programme: ProgrammeView,
        found: RoundView,
        groups: Sequence[Mapping[int, MemberView]],
        at: datetime,
    ) -> None:
        open_ones = [
            people
            for people in groups
            if all(each.agreed(Purpose.BE_NAMED) for each in people.values())
        ]
        named = [[each.name for each in people.values()] for people in open_ones]
        counts = {"groups": len(groups), "across": sum(map(_across, groups))}
        channel_posts.write(
            session,
            at,
            programme,
            ("round", str(found.id), "announced"),
            lambda say: channel_posts.announcement(say, programme, found.number, counts, named),
            subjects=[number for people in open_ones for number in people],
        )

    def begin_group(
        self,
        session: Session,
        programme: ProgrammeView,
        found: RoundView,
        place: int,
        people: Mapping[int, MemberView],
        why: Reasons,
        *,
        messages: Mapping[int, int] | None = None,
        case: CaseView | None = None,
        joining: MemberView | None = None,
    ) -> None:
        """Write a group and its conversation down; the greeting is the first message of three.

        It is held until they are at work: the round begins, and nobody's night is disturbed.
        `messages`: what some were sent in this round before, which was counted as a contact then.
        `joining`: who comes to the others.
        """
        sent = messages or {}
        pairing_id = rounds.pair_up(
            session,
            found.id,
            place,
            list(people),
            across=_across(people),
            messages={number: sent.get(number, 0) + 1 for number in people},
        )
        at, until = self._clock(), _late(programme, self._clock())
        capacity.count(session, people.keys() - sent.keys(), at)
        weeks = {number: WorkingWeek.of(member) for number, member in people.items()}
        room_at = quiet_hours.together(list(weeks.values()), at, until)
        why = replace(why, hours=tuple(meeting_times.next_hours(list(weeks.values()), room_at)))
        seats = []
        for number, member in people.items():
            account = outbox.at_hand(session, number)
            if account is None:
                continue
            say = words(account.language or account.locale)
            greeting = member_replies.greeting(say, programme, pairing_id, people, why, case)
            if joining is not None and joining.id != number:
                greeting = with_word(say, greeting, joining.name)
            seats.append(
                Seat(
                    number,
                    member.name,
                    say.language,
                    account.platform,
                    account.workspace,
                    account.user_id,
                    serialization.reply_to_json(greeting),
                )
            )
            programmes.adjust(
                session, programme.id, number, rested_last=False, last_round=found.number
            )
        opening = Opening(
            ConversationKind.PAIRING,
            f"{programme.name}, {found.number}",
            seats,
            holds={n: quiet_hours.one_by_one(week, at, until) for n, week in weeks.items()},
            room_at=room_at,
        )
        begun = self._conversations.begin(session, opening)
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
        at = self._clock()
        outbox.tell(
            session,
            member,
            ("round", str(found.id), "resting"),
            lambda say: member_replies.resting(say, programme, alone=alone),
            at,
            not_before=quiet_hours.one_by_one(WorkingWeek.of(member), at, _late(programme, at)),
        )

    async def _preview(self, programme: ProgrammeView, found: RoundView) -> None:
        at = self._clock()

        def write(session: Session) -> None:
            if rounds.step(session, found.id, RoundState.PLANNED, previewed_at=at):
                people = facts.rehearsed(session, found)
                tell_stewards(
                    session,
                    self._trusted,
                    ("round", str(found.id), "preview"),
                    lambda say: preview_replies.preview(say, programme, found, people),
                    at,
                    about=rounds.preview_of(found.id),
                    subjects=list(people),
                )

        await self._database.write(write)

    async def _remind(self, programme: ProgrammeView, found: RoundView) -> None:
        """Tell stewards that a round waits for them."""
        at = self._clock()

        def write(session: Session) -> None:
            if rounds.step(session, found.id, RoundState.PLANNED, reminded_at=at):
                tell_stewards(
                    session,
                    self._trusted,
                    ("round", str(found.id), "waits"),
                    lambda say: preview_replies.waits(say, programme, found, UNSENT.days),
                    at,
                )

        await self._database.write(write)

    async def _skip(self, programme: ProgrammeView, found: RoundView) -> None:
        """Call a round off that nobody sent."""

        def write(session: Session) -> None:
            cancelled = RoundState.CANCELLED
            if rounds.step(session, found.id, RoundState.PLANNED, state=cancelled):
                begins = rounds.next_begins(session, programme)
                tell_stewards(
                    session,
                    self._trusted,
                    ("round", str(found.id), "skipped"),
                    lambda say: preview_replies.skipped(say, programme, found, begins),
                    self._clock(),
                )

        await self._database.write(write)


def _late(programme: ProgrammeView, at: datetime) -> datetime:
    """Until when holidays may hold what a round that begins at `at` has to say."""
    return at + timedelta(days=programme.days) / 2


def _across(people: Mapping[int, MemberView]) -> bool:
    """Whether a city and a statistics office meet, as the channel is told."""
    return {Community.CITY, Community.NATIONAL} <= {each.community for each in people.values()}
