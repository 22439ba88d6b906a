"""What the core and the platforms say to each other. Standard library only.

What people do is in bot/contract/inbound.py, the fixed words beside replies are in
bot/contract/platform_ui.py; both come from here, too.

`Reply.text`, `Card.body`, `Fact.value`, `Form.note` and `errors` are in a tiny neutral markup:
**bold**, _italic_, `> ` quotes, `- ` lists, [label](https://address) and {time:UNIX} for a moment,
shown in the reader's local time. Titles, labels, options and hints are plain text. Each platform
renders both in its own way, escapes everything else, and shortens it at its own limits.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

from bot.contract.inbound import Act as Act
from bot.contract.inbound import Acted as Acted
from bot.contract.inbound import Completing as Completing
from bot.contract.inbound import Edited as Edited
from bot.contract.inbound import Inbound as Inbound
from bot.contract.inbound import Noticed as Noticed
from bot.contract.inbound import NoticeKind as NoticeKind
from bot.contract.inbound import Opened as Opened
from bot.contract.inbound import Person as Person
from bot.contract.inbound import Place as Place
from bot.contract.inbound import PlaceKind as PlaceKind
from bot.contract.inbound import Pressed as Pressed
from bot.contract.inbound import Quoted as Quoted
from bot.contract.inbound import Removed as Removed
from bot.contract.inbound import Said as Said
from bot.contract.inbound import Submitted as Submitted
from bot.contract.platform_ui import Argument as Argument
from bot.contract.platform_ui import ArgumentKind as ArgumentKind
from bot.contract.platform_ui import Command as Command
from bot.contract.platform_ui import Surface as Surface


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


FILES_LIMIT = 1_048_576
"""So many bytes may the files of one reply hold together: they wait in the outbox with it."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message. `media_type` as MIME names it, such as text/calendar."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bot answers. `text` alone makes sense: it is what a screen reader says.

    `errors` maps a form's field to the sentence shown beside it; the form stays open. `lasting`:
    it must not be lost, so it is delivered as a message of its own, too; a reply with `files`
    always is. `tags`: words for what the conversation is about, or that it is solved; a platform
    puts those on it that it knows. `enclosing`: what the core adds just before the message is
    sent, such as `brief:7:en`; nobody waits for it to be made before. Raises ValueError for more
    than FILES_LIMIT bytes of files.
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
    files: Sequence[Attachment] = ()
    enclosing: str = ""

    def __post_init__(self) -> None:
        if sum(len(file.data) for file in self.files) > FILES_LIMIT:
            raise ValueError(f"the files of a reply hold at most {FILES_LIMIT} bytes")


@dataclass(frozen=True, slots=True)
class Choices:
    """Suggestions for a value that is being typed."""

    options: Sequence[Option]


Handler = Callable[[Inbound], Awaitable[Reply | Choices | None]]
"""Answers an act: what is to be shown where the person acted, None for nothing."""


def unnoticed() -> None:
    """Nobody waits to hear it."""


class ClaimingHandler(Protocol):
    """A handler that writes an act down before it answers.

    `claimed` is called once the act can no longer be lost: a platform that sends again what was
    not acknowledged hears of it then, and not before.
    """

    async def __call__(
        self, act: Inbound, /, claimed: Callable[[], None] = unnoticed
    ) -> Reply | Choices | None:
        """What is to be shown where the person acted, None for nothing."""
        ...


def unwritten(handler: Handler) -> ClaimingHandler:
    """The same handler where nothing is sent twice, as in a terminal: no act is written down."""

    async def handle(
        act: Inbound, /, claimed: Callable[[], None] = unnoticed
    ) -> Reply | Choices | None:
        claimed()
        return await handler(act)

    return handle


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
    """The platform refuses the token or a scope, and messages wait; `reason`: for the operator."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Adapter(Protocol):
    """One platform: found through the entry-point group `crosswalk.adapters`."""

    name: str

    async def run(
        self, handler: ClaimingHandler, surfaces: Mapping[str, Surface], since: float | None = None
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
        succeeded, so look before sending. Raises Later, Undeliverable or Refused.
        """
        ...

    async def update(self, receipt: Receipt, place: Place, reply: Reply) -> None:
        """Put another reply into a message of the bot's. Raises Later or Undeliverable."""
        ...

    async def delete(self, receipt: Receipt, place: Place) -> None:
        """Remove a message of the bot's. Raises Later or Undeliverable."""
        ...

    async def open_group(self, persons: Sequence[Person], topic: str, key: str) -> Place:
        """A room for these people and the bot; the same one when it is asked for again.

        Raises Later, or Undeliverable where the platform has no such room for them.
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


@runtime_checkable
class Expecting(Protocol):
    """An adapter of a platform that keeps no list of its direct conversations."""

    def expect(self, persons: Sequence[Person]) -> None:
        """Called before `run`: these people take part in conversations that the bot carries.

        What they wrote while nobody listened is looked for.
        """
        ...
