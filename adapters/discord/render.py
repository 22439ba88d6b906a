"""Pure: a reply as content, embeds and rows of components, within Discord's limits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from adapters.discord.custom_ids import packed
from adapters.discord.markup import CUTTER, discord_markdown, heading, literal, plain_words
from bot.contract import Attachment, Button, ButtonStyle, Card, Fact, Reply, Select, markup
from bot.contract.adapter_kit import shortened

log = structlog.get_logger(__name__)

Json = dict[str, Any]

CONTENT = 2_000
NOTE = 200
THREAD = 80
EMBEDS, TOGETHER = 10, 6_000
TITLE, DESCRIPTION = 256, 4_096
FIELDS, NAME, VALUE = 25, 256, 1_024
ROWS, IN_ROW, LABEL = 5, 5, 80
OPTIONS, OPTION, OPTION_VALUE, PLACEHOLDER = 25, 100, 100, 150
FILES = 10
LEAST = 300
"""Characters without which a card says too little to be shown."""

ACTION_ROW, BUTTON, SELECT = 1, 2, 3
STYLES = {ButtonStyle.PLAIN: 2, ButtonStyle.PRIMARY: 1, ButtonStyle.DANGER: 4}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message: what is read, what is drawn below it, and what can be pressed.

    `thread`: what a thread with it is called, where it asks for one; `tags`: words for its post;
    `files`: what hangs on it.
    """

    content: str
    embeds: list[Json]
    rows: list[Json]
    thread: str = ""
    tags: tuple[str, ...] = ()
    files: tuple[Attachment, ...] = ()


