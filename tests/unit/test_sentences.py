"""Sentence ends in many languages, and chunks that lose nothing."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.sentences import chunks, sentences, word_count


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        (
            "en",
            'Dr. Smith et al. measured 3.5 m people, i.e. 4 per cent.|"It works!" she said.|Done.',
        ),
        (
            "en",
            "The U.S. Census Bureau agreed.|See Fig. 3.|It was no. 5 of 7.|She said no.|Then yes.",
        ),
        (
            "es",
            "El Sr. Pérez, de la Av. Juárez núm. 5, dijo: «No hay.»|¿Cómo compartir?|¡Así!|Fin.",
        ),
        ("es", "EE. UU. no participa.|La Dra. Gómez publicó 3.500 registros en 2020.|Luego otro."),
        (
            "fr",
            "M. Dupont a dit : « Les données sont là. »|L'art. 5 vaut.|Est-ce vrai ?|Oui !",
        ),
        ("pt", "O Sr. Silva, da Av. Paulista, n.º 5, publicou.|Qual o custo?|R$ 3.500,00."),
        ("de", "Das Amt hat z. B. am 3. Oktober Daten geteilt.|Dr. Müller war dabei."),
        ("ar", "هل يمكن مشاركة البيانات؟|نعم.|هذا هو المكتب الوطني للإحصاء."),
        ("hi", "यह डेटा है।|क्या यह खुला है?|हाँ।"),
    ],
)
def test_sentences_end_where_people_end_them(language: str, marked: str) -> None:
    assert sentences(marked.replace("|", " "), language) == marked.split("|")


def test_chinese_sentences_need_no_space() -> None:
    assert sentences("国家统计局发布了数据。城市如何共享？好！", "zh") == [
        "国家统计局发布了数据。",
        "城市如何共享？",
        "好！",
    ]


def test_paragraphs_and_list_items_end_a_sentence_and_wrapped_lines_do_not() -> None:
    text = "A heading\n\nA line that\ngoes on. Then:\n- one\n- two\n1. First thing.\n2. Second."
    assert sentences(text) == [
        "A heading",
        "A line that\ngoes on.",
        "Then:",
        "- one",
        "- two",
        "1. First thing.",
        "2. Second.",
    ]


texts = st.text(alphabet=st.sampled_from(list("aB1 .?!\n\t«»“”'\"。؟-é字ا…(")), max_size=300)


@given(texts | st.text(max_size=100))
def test_nothing_but_space_is_lost(text: str) -> None:
    place = 0
    for sentence in sentences(text):
        assert sentence == sentence.strip() != ""
        place = text.index(sentence, place) + len(sentence)
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@given(texts, st.integers(1, 12), st.integers(0, 2))
def test_chunks_are_verbatim_and_cover_everything(text: str, target: int, overlap: int) -> None:
    found = chunks("", text, target_words=target, overlap_sentences=overlap)
    assert all(chunk in text for chunk in found)
    if overlap == 0:
        assert "".join("".join(found).split()) == "".join(text.split())
    assert bool(found) == bool(text.strip())


def test_chunks_are_of_similar_length_and_overlap_by_a_sentence() -> None:
    text = " ".join(f"Sentence number {n} says something about data sharing." for n in range(100))
    found = chunks("A title", text)
    assert len(found) == 5
    assert all(150 <= word_count(chunk) <= 225 for chunk in found)
    for before, after in pairwise(found):
        assert sentences(after)[0] == sentences(before)[-1]


def test_short_texts_stay_whole_and_lose_a_repeated_title() -> None:
    assert chunks("A title", "A title\n\nSome text. More.") == ["Some text. More."]
    assert chunks("A title", "A title of its own. More.") == ["A title of its own. More."]
    assert chunks("A title", "  ") == []


def test_text_without_sentences_is_cut_all_the_same() -> None:
    assert max(map(word_count, chunks("", "word " * 3_000))) <= 225
    assert max(map(word_count, chunks("", "字" * 3_000))) <= 225
