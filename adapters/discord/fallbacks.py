"""Pure: a message without what the bot may not show in a channel, and a word that says so."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from adapters.discord.markup import CUTTER, literal
from adapters.discord.render import BESIDE, BOX, FILE, GALLERY, Json, Rendered, words
from bot.contract import markup


def without_files(rendered: Rendered, note: str) -> Rendered:
    """The same message with no file; `note` (plain text) says that one belongs to it."""
    if not rendered.files:
        return rendered
    said = CUTTER.first_piece(literal(markup.one_line(note)), BESIDE)
    parts = [*_without(rendered.parts), *([words(said)] if said else [])]
    return replace(rendered, parts=parts or [words("…")], files=())


def _without(parts: Sequence[Json]) -> Iterator[Json]:
    for part in parts:
        if part["type"] in (FILE, GALLERY):
            continue
        if part["type"] == BOX:
            part = {**part, "components": list(_without(part["components"]))}  # noqa: PLW2901
        if part.get("components", True):
            yield part
