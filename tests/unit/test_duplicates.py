"""Near-duplicates: found exactly as often as they are there, in the same order every time."""

import random

from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.near_duplicates import Fingerprints

WORDS = [f"word{n}" for n in range(2_000)]


def texts(count: int, seed: int = 1) -> list[str]:
    draw = random.Random(seed)
    return [" ".join(draw.choices(WORDS, k=draw.randint(30, 90))) for _ in range(count)]


def filled(held: list[str]) -> Fingerprints:
    index = Fingerprints()
    for number, text in enumerate(held):
        index.add(number, text)
    return index


def test_case_accents_and_punctuation_do_not_matter() -> None:
    index = filled(["La ciudad compartió sus datos con la oficina."])
    assert index.similar("la CIUDAD compartio, sus datos: con la oficina") == [(0, 1.0)]


def test_a_changed_word_is_found_and_an_unlike_text_is_not() -> None:
    held = texts(500)
    index = filled(held)
    draw = random.Random(2)
    for number, text in enumerate(held):
        words = text.split()
        words[draw.randrange(len(words))] = "another"
        found = index.similar(" ".join(words))
        assert [one for one, _ in found] == [number]
        assert 0.8 <= found[0][1] < 1
    assert not any(index.similar(text) for text in texts(500, seed=3))


def test_similarity_is_the_jaccard_index_of_word_pairs() -> None:
    index = filled(["a b c d e f g h i j k"])
    # Ten pairs on either side, nine of them shared: 9 / 11.
    assert index.similar("a b c d e f g h i j x") == [(0, 9 / 11)]
    assert index.similar("a b c d e f g h i j x", threshold=0.9) == []


def test_adding_again_replaces_and_forgetting_forgets() -> None:
    one, other = texts(2)
    index = filled([one])
    index.add(0, other)
    assert (index.similar(one), index.similar(other), len(index)) == ([], [(0, 1.0)], 1)
    index.forget(0)
    index.forget(7)
    assert (index.similar(other), len(index)) == ([], 0)
    index.add(5, one)
    assert index.similar(one) == [(5, 1.0)]


def test_texts_of_a_template_stay_apart() -> None:
    start = " ".join(WORDS[:40])
    index = filled([f"{start} {tail}" for tail in texts(200)])
    assert index.similar(f"{start} {texts(1, seed=9)[0]}") == []


def test_scripts_without_spaces() -> None:
    index = filled(["国家统计局每个月与城市共享行政登记数据并公布结果"])
    assert index.similar("国家统计局每个月与城市共享行政登记数据，并公布结果。") == [(0, 1.0)]


@given(st.text(max_size=80))
def test_any_text_is_like_itself(text: str) -> None:
    index = filled([text])
    assert index.similar(text) == ([(0, 1.0)] if len(index) else [])


def test_one_other_word_in_a_short_text_is_noticed() -> None:
    said = (
        "Each district of the harbour city measures noise with sensors that pupils built at school."
    )
    index = filled([said])
    assert index.similar(said.replace("measures", "records"))
    assert not index.similar("The statistics office publishes noise figures for each district.")
