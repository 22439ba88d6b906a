"""Text to intent: commands, questions that look like commands, and nonsense."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands import QUESTION_LIMIT, Command, Grammar, Group
from tests.support.grammar import COMMANDS, GRAMMAR, parse


@pytest.mark.parametrize(
    ("text", "verb", "subject", "words"),
    [
        ("case 42", "case", "42", ""),
        ("/case #42", "case", "42", ""),
        ("cases", "cases", "", ""),
        ("cases legal", "cases", "", "legal"),
        ("expert address registers", "expert", "", "address registers"),
        ('offer "open data licensing"', "offer", "", "open data licensing"),
        ("offer «open data»", "offer", "", "open data"),
        ("offer remove 2", "offer", "remove", "2"),
        ("capacity 2/week", "capacity", "2", ""),
        ("languages es,fr", "languages", "", "es,fr"),
        ("hours 9-17 America/Mexico_City", "hours", "", "9-17 America/Mexico_City"),
        ("consent be_named yes", "consent", "be_named", "yes"),
        ("consent be_named:no", "consent", "be_named", "no"),
        ("data erase", "data", "erase", ""),
        ("claim ABCD-EFGH", "claim", "", "ABCD-EFGH"),
        ("questions 17 edit How do we price data?", "questions", "17", "How do we price data?"),
        ("withdraw 17", "withdraw", "17", ""),
        ("resolve #17", "resolve", "17", ""),
        ("snooze until 2027-01-10", "snooze", "", "2027-01-10"),
        ("snooze jusqu’au 2027-1-9", "snooze", "", "2027-1-9"),
        ("snooze off", "snooze", "off", ""),
        ("home", "home", "", ""),
        ("ayuda", "help", "", ""),
        ("help offer", "help", "offer", ""),
    ],
)
def test_a_verb_with_the_right_shape_is_a_command(
    text: str, verb: str, subject: str, words: str
) -> None:
    intent = parse(text)
    assert (intent.verb, intent.object, intent.text) == (verb, subject, words)


@pytest.mark.parametrize(
    "text",
    [
        "data from sensors: who may see it?",
        "need help with address registers",
        "case studies about scanner data?",
        "offer of help from the statistics office, how do we answer it?",
        "languages in open data portals",
        "hours of work lost to bad data",
        "questions about consent?",
        "help us convince the mayor",
        "claim that open data pays off: any evidence?",
        "join tables from two offices without a common key",
        "cases of refusal: what did others do?",
        "status of the census in Chile",
        "home addresses in the register: who keeps them?",
        "resolve conflicts between two registers, how?",
        "snooze until when is allowed?",
        "capacity building for data teams",
        "stop words in Spanish: which list do you use?",
        "pair programming: does it help analysts?",
        "hours of work",
    ],
)
def test_a_question_that_starts_like_a_command_stays_a_question(text: str) -> None:
    intent = parse(text)
    assert intent.verb == "ask"
    assert intent.text == text


@pytest.mark.parametrize(
    ("text", "verbs"),
    [
        ("pair pause", ["pair"]),
        ("pair skip next week", ["pair"]),
        ("snooze 2 weeks", ["snooze"]),
        ("Snooze for two weeks.", ["snooze"]),
        ("capacity at most 2", ["capacity"]),
        ("offer open data licensing", ["offer"]),
        ("need scanner data", ["need"]),
        ("stop", ["snooze", "leave"]),
        ("unsubscribe", ["snooze", "leave"]),
        ("pausa", ["snooze"]),
        ("baja", ["snooze", "leave"]),
        ("delete my data", ["data"]),
        ("borrar mis datos", ["data"]),
    ],
)
def test_an_order_that_is_nearly_right_gets_what_the_word_can_do(
    text: str, verbs: list[str]
) -> None:
    intent = parse(text)
    assert (intent.verb, intent.nearly) == ("help", True)
    assert [each.name for each in GRAMMAR.meant(intent.text)] == verbs
    assert not GRAMMAR.is_for_the_bot(text), "beside a conversation it may be for somebody"


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("hours 8:30-16:30 Europe/Paris", "hours"),
        ("hours 9am-5pm", "hours"),
        ("languages English, French", "languages"),
        ("languages English and French", "languages"),
        ("languages en/fr", "languages"),
        ("capacity 2 per week", "capacity"),
        ("help?", "help"),
        ("questions?", "questions"),
    ],
)
def test_an_order_in_other_words_is_carried_out(text: str, verb: str) -> None:
    intent = parse(text)
    assert (intent.verb, intent.nearly) == (verb, False)


def test_options_are_taken_out_of_a_question() -> None:
    intent = parse("ask How do cities share sensor data? topic:interoperability country:MX public")
    assert intent.text == "How do cities share sensor data?"
    assert intent.options == {"topic": "interoperability", "country": "MX"}
    assert intent.public is True


def test_an_address_and_a_clock_time_are_no_options() -> None:
    text = "Is https://example.org/topic:x still right at 10:30?"
    intent = parse(text)
    assert intent.text == text
    assert not intent.options


@pytest.mark.parametrize(
    "text", ["Should this data be public", "Which data are private", "¿Qué es dato público"]
)
def test_the_word_public_at_the_end_of_a_sentence_is_no_order(text: str) -> None:
    intent = parse(text)
    assert intent.public is None
    assert intent.text == text


def test_a_near_miss_is_asked_and_suggested() -> None:
    assert parse("profle").suggestion == "profile"
    assert parse("qestions").suggestion == "questions"
    assert parse("sensors").suggestion == ""


def test_no_word_stands_for_two_commands() -> None:
    queue, other = (Command(name, Group.BOT, "", words=("line",)) for name in ("queue", "draft"))
    with pytest.raises(ValueError, match="line"):
        Grammar([queue, other])


@given(st.text(max_size=300))
def test_any_text_is_understood_as_something(text: str) -> None:
    intent = parse(text)
    assert intent.verb in {each.name for each in COMMANDS}


def test_a_very_long_text_stays_recognisably_too_long() -> None:
    assert len(parse("word " * 20_000).text) > QUESTION_LIMIT - 5


@pytest.mark.parametrize(
    "text",
    [
        "Experts say open data costs too much, is it true?",
        "casos exitosos de intercambio",
        "cas pratiques",
        "cases covid",
        "language models in statistics offices",
        "data export formats",
        "expert opinions on scanner data: are they any good?",
    ],
)
def test_a_verb_with_other_words_behind_it_is_a_question(text: str) -> None:
    assert parse(text).verb == "ask"


@pytest.mark.parametrize("text", ["Hola", "bonjour!", "Hello,", "ayuda"])
def test_a_greeting_gets_the_help(text: str) -> None:
    assert parse(text).verb == "help"
