"""Slack's payloads as acts: one act, one key."""

from typing import Any

import pytest

from adapters.slack import inbound
from adapters.slack.inbound import Identity, Room
from adapters.slack.private_metadata import Carried, Origin
from bot.contract import Person, PlaceKind, Pressed, Said

BOT = Identity("T1", "UBOT", "B1")
ANA = Person("slack", "T1", "U1", "Ana", "es-MX", "America/Mexico_City")
OPEN = Room(private=False)


def event(text: str = "<@UBOT> who?", **facts: Any) -> dict[str, Any]:
    return {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "1.5", "text": text} | facts


def test_a_mention_and_its_message_have_one_key() -> None:
    one = inbound.message(event(), ANA, BOT, OPEN)
    two = inbound.message(event(type="message", channel_type="channel"), ANA, BOT, OPEN)
    assert one == two
    assert one.event_id == "message:T1:C1:1.5"
    assert (one.text, one.in_place) == ("who?", False)
    assert (one.place.kind, one.place.thread, one.place.private) == (
        PlaceKind.CHANNEL,
        "1.5",
        False,
    )


def test_a_mention_in_a_thread_stays_in_it() -> None:
    said = inbound.message(event(thread_ts="1.0"), ANA, BOT, OPEN)
    assert (said.place.kind, said.place.thread) == (PlaceKind.THREAD, "1.0")


def test_a_direct_message_needs_no_mention_and_goes_to_the_person() -> None:
    direct = event("hello", type="message", channel="D1", channel_type="im")
    assert inbound.spoken_to(direct, BOT)
    place = inbound.message(direct, ANA, BOT, Room()).place
    assert (place.kind, place.channel, place.thread) == (PlaceKind.DIRECT, "U1", "")


@pytest.mark.parametrize(
    "facts",
    [
        {"text": "no mention"},
        {"text": "<@UBOTHER> you"},
        {"bot_id": "B9"},
        {"user": "UBOT"},
        {"user": None},
        {"subtype": "message_changed"},
        {"subtype": "bot_message"},
        {"edited": {"ts": "2"}},
        {"hidden": True},
    ],
)
def test_what_is_no_new_word_of_a_person_to_the_bot_is_left_alone(facts: dict[str, Any]) -> None:
    assert not inbound.spoken_to(event(**facts), BOT)


def test_slacks_markup_becomes_the_words_that_were_typed() -> None:
    said = inbound.message(
        event(
            "<@UBOT|x> a &lt; b &amp;&amp; <@U2|luis> in <#C2|data> <https://e.org|e.org> <!here>"
        ),
        ANA,
        BOT,
        OPEN,
    )
    assert said.text == "a < b && @luis in #data e.org @here"
    assert [person.user_id for person in said.mentions] == ["U2"]


@pytest.mark.parametrize(
    ("command", "text", "said"),
    [
        ("/crosswalk", "expert address registers", "expert address registers"),
        ("/crosswalk", "", ""),
        ("/ask", "who?", "ask who?"),
        ("/case", "42", "case 42"),
        ("/crosswalk-ask", "who?", "ask who?"),
    ],
)
def test_short_forms_are_verbs(command: str, text: str, said: str) -> None:
    body = {"command": command, "text": text, "trigger_id": "7.8", "channel_id": "C1"}
    act = inbound.command(body, ANA, BOT, OPEN)
    assert (act.text, act.event_id, act.in_place) == (said, "command:7.8", True)


def press(**element: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "container": {"type": "message", "message_ts": "3.1", "channel_id": "C1"},
        "message": {"ts": "3.1", "thread_ts": "3.0"},
        "response_url": "https://hooks.slack.com/r",
        "actions": [{"action_ts": "9.9"} | element],
    }


def test_a_press_brings_action_and_subject_back() -> None:
    body = press(action_id="case.show|2", value="42")
    act = inbound.pressed(body, ANA, BOT, OPEN)
    assert isinstance(act, Pressed)
    assert (act.action, act.subject, act.values) == ("case.show", "42", ())
    assert act.event_id == "press:T1:U1:3.1:case.show|2:9.9"
    assert (act.place.kind, act.place.thread) == (PlaceKind.THREAD, "3.0")
    assert inbound.origin(body) == Origin("C1", "3.0", "https://hooks.slack.com/r")


def test_a_choice_brings_its_value_and_a_subject_with_any_sign() -> None:
    body = press(action_id="case.topic|0|4|2", selected_option={"value": "legal"})
    act = inbound.pressed(body, ANA, BOT, OPEN)
    assert isinstance(act, Pressed)
    assert (act.action, act.subject, act.values) == ("case.topic", "4|2", ("legal",))


def test_a_press_on_something_foreign_is_nothing() -> None:
    assert inbound.pressed(press(action_id="other"), ANA, BOT, OPEN) is None


def submission(title: str) -> dict[str, Any]:
    return {
        "user": {"id": "U1"},
        "view": {
            "id": "V1",
            "hash": "h1",
            "private_metadata": Carried("ask.form", "7", Origin("C1")).packed(),
            "state": {"values": {"title": {"value": {"type": "plain_text_input", "value": title}}}},
        },
    }


def test_a_corrected_form_is_another_act_and_a_redelivered_one_is_not() -> None:
    first = inbound.submitted(submission("a"), ANA, BOT, OPEN)
    again = inbound.submitted(submission("a"), ANA, BOT, OPEN)
    other = inbound.submitted(submission("b"), ANA, BOT, OPEN)
    assert first
    assert again
    assert other
    assert first.event_id == again.event_id != other.event_id
    assert first.event_id.startswith("view:V1:h1")
    assert (first.action, first.subject, first.values) == ("ask.form", "7", {"title": "a"})
    assert first.place.channel == "C1"


def test_a_foreign_view_is_nothing() -> None:
    body = submission("a")
    body["view"]["private_metadata"] = "{}"
    assert inbound.submitted(body, ANA, BOT, OPEN) is None


def shortcut(callback: str) -> dict[str, Any]:
    return {
        "callback_id": callback,
        "action_ts": "5.5",
        "channel": {"id": "C1"},
        "message": {"ts": "1700000000.1", "user": "U2", "text": "Who shares &amp; how?"},
    }


def test_a_message_shortcut_quotes_the_message() -> None:
    act = inbound.shortcut(shortcut(inbound.ASK), ANA, BOT, OPEN, "https://e.slack.com/p1")
    assert isinstance(act, Said)
    assert act.text == ""
    assert act.quoted
    assert (act.quoted.text, act.quoted.author, act.quoted.date, act.quoted.permalink) == (
        "Who shares & how?",
        "U2",
        "2023-11-14",
        "https://e.slack.com/p1",
    )


def test_the_shortcut_of_the_search_bar_brings_the_form() -> None:
    body = {"callback_id": inbound.ASK_FORM, "action_ts": "5.5"}
    act = inbound.shortcut(body, ANA, BOT, Room())
    assert isinstance(act, Pressed)
    assert act.action == "ask.form"
    assert act.place.kind is PlaceKind.DIRECT


def test_a_foreign_shortcut_is_nothing() -> None:
    assert inbound.shortcut(shortcut("other"), ANA, BOT, OPEN) is None
