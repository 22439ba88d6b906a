"""What leaves for Discord: within its limits, and never a live mention or a foreign link."""

import re
from collections.abc import Iterator
from typing import Any

import discord
import pytest
from discord.http import handle_message_parameters
from hypothesis import Phase, given
from hypothesis import strategies as st

from adapters.discord import forms, payloads
from adapters.discord.custom_ids import LONGEST, packed, unpacked
from adapters.discord.markup import CUTTER, discord_markdown, literal
from adapters.discord.render import Rendered, elements, options, render, texts
from bot.contract import (
    Attachment,
    Button,
    ButtonStyle,
    Card,
    Fact,
    Field,
    FieldKind,
    Form,
    Image,
    Option,
    Reply,
    Select,
    markup,
)
from bot.contract.markup import escape
from tests.support.fake_discord.limits import check_message
from tests.support.fake_discord.official import CALLBACKS, MESSAGE, VARIABLE, document, judge
from tests.support.properties import slow

# Only when a reply of this size fails is it written out.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
MORE = "Not everything fits."
# Shrinking replies of this size takes minutes; the example as found says enough.
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
LIVE = re.compile(r"<@!?\d+>|<@&\d+>|<#\d+>|</[^>]+:\d+>|<a?:\w+:\d+>|<id:\w+>|@everyone|@here")
ANGLED = re.compile("<(?=[^\\s\u200b])[^<>]*>")
ALLOWED = re.compile(r"<t:\d+:F>|<https?://[^\s<>]+>")
MASKED = re.compile(r"(?<!\\)\[((?:\\.|[^\[\]\\])*)\]\(([^()]*)\)")
MENTIONS = ("@everyone", "@here", "<@1>", "<@!2>", "<@&3>", "<#4>", "</ask:5>", "<:a:6>", "<t:7:R>")
ADDRESSES = ("[x](javascript:alert(1))", "[https://bank.org](https://e.org)", "discord://x", "<x:")
LINKS = ("[a](https://e.org/?a=1&b=@everyone)", "https://e.org/a_b_c", "{time:1700000000}", "](")
SIGNS = ("**", "_", "> ", "- ", "# ", "-# ", "\n", "|", "||", "`", "```", "~~", "\\", "[", "]", "<")
NASTY = st.sampled_from((*MENTIONS, *ADDRESSES, *LINKS, *SIGNS))
TEXT = st.lists(st.one_of(NASTY, st.text(max_size=20)), max_size=6).map("".join)
LONG = st.builds(lambda text, times: text * times, TEXT, st.sampled_from((1, 1, 1, 90, 400)))
STYLE = st.sampled_from(ButtonStyle)
BUTTONS = st.lists(st.builds(Button, TEXT, TEXT, LONG, STYLE), max_size=2).map(
    lambda some: some * 3
)
OPTIONS = st.lists(st.builds(Option, TEXT, TEXT, TEXT), max_size=3).map(lambda some: some * 9)
SELECTS = st.lists(st.builds(Select, TEXT, TEXT, TEXT, OPTIONS), max_size=3)
# Fourteen times over, so that a value of a few thousand characters is long enough.
VALUE = st.builds(lambda text, times: text * times, TEXT, st.sampled_from((1, 1, 1, 60)))
FACTS = st.lists(st.builds(Fact, TEXT, VALUE), max_size=2).map(lambda some: some * 14)
IMAGE = st.none() | st.builds(Image, st.just(b"png"), TEXT)
URL = st.sampled_from(("", "https://example.org/a?b=@everyone", "javascript:alert(1)"))
CARD = st.builds(Card, TEXT, LONG, FACTS, BUTTONS, SELECTS, IMAGE, TEXT, URL, TEXT)
HELD = re.compile(r"attachment://([\w.-]+)")
CARDS = st.builds(lambda some, times: some * times, st.lists(CARD, max_size=3), st.integers(1, 4))
FIELD = st.builds(
    Field,
    st.uuids().map(str),
    TEXT,
    st.sampled_from(FieldKind),
    TEXT,
    OPTIONS,
    st.booleans(),
    LONG,
    st.integers(1, 9_000),
)
FORMS = st.builds(Form, TEXT, TEXT, TEXT, st.lists(FIELD, min_size=1, max_size=12), LONG)
FILES = st.sampled_from(((), (Attachment("brief.pdf", "application/pdf", b"%PDF"),)))
REPLIES = st.builds(
    Reply, LONG, CARDS, BUTTONS, st.none() | FORMS, files=FILES, header=st.just("") | TEXT
)


