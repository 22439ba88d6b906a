"""Replies in a terminal: everything visible, nothing interpreted, for any text."""

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from adapters.console.choices import numbered
from adapters.console.render import plain, render, to_svg
from adapters.console.screen import Screen
from bot.contract import Button, ButtonStyle, Card, Fact, Image, Option, Reply, Select

TEXT = st.text(st.one_of(st.sampled_from("*_[](){}<>-/\\ \n\x1b\x9b\u202eaשع統"), st.characters()))
BUTTONS = st.lists(
    st.builds(Button, TEXT, st.just("a"), TEXT, st.sampled_from(ButtonStyle)), max_size=3
)
SELECTS = st.lists(
    st.builds(
        Select, TEXT, st.just("s"), TEXT, st.lists(st.builds(Option, TEXT, TEXT), max_size=2)
    ),
    max_size=2,
)
IMAGES = st.one_of(st.none(), st.builds(Image, st.just(b""), TEXT))
CARDS = st.builds(
    Card, TEXT, TEXT, st.lists(st.builds(Fact, TEXT, TEXT), max_size=3), BUTTONS, SELECTS, IMAGES
)
REPLIES = st.builds(Reply, TEXT, st.lists(CARDS, max_size=3), BUTTONS)

CASE = Reply(
    "**Two** answers, [here](https://example.org/a).",
    cards=(
        Card("Title", "Body", (Fact("Source", "Office"), Fact("Age of it", "2022")),
             (Button("Helpful", "h"), Button("Save", "s")),
             (Select("Topic", "t", "", (Option("Legal", "l"),)),)),
        Card("Second", buttons=(Button("Helpful", "h", "2"),), image=Image(b"", "A chart")),
    ),
    buttons=(Button("Share", "share"),),
)  # fmt: skip


def drawn(reply: Reply, width: int = 80, *, colour: bool = False, choices: bool = True) -> str:
    console = Console(
        file=io.StringIO(), width=width, force_terminal=colour, legacy_windows=False,
        color_system="truecolor" if colour else None, _environ={},
    )  # fmt: skip
    with console.capture() as capture:
        console.print(render(reply, width, choices=choices))
    return capture.get()


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


class AsciiFile(io.TextIOWrapper):
    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="ascii")

    def text(self) -> str:
        self.seek(0)
        return self.read()


@given(REPLIES, st.integers(0, 120))
def test_any_reply_is_drawn_within_its_width_and_without_escapes(reply: Reply, width: int) -> None:
    shown = drawn(reply, max(width, 24))
    assert "\x1b" not in shown
    assert "\x9b" not in shown
    assert "\u202e" not in shown
    assert all(cell_len(line) <= max(width, 24) for line in shown.split("\n"))
    shown.encode()
    assert "\x1b" not in plain(reply)


