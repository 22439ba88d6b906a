"""The embedded model's network in numpy: a BERT encoder, its mean and unit length.

Weights lie in one file in the order in which they are read and are mapped into memory, so that
processes share them and a start reads nothing twice. The table of words stays in 4-bit blocks in
a file of its own: only the rows of a text are read. A text's columns stand side by side, so that
texts of any length are one product without padding.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.encoders.e5s1 import E5File, Shape, dequantise
from knowledge.encoders.gelu import gelu

Floats = NDArray[np.float32]

_BODY, _WORDS, _SIZES = "body.npy", "words.npy", "sizes.json"
# OpenBLAS reads a matrix where it lies up to a million multiplications, and copies a larger one
# first: for a question, as much work as the product itself. So it is given as many small ones.
_FEW, _SMALL, _HEIGHTS = 20, 1_000_000, (192, 96, 64, 48, 32)
_LOOKS = 1 << 16  # weights of attention at a time: what a core's own cache holds


def write_network(source: E5File, folder: Path, progress: Callable[[float], None]) -> None:
    """Write the network into `folder`; `progress` hears the share done, 0 to 1.

    Raises DamagedModelFile or OSError.
    """
    size = source.shape
    np.save(folder / _WORDS, source.blocks("emb.word", size.vocabulary, size.hidden))
    (folder / _SIZES).write_text(json.dumps(asdict(size)) + "\n", encoding="utf-8")
    body: list[Floats] = []
    for done, part in enumerate(_stored(source)):
        body += [piece.reshape(-1) for piece in part]
        progress(done / (size.layers + 1))
    np.save(folder / _BODY, np.concatenate(body))
    progress(1.0)


def _stored(source: E5File) -> Iterator[list[Floats]]:
    """What is read before the first layer, then each layer, in the order of reading."""
    size = source.shape
    wide, deep = size.hidden, size.feed_forward
    scale = np.float32(1 / np.sqrt(wide // size.heads))
    place = source.whole("emb.pos", size.positions, wide)
    place = place + source.whole("emb.type", size.types, wide)[0]
    yield [place, source.whole("emb.ln.w", wide), source.whole("emb.ln.b", wide)]
    for at in (f"l{layer}." for layer in range(size.layers)):
        weights = [source.whole(f"{at}{name}.w", wide, wide) for name in "qkv"]
        biases = [source.whole(f"{at}{name}.b", wide) for name in "qkv"]
        # Questions are scaled once, here, in place of every product with them.
        part = [weights[0] * scale, *weights[1:], biases[0] * scale, *biases[1:]]
        for name, shape in (("ao", (wide, wide)), ("fi", (deep, wide)), ("fo", (wide, deep))):
            part += [source.whole(f"{at}{name}.w", *shape), source.whole(f"{at}{name}.b", shape[0])]
            if norm := {"ao": "aln", "fo": "oln"}.get(name):
                part += [source.whole(f"{at}{norm}.{kind}", wide) for kind in "wb"]
        yield part


@dataclass(frozen=True)
class _Dense:
    weight: Floats  # (outputs, inputs)
    bias: Floats  # (outputs, 1)

    def __call__(self, x: Floats) -> Floats:
        """(inputs, n) to (outputs, n)."""
        product = self.weight @ x if x.shape[1] > _FEW else self._in_parts(x)
        product += self.bias
        return product

    def _in_parts(self, x: Floats) -> Floats:
        outputs, inputs = self.weight.shape
        height = next((h for h in _HEIGHTS if h * x.size <= _SMALL and not outputs % h), outputs)
        product: Floats = np.matmul(self.weight.reshape(-1, height, inputs), x)
        return product.reshape(outputs, -1)


@dataclass(frozen=True)
class _Norm:
    weight: Floats  # (hidden, 1)
    bias: Floats
    epsilon: np.float32

    def __call__(self, x: Floats) -> Floats:
        """(hidden, n), each column to mean 0 and variance 1, then scaled; changes `x`."""
        x -= x.mean(axis=0)
        x *= 1 / np.sqrt(np.square(x).mean(axis=0) + self.epsilon)
        x *= self.weight
        x += self.bias
        return x


@dataclass(frozen=True)
class _Layer:
    asked: _Dense  # queries, keys and values
    joined: _Dense
    first: _Norm
    widened: _Dense
    narrowed: _Dense
    second: _Norm


class Network:
    """The forward pass; several threads may use it at once."""

    def __init__(self, folder: Path) -> None:
        """Map what `write_network` wrote. Raises OSError, ValueError, TypeError otherwise."""
        size = self.size = Shape(**json.loads((folder / _SIZES).read_text(encoding="utf-8")))
        self._words = np.load(folder / _WORDS, mmap_mode="r")
        body = _Reader(np.load(folder / _BODY, mmap_mode="r"), np.float32(size.epsilon))
        wide, deep = size.hidden, size.feed_forward
        self._place = body.take(size.positions, wide)
        self._first = body.norm(wide)
        self._layers = [
            _Layer(
                body.dense(3 * wide, wide),
                body.dense(wide, wide),
                body.norm(wide),
                body.dense(deep, wide),
                body.dense(wide, deep),
                body.norm(wide),
            )
            for _ in range(size.layers)
        ]

    def vectors(self, texts: Sequence[Sequence[int]]) -> Floats:
        """Texts (n) as numbers of pieces, at least one and at most `size.positions` each.

        Returns unit vectors, float32 (n, hidden). The memory taken follows the sum of lengths.
        """
        ends = np.cumsum([len(text) for text in texts])
        spans = [slice(end - len(text), end) for text, end in zip(texts, ends, strict=True)]
        x = self._first(self._read(texts))
        for layer in self._layers:
            x = layer.first(layer.joined(self._attend(layer.asked(x), spans)) + x)
            x = layer.second(layer.narrowed(gelu(layer.widened(x))) + x)
        means = np.stack([x[:, span].mean(axis=1) for span in spans])
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        return means

    def _read(self, texts: Sequence[Sequence[int]]) -> Floats:
        """The rows of the words plus those of their places, as columns (hidden, all pieces)."""
        rows = self._words[np.concatenate(texts)]
        words = dequantise(rows.reshape(-1)).reshape(len(rows), self.size.hidden)
        words += np.concatenate([self._place[: len(text)] for text in texts])
        return np.ascontiguousarray(words.T)

    def _attend(self, asked: Floats, spans: Sequence[slice]) -> Floats:
        """Each text's pieces look at one another, never at another text's."""
        heads, wide = self.size.heads, self.size.hidden
        seen = np.empty((wide, asked.shape[1]), np.float32)
        for span in spans:
            parts = asked[:, span].reshape(3, heads, wide // heads, -1)
            at_once = max(1, _LOOKS // parts.shape[-1] ** 2)
            looks = [_look(parts[:, h : h + at_once]) for h in range(0, heads, at_once)]
            seen[:, span] = np.concatenate(looks).reshape(wide, -1)
        return seen


def _look(parts: Floats) -> Floats:
    """Queries, keys and values (3, heads, width, n) to what is seen (heads, width, n)."""
    query, key, value = parts
    weights = key.transpose(0, 2, 1) @ query  # (heads, looked at, looking)
    weights -= weights.max(axis=1, keepdims=True)
    np.exp(weights, out=weights)
    seen: Floats = value @ weights
    seen /= weights.sum(axis=1, keepdims=True)  # here, where there are fewer numbers to divide
    return seen


class _Reader:
    """Takes one part after the other from the body."""

    def __init__(self, body: Floats, epsilon: np.float32) -> None:
        self._left, self._epsilon = np.asarray(body), epsilon

    def take(self, *shape: int) -> Floats:
        count = int(np.prod(shape))
        part, self._left = self._left[:count], self._left[count:]
        return part.reshape(shape)

    def dense(self, outputs: int, inputs: int) -> _Dense:
        return _Dense(self.take(outputs, inputs), self.take(outputs, 1))

    def norm(self, wide: int) -> _Norm:
        return _Norm(self.take(wide, 1), self.take(wide, 1), self._epsilon)
