"""Conversations between members: in a room of their own, or carried across by the bot.

People of one workspace get a room there. Where they have none in common, each writes where they
are: an answer to what the bot brought is carried to the others.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.contract import Edited, Place, PlaceKind, Removed, Reply, Said
from bot.core.commands import NOTHING, NUMBER, Group, Intent
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.core.handlers import said, said_or_pressed
from bot.core.listening import Heard, Told
from bot.core.tokens import number_in
from bot.features.conversations import departures, relay, replies
from bot.i18n import Words, later, words
from bot.jobs import PeriodicJob
from bot.messaging import outbox
from bot.messaging.outbox import TERMINAL
from bot.storage.database import Database
from knowledge.conversations import conversations
from knowledge.conversations.conversations import ConversationView, ParticipantView, Seat
from knowledge.database.keys import key_of
from knowledge.lifecycle import deactivation
from knowledge.messaging import deliveries
from knowledge.messaging.deliveries import Draft
from knowledge.vocabulary import ConversationKind, ConversationState


@dataclass(frozen=True, slots=True)
class Opening:
    """Who is brought together and why; each reads the `greeting` of their seat first."""

    kind: ConversationKind
    topic: str
    seats: Sequence[Seat]
    subject: str = ""
    holds: Mapping[int, datetime] = field(default_factory=dict)
    """Until when the greeting of a member is held, where each is greeted alone."""
    room_at: datetime | None = None
    """Until when the room is not opened, where they get one."""


InConversation = Callable[[Context, int], Awaitable[Reply]]
"""What a feature does when its words are said in the conversation of that number."""

_CLOSING = ("close", "cerrar", "fermer")
CLOSING = frozenset(_CLOSING)
"""What ends a conversation when it is all that somebody writes in it."""


class Conversations:
    """Opens conversations, carries what is said in them, and closes them."""

    def __init__(self, *, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._phrases: dict[str, InConversation] = {}
        self.jobs = (
            PeriodicJob("conversations called off", timedelta(minutes=1), self._tell_called_off),
        )

    def listen_for(self, phrases: Sequence[str], use: InConversation) -> None:
        """Let a feature answer when somebody writes just these words in a conversation."""
        self._phrases.update(dict.fromkeys(phrases, use))

    def begin(self, session: Session, opening: Opening) -> ConversationView:
        """Open a conversation, in the unit of what causes it."""
        bridged = not relay.share_a_workspace(opening.seats)
        at = self._clock()
        begun = conversations.begin(
            session,
            opening.kind,
            opening.topic,
            opening.seats,
            at,
            bridged=bridged,
            subject=opening.subject,
        )
        if bridged:
            relay.greet_each(session, begun, at, opening.holds)
        else:
            persons = [relay.person(seat) for seat in begun.participants]
            room = outbox.group(
                begun.room_key,
                persons,
                begun.topic,
                begun.about,
                not_before=opening.room_at,
                subjects=relay.everybody(begun),
            )
            deliveries.write(session, [room], at)
        return begun

    def room(self, session: Session, about: str, place: Place | None, at: datetime) -> None:
        """A room is there, or (None) there can be none: then words are carried."""
        number = number_in(about.removeprefix("conversation:"))
        if place is None:
            if (begun := conversations.bridge(session, number)) is not None:
                relay.greet_each(session, begun, at)
            return
        begun = conversations.opened(
            session, number, place.channel, place.thread, heard=place.heard
        )
        if begun is not None:
            greeting = replies.in_a_room(begun, relay.greetings(begun), heard=begun.heard)
            first = outbox.message(
                begun.greeting_key,
                place,
                greeting,
                about=begun.about,
                subjects=relay.everybody(begun),
            )
            deliveries.write(session, [first], at)
            conversations.greeted(session, begun.id)

    def tell(
        self,
        session: Session,
        number: int,
        cause: str,
        reply: Callable[[Words], Reply],
        subjects: Collection[int] = (),
    ) -> None:
        """The bot's own words in a conversation that is open, once for each cause.

        `subjects`: the members whom they name.
        """
        found = conversations.get(session, number)
        if found is None or found.state is not ConversationState.OPEN:
            return
        told = found.participants[:1] if relay.has_room(found) else found.participants
        drafts = [
            outbox.message(
                key_of("told", found.about, cause, str(seat.id)),
                relay.place(seat),
                reply(words(seat.language)),
                relay.person(seat),
                target="" if relay.has_room(found) else relay.root(found, seat),
                about=found.about,
                not_before=relay.held_until(session, found, seat),
                subjects=subjects,
            )
            for seat in told
            if seat.platform != TERMINAL
        ]
        deliveries.write(session, drafts, self._clock())

    def leave(
        self, session: Session, number: int, member_id: int, word: departures.Word
    ) -> departures.Parting | None:
        """Let one go while the others go on and are told, once; None when there is nothing to."""
        found = conversations.get(session, number)
        seat = found.seat_of(member_id) if found else None
        if found is None or seat is None:
            return None
        parting = departures.leave(session, found, seat, word, self._clock())
        if parting is not None and parting is not departures.Parting.BEFORE:
            cause = f"left:{seat.id}"
            self.tell(session, number, cause, lambda say: word(say, parting), [member_id])
        return parting

    def end(self, session: Session, number: int) -> None:
        """Close a conversation without a word: whoever calls tells why."""
        found = conversations.get(session, number)
        if found is not None and conversations.close(session, number, self._clock()):
            relay.take_back(session, found, found.participants)

    def end_for(self, session: Session, member_id: int) -> None:
        """Close what a member takes part in, as when they leave; the others are told.

        Whoever has not heard yet whom they were to meet does not hear it any more.
        """
        deactivation.step_back(session, member_id)
        for found in conversations.of_member(session, member_id, limit=1_000):
            seat = found.seat_of(member_id)
            if seat is not None:
                self._end(session, found, seat, replies.somebody_left)

    async def _tell_called_off(self) -> int:
        """Tell those who were brought together over a question that it does not come about."""
        kind = ConversationKind.INTRODUCTION
        if not await self._database.read(lambda session: conversations.called_off(session, kind)):
            return 0

        def write(session: Session) -> int:
            return sum(
                self.tell_called_off(session, found, replies.called_off)
                for found in conversations.called_off(session, kind)
            )

        return await self._database.write(write)

    def tell_called_off(
        self, session: Session, found: ConversationView, word: Callable[[Words], Reply]
    ) -> int:
        """Tell each who is left, in private and once; returns how many."""
        if not conversations.told_off(session, found.id):
            return 0
        drafts = [
            outbox.message(
                key_of("called off", found.about, str(seat.id)),
                outbox.direct(relay.person(seat)),
                word(words(seat.language)),
                relay.person(seat),
                unsolicited=True,
            )
            for seat in found.participants
            if seat.platform != TERMINAL
        ]
        return deliveries.write(session, drafts, self._clock())

    async def hear(self, context: Context, act: Said | Edited | Removed) -> Told:
        """Take in what was said, changed or taken back, if it belongs to a conversation."""
        if not isinstance(act, Said):
            return await self._database.write(lambda session: _amended(session, context, act))
        if act.place.kind is PlaceKind.DIRECT and not act.reply_to:
            return None
        found = await self._database.read(lambda session: _found(session, act))
        seat = _seat_of(found, context)
        if found is None or seat is None:
            return self._from_outside(context, found, act)
        return await self._taken_in(context, found, seat, act)

    def _from_outside(self, context: Context, found: ConversationView | None, said: Said) -> Told:
        """Who left is told that nothing is carried; in a room they are left in peace."""
        if found is None or not _has_left(found, context):
            return None
        plain = " ".join(said.text.casefold().split())
        if said.place.kind is PlaceKind.DIRECT or plain in CLOSING or plain in self._phrases:
            return Heard(replies.left(context.say, found))
        return None if said.addressed else Heard()

    async def _taken_in(
        self, context: Context, found: ConversationView, seat: ParticipantView, said: Said
    ) -> Told:
        in_room = said.place.kind is not PlaceKind.DIRECT
        if said.text.strip().casefold() in CLOSING:
            return Heard(await self._closed(context, found, seat))
        if (use := self._phrases.get(" ".join(said.text.casefold().split()))) is not None:
            return Heard(await use(context, found.id))
        if in_room and said.addressed:
            return None  # words for the bot, such as a question
        if found.state is ConversationState.CLOSED:
            return Heard(None if in_room else replies.over(context.say, found))
        return Heard(await self._said(context, found, seat, said))

    @said_or_pressed(
        "conversation.show",
        "conversation",
        Group.PEOPLE,
        later("your conversations with other members"),
        NOTHING,
        NUMBER,
        words=("conversations", "conversaciones"),
        examples="conversation\nconversation 7",
    )
    async def conversation(self, context: Context, number: str) -> Reply:
        """`conversation`, `conversation 7`: those that are open, or what was said in one."""
        if not number:
            member = context.me
            own = await self._database.read(lambda s: conversations.of_member(s, member.id))
            return replies.listed(context.say, own, member.id)
        found, _ = await self._mine(context, number)
        lines = await self._database.read(lambda s: conversations.lines(s, found.id))
        return replies.shown(context.say, found, lines)

    @said(
        "say",
        Group.PEOPLE,
        later("write into one of your conversations"),
        rf"{NUMBER}\s+(?P<text>.+)",
        examples="say 7 Thank you, Tuesday suits me.",
    )
    async def say(self, context: Context, intent: Intent) -> Reply:
        """`say 7 thank you`: words for a conversation, from anywhere."""
        found, seat = await self._mine(context, intent.object)
        if found.state is ConversationState.CLOSED:
            return replies.over(context.say, found)
        said = Said(
            event_id=context.event_id,
            person=context.person,
            place=context.place,
            text=intent.text,
            message=context.event_id,
        )
        told = await self._said(context, found, seat, said)
        return told or replies.said(context.say, found, seat)

    @said_or_pressed(
        "conversation.close",
        "close",
        Group.PEOPLE,
        later("end one of your conversations"),
        NOTHING,
        NUMBER,
        words=_CLOSING[1:],
        examples="close 7",
    )
    async def close(self, context: Context, number: str) -> Reply:
        """`close 7`; `close` alone shows what there is to close."""
        if not number:
            return await self.conversation(context, number)
        found, seat = await self._mine(context, number)
        return await self._closed(context, found, seat)

    async def _said(
        self, context: Context, found: ConversationView, seat: ParticipantView, said: Said
    ) -> Reply | None:
        """Keep a line and carry it to those who do not read it where it was said."""
        at = self._clock()

        def write(session: Session) -> None:
            line = conversations.say(session, seat, found.id, said.message, said.text, at)
            if line is not None and found.bridged:
                drafts = [
                    draft
                    for other in relay.reached(found, seat)
                    for draft in relay.carried(
                        session, found, seat, other, line, said.text, said.files
                    )
                ]
                deliveries.write(session, drafts, at)

        await self._database.write(write)
        carried = found.bridged and said.files
        return replies.files_stay(context.say, said.files) if carried else None

    async def _closed(
        self, context: Context, found: ConversationView, seat: ParticipantView
    ) -> Reply:
        # Whether it was open is not said: an act that is cut off here runs again.
        await self._database.write(lambda session: self._end(session, found, seat))
        return replies.closed(context.say, found)

    def _end(
        self,
        session: Session,
        found: ConversationView,
        by: ParticipantView,
        word: Callable[[Words, ConversationView], Reply] = replies.closed,
    ) -> None:
        at = self._clock()
        if not conversations.close(session, found.id, at):
            return
        relay.take_back(session, found, [by])
        told = found.participants[:1] if relay.has_room(found) else relay.reached(found, by)
        drafts = [
            outbox.message(
                key_of("closed", found.about, str(seat.id)),
                relay.place(seat),
                word(words(seat.language), found),
                relay.person(seat),
                target="" if relay.has_room(found) else relay.root(found, seat),
                about=found.about,
                not_before=relay.held_until(session, found, seat),
            )
            for seat in told
        ]
        deliveries.write(session, drafts, at)

    async def _mine(
        self, context: Context, number: str
    ) -> tuple[ConversationView, ParticipantView]:
        """One of the caller's own. Raises `conversation_not_found` or `conversation_left`."""
        found = await self._database.read(
            lambda session: conversations.get(session, number_in(number))
        )
        seat = _seat_of(found, context)
        if found is not None and seat is None and _has_left(found, context):
            raise UserFacingError("conversation_left", topic=found.topic)
        if found is None or seat is None:
            raise UserFacingError("conversation_not_found", number=number)
        return found, seat


