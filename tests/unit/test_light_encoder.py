"""The light encoder on a very small model: its pieces, its network, and what it falls back to."""

from __future__ import annotations

import json
import math
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from knowledge.encoders import embedded, runtime
from knowledge.encoders.embedded import (
    LIGHT,
    MANIFEST,
    SOURCES,
    ModelUnavailable,
    Source,
    ensure_source,
    fingerprint,
)
from knowledge.encoders.gelu import gelu
from knowledge.encoders.light_encoder import LightEncoder, VectorsDisagree
from knowledge.encoders.light_model import LightModel
from knowledge.encoders.pieces import Pieces
from tests.support import tiny_model
from tests.support.fake_encoder import HashEncoder


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Source, Path, Path]:
    """The tiny model's source, its directory for sentence-transformers, and its light form."""
    room = tmp_path_factory.mktemp("tiny")
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(room / "packages")
        source, _ = tiny_model.install_package(room / "packages", "lightembedding")
        whole = ensure_source(source, room / "cache")
        light = ensure_source(source, room / "cache", form=LIGHT)
    return source, whole, light


_PIECES = st.text("datshrecityñ<s>/<pad> \u2581\u0301\u0303\ufb01\u200d\t🙂 ", max_size=30)


@given(text=_PIECES | st.text(st.characters(exclude_categories=("Cc", "Cn", "Cs")), max_size=20))
def test_pieces_are_those_of_the_tokenizers_library(
    text: str, both: tuple[Source, Path, Path]
) -> None:
    _, whole, light = both
    expected = Tokenizer.from_file(str(whole / "tokenizer.json")).encode(text).ids
    assert Pieces(light).numbers(text, 1_000) == expected


def test_a_long_text_ends_with_the_mark_of_the_end(both: tuple[Source, Path, Path]) -> None:
    numbers = Pieces(both[2]).numbers("data " * 100, 48)
    assert len(numbers) == 48
    assert (numbers[0], numbers[-1]) == (0, 2)


def test_gelu_is_that_of_the_error_function() -> None:
    x = np.linspace(-9, 9, 70_001, dtype=np.float32)
    expected = [0.5 * v * (1 + math.erf(v / math.sqrt(2))) for v in x.astype(float)]
    np.testing.assert_allclose(gelu(x.copy()), expected, atol=3e-5)


