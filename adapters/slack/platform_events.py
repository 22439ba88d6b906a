"""Pure: what Slack tells about rooms and people as notices for the core."""

from collections.abc import Mapping
from typing import Any

from adapters.slack.inbound import PLATFORM, Identity
from bot.contract import Person, Place, PlaceKind, PlatformEvent, PlatformEventKind

OWN: Mapping[str, PlatformEventKind] = {
    "member_joined_channel": PlatformEventKind.ROOM_JOINED,
    "member_left_channel": PlatformEventKind.ROOM_LEFT,
}
"""These are told of everybody in a room; only the bot's own coming and going counts."""
ROOMS: Mapping[str, PlatformEventKind] = {
    "channel_left": PlatformEventKind.ROOM_LEFT,
    "group_left": PlatformEventKind.ROOM_LEFT,
    "channel_rename": PlatformEventKind.ROOM_RENAMED,
    "group_rename": PlatformEventKind.ROOM_RENAMED,
    "channel_archive": PlatformEventKind.ROOM_ARCHIVED,
    "group_archive": PlatformEventKind.ROOM_ARCHIVED,
    "channel_unarchive": PlatformEventKind.ROOM_RESTORED,
    "group_unarchive": PlatformEventKind.ROOM_RESTORED,
    "channel_deleted": PlatformEventKind.ROOM_DELETED,
    "group_deleted": PlatformEventKind.ROOM_DELETED,
}
PERSON = "user_change"
MOVED = "channel_id_changed"
"""As when a private channel becomes one that is shared with another organisation."""

TOLD = frozenset({PERSON, MOVED, *OWN, *ROOMS})
"""What the core is told of."""

Payload = Mapping[str, Any]


def noticed(body: Payload, bot: Identity) -> PlatformEvent | None:
    """The notice in an event's letter; None for one that is none of ours."""
    event: Payload = body["event"]
    kind = str(event.get("type", ""))
    key = f"notice:{bot.team}:{body.get('event_id') or event.get('event_ts', '')}"
    if kind == PERSON:
        return _person(event, key, bot)
    if kind == MOVED:
        return _moved(event, key, bot)
    own = OWN.get(kind) if event.get("user") == bot.user else None
    meaning = own or ROOMS.get(kind)
    about = event.get("channel")
    room: Payload = about if isinstance(about, dict) else {"id": about}
    if meaning is None or not room.get("id"):
        return None
    place = Place(PLATFORM, bot.team, str(room["id"]), kind=PlaceKind.CHANNEL)
    return PlatformEvent(
        event_id=key,
        kind=meaning,
        place=place,
        name=str(room.get("name") or ""),
        at=_moment(event.get("event_ts") or body.get("event_time")),
    )


def rooms(found: Mapping[str, str], bot: Identity) -> PlatformEvent:
    """All rooms that the bot is in now, id to name."""
    place = Place(PLATFORM, bot.team, "")
    key = f"notice:{bot.team}:rooms"
    return PlatformEvent(event_id=key, kind=PlatformEventKind.ROOMS, place=place, rooms=found)


def _moved(event: Payload, key: str, bot: Identity) -> PlatformEvent | None:
    old, new = event.get("old_channel_id"), event.get("new_channel_id")
    if not isinstance(old, str) or not isinstance(new, str) or not old or not new:
        return None
    return PlatformEvent(
        event_id=key,
        kind=PlatformEventKind.ROOM_MOVED,
        place=Place(PLATFORM, bot.team, old, kind=PlaceKind.CHANNEL),
        moved_to=new,
        at=_moment(event.get("event_ts")),
    )


def _person(event: Payload, key: str, bot: Identity) -> PlatformEvent | None:
    user = event.get("user")
    if not isinstance(user, dict) or not isinstance(user.get("id"), str):
        return None
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("name"))
    person = Person(
        PLATFORM,
        bot.team,
        user["id"],
        next((str(name) for name in names if name), ""),
        locale=str(user.get("locale") or ""),
        time_zone=str(user.get("tz") or ""),
    )
    gone = bool(user.get("deleted"))
    kind = PlatformEventKind.PERSON_LEFT if gone else PlatformEventKind.PERSON_CHANGED
    place = Place(PLATFORM, bot.team, user["id"])
    return PlatformEvent(event_id=key, kind=kind, place=place, person=person)


def _moment(said: Any) -> float | None:
    try:
        return float(said)
    except (TypeError, ValueError):
        return None
