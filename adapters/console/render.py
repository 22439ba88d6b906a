"""Pure: a reply as rich renderables, as plain text, or as a picture."""

import re
from collections.abc import Iterable, Sequence
from io import StringIO

from rich import box
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from adapters.console.choices import Choice, numbered
from adapters.console.markup import to_rich, words
from bot.contract import Button, ButtonStyle, Card, Fact, Reply, markup

NARROWEST = 24
# A panel's border and padding, left and right.
FRAME = 4
GAP = "   "
STYLES = {
    ButtonStyle.PLAIN: "",
    ButtonStyle.PRIMARY: "bold",
    ButtonStyle.DANGER: "red",
}
FONT_FACE = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def render(reply: Reply, width: int, *, zone: str = "UTC", choices: bool = True) -> RenderableType:
    """A reply for a terminal `width` cells wide: text, then a panel per card, then buttons.

    Times are shown in `zone`. Without `choices` the numbered buttons are left out, for a place
    where nobody can press them. Never raises, whatever the text holds.
    """
    width = max(NARROWEST, width)
    numbers = numbered(reply)
    parts: list[RenderableType] = []
    if reply.header.strip():
        parts += [words(reply.header, "bold"), Text()]
    if reply.text.strip():
        parts += [to_rich(reply.text, zone), Text()]
    for card, own in zip(reply.cards, numbers.cards, strict=True):
        parts += [words(card.part, "bold")] if card.part.strip() else []
        parts += [_panel(card, own if choices else (), width, zone), Text()]
    if choices and numbers.own:
        parts += [*_flow(numbers.own, width), Text()]
    return Group(*parts[:-1])


def plain(reply: Reply, *, zone: str = "UTC", choices: bool = True) -> str:
    """What a screen reader says: the same words in the same order, without any drawing."""
    numbers = numbered(reply)
    parts = [markup.one_line(reply.header), markup.plain(reply.text, zone)]
    for card, own in zip(reply.cards, numbers.cards, strict=True):
        facts = "\n".join(_plain_fact(fact, zone) for fact in card.facts)
        parts.append(markup.one_line(card.part))
        parts.append(markup.one_line(card.title))
        parts.append(markup.plain(card.body, zone))
        parts += [markup.one_line(card.image.alt)] if card.image else []
        parts += [facts, markup.plain(card.small, zone), card.url]
        parts.append(_plain_choices(own) if choices else "")
    parts.append(_plain_choices(numbers.own) if choices else "")
    return "\n\n".join(part for part in parts if part)


def to_svg(
    reply: Reply,
    title: str,
    *,
    asked: str = "",
    width: int = 96,
    zone: str = "UTC",
    choices: bool = True,
) -> str:
    """A picture of a reply in a terminal window, under the line that `asked` for it.

    The same reply gives the same bytes, so that a committed picture changes only with its words.
    """
    console = Console(
        record=True,
        file=StringIO(),
        width=width,
        force_terminal=True,
        force_jupyter=False,
        color_system="truecolor",
        legacy_windows=False,
        no_color=False,
        highlight=False,
    )
    if asked:
        console.print(Text.assemble(("> ", "bold cyan"), words(asked, "bold")), Text(), sep="\n")
    console.print(render(reply, width, zone=zone, choices=choices))
    picture = console.export_svg(title=markup.one_line(title), unique_id="crosswalk")
    # The picture must not fetch a font from anywhere.
    return FONT_FACE.sub("", picture)


def _panel(card: Card, choices: Sequence[Choice], width: int, zone: str) -> Panel:
    parts: list[RenderableType] = [words(card.title, "bold")]
    if card.body.strip():
        parts += [Text(), to_rich(card.body, zone)]
    if card.image:
        parts += [Text(), words(card.image.alt, "italic")]
    if card.facts:
        parts += [Text(), _facts(card.facts, zone)]
    if card.small.strip():
        parts.append(to_rich(card.small, zone))
    if card.url:
        parts.append(words(card.url, "dim"))
    if choices:
        parts += [Text(), *_flow(choices, width - FRAME)]
    return Panel(Group(*parts), box=box.ROUNDED, border_style="dim", padding=(0, 1), width=width)


def _facts(facts: Iterable[Fact], zone: str) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", overflow="fold")
    table.add_column(overflow="fold", ratio=1)
    for fact in facts:
        table.add_row(words(fact.label), to_rich(fact.value, zone))
    return table


def _flow(choices: Sequence[Choice], width: int) -> list[Text]:
    """Choices side by side, broken between them rather than inside one."""
    lines: list[Text] = []
    for choice in choices:
        drawn = _choice(choice)
        if lines and lines[-1].cell_len + len(GAP) + drawn.cell_len <= width:
            lines[-1].append(GAP).append_text(drawn)
        else:
            lines.append(drawn)
    return lines


def _choice(choice: Choice) -> Text:
    target = choice.target
    style = STYLES[target.style] if isinstance(target, Button) else ""
    more = "" if isinstance(target, Button) else " ..."
    label = words(target.label, style)
    return Text.assemble((f"[{choice.number}]", "cyan"), " ", label, more, overflow="fold")


def _plain_choices(choices: Sequence[Choice]) -> str:
    return "\n".join(_choice(choice).plain for choice in choices)


def _plain_fact(fact: Fact, zone: str) -> str:
    return f"{markup.one_line(fact.label)}: {markup.plain(fact.value, zone)}"
