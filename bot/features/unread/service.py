"""Private messages that a platform did not take, such as where direct messages are closed.

Whoever they are for reads them where only they see it: after a word in a private thread of theirs,
or beside the next answer that they alone see.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from bot.contract import Person, Place, PlaceKind, Reply
from bot.core.commands import NOTHING, Group
from bot.core.context import Context
from bot.core.handlers import said_or_pressed
from bot.core.tokens import number_in
from bot.features.unread import replies
from bot.i18n import later, words
from bot.messaging import outbox, serialization
from bot.storage.database import Database
from knowledge.database.keys import key_of
from knowledge.members import accounts
from knowledge.messaging import dead_letters, deliveries

_ABOUT = "unread:"


@dataclass(frozen=True, slots=True)
class _Next:
    """The oldest message that waits, and how many there are."""

    number: int
    reply: Reply
    count: int


class Unread:
    """Shows what waits to the one whom it is for, and tells them that it does."""

    def __init__(self, *, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    @said_or_pressed(
        "inbox.show",
        "inbox",
        Group.BOT,
        later("messages for you that could not be sent"),
        NOTHING,
    )
    async def show(self, context: Context, read: str) -> Reply:
        """`inbox`; a button says which message was read, and brings the next one."""
        key, at = context.person.key, self._clock()

        def look(session: Session) -> _Next | None:
            dead_letters.read(session, key, number_in(read), at)
            return _next(session, key)

        found = await self._database.write(look)
        if found is None:
            return replies.nothing(context.say)
        return replies.shown(context.say, found.reply, found.number, found.count)

    async def beside(self, context: Context, reply: Reply) -> Reply:
        """The same answer; where only its reader sees it, it says that something waits."""
        if not context.in_place or reply.form is not None or _shows(reply):
            return reply
        key = context.person.key
        count = await self._database.read(lambda session: len(_waiting(session, key)))
        return replies.beside(context.say, reply, count) if count else reply

    def open_room(self, session: Session, account_key: str, at: datetime) -> None:
        """Ask for a private thread to tell somebody in that something waits, once a week."""
        account = accounts.find(session, *accounts.parts(account_key))
        person = Person(*accounts.parts(account_key), account.name if account else "")
        year, week, _ = at.isocalendar()
        key = key_of("unread", account_key, f"{year}-{week}")
        subjects = [account.member_id] if account and account.member_id else []
        room = outbox.group(key, [person], "Crosswalk", f"{_ABOUT}{account_key}", subjects=subjects)
        deliveries.write(session, [replace(room, account_key=account_key)], at)

    def room(self, session: Session, about: str, place: Place | None, at: datetime) -> bool:
        """Such a thread is there, or (None) there can be none; False for any other room."""
        if not about.startswith(_ABOUT):
            return False
        account_key = about.removeprefix(_ABOUT)
        account = accounts.find(session, *accounts.parts(account_key))
        if place is not None and _waiting(session, account_key):
            say = words((account.language or account.locale) if account else None)
            person = Person(*accounts.parts(account_key), account.name if account else "")
            key = key_of("unread", account_key, place.channel, place.thread)
            word = outbox.message(key, place, replies.waits(say), person)
            deliveries.write(session, [word], at)
        return True


def _next(session: Session, account_key: str) -> _Next | None:
    found = _waiting(session, account_key)
    if not found:
        return None
    first = found[0]
    return _Next(first.id, serialization.reply_from_json(first.reply), len(found))


def _waiting(session: Session, account_key: str) -> list[dead_letters.Letter]:
    """What was given up that was to reach somebody alone, the oldest first."""
    return [
        one
        for one in dead_letters.of_account(session, account_key)
        if serialization.place_from_json(one.place).kind is PlaceKind.DIRECT
    ]


def _shows(reply: Reply) -> bool:
    return any(button.action == "inbox.show" for button in reply.buttons)
