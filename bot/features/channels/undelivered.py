"""A message that a channel did not take: its reader gets it in private, and stewards hear why."""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.contract import PlaceKind, Reply, Undeliverable
from bot.features.channels import undelivered_replies
from bot.features.unread.service import Unread
from bot.i18n import Words, words
from bot.messaging import outbox, serialization
from bot.messaging.steward_messages import tell_stewards
from knowledge.database.keys import key_of
from knowledge.members import accounts
from knowledge.messaging import channels, deliveries
from knowledge.messaging.deliveries import Claimed
from knowledge.vocabulary import DeliveryKind

BetweenPeople = Callable[[Session, Claimed, Undeliverable, datetime], bool]
"""Takes a message that was given up, if it was one; says whether it did."""


class Undelivered:
    """Writes what follows, in the unit that gives the message up."""

    def __init__(
        self, trusted: Collection[str], between_people: BetweenPeople, unread: Unread
    ) -> None:
        """`trusted`: account keys of the stewards whom the settings name.

        `between_people` sees to what was meant for the room of a conversation; `unread` to those
        whose direct messages are closed.
        """
        self.unread = unread
        self._trusted = trusted
        self._between_people = between_people

    def given_up(self, session: Session, one: Claimed, why: Undeliverable, at: datetime) -> None:
        """A message can never be delivered as it was meant."""
        if one.kind is DeliveryKind.OPEN:
            return
        place = serialization.place_from_json(one.place)
        if place.kind is PlaceKind.DIRECT:
            if why.closed and one.kind is DeliveryKind.POST:
                self._closed(session, one, at)
            return
        if self._between_people(session, one, why, at) or not (why.lacking or why.gone):
            return
        known = channels.find(session, place.platform, place.workspace, place.channel)
        room = f"#{known.name}" if known and known.name else place.channel
        cause = ("permission", place.platform, place.workspace, place.channel, why.lacking)
        told = partial(undelivered_replies.room_gone, room=room)
        if why.lacking:
            told = partial(
                undelivered_replies.permission_missing, room=room, permission=why.lacking
            )
        tell_stewards(session, self._trusted, cause, told, at)
        if one.kind is DeliveryKind.POST and one.account_key:
            self._tell_reader(session, one, room, why.lacking, at)

    def _closed(self, session: Session, one: Claimed, at: datetime) -> None:
        """That there is something to read, and nothing of what it says."""
        room = serialization.reply_from_json(one.reply).asked_in
        if room is None:
            if one.account_key:
                self.unread.open_room(session, one.account_key, at)
            return
        if not channels.speaks(session, room.platform, room.workspace, room.channel):
            return
        account = accounts.find(session, *accounts.parts(one.account_key))
        say = words((account.language or account.locale) if account else None)
        key = key_of("unsent", one.key)
        draft = outbox.message(key, room, undelivered_replies.unsent(say))
        deliveries.write(session, [draft], at)

    def _tell_reader(
        self, session: Session, one: Claimed, room: str, permission: str, at: datetime
    ) -> None:
        """To whoever caused it: an answer as it stands; of another post only that it is missing."""
        answer = None if one.about else serialization.reply_from_json(one.reply)
        account = accounts.find(session, *accounts.parts(one.account_key))

        def said(say: Words) -> Reply:
            return undelivered_replies.instead(say, room, permission, answer)

        locale = (account.language or account.locale) if account else ""
        name = account.name if account else ""
        outbox.tell_account(session, one.account_key, name, locale, ("instead", one.key), said, at)
