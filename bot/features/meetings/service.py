"""`propose times`: people in a conversation agree on a time by pressing what suits them."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlmodel import Session

from bot.calendars.meeting_times import times
from bot.calendars.overlap import Span
from bot.calendars.working_week import WorkingWeek
from bot.contract import Attachment, Reply
from bot.core.commands import Group, Who
from bot.core.context import Act, Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed, said_or_pressed
from bot.core.tokens import number_in
from bot.features.conversations.service import Conversations
from bot.features.meetings import assistant_replies, for_assistants, replies
from bot.features.meetings.calendar_event import event
from bot.features.meetings.replies import Clock
from bot.i18n import Words, later, words
from bot.storage.database import Database
from knowledge.conversations import conversations, meetings
from knowledge.conversations.conversations import ConversationView
from knowledge.conversations.meetings import MeetingView, SlotView
from knowledge.exchange import rounds
from knowledge.members import members
from knowledge.members.views import MemberView
from knowledge.vocabulary import ConversationState

PROPOSING = ("propose times", "proponer horas", "proposer heures", "proposer des heures")
"""What asks for times when it is all that somebody writes in a conversation."""


class Meetings:
    """Proposes times in conversations, and says when everybody pressed the same one."""

    def __init__(
        self, *, database: Database, conversations: Conversations, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._conversations = conversations
        self._clock = clock
        conversations.listen_for(PROPOSING, self.propose)

    @said_or_pressed(
        "times.propose",
        "propose",
        Group.PEOPLE,
        later("find a time to meet in one of your conversations"),
        r"(?:times|horas|(?:des\s+)?heures)(?:\s+#?(?P<object>\d{1,9}))?",
        who=Who.MEMBER,
        words=("proponer", "proposer"),
        examples="propose times\npropose times 7",
    )
    async def asked(self, context: Context, number: str) -> Reply:
        """`propose times 7`; without a number the only open one. In a room `propose` is called."""
        if number:
            return await self.propose(context, number_in(number))
        member = context.me
        own = await self._database.read(lambda session: conversations.of_member(session, member.id))
        found = [each for each in own if each.state is ConversationState.OPEN]
        if len(found) != 1:
            return replies.which(context.say, found)
        return await self.propose(context, found[0].id)

    @pressed("times.other", who=Who.MEMBER)
    async def press_other(self, context: Context, act: Act) -> Reply:
        """The subject is `7:1`: other times than those of the first proposal."""
        number, _, batch = act.subject.partition(":")
        return await self.propose(context, number_in(number), after=number_in(batch))

    async def propose(self, context: Context, number: int, after: int | None = None) -> Reply:
        """Times for the conversation `number`; the same ones however often they are asked for.

        `after`: other ones than those of that batch. Of two who ask at once one is heard, and
        both read the same.
        """
        found, meeting, last = await self._database.read(
            lambda session: _standing(session, context, number)
        )
        if found.state is not ConversationState.OPEN:
            return replies.not_open(context.say, found)
        batch, now = meeting.batch if meeting else 0, self._clock()
        fresh = [each for each in last if each.batch == batch and each.starts_at > now]
        wanted = batch if after is None else after
        agreed = meeting.agreed_at if meeting and meeting.agreed_batch == batch else None
        if meeting and agreed and agreed > now and after is None:
            own = Clock(context.me.name, context.me.time_zone)
            return replies.settled(context.say, found, meeting, agreed, own)
        if fresh and (wanted < batch or after is None):
            return self._shown(context, found, fresh, await self._people(found))
        people = await self._people(found)
        weeks = [WorkingWeek.of(each) for each in people]
        taken = [each.starts_at for each in last]
        spans = await asyncio.to_thread(times, weeks, now, taken) if weeks else []
        if not spans:
            return replies.no_time(context.say, before=bool(last))
        await self._database.write(
            lambda session: self._propose(session, found, batch, spans, people)
        )
        return Reply(context.say("The times stand in the conversation now."))

    @pressed("times.suits", who=Who.MEMBER)
    async def press_suits(self, context: Context, act: Act) -> Reply:
        """A time suits whoever pressed; when it suits all, everybody hears of it, once."""
        member, number = context.me, number_in(act.subject)
        return await self._database.write(
            lambda session: self._suits(session, context, member, number)
        )

    @pressed("times.suits_for", who=Who.EVERYONE)
    async def press_suits_for(self, context: Context, act: Act) -> Reply:
        """The subject is `7:12`: time 7 suits member 12, for whom whoever pressed schedules."""
        slot, _, number = act.subject.partition(":")
        return await self._database.write(
            lambda session: self._suits_for(session, context, number_in(number), number_in(slot))
        )

    def _propose(
        self,
        session: Session,
        found: ConversationView,
        after: int,
        spans: Sequence[Span],
        people: Sequence[MemberView],
    ) -> None:
        pairs = [(span.start, span.end) for span in spans]
        slots = meetings.propose(session, found.id, after, pairs, self._clock())
        if slots:
            clocks = _clocks(people)
            self._tell(
                session,
                found,
                f"times:{after + 1}",
                lambda say: replies.proposed(say, found, slots, clocks),
            )
            for_assistants.propose(session, found, slots, people, self._clock())

    def _suits(self, session: Session, context: Context, member: MemberView, number: int) -> Reply:
        known = meetings.slot(session, number)
        found = conversations.get(session, known[0].conversation_id) if known else None
        if known is None or found is None or found.seat_of(member.id) is None:
            raise UserFacingError("conversation_not_found", number=number)
        meeting, chosen = known
        own, at = Clock(member.name, member.time_zone), self._clock()
        if found.state is not ConversationState.OPEN:
            return replies.not_open(context.say, found)
        if meeting.agreed_at == chosen.starts_at:
            return replies.settled(context.say, found, meeting, chosen.starts_at, own)
        if chosen.starts_at <= at or chosen.batch <= meeting.agreed_batch:
            return Reply(
                context.say(
                    "This time is over, or another one was agreed since. Other times may suit."
                )
            )
        waiting, agreed = self._choose(session, found, meeting, chosen, member)
        if waiting:
            return replies.noted(context.say, chosen, own, waiting)
        return replies.settled(context.say, found, agreed or meeting, chosen.starts_at, own)

    def _suits_for(self, session: Session, context: Context, number: int, slot: int) -> Reply:
        """Who schedules for a member presses for them; they learn nothing of any other meeting."""
        member, known = (
            for_assistants.spoken_for(session, context, number),
            meetings.slot(session, slot),
        )
        found = conversations.get(session, known[0].conversation_id) if known else None
        if member is None or known is None or found is None or found.seat_of(number) is None:
            return Reply(
                context.say(
                    "You do not schedule for this member, so nothing is noted. **pair assistant** "
                    "shows for whom you do."
                )
            )
        meeting, chosen = known
        own, at = Clock(member.name, member.time_zone), self._clock()
        still = any(each.id == number for each in _in_it(session, found))
        if found.state is not ConversationState.OPEN or not still:
            return Reply(
                context.say(
                    "This meeting is not arranged any more, so nothing is noted. Thank you."
                )
            )
        if meeting.agreed_at == chosen.starts_at:
            return assistant_replies.settled(context.say, chosen, own)
        if chosen.starts_at <= at or chosen.batch <= meeting.agreed_batch:
            return Reply(context.say("This time is over, or another one was agreed since."))
        waiting, _ = self._choose(session, found, meeting, chosen, member)
        if waiting:
            return assistant_replies.noted(context.say, chosen, own)
        return assistant_replies.settled(context.say, chosen, own)

    def _choose(
        self,
        session: Session,
        found: ConversationView,
        meeting: MeetingView,
        chosen: SlotView,
        member: MemberView,
    ) -> tuple[int, MeetingView | None]:
        """How many have not pressed it yet, and the meeting where this press settled it."""
        suits = meetings.choose(session, chosen.id, member.id)
        people = _in_it(session, found)
        waiting = [each for each in people if each.id not in suits]
        agreed = None if waiting else meetings.agree(session, meeting, chosen)
        if agreed is not None:
            self._tell_agreed(session, found, agreed, chosen, people)
        return len(waiting), agreed

    def _tell_agreed(
        self,
        session: Session,
        found: ConversationView,
        meeting: MeetingView,
        chosen: SlotView,
        people: Sequence[MemberView],
    ) -> None:
        at, clocks = self._clock(), _clocks(people)

        def file(say: Words) -> Attachment:
            return event(meeting, chosen, at, say)

        self._tell(
            session,
            found,
            f"agreed:{meeting.sequence}",
            lambda say: replies.agreed(say, found, meeting, chosen, clocks, file(say)),
        )
        for_assistants.tell_agreed(session, found, meeting, chosen, people, at)

    def _tell(
        self,
        session: Session,
        found: ConversationView,
        cause: str,
        reply: Callable[[Words], Reply],
    ) -> None:
        """Tell everybody; in one room in each language that is read there."""
        languages = list(dict.fromkeys(seat.language for seat in found.participants))

        def said(say: Words) -> Reply:
            if found.bridged:
                return reply(say)
            return replies.together([reply(words(language)) for language in languages])

        self._conversations.tell(session, found.id, cause, said)

    def _shown(
        self,
        context: Context,
        found: ConversationView,
        slots: Sequence[SlotView],
        people: Sequence[MemberView],
    ) -> Reply:
        """The last times again, for the one who asked."""
        return replies.proposed(context.say, found, slots, _clocks(people))

    async def _people(self, found: ConversationView) -> list[MemberView]:
        return await self._database.read(lambda session: _in_it(session, found))


def _standing(
    session: Session, context: Context, number: int
) -> tuple[ConversationView, MeetingView | None, list[SlotView]]:
    """A conversation of the caller's, with all times so far. Raises `conversation_not_found`."""
    member = context.me
    found = conversations.get(session, number)
    if found is None or found.seat_of(member.id) is None:
        raise UserFacingError("conversation_not_found", number=number)
    meeting = meetings.of_conversation(session, number)
    return found, meeting, meetings.slots(session, meeting.id) if meeting else []


def _in_it(session: Session, found: ConversationView) -> list[MemberView]:
    """Who has to agree: everybody in the conversation who has not left its group."""
    still = rounds.still_in(session, found.id)
    numbers = [seat.member_id for seat in found.participants]
    return members.get_many(session, [n for n in numbers if still is None or n in still])


def _clocks(people: Sequence[MemberView]) -> list[Clock]:
    return [Clock(each.name, each.time_zone) for each in people]
