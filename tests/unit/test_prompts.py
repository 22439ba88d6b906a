"""The library of prompts: what stands in it, and that none comes back within a year."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contract import Audience, markup
from bot.features.exchange.prompts import channel_posts
from bot.features.exchange.prompts.library import Choice, choose, library, read
from bot.i18n import LANGUAGES, words
from knowledge.cases.views import CaseView, SourceView
from knowledge.database.circumstances import CircumstancesView
from knowledge.errors import UnreadableInput
from knowledge.vocabulary import CaseState, Community, Theme

LIBRARY = library()
BY_ID = {each.id: each for each in LIBRARY}
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FAMILIAR = {
    "es": re.compile(r"\b(tú|tu|tus|te|ti|contigo|vosotros|vuestr[oa]s?)\b", re.IGNORECASE),
    "fr": re.compile(r"\b(tu|te|toi|ton|ta|tes)\b", re.IGNORECASE),
}

days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
usages = st.dictionaries(st.sampled_from(sorted(BY_ID)), days)
themes = st.none() | st.sampled_from(Theme)


def test_there_are_five_for_each_theme() -> None:
    assert Counter(each.theme for each in LIBRARY) == dict.fromkeys(Theme, 5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_is_an_open_question_in_each_language(language: str) -> None:
    questions = [each.question[language] for each in LIBRARY]
    starts = [each.start[language] for each in LIBRARY]
    assert len(set(questions)) == len(set(starts)) == 20
    for question in questions:
        assert len(question) <= 200
        assert question.endswith("?")
        assert question.count("?") == 1
        assert language != "es" or question.count("¿") == 1
        assert language != "fr" or question.endswith("\u00a0?")
    for start in starts:
        assert start.endswith(".")
        assert "?" not in start
    for text in [*questions, *starts]:
        assert not re.search(r"[!¡']|  ", text), text
        assert language not in FAMILIAR or not FAMILIAR[language].search(text), text


def test_the_three_languages_are_not_the_same_text() -> None:
    for each in LIBRARY:
        assert len(set(each.question.values())) == len(set(each.start.values())) == 3


ROW = """
[[prompt]]
id = "a"
theme = "value"
question = {en = "How?", es = "¿Cómo?", fr = "Comment ?"}
start = {en = "So.", es = "Así.", fr = "Ainsi."}
"""


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ("", "one or more"),
        ("[[prompt", "not TOML"),
        (ROW + "\n[other]\n", "nothing else"),
        (ROW + ROW, "one prompt only: a"),
        (ROW.replace('"value"', '"fun"'), "theme of a"),
        (ROW.replace('id = "a"', 'id = " "'), "needs an id"),
        (ROW.replace('id = "a"', ""), "exactly these"),
        (ROW.replace('en = "How?", ', ""), "needed in en"),
        (ROW.replace(', fr = "Comment ?"', ', xx = "Hm?"'), "en, es, fr"),
        (ROW.replace('"How?"', f'"{"x" * 201}"'), "up to 200"),
        (ROW.replace('"How?"', '""'), "up to 200"),
        (ROW.replace('"How?"', '" How?"'), "one line"),
        (ROW.replace('"How?"', r'"How\nso?"'), "one line"),
        (ROW.replace('"So."', "7"), "one line"),
    ],
)
def test_a_library_with_a_fault_is_refused_with_the_reason(broken: str, why: str) -> None:
    with pytest.raises(UnreadableInput, match=re.escape(why)):
        read(broken)


def test_a_language_into_which_nobody_translated_a_prompt_reads_it_in_english() -> None:
    (prompt,) = read(ROW.replace(', fr = "Comment ?"', ""))
    assert prompt.question["fr"] == prompt.question["en"] == "How?"


def test_a_library_of_ones_own_can_be_read() -> None:
    (only,) = read(ROW)
    assert (only.id, only.theme, only.question["es"]) == ("a", Theme.VALUE, "¿Cómo?")


def year_after(day: date) -> date:
    """The same day of the next year, or the one after it, by counting days."""
    counted = (day + timedelta(days=number) for number in (365, 366))
    return next(
        each
        for each in counted
        if each.year > day.year and (each.month, each.day) >= (day.month, day.day)
    )


@given(usages, days, themes, st.integers())
def test_none_comes_back_within_a_year_while_there_is_another(
    used: dict[str, date], today: date, theme: Theme | None, seed: int
) -> None:
    fitting = [each.id for each in LIBRARY if theme in (None, each.theme)]
    free = {each for each in fitting if each not in used or year_after(used[each]) <= today}
    found = choose(LIBRARY, used, today, theme=theme, seed=seed)
    assert found.prompt.id in (free or fitting)
    if free:
        assert found.last_used is None
    else:
        assert found.last_used == used[found.prompt.id] == min(used[each] for each in fitting)


@given(usages, days, themes, st.integers(), st.randoms())
def test_the_same_seed_gives_the_same_whatever_the_order(
    used: dict[str, date],
    today: date,
    theme: Theme | None,
    seed: int,
    chance: object,
) -> None:
    shuffled = list(LIBRARY)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    one = choose(LIBRARY, used, today, theme=theme, seed=seed)
    assert choose(shuffled, used, today, theme=theme, seed=seed) == one


@given(st.integers(), st.integers(7, 31), st.dates(date(2024, 1, 1), date(2026, 1, 1)))
def test_over_years_each_prompt_comes_before_any_comes_again(
    seed: int, pause: int, begin: date
) -> None:
    used: dict[str, date] = {}
    told = []
    for number in range(24):
        today = begin + timedelta(days=number * pause)
        found = choose(LIBRARY, used, today, seed=seed)
        told.append((found, today))
        used[found.prompt.id] = today
    first = [choice.prompt for choice, _ in told[:20]]
    assert len({each.id for each in first}) == 20
    # The themes take turns: any four in a row are of four themes.
    for start in range(17):
        assert len({each.theme for each in first[start : start + 4]}) == 4
    for choice, today in told:
        if choice.last_used is not None:
            assert today < year_after(choice.last_used)


def test_seeds_differ() -> None:
    assert len({choose(LIBRARY, {}, NOW.date(), seed=seed).prompt.id for seed in range(60)}) > 12


def test_without_a_prompt_on_the_theme_it_says_so() -> None:
    with pytest.raises(ValueError, match="no prompt"):
        choose([], {}, NOW.date())


def test_the_29th_of_february_ends_on_the_first_of_march() -> None:
    (only,) = read(ROW)
    used = {"a": date(2024, 2, 29)}
    assert choose([only], used, date(2025, 2, 28)) == Choice(only, date(2024, 2, 29))
    assert choose([only], used, date(2025, 3, 1)) == Choice(only)


CASE = CaseView(
    id=42,
    key="k",
    title="One *address* file",
    text="The city and the office keep one file. Each street is entered once. It took a year.",
    language="en",
    community=Community.CITY,
    organisation="",
    place="Porto",
    country="PT",
    topics=(),
    source=SourceView("Report", "https://example.org/r", "CC BY", "2021"),
    circumstances=CircumstancesView(),
    state=CaseState.PUBLISHED,
    reason="",
    author_id=None,
    sample=False,
    added_at=NOW,
    published_at=NOW,
    reviewed_at=None,
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_channel_reads_question_beginning_and_case(language: str) -> None:
    say, prompt = words(language), LIBRARY[0]
    reply = channel_posts.posted([say], prompt, NOW, CASE)
    plain = markup.plain(reply.text)
    assert reply.audience is Audience.CHANNEL
    assert prompt.question[language] in plain
    assert prompt.start[language] in plain
    assert channel_posts.theme(say, prompt.theme) in plain
    assert "One *address* file" in plain
    (card,) = reply.cards
    assert markup.plain(card.body).endswith("Each street is entered once.")
    assert [(each.action, each.subject) for each in card.buttons] == [("case.show", "42")]


def test_several_languages_stand_one_after_another_and_each_once() -> None:
    says = [words(language) for language in ("es", "fr", "es")]
    reply = channel_posts.posted(says, LIBRARY[3], NOW)
    assert reply.cards == ()
    question = LIBRARY[3].question
    plain = markup.plain(reply.text)
    assert plain.index(question["es"]) < plain.index(question["fr"])
    assert plain.count(question["es"]) == 1
    assert question["en"] not in plain
    with pytest.raises(ValueError, match="one language"):
        channel_posts.posted([], LIBRARY[3], NOW)
