"""The neutral markup: what it means, and what nobody's words can make it mean."""

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contract import markup
from bot.contract.markup import Block, Bullets, Paragraph, Quote, Span

# Whole Unicode, with the characters that mean something far more often than by chance.
ANY_TEXT = st.text(
    st.one_of(st.sampled_from("*_[](){}<>`~#-+.!\\|&:/ \n\t\r\x1b\u202e19a"), st.characters())
)
PIECES = st.lists(
    st.sampled_from(
        [
            "**",
            "_",
            "> ",
            "- ",
            "[a](https://x.org)",
            "{time:12}",
            "\n",
            "\n\n",
            "a",
            " ",
            "\\",
            "1. ",
        ]
    )
).map("".join)


def spans(blocks: tuple[Block, ...]) -> Iterator[Span]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from block.spans
        elif isinstance(block, Quote):
            yield from spans(block.blocks)
        else:
            for item in block.items:
                yield from spans(item)


def test_the_whole_subset() -> None:
    text = "**b** _i_ **_both_** [l](https://x.org/a) {time:7}\nnext\n\n> said\n\n- one\n- two"
    assert markup.parse(text) == (
        Paragraph(
            (
                Span("b", bold=True),
                Span(" "),
                Span("i", italic=True),
                Span(" "),
                Span("both", bold=True, italic=True),
                Span(" "),
                Span("l", address="https://x.org/a"),
                Span(" "),
                Span("", moment=7),
                Span("\nnext"),
            )
        ),
        Quote((Paragraph((Span("said"),)),)),
        Bullets(((Paragraph((Span("one"),)),), (Paragraph((Span("two"),)),))),
    )


@pytest.mark.parametrize("text", [
    "# no heading", "![no](ftp://image)", "<b>no html</b>", "&amp;", "`no code`", "https://no.autolink",
    "1. no numbered list", "2019. A year", "    no code block", "---", "[x](javascript:alert(1))",
    "[x](data:text/html,1)", "[x](//host)", "[x](https://bank.org@evil.org)", "[x](https://[::1)",
    "{time:}", "{time:-1}", "{time:99999999999}", "@everyone <!channel>", "| a | b |\n|---|---|",
    "~~no~~",
])  # fmt: skip
def test_everything_else_is_text(text: str) -> None:
    assert markup.parse(text) == (Paragraph((Span(text.strip()),)),)


@given(ANY_TEXT)
def test_an_escaped_text_parses_to_itself(text: str) -> None:
    assert markup.plain(markup.escape(text)) == markup.tidy(text)


@given(ANY_TEXT)
def test_an_escaped_text_has_no_style_wherever_it_stands(text: str) -> None:
    escaped = markup.escape(text)
    for embedded in (escaped, f"said: {escaped}", f"> {escaped}", f"- {escaped}"):
        for span in spans(markup.parse(embedded)):
            assert span == Span(span.text)
    for block in markup.parse(escaped):
        assert isinstance(block, Paragraph)


@given(ANY_TEXT)
def test_an_escaped_label_cannot_change_its_links_address(text: str) -> None:
    label = markup.one_line(text)
    parsed = tuple(spans(markup.parse(f"a [{markup.escape(label)}](https://x.org) z")))
    if label:
        assert [span.address for span in parsed] == ["", "https://x.org", ""]
        assert parsed[1].text == label


@given(st.one_of(ANY_TEXT, PIECES))
def test_any_text_parses_without_harmful_characters(text: str) -> None:
    said = markup.plain(text)
    assert not set(said) & {*map(chr, range(32)), "\x7f", "\x9b", "\u202e", "\u2066"} - {"\n"}
    assert all(
        span.address == "" or markup.is_link(span.address) for span in spans(markup.parse(text))
    )
    said.encode()


@given(st.integers(1, 60), st.sampled_from(["> ", ">", "- ", "  - ", "+ "]))
def test_deep_nesting_loses_no_words(depth: int, marker: str) -> None:
    assert "treasure" in markup.plain(marker * depth + "treasure")
    stairs = "\n".join("  " * step + "- treasure" for step in range(depth))
    assert markup.plain(stairs).count("treasure") == depth


@pytest.mark.parametrize(
    "piece", ["[", "](", "*a_ ", "_", "**", ">", "> ", "- ", "\\", "{", "a\n", "[a](b", " "]
)
def test_fifty_thousand_characters_take_a_moment(piece: str) -> None:
    text = (piece * 50_000)[:50_000]
    started = time.process_time()
    markup.parse(text)
    # About a tenth to half a second here; the guard is against the square of the length.
    assert time.process_time() - started < 5


def test_plain_text_shows_addresses_and_the_readers_time() -> None:
    text = "[Case](https://x.org) at {time:1700000000}\n> a\n> b\n\n- one\n  more\n- two"
    assert markup.plain(text, "America/Mexico_City") == (
        "Case (https://x.org) at 2023-11-14 16:13 (America/Mexico_City)\n\n"
        "> a\n> b\n\n- one\n  more\n- two"
    )


@pytest.mark.parametrize(
    "zone", ["", "Nowhere/Land", "../etc/passwd", "/etc/passwd", "x" * 5000, "\x00"]
)
def test_an_unknown_zone_is_read_as_utc(zone: str) -> None:
    assert markup.moment(0, zone) == "1970-01-01 00:00 (UTC)"


def test_marks_that_scripts_need_survive() -> None:
    text = "שלום\u200f 👩\u200d💻 می\u200cخواهم"
    assert markup.tidy(text) == text
