"""How well an offer answers a need: the scale of a measured model, and of any other."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from bot.features.exchange.planner.explanations import group_reasons
from bot.features.exchange.planner.participants import Facts
from bot.features.exchange.planner.utility import Exchange, exchange_of, pair_values
from knowledge.search.needs_and_offers import Scale, drawn, measured, scale_for, untouched
from knowledge.text.vectors import Floats
from knowledge.vocabulary import Community
from tests.unit.test_exchange_facts import DAY

E5 = "multilingual-e5-small-4bit:1571fc98"
DATA = Path(__file__).parents[1] / "data"


def test_the_scale_is_asked_by_the_name_of_the_vectors() -> None:
    """The settings call the default model `embedded`, which names no model."""
    assert measured(E5) is not None
    assert measured("intfloat/multilingual-e5-small:0a1b") is measured(E5)
    assert measured("embedded") is None


def test_the_measured_scale_starts_at_nothing_and_rises_with_the_cosine() -> None:
    scale = measured(E5)
    assert scale is not None
    assert 0 < scale.floor < scale.told < scale.ceiling < 1
    cosines = np.linspace(-1, 1, 201, dtype=np.float32)
    fits = scale.fit(cosines)
    assert (fits[cosines <= scale.floor] == 0).all()
    assert (fits[cosines >= scale.ceiling] == 1).all()
    between = fits[(cosines > scale.floor) & (cosines < scale.ceiling)]
    assert (np.diff(between) > 0).all()
    product = scale.languages @ scale.languages.T
    assert np.allclose(product, np.eye(len(product)), atol=1e-5)


def test_what_a_text_owes_to_its_language_does_not_bring_it_closer() -> None:
    """Two texts that share a direction with everything in their language alone are not alike."""
    language = np.eye(6, dtype=np.float32)[:1]
    scale = Scale(0.1, 0.9, 0.5, language)
    texts = np.array([[0.9, 0.3, 0, 0, 0, 0], [0.9, 0, 0.3, 0, 0, 0], [0, 0.3, 0, 0, 0, 0]], "f4")
    texts /= np.linalg.norm(texts, axis=1, keepdims=True)
    plain = scale.plain(texts)
    assert np.allclose(np.linalg.norm(plain, axis=1), 1, atol=1e-6)
    assert texts[0] @ texts[1] > texts[0] @ texts[2]
    assert plain[0] @ plain[1] < plain[0] @ plain[2]


def made(words: str, seed: int = 3) -> dict[str, Floats]:
    """Texts with vectors as an unknown model might give them: all in one narrow cone."""
    draw = np.random.default_rng(seed)
    common = draw.standard_normal(48)
    found = {}
    for text in words.split():
        vector = 4 * common + draw.standard_normal(48)
        found[text] = (vector / np.linalg.norm(vector)).astype(np.float32)
    return found


def test_a_model_that_nobody_measured_gets_a_scale_from_what_is_at_hand() -> None:
    needs = [f"need{number}" for number in range(20)]
    offers = [f"offer{number}" for number in range(20)]
    vectors = made(" ".join(needs + offers))
    scale = scale_for("somebody/else", needs, offers, vectors)
    wanted = exchange_of("somebody/else", [[n] for n in needs], [[o] for o in offers], vectors)
    cosines = np.concatenate(wanted.needs) @ np.concatenate(wanted.offers).T
    fits = scale.fit(cosines)
    assert (fits > 0).mean() == pytest.approx(0.1, abs=0.02)
    assert len(np.unique(fits)) > 20
    assert (cosines >= scale.told).mean() == pytest.approx(0.02, abs=0.01)
    people = [Facts(number, Community.CITY) for number in range(20)]
    values = pair_values(people, wanted.needs, wanted.offers, wanted.scale)
    assert len(np.unique(values)) > 10


def test_many_that_fit_perfectly_are_all_worth_it() -> None:
    """Where everybody asks for what somebody offers in the same words, the rest counts nothing."""
    texts = ["one", "two", "three", "four"]
    vectors = dict(zip(texts, np.eye(8, dtype=np.float32), strict=False))
    scale = drawn(texts * 2, texts * 2, vectors)
    assert scale.fit(np.array([0.0, 1.0], np.float32)).tolist() == [0.0, 1.0]
    assert 0 < scale.told <= 1


def test_one_need_and_one_offer_say_nothing_of_how_close_is_close() -> None:
    vectors = made("need offer")
    scale = drawn(["need"], ["offer"], vectors)
    cosine = vectors["need"] @ vectors["offer"]
    assert scale.fit(np.array([cosine])).tolist() == [0.0]
    assert cosine < scale.told


@pytest.mark.parametrize(("needs", "offers"), [([], ["a"]), (["a"], []), (["a"], ["a"])])
def test_few_texts_or_equal_ones_are_no_trouble(needs: list[str], offers: list[str]) -> None:
    scale = drawn(needs, offers, made("a"))
    fits = scale.fit(np.linspace(-1, 1, 5, dtype=np.float32))
    assert np.isfinite(fits).all()
    assert untouched().fit(np.array([0.5], np.float32)).tolist() == [0.5]


def test_only_what_clears_the_line_is_told_as_a_reason() -> None:
    x, near = np.array([1, 0], "f4"), np.array([0.8, 0.6], "f4")
    people = [Facts("a", Community.CITY), Facts("b", Community.NATIONAL)]
    strict = Scale(0.1, 0.9, 0.85, np.zeros((0, 2), "f4"))
    told = group_reasons((0, 1), people, _on(strict, x, near), DAY)
    assert told.meetings == ()
    lenient = Scale(0.1, 0.9, 0.75, strict.languages)
    (told_now,) = group_reasons((0, 1), people, _on(lenient, x, near), DAY).meetings
    assert (told_now.asks, told_now.gives) == (0, 1)
    assert told_now.fit == pytest.approx(0.875, abs=1e-4)


def _on(scale: Scale, need: Floats, offer: Floats) -> Exchange:
    nothing = need[None][:0]
    return Exchange([need[None], nothing], [nothing, offer[None]], scale)


def test_the_labelled_pairs_are_many_and_of_every_kind() -> None:
    rows = [json.loads(line) for line in (DATA / "needs_offers.jsonl").read_text().splitlines()]
    assert len(rows) >= 150
    assert len({row["id"] for row in rows}) == len(rows)
    assert {row["need_language"] for row in rows} == {"en", "es", "fr", "pt"}
    kinds = Counter((row["label"], row["need_language"] == row["offer_language"]) for row in rows)
    assert all(kinds[label, True] >= 30 for label in ("answers", "near", "other"))
    assert all(kinds[label, False] >= 30 for label in ("answers", "other"))
    assert sum(row["split"] == "held" for row in rows) * 3 >= len(rows)
    by_text: dict[str, set[str]] = {}
    for row in rows:
        by_text.setdefault(row["need"], set()).add(row["split"])
        by_text.setdefault(row["offer"], set()).add(row["split"])
    assert all(len(splits) == 1 for splits in by_text.values())