@given(REPLIES)
def test_in_colour_only_the_renderer_writes_escapes(reply: Reply) -> None:
    ours = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;(?:id=\d+;https?://[^\x1b]*|;)\x1b\\")
    assert "\x1b" not in ours.sub("", drawn(reply, colour=True))


@given(REPLIES)
def test_every_number_stands_for_one_choice(reply: Reply) -> None:
    numbers = numbered(reply)
    wanted = [one for card in reply.cards for one in (*card.buttons, *card.selects)]
    wanted += reply.buttons
    assert [numbers.find(f" {at + 1} ") for at in range(len(wanted))] == wanted
    for nothing in ("0", str(len(wanted) + 1), "1.", "one", "-1", "", "²", "٣", "9" * 5000):
        assert numbers.find(nothing) is None


def test_a_case_as_it_looks() -> None:
    assert drawn(CASE, 44) == (
        "Two answers, here (https://example.org/a).\n"
        "\n"
        "╭──────────────────────────────────────────╮\n"
        "│ Title                                    │\n"
        "│                                          │\n"
        "│ Body                                     │\n"
        "│                                          │\n"
        "│ Source     Office                        │\n"
        "│ Age of it  2022                          │\n"
        "│                                          │\n"
        "│ [1] Helpful   [2] Save   [3] Topic ...   │\n"
        "╰──────────────────────────────────────────╯\n"
        "\n"
        "╭──────────────────────────────────────────╮\n"
        "│ Second                                   │\n"
        "│                                          │\n"
        "│ A chart                                  │\n"
        "│                                          │\n"
        "│ [4] Helpful                              │\n"
        "╰──────────────────────────────────────────╯\n"
        "\n"
        "[5] Share\n"
    )


def test_without_anybody_to_press_there_are_no_numbers() -> None:
    assert "[1]" not in drawn(CASE, choices=False)
    assert "[1]" not in plain(CASE, choices=False)
    assert "[1]" not in to_svg(CASE, "Crosswalk", choices=False)


def test_plain_text_says_everything_in_order() -> None:
    words = ["Two answers, here (https://example.org/a).", "Title", "Body", "Source: Office",
             "Age of it: 2022", "[1] Helpful", "[3] Topic", "Second", "A chart",
             "[5] Share"]  # fmt: skip
    said = plain(CASE)
    places = [said.index(word) for word in words]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "words", ["[red]x[/red]", "[link=https://x.y]x[/link]", ":smile:", "[/]", "[bold"]
)
def test_rich_markup_in_somebodys_words_is_only_words(words: str) -> None:
    reply = Reply(words.replace("[", "\\["), cards=(Card(words, buttons=(Button(words, "a"),)),))
    assert drawn(reply).count(words) == 3


def test_links_are_addresses_for_all_and_hyperlinks_for_terminals() -> None:
    reply = Reply("[here](https://example.org/a) and [there](ftp://example.org)")
    assert "here (https://example.org/a) and [there](ftp://example.org)" in drawn(reply)
    coloured = drawn(reply, colour=True)
    assert re.search(r"\x1b\]8;id=\d+;https://example\.org/a\x1b\\", coloured)
    assert ";ftp:" not in coloured


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "ا" * 50_000, "統" * 50_000, "word " * 10_000, "x" * 50_000]
)
def test_empty_and_endless_replies(text: str) -> None:
    shown = drawn(Reply(text, cards=(Card(text, text),)))
    assert len("".join(shown.split())) >= len("".join(text.split()))


def test_colours_only_at_a_terminal_that_wants_them() -> None:
    for stream, environ, styled in (
        (Tty(), {"TERM": "xterm-256color"}, True),
        (Tty(), {"TERM": "xterm-256color", "NO_COLOR": "1"}, False),
        (Tty(), {"TERM": "dumb"}, False),
        (io.StringIO(), {"TERM": "xterm-256color", "FORCE_COLOR": "1"}, False),
    ):
        Screen(stream, "UTC", environ).reply(CASE)
        assert ("\x1b" in stream.getvalue()) is styled
        assert "[5] Share" in re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue())


def test_a_dumb_terminal_gets_lines_without_drawing() -> None:
    stream = Tty()
    Screen(stream, "UTC", {"TERM": "dumb"}).reply(CASE)
    assert stream.getvalue().strip() == plain(CASE)


def test_an_encoding_without_boxes_gets_ascii() -> None:
    stream = AsciiFile()
    Screen(stream, "UTC", {}).reply(Reply("> León\n\n- item", cards=(Card("統計"),)))
    assert stream.text().splitlines()[:5] == ["| Le?n", "", "- item", "", "+" + "-" * 78 + "+"]


def test_the_picture_is_the_same_each_time_and_fetches_nothing() -> None:
    picture = to_svg(CASE, "Crosswalk <&>", asked="¿Qué?")
    assert picture == to_svg(CASE, "Crosswalk <&>", asked="¿Qué?")
    assert "Crosswalk&#160;&lt;&amp;&gt;" in picture
    assert "¿Qué?" in picture
    assert "url(http" not in picture.replace('"', "")
    assert "@font-face" not in picture
