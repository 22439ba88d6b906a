"""Reader of the E5S1 container: a BERT encoder in 4-bit blocks with its unigram tokenizer."""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
PROMPTS = {"query": "query: ", "document": "passage: "}
"""What such a model was trained to read before a question and before a passage."""
_HEADER_START = 8  # the magic and a format number
BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
"""Thirty-two weights: ggml's Q4_0."""
_WEIGHTS_PER_BLOCK = 32
_SLICE_BLOCKS = 1 << 16  # 8 MiB of float32 at a time keeps the peak of memory low
_FLOAT32, _Q4_0 = 0, 1


class DamagedModelFile(ValueError):
    """The file is not an E5S1 container, or its parts do not fit together."""


@dataclass(frozen=True)
class Shape:
    """Sizes of the network: counts, except `epsilon` (layer normalisation)."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True)
class Vocabulary:
    """Unigram pieces, their log probabilities, and the ids with a meaning of their own."""

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    begin: int
    end: int
    padding: int
    unknown: int


@dataclass(frozen=True)
class _Entry:
    kind: int
    count: int
    offset: int
    size: int


class E5File:
    """One opened container; tensors are decoded when asked for, never all at once."""

    def __init__(self, path: Path) -> None:
        """Read header, vocabulary and directory of `path`.

        Raises DamagedModelFile when they are not sound, OSError when the file cannot be read.
        """
        with path.open("rb") as file:
            try:
                self._raw = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as error:  # an empty file cannot be mapped
                raise DamagedModelFile("the file is empty") from error
        if self._raw[:4] != MAGIC:
            raise DamagedModelFile("it is not an E5S1 file")
        cursor = _Cursor(self._raw)
        try:
            self.shape, self.vocabulary, self._entries = _read_parts(cursor)
        except (struct.error, UnicodeDecodeError, ValueError, OverflowError) as error:
            raise DamagedModelFile(f"the header cannot be read: {error}") from error

    def close(self) -> None:
        """Let go of the file."""
        self._raw.close()

    def tensor(self, name: str, *shape: int) -> Iterator[NDArray[np.float32]]:
        """Yield the tensor `name` of `shape` as consecutive flat float32 slices, in C order.

        Raises DamagedModelFile when it is absent, of another size, or outside the file.
        """
        count = int(np.prod(shape))
        entry = self._entries.get(name)
        if entry is None or entry.count != count:
            raise DamagedModelFile(f"tensor {name} of shape {shape} is not there")
        if entry.kind == _FLOAT32:
            yield self._slice(entry.offset, count, np.dtype("<f4")).astype(np.float32)
        elif entry.kind == _Q4_0 and count % _WEIGHTS_PER_BLOCK == 0:
            blocks = count // _WEIGHTS_PER_BLOCK
            for first in range(0, blocks, _SLICE_BLOCKS):
                size = min(_SLICE_BLOCKS, blocks - first)
                offset = entry.offset + first * BLOCK.itemsize
                yield dequantise(self._slice(offset, size, BLOCK))
        else:
            raise DamagedModelFile(f"tensor {name} has an unknown encoding")

    def whole(self, name: str, *shape: int) -> NDArray[np.float32]:
        """`tensor` as one array of `shape`."""
        return np.concatenate(list(self.tensor(name, *shape))).reshape(shape)

    def blocks(self, name: str, rows: int, columns: int) -> NDArray[Any]:
        """The matrix `name` as it is stored: BLOCKs (rows, columns / 32) for `dequantise`.

        Raises DamagedModelFile when it is absent, of another size, or stored in another way.
        """
        entry = self._entries.get(name)
        if entry is None or (entry.kind, entry.count) != (_Q4_0, rows * columns) or columns % 32:
            raise DamagedModelFile(f"tensor {name} of {rows} x {columns} in blocks is not there")
        across = columns // _WEIGHTS_PER_BLOCK
        return self._slice(entry.offset, rows * across, BLOCK).reshape(rows, across)

    def _slice(self, offset: int, count: int, dtype: np.dtype[Any]) -> NDArray[Any]:
        if offset + count * dtype.itemsize > len(self._raw):
            raise DamagedModelFile("a tensor ends behind the end of the file")
        size = count * dtype.itemsize
        return np.frombuffer(self._raw[offset : offset + size], dtype=dtype)


def dequantise(blocks: NDArray[Any]) -> NDArray[np.float32]:
    """Decode Q4_0 blocks (n,) to float32 (32 n,): weight = scale * (nibble - 8).

    The sixteen low nibbles of a block come before its sixteen high ones. Format: ggml's Q4_0.
    """
    weights = np.empty((len(blocks), _WEIGHTS_PER_BLOCK), dtype=np.float32)
    weights[:, :16] = blocks["nibbles"] & 15
    weights[:, 16:] = blocks["nibbles"] >> 4
    weights -= 8
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1)


class _Cursor:
    """Reads one value after the other and refuses to run over the end."""

    def __init__(self, raw: mmap.mmap) -> None:
        self._raw = raw
        self._at = _HEADER_START

    def numbers(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self._raw, self._at)
        self._at += struct.calcsize("<" + layout)
        return values

    def number(self, layout: str) -> Any:
        return self.numbers(layout)[0]

    def block(self, size: int) -> bytes:
        if size < 0 or self._at + size > len(self._raw):
            raise DamagedModelFile("a part ends behind the end of the file")
        start, self._at = self._at, self._at + size
        return self._raw[start : self._at]


def _read_parts(cursor: _Cursor) -> tuple[Shape, Vocabulary, dict[str, _Entry]]:
    sizes = cursor.numbers("7i")
    hidden, layers, heads, feed_forward, vocabulary_size, positions, types = sizes
    epsilon = cursor.number("f")
    shape = Shape(hidden, layers, heads, feed_forward, vocabulary_size, positions, types, epsilon)
    if min(sizes) < 1 or shape.hidden % shape.heads:
        raise DamagedModelFile("the sizes of the network make no sense")
    block_weights = cursor.number("i")
    if block_weights != _WEIGHTS_PER_BLOCK:
        raise DamagedModelFile(f"blocks of {block_weights} weights are not supported")
    vocabulary = _read_vocabulary(cursor)
    if len(vocabulary.pieces) > shape.vocabulary:
        raise DamagedModelFile("there are more pieces than vectors for them")
    cursor.number("i")  # characters in the normaliser table, which NFKC stands in for
    cursor.block(cursor.number("I"))
    entries = {}
    for _ in range(cursor.number("i")):
        name = cursor.block(cursor.number("H")).decode()
        entries[name] = _Entry(*cursor.numbers("BIQQ"))
    return shape, vocabulary, entries


def _read_vocabulary(cursor: _Cursor) -> Vocabulary:
    count, begin, end, padding, unknown = cursor.numbers("5i")
    size = cursor.number("Q")
    offsets = np.frombuffer(cursor.block(4 * (count + 1)), dtype="<u4").tolist()
    scores = np.frombuffer(cursor.block(4 * count), dtype="<f4").tolist()
    text = cursor.block(size)
    if offsets[-1] > size or not all(0 <= i < count for i in (begin, end, padding, unknown)):
        raise DamagedModelFile("the vocabulary is not sound")
    pieces = tuple(text[a:b].decode() for a, b in pairwise(offsets))
    if len(set(pieces)) != count:
        raise DamagedModelFile("a piece of the vocabulary stands there twice")
    return Vocabulary(pieces, tuple(scores), begin, end, padding, unknown)