def test_a_text_encodes_alike_alone_and_in_a_batch(both: tuple[Source, Path, Path]) -> None:
    model = LightModel(both[2])
    texts = ["", "data", "share city data " * 9, "ñ", "share", "x y z " * 40] * 9
    counts: list[tuple[int, int]] = []
    together = model.vectors(texts, lambda done, of: counts.append((done, of)))
    alone = np.concatenate([model.vectors([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-6)
    assert counts[-1] == (54, 54)
    assert len(counts) > 1


def test_several_threads_may_use_a_model_at_once(both: tuple[Source, Path, Path]) -> None:
    model = LightModel(both[2])
    texts = ["data", "share city data " * 9, "ñ", "share"] * 5
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(model.vectors, [texts] * 40))
    for vectors in found:
        np.testing.assert_array_equal(vectors, model.vectors(texts))


def test_both_forms_have_the_same_identity(both: tuple[Source, Path, Path]) -> None:
    assert fingerprint(both[1]) == fingerprint(both[2])


def _cut(folder: Path) -> None:
    os.truncate(folder / "body.npy", 1_000)


def _foreign(folder: Path) -> None:
    (folder / "words.npy").write_bytes(b"not a table of words")


def _lost(folder: Path) -> None:
    (folder / "trie.marisa").unlink()


@pytest.mark.parametrize("damage", [_cut, _foreign, _lost])
def test_damage_to_the_light_form_is_found_and_repaired(
    damage: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path / "packages")
    source, _ = tiny_model.install_package(tmp_path / "packages", f"damaged{damage.__name__}")
    folder = ensure_source(source, tmp_path / "cache", form=LIGHT)
    before = LightModel(folder).vectors(["share data"])
    damage(folder)
    assert ensure_source(source, tmp_path / "cache", form=LIGHT) == folder
    np.testing.assert_array_equal(LightModel(folder).vectors(["share data"]), before)


def test_the_light_form_is_built_beside_one_of_an_older_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path / "packages")
    source, _ = tiny_model.install_package(tmp_path / "packages", "olderembedding")
    older = ensure_source(source, tmp_path / "cache")
    light = ensure_source(source, tmp_path / "cache", form=LIGHT)
    assert light != older
    assert older.is_dir()
    assert fingerprint(light) == fingerprint(older)  # so nothing stored is encoded anew


def _reference(light: Path, room: Path, turn: float) -> Path:
    """A file of reference vectors of that very model, turned away from it by so much."""
    texts = ["data", "share city"]
    vectors = LightModel(light).vectors(texts)
    vectors[:, 0] += turn
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    np.savez(room / "reference.npz", texts=np.array(texts), vectors=vectors)
    return room / "reference.npz"


class _Torch(HashEncoder):
    """Stands where sentence-transformers would be loaded."""

    def __init__(self, *_: Any) -> None:
        super().__init__()

    def warm(self) -> None:
        """There is nothing to warm."""


@pytest.fixture
def offered(
    both: tuple[Source, Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Any:
    """The tiny model offered under the name of the default one, as far from its reference."""
    monkeypatch.syspath_prepend(both[1].parent.parent / "packages")
    monkeypatch.setattr(runtime, "SentenceEncoder", _Torch)

    def offer(turn: float) -> None:
        source = replace(both[0], reference=_reference(both[2], tmp_path, turn))
        monkeypatch.setattr(embedded, "SOURCES", {"embedded": source})
        monkeypatch.setattr("knowledge.encoders.light_encoder.SOURCES", {"embedded": source})

    return offer


def test_the_light_encoder_is_chosen_where_its_vectors_agree(offered: Any, tmp_path: Path) -> None:
    offered(0.0)
    loaded = runtime.load("embedded", tmp_path / "cache")
    assert isinstance(loaded.encoder, LightEncoder)
    assert loaded.note == ""
    assert loaded.encoder.dimension == tiny_model.HIDDEN
    assert loaded.encoder.encode_queries(["data", ""]).shape == (2, tiny_model.HIDDEN)


def test_torch_is_chosen_where_they_do_not_and_says_why(offered: Any, tmp_path: Path) -> None:
    offered(0.01)
    loaded = runtime.load("embedded", tmp_path / "cache")
    assert isinstance(loaded.encoder, _Torch)
    assert "differ from the reference ones" in loaded.note
    with pytest.raises(VectorsDisagree, match="ENCODER_RUNTIME=torch"):
        runtime.load("embedded", tmp_path / "cache", runtime="light")


def test_a_manifest_without_a_comparison_is_not_trusted(offered: Any, tmp_path: Path) -> None:
    offered(0.0)
    runtime.load("embedded", tmp_path / "cache")
    (manifest,) = (tmp_path / "cache").glob(f"*/{MANIFEST}")
    facts = json.loads(manifest.read_text())
    del facts["disagreement"]
    manifest.write_text(json.dumps(facts))
    assert isinstance(runtime.load("embedded", tmp_path / "cache").encoder, _Torch)


def test_torch_is_used_when_it_is_asked_for(offered: Any, tmp_path: Path) -> None:
    offered(0.0)
    assert isinstance(runtime.load("embedded", runtime="torch").encoder, _Torch)
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("name", ["embedded-english", "intfloat/multilingual-e5-base"])
def test_another_model_cannot_run_light(name: str) -> None:
    with pytest.raises(ModelUnavailable, match="set ENCODER_RUNTIME=auto"):
        runtime.load(name, runtime="light")


def test_the_reference_vectors_of_the_default_model_ship_with_it() -> None:
    reference = SOURCES["embedded"].reference
    assert reference is not None
    with np.load(reference) as known:
        assert len(known["texts"]) >= 30
        np.testing.assert_allclose(np.linalg.norm(known["vectors"], axis=1), 1, atol=1e-5)
