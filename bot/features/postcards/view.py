"""A postcard as one of those who took part reads it."""

from datetime import datetime

from sqlmodel import Session

from bot.contract import Card
from bot.features.postcards import replies
from bot.i18n import Words
from knowledge.conversations import conversations
from knowledge.exchange import programmes
from knowledge.postcards.postcards import PostcardView

HALF_A_YEAR, AGAIN = 6, 3
"""Months until somebody is asked, and until they are asked once more."""
_LAST_DAYS = 28


def months_later(moment: datetime, months: int) -> datetime:
    """The same day and hour so many months later, or the 28th where that day may be missing."""
    place = moment.month - 1 + months
    day = min(moment.day, _LAST_DAYS)
    return moment.replace(year=moment.year + place // 12, month=place % 12 + 1, day=day)


def asked_on(found: PostcardView, now: datetime) -> datetime:
    """When those who agreed to a card are asked about it; as if agreed now, where they have not."""
    return months_later(found.approved_at or now, HALF_A_YEAR)


def card_for(
    session: Session, say: Words, found: PostcardView, reader: int, now: datetime
) -> Card | None:
    """The card with what `reader` can do; None where its conversation is gone.

    Under the Chatham House Rule no name stands on it.
    """
    conversation = conversations.get(session, found.conversation_id)
    if conversation is None:
        return None
    programme = programmes.of_conversation(session, conversation.id)
    return replies.card(
        say,
        found,
        conversation,
        asked_on(found, now),
        reader=reader,
        nameless=programme is not None and programme.chatham_house,
    )
