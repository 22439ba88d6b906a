"""The chart: a PNG whose bars are as long as the counts, and words that say the same."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents.chart import MOST_BARS, PIXELS_PER_INCH, bar_chart
from tests.support.properties import slow

BLUE = bytes((0x2F, 0x66, 0x90))


def pixels(png: bytes) -> list[bytes]:
    """The rows of an 8-bit RGB or RGBA picture without interlacing, as RGB."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, packed, width, channels = 8, b"", 0, 0
    while at < len(png):
        size, kind = int.from_bytes(png[at : at + 4]), png[at + 4 : at + 8]
        chunk = png[at + 8 : at + 8 + size]
        if kind == b"IHDR":
            width, channels = int.from_bytes(chunk[:4]), {2: 3, 6: 4}[chunk[9]]
            assert (chunk[8], chunk[12]) == (8, 0)
        packed += chunk if kind == b"IDAT" else b""
        at += size + 12
    data, stride = zlib.decompress(packed), width * channels
    rows, above = [], bytes(stride)
    for start in range(0, len(data), stride + 1):
        above = _row(data[start], data[start + 1 : start + 1 + stride], above, channels)
        rows.append(
            b"".join(above[i : i + 3] for i in range(0, stride, channels))
            if channels == 4
            else above
        )
    return rows


def _row(kind: int, raw: bytes, above: bytes, channels: int) -> bytes:
    """One row after its filter (PNG specification, section 9)."""
    row = bytearray(raw)
    for i in range(len(row)):
        left = row[i - channels] if i >= channels else 0
        corner = above[i - channels] if i >= channels else 0
        guess = left + above[i] - corner
        near = min((left, above[i], corner), key=lambda each: abs(guess - each))
        row[i] = (row[i] + (0, left, above[i], (left + above[i]) // 2, near)[kind]) % 256
    return bytes(row)


def bars(png: bytes) -> list[int]:
    """How many pixels long each bar is, from above."""
    lengths = [sum(row[i : i + 3] == BLUE for i in range(0, len(row), 3)) for row in pixels(png)]
    found: list[int] = []
    inside = False
    for length in lengths:
        # A pixel of another thing of this colour is no bar.
        if length and not inside:
            found.append(0)
        inside = bool(length)
        if inside:
            found[-1] = max(found[-1], length)
    return found


def test_bars_are_as_long_as_the_counts() -> None:
    image = bar_chart("Round 3", [("met", 9), ("not yet", 3), ("both", 6)], "Nine pairs met.")
    first, second, third = bars(image.png)
    assert second / first == pytest.approx(1 / 3, abs=0.02)
    assert third / first == pytest.approx(2 / 3, abs=0.02)


def test_the_words_say_all_the_figures() -> None:
    image = bar_chart("Round 3", [("met", 9), ("not\nyet", 0)], "Nine pairs met.")
    assert image.alt == "Nine pairs met. met: 9; not yet: 0."


def test_the_same_figures_give_the_same_picture() -> None:
    one, other = (bar_chart("León", [("é", 1)], "x") for _ in range(2))
    assert one == other
    width = int.from_bytes(one.png[16:20])
    assert width == 480 * PIXELS_PER_INCH // 72


@slow()
@given(
    st.text(max_size=80),
    st.lists(st.tuples(st.text(max_size=90), st.integers(0, 10**7)), min_size=1, max_size=12),
)
def test_any_labels_and_counts_can_be_drawn(title: str, counts: list[tuple[str, int]]) -> None:
    image = bar_chart(title, counts, "x")
    assert image.png.startswith(b"\x89PNG")
    assert len(image.png) < 200_000


@pytest.mark.parametrize("counts", [[], [("a", -1)], [("a", 1)] * (MOST_BARS + 1)])
def test_no_too_many_or_negative_counts_are_refused(counts: list[tuple[str, int]]) -> None:
    with pytest.raises(ValueError, match="bars"):
        bar_chart("x", counts, "x")
