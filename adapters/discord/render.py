"""Pure: a reply as Discord's components, within its limits.

A message is drawn by components of the second kind alone: its words are texts among them, each
thing shown stands in a box with its button beside it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import structlog

from adapters.discord.custom_ids import packed
from adapters.discord.markup import (
    CUTTER,
    discord_markdown,
    heading,
    linked,
    literal,
    plain_words,
    small,
)
from bot.contract import Attachment, Button, ButtonStyle, Card, Fact, Option, Reply, Select, markup
from bot.contract.adapter_kit import shortened

log = structlog.get_logger(__name__)

Json = dict[str, Any]

TEXT, BESIDE = 3_800, 190
"""Characters that all texts of a message have together, and that a note below them may have."""
PARTS = 40
"""Components that a message may have, however deep they stand."""
NOTE = 100
THREAD, TITLE, LABEL = 80, 256, 80
IN_ROW = 5
OPTIONS, OPTION, OPTION_VALUE, PLACEHOLDER = 25, 100, 100, 150
FILES = 10
LEAST = 200
"""Characters without which a card says too little to be shown."""

ACTION_ROW, BUTTON, SELECT = 1, 2, 3
SECTION, WORDS, GALLERY, FILE, BOX = 9, 10, 12, 13, 17
STYLES = {ButtonStyle.PLAIN: 2, ButtonStyle.PRIMARY: 1, ButtonStyle.DANGER: 4}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message: its components, outermost first.

    `thread`: what a thread with it is called, where it asks for one; `tags`: words for its post;
    `files`: what hangs on it, each shown by one of the components.
    """

    parts: list[Json]
    thread: str = ""
    tags: tuple[str, ...] = ()
    files: tuple[Attachment, ...] = ()


def render(reply: Reply, more: str) -> Rendered:
    """A reply within Discord's limits; `more` (plain text) stands where something is left out."""
    thread = _thread(reply) if reply.thread else ""
    files = _files(reply)
    parts = _Drawing(files[len(reply.files) :]).whole(reply, more)
    held = set(_held(parts))
    shown = tuple(one for one in files if _address(one.name) in held)
    return Rendered(parts, thread, tuple(reply.tags), shown)


def texts(parts: Iterable[Json]) -> Iterator[str]:
    """All words of a message, in their order."""
    for part in parts:
        if part["type"] == WORDS:
            yield part["content"]
        yield from texts(part.get("components", ()))


def elements(parts: Iterable[Json]) -> Iterator[Json]:
    """All that can be pressed or chosen in a message, in its order."""
    for part in parts:
        if part["type"] in (BUTTON, SELECT):
            yield part
        yield from elements(part.get("components", ()))
        yield from elements([part["accessory"]] if "accessory" in part else ())


def options(choices: Sequence[Option], chosen: Sequence[str] = ()) -> list[Json]:
    """The options of a select that Discord can carry, each value once."""
    drawn: dict[str, Json] = {}
    for choice in choices:
        carried = choice.value.strip() and len(choice.value) <= OPTION_VALUE
        if carried and choice.value not in drawn:
            one: Json = {"label": plain_words(choice.label, OPTION), "value": choice.value}
            if choice.description.strip():
                one["description"] = plain_words(choice.description, OPTION)
            if choice.value in chosen:
                one["default"] = True
            drawn[choice.value] = one
    return list(drawn.values())[:OPTIONS]


def words(text: str) -> Json:
    """A text in Discord's markup."""
    return {"type": WORDS, "content": text}


