"""Conversations between members: in a room of their own, or carried across by the bot.

People of one workspace get a room there. Where they have none in common, each writes where they
are: an answer to what the bot brought is carried to the others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from bot import outbox, wire
from bot.caller import Act, Actions, Caller, Verbs
from bot.commands import ASIDES, CLOSING, Intent
from bot.contract import Edited, Person, Place, PlaceKind, Removed, Reply, Said
from bot.errors import UserFacingError
from bot.outbox import TERMINAL
from bot.units import Units
from bot.wording import Words, words
from bot.wording import conversations as wording
from knowledge import conversations, deliveries, unsent
from knowledge.conversations import ConversationView, ParticipantView, Seat
from knowledge.deliveries import Draft, key_of
from knowledge.vocabulary import ConversationKind, ConversationState, DeliveryKind

PART = 1_500
"""Characters of one message that is carried; a longer text becomes several."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Who is brought together and why; each reads the `greeting` of their seat first."""

    kind: ConversationKind
    topic: str
    seats: Sequence[Seat]
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said belongs to a conversation; `reply`: what its author alone is told."""

    reply: Reply | None = None


Told = Heard | None


class Conversations:
    """Opens conversations, carries what is said in them, and closes them."""

    def __init__(self, *, units: Units, clock: Callable[[], datetime]) -> None:
        self._units = units
        self._clock = clock
        self.verbs: Verbs = {
            "conversation": self.conversation,
            "say": self.say,
            "close": self.close,
        }
        self.actions: Actions = {
            "conversation.close": self.press_close,
            "conversation.show": self.press_show,
        }

    def begin(self, session: Session, opening: Opening) -> ConversationView:
        """Open a conversation, in the unit of what causes it."""
        bridged = not _share_a_workspace(opening.seats)
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
            _greet_each(session, begun, at)
        else:
            persons = [_person(seat) for seat in begun.participants]
            room = outbox.group(key_of("room", begun.about), persons, begun.topic, begun.about)
            deliveries.write(session, [room], at)
        return begun

    def room(self, session: Session, about: str, place: Place | None, at: datetime) -> None:
        """A room is there, or (None) there can be none: then words are carried."""
        number = _number(about.removeprefix("conversation:"))
        if place is None:
            if (begun := conversations.bridge(session, number)) is not None:
                _greet_each(session, begun, at)
            return
        begun = conversations.opened(
            session, number, place.channel, place.thread, heard=place.heard
        )
        if begun is not None:
            greeting = wording.in_a_room(begun, _greetings(begun), heard=begun.heard)
            key = key_of("greeting", begun.about)
            deliveries.write(session, [outbox.message(key, place, greeting, about=begun.about)], at)
            conversations.greeted(session, begun.id)

    def tell(
        self, session: Session, number: int, cause: str, reply: Callable[[Words], Reply]
    ) -> None:
        """The bot's own words in a conversation that is open, once for each cause."""
        found = conversations.get(session, number)
        if found is None or found.state is not ConversationState.OPEN:
            return
        told = found.participants[:1] if _has_room(found) else found.participants
        drafts = [
            outbox.message(
                key_of("told", found.about, cause, str(seat.id)),
                _place(seat),
                reply(words(seat.language)),
                _person(seat),
                target="" if _has_room(found) else _root(found, seat),
                about=found.about,
            )
            for seat in told
            if seat.platform != TERMINAL
        ]
        deliveries.write(session, drafts, self._clock())

    def end(self, session: Session, number: int) -> None:
        """Close a conversation without a word: whoever calls tells why."""
        conversations.close(session, number, self._clock())

    def end_for(self, session: Session, member_id: int) -> None:
        """Close what a member takes part in, as when they leave; the others are told."""
        for found in conversations.of_member(session, member_id, limit=1_000):
            seat = found.seat_of(member_id)
            if seat is not None:
                self._end(session, found, seat)

    async def hear(self, caller: Caller, act: Said | Edited | Removed) -> Told:
        """Take in what was said, changed or taken back, if it belongs to a conversation."""
        if not isinstance(act, Said):
            return await self._units.write(lambda session: _amended(session, caller, act))
        if act.place.kind is PlaceKind.DIRECT and not act.reply_to:
            return None
        found = await self._units.read(lambda session: _found(session, act))
        seat = _seat_of(found, caller)
        if found is None or seat is None:
            return None
        return await self._taken_in(caller, found, seat, act)

    async def _taken_in(
        self, caller: Caller, found: ConversationView, seat: ParticipantView, said: Said
    ) -> Told:
        in_room = said.place.kind is not PlaceKind.DIRECT
        if said.text.strip().casefold() in CLOSING:
            return Heard(await self._closed(caller, found, seat))
        aside = not in_room and said.text.strip().casefold() in ASIDES
        if aside or (in_room and said.addressed):
            return None  # words for the bot, such as a question
        if found.state is ConversationState.CLOSED:
            return Heard(None if in_room else wording.over(caller.say, found))
        return Heard(await self._said(caller, found, seat, said))

    async def conversation(self, caller: Caller, intent: Intent) -> Reply:
        """`conversation`, `conversation 7`: those that are open, or what was said in one."""
        member = caller.known()
        if intent.object:
            return await self._shown(caller, intent.object)
        found = await self._units.read(lambda session: conversations.of_member(session, member.id))
        return wording.listed(caller.say, found, member.id)

    async def say(self, caller: Caller, intent: Intent) -> Reply:
        """`say 7 thank you`: words for a conversation, from anywhere."""
        found, seat = await self._mine(caller, intent.object)
        if found.state is ConversationState.CLOSED:
            return wording.over(caller.say, found)
        said = Said(
            event_id=caller.event_id,
            person=caller.person,
            place=caller.place,
            text=intent.text,
            message=caller.event_id,
        )
        told = await self._said(caller, found, seat, said)
        return told or wording.said(caller.say, found, seat)

    async def close(self, caller: Caller, intent: Intent) -> Reply:
        """`close 7`; `close` alone shows what there is to close."""
        if not intent.object:
            return await self.conversation(caller, intent)
        found, seat = await self._mine(caller, intent.object)
        return await self._closed(caller, found, seat)

    async def press_close(self, caller: Caller, act: Act) -> Reply:
        found, seat = await self._mine(caller, act.subject)
        return await self._closed(caller, found, seat)

    async def press_show(self, caller: Caller, act: Act) -> Reply:
        return await self._shown(caller, act.subject)

    async def _shown(self, caller: Caller, number: str) -> Reply:
        found, _ = await self._mine(caller, number)
        lines = await self._units.read(lambda session: conversations.lines(session, found.id))
        return wording.shown(caller.say, found, lines)

    async def _said(
        self, caller: Caller, found: ConversationView, seat: ParticipantView, said: Said
    ) -> Reply | None:
        """Keep a line and carry it to those who do not read it where it was said."""
        at = self._clock()

        def write(session: Session) -> None:
            line = conversations.say(session, seat, found.id, said.message, said.text, at)
            if line is not None and found.bridged:
                drafts = [
                    draft
                    for other in _reached(found, seat)
                    for draft in _carried(found, seat, other, line, said.text, said.files)
                ]
                deliveries.write(session, drafts, at)

        await self._units.write(write)
        carried = found.bridged and said.files
        return wording.files_stay(caller.say, said.files) if carried else None

    async def _closed(
        self, caller: Caller, found: ConversationView, seat: ParticipantView
    ) -> Reply:
        ended = await self._units.write(lambda session: self._end(session, found, seat))
        return wording.closed(caller.say, found) if ended else wording.over(caller.say, found)

    def _end(self, session: Session, found: ConversationView, by: ParticipantView) -> bool:
        at = self._clock()
        if not conversations.close(session, found.id, at):
            return False
        told = found.participants[:1] if _has_room(found) else _reached(found, by)
        drafts = [
            outbox.message(
                key_of("closed", found.about, str(seat.id)),
                _place(seat),
                wording.closed(words(seat.language), found),
                _person(seat),
                target="" if _has_room(found) else _root(found, seat),
                about=found.about,
            )
            for seat in told
        ]
        deliveries.write(session, drafts, at)
        return True

    async def _mine(self, caller: Caller, number: str) -> tuple[ConversationView, ParticipantView]:
        """One of the caller's own. Raises `conversation_not_found` for others'."""
        found = await self._units.read(lambda session: conversations.get(session, _number(number)))
        seat = _seat_of(found, caller)
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
    return conversations.get(session, _number(about.removeprefix("conversation:")))


