"""What people do on a platform, and what happens there by itself. Standard library only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class PlaceKind(StrEnum):
    """What sort of room something was said in."""

    CHANNEL = "CHANNEL"
    THREAD = "THREAD"
    DIRECT = "DIRECT"
    GROUP = "GROUP"


class PlatformEventKind(StrEnum):
    """What happened to a room or a person."""

    ROOM_JOINED = "ROOM_JOINED"  # by the bot itself
    ROOM_LEFT = "ROOM_LEFT"  # the same
    ROOM_RENAMED = "ROOM_RENAMED"
    ROOM_ARCHIVED = "ROOM_ARCHIVED"
    ROOM_RESTORED = "ROOM_RESTORED"
    ROOM_DELETED = "ROOM_DELETED"
    ROOM_MOVED = "ROOM_MOVED"  # it has another id: `moved_to`
    ROOMS = "ROOMS"  # all rooms of the workspace that the bot is in now
    PERSON_LEFT = "PERSON_LEFT"  # the account was closed
    PERSON_CHANGED = "PERSON_CHANGED"  # name, locale or time zone; or they are back


@dataclass(frozen=True, slots=True)
class Person:
    """Who acted, as their platform knows them.

    `workspace` is empty where the platform's accounts are the same in all of its workspaces.
    """

    platform: str
    workspace: str
    user_id: str
    name: str
    locale: str = "en"
    time_zone: str = "UTC"
    admin: bool = False

    @property
    def key(self) -> str:
        """One word for one account: `platform:workspace:user`."""
        return f"{self.platform}:{self.workspace}:{self.user_id}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where it happened. `shared`: other organisations read along.

    `message`: what was written there, where a platform replies to one message of a room.
    `heard`: whether the bot reads what is said there to others. `forum`: it is a post of a forum.
    `guarded`: the platform says there who may run things (`Person.admin`), and commands of
    stewards need that, too. `writable`: whether the person may write there themselves, as far as
    the platform says.
    """

    platform: str
    workspace: str
    channel: str
    thread: str = ""
    kind: PlaceKind = PlaceKind.DIRECT
    private: bool = True
    shared: bool = False
    message: str = ""
    heard: bool = True
    forum: bool = False
    guarded: bool = False
    writable: bool = True

    @property
    def room(self) -> tuple[str, str, str]:
        """Platform, workspace and channel: a thread is in its channel's room."""
        return (self.platform, self.workspace, self.channel)

    def same_room(self, other: "Place") -> bool:
        """Whether both are in one channel, whatever else is known of either."""
        return self.room == other.room


@dataclass(frozen=True, slots=True)
class Quoted:
    """Another message that the person points at."""

    text: str
    author: str
    permalink: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act of one person. `event_id` is the same however often the act is delivered.

    `in_place`: the platform can show a reply to the person alone, right where they acted (a slash
    command, a button, a form); a message in a channel or a conversation is answered by a message.
    """

    event_id: str
    person: Person
    place: Place
    in_place: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Act):
    """Somebody wrote to the bot, or where it reads along.

    `message`: what the platform calls this message; `reply_to`: the message that it answers;
    `files`: names of what hangs on it. `addressed`: False where nobody spoke to the bot, as in a
    room that it opened or in a forum; `text` is empty where the platform does not show it.
    `public`: whether others may see the answer, where the platform asked for it beside the words.
    `title`: what the conversation that begins with it is called.
    """

    text: str
    mentions: Sequence[Person] = ()
    quoted: Quoted | None = None
    message: str = ""
    reply_to: str = ""
    addressed: bool = True
    files: Sequence[str] = ()
    public: bool | None = None
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited(Act):
    """Somebody put other words into a message of theirs."""

    message: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed(Act):
    """A message was taken back; `person` has no user id where the platform does not say whose.

    `said`: the `event_id` with which it was said, if it was said to the bot.
    """

    message: str
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed(Act):
    """Somebody pressed a button or chose from a select.

    `about`: the words that the button's message answers, else what the conversation is called;
    empty where the platform tells neither.
    """

    action: str
    subject: str = ""
    values: Sequence[str] = ()
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted(Act):
    """Somebody sent a filled form; `ANY_OF` fields hold several values."""

    action: str
    subject: str = ""
    values: Mapping[str, str | Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Act):
    """Somebody opened their home page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completing(Act):
    """Somebody is typing a value for `field` and wants suggestions."""

    field: str
    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformEvent:
    """Something happened that nobody waits to be answered for; what is not said stays empty."""

    event_id: str
    kind: PlatformEventKind
    place: Place
    name: str = ""
    person: Person | None = None
    rooms: Mapping[str, str] = field(default_factory=dict)  # id to name
    moved_to: str = ""
    at: float | None = None  # Unix seconds; what is older than the last one does not count


Acted = Said | Edited | Removed | Pressed | Submitted | Opened | Completing
Inbound = Acted | PlatformEvent