def shown(rendered: Rendered) -> Iterator[str]:
    """Every text in which Discord reads markdown."""
    return texts(rendered.parts)


def body(rendered: Rendered) -> dict[str, Any]:
    """The request as discord.py makes it."""
    told = payloads.arguments(rendered)
    with handle_message_parameters(nonce="n" * 24, **told) as made:
        return dict(made.payload or {})


def check_limits(rendered: Rendered) -> None:
    check_message({"components": rendered.parts, "flags": 1 << 15})
    for one in elements(rendered.parts):
        assert 0 < len(one["custom_id"]) <= 100
        assert 0 < len(one.get("label", "-")) <= 80
        assert one["type"] == 2 or one["options"]
    assert sorted(HELD.findall(str(rendered.parts))) == sorted(one.name for one in rendered.files)


def check_harmless(text: str) -> None:
    assert not LIVE.search(text)
    for angled in ANGLED.finditer(text):
        assert ALLOWED.fullmatch(angled.group()), angled.group()
    for link in MASKED.finditer(text):
        assert re.fullmatch(r"<https?://[^\s<>]+>", link.group(2)), link.group()
        assert "://" not in link.group(1)
    elsewhere = re.sub(r"https?://[^\s<>]+", "", text, flags=re.IGNORECASE)
    assert not re.search(r"\w://", elsewhere)


@slow(phases=QUICK)
@given(REPLIES)
def test_no_reply_goes_beyond_the_limits(reply: Reply) -> None:
    check_limits(render(reply, MORE))


@slow(phases=QUICK)
@given(REPLIES)
def test_nobody_is_mentioned_and_no_link_is_foreign(reply: Reply) -> None:
    for text in shown(render(reply, MORE)):
        check_harmless(text)


@pytest.mark.skipif(document() is None, reason=f"{VARIABLE} names no description of Discord's")
@slow(phases=QUICK)
@given(REPLIES)
def test_discords_own_description_takes_every_message(reply: Reply) -> None:
    judge(body(render(reply, MORE)), MESSAGE)


@slow(phases=QUICK)
@given(FORMS)
def test_every_page_of_a_form_is_within_the_limits(form: Form) -> None:
    seen = []
    for page, fields in enumerate(forms.pages(form)):
        seen += fields
        window = forms.modal(form, page)
        if window is None:
            assert forms.named(form, page) is None
            continue
        drawn = window.to_dict()
        assert len(drawn["title"]) <= 45
        assert len(drawn["custom_id"]) <= 100
        assert 1 <= len(drawn["components"]) <= 5
        judge({"type": 9, "data": drawn}, CALLBACKS[9])
    assert seen == list(form.fields)


@given(TEXT)
def test_somebodys_words_stay_words(text: str) -> None:
    drawn = discord_markdown(escape(text))
    check_harmless(drawn)
    plain = re.sub(r"<(https?://[^\s<>]+)>", r"\1", drawn, flags=re.IGNORECASE)
    bare = re.sub(r"\\([^A-Za-z0-9\s])", r"\1", plain).replace("\u200b", "")
    assert bare.replace("%40", "@") == markup.tidy(text).replace("\u200b", "")


@pytest.mark.parametrize(
    ("neutral", "drawn"),
    [
        ("**bold** and _slanted_", "**bold** and *slanted*"),
        ("> said\n> twice", "> said\n> twice"),
        ("- one\n- two", "- one\n- two"),
        ("{time:1700000000}", "<t:1700000000:F>"),
        ("[León](https://example.org/a)", "[León](<https://example.org/a>)"),
        ("[https://good.org](https://evil.org)", "<https://good.org> (<https://evil.org>)"),
        ("snake_case\\_name", "snake\\_case\\_name"),
        ("# no heading", "\\# no heading"),
        ("see https://example.org/a_b_c", "see <https://example.org/a_b_c>"),
        ("at https://example.org.", "at <https://example.org>."),
    ],
)
def test_markup_as_discord_shows_it(neutral: str, drawn: str) -> None:
    assert discord_markdown(neutral) == drawn


def test_a_long_text_is_shortened_and_says_what_is_missing() -> None:
    text = "\n\n".join(f"Paragraph {number} of many, in plain words." for number in range(250))
    drawn = list(texts(render(Reply(text), MORE).parts))
    assert drawn[0].startswith("Paragraph 0 ")
    assert drawn[0].endswith("…")
    assert drawn[-1] == MORE
    whole = list(texts(render(Reply(text[:3_000]), MORE).parts))
    assert " ".join(whole).split() == text[:3_000].split()


