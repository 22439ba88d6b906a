"""Somebody goes from a conversation in which the others go on: nothing is carried any more."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from bot.contract import Edited, Reply
from bot.features.conversations import relay
from bot.i18n import Markup, Words, words
from bot.messaging import outbox, serialization
from knowledge.conversations import conversations
from knowledge.conversations.conversations import ConversationView, LineView, ParticipantView
from knowledge.messaging import cancellation, deliveries
from knowledge.vocabulary import ConversationState


class Parting(StrEnum):
    """What becomes of the place where they met: nobody can be taken out of a room."""

    CARRIED = "carried"
    IN_ROOM = "in_room"
    BEFORE = "before"
    """Nothing was said yet, and the room is opened without them."""


Word = Callable[[Words, Parting], Reply]
"""What those who stay are told."""


def leave(
    session: Session, found: ConversationView, seat: ParticipantView, word: Word, at: datetime
) -> Parting | None:
    """Take somebody out; None when they had left or nobody would go on.

    Before there is a room, `word` ends the greeting of those who stay; else the caller tells it.
    """
    if found.state is ConversationState.CLOSED or not conversations.leave(session, seat, at):
        return None
    if found.state is ConversationState.OPEN:
        if relay.has_room(found):
            return Parting.IN_ROOM
        cancellation.drop_posts(session, found.about, seat.account_key)
        return Parting.CARRIED
    parting = _without(session, found, seat, at)
    for each in found.others(seat):
        greeting = serialization.reply_from_json(each.greeting) if each.greeting else Reply("")
        said = word(words(each.language), parting)
        parts = [Markup(text) for text in (greeting.text, said.text) if text]
        greeting = replace(greeting, text=Markup("\n\n").join(parts))
        conversations.regreet(session, each, serialization.reply_to_json(greeting))
    return Parting.BEFORE


def still_reading(
    found: ConversationView, author: ParticipantView, line: LineView, act: object
) -> list[ParticipantView]:
    """Who is to see a change of a line: what is taken back is taken from those who left, too."""
    if not found.bridged:
        return []
    gone = [] if isinstance(act, Edited) else [each for each in found.gone if each.id != author.id]
    had_it = [each for each in gone if each.left_at and line.at <= each.left_at]
    return [*relay.reached(found, author), *had_it]


def _without(
    session: Session, found: ConversationView, seat: ParticipantView, at: datetime
) -> Parting:
    """Ask for the room without somebody, where it is not too late for that."""
    key = relay.room_key(found)
    until = deliveries.held_until(session, key)
    if not cancellation.take_back(session, key):
        return Parting.IN_ROOM
    others = found.others(seat)
    room = outbox.group(
        key,
        [relay.person(each) for each in others],
        found.topic,
        found.about,
        not_before=until,
        subjects=[each.member_id for each in others],
    )
    deliveries.write(session, [room], at)
    return Parting.BEFORE
