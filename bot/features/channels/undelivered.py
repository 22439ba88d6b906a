"""A message that a channel did not take: its reader gets it in private, and stewards hear why."""

from collections.abc import Collection
from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.contract import PlaceKind, Reply, Undeliverable
from bot.features.channels import undelivered_replies
from bot.i18n import Words, words
from bot.messaging import outbox, serialization
from bot.messaging.steward_messages import tell_stewards
from knowledge.database.keys import key_of
from knowledge.members import accounts
from knowledge.messaging import channels, deliveries
from knowledge.messaging.deliveries import Claimed
from knowledge.vocabulary import DeliveryKind


class Undelivered:
    """Writes what follows, in the unit that gives the message up."""

    def __init__(self, trusted: Collection[str]) -> None:
        """`trusted`: account keys of the stewards whom the settings name."""
        self._trusted = trusted

    def given_up(self, session: Session, one: Claimed, why: Undeliverable, at: datetime) -> None:
        """A message can never be delivered as it was meant."""
        if one.kind is DeliveryKind.OPEN:
            return
        place = serialization.place_from_json(one.place)
        if place.kind is PlaceKind.DIRECT:
            if why.closed and one.kind is DeliveryKind.POST:
                self._say_where_asked(session, one, at)
            return
        if not why.lacking:
            return
        known = channels.find(session, place.platform, place.workspace, place.channel)
        room = f"#{known.name}" if known and known.name else place.channel
        cause = ("permission", place.platform, place.workspace, place.channel, why.lacking)
        missing = partial(undelivered_replies.permission_missing, room=room, permission=why.lacking)
        tell_stewards(session, self._trusted, cause, missing, at)
        if one.kind is DeliveryKind.POST and one.account_key:
            self._tell_reader(session, one, room, why.lacking, at)

    def _say_where_asked(self, session: Session, one: Claimed, at: datetime) -> None:
        """That the answer could not be sent, and nothing of what it says."""
        room = serialization.reply_from_json(one.reply).asked_in
        if room is None:
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
