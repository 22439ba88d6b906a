"""What leaves for Slack: within its limits, and never a live mention or a foreign link."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import Phase, given
from hypothesis import strategies as st

from adapters.slack import forms, render
from adapters.slack.markup import CUTTER, mrkdwn
from adapters.slack.private_metadata import Carried, Origin, unpacked
from bot.contract import (
    Button,
    ButtonStyle,
    Card,
    Fact,
    Field,
    FieldKind,
    Form,
    Option,
    Reply,
    Select,
)
from bot.contract.markup import escape
from tests.support.properties import slow
from tests.support.scripted_terminal import SURFACE

ALLOWED = re.compile(
    r"<https?://[^\s<>|]+(?:\|[^<>]*)?>"
    r"|<!date\^\d+\^\{date_short_pretty\} \{time\}\|[^<>|]*>"
)
MORE = "Not everything fits."
# Shrinking replies of this size takes minutes; the example as found says enough.
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
MENTIONS = ("<!channel>", "<@U123>", "<#C1|x>", "<!subteam^S1>", "&lt;!here>")
ADDRESSES = ("<javascript:alert(1)|x>", "[x](javascript:alert(1))", "[x](https://e.org/a|b>)")
LINKS = ("[<!here>](https://e.org)", "[a](https://e.org/?a=1&b=<!here>)", "{time:1700000000}")
NASTY = st.sampled_from((*MENTIONS, *ADDRESSES, *LINKS, "**", "_", "> ", "- ", "\n", "|"))
TEXT = st.lists(st.one_of(NASTY, st.text(max_size=20)), max_size=6).map("".join)
LONG = st.builds(lambda text, times: text * times, TEXT, st.sampled_from((1, 1, 1, 90, 400)))
STYLE = st.sampled_from(ButtonStyle)
BUTTONS = st.lists(st.builds(Button, TEXT, TEXT, LONG, STYLE), max_size=4)
OPTIONS = st.lists(st.builds(Option, TEXT, TEXT, TEXT), max_size=3)
SELECTS = st.lists(st.builds(Select, TEXT, TEXT, TEXT, OPTIONS), max_size=2)
FACTS = st.lists(st.builds(Fact, TEXT, LONG), max_size=3)
URL = st.sampled_from(("", "https://e.org/a|b?c=<!here>", "javascript:alert(1)"))
CARD = st.builds(Card, TEXT, LONG, FACTS, BUTTONS, SELECTS, small=TEXT, url=URL, part=TEXT)
CARDS = st.lists(CARD, max_size=3)
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
FORMS = st.builds(Form, TEXT, TEXT, TEXT, st.lists(FIELD, max_size=3), LONG)
HEADER = st.just("") | TEXT
REPLIES = st.builds(Reply, LONG, CARDS, BUTTONS, st.none() | FORMS, header=HEADER)


def texts(value: Any) -> list[dict[str, Any]]:
    """Every text object somewhere in a payload."""
    if isinstance(value, list):
        return [found for each in value for found in texts(each)]
    if not isinstance(value, dict):
        return []
    own = [value] if value.get("type") in ("mrkdwn", "plain_text") else []
    return own + [found for each in value.values() for found in texts(each)]


def assert_harmless(mrkdwn_text: str) -> None:
    """What is left without our own links and moments opens nothing; `>` begins a quote only."""
    left = ALLOWED.sub("", mrkdwn_text)
    assert "<" not in left
    assert all(">" not in line.lstrip("• >") for line in left.split("\n"))


def assert_fits(blocks: list[dict[str, Any]], most: int) -> None:
    assert 1 <= len(blocks) <= most
    for block in blocks:
        kind = block["type"]
        if kind == "section" and "text" in block:
            assert 1 <= len(block["text"]["text"]) <= 3_000
        if kind == "section" and "fields" in block:
            assert 1 <= len(block["fields"]) <= 10
            assert all(1 <= len(one["text"]) <= 2_000 for one in block["fields"])
        if kind == "context":
            assert 1 <= len(block["elements"]) <= 10
            assert all(1 <= len(one["text"]) <= 2_000 for one in block["elements"])
        if kind == "actions":
            assert 1 <= len(block["elements"]) <= 25
            ids = [element["action_id"] for element in block["elements"]]
            assert len(set(ids)) == len(ids)
            for element in block["elements"]:
                assert_element(element)


def assert_element(element: dict[str, Any]) -> None:
    assert 1 <= len(element.get("action_id", "x")) <= 255
    if element["type"] == "button":
        assert 1 <= len(element["text"]["text"]) <= 75
        assert len(element.get("value", "")) <= 2_000
    elif "select" in element["type"]:
        assert 1 <= len(element["options"]) <= 100
        for option in element["options"]:
            assert 1 <= len(option["text"]["text"]) <= 75
            assert 1 <= len(option["value"]) <= 150


@slow(phases=QUICK)
@given(REPLIES)
def test_no_reply_goes_beyond_the_limits_or_pings_anybody(reply: Reply) -> None:
    whole = render.render(reply, MORE)
    for rendered in (whole, render.without_files(replace(whole, unattached="No <file> & none"))):
        assert_fits_a_message(rendered)


def assert_fits_a_message(rendered: render.Rendered) -> None:
    assert_fits(rendered.blocks, 50)
    assert 1 <= len(rendered.text) <= 40_000
    assert "<" not in rendered.text
    assert ">" not in rendered.text
    for found in texts(rendered.blocks):
        if found["type"] == "mrkdwn":
            assert found["verbatim"] is True
            assert_harmless(found["text"])


@slow(phases=QUICK)
@given(FORMS)
def test_no_form_goes_beyond_the_limits(form: Form) -> None:
    view = forms.form_view(form, Origin("C1", "", "https://hooks.slack.com/x"), SURFACE)
    assert 1 <= len(view["title"]["text"]) <= 24
    assert 1 <= len(view["submit"]["text"]) <= 24
    assert len(view["blocks"]) <= 100
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        assert 1 <= len(block["label"]["text"]) <= 2_000
        assert_element(block["element"])
        if block["element"]["type"] == "plain_text_input":
            assert 1 <= block["element"]["max_length"] <= 3_000
            value = block["element"].get("initial_value", "")
            assert len(value) <= block["element"]["max_length"]


@slow(phases=QUICK)
@given(LONG, st.integers(2_000, 3_000))
def test_pieces_tear_no_link_and_no_sign_apart(text: str, limit: int) -> None:
    cut = list(CUTTER.pieces(mrkdwn(text), limit))
    assert all(len(piece) <= limit for piece in cut)
    for piece in cut:
        assert re.search(r"&(?!(?:amp|lt|gt);)", ALLOWED.sub("", piece)) is None


def test_neutral_markup_becomes_mrkdwn() -> None:
    said = mrkdwn("**Two** cases, _both_ old.\n\n- one\n- [two](https://e.org/?a=1&b=2)\n\n> said")
    assert said.replace("\u200b", "") == (
        "*Two* cases, _both_ old.\n\n• one\n• <https://e.org/?a=1&amp;b=2|two>\n\n>said"
    )


def test_a_moment_is_shown_in_the_readers_time() -> None:
    assert mrkdwn("Until {time:1700000000}.") == (
        "Until <!date^1700000000^{date_short_pretty} {time}|2023-11-14 22:13 (UTC)>."
    )


@pytest.mark.parametrize("words", ["*bold*", "_slanted_", "~gone~", "`code`", ":tada:"])
def test_somebodys_signs_format_nothing(words: str) -> None:
    said = mrkdwn(escape(words))
    assert said.replace("\u200b", "") == words
    assert said != words


def test_a_quotation_mark_of_a_member_opens_no_quote() -> None:
    assert not mrkdwn("\\> not quoted").startswith((">", "&gt;"))


def test_the_text_says_what_the_cards_say() -> None:
    card = Card("León", "They **showed** value.", (Fact("Source", "[Study](https://e.org)"),))
    said = render.text(Reply("One case.", cards=(card,)))
    assert said == "One case.\n\nLeón\n\nThey showed value.\n\nSource: Study (https://e.org)"


def test_cards_without_room_are_left_out_with_a_line_and_the_buttons_stay() -> None:
    cards = [Card(f"Case {number}", "x" * 900) for number in range(60)]
    reply = Reply("Many.", cards=cards, buttons=(Button("Share", "share", "7"),))
    drawn = render.blocks(reply, MORE)
    assert drawn[-1]["elements"][0]["value"] == "7"
    assert drawn[-2]["elements"][0]["text"] == MORE
    assert "Case 40" in render.text(reply)


def test_many_buttons_and_options_are_carried_within_the_limits() -> None:
    buttons = [Button(f"b{number}" * 50, "act", "7") for number in range(60)]
    select = Select("s", "pick", "7", [Option(f"o{n}" * 60, str(n)) for n in range(150)])
    drawn = render.blocks(Reply("x", (Card("c", selects=(select,)),), buttons), MORE)
    assert_fits(drawn, 50)
    assert sum(len(block["elements"]) for block in drawn if block["type"] == "actions") == 61


def test_links_side_by_side_are_never_torn() -> None:
    drawn = render.blocks(Reply("[<!here>](https://e.org)" * 400), MORE)
    for found in texts(drawn):
        assert_harmless(found["text"])


def test_a_form_without_a_trigger_offers_a_button_that_brings_it() -> None:
    reply = Reply("Write it down.", form=Form("Ask", "ask.form", "7"))
    (button,) = render.blocks(reply, MORE)[-1]["elements"]
    assert (button["text"]["text"], button["action_id"], button["value"]) == (
        "Ask",
        "ask.form|0",
        "7",
    )


def test_a_select_carries_action_and_subject() -> None:
    select = Select("Topic", "case.topic", "42", (Option("Legal", "l"),))
    (block,) = render.actions((), (select,))
    assert block["elements"][0]["action_id"] == "case.topic|0|42"


def test_what_a_form_holds_is_read_back() -> None:
    view = {
        "blocks": [],
        "state": {
            "values": {
                "line": {"value": {"type": "plain_text_input", "value": None}},
                "one": {"value": {"type": "static_select", "selected_option": None}},
                "any": {
                    "value": {
                        "type": "multi_static_select",
                        "selected_options": [{"value": "es"}, {"value": "fr"}],
                    }
                },
            }
        },
    }
    assert forms.values(view) == {"line": "", "one": "", "any": ["es", "fr"]}


def test_errors_stand_beside_their_fields_and_none_is_lost() -> None:
    blocks = [{"type": "context"}, {"type": "input", "block_id": "title"}]
    errors = forms.field_errors({"blocks": blocks}, {"title": "Too **short**.", "gone": "Sorry."})
    assert errors == {"title": "Too short. Sorry."}


def test_a_view_carries_its_act_and_gives_the_address_up_first() -> None:
    carried = Carried("a", "7", Origin("C1", "1.2", "https://hooks.slack.com/x"))
    assert unpacked({"private_metadata": carried.packed()}) == carried
    long = Carried("a", "7", Origin("C1", "", "https://hooks.slack.com/" + "x" * 3_000))
    assert unpacked({"private_metadata": long.packed()}) == Carried("a", "7", Origin("C1"))
    assert unpacked({"private_metadata": "[1]"}) == unpacked({}) == Carried()


def test_a_late_refusal_keeps_what_was_typed() -> None:
    form = Form("Ask", "a", fields=(Field("title", "In one line", value="old"),))
    view = forms.form_view(form, Origin(), SURFACE)
    view["state"] = {"values": {"title": {"value": {"type": "plain_text_input", "value": "new"}}}}
    again = forms.again_view(view, {"title": "Too short."})
    assert again["blocks"][0]["elements"][0]["text"] == "Too short."
    assert again["blocks"][1]["element"]["initial_value"] == "new"
    assert "state" not in again
