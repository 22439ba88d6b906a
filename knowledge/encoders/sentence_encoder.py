"""Any model through sentence-transformers: the reference, and the way to every other model."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.encoders.embedded import SOURCES, ModelUnavailable, Progress, ensure, fingerprint
from knowledge.encoders.encoder import (
    Counted,
    Vectors,
    clean,
    model_id,
    most_characters,
    prompts_for,
)

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_BATCH = 8  # 10.2 passages a second against 5.6 with 32: padding costs more than calls do


class SentenceEncoder:
    """A sentence-transformers model on one CPU thread."""

    def __init__(
        self,
        name: str = "embedded",
        cache_dir: Path | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Load `name`: `embedded`, `embedded-english`, a folder, or a hub id.

        Only a hub id that is not on this machine yet is asked for over the network. Seconds of
        imports and loading happen here. Raises ModelUnavailable with the remedy.
        """
        if not (find_spec("torch") and find_spec("sentence_transformers")):
            raise ModelUnavailable(_no_torch(name))  # before anything is built for them
        label, folder = _locate(name, cache_dir, progress)
        self.name = name
        self._model = _load(name, folder)
        self._model.prompts = prompts_for(label, self._model.prompts)
        content = fingerprint(folder) if folder else _hub_fingerprint(self._model)
        self.model_id = model_id(label, content, self._model.prompts)
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self._most_characters = most_characters(self._model.max_seq_length)

    def warm(self) -> None:
        """Encode once, so that the first member does not wait for what torch sets up lazily."""
        self.encode_queries(["warm"])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Questions (n) to unit vectors, float32 (n, dimension); texts are cleaned and capped."""
        if len(texts) == 1:
            return self._alone(clean(texts[0], self._most_characters))
        return self._encode(self._model.encode_query, texts, None)

    def encode_documents(self, texts: Sequence[str], progress: Counted | None = None) -> Vectors:
        """Passages (n) to unit vectors, float32 (n, dimension), in the order of `texts`.

        Encoded shortest first in batches of 8; `progress` hears (done, all) after each batch.
        """
        return self._encode(self._model.encode_document, texts, progress)

    def _alone(self, text: str) -> Vectors:
        """One question, past what `encode_query` does for lists of any kind: a tenth faster."""
        import torch

        with torch.inference_mode():
            features = self._model.preprocess([(self._model.prompts.get("query") or "") + text])
            vector = self._model(features)["sentence_embedding"].numpy()
        return np.asarray(vector / np.linalg.norm(vector, axis=1, keepdims=True), np.float32)

    def _encode(
        self, encode: Callable[..., Any], texts: Sequence[str], progress: Counted | None
    ) -> Vectors:
        ready = [clean(text, self._most_characters) for text in texts]
        vectors = np.empty((len(ready), self.dimension), dtype=np.float32)
        done = 0
        for batch in _by_length(ready):
            vectors[batch] = encode(
                [ready[i] for i in batch],
                batch_size=len(batch),
                show_progress_bar=False,
                normalize_embeddings=True,
            )
            done += len(batch)
            if progress:
                progress(done, len(ready))
        return vectors


def _by_length(texts: Sequence[str]) -> Iterator[list[int]]:
    """Indexes of texts of like length, at most 8 together: one long text must not pad the rest."""
    batch: list[int] = []
    for index in sorted(range(len(texts)), key=lambda i: len(texts[i])):
        longest_allowed = 2 * len(texts[batch[0]]) + 40 if batch else 0
        if batch and (len(batch) == _BATCH or len(texts[index]) > longest_allowed):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _locate(
    name: str, cache_dir: Path | None, progress: Progress | None
) -> tuple[str, Path | None]:
    """A short label for the model, and its folder unless it is a hub id."""
    if name in SOURCES:
        return SOURCES[name].label, ensure(name, cache_dir, progress)
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder.resolve().name, folder
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", name) or name.startswith("."):
        raise ModelUnavailable(
            f"There is no folder {name} with an embedding model: correct EMBEDDING_MODEL, or set "
            "it to 'embedded'."
        )
    return name, None


def _load(name: str, folder: Path | None) -> SentenceTransformer:
    # The tokenizer library has no other switch; its threads would fight the one we allow torch.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        import torch
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ModelUnavailable(_no_torch(name)) from error
    torch.set_num_threads(1)  # two threads on busy cores were 7 to 15 times slower than one

    def load(local: bool) -> SentenceTransformer:
        return SentenceTransformer(
            str(folder or name),
            device="cpu",
            local_files_only=local,
            model_kwargs={"dtype": "float32"},
        )

    with _quiet_loading():
        try:
            try:
                return load(local=True)
            except Exception:
                if folder:
                    raise
                _ask_hub(name)
                return load(local=False)
        except Exception as error:  # each library below has its own kinds of failure
            raise ModelUnavailable(_failure(name, folder)) from error


def _no_torch(name: str) -> str:
    return (
        f"The packages torch and sentence-transformers, which the embedding model {name} needs "
        "here, cannot be imported: install Crosswalk's requirements again, or set "
        "EMBEDDING_MODEL=embedded and ENCODER_RUNTIME=auto."
    )


def _ask_hub(name: str) -> None:
    """Raise at once when the hub or the model is out of reach: loading would retry for a minute."""
    from huggingface_hub import HfApi

    full = name if "/" in name else f"sentence-transformers/{name}"
    HfApi().model_info(full, timeout=10)


def _failure(name: str, folder: Path | None) -> str:
    if name in SOURCES:
        return (
            f"The embedding model '{name}' cannot be loaded: install Crosswalk's requirements "
            "again, or set EMBEDDING_MODEL to another model."
        )
    if folder:
        return (
            f"The folder {name} holds no embedding model that can be loaded: set EMBEDDING_MODEL "
            "to a folder written by sentence-transformers, or to 'embedded'."
        )
    return (
        f"The embedding model {name} is not on this machine and cannot be fetched: check its name "
        "and the network, or set EMBEDDING_MODEL to a folder or to 'embedded'."
    )


@contextmanager
def _quiet_loading() -> Iterator[None]:
    """Keep transformers' loading bar off the terminal, and leave its switches as they were."""
    from transformers.utils import logging as untyped

    logging: Any = untyped
    bar, level = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bar:
            logging.enable_progress_bar()


def _hub_fingerprint(model: SentenceTransformer) -> str:
    """The hub's commit of the model; for one without, a hash of its weights."""
    config = getattr(model.transformers_model, "config", None)
    commit = getattr(config, "_commit_hash", None)
    if commit:
        return str(commit)
    whole = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        whole.update(name.encode())
        whole.update(tensor.cpu().numpy().tobytes())
    return whole.hexdigest()
