"""Words of a text, and BM25 by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text import acronyms
from knowledge.text.folding import fold, words
from knowledge.text.lexical import Postings, names, tokenize
from knowledge.text.stopwords import STOP_WORDS

ENGLISH = [
    ("Ghana shared phone records with the statistics office.", "en"),
    ("The city opened its sensor data, and more sensor data followed.", "en"),
    ("Statistics for municipalities.", "en"),
]


def scored(postings: Postings, text: str, language: str = "en") -> np.ndarray:
    return postings.scores(postings.question(text, language))


def test_words_are_folded_stemmed_and_freed_of_function_words() -> None:
    assert tokenize("The Cities’ 2030 statistics", "en") == ["citi", "2030", "statist"]
    assert tokenize("¿Cómo compartir la ESTADÍSTICA?", "es") == tokenize(
        "compartir estadistica", "es"
    )
    assert tokenize("l'Élue d’été", "fr") == tokenize("elue ete", "fr")
    assert fold("Ångström ﬁn 𝕬") == "angstrom fin a"


def test_scripts_without_spaces_and_vowel_signs_are_kept() -> None:
    assert words("統計局データ") == ["統計", "計局", "局デ", "デー", "ータ"]
    assert words("सांख्यिकी कार्यालय") == ["सांख्यिकी", "कार्यालय"]
    assert words("بَيَانات") == words("بيانات")


def test_bm25_is_what_the_formula_says() -> None:
    postings = Postings.build(ENGLISH)
    lengths = [len(tokenize(text, language)) for text, language in ENGLISH]
    mean = sum(lengths) / 3
    idf = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    tf = 2
    expected = idf * tf * 2.2 / (tf + 1.2 * (1 - 0.75 + 0.75 * lengths[1] / mean))
    assert scored(postings, "sensor").tolist() == pytest.approx([0, expected, 0], rel=1e-5)
    common = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    shared = [common * 2.2 / (1 + 1.2 * (0.25 + 0.75 * n / mean)) for n in lengths]
    shared[1] = 0
    assert scored(postings, "statistics").tolist() == pytest.approx(shared, rel=1e-5)


def test_a_very_long_text_is_not_hidden_by_its_length() -> None:
    many = [("open data policy " + "unrelated filler text " * 400, "en")]
    many += [(f"number{n} alone", "en") for n in range(200)] + [("data number of it", "en")]
    ranked = np.argsort(-scored(Postings.build(many), "open data policy"))
    assert ranked[0] == 0


def test_documents_of_several_languages_are_asked_at_once() -> None:
    postings = Postings.build([*ENGLISH, ("Las oficinas de estadística de Ghana comparten", "es")])
    spanish = scored(postings, "oficina estadística", "es")
    assert spanish.argmax() == 3
    both = scored(postings, "Ghana", "es")
    assert both[0] > 0
    assert both[3] > 0
    assert scored(postings, "oficinas", "und")[3] > 0


def test_names_and_numbers_count_in_full_in_another_language() -> None:
    assert names("What has GeoSampa done in São Paulo in 2015?") == {
        "geosampa", "sao", "paulo", "2015",
    }  # fmt: skip
    assert names("¿Ghana? How so") == frozenset()
    postings = Postings.build(
        [("By chance Ghana shared it", "en"), ("La chance de partager", "fr")]
    )
    question = postings.question("Une chance pour le Ghana", "fr")
    english, french = postings.covered(question, np.array([0, 1]))
    friend, name = question.idf.tolist()
    assert english == pytest.approx((0.5 * friend + name) / (friend + name), rel=1e-5)
    assert french == pytest.approx(friend / (friend + name), rel=1e-5)


def test_coverage_is_the_share_of_idf_mass() -> None:
    postings = Postings.build(ENGLISH)
    question = postings.question("sensor data in Zimbabwe", "en")
    rare = math.log(1 + (3 - 1 + 0.5) / 1.5)
    unknown = math.log(1 + (3 + 0.5) / 0.5)
    assert question.mass == pytest.approx(2 * rare + unknown, rel=1e-5)
    shares = postings.covered(question, np.array([0, 1, 2]))
    assert shares.tolist() == pytest.approx([0, 2 * rare / (2 * rare + unknown), 0], rel=1e-5)


def test_forms_of_one_word_count_once() -> None:
    postings = Postings.build(ENGLISH)
    once = postings.question("sensor", "en")
    assert postings.question("sensors sensor SENSOR", "en").mass == pytest.approx(once.mass)


def test_a_question_of_function_words_alone_is_still_asked() -> None:
    postings = Postings.build([("who", "xx"), ("something else", "en")])
    assert scored(postings, "who", "en")[0] > 0


def test_words_of_most_documents_are_skipped_only_among_many() -> None:
    many = [(f"data item{n}", "en") for n in range(2_500)]
    postings = Postings.build(many)
    assert np.count_nonzero(scored(postings, "data item7")) == 1
    assert np.count_nonzero(scored(postings, "data")) == 2_500
    assert np.count_nonzero(scored(Postings.build(many[:100]), "data item7")) == 100


def test_renewal_equals_building_anew() -> None:
    old = Postings.build(ENGLISH)
    added = [("Datos abiertos de la ciudad", "es"), ("Sensor quality", "en")]
    renewed = old.with_changes([0], added)
    anew = Postings.build([*ENGLISH[1:], *added])
    for text in ("sensor data", "ciudad", "ghana", "statistics quality"):
        assert scored(renewed, text) == pytest.approx(scored(anew, text))
    assert renewed.languages == anew.languages
    assert len(old) == 3
    assert scored(old, "ghana")[0] > 0
    assert len(renewed.with_changes(range(4), ())) == 0


def test_an_empty_index_answers() -> None:
    empty = Postings.build([])
    question = empty.question("anything at all", "en")
    assert empty.scores(question).shape == (0,)
    assert empty.covered(question, np.zeros(0, dtype=np.int64)).shape == (0,)
    wordless = Postings.build([("", "en"), ("...", "und")])
    assert scored(wordless, "anything").tolist() == [0, 0]


def test_stop_words_are_folded_as_words_are() -> None:
    for language, listed in STOP_WORDS.items():
        assert {word for entry in listed for word in words(entry)} == listed, language


def test_long_input_is_bounded() -> None:
    assert len(words("a b " * 150_000)) == 200_000
    assert max(map(len, words("x" * 50_000))) <= 64
    postings = Postings.build(ENGLISH)
    assert len(postings.question("w" + " w".join(map(str, range(20_000))), "en").idf) <= 150


HOSTILE = st.text(st.one_of(st.characters(), st.sampled_from('"*():-@<>!\x00\u202e\u200b😀ا字')))


@given(
    st.lists(st.tuples(HOSTILE, st.sampled_from(["en", "es", "ar", "zh", "und"])), max_size=6),
    HOSTILE,
)
def test_any_text_can_be_indexed_and_asked(texts: list[tuple[str, str]], asked: str) -> None:
    postings = Postings.build(texts)
    for language in ("en", "und", "tlh"):
        question = postings.question(asked, language)
        scores = postings.scores(question)
        assert scores.dtype == np.float32
        assert scores.shape == (len(texts),)
        assert np.isfinite(scores).all()
        assert (scores >= 0).all()
        shares = postings.covered(question, np.arange(len(texts)))
        assert ((shares >= 0) & (shares <= 1 + 1e-6)).all()
        assert ((shares > 0) == (scores > 0)).all()


@given(HOSTILE)
def test_words_hold_no_space_and_are_stable(text: str) -> None:
    found = words(text)
    assert all(word and not any(char.isspace() for char in word) for word in found)
    assert words(" ".join(found)) == found or any(len(word) == 2 for word in found)


def test_a_slip_of_the_keyboard_finds_the_word_that_was_meant() -> None:
    held = [("Keeping an address register", "en"), ("Counting wells", "en"), ("La adresse", "fr")]
    index = Postings.build(held)
    for said in ("addres regsiter", "adress registre", "address register"):
        assert int(index.scores(index.question(said, "en")).argmax()) == 0, said
        assert index.covered(index.question(said, "en"), np.array([0]))[0] > 0.6
    # A word that is there is never another one, and a short one may be anything.
    assert not index.scores(index.question("welts", "en"))[1]
    assert index.scores(index.question("count", "en"))[1] > 0


def test_the_last_word_of_the_longest_text_is_found() -> None:
    index = Postings.build([("filler " * 25_000 + "ferrets", "en"), ("wells", "en")])
    assert index.scores(index.question("ferrets", "en"))[0] > 0


LIBRARY = (
    ("The labour force survey has lost half of its response since 2011.", "en"),
    ("La EPA pierde respuesta en las capitales.", "es"),
    ("L'enquête emploi perd des répondants.", "fr"),
    ("118,000 satellite scenes from 1984 to 2020.", "en"),
    ("La météo des routes, 118 000 relevés.", "fr"),
    ("The city keeps an address register and a data lake.", "en"),
    ("Die Stadt nutzt das Melderegister der Einwohner.", "de"),
    ("Malmø opened its datasets in 2016.", "en"),
)


@pytest.mark.parametrize(
    ("text", "language", "rows"),
    [
        ("LFS", "en", {0, 1, 2}),
        ("lfs", "en", {0, 1, 2}),
        ("enquête sur les forces de travail", "fr", {0, 1, 2}),
        ("EPA", "en", {1}),  # the letters alone: there they stand for the environment
        ("118.000", "es", {3, 4}),
        ("1984", "fr", {3}),
        ("regsiter", "en", {5}),
        ("registor", "en", {5}),
        ("datalake", "en", {5}),
        ("data sets", "en", {5, 7}),
        ("Einwohnermelderegister", "de", {6}),
        ("Malmo", "en", {7}),
    ],
)
def test_a_word_is_found_however_it_is_written(text: str, language: str, rows: set[int]) -> None:
    postings = Postings.build(LIBRARY)
    scores = postings.scores(postings.question(text, language))
    assert set(np.flatnonzero(scores > 0).tolist()) == rows


def test_what_is_quoted_is_meant_to_the_letter() -> None:
    assert names('how do "open data" portals work') == {"open", "data"}
    assert names("qu'est-ce que « la donnée »") >= {"la", "donnee"}
    assert not names("how do open data portals work")


def test_an_acronym_is_spelled_out_for_a_model_that_reads_meanings() -> None:
    assert acronyms.with_long_forms("response in the LFS", "en") == (
        "response in the LFS (labour force survey)"
    )
    told = "the LFS, our labour force survey"
    assert acronyms.with_long_forms(told, "en") == told
    assert acronyms.with_long_forms("an odd question", "en") == "an odd question"
    assert "durable" in acronyms.with_long_forms("ODD", "fr")
