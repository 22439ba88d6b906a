"""What is written for the people of a conversation: to each where they are, in order."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.contract import Person, Place, PlaceKind, Reply
from bot.features.conversations import replies as conversations_replies
from bot.i18n import words
from bot.messaging import outbox, serialization
from bot.messaging.outbox import TERMINAL
from knowledge.conversations import conversations
from knowledge.conversations.conversations import ConversationView, ParticipantView, Seat
from knowledge.database.keys import key_of
from knowledge.messaging import cancellation, deliveries
from knowledge.messaging.deliveries import Draft
from knowledge.vocabulary import DeliveryKind

PART = 1_500
"""Characters of one message that is carried; a longer text becomes several."""


def changes(
    session: Session, before: Sequence[Draft], after: Sequence[Draft], event_id: str
) -> list[Draft]:
    """What turns the messages of `before` into those of `after`."""
    found = []
    for number, former in enumerate(before):
        key = key_of("amended", event_id, former.key)
        if number < len(after):
            found.append(
                replace(after[number], key=key, kind=DeliveryKind.UPDATE, target=former.key)
            )
        elif not cancellation.take_back(session, former.key):
            found.append(
                replace(former, key=key, kind=DeliveryKind.DELETE, target=former.key, reply="")
            )
    return [*found, *after[len(before) :]]


def carried(
    session: Session,
    found: ConversationView,
    author: ParticipantView,
    reader: ParticipantView,
    line: int,
    text: str,
    files: Sequence[str] = (),
) -> list[Draft]:
    """A line as the messages that one reader gets, behind their greeting where that is held."""
    say = words(reader.language)
    held = held_until(session, found, reader)
    parts = [text[start : start + PART] for start in range(0, len(text), PART)]
    replies = [conversations_replies.line(say, author.name, part) for part in parts]
    replies += [conversations_replies.file(say, author.name, name) for name in files]
    return [
        outbox.message(
            key_of("line", str(line), str(reader.id), str(number)),
            place(reader),
            reply,
            person(reader),
            target=root(found, reader),
            about=found.about,
            not_before=held,
            subjects=[author.member_id],
        )
        for number, reply in enumerate(replies)
    ]


def greet_each(
    session: Session,
    begun: ConversationView,
    at: datetime,
    holds: Mapping[int, datetime] | None = None,
) -> None:
    """Write each one's greeting; `holds`: until when a member's is held."""
    drafts = [
        outbox.message(
            root(begun, seat),
            place(seat),
            conversations_replies.bridged(words(seat.language), begun, seat, greeting),
            person(seat),
            about=begun.about,
            not_before=(holds or {}).get(seat.member_id),
            subjects=everybody(begun),
        )
        for seat, greeting in zip(begun.participants, greetings(begun), strict=True)
        if seat.platform != TERMINAL
    ]
    deliveries.write(session, drafts, at)
    conversations.greeted(session, begun.id)


def everybody(found: ConversationView) -> list[int]:
    """The members who take part."""
    return [seat.member_id for seat in found.participants]


def greetings(begun: ConversationView) -> list[Reply]:
    """The first message of each, as it was stored."""
    return [
        serialization.reply_from_json(seat.greeting) if seat.greeting else Reply("")
        for seat in begun.participants
    ]


def reached(found: ConversationView, than: ParticipantView) -> list[ParticipantView]:
    """The others to whom something can be brought; in a terminal one looks by oneself."""
    return [seat for seat in found.others(than) if seat.platform != TERMINAL]


def share_a_workspace(seats: Sequence[Seat]) -> bool:
    """Whether these people can have a room in common."""
    spaces = {(seat.platform, seat.workspace) for seat in seats}
    return len(spaces) == 1 and all(seat.platform != TERMINAL for seat in seats)


def has_room(found: ConversationView) -> bool:
    """Whether one message reaches everybody."""
    return not found.bridged and bool(found.participants[0].channel)


def root(found: ConversationView, seat: ParticipantView) -> str:
    """The key of the first message in somebody's own thread."""
    return found.root_key(seat)


def room_key(found: ConversationView) -> str:
    """The key of the wish for a room."""
    return found.room_key


def held_until(session: Session, found: ConversationView, seat: ParticipantView) -> datetime | None:
    """Until when somebody's greeting is held; what follows it must not come first."""
    return None if has_room(found) else deliveries.held_until(session, root(found, seat))


def take_back(session: Session, found: ConversationView, seats: Sequence[ParticipantView]) -> None:
    """Drop the room that is not opened yet, and the greetings that these have not got yet."""
    cancellation.take_back(session, room_key(found))
    for seat in seats:
        cancellation.take_back(session, root(found, seat))


def person(seat: ParticipantView) -> Person:
    """Whoever sits there, as a platform knows them."""
    return Person(seat.platform, seat.workspace, seat.user_id, seat.name)


def place(seat: ParticipantView) -> Place:
    """The room, or somebody's direct conversation with the bot."""
    if seat.channel:
        kind = PlaceKind.THREAD if seat.thread else PlaceKind.GROUP
        return Place(seat.platform, seat.workspace, seat.channel, seat.thread, kind)
    return outbox.direct(person(seat))
