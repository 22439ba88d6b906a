"""Texts that say nearly the same words: MinHash finds candidates, exact Jaccard decides."""

from unicodedata import combining, normalize
from zlib import crc32

import numpy as np
import regex
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

# Twelve bands of four: a pair at similarity .8 is found with probability 1 - (1 - .8**4)**12 =
# .998, at .85 .9999; a pair at .3 is looked at in vain in one case of eleven.
_BANDS = 12
_ROWS = 4
# Four standard errors of a similarity of .8 that is estimated from 48 values.
_SLACK = 0.25
_SEED = 20_261_123
ALIKE, ALIKE_WHEN_SHORT = 0.8, 0.7
SHORT = 40
"""Word pairs below which a text counts as short."""
_WORD = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|[\p{L}\p{M}\p{N}]+")


def _words(text: str) -> list[str]:
    plain = normalize("NFKD", text.casefold())
    return _WORD.findall("".join(char for char in plain if not combining(char)))


def _pairs(text: str) -> Hashes:
    """Return the sorted, distinct hashes of the pairs of neighbouring words in `text`."""
    words = _words(text)
    if not words:
        return np.empty(0, dtype=np.uint64)
    codes = np.array([crc32(word.encode("utf-8", "replace")) for word in words], dtype=np.uint64)
    if len(codes) == 1:
        return codes
    return np.unique((codes[:-1] << np.uint64(32)) | codes[1:])


def _jaccard(one: Hashes, other: Hashes) -> float:
    shared = np.intersect1d(one, other, assume_unique=True).size
    return float(shared / (one.size + other.size - shared))


class Fingerprints:
    """An index of texts by the word pairs they are made of; deterministic, in memory.

    Similarity is the Jaccard index of the two sets of word pairs (case, accents and punctuation
    aside), in [0, 1]; candidates come from MinHash bands (Broder 1997), so that a question costs
    the same however many unlike texts are held.
    """

    def __init__(self) -> None:
        draw = np.random.default_rng(_SEED)
        size = _BANDS * _ROWS
        self._factors = draw.integers(1, 2**63, size, dtype=np.uint64) * np.uint64(2) + 1
        self._offsets = draw.integers(0, 2**63, size, dtype=np.uint64)
        self._weights = draw.integers(1, 2**63, (_BANDS, _ROWS), dtype=np.uint64) * np.uint64(2) + 1
        self._pairs: dict[int, Hashes] = {}
        self._buckets: dict[int, int | list[int]] = {}
        self._slots: dict[int, int] = {}
        self._numbers: list[int] = []
        self._free: list[int] = []
        self._signatures = np.empty((64, size), dtype=np.uint32)

    def __len__(self) -> int:
        return len(self._pairs)

    def _lowest(self, pairs: Hashes) -> Hashes:
        """The MinHash values; unsigned arithmetic wraps, which is what mixing needs."""
        mixed = pairs[None, :] * self._factors[:, None] + self._offsets[:, None]
        lowest: Hashes = (mixed ^ (mixed >> np.uint64(29))).min(axis=1)
        return lowest

    def _bands(self, lowest: Hashes) -> list[int]:
        """One bucket number per band of values."""
        keys = (lowest.reshape(_BANDS, _ROWS) * self._weights).sum(axis=1, dtype=np.uint64)
        return [int(key) for key in keys + np.arange(_BANDS, dtype=np.uint64)]

    def _slot(self, number: int) -> int:
        """A row of the signature table for `number`; rows of forgotten texts are used again."""
        if self._free:
            slot = self._free.pop()
            self._numbers[slot] = number
        else:
            slot = len(self._numbers)
            self._numbers.append(number)
            if slot == len(self._signatures):
                self._signatures = np.concatenate([self._signatures, self._signatures])
        self._slots[number] = slot
        return slot

    def add(self, number: int, text: str) -> None:
        """Hold `text` under `number`, in place of what it held before."""
        self.forget(number)
        pairs = _pairs(text)
        if not pairs.size:
            return
        lowest = self._lowest(pairs)
        slot = self._slot(number)
        self._pairs[number] = pairs
        self._signatures[slot] = lowest.astype(np.uint32)
        for key in self._bands(lowest):
            held = self._buckets.get(key)
            if held is None:
                self._buckets[key] = slot
            elif isinstance(held, int):
                self._buckets[key] = [held, slot]
            else:
                held.append(slot)

    def forget(self, number: int) -> None:
        """Let go of the text under `number`, if there is one."""
        pairs = self._pairs.pop(number, None)
        if pairs is None:
            return
        slot = self._slots.pop(number)
        self._free.append(slot)
        for key in self._bands(self._lowest(pairs)):
            held = self._buckets.get(key)
            if isinstance(held, list):
                held.remove(slot)
                if not held:
                    del self._buckets[key]
            elif held == slot:
                del self._buckets[key]

    def _candidates(self, lowest: Hashes, threshold: float) -> list[int]:
        """Numbers of the texts that share a band and whose signature is about alike enough."""
        slots: set[int] = set()
        for key in self._bands(lowest):
            held = self._buckets.get(key)
            if isinstance(held, int):
                slots.add(held)
            elif held:
                slots.update(held)
        if not slots:
            return []
        rows = np.fromiter(slots, dtype=np.intp, count=len(slots))
        alike = (self._signatures[rows] == lowest.astype(np.uint32)).mean(axis=1)
        return [self._numbers[row] for row in rows[alike >= threshold - _SLACK]]

    def similar(self, text: str, threshold: float | None = None) -> list[tuple[int, float]]:
        """Return (number, similarity) of the held texts at `threshold` or above, nearest first.

        By default ALIKE, and less for short texts, where one other word breaks many pairs. Below
        a threshold of .6 the bands begin to miss pairs.
        """
        pairs = _pairs(text)
        if not pairs.size:
            return []
        if threshold is None:
            threshold = ALIKE_WHEN_SHORT if pairs.size < SHORT else ALIKE
        found = [
            (number, _jaccard(pairs, self._pairs[number]))
            for number in self._candidates(self._lowest(pairs), threshold)
        ]
        near = [(number, likeness) for number, likeness in found if likeness >= threshold]
        return sorted(near, key=lambda pair: (-pair[1], pair[0]))
