"""The catalogues hold every sentence of the code, translated, with the same facts in it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message

from bot.features.help import replies as help_replies
from bot.i18n import LANGUAGES, LOCALES, SOURCE_LANGUAGE, words
from knowledge.text.stopwords import STOP_WORDS
from tests.support import catalogues
from tests.support.grammar import GRAMMAR, some

TRANSLATED = catalogues.translated()
LONGEST_NAME = 40
"""Names, numbers and placeholders may well be the same."""
CALLS = re.compile(r"\*\*|_\{|\}_|\[|\]\(")


@pytest.fixture(scope="module")
def said() -> Catalog:
    """Every sentence that the code can say."""
    return catalogues.sentences()


def forms(message: Message) -> Iterator[tuple[str, str]]:
    """(original, translation) of a message, once per plural form."""
    if isinstance(message.id, tuple | list):
        one, many = message.id
        strings = message.string if isinstance(message.string, tuple | list) else ()
        for number, string in enumerate(strings):
            yield (one if number == 0 else many), string
    else:
        yield str(message.id), str(message.string or "")


def facts(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def test_a_language_is_a_folder_and_its_stop_words() -> None:
    folders = {each.name for each in LOCALES.iterdir() if each.is_dir()}
    assert set(LANGUAGES) == {SOURCE_LANGUAGE, *folders}
    assert set(TRANSLATED) == folders >= {"es", "fr"}
    assert set(LANGUAGES) <= STOP_WORDS.keys()


def test_no_sentence_is_the_same_in_two_languages() -> None:
    spoken = {
        language: {entry.id: entry.string for entry in catalogues.read(language) if entry.id}
        for language in TRANSLATED
    }
    one, *others = spoken.values()
    for other in others:
        same = [text for key, text in one.items() if other.get(key) == text]
        assert [text for text in same if len(str(text)) > LONGEST_NAME] == []


def test_a_word_of_two_meanings_is_translated_by_its_context() -> None:
    assert words("en").label_in("title of a form", "Answer") == "Answer"
    assert words("es").label_in("title of a form", "Answer") == "Respuesta"
    assert words("es").label("Answer") == "Responder"


@pytest.mark.parametrize(
    ("names", "listed"),
    [
        (["Ana", "Inés"], "Ana e Inés"),
        (["Ana", "Íñigo"], "Ana e Íñigo"),
        (["Ana", "Hilda"], "Ana e Hilda"),
        (["Ana", "Yvonne"], "Ana e Yvonne"),
        (["Ana", "“Irene”"], "Ana e “Irene”"),
        (["Ana", "Bo", "Ignacio"], "Ana, Bo e Ignacio"),
        (["Ana", "Hierro"], "Ana y Hierro"),
        (["Ana", "Yolanda"], "Ana y Yolanda"),
        (["Inés", "Ana"], "Inés y Ana"),
        (["Inés"], "Inés"),
        ([], ""),
    ],
)
def test_spanish_says_e_before_the_same_sound(names: list[str], listed: str) -> None:
    assert words("es").listed(names) == listed
    assert words("fr").listed(["Ana", "Inés"]) == "Ana et Inés"


def test_the_code_says_something(said: Catalog) -> None:
    assert len(messages(said)) > 200


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_in_the_catalogue_and_none_is_stale(said: Catalog, language: str) -> None:
    now = {(message.context, message.id) for message in messages(said)}
    there = {(message.context, message.id) for message in messages(catalogues.read(language))}
    assert now - there == set(), "missing; run: make messages, and translate"
    assert there - now == set(), "stale; run: make messages"
    assert not catalogues.read(language).obsolete


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_does_not_change_with_the_time_of_its_renewal(
    said: Catalog, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = catalogues.renewed(catalogues.read(language), said)
    monkeypatch.setattr(said, "creation_date", datetime(2031, 5, 1, tzinfo=UTC))
    assert now == catalogues.renewed(catalogues.read(language), said)
    assert b"POT-Creation-Date" not in catalogues.path(language).read_bytes()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_has_a_translation(language: str) -> None:
    catalogue = catalogues.read(language)
    missing = [
        message.id
        for message in messages(catalogue)
        if not list(forms(message)) or not all(string.strip() for _, string in forms(message))
    ]
    assert missing == []
    assert not [message.id for message in messages(catalogue) if message.fuzzy]
    plurals = [m for m in messages(catalogue) if isinstance(m.id, tuple | list)]
    assert all(len(list(forms(m))) == catalogue.num_plurals for m in plurals)


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_carry_the_same_facts(language: str) -> None:
    for message in messages(catalogues.read(language)):
        for original, string in forms(message):
            # A form for one may write the number as a word.
            allowed = facts(original) | ({"number"} if isinstance(message.id, tuple) else set())
            assert facts(string) <= allowed, string
            assert facts(original) - {"number"} <= facts(string), string


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_the_markup(language: str) -> None:
    for message in messages(catalogues.read(language)):
        for original, string in forms(message):
            assert sorted(CALLS.findall(string)) == sorted(CALLS.findall(original)), string
            assert string.startswith("- ") == original.startswith("- "), string


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_shouted_at(said: Catalog, language: str) -> None:
    catalogue = said if language == SOURCE_LANGUAGE else catalogues.read(language)
    for message in messages(catalogue):
        for original, string in forms(message):
            text = original if language == SOURCE_LANGUAGE else string
            assert not re.search(r"[!¡]", text), text
            assert not re.search(r"\s$|^\s|  ", text.replace("\n", "")), repr(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_can_be_said(said: Catalog, language: str) -> None:
    say = words(language)
    for message in messages(said):
        if isinstance(message.id, tuple | list):
            one, many = message.id
            for number in (0, 1, 2, 5, 1_000_000):
                given = dict.fromkeys(facts(one) | facts(many), "x")
                given.pop("number", None)
                assert say.plural(one, many, number, **given)
        else:
            assert say(message.id, **dict.fromkeys(facts(str(message.id)), "x"))


def test_other_peoples_words_stay_words() -> None:
    say = words("en")
    shown = say("**{question}**", question="**a** [b](https://evil.example) _c_ {d}")
    assert "[b](https" not in shown
    assert "{d}" in shown.replace("\\", "")


def test_help_shows_every_command_once_under_what_one_wants_to_do() -> None:
    everything = help_replies.overview(words("en"), GRAMMAR, steward=True).text
    listed = re.findall(r"^- \*\*(\w+)\*\*: ", everything, re.MULTILINE)
    assert sorted(listed) == sorted(GRAMMAR.commands)
    everybody = help_replies.overview(words("en"), GRAMMAR, steward=False).text
    assert "**For stewards**" not in everybody
    assert "**Questions and cases**" in everybody
    few = help_replies.overview(words("en"), some(["ask"]), steward=True).text
    assert re.findall(r"^\*\*(.+)\*\*$", few, re.MULTILINE) == ["Questions and cases"]