def _amended(session: Session, caller: Caller, act: Edited | Removed) -> Told:
    person = caller.person
    found = conversations.line_of(session, person.platform, person.user_id, act.message)
    if found is None:
        return None
    conversation, seat, line = found
    if conversation.state is ConversationState.CLOSED:
        return Heard()
    text = act.text if isinstance(act, Edited) else ""
    drafts: list[Draft] = []
    for other in _reached(conversation, seat) if conversation.bridged else ():
        before = _carried(conversation, seat, other, line.id, line.text)
        after = _carried(conversation, seat, other, line.id, text) if text else []
        drafts += _changes(session, before, after, act.event_id)
    deliveries.write(session, drafts, line.at)
    if text:
        conversations.reword(session, line.id, text)
    else:
        conversations.take_back(session, line.id)
    return Heard()


def _changes(
    session: Session, before: Sequence[Draft], after: Sequence[Draft], event_id: str
) -> list[Draft]:
    """What turns the messages of `before` into those of `after`."""
    changes = []
    for number, former in enumerate(before):
        key = key_of("amended", event_id, former.key)
        if number < len(after):
            changes.append(
                replace(after[number], key=key, kind=DeliveryKind.UPDATE, target=former.key)
            )
        elif not unsent.take_back(session, former.key):
            changes.append(
                replace(former, key=key, kind=DeliveryKind.DELETE, target=former.key, reply="")
            )
    return [*changes, *after[len(before) :]]


