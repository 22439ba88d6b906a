"""Texts to vectors: the Encoder protocol and its sentence-transformers implementation."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.encoders.embedded import SOURCES, ModelUnavailable, Progress, ensure, fingerprint

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
Counted = Callable[[int, int], None]  # (texts done, texts in all)

_REVISION = 1  # raise it when the same text would get another vector than before
_BATCH = 8  # 10.2 passages a second against 5.6 with 32: padding costs more than calls do
_CHARACTERS_PER_TOKEN = 16  # more than any language has, so a cap loses nothing the model sees
_MOST_CHARACTERS = 32_000
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
_SEARCH_TASK = (
    "Instruct: Given a web search query, retrieve relevant passages that answer the query"
)
_SENTENCE_TASK = "Represent this sentence for searching relevant passages: "
# (part of the model's name, prompt of a query, prompt of a document), as the models' cards say;
# the first that fits counts, and only where the model's own configuration has no prompts.
_PROMPTS = (
    ("e5-mistral", f"{_SEARCH_TASK}\nQuery: ", ""),
    ("e5-large-instruct", f"{_SEARCH_TASK}\nQuery: ", ""),
    ("e5-", "query: ", "passage: "),
    ("bge-m3", "", ""),
    ("bge-small-en", _SENTENCE_TASK, ""),
    ("bge-base-en", _SENTENCE_TASK, ""),
    ("bge-large-en", _SENTENCE_TASK, ""),
    ("embeddinggemma", "task: search result | query: ", "title: none | text: "),
    ("qwen3-embedding", f"{_SEARCH_TASK}\nQuery:", ""),
    ("nomic-embed-text", "search_query: ", "search_document: "),
    ("snowflake-arctic-embed-m-v2", "query: ", ""),
    ("snowflake-arctic-embed-l-v2", "query: ", ""),
    ("snowflake-arctic-embed", _SENTENCE_TASK, ""),
    ("mxbai-embed-large", _SENTENCE_TASK, ""),
)


class Encoder(Protocol):
    """Whatever turns texts into vectors; any text at all, without an exception."""

    @property
    def name(self) -> str:
        """The model as the settings name it."""

    @property
    def model_id(self) -> str:
        """Name and content hash: equal exactly where vectors may be compared."""

    @property
    def dimension(self) -> int:
        """Length of each vector."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Questions (n) to unit vectors, float32 (n, dimension)."""

    def encode_documents(self, texts: Sequence[str], progress: Counted | None = None) -> Vectors:
        """Passages (n) to unit vectors, float32 (n, dimension), in the order of `texts`."""


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
        label, folder = _locate(name, cache_dir, progress)
        self.name = name
        self._model = _load(name, folder)
        self._model.prompts = prompts_for(label, self._model.prompts)
        content = fingerprint(folder) if folder else _hub_fingerprint(self._model)
        identity = f"{_REVISION}:{content}:{sorted(self._model.prompts.items())!r}"
        self.model_id = f"{label}:{hashlib.sha256(identity.encode()).hexdigest()[:16]}"
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        tokens = self._model.max_seq_length or _MOST_CHARACTERS
        self._most_characters = min(tokens * _CHARACTERS_PER_TOKEN, _MOST_CHARACTERS)

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


def clean(text: str, most: int) -> str:
    """Make any string fit for a tokenizer: no control characters, no halves of a surrogate pair.

    Blanks are folded, at most `most` characters are kept, and an empty text becomes a full stop,
    because some models have no token at all for nothing.
    """
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return _INVISIBLE.sub(" ", whole).strip()[:most] or "."


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
        raise ModelUnavailable(
            "The packages torch and sentence-transformers cannot be imported: install Crosswalk's "
            "requirements again."
        ) from error
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


def prompts_for(label: str, own: Mapping[str, str | None]) -> dict[str, str | None]:
    """The prompts of the model `label`: its `own` where it has any, else those of the table."""
    if not any(own.values()):
        for part, query, document in _PROMPTS:
            if part in label.lower():
                return {"query": query, "document": document}
    return dict(own)


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
