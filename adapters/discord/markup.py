"""Pure: neutral markup as Discord's, from which no mention and no foreign link can come.

Signs that format are escaped by a backslash. A zero-width space breaks what a backslash would
only hide: a mention, a command, an emoji or a moment in angle brackets, a link behind a label,
and an address that is not http.
"""

import re
from collections.abc import Sequence

from bot.contract import Card, markup
from bot.contract.adapter_kit import Cutter, shortened
from bot.contract.markup import Block, Paragraph, Quote, Span

LONGEST_ADDRESS = 500
LONGEST_LABEL = 150
APART = "\u200b"
"""A zero-width space."""

_ADDRESS = re.compile(r"\bhttps?://[^\s<>\[\]()|*`\\~]+", re.IGNORECASE)
_FORMATS = re.compile(r"[\\*_~`|\[\]]")
_LINE_START = re.compile(r"^(\s*)(?=#|>|[-+](?:\s|#|$))", re.MULTILINE)
_NUMBERED = re.compile(r"^(\s*\d+)(?=[.)]\s)", re.MULTILINE)
_BRACKET = re.compile(r"<(?=\S)")
_EVERYBODY = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_SCHEME = re.compile(r"(?<=\w):(?=//)")
_MASK = re.compile(r"\](?=\()")
_LOOKS_LIKE_ADDRESS = re.compile(r"://|\bwww\.|\w\.(?:com|org|net|gov|int|io|gg)\b", re.IGNORECASE)
_ATOM = re.compile(
    r"\[(?:\\.|[^\[\]\\])*\]\(<[^<>]*>\)|<[^<>\s]*>|https?://[^\s<>()\[\]\\]+|\\.|.",
    re.DOTALL | re.IGNORECASE,
)
CUTTER = Cutter(_ATOM, re.compile(r"\[(?:\\.|[^\[\]\\])*\]\(<[^<>]*>\)"))
"""A link, a moment and an escaped sign are never torn apart."""
_IN_ADDRESS = {sign: f"%{ord(sign):02X}" for sign in '<>()[]|\\" *`~^{}'}


def literal(text: str, *, quiet: bool = False) -> str:
    """Somebody's words: they format nothing, mention nobody and link nowhere but to http.

    `quiet`: Discord draws no preview of their links.
    """
    drawn, end = "", 0
    for found in _ADDRESS.finditer(text):
        address = found.group().rstrip(".,;:!?'")
        safe = _EVERYBODY.sub("%40", address)
        drawn += _escaped(text[end : found.start()]) + (f"<{safe}>" if quiet else safe)
        end = found.start() + len(address)
    drawn += _escaped(text[end:])
    drawn = _LINE_START.sub(r"\1\\", drawn)
    return _NUMBERED.sub(r"\1\\", drawn)


def discord_markdown(text: str) -> str:
    """Neutral markup as Discord shows it. Never raises."""
    return _blocks(markup.parse(text))


def plain_words(text: str, limit: int) -> str:
    """Plain text for a label or a title of a form: one line, never empty, within `limit`."""
    line = _EVERYBODY.sub(f"@{APART}", markup.one_line(text))
    return shortened(line, limit) or "…"


def heading(text: str, limit: int) -> str:
    """Plain text as the title of an embed, on one line."""
    line = literal(markup.one_line(text))
    return line if len(line) <= limit else CUTTER.first_piece(line, limit).replace("\n", " ")


def linked(card: Card, limit: int) -> str:
    """The title of a card on one line, as a link where it leads somewhere."""
    title = shortened(markup.one_line(card.title), limit)
    return _link(Span(title, address=card.url)) if title and card.url else heading(title, limit)


def small(text: str) -> str:
    """Neutral markup in small print, line by line."""
    lines = (line for line in discord_markdown(text).split("\n") if line.strip())
    return "\n".join(f"-# {line}" for line in lines)


def _escaped(text: str) -> str:
    text = _FORMATS.sub(lambda found: "\\" + found.group(), text)
    text = _EVERYBODY.sub(f"@{APART}", _BRACKET.sub(f"<{APART}", text))
    return _MASK.sub(f"]{APART}", _SCHEME.sub(f":{APART}", text))


def _blocks(blocks: Sequence[Block], apart: str = "\n\n") -> str:
    return apart.join(_block(block) for block in blocks)


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        return "".join(_span(span) for span in block.spans)
    if isinstance(block, Quote):
        return "\n".join(f"> {line}" for line in _blocks(block.blocks).split("\n"))
    return "\n".join(_item(item) for item in block.items)


def _item(blocks: Sequence[Block]) -> str:
    first, *rest = _blocks(blocks, "\n").split("\n")
    return "\n".join([f"- {first}", *(f"  {line}" for line in rest)])


def _span(span: Span) -> str:
    if span.moment is not None:
        return f"<t:{span.moment}:F>"
    if span.address:
        return _link(span)
    return "\n".join(_styled(literal(line, quiet=True), span) for line in span.text.split("\n"))


def _styled(line: str, span: Span) -> str:
    inner = line.strip()
    if not inner or not (span.bold or span.italic):
        return line
    before, after = line[: len(line) - len(line.lstrip())], line[len(line.rstrip()) :]
    inner = f"*{inner}*" if span.italic else inner
    return before + (f"**{inner}**" if span.bold else inner) + after


def _link(span: Span) -> str:
    words = " ".join(span.text.split())
    label = literal(shortened(words, LONGEST_LABEL))
    address = "".join(_IN_ADDRESS.get(sign, sign) for sign in span.address)
    address = _EVERYBODY.sub("%40", address)
    # The parser lets http and https through alone; this is the net beneath it.
    if not markup.is_link(span.address) or len(address) > LONGEST_ADDRESS:
        return literal(words, quiet=True)
    if not label or words == span.address:
        return f"<{address}>"
    if _LOOKS_LIKE_ADDRESS.search(words):
        # A label that looks like an address could hide another one: both are shown.
        return f"{literal(shortened(words, LONGEST_LABEL), quiet=True)} (<{address}>)"
    return _styled(f"[{label}](<{address}>)", span)
