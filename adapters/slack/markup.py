"""Pure: neutral markup as Slack's mrkdwn, from which no mention and no foreign link can come.

Slack reads `<...>` as a link, a mention or a date, and has no way to write `*` as itself: the
three signs of `<...>` go out as entities, and a zero-width space keeps a sign from formatting.
"""

import re
from collections.abc import Sequence

from bot.contract import Card, markup
from bot.contract.adapter_kit import Cutter, shortened
from bot.contract.markup import Block, Paragraph, Quote, Span

LONGEST_ADDRESS = 1_000
LONGEST_LABEL = 150
APART = "\u200b"
"""A zero-width space: a sign before it opens no formatting, a sign behind it stands free."""

_OPENS = re.compile(r"(?<!\w)([*_~`])(?=\S)")
_QUOTES = re.compile(r"^(?=&gt;)", re.MULTILINE)
_EMOJI = re.compile(r":(?=[\w+'-]+:)")
_ATOM = re.compile(r"<[^<>]*>|&(?:amp|lt|gt);|.", re.DOTALL)
CUTTER = Cutter(_ATOM, re.compile(r"<[^<>]*>"))
"""A link, a date and an entity are never torn apart."""
_IN_ADDRESS = {"<": "%3C", ">": "%3E", "|": "%7C", '"': "%22", " ": "%20", "&": "&amp;"}


def escaped(text: str) -> str:
    """`text` without any sign that Slack reads as a link or a mention."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def literal(text: str) -> str:
    """Somebody's words in mrkdwn: they format nothing, mention nobody and link nowhere."""
    text = _EMOJI.sub(f":{APART}", _OPENS.sub(rf"\1{APART}", escaped(text)))
    return _QUOTES.sub(APART, text)


def mrkdwn(text: str) -> str:
    """Neutral markup as mrkdwn. Never raises."""
    return _blocks(markup.parse(text))


def bold(text: str) -> str:
    """Plain text (a title, a label) in bold, on one line."""
    line = markup.one_line(text)
    return f"*{literal(line)}*" if line else ""


def linked(card: Card) -> str:
    """The title of a card in bold, as a link where it leads somewhere."""
    span = Span(markup.one_line(card.title), bold=True, address=card.url)
    return _link(span) if span.text and card.url else bold(card.title)


def _blocks(blocks: Sequence[Block], apart: str = "\n\n") -> str:
    return apart.join(_block(block) for block in blocks)


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        return _paragraph(block.spans)
    if isinstance(block, Quote):
        return "\n".join(f">{line}" for line in _blocks(block.blocks).split("\n"))
    return "\n".join(_item(item) for item in block.items)


def _item(blocks: Sequence[Block]) -> str:
    first, *rest = _blocks(blocks, "\n").split("\n")
    return "\n".join([f"• {first}", *(f"    {line}" for line in rest)])


def _paragraph(spans: Sequence[Span]) -> str:
    drawn = ""
    for span in spans:
        piece = _span(span)
        styled = span.bold or span.italic
        if styled and drawn and drawn[-1].isalnum():
            drawn += APART
        drawn += piece
        if styled:
            drawn += APART
    return _QUOTES.sub(APART, drawn)


def _span(span: Span) -> str:
    if span.moment is not None:
        fallback = markup.moment(span.moment, "UTC")
        return f"<!date^{span.moment}^{{date_short_pretty}} {{time}}|{fallback}>"
    if span.address:
        return _link(span)
    lines = span.text.split("\n")
    return "\n".join(_styled(literal(line), span) for line in lines)


def _styled(line: str, span: Span) -> str:
    inner = line.strip()
    if not inner or not (span.bold or span.italic):
        return line
    before, after = line[: len(line) - len(line.lstrip())], line[len(line.rstrip()) :]
    inner = f"_{inner}_" if span.italic else inner
    return before + (f"*{inner}*" if span.bold else inner) + after


def _link(span: Span) -> str:
    words = " ".join(span.text.split())
    label = literal(shortened(words, LONGEST_LABEL))
    address = "".join(_IN_ADDRESS.get(sign, sign) for sign in span.address)
    # The parser lets http and https through alone; this is the net beneath it.
    if not markup.is_link(span.address) or len(address) > LONGEST_ADDRESS:
        return literal(words)
    return _styled(f"<{address}|{label}>" if label else f"<{address}>", span)
