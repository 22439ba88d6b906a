"""Pure: what Slack sends as what somebody did.

Each act has one key, the same however often and by whichever way Slack delivers it: a mention
arrives as `app_mention` and as `message`, and both make the same `message:` key.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters.slack import forms
from adapters.slack.private_metadata import Carried, Origin, unpacked
from adapters.slack.render import SEPARATOR
from bot.contract import (
    Edited,
    Opened,
    Person,
    Place,
    PlaceKind,
    Pressed,
    Quoted,
    Removed,
    Said,
    Submitted,
)

PLATFORM = "slack"
COMMAND = "crosswalk"
ASK = "ask_crosswalk"
SAVE = "save_case"
ASK_FORM = "ask_form"
SAID_SUBTYPES = (None, "file_share", "thread_broadcast")

Payload = Mapping[str, Any]

_USER = re.compile(r"<@([UW]\w+)(?:\|([^<>]*))?>")
_ROOM = re.compile(r"<#(\w+)(?:\|([^<>]*))?>")
_SPECIAL = re.compile(r"<!([^<>|^]+)(?:\^[^<>|]*)?(?:\|([^<>]*))?>")
_LINK = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is in its workspace."""

    team: str
    user: str
    bot: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """What is known of a channel."""

    private: bool = True
    shared: bool = False
    group: bool = False
    name: str = ""
    joined: bool = True
    """Whether the person who acts is a member of it, as far as Slack says."""


def spoken_to(event: Payload, bot: Identity) -> bool:
    """Whether a `message` or `app_mention` event is somebody's new words to the bot."""
    if event.get("bot_id") or event.get("subtype") not in SAID_SUBTYPES or event.get("edited"):
        return False
    if event.get("hidden") or not event.get("user") or event["user"] == bot.user:
        return False
    return _heard(event, event, bot) or mentioned(event, bot)


def mentioned(event: Payload, bot: Identity) -> bool:
    """Whether a message names the bot."""
    return any(found.group(1) == bot.user for found in _USER.finditer(event.get("text") or ""))


def amended(event: Payload, bot: Identity) -> bool:
    """Whether somebody changed or took back what the bot heard."""
    if event.get("subtype") not in ("message_changed", "message_deleted"):
        return False
    former = event.get("previous_message") or {}
    if not former.get("user") or former["user"] == bot.user or former.get("bot_id"):
        return False
    if event["subtype"] == "message_deleted" and mentioned(former, bot):
        return True
    if not _heard(event, former, bot):
        return False
    # A preview of a link changes a message as well, but none of its words.
    return event["subtype"] == "message_deleted" or (
        (event.get("message") or {}).get("text") != former.get("text")
    )


def amendment(event: Payload, person: Person, bot: Identity, room: Room) -> Edited | Removed:
    """What became of a message that somebody had written."""
    channel, former = event["channel"], event["previous_message"]
    place = _written_at(event, former, person, bot, room)
    key = f"{bot.team}:{channel}:{former['ts']}"
    if event["subtype"] == "message_deleted":
        return Removed(
            event_id=f"removed:{key}",
            person=person,
            place=place,
            in_place=False,
            message=former["ts"],
            said=f"message:{key}",
        )
    now = event["message"]
    text, _ = _words(now.get("text") or "", bot)
    moment = (now.get("edited") or {}).get("ts") or event.get("event_ts", "")
    return Edited(
        event_id=f"edited:{key}:{moment}",
        person=person,
        place=place,
        in_place=False,
        message=former["ts"],
        text=text,
    )


def message(event: Payload, person: Person, bot: Identity, room: Room) -> Said:
    """Words written to the bot: a mention, or a direct message."""
    channel, thread = event["channel"], event.get("thread_ts") or ""
    text, mentions = _words(event.get("text") or "", bot)
    names = [str(file.get("name") or file.get("title") or "") for file in event.get("files") or ()]
    return Said(
        event_id=f"message:{bot.team}:{channel}:{event['ts']}",
        person=person,
        place=_written_at(event, event, person, bot, room),
        in_place=False,
        text=text,
        mentions=mentions,
        message=event["ts"],
        reply_to=thread if thread != event["ts"] else "",
        addressed=_direct(event) or mentioned(event, bot),
        files=tuple(filter(None, names)),
    )


def _heard(event: Payload, written: Payload, bot: Identity) -> bool:
    """Whether the bot reads along where this was written.

    That is below its own messages, directly to it, and in groups that it opened.
    """
    below = written.get("parent_user_id") == bot.user and written.get("thread_ts")
    return _direct(event) or event.get("channel_type") == "mpim" or bool(below)


def _direct(event: Payload) -> bool:
    return event.get("channel_type") == "im" or str(event.get("channel", "")).startswith("D")


def _written_at(
    event: Payload, written: Payload, person: Person, bot: Identity, room: Room
) -> Place:
    thread = written.get("thread_ts") or ""
    if _direct(event):
        return Place(PLATFORM, bot.team, person.user_id, thread, PlaceKind.DIRECT)
    grouped = event.get("channel_type") == "mpim"
    kind = PlaceKind.GROUP if grouped else _kind(room, thread)
    within = thread or written["ts"]
    return Place(PLATFORM, bot.team, event["channel"], within, kind, room.private, room.shared)


def command(body: Payload, person: Person, bot: Identity, room: Room) -> Said:
    """A slash command; the short forms are verbs of the one grammar."""
    verb = body["command"].lstrip("/").removeprefix(f"{COMMAND}-")
    text, mentions = _words(body.get("text") or "", bot)
    return Said(
        event_id=f"command:{body['trigger_id']}",
        person=person,
        place=_place(Origin(body.get("channel_id", "")), person, bot, room),
        text=text if verb == COMMAND else f"{verb} {text}".strip(),
        mentions=mentions,
    )


