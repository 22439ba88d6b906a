"""Pure: a reply as Block Kit and as the text that says all of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.slack.markup import CUTTER, bold, escaped, linked, literal, mrkdwn
from bot.contract import Attachment, Button, ButtonStyle, Card, Fact, Option, Reply, Select, markup
from bot.contract.adapter_kit import shortened

Json = dict[str, Any]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
SECTION = 3_000
FIELDS, FIELD = 10, 2_000
ELEMENTS = 25
HEADER, LABEL, ACTION_ID, VALUE = 150, 75, 255, 2_000
OPTIONS, OPTION, OPTION_VALUE, PLACEHOLDER = 100, 75, 150, 150
TEXT = 40_000
# Slack refuses a message whose blocks hold much more than this together.
DRAWN = 12_000
SEPARATOR = "|"
STYLES = {ButtonStyle.PRIMARY: "primary", ButtonStyle.DANGER: "danger"}


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file beside a message; `alt` says what a picture shows."""

    file: Attachment
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message: `text` for notifications and screen readers, `blocks` for the screen.

    `files` are shared in its thread; `unattached` (plain text) is said where Slack takes none.
    """

    text: str
    blocks: list[Json]
    files: tuple[SharedFile, ...] = ()
    unattached: str = ""


def render(reply: Reply, more: str, most: int = MESSAGE_BLOCKS) -> Rendered:
    """A reply within Slack's limits; `more` (plain text) stands where something is left out."""
    return Rendered(text(reply), blocks(reply, more, most), files(reply))


def files(reply: Reply) -> tuple[SharedFile, ...]:
    """A reply's files, and the pictures of its cards."""
    images = [card.image for card in reply.cards if card.image]
    return (
        *(SharedFile(file) for file in reply.files),
        *(
            SharedFile(Attachment(f"picture-{number}.png", "image/png", image.png), image.alt)
            for number, image in enumerate(images, 1)
        ),
    )


def without_files(rendered: Rendered) -> Rendered:
    """The same message, which says that its files could not be given."""
    said = escaped(markup.one_line(rendered.unattached))
    room = TEXT - len(said) - 2
    return replace(
        rendered,
        text=f"{CUTTER.first_piece(rendered.text, room)}\n\n{said}",
        blocks=[*rendered.blocks[: MESSAGE_BLOCKS - 1], _note(rendered.unattached)],
        files=(),
    )


def text(reply: Reply) -> str:
    """All that a reply says, cards too, at most 40,000 characters and cut at a line end."""
    parts = [markup.one_line(reply.header), markup.plain(reply.text)]
    for card in reply.cards:
        parts += [markup.one_line(card.part), markup.one_line(card.title), markup.plain(card.body)]
        parts += [markup.one_line(card.image.alt)] if card.image else []
        parts += ["\n".join(_plain(fact) for fact in card.facts), markup.plain(card.small)]
    said = escaped("\n\n".join(part for part in parts if part.strip()))
    return CUTTER.first_piece(said, TEXT) or "…"


def blocks(reply: Reply, more: str, most: int = MESSAGE_BLOCKS) -> list[Json]:
    """A reply as at most `most` blocks; cards that find no room are left out whole."""
    ends = [*actions((*reply.buttons, *_form_button(reply)), ())]
    room = most - len(ends) - 1
    drawn: list[Json] = [header(reply.header)] if reply.header.strip() else []
    left = DRAWN
    for piece in CUTTER.pieces(mrkdwn(reply.text), SECTION):
        if len(drawn) >= room or left < len(piece):
            return [*drawn, _note(more), *ends]
        drawn.append(section(piece))
        left -= len(piece)
    for card in reply.cards:
        own = list(_card(card))
        size = sum(_size(block) for block in own)
        if len(drawn) + len(own) > room or size > left:
            return [*drawn, _note(more), *ends]
        drawn += own
        left -= size
    return [*drawn, *ends] or [_note("…")]


def header(words: str) -> Json:
    """Plain text in large letters."""
    return {"type": "header", "text": plain_text(words, HEADER)}


