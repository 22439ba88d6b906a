"""A small bar chart of counts, as a picture with the words that stand for it. Pure."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from bot.contract import Image, markup
from bot.documents import typst

MOST_BARS = 12
LONGEST_LABEL = 60
PIXELS_PER_INCH = 144
"""At this the picture is 960 pixels wide, sharp on a phone and small to send."""


def bar_chart(title: str, counts: Sequence[tuple[str, int]], alt: str) -> Image:
    """Horizontal bars in the given order: labels on the left, numbers at their ends.

    `counts`: up to MOST_BARS labels with counts of 0 or more, plain text. `alt`: the sentence of
    the catalogues that says the same; the figures follow it, so that nobody needs the picture.
    A PNG, the same bytes for the same figures. Raises ValueError for no, too many or negative
    counts.
    """
    if not 1 <= len(counts) <= MOST_BARS or any(count < 0 for _, count in counts):
        raise ValueError(f"a chart has 1 to {MOST_BARS} bars, none below nought")
    longest = max(count for _, count in counts) or 1
    bars = [
        {"label": _drawn(label), "count": str(count), "share": count / longest}
        for label, count in counts
    ]
    data = {"title": _drawn(title), "bars": bars}
    figures = "; ".join(f"{markup.one_line(label)}: {count}" for label, count in counts)
    return Image(typst.png(_template(), data, PIXELS_PER_INCH), f"{alt} {figures}.")


def _drawn(text: str) -> str:
    line = markup.one_line(text)
    line = line if len(line) <= LONGEST_LABEL else f"{line[: LONGEST_LABEL - 1]}…"
    return typst.breakable(typst.showable(line))


@cache
def _template() -> str:
    return files("bot.documents").joinpath("chart.typ").read_text("utf-8")
