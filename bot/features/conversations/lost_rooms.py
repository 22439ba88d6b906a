"""A room that is gone: the people who met there go on by words that the bot carries."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.contract import Place, PlaceKind, Undeliverable
from bot.core.tokens import number_in
from bot.features.conversations import relay, replies
from bot.i18n import words
from bot.messaging import outbox, serialization
from bot.messaging.outbox import TERMINAL
from knowledge.conversations import conversations
from knowledge.conversations.conversations import ConversationView
from knowledge.database.keys import key_of
from knowledge.messaging import deliveries
from knowledge.messaging.deliveries import Claimed, Draft
from knowledge.vocabulary import DeliveryKind


def gone(session: Session, place: Place, at: datetime) -> None:
    """A channel, or one thread of it, was deleted or closed, or the bot was taken out of it."""
    for found in conversations.of_room(session, place.platform, place.channel, place.thread):
        carry_on(session, found.id, at)


def carry_on(session: Session, number: int, at: datetime) -> None:
    """Tell each one once, in private, that their words are carried from now on."""
    found = conversations.lose_room(session, number)
    if found is None:
        return
    drafts = [
        outbox.message(
            relay.root(found, seat),
            relay.place(seat),
            replies.without_a_room(words(seat.language), found, seat),
            relay.person(seat),
            about=found.about,
            subjects=relay.everybody(found),
        )
        for seat in found.participants
        if seat.platform != TERMINAL
    ]
    deliveries.write(session, drafts, at)


def given_up(session: Session, one: Claimed, why: Undeliverable, at: datetime) -> bool:
    """A message to such a room cannot be delivered: each one gets it; False for any other."""
    place = serialization.place_from_json(one.place)
    found = conversations.get(session, number_in(one.about.removeprefix("conversation:")))
    ours = one.about.startswith("conversation:") and place.kind is not PlaceKind.DIRECT
    if found is None or not ours or not (why.gone or why.lacking):
        return False
    if why.gone:
        carry_on(session, found.id, at)
        found = conversations.get(session, found.id) or found
    if one.kind is DeliveryKind.POST:
        deliveries.write(session, _to_each(found, one), at)
    return True


def _to_each(found: ConversationView, one: Claimed) -> Sequence[Draft]:
    """The message of the room as one to each, below the first one of theirs if there is one."""
    told = serialization.reply_from_json(one.reply)
    return [
        outbox.message(
            key_of("instead", one.key, str(seat.id)),
            outbox.direct(relay.person(seat)),
            replace(told, text=replies.said_anywhere(words(seat.language), told.text)),
            relay.person(seat),
            target=relay.root(found, seat) if found.bridged else "",
            about=found.about,
            subjects=relay.everybody(found),
        )
        for seat in found.participants
        if seat.platform != TERMINAL
    ]
