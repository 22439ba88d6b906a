"""Pure: a message without what the bot may not show in a channel, and a word that says so."""

from dataclasses import replace

from adapters.discord.markup import CUTTER, literal
from adapters.discord.render import CONTENT, Json, Rendered
from bot.contract import markup

APART = "\n\n"


def without_files(rendered: Rendered, note: str) -> Rendered:
    """The same message with no file; `note` (plain text) says that one belongs to it."""
    if not rendered.files:
        return rendered
    return replace(rendered, content=_with_note(rendered.content, note), files=())


def without_cards(rendered: Rendered, note: str) -> Rendered:
    """What would be drawn, as words of the message itself, shortened where it is too much."""
    if not rendered.embeds:
        return rendered
    parts = [rendered.content, *(_as_words(embed) for embed in rendered.embeds)]
    told = APART.join(filter(None, parts))
    return replace(rendered, content=_with_note(told, note), embeds=[])


def _with_note(text: str, note: str) -> str:
    """Words with a sentence below them; they are shortened, the sentence is not."""
    said = literal(markup.one_line(note))
    if not said:
        return CUTTER.first_piece(text, CONTENT)
    kept = CUTTER.first_piece(text, CONTENT - len(said) - len(APART)) if text else ""
    return APART.join(filter(None, (kept, said)))


def _as_words(embed: Json) -> str:
    title = embed.get("title", "")
    lines = [f"**{title}**" if title else "", embed.get("description", "")]
    lines += [f"**{one['name']}:** {one['value']}" for one in embed.get("fields", ())]
    return "\n".join(filter(None, lines))
