"""A deterministic encoder without a model: texts with like words get like vectors."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from knowledge.encoders.encoder import Counted, Vectors

_WORD_WEIGHT, _TRIGRAM_WEIGHT = 1.0, 0.4


class HashEncoder:
    """Sums hashed random directions of the words and of the trigrams inside them."""

    def __init__(self, dimension: int = 64, name: str = "hash") -> None:
        self.name = name
        self.dimension = dimension
        self.model_id = f"{name}:{dimension}"
        self.batches: list[tuple[str, int]] = []  # (kind, size) of each call, for tests

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Questions (n) to unit vectors, float32 (n, dimension)."""
        self.batches.append(("queries", len(texts)))
        return self._encode(texts)

    def encode_documents(self, texts: Sequence[str], progress: Counted | None = None) -> Vectors:
        """Passages (n) to unit vectors, float32 (n, dimension); one call of `progress`."""
        self.batches.append(("documents", len(texts)))
        vectors = self._encode(texts)
        if progress:
            progress(len(texts), len(texts))
        return vectors

    def _encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for feature, weight in _features(text):
                vectors[row] += weight * self._direction(feature)
            if not vectors[row].any():
                vectors[row] = self._direction("")
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def _direction(self, feature: str) -> Vectors:
        digest = hashlib.blake2b(feature.encode("utf-8", "replace"), digest_size=8).digest()
        random = np.random.default_rng(int.from_bytes(digest, "big"))
        return random.standard_normal(self.dimension).astype(np.float32)


def _features(text: str) -> list[tuple[str, float]]:
    features = []
    for word in re.findall(r"\w+", text.casefold()):
        features.append((word, _WORD_WEIGHT))
        padded = f"^{word}$"
        trigrams = [padded[i : i + 3] for i in range(len(padded) - 2)]
        features += [(f"3:{t}", _TRIGRAM_WEIGHT) for t in trigrams]
    return features