def pressed(body: Payload, person: Person, bot: Identity, room: Room) -> Pressed | None:
    """A button or a select; None for what is not one of ours."""
    element = body["actions"][0]
    parts = element.get("action_id", "").split(SEPARATOR, 2)
    if len(parts) < 2:
        return None
    chosen = element.get("selected_option") or {}
    container = body.get("container") or {}
    within = container.get("message_ts") or (body.get("view") or {}).get("id", "")
    moment = element.get("action_ts", "")
    key = f"{within}:{element['action_id']}:{moment}"
    return Pressed(
        event_id=f"press:{bot.team}:{person.user_id}:{key}",
        person=person,
        place=_place(origin(body), person, bot, room),
        action=parts[0],
        subject=parts[2] if len(parts) > 2 else element.get("value", ""),
        values=(chosen["value"],) if chosen else (),
    )


def submitted(body: Payload, person: Person, bot: Identity, room: Room) -> Submitted | None:
    """A filled form; None for a view that is not a form of ours."""
    view = dict(body["view"])
    carried: Carried = unpacked(view)
    if not carried.action:
        return None
    values = forms.values(view)
    # The hash of a view stays as it is while its fields are corrected: what they hold tells.
    held = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]
    return Submitted(
        event_id=f"view:{view['id']}:{view.get('hash', '')}:{held}",
        person=person,
        place=_place(carried.origin, person, bot, room),
        action=carried.action,
        subject=carried.subject,
        values=values,
    )


def shortcut(
    body: Payload, person: Person, bot: Identity, room: Room, permalink: str = ""
) -> Said | Pressed | None:
    """A shortcut on a message or from the search bar; None for what is not one of ours."""
    callback = body.get("callback_id")
    key = f"shortcut:{bot.team}:{person.user_id}:{callback}:{body.get('action_ts', '')}"
    place = _place(origin(body), person, bot, room)
    if callback == ASK_FORM:
        return Pressed(event_id=key, person=person, place=place, action="ask.form")
    if callback not in (ASK, SAVE):
        return None
    quoted = _quoted(body["message"], bot, permalink)
    text = "save" if callback == SAVE else ""
    return Said(event_id=key, person=person, place=place, text=text, quoted=quoted)


def opened(event: Payload, person: Person, bot: Identity, moment: str) -> Opened:
    """The home page came up."""
    place = _place(Origin(), person, bot, Room())
    key = f"opened:{bot.team}:{person.user_id}:{moment}"
    return Opened(event_id=key, person=person, place=place)


def origin(body: Payload) -> Origin:
    """Where a command, a press or a shortcut came from."""
    view = body.get("view")
    if view:
        return unpacked(dict(view)).origin
    container = body.get("container") or {}
    channel = body.get("channel_id") or (body.get("channel") or {}).get("id", "")
    shown = body.get("message") or {}
    thread = container.get("thread_ts") or shown.get("thread_ts") or ""
    if thread == (container.get("message_ts") or shown.get("ts")):
        thread = ""  # the message that a thread hangs on stands in the channel itself
    return Origin(channel, thread, body.get("response_url") or "")


def _place(origin: Origin, person: Person, bot: Identity, room: Room) -> Place:
    if origin.direct:
        return Place(PLATFORM, bot.team, person.user_id, origin.thread)
    kind = _kind(room, origin.thread)
    return Place(
        PLATFORM,
        bot.team,
        origin.channel,
        origin.thread,
        kind,
        room.private,
        room.shared,
        writable=room.joined,
    )


def _kind(room: Room, thread: str) -> PlaceKind:
    """A thread in a group of people is still theirs."""
    if room.group:
        return PlaceKind.GROUP
    return PlaceKind.THREAD if thread else PlaceKind.CHANNEL


def _quoted(shown: Payload, bot: Identity, permalink: str) -> Quoted:
    text, _ = _words(shown.get("text") or "", bot)
    try:
        date = f"{datetime.fromtimestamp(float(shown['ts']), UTC):%Y-%m-%d}"
    except (KeyError, ValueError, OverflowError, OSError):
        date = ""
    author = shown.get("user") or shown.get("username") or ""
    return Quoted(text, str(author), permalink, date)


def _words(text: str, bot: Identity) -> tuple[str, Sequence[Person]]:
    """Slack's markup as the words that were typed, without the bot's own mention."""
    mentions: dict[str, Person] = {}

    def user(found: re.Match[str]) -> str:
        user_id, name = found.group(1), found.group(2) or found.group(1)
        if user_id == bot.user:
            return ""
        mentions[user_id] = Person(PLATFORM, bot.team, user_id, name)
        return f"@{name}"

    text = _USER.sub(user, text)
    text = _ROOM.sub(lambda found: f"#{found.group(2) or found.group(1)}", text)
    text = _SPECIAL.sub(_special, text)
    text = _LINK.sub(_link, text)
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return plain.strip(), tuple(mentions.values())


def _special(found: re.Match[str]) -> str:
    shown = found.group(2) or found.group(1)
    return shown if found.group(1) == "date" else f"@{shown.lstrip('@')}"


def _link(found: re.Match[str]) -> str:
    address, label = found.group(1), found.group(2)
    if not label or address in (label, f"mailto:{label}"):
        return label or address
    bare = re.sub(r"^https?://", "", address)
    return label if bare == label else f"{label} ({address})"