class _Drawing:
    """One message as it is drawn: what room is left in it, and a number for each component."""

    def __init__(self, pictures: Sequence[Attachment]) -> None:
        self._numbers = count()
        self._pictures = iter([one.name for one in pictures])
        self._left = TEXT - NOTE
        self._cut = False

    def whole(self, reply: Reply, more: str) -> list[Json]:
        """The components; what belongs to the whole reply has precedence over its cards."""
        ends = list(self._rows((*reply.buttons, *_form_button(reply)), ()))
        shown = [{"type": FILE, "file": {"url": _address(one.name)}} for one in reply.files[:FILES]]
        room = PARTS - _size(ends) - _size(shown) - 1
        drawn = list(self._words(reply))
        room -= _size(drawn)
        for card in reply.cards:
            own = list(self._card(card)) if self._left >= LEAST else []
            if not own or _size(own) > room:
                self._cut = True
                break
            room -= _size(own)
            drawn += own
        if self._cut:
            drawn.append(words(literal(shortened(markup.one_line(more), NOTE // 2 - 2)) or "…"))
        return [*drawn, *shown, *ends] or [words("…")]

    def _words(self, reply: Reply) -> Iterator[Json]:
        head = f"## {heading(reply.header, TITLE)}" if reply.header.strip() else ""
        if said := "\n".join(filter(None, (head, discord_markdown(reply.text)))):
            yield words(self._fitting(said))

    def _card(self, card: Card) -> Iterator[Json]:
        """A heading where a new part begins, and the card in a box."""
        if card.part.strip():
            yield words(self._fitting(f"### {heading(card.part, TITLE)}"))
        said = "\n".join(filter(None, _said(card)))
        inside: list[Json] = [words(self._fitting(said))] if said else []
        beside = self._button(card.beside) if card.beside and inside else None
        if beside:
            inside = [{"type": SECTION, "components": inside, "accessory": beside}]
        if card.image and (picture := next(self._pictures, None)):
            alt = shortened(markup.one_line(card.image.alt), TITLE) or "…"
            item = {"media": {"url": _address(picture)}, "description": alt}
            inside.append({"type": GALLERY, "items": [item]})
        if not beside:
            inside += self._rows(card.buttons, card.selects)
        if inside:
            yield {"type": BOX, "components": inside}

    def _fitting(self, text: str) -> str:
        kept = CUTTER.first_piece(text, max(self._left, 3))
        self._cut = self._cut or kept != text
        self._left -= len(kept)
        return kept

    def _rows(self, buttons: Sequence[Button], selects: Sequence[Select]) -> Iterator[Json]:
        pressed = [drawn for button in buttons if (drawn := self._button(button))]
        for at in range(0, len(pressed), IN_ROW):
            yield {"type": ACTION_ROW, "components": pressed[at : at + IN_ROW]}
        for select in selects:
            if drawn := self._select(select):
                yield {"type": ACTION_ROW, "components": [drawn]}

    def _button(self, button: Button) -> Json | None:
        identifier = packed(button.action, button.subject, next(self._numbers))
        if identifier is None:
            log.error("A button was left out: it says too much.", action=button.action)
            return None
        return {
            "type": BUTTON,
            "style": STYLES[button.style],
            "label": plain_words(button.label, LABEL),
            "custom_id": identifier,
        }

    def _select(self, select: Select) -> Json | None:
        identifier = packed(select.action, select.subject, next(self._numbers))
        choices = options(select.options)
        if identifier is None or not choices:
            log.error("A choice was left out: it cannot be carried.", action=select.action)
            return None
        return {
            "type": SELECT,
            "custom_id": identifier,
            "placeholder": plain_words(select.label, PLACEHOLDER),
            "min_values": 1,
            "max_values": 1,
            "options": choices,
        }


def _said(card: Card) -> Iterator[str]:
    """The words of a card, a paragraph each."""
    if title := linked(card, TITLE):
        yield f"**{title}**"
    yield discord_markdown(card.body)
    yield "\n".join(_fact(fact) for fact in card.facts)
    yield small(card.small)


def _fact(fact: Fact) -> str:
    label = heading(fact.label, TITLE)
    value = discord_markdown(fact.value)
    return f"**{label}:** {value}" if label else value


def _files(reply: Reply) -> tuple[Attachment, ...]:
    """What hangs on a reply, and the pictures of its cards."""
    pictures = [card.image for card in reply.cards if card.image is not None]
    drawn = [
        Attachment(f"picture-{number}.png", "image/png", picture.png)
        for number, picture in enumerate(pictures, 1)
    ]
    return tuple([*reply.files, *drawn][:FILES])


def _address(name: str) -> str:
    return f"attachment://{name}"


def _held(parts: Iterable[Json]) -> Iterator[str]:
    """The addresses of the files that components show."""
    for part in parts:
        yield from (item["media"]["url"] for item in part.get("items", ()))
        yield from [part["file"]["url"]] if "file" in part else []
        yield from _held(part.get("components", ()))


def _thread(reply: Reply) -> str:
    """The first line of what it says."""
    said = "\n".join((reply.header, markup.plain(reply.text)))
    lines = (line for line in said.split("\n") if line.strip())
    return plain_words(next(lines, ""), THREAD)


def _size(parts: Iterable[Json]) -> int:
    """Components, however deep they stand."""
    return sum(1 + _size(part.get("components", ())) + ("accessory" in part) for part in parts)


def _form_button(reply: Reply) -> tuple[Button, ...]:
    """Where nothing can open a form by itself, a button does: its press brings the form."""
    form = reply.form
    return (Button(form.title, form.action, form.subject, ButtonStyle.PRIMARY),) if form else ()
