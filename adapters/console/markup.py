"""The neutral markup as rich text: somebody's words are never read as rich's own markup."""

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from bot.contract import markup
from bot.contract.markup import Block, Paragraph, Quote, Span

NARROWEST = 4


class Prefixed:
    """Something drawn behind a bullet or a bar, on each of its lines."""

    def __init__(self, body: RenderableType, first: str, rest: str, ascii_first: str) -> None:
        self._body = body
        self._first, self._rest, self._ascii_first = first, rest, ascii_first

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        first = self._ascii_first if options.ascii_only else self._first
        rest = first if self._rest == self._first else self._rest
        inner = options.update(width=max(NARROWEST, options.max_width - len(first)))
        for number, line in enumerate(console.render_lines(self._body, inner, pad=False)):
            yield Segment(rest if number else first, Style(dim=True))
            yield from line
            yield Segment.line()


def to_rich(text: str, zone: str = "UTC") -> RenderableType:
    """Neutral markup as something rich can draw; times are shown in `zone`."""
    return _drawn(markup.parse(text), zone, apart=True)


def words(text: str, style: str = "") -> Text:
    """Plain text (a title, a label, a fixed word) on one line, safe to show."""
    return Text(markup.one_line(text), style=style, overflow="fold")


def _drawn(blocks: Sequence[Block], zone: str, *, apart: bool) -> RenderableType:
    drawn: list[RenderableType] = []
    for block in blocks:
        if drawn and apart:
            drawn.append(Text())
        drawn.append(_block(block, zone))
    return drawn[0] if len(drawn) == 1 else Group(*drawn)


def _block(block: Block, zone: str) -> RenderableType:
    if isinstance(block, Paragraph):
        line = Text(overflow="fold")
        for span in block.spans:
            _append(line, span, zone)
        return line
    if isinstance(block, Quote):
        return Prefixed(_drawn(block.blocks, zone, apart=True), "│ ", "│ ", "| ")
    items = (_drawn(item, zone, apart=False) for item in block.items)
    return Group(*(Prefixed(item, "• ", "  ", "- ") for item in items))


def _append(line: Text, span: Span, zone: str) -> None:
    """Adds a span; a link's address stands beside its label, so that nobody is misled."""
    text = span.text if span.moment is None else markup.moment(span.moment, zone)
    style = Style(bold=span.bold or None, italic=span.italic or None)
    if not span.address:
        line.append(text, style)
        return
    link = style + Style(link=span.address)
    if text != span.address:
        line.append(text, link)
        line.append(" (")
    line.append(span.address, link + Style(underline=True, dim=True))
    if text != span.address:
        line.append(")")