def _carried(
    found: ConversationView,
    author: ParticipantView,
    reader: ParticipantView,
    line: int,
    text: str,
    files: Sequence[str] = (),
) -> list[Draft]:
    """A line as the messages that one reader gets."""
    say = words(reader.language)
    parts = [text[start : start + PART] for start in range(0, len(text), PART)]
    replies = [wording.line(say, author.name, part) for part in parts]
    replies += [wording.file(say, author.name, name) for name in files]
    return [
        outbox.message(
            key_of("line", str(line), str(reader.id), str(number)),
            _place(reader),
            reply,
            _person(reader),
            target=_root(found, reader),
            about=found.about,
        )
        for number, reply in enumerate(replies)
    ]


def _greet_each(session: Session, begun: ConversationView, at: datetime) -> None:
    drafts = [
        outbox.message(
            _root(begun, seat),
            _place(seat),
            wording.bridged(words(seat.language), begun, seat, greeting),
            _person(seat),
            about=begun.about,
        )
        for seat, greeting in zip(begun.participants, _greetings(begun), strict=True)
        if seat.platform != TERMINAL
    ]
    deliveries.write(session, drafts, at)
    conversations.greeted(session, begun.id)


def _greetings(begun: ConversationView) -> list[Reply]:
    return [
        wire.reply_from_json(seat.greeting) if seat.greeting else Reply("")
        for seat in begun.participants
    ]


def _reached(found: ConversationView, than: ParticipantView) -> list[ParticipantView]:
    """The others to whom something can be brought; in a terminal one looks by oneself."""
    return [seat for seat in found.others(than) if seat.platform != TERMINAL]


def _share_a_workspace(seats: Sequence[Seat]) -> bool:
    spaces = {(seat.platform, seat.workspace) for seat in seats}
    return len(spaces) == 1 and all(seat.platform != TERMINAL for seat in seats)


def _seat_of(found: ConversationView | None, caller: Caller) -> ParticipantView | None:
    return found.seat_of(caller.member.id) if found and caller.member else None


def _has_room(found: ConversationView) -> bool:
    return not found.bridged and bool(found.participants[0].channel)


def _root(found: ConversationView, seat: ParticipantView) -> str:
    """The key of the first message in somebody's own thread."""
    return key_of("greeting", found.about, str(seat.id))


def _person(seat: ParticipantView) -> Person:
    return Person(seat.platform, seat.workspace, seat.user_id, seat.name)


def _place(seat: ParticipantView) -> Place:
    if seat.channel:
        kind = PlaceKind.THREAD if seat.thread else PlaceKind.GROUP
        return Place(seat.platform, seat.workspace, seat.channel, seat.thread, kind)
    return outbox.direct(_person(seat))


def _number(said: str) -> int:
    said = said.lstrip("#")
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 9 else 0
