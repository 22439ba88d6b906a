"""What happens while a round runs: a nudge, two questions, and the end.

What is to be said is decided in `next_step.py`; here it is carried out, each group in one unit.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.calendars.working_week import WorkingWeek
from bot.contract import Reply
from bot.features.conversations.service import Conversations
from bot.features.exchange.programmes.settings import rules_of
from bot.features.exchange.rounds import channel_posts, facts, member_replies
from bot.features.exchange.rounds.facts import OpenGroup
from bot.features.exchange.rounds.next_step import (
    Ask,
    Nudge,
    Running,
    Silence,
    group_steps,
    silences,
)
from bot.i18n import words
from bot.messaging import outbox
from bot.storage.database import Database
from knowledge.conversations import conversations
from knowledge.exchange import programmes, rounds
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.rounds import PairingView, RoundView
from knowledge.exchange.states import CheckInAnswer, PairingState, RoundState
from knowledge.members import members

_TURNS = 2
"""A group is asked, and then nudged, in one unit."""


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
        now = self._clock()
        running = Running(found.announced_at or now, programme.days)
        if running.is_over(now):
            await self._closing(programme, found)
            return
        groups = await self._database.read(lambda session: facts.open_groups(session, found, now))
        for each in groups:
            if group_steps(now, running, each.facts):
                await self._database.write(
                    lambda session, number=each.pairing.id: self._proceed(  # type: ignore[misc]
                        session, programme, found, number, running
                    )
                )

    def _proceed(
        self,
        session: Session,
        programme: ProgrammeView,
        found: RoundView,
        number: int,
        running: Running,
    ) -> None:
        """Take the steps that are due for a group as it is in this unit."""
        now = self._clock()
        for _ in range(_TURNS):
            group = facts.open_group(session, found, number, now)
            for step in group_steps(now, running, group.facts) if group else ():
                match step:
                    case Ask() if group is not None:
                        self._ask(session, programme, group, step)
                    case Nudge() if group is not None:
                        self._nudge(session, group.pairing, step)

    def _ask(self, session: Session, programme: ProgrammeView, group: OpenGroup, step: Ask) -> None:
        pairing, member = group.pairing, group.people[step.member_id]
        if not rounds.ask(session, pairing.id, member.id, step.stage) or not step.said:
            return
        if not rounds.spend(session, pairing.id, member.id, step.most):
            return
        others = [each.name for number, each in group.people.items() if number != member.id]
        word = member_replies.ending if step.last else member_replies.halfway
        outbox.tell(
            session,
            member,
            ("pairing", str(pairing.id), "end" if step.last else "half"),
            lambda say: word(say, programme, pairing.id, others),
            self._clock(),
            subjects=[number for number in pairing.members if number != member.id],
        )

    def _nudge(self, session: Session, found: PairingView, step: Nudge) -> None:
        if not rounds.nudge(session, found.id, self._clock()) or not step.said:
            return
        for number in found.members:
            rounds.spend(session, found.id, number)
        self._conversations.tell(
            session,
            found.conversation_id or 0,
            f"nudge:{found.id}",
            lambda say: member_replies.nudge(say, found.id),
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
        before = {
            each.member_id: (each.silent_rounds, each.paused)
            for each in programmes.participants(session, programme.id)
        }
        grouped = {number for each in groups for number in each.members}
        for silence in silences(before, grouped, heard):
            self._count(session, programme, found, silence)
        if groups:
            cause = ("round", str(found.id), "closed")
            channel_posts.write(session, at, programme, cause, lambda _: reply)

    def _count(
        self, session: Session, programme: ProgrammeView, found: RoundView, silence: Silence
    ) -> None:
        at, number = self._clock(), silence.member_id
        programmes.adjust(session, programme.id, number, silent_rounds=silence.rounds)
        if not silence.pauses:
            return
        programmes.adjust(session, programme.id, number, paused_at=at)
        member = members.get(session, number)
        if member is not None:
            outbox.tell(
                session,
                member,
                ("round", str(found.id), "silent"),
                lambda say: member_replies.silent(say, programme),
                at,
                not_before=WorkingWeek.of(member).next_open(at),
            )


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
    topics = Counter(found.plan.topics)
    return channel_posts.Outcome(
        len(groups),
        len(met),
        sum(each.across for each in groups if each.id in met),
        tuple(sorted(topics.items(), key=lambda each: (-each[1], each[0]))),
    )