def test_what_belongs_to_the_whole_reply_has_precedence() -> None:
    cards = [Card(f"Case {n}", buttons=[Button("Helpful", "a", str(n))] * 3) for n in range(10)]
    drawn = render(Reply("Many.", cards, [Button("Share", "share", "9")]), MORE)
    labels = [one["label"] for one in elements(drawn.parts)]
    assert labels[-1] == "Share"
    assert list(texts(drawn.parts))[:2] == ["Many.", "**Case 0**"]
    assert list(texts(drawn.parts))[-1] == MORE


def test_a_card_s_only_button_stands_beside_its_words() -> None:
    card = Card("León", "A plan.", buttons=[Button("Read", "case.show", "7")], small="_2019_")
    (box,) = render(Reply("", [card], header="One case"), MORE).parts[1:]
    (section,) = box["components"]
    assert section["accessory"]["label"] == "Read"
    assert section["components"][0]["content"] == "**León**\nA plan.\n-# *2019*"


def test_a_title_leads_to_its_source_and_people_begin_a_part_of_their_own() -> None:
    cards = [Card("A plan", url="https://example.org/a"), Card("Lea", part="People to ask")]
    assert list(texts(render(Reply("Two.", cards), MORE).parts)) == [
        "Two.",
        "**[A plan](<https://example.org/a>)**",
        "### People to ask",
        "**Lea**",
    ]


def test_a_form_behind_a_message_is_opened_by_its_button() -> None:
    drawn = render(Reply("Please.", form=Form("Your name", "name.edit", "3")), MORE)
    (button,) = elements(drawn.parts)
    assert button["label"] == "Your name"
    assert unpacked(button["custom_id"]) == ("name.edit", "3")


@given(st.from_regex(r"[a-z]{1,12}\.[a-z]{1,12}", fullmatch=True), TEXT, st.integers(0, 24))
def test_an_identifier_comes_back(action: str, subject: str, number: int) -> None:
    carried = packed(action, subject, number)
    if carried is None:
        assert len(subject) > 50
    else:
        assert len(carried) <= LONGEST
        assert unpacked(carried) == (action, subject)


def test_a_long_subject_is_compressed_or_left_out() -> None:
    long = "topic:interoperability,country:MX," * 6
    carried = packed("ask.more", long)
    assert carried is not None
    assert unpacked(carried) == ("ask.more", long)
    assert packed("ask.more", "".join(map(chr, range(33, 300)))) is None
    drawn = render(Reply("x", buttons=[Button("No", "a", "".join(map(chr, range(33, 300))))]), MORE)
    assert list(elements(drawn.parts)) == []


@pytest.mark.parametrize("foreign", ["", "x", "|0|", "a|b|c", "a~0~!!!", "a~0~AAA", "~", "a~x~b"])
def test_what_is_none_of_ours_is_not_understood(foreign: str) -> None:
    assert unpacked(foreign) is None


@given(TEXT, st.integers(30, 200))
def test_pieces_lose_no_words_and_tear_no_links(text: str, limit: int) -> None:
    drawn = discord_markdown(f"[label](https://example.org/a) {escape(text)} {{time:1700000000}}")
    for piece in CUTTER.pieces(drawn, limit):
        assert len(piece) <= limit
        if limit > 60:
            check_harmless(piece)


def test_the_same_value_twice_is_one_option() -> None:
    assert len(options([Option("a", "x"), Option("b", "x")])) == 1


async def test_nothing_of_a_message_is_kept_by_the_library() -> None:
    drawn = render(Reply("x", buttons=[Button("Yes", "a", "1")]), MORE)
    view = payloads.arguments(drawn)["view"]
    assert isinstance(view, discord.ui.LayoutView)
    assert view.is_finished()


def test_a_sentence_below_each_field_where_a_page_is_full() -> None:
    fields = [Field(f"f{n}", f"Field {n}", hint=f"hint {n}") for n in range(5)]
    form = Form("Five", "five.save", "", fields, note="No personal data. It is public.")
    assert len(forms.pages(form)) == 1
    window = forms.modal(form, 0)
    assert window is not None
    drawn = window.to_dict()["components"]
    assert drawn[0]["description"] == "No personal data."
    assert drawn[0]["component"]["placeholder"] == "hint 0"
    assert drawn[1]["description"] == "It is public."
    assert drawn[2]["description"] == "hint 2"
    assert len(forms.pages(Form("Five", "a", "", fields, note="x" * 101))) == 2


def test_words_that_only_look_live() -> None:
    assert literal("a < b and c > d") == "a < b and c > d"
    assert "\u200b" in literal("mail @everyone")
