"""The neutral markup of replies: parsed once, here, so that every platform draws the same tree.

The subset: `**bold**`, `_italic_`, `> ` quotes, `- ` lists, `[label](https://address)` and
`{time:UNIX}`. Everything else is text. Control characters and bidirectional overrides never
survive a parse, and a link is http or https or it is text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style. `moment` is Unix seconds; its text is then empty."""

    text: str
    bold: bool = False
    italic: bool = False
    address: str = ""
    moment: int | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together; a line break is a newline in a span's text."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody else's words."""

    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; each item holds blocks."""

    items: tuple[tuple["Block", ...], ...]


Block = Paragraph | Quote | Bullets

DEEPEST = 4
# Looking for each bracket's partner costs the square of their number.
MOST_BRACKETS = 1_000
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# C0, DEL and C1 steer terminals; embeddings, overrides and isolates reorder what a reader sees.
_HARMFUL = re.compile("[\x00-\x09\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_UNPAIRED = re.compile("[\ud800-\udfff]")
_SPECIAL = re.compile(r"[\\*_\[\]{}]|^[>+-]", re.MULTILINE)
_BRACKET = re.compile(r"(?<!\\)\[")
_NUMBERED = re.compile(r"^((?:[ ]*(?:>|[-+*](?=[ ])))*[ ]*\d{1,9})(?=[.)](?:[ ]|$))", re.MULTILINE)
_LEADING = re.compile(r"^[ ]*(?:(?:>|[-+*](?=[ ]))[ ]*)*", re.MULTILINE)
_MOMENT = re.compile(r"\{time:(\d{1,10})\}")


def tidy(text: str) -> str:
    """`text` as it is shown: no control characters, lines trimmed, at most one empty line."""
    lines = "\n".join(line.strip() for line in _cleaned(text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def one_line(text: str) -> str:
    """Plain text (a title, a label) made safe to show, on one line."""
    return " ".join(tidy(text).split())


def escape(text: str) -> str:
    """Markup that parses back to exactly `tidy(text)` as plain text, wherever a line starts."""
    return _SPECIAL.sub(lambda found: "\\" + found.group(), tidy(text))


def parse(text: str) -> tuple[Block, ...]:
    """The blocks of `text`. Never raises; nesting beyond DEEPEST markers is kept as text."""
    tokens = _parser().parse(_flattened(_cleaned(text)))
    return _blocks(iter(tokens), "")


def plain(text: str, zone: str = "UTC") -> str:
    """What a screen reader says: styles dropped, addresses beside labels, times in `zone`."""
    return plain_blocks(parse(text), zone)


def plain_blocks(blocks: Sequence[Block], zone: str = "UTC") -> str:
    """The plain text of parsed blocks."""
    return "\n\n".join(_plain_block(block, zone) for block in blocks)


def moment(unix: int, zone: str) -> str:
    """A moment in words that need no language; an unknown zone is read as UTC."""
    at = datetime.fromtimestamp(unix, UTC)
    try:
        return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"
    except (KeyError, ValueError, OSError):
        return f"{at:%Y-%m-%d %H:%M} (UTC)"


def is_link(address: str) -> bool:
    """Whether an address may become a link: http or https, a host, no name before an @."""
    try:
        parts = urlsplit(address)
        return (
            parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        )
    except ValueError:
        return False


def _cleaned(text: str) -> str:
    text = _BREAKS.sub("\n", text).replace("\t", " ")
    return _UNPAIRED.sub("\ufffd", _HARMFUL.sub("", text))


def _flattened(text: str) -> str:
    """Keeps numbered lines as text, and nesting within bounds: the parser drops what is deeper."""
    if text.count("[") > MOST_BRACKETS:
        text = _BRACKET.sub(r"\\[", text)
    text = _NUMBERED.sub(r"\1\\", text)
    return _LEADING.sub(_shallow, text)


def _shallow(found: re.Match[str]) -> str:
    markers = found.group()
    indent = len(markers) - len(markers.lstrip(" "))
    kept = markers[indent:]
    deep = [at.start() for at in re.finditer(r"[^ ]", kept)][DEEPEST:]
    if deep:
        kept = kept[: deep[0]] + "\\" + kept[deep[0] :]
    return " " * min(indent, 2 * DEEPEST) + kept


class _Markdown(MarkdownIt):
    """The parser with our own rule for what may become a link."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return is_link(url)


@cache
def _parser() -> MarkdownIt:
    parser = _Markdown("zero", {"maxNesting": 100})
    parser.enable(["blockquote", "list", "newline", "escape", "emphasis", "link"])
    parser.enable(["balance_pairs", "fragments_join"])
    parser.inline.ruler.before("escape", "moment", _take_moment)
    return parser


def _take_moment(state: StateInline, silent: bool) -> bool:
    found = _MOMENT.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        state.push("moment", "", 0).content = found.group(1)
    state.pos = found.end()
    return True


def _blocks(tokens: Iterator[Token], until: str) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for token in tokens:
        if token.type == until:
            break
        if token.type == "inline":
            spans = tuple(_joined(_spans(token.children or ())))
            if spans:
                blocks.append(Paragraph(spans))
        elif token.type == "blockquote_open":
            blocks.append(Quote(_blocks(tokens, "blockquote_close")))
        elif token.type == "bullet_list_open":
            blocks.append(Bullets(_items(tokens)))
    return tuple(blocks)


def _items(tokens: Iterator[Token]) -> tuple[tuple[Block, ...], ...]:
    items: list[tuple[Block, ...]] = []
    for token in tokens:
        if token.type == "bullet_list_close":
            break
        if token.type == "list_item_open":
            items.append(_blocks(tokens, "list_item_close"))
    return tuple(items)


def _spans(tokens: Sequence[Token]) -> Iterator[Span]:
    style, bold, italic = Span(""), 0, 0
    for token in tokens:
        bold += token.nesting if token.tag == "strong" else 0
        italic += token.nesting if token.tag == "em" else 0
        style = replace(style, bold=bold > 0, italic=italic > 0)
        if token.type == "link_open":
            style = replace(style, address=str(token.attrs.get("href", "")))
        elif token.type == "link_close":
            style = replace(style, address="")
        elif token.type == "moment":
            yield replace(style, moment=int(token.content))
        elif token.type in ("softbreak", "hardbreak"):
            yield replace(style, text="\n")
        elif token.content:
            yield replace(style, text=token.content)


def _joined(spans: Iterator[Span]) -> Iterator[Span]:
    """Neighbours of one style as one span."""
    waiting: Span | None = None
    for span in spans:
        alike = waiting and span.moment is None and replace(span, text=waiting.text) == waiting
        if waiting and alike:
            waiting = replace(waiting, text=waiting.text + span.text)
            continue
        if waiting:
            yield waiting
        waiting = span
    if waiting:
        yield waiting


def _plain_block(block: Block, zone: str) -> str:
    if isinstance(block, Paragraph):
        return "".join(_plain_span(span, zone) for span in block.spans)
    if isinstance(block, Quote):
        return _prefixed(plain_blocks(block.blocks, zone), "> ", "> ")
    items = ("\n".join(_plain_block(inner, zone) for inner in item) for item in block.items)
    return "\n".join(_prefixed(item, "- ", "  ") for item in items)


def _plain_span(span: Span, zone: str) -> str:
    text = span.text if span.moment is None else moment(span.moment, zone)
    return f"{text} ({span.address})" if span.address not in ("", text) else text


def _prefixed(text: str, first: str, rest: str) -> str:
    lines = [first + line if not at else rest + line for at, line in enumerate(text.split("\n"))]
    return "\n".join(line.rstrip() for line in lines)
