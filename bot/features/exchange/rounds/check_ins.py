"""What happens while a round runs: a nudge, two questions, and the end."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.calendars.working_week import WorkingWeek
from bot.contract import Place, Reply
from bot.features.conversations.service import Conversations
from bot.features.exchange.programmes.settings import places_of, rules_of
from bot.features.exchange.rounds import channel_posts, member_replies
from bot.i18n import Words, words
from bot.messaging import outbox
from bot.messaging.outbox import TERMINAL
from bot.storage.database import Database
from knowledge.conversations import conversations
from knowledge.database.keys import key_of
from knowledge.exchange import programmes, rounds
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.rounds import PairingView, RoundView
from knowledge.exchange.states import CheckInAnswer, PairingState, RoundState
from knowledge.members import members
from knowledge.members.views import MemberView
from knowledge.messaging import channels, deliveries
from knowledge.vocabulary import ConversationState, MemberStatus

GRACE = timedelta(days=4)
"""How long answers are waited for at the end; a weekend fits in it."""
SILENCE = timedelta(hours=24)
"""Working hours without a word after which a group is nudged, once."""
SILENT_ROUNDS = 3


class CheckIns:
    """Nudges, asks and closes; nobody is sent more than three messages unasked."""

    def __init__(
        self, *, database: Database, conversations: Conversations, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._conversations = conversations
        self._clock = clock

    async def step(self, programme: ProgrammeView, found: RoundView) -> None:
        """Nudge, ask halfway, ask at the end, close."""
        now, begun = self._clock(), found.announced_at or self._clock()
        end = begun + timedelta(days=programme.days)
        if now >= end + GRACE:
            await self._closing(programme, found)
            return
        pairs, people = await self._database.read(lambda session: _open(session, found))
        for each in pairs:
            if now >= begun + (end - begun) / 2:
                await self._ask(programme, each, people, last=now >= end)
            if now < end and each.nudged_at is None and each.conversation_id is not None:
                await self._nudge(each, people, begun, now)

    async def _nudge(
        self, found: PairingView, people: Mapping[int, MemberView], begun: datetime, now: datetime
    ) -> None:
        those = [people[number] for number in found.members if number in people]
        if not those or not any(WorkingWeek.of(each).is_open(now) for each in those):
            return

        def silent_since(session: Session) -> datetime | None:
            talk = conversations.get(session, found.conversation_id or 0)
            # Where the bot hears nothing, silence says nothing.
            if talk is None or talk.state is not ConversationState.OPEN or not talk.heard:
                return None
            said = conversations.last_said(session, talk.id)
            return max([begun, *said.values()])

        since = await self._database.read(silent_since)
        if (
            since is None
            or min(WorkingWeek.of(each).worked(since, now) for each in those) < SILENCE
        ):
            return

        def write(session: Session) -> None:
            current = rounds.pairing(session, found.id)
            answers = rounds.check_ins(session, [found.id])
            if current is None or current.nudged_at or current.state is not PairingState.OPEN:
                return
            rounds.amend(session, found.id, nudged_at=now)
            # One message of each is kept for the end, so that everybody is asked then.
            spent = any(sent >= rounds.MOST_UNASKED - 1 for sent in current.messages.values())
            if spent or any(each.answer is CheckInAnswer.MET for each in answers):
                return
            for number in current.members:
                rounds.spend(session, found.id, number)
            self._conversations.tell(
                session,
                current.conversation_id or 0,
                f"nudge:{found.id}",
                lambda say: member_replies.nudge(say, found.id),
            )

        await self._database.write(write)

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
        present = [people[number] for number in found.members if number in people]
        awake = [member for member in present if WorkingWeek.of(member).is_open(now)]
        if awake:

            def write(session: Session) -> None:
                met = {
                    each.member_id
                    for each in rounds.check_ins(session, [found.id])
                    if each.answer is CheckInAnswer.MET or each.worked or each.problem
                }
                for member in awake:
                    if not rounds.ask(session, found.id, member.id, stage):
                        continue
                    most = rounds.MOST_UNASKED if last else rounds.MOST_UNASKED - 1
                    if member.id in met and not last:
                        continue
                    if rounds.spend(session, found.id, member.id, most):
                        self._asked(session, programme, found, member, people, last=last)

            if any(found.asked[each.id] < stage for each in awake):
                await self._database.write(write)

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
        word = member_replies.ending if last else member_replies.halfway
        cause = ("pairing", str(found.id), "end" if last else "half")
        outbox.tell(
            session,
            member,
            cause,
            lambda say: word(say, programme, found.id, others),
            self._clock(),
            subjects=[number for number in found.members if number != member.id],
        )

    async def _closing(self, programme: ProgrammeView, found: RoundView) -> None:
        """Close a round. The chart is drawn before: where somebody answers meanwhile, once more."""
        outcome = await self._database.read(lambda session: _outcome(session, found))
        say = words(rules_of(programme).language)
        reply = await asyncio.to_thread(
            channel_posts.closing, say, programme, found.number, outcome
        )
        await self._database.write(
            lambda session: self._close(session, programme, found, outcome, reply)
        )

    def _close(
        self,
        session: Session,
        programme: ProgrammeView,
        found: RoundView,
        outcome: channel_posts.Outcome,
        reply: Reply,
    ) -> None:
        at = self._clock()
        if _outcome(session, found) != outcome:
            return  # the next tick closes it
        done = rounds.step(
            session, found.id, RoundState.ANNOUNCED, state=RoundState.CLOSED, closed_at=at
        )
        if not done:
            return
        groups = _held(session, found)
        heard = {each.member_id for each in rounds.check_ins(session, [one.id for one in groups])}
        for each in groups:
            rounds.settle(session, each.id, PairingState.CLOSED)
            heard |= set(conversations.last_said(session, each.conversation_id or 0))
        self._count_silence(session, programme, found, groups, heard)
        if groups:
            cause = ("round", str(found.id), "closed")
            post(session, at, programme, cause, lambda _: reply)

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
                hold = WorkingWeek.of(member).next_open(at)
                outbox.tell(
                    session,
                    member,
                    cause,
                    lambda say: member_replies.silent(say, programme),
                    at,
                    not_before=hold,
                )


def post(
    session: Session,
    at: datetime,
    programme: ProgrammeView,
    cause: tuple[str, ...],
    reply: Callable[[Words], Any],
    subjects: Collection[int] = (),
) -> None:
    """Write the same message for each of the programme's channels that may be written to."""
    say = words(rules_of(programme).language)
    drafts = [
        outbox.message(key_of(*cause, *_name(place)), place, reply(say), subjects=subjects)
        for place in places_of(programme)
        if place.platform != TERMINAL and channels.speaks(session, *_name(place))
    ]
    deliveries.write(session, drafts, at)


def _held(session: Session, found: RoundView) -> list[PairingView]:
    """The groups of a round that were not called off."""
    return [
        each
        for each in rounds.pairings(session, found.id)
        if each.state is not PairingState.CANCELLED
    ]


def _outcome(session: Session, found: RoundView) -> channel_posts.Outcome:
    groups = _held(session, found)
    answers = rounds.check_ins(session, [each.id for each in groups])
    met = {each.pairing_id for each in answers if each.answer is CheckInAnswer.MET}
    topics = Counter(dict(found.plan.get("topics", {})))
    return channel_posts.Outcome(
        len(groups),
        len(met),
        sum(each.across for each in groups if each.id in met),
        tuple(sorted(topics.items(), key=lambda each: (-each[1], each[0]))),
    )


def _name(place: Place) -> tuple[str, str, str]:
    return (place.platform, place.workspace, place.channel)


def _open(session: Session, found: RoundView) -> tuple[list[PairingView], dict[int, MemberView]]:
    groups = [
        each for each in rounds.pairings(session, found.id) if each.state is PairingState.OPEN
    ]
    numbers = sorted({number for each in groups for number in each.members})
    people = members.get_many(session, numbers)
    return groups, {each.id: each for each in people if each.status is MemberStatus.ACTIVE}
