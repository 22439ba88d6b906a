"""Texts to vectors: the Encoder protocol, and what every implementation does with a text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Counted = Callable[[int, int], None]  # (texts done, texts in all)

_REVISION = 1  # raise it when the same text would get another vector than before
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


def most_characters(tokens: int | None) -> int:
    """How much of a text a model that reads so many tokens can make use of."""
    return min((tokens or _MOST_CHARACTERS) * _CHARACTERS_PER_TOKEN, _MOST_CHARACTERS)


def model_id(label: str, content: str, prompts: Mapping[str, str | None]) -> str:
    """The name of a model's vectors: equal exactly where they may be compared.

    `content` is the fingerprint of its files; see `Encoder.model_id`.
    """
    identity = f"{_REVISION}:{content}:{sorted(prompts.items())!r}"
    return f"{label}:{hashlib.sha256(identity.encode()).hexdigest()[:16]}"


def clean(text: str, most: int) -> str:
    """Make any string fit for a tokenizer: no control characters, no halves of a surrogate pair.

    Blanks are folded, at most `most` characters are kept, and an empty text becomes a full stop,
    because some models have no token at all for nothing.
    """
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return _INVISIBLE.sub(" ", whole).strip()[:most] or "."


def prompts_for(label: str, own: Mapping[str, str | None]) -> dict[str, str | None]:
    """The prompts of the model `label`: its `own` where it has any, else those of the table."""
    if not any(own.values()):
        for part, query, document in _PROMPTS:
            if part in label.lower():
                return {"query": query, "document": document}
    return dict(own)
