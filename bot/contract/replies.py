"""What the core says: Reply, Card, Button, Form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.contract.inbound import Place


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
    """One choice: what is shown, what comes back, and what choosing it means."""

    label: str
    value: str
    description: str = ""


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
    """One thing shown: a case, a person, a draft.

    `small`: a line in small print; `url`: where the title leads; `part`: a heading above the card,
    with which something of another kind begins. A card's only button stands beside its words.
    """

    title: str
    body: str = ""
    facts: Sequence[Fact] = ()
    buttons: Sequence[Button] = ()
    selects: Sequence[Select] = ()
    image: Image | None = None
    small: str = ""
    url: str = ""
    part: str = ""

    @property
    def beside(self) -> Button | None:
        """The button that stands beside the words, where the card has one alone."""
        return self.buttons[0] if len(self.buttons) == 1 and not self.selects else None


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
    """What the bot answers. `text` makes sense without cards: it is what a screen reader says.

    `header`: what stands above it in large letters, in plain text; `text` goes on from it.
    `errors` maps a form's field to the sentence shown beside it; the form stays open. `lasting`:
    it must not be lost, so it is delivered as a message of its own, too; a reply with `files`
    always is. `tags`: words for what the conversation is about, or that it is solved; a platform
    puts those on it that it knows. `enclosing`: what the core adds just before the message is
    sent, such as `brief:7:en`; nobody waits for it to be made before. `shown`: the person saw all
    of it where they acted, and the message is a copy to keep; `asked_in`: the room in which they
    asked for what is sent to them in private. Raises ValueError for more
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
    shown: bool = False
    asked_in: Place | None = None
    header: str = ""

    def __post_init__(self) -> None:
        if sum(len(file.data) for file in self.files) > FILES_LIMIT:
            raise ValueError(f"the files of a reply hold at most {FILES_LIMIT} bytes")


@dataclass(frozen=True, slots=True)
class Choices:
    """Suggestions for a value that is being typed."""

    options: Sequence[Option]