def section(piece: str, beside: Json | None = None) -> Json:
    """A section of mrkdwn; `verbatim` keeps Slack from finding names and links in it."""
    drawn = {"type": "section", "text": _mrkdwn(piece)}
    return drawn | ({"accessory": beside} if beside else {})


def context(text: str) -> Json:
    """A small line in neutral markup."""
    return {
        "type": "context",
        "elements": [_mrkdwn(CUTTER.first_piece(mrkdwn(text), FIELD) or "…")],
    }


def plain_text(text: str, limit: int) -> Json:
    """A plain text object, never empty and never longer than `limit`."""
    line = shortened(markup.one_line(text), limit) or "…"
    return {"type": "plain_text", "text": line, "emoji": False}


def options(choices: Sequence[Option]) -> list[Json]:
    """The options of a select that Slack can carry."""
    return [
        {"text": plain_text(choice.label, OPTION), "value": choice.value} | _described(choice)
        for choice in choices
        if 0 < len(choice.value) <= OPTION_VALUE
    ][:OPTIONS]


def _described(choice: Option) -> Json:
    said = choice.description.strip()
    return {"description": plain_text(said, OPTION)} if said else {}


def actions(buttons: Sequence[Button], selects: Sequence[Select]) -> Iterator[Json]:
    """Blocks of buttons and selects. What Slack cannot carry back is left out."""
    drawn = [_button(button, number) for number, button in enumerate(buttons)]
    drawn += [_select(select, number) for number, select in enumerate(selects, len(drawn))]
    elements = [element for element in drawn if element]
    for start in range(0, len(elements), ELEMENTS):
        yield {"type": "actions", "elements": elements[start : start + ELEMENTS]}


def _card(card: Card) -> Iterator[Json]:
    yield {"type": "divider"}
    if card.part.strip():
        yield header(card.part)
    words = "\n".join(part for part in (linked(card), mrkdwn(card.body)) if part)
    beside = _button(card.beside, 0) if card.beside and words else None
    for piece in CUTTER.pieces(words, SECTION):
        yield section(piece, beside)
        beside = None
    if card.small.strip():
        yield context(card.small)
    if card.image:
        yield context(markup.escape(card.image.alt))
    for start in range(0, len(card.facts), FIELDS):
        fields = [_mrkdwn(_fact(fact)) for fact in card.facts[start : start + FIELDS]]
        yield {"type": "section", "fields": fields}
    if not (card.beside and words):
        yield from actions(card.buttons, card.selects)


def _form_button(reply: Reply) -> tuple[Button, ...]:
    """Where nothing can open a form by itself, a button does: its press brings the form."""
    form = reply.form
    return (Button(form.title, form.action, form.subject, ButtonStyle.PRIMARY),) if form else ()


def _button(button: Button, number: int) -> Json | None:
    action_id = f"{button.action}{SEPARATOR}{number}"
    if len(action_id) > ACTION_ID or len(button.subject) > VALUE:
        return None
    drawn: Json = {
        "type": "button",
        "text": plain_text(button.label, LABEL),
        "action_id": action_id,
    }
    drawn |= {"value": button.subject} if button.subject else {}
    drawn |= {"style": STYLES[button.style]} if button.style in STYLES else {}
    return drawn


def _select(select: Select, number: int) -> Json | None:
    action_id = SEPARATOR.join((select.action, str(number), select.subject))
    choices = options(select.options)
    if len(action_id) > ACTION_ID or not choices:
        return None
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain_text(select.label, PLACEHOLDER),
        "options": choices,
    }


def _fact(fact: Fact) -> str:
    said = "\n".join(part for part in (bold(fact.label), mrkdwn(fact.value)) if part)
    return CUTTER.first_piece(said, FIELD) or "…"


def _plain(fact: Fact) -> str:
    return f"{markup.one_line(fact.label)}: {markup.plain(fact.value)}"


def _note(words: str) -> Json:
    return {"type": "context", "elements": [_mrkdwn(literal(shortened(words, 300)) or "…")]}


def _mrkdwn(piece: str) -> Json:
    return {"type": "mrkdwn", "text": piece, "verbatim": True}


def _size(block: Json) -> int:
    fields = block.get("fields", ())
    return len(block.get("text", {}).get("text", "")) + sum(len(one["text"]) for one in fields)
