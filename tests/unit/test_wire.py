"""The contract as JSON and back: nothing changes on the way, and what cannot be read is refused."""

import json
from collections.abc import Callable
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contract import (
    FILES_LIMIT,
    Attachment,
    Audience,
    Button,
    ButtonStyle,
    Card,
    Completing,
    Fact,
    Field,
    FieldKind,
    Form,
    Image,
    Inbound,
    Opened,
    Option,
    Person,
    Place,
    PlaceKind,
    PlatformEvent,
    Pressed,
    Quoted,
    Receipt,
    Reply,
    Said,
    Select,
    Submitted,
)
from bot.i18n import Markup
from bot.messaging import serialization

# Halves of characters and NUL come from broken clients, and must not stop an act.
WORDS = st.text(st.characters(codec=None), max_size=12) | st.sampled_from(["", "\0", "\ud83d", "é"])
YES = st.booleans()


def several(of: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=3).map(tuple)


PERSONS = st.builds(Person, WORDS, WORDS, WORDS, WORDS, WORDS, WORDS, YES)
PLACES = st.builds(Place, WORDS, WORDS, WORDS, WORDS, st.sampled_from(PlaceKind), YES, YES)
HEAD = {"event_id": WORDS, "person": PERSONS, "place": PLACES, "in_place": YES}
VALUES = st.dictionaries(WORDS, WORDS | several(WORDS), max_size=3)
ACTS = st.one_of(
    st.builds(
        Said,
        **HEAD,
        text=WORDS,
        mentions=several(PERSONS),
        quoted=st.none() | st.builds(Quoted, WORDS, WORDS, WORDS, WORDS),
    ),
    st.builds(Pressed, **HEAD, action=WORDS, subject=WORDS, values=several(WORDS)),
    st.builds(Submitted, **HEAD, action=WORDS, subject=WORDS, values=VALUES),
)
OPTIONS = several(st.builds(Option, WORDS, WORDS))
BUTTONS = several(st.builds(Button, WORDS, WORDS, WORDS, st.sampled_from(ButtonStyle)))
CARDS = st.builds(
    Card,
    WORDS,
    WORDS,
    several(st.builds(Fact, WORDS, WORDS)),
    BUTTONS,
    several(st.builds(Select, WORDS, WORDS, WORDS, OPTIONS)),
    st.none() | st.builds(Image, st.binary(max_size=20), WORDS),
)
FIELDS = st.builds(
    Field,
    WORDS,
    WORDS,
    st.sampled_from(FieldKind),
    WORDS | several(WORDS),
    OPTIONS,
    YES,
    WORDS,
    st.integers(1, 5000),
)
REPLIES = st.builds(
    Reply,
    WORDS,
    several(CARDS),
    BUTTONS,
    st.none() | st.builds(Form, WORDS, WORDS, WORDS, several(FIELDS), WORDS),
    st.sampled_from(Audience),
    YES,
    YES,
    st.dictionaries(WORDS, WORDS, max_size=3),
    several(WORDS),
    several(st.builds(Attachment, WORDS, WORDS, st.binary(max_size=20))),
)
RECEIPTS = st.builds(Receipt, WORDS, WORDS, WORDS, WORDS)


@given(ACTS)
def test_an_act_comes_back_as_it_went(act: Said | Pressed | Submitted) -> None:
    text = serialization.act_to_json(act)
    assert serialization.act_from_json(text) == act
    assert text.isascii()
    assert "\0" not in text


@given(REPLIES)
def test_a_reply_comes_back_as_it_went(reply: Reply) -> None:
    assert serialization.reply_from_json(serialization.reply_to_json(reply)) == reply


@given(PLACES, RECEIPTS)
def test_a_place_and_a_receipt_come_back_as_they_went(place: Place, receipt: Receipt) -> None:
    assert serialization.place_from_json(serialization.place_to_json(place)) == place
    assert serialization.receipt_from_json(serialization.receipt_to_json(receipt)) == receipt


def test_markup_and_lists_are_kept_as_words_and_tuples() -> None:
    reply = Reply(Markup("**yes**"), cards=[Card(Markup("_title_"))], errors={"name": Markup("x")})
    back = serialization.reply_from_json(serialization.reply_to_json(reply))
    assert back == Reply("**yes**", cards=(Card("_title_"),), errors={"name": "x"})


def test_the_files_of_a_reply_have_a_limit_together() -> None:
    half = Attachment("a.bin", "application/octet-stream", bytes(FILES_LIMIT // 2))
    full = Reply("x", files=(half, half))
    assert serialization.reply_from_json(serialization.reply_to_json(full)) == full
    more = Attachment("b.bin", "application/octet-stream", b"x")
    with pytest.raises(ValueError, match="at most"):
        Reply("x", files=(half, half, more))


def test_every_act_is_kept_or_left_out_on_purpose() -> None:
    left_out = {Opened, Completing, PlatformEvent}
    assert set(serialization.ACTS.values()) | left_out == set(get_args(Inbound))


def test_rows_of_an_older_and_of_a_newer_version_are_read() -> None:
    person = {"platform": "chat", "workspace": "W", "user_id": "u", "name": "U"}
    place = {"platform": "chat", "workspace": "W", "channel": "c", "colour": "green"}
    row = {"kind": "said", "event_id": "1", "person": person, "place": place, "text": "hello"}
    act = serialization.act_from_json(json.dumps(row))
    assert act == Said(
        event_id="1",
        person=Person("chat", "W", "u", "U"),
        place=Place("chat", "W", "c"),
        text="hello",
    )
    assert act.in_place


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (serialization.act_from_json, ""),
        (serialization.act_from_json, "[]"),
        (serialization.act_from_json, '{"kind":"danced"}'),
        (serialization.act_from_json, '{"kind":"said","text":"no head"}'),
        (serialization.reply_from_json, '{"text":7}'),
        (serialization.reply_from_json, '{"text":"x","cards":"none"}'),
        (serialization.reply_from_json, '{"text":"x","audience":"WORLD"}'),
        (serialization.reply_from_json, '{"text":"x","errors":["y"]}'),
        (
            serialization.reply_from_json,
            '{"text":"x","cards":[{"title":"t","image":{"png":"?","alt":""}}]}',
        ),
        (serialization.place_from_json, "{}"),
        (serialization.receipt_from_json, "null"),
    ],
)
def test_what_cannot_be_read_is_refused(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(serialization.Unreadable):
        read(text)
