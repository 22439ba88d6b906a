"""What platforms tell without being asked: rooms that come and go, people who leave and change."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import structlog
from sqlmodel import Session

from bot.contract import Person, Place, PlaceKind, PlatformEvent, PlatformEventKind
from bot.storage.database import Database
from knowledge.lifecycle import rooms
from knowledge.members import accounts
from knowledge.members.accounts import AccountView
from knowledge.messaging import channels, deliveries
from knowledge.vocabulary import ChannelState

log = structlog.get_logger()

_STATES = {
    PlatformEventKind.ROOM_LEFT: ChannelState.GONE,
    PlatformEventKind.ROOM_DELETED: ChannelState.GONE,
    PlatformEventKind.ROOM_ARCHIVED: ChannelState.ARCHIVED,
    PlatformEventKind.ROOM_RESTORED: ChannelState.PRESENT,
}


RoomGone = Callable[[Session, Place, datetime], None]
"""What follows, in the same unit, where a room or one thread of it is gone for the bot."""


def nothing_follows(session: Session, place: Place, at: datetime) -> None:
    """Nobody is in any room."""


class PlatformEvents:
    """Keeps what is known of rooms and accounts up to date."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Callable[[], datetime],
        room_gone: RoomGone = nothing_follows,
    ) -> None:
        self._database = database
        self._clock = clock
        self._room_gone = room_gone

    async def take(self, noticed: PlatformEvent) -> None:
        """Take note; the same notice twice changes nothing."""
        match noticed.kind:
            case PlatformEventKind.PERSON_LEFT | PlatformEventKind.PERSON_CHANGED:
                if noticed.person is not None:
                    await self._person(noticed.kind, noticed.person)
            case _:
                await self._database.write(lambda session: self._room(session, noticed))

    def _room(self, session: Session, noticed: PlatformEvent) -> None:
        for place in _gone(session, noticed):
            self._room_gone(session, place, self._clock())

    async def _person(self, kind: PlatformEventKind, person: Person) -> None:
        # Most people of a workspace are no members, and most changes are none of ours.
        known = await self._database.read(lambda session: _account(session, person))
        if known is None:
            return
        if kind is PlatformEventKind.PERSON_CHANGED:
            if _now(known, person) != known:
                await self._database.write(lambda session: _refresh(session, person))
            return
        at = self._clock()
        if await self._database.write(lambda session: _leave(session, person, at)):
            log.info("A member has left a workspace.", platform=person.platform)


def _gone(session: Session, noticed: PlatformEvent) -> list[Place]:
    """Take note of what became of rooms; returns those that are gone for the bot now."""
    place = noticed.place
    at = datetime.fromtimestamp(noticed.at, UTC) if noticed.at is not None else None
    if noticed.kind is PlatformEventKind.ROOMS:
        lost = channels.only(session, place.platform, place.workspace, noticed.rooms)
        return [replace(place, channel=channel) for channel in lost]
    state = _STATES.get(noticed.kind)
    if noticed.kind is PlatformEventKind.ROOM_MOVED:
        rooms.move(session, place.platform, place.channel, noticed.moved_to)
    elif noticed.kind is PlatformEventKind.ROOM_JOINED:
        channels.present(session, *place.room, noticed.name, at)
    elif place.kind is not PlaceKind.GROUP:  # else it is a thread of a channel that goes on
        channels.changed(session, *place.room, state=state, name=noticed.name, at=at)
    return [place] if state in (ChannelState.GONE, ChannelState.ARCHIVED) else []


def _account(session: Session, person: Person) -> AccountView | None:
    return accounts.find(session, person.platform, person.workspace, person.user_id)


def _now(known: AccountView, person: Person) -> AccountView:
    return replace(
        known,
        name=person.name or known.name,
        locale=person.locale or known.locale,
        time_zone=person.time_zone or known.time_zone,
        gone=False,
    )


def _refresh(session: Session, person: Person) -> None:
    # Read again inside the unit: the member may have been erased in between.
    known = _account(session, person)
    if known is not None and known.member_id is not None:
        accounts.keep(session, known.member_id, _now(known, person))


def _leave(session: Session, person: Person, at: datetime) -> bool:
    identity = (person.platform, person.workspace, person.user_id)
    if not accounts.leave(session, *identity, at):
        return False
    deliveries.give_up_on(session, *identity, at)
    return True