def _found(session: Session, said: Said) -> ConversationView | None:
    place = said.place
    if place.kind is not PlaceKind.DIRECT:
        return conversations.in_room(
            session, place.platform, place.workspace, place.channel, place.thread
        )
    about = deliveries.about(session, place.platform, said.reply_to) if said.reply_to else ""
    if not about.startswith("conversation:"):
        return None
    return conversations.get(session, number_in(about.removeprefix("conversation:")))


def _amended(session: Session, context: Context, act: Edited | Removed) -> Told:
    person = context.person
    found = conversations.line_of(session, person.platform, person.user_id, act.message)
    if found is None:
        return None
    conversation, seat, line = found
    if conversation.state is ConversationState.CLOSED:
        return Heard()
    text = act.text if isinstance(act, Edited) else ""
    drafts: list[Draft] = []
    if seat.left_at and text:
        return Heard()  # they go on without these words
    for other in departures.still_reading(conversation, seat, line, act):
        before = relay.carried(session, conversation, seat, other, line.id, line.text)
        after = relay.carried(session, conversation, seat, other, line.id, text) if text else []
        drafts += relay.changes(session, before, after, act.event_id)
    deliveries.write(session, drafts, line.at)
    if text:
        conversations.reword(session, line.id, text)
    else:
        conversations.take_back(session, line.id)
    return Heard()


def _seat_of(found: ConversationView | None, context: Context) -> ParticipantView | None:
    return found.seat_of(context.member.id) if found and context.member else None


def _has_left(found: ConversationView, context: Context) -> bool:
    return context.member is not None and found.left_by(context.member.id) is not None