def render(reply: Reply, more: str) -> Rendered:
    """A reply within Discord's limits; `more` (plain text) stands where something is left out."""
    content, rest = _split(discord_markdown(reply.text))
    numbered = sum(bool(card.buttons or card.selects) for card in reply.cards) > 1
    embeds, cut = _embeds(rest, reply.cards, numbered=numbered)
    rows, too_many = _rows(reply, numbered=numbered)
    if cut or too_many:
        note = literal(shortened(markup.one_line(more), NOTE // 2 - 2))
        content = f"{content}\n\n{note}" if content else note
    if not content and not embeds:
        content = "…"
    thread = _thread(reply) if reply.thread else ""
    return Rendered(content, embeds, rows, thread, tuple(reply.tags), _files(reply))


def _files(reply: Reply) -> tuple[Attachment, ...]:
    """What hangs on a reply, and the pictures of its cards, which tell their words to a reader."""
    pictures = [card.image for card in reply.cards if card.image is not None]
    drawn = [
        Attachment(f"picture-{number}.png", "image/png", picture.png)
        for number, picture in enumerate(pictures, 1)
    ]
    return tuple([*reply.files, *drawn][:FILES])


def _thread(reply: Reply) -> str:
    """The first line of what it says."""
    lines = (line for line in markup.plain(reply.text).split("\n") if line.strip())
    return plain_words(next(lines, ""), THREAD)


def _split(text: str) -> tuple[str, str]:
    """What stands in the message itself, and the rest, which goes into an embed."""
    room = CONTENT - NOTE
    if len(text) <= room:
        return text, ""
    first = next(CUTTER.pieces(text, room))
    return first, text[text.index(first) + len(first) :].strip()


def _embeds(rest: str, cards: Sequence[Card], *, numbered: bool) -> tuple[list[Json], bool]:
    drawn: list[Json] = []
    left, cut = TOGETHER, False
    if rest:
        cut = len(rest) > DESCRIPTION
        drawn.append({"description": CUTTER.first_piece(rest, DESCRIPTION)})
        left -= _size(drawn[-1])
    for number, card in enumerate(cards, 1):
        if len(drawn) >= EMBEDS or left < LEAST:
            return drawn, True
        embed, shortened_too = _card(card, left, f"{number}. " if numbered else "")
        if embed is None:
            return drawn, True
        cut = cut or shortened_too
        drawn.append(embed)
        left -= _size(embed)
    return drawn, cut


def _card(card: Card, left: int, prefix: str) -> tuple[Json | None, bool]:
    """A card as an embed of at most `left` characters; whether something is left out of it."""
    embed: Json = {}
    if title := heading(card.title, TITLE - len(prefix)):
        embed["title"] = prefix + title
    body = discord_markdown(card.body)
    if card.image:
        body = "\n\n".join(filter(None, (body, literal(markup.one_line(card.image.alt)))))
    fields = [_field(fact) for fact in card.facts]
    kept: list[Json] = []
    room = left - len(embed.get("title", "")) - min(len(body), LEAST)
    for field in fields[:FIELDS]:
        room -= len(field["name"]) + len(field["value"])
        if room < 0:
            break
        kept.append(field)
    if kept:
        embed["fields"] = kept
    room = min(DESCRIPTION, left - _size(embed))
    if body:
        embed["description"] = CUTTER.first_piece(body, max(room, 3))
    cut = len(kept) < len(fields) or len(body) > room
    return (embed if embed and _size(embed) <= left else None), cut


def _field(fact: Fact) -> Json:
    return {
        "name": heading(fact.label, NAME) or "…",
        "value": CUTTER.first_piece(discord_markdown(fact.value), VALUE) or "…",
        "inline": len(fact.value) <= 40,
    }


def _size(embed: Json) -> int:
    size = len(embed.get("title", "")) + len(embed.get("description", ""))
    return size + sum(len(one["name"]) + len(one["value"]) for one in embed.get("fields", ()))


def _rows(reply: Reply, *, numbered: bool) -> tuple[list[Json], bool]:
    """Rows of components, those of cards first; what belongs to the whole reply has precedence."""
    elements = _elements(reply, numbered=numbered)
    own = [element for element, whole in elements if whole]
    others = [element for element, whole in elements if not whole]
    ends = list(_packed_rows(own))[:ROWS]
    rows = list(_packed_rows(others))
    kept = rows[: ROWS - len(ends)]
    return [*kept, *ends], len(kept) < len(rows)


def _elements(reply: Reply, *, numbered: bool) -> list[tuple[Json, bool]]:
    found: list[tuple[Json | None, bool]] = []
    for number, card in enumerate(reply.cards, 1):
        prefix = f"{number}. " if numbered else ""
        found += [
            (_button(button, len(found) + at, prefix), False)
            for at, button in enumerate(card.buttons)
        ]
        found += [
            (_select(select, len(found) + at, prefix), False)
            for at, select in enumerate(card.selects)
        ]
    ends = (*reply.buttons, *_form_button(reply))
    found += [(_button(button, len(found) + at, ""), True) for at, button in enumerate(ends)]
    return [(element, whole) for element, whole in found if element is not None]


def _packed_rows(elements: Sequence[Json]) -> Iterator[Json]:
    waiting: list[Json] = []
    for element in elements:
        alone = element["type"] == SELECT
        if waiting and (alone or len(waiting) == IN_ROW):
            yield {"type": ACTION_ROW, "components": waiting}
            waiting = []
        if alone:
            yield {"type": ACTION_ROW, "components": [element]}
        else:
            waiting.append(element)
    if waiting:
        yield {"type": ACTION_ROW, "components": waiting}


def _form_button(reply: Reply) -> tuple[Button, ...]:
    """Where nothing can open a form by itself, a button does: its press brings the form."""
    form = reply.form
    return (Button(form.title, form.action, form.subject, ButtonStyle.PRIMARY),) if form else ()


def _button(button: Button, number: int, prefix: str) -> Json | None:
    identifier = packed(button.action, button.subject, number)
    if identifier is None:
        log.error("A button was left out: it says too much to be carried.", action=button.action)
        return None
    return {
        "type": BUTTON,
        "style": STYLES[button.style],
        "label": plain_words(prefix + button.label, LABEL),
        "custom_id": identifier,
    }


def _select(select: Select, number: int, prefix: str) -> Json | None:
    identifier = packed(select.action, select.subject, number)
    choices = options(select.options)
    if identifier is None or not choices:
        log.error("A choice was left out: it cannot be carried.", action=select.action)
        return None
    return {
        "type": SELECT,
        "custom_id": identifier,
        "placeholder": plain_words(prefix + select.label, PLACEHOLDER),
        "min_values": 1,
        "max_values": 1,
        "options": choices,
    }


def options(choices: Sequence[Any], chosen: Sequence[str] = ()) -> list[Json]:
    """The options of a select that Discord can carry, each value once."""
    drawn: dict[str, Json] = {}
    for choice in choices:
        if 0 < len(choice.value) <= OPTION_VALUE and choice.value not in drawn:
            drawn[choice.value] = {
                "label": plain_words(choice.label, OPTION),
                "value": choice.value,
            }
            if choice.value in chosen:
                drawn[choice.value]["default"] = True
    return list(drawn.values())[:OPTIONS]
