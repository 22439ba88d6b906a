"""Messages that must not be lost: written in the unit of what causes them, sent by the sender."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.contract import Person, Place, PlaceKind, Reply
from bot.i18n import Words, words
from bot.jobs import PeriodicJob
from bot.messaging import serialization
from bot.storage.database import Database
from knowledge.database.keys import key_of
from knowledge.members import accounts, members
from knowledge.members.accounts import AccountView
from knowledge.members.views import MemberView
from knowledge.messaging import cancellation, deliveries
from knowledge.vocabulary import DeliveryKind, MemberStatus

TERMINAL = "console"
"""Nothing can be sent to somebody in a terminal: it may be closed."""


def direct(person: Person | AccountView) -> Place:
    """The conversation between a person and the bot; the platform opens it."""
    return Place(person.platform, person.workspace, person.user_id, kind=PlaceKind.DIRECT)


def message(
    key: str,
    place: Place,
    reply: Reply,
    person: Person | AccountView | None = None,
    *,
    target: str = "",
    about: str = "",
    kind: DeliveryKind = DeliveryKind.POST,
    unsolicited: bool = False,
    not_before: datetime | None = None,
    subjects: Collection[int] = (),
) -> deliveries.Draft:
    """A message to write into the outbox; `person`: who reads it.

    Whoever writes it in the unit of the change that causes it says it once, by its key. `target`:
    the key of the message that it answers, changes or removes; `about`: what it belongs to.
    `unsolicited`: they did nothing to get it, so it is dropped when they want to be left alone.
    `not_before`: until when it is held. `subjects`: the members whom it names, or whose words it
    brings: it is not sent once one of them went, paused or took back their agreement.
    """
    return deliveries.Draft(
        key=key,
        platform=place.platform,
        workspace=place.workspace,
        channel=place.channel,
        place=serialization.place_to_json(place),
        reply=serialization.reply_to_json(reply),
        account_key=person.key if person else "",
        unsolicited=unsolicited,
        not_before=not_before,
        kind=kind,
        target=target,
        about=about,
        subjects=subjects,
    )


def reachable(session: Session, member_id: int, rather: str = "") -> AccountView | None:
    """The account by which a member can be told something: the one that they used last.

    Never one that is gone, and never a terminal's. This is the one rule of where somebody is
    written to. `rather`: the key of the account that comes first, such as the one with which they
    asked.
    """
    if rather:
        asked = accounts.find(session, *accounts.parts(rather))
        fits = asked is not None and not asked.gone and asked.platform != TERMINAL
        if fits and asked is not None and asked.member_id == member_id:
            return asked
    return accounts.latest(session, member_id, without=TERMINAL)


def at_hand(session: Session, member_id: int) -> AccountView | None:
    """Where a member takes part: where they can be told something, else in a terminal."""
    return reachable(session, member_id) or accounts.latest(session, member_id)


def tell(
    session: Session,
    member: MemberView,
    cause: tuple[str, ...],
    reply: Callable[[Words], Reply],
    at: datetime,
    *,
    kept: bool = False,
    not_before: datetime | None = None,
    about: str = "",
    subjects: Collection[int] = (),
) -> bool:
    """Write a message to a member in their language, once for each cause; False for nobody to tell.

    Only members who take part and are not left alone for a time are told, where they were last. It
    goes again if they pause, snooze or leave before it is sent.

    `kept`: what they would miss, such as what became of their own words. While they pause or
    snooze it waits, and they are told once they are back; it goes when they leave.
    """
    account = reachable(session, member.id)
    away = leaves_alone(member, at)
    waits = kept and member.status in (MemberStatus.ACTIVE, MemberStatus.PAUSED)
    if account is None or (away and not waits):
        return False
    said = reply(words(account.language or account.locale))
    # The member stands in the key, not the account: on another one it would be said again.
    key = key_of(*cause, str(member.id))
    draft = message(
        key,
        direct(account),
        said,
        account,
        unsolicited=True,
        not_before=not_before,
        about=about,
        subjects=subjects,
    )
    return bool(deliveries.write(session, [replace(draft, kept=kept, held=away)], at))


def tell_account(
    session: Session,
    key: str,
    name: str,
    locale: str,
    cause: tuple[str, ...],
    reply: Callable[[Words], Reply],
    at: datetime,
    *,
    not_before: datetime | None = None,
    subjects: Collection[int] = (),
) -> None:
    """Write a private message to an account, a member's or not, once for each cause.

    `key`: the account as `platform:workspace:user`; nothing is written to a terminal.
    """
    person = Person(*accounts.parts(key), name)
    if person.platform == TERMINAL:
        return
    said = reply(words(locale or None))
    where = direct(person)
    draft = message(
        key_of(*cause, key), where, said, person, not_before=not_before, subjects=subjects
    )
    deliveries.write(session, [draft], at)


def leaves_alone(member: MemberView, at: datetime) -> bool:
    """Whether nothing is said to a member now that they did not ask for."""
    return member.status is not MemberStatus.ACTIVE or member.snoozed(at)


def release(session: Session, at: datetime) -> int:
    """Let go what was kept for members who are back, to where they are now; returns how much.

    What was kept for somebody who left meanwhile is dropped.
    """
    released = 0
    for key, account_key in cancellation.held(session):
        member = members.by_account(session, *accounts.parts(account_key))
        if member is None or member.status is MemberStatus.LEFT:
            cancellation.forget_held(session, key)
            continue
        account = reachable(session, member.id)
        if account is None or leaves_alone(member, at):
            continue
        place = direct(account)
        stored = serialization.place_to_json(place)
        to = (place.platform, place.workspace, place.channel, stored, account.key)
        cancellation.release(session, key, cancellation.Recipient(*to), at)
        released += 1
    return released


def keeping(database: Database, clock: Callable[[], datetime]) -> PeriodicJob:
    """Looks who is back: a snooze ends by itself, and a pause on any platform."""

    async def look() -> int:
        if not await database.read(cancellation.held):
            return 0
        return await database.write(lambda session: release(session, clock()))

    return PeriodicJob("what was kept for members", timedelta(minutes=1), look)


def keys_of(session: Session, member_id: int) -> list[str]:
    """The names of all accounts of a member."""
    return [account.key for account in accounts.of_member(session, member_id)]


def group(
    key: str,
    persons: Sequence[Person],
    topic: str,
    about: str,
    *,
    not_before: datetime | None = None,
    subjects: Collection[int],
) -> deliveries.Draft:
    """A room to be opened for people of one workspace; who opened it is told where it is."""
    return deliveries.Draft(
        key=key,
        platform=persons[0].platform,
        workspace=persons[0].workspace,
        channel=about,
        place=serialization.group_to_json(serialization.Group(tuple(persons), topic)),
        reply="",
        kind=DeliveryKind.OPEN,
        about=about,
        not_before=not_before,
        subjects=subjects,
    )
