"""What the core and the platforms say to each other. Standard library only.

The fixed words beside it, `Surface`, are in bot/surface.py and come from here, too.

`Reply.text`, `Card.body`, `Fact.value`, `Form.note` and `errors` are in a tiny neutral markup:
**bold**, _italic_, `> ` quotes, `- ` lists, [label](https://address) and {time:UNIX} for a moment,
shown in the reader's local time. Titles, labels, options and hints are plain text. Each platform
renders both in its own way, escapes everything else, and shortens it at its own limits.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from bot.surface import Argument as Argument
from bot.surface import ArgumentKind as ArgumentKind
from bot.surface import Command as Command
from bot.surface import Surface as Surface


class PlaceKind(StrEnum):
    """What sort of room something was said in."""

    CHANNEL = "CHANNEL"
    THREAD = "THREAD"
    DIRECT = "DIRECT"
    GROUP = "GROUP"


class Audience(StrEnum):
    """Who sees a reply: everybody in the place, or only the person who acted."""

    CHANNEL = "CHANNEL"
    PRIVATE = "PRIVATE"


class ButtonStyle(StrEnum):
    """How much a button asks for attention."""

    PLAIN = "PLAIN"
    PRIMARY = "PRIMARY"
    DANGER = "DANGER"


class FieldKind(StrEnum):
    """How a form asks."""

    LINE = "LINE"
    TEXT = "TEXT"
    ONE_OF = "ONE_OF"
    ANY_OF = "ANY_OF"


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
    """

    platform: str
    workspace: str
    channel: str
    thread: str = ""
    kind: PlaceKind = PlaceKind.DIRECT
    private: bool = True
    shared: bool = False
    message: str = ""


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
    """Somebody wrote to the bot.

    `public`: whether others may see the answer, where the platform asked for it beside the words.
    `title`: what the conversation that begins with it is called. `addressed`: False where
    somebody began one, as a post in a forum, without speaking to the bot; `text` is empty where
    the platform does not show it.
    """

    text: str
    mentions: Sequence[Person] = ()
    quoted: Quoted | None = None
    public: bool | None = None
    title: str = ""
    addressed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed(Act):
    """Somebody pressed a button or chose from a select."""

    action: str
    subject: str = ""
    values: Sequence[str] = ()


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


Inbound = Said | Pressed | Submitted | Opened | Completing


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press; it comes back as `Pressed` with the same action and subject."""

    label: str
    action: str
    subject: str = ""
    style: ButtonStyle = ButtonStyle.PLAIN


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: what is shown and what comes back."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Select:
    """A drop-down; it comes back as `Pressed` with the chosen values."""

    label: str
    action: str
    subject: str
    options: Sequence[Option]


@dataclass(frozen=True, slots=True)
class Fact:
    """A short labelled value on a card."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture with the words that stand for it."""

    png: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Card:
    """One thing shown: a case, a person, a draft."""

    title: str
    body: str = ""
    facts: Sequence[Fact] = ()
    buttons: Sequence[Button] = ()
    selects: Sequence[Select] = ()
    image: Image | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form. `max_length` counts characters."""

    name: str
    label: str
    kind: FieldKind = FieldKind.LINE
    value: str | Sequence[str] = ""
    options: Sequence[Option] = ()
    required: bool = False
    hint: str = ""
    max_length: int = 300


@dataclass(frozen=True, slots=True)
class Form:
    """Questions to fill in; they come back as `Submitted` with the same action and subject."""

    title: str
    action: str
    subject: str = ""
    fields: Sequence[Field] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot answers. `text` alone makes sense: it is what a screen reader says.

    `errors` maps a form's field to the sentence shown beside it; the form stays open. `lasting`:
    it must not be lost, so it is delivered as a message of its own, too. `tags`: words for what
    the conversation is about, or that it is solved; a platform puts those on it that it knows.
    """

    text: str
    cards: Sequence[Card] = ()
    buttons: Sequence[Button] = ()
    form: Form | None = None
    audience: Audience = Audience.PRIVATE
    thread: bool = False
    lasting: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Choices:
    """Suggestions for a value that is being typed."""

    options: Sequence[Option]


Handler = Callable[[Inbound], Awaitable[Reply | Choices | None]]


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a message came to stand, so that it can be found again."""

    platform: str
    workspace: str
    channel: str
    message: str


@dataclass(frozen=True, slots=True)
class Health:
    """How a platform stands. Moments are Unix seconds; `reason` says why it is not connected."""

    connected: bool
    last_pong: float | None = None
    last_event: float | None = None
    reason: str = ""


class Later(Exception):
    """The platform asks to wait so many seconds before the next try."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Undeliverable(Exception):
    """This message can never be delivered; `reason` is for stewards."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(Exception):
    """The platform refuses the token or a scope; `reason` is one sentence for the operator."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Adapter(Protocol):
    """One platform: found through the entry-point group `crosswalk.adapters`."""

    name: str

    async def run(
        self, handler: Handler, surfaces: Mapping[str, Surface], since: float | None = None
    ) -> None:
        """Carry acts to `handler` and replies back until closed; `surfaces` by language.

        `since`: when the newest act that is known of came in, Unix seconds; a platform that does
        not deliver again by itself looks for what was said since then. An unreachable platform
        is waited for. Raises Refused for a token or scope.
        """
        ...

    async def post(self, place: Place, reply: Reply, key: str, in_doubt: bool = False) -> Receipt:
        """Send a message that nobody waits for.

        `key` is the same for each try to deliver it; `in_doubt`: an earlier try may have
        succeeded, so look before sending. Raises Later or Undeliverable.
        """
        ...

    async def show_home(self, person: Person, reply: Reply) -> None:
        """Renew a person's home page, where the platform has one."""
        ...

    def health(self) -> Health:
        """How the connection stands now."""
        ...

    async def aclose(self) -> None:
        """Stop taking acts, finish what is in hand, and give the connection back."""
        ...
