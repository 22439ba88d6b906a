"""A very small model in the embedded model's container format, inside a package of its own."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.encoders.embedded import Source

HIDDEN, LAYERS, HEADS, FEED_FORWARD, POSITIONS, TYPES = 32, 2, 4, 64, 48, 2
PIECES = ("<s>", "<pad>", "</s>", "<unk>", "▁", "▁data", "▁share", "▁city", "s", "e", "a", "ñ", "t")
VOCABULARY = 16  # more vectors than pieces, as in the real model
CONTAINER = "tiny-q4.bin"


@dataclass
class _Container:
    body: bytearray = field(default_factory=bytearray)
    directory: bytearray = field(default_factory=bytearray)
    tensors: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    def add(self, name: str, kind: int, values: NDArray[np.float32], data: bytes) -> None:
        encoded = name.encode()
        self.directory += struct.pack("<H", len(encoded)) + encoded
        # Offsets count from the start of the file: `write_container` adds the header's length.
        self.directory += struct.pack("<BIQQ", kind, values.size, len(self.body), len(data))
        self.body += data
        self.tensors[name] = values


def write_container(path: Path, seed: int = 7) -> dict[str, NDArray[np.float32]]:
    """Write the container and return every tensor that it should decode to."""
    random = np.random.default_rng(seed)
    wanted = _wanted_tensors()
    start = 0
    for _ in range(2):  # the directory's length does not depend on the offsets in it
        random = np.random.default_rng(seed)
        container = _Container(body=bytearray(start))
        for name, (kind, shape) in wanted.items():
            values, data = _quantised(random, shape) if kind else _plain(random, name, shape)
            container.add(name, kind, values, data)
        header = _header(len(wanted)) + bytes(container.directory)
        start = len(header)
    path.write_bytes(header + bytes(container.body[start:]))
    return container.tensors


def install_package(
    folder: Path, name: str = "tinyembedding", *, intact: bool = True
) -> tuple[Source, dict[str, NDArray[np.float32]]]:
    """A package that fails when imported, with the container inside, and its Source."""
    package = folder / name
    package.mkdir(parents=True)
    package.joinpath("__init__.py").write_text("raise RuntimeError('the engine was imported')\n")
    tensors = write_container(package / CONTAINER)
    if not intact:
        whole = (package / CONTAINER).read_bytes()
        (package / CONTAINER).write_bytes(whole[: len(whole) // 2])
    digest = hashlib.sha256((package / CONTAINER).read_bytes()).hexdigest()
    source = Source(
        label="tiny",
        requirement=f"{name}==1.0",
        package=name,
        folder="",
        digests={CONTAINER: digest},
        builds=True,
    )
    return source, tensors


def _wanted_tensors() -> dict[str, tuple[int, tuple[int, ...]]]:
    wanted: dict[str, tuple[int, tuple[int, ...]]] = {
        "emb.word": (1, (VOCABULARY, HIDDEN)),
        "emb.pos": (0, (POSITIONS, HIDDEN)),
        "emb.type": (0, (TYPES, HIDDEN)),
        "emb.ln.w": (0, (HIDDEN,)),
        "emb.ln.b": (0, (HIDDEN,)),
    }
    square = (HIDDEN, HIDDEN)
    for layer in range(LAYERS):
        for name in ("q", "k", "v", "ao"):
            wanted[f"l{layer}.{name}.w"] = (1, square)
            wanted[f"l{layer}.{name}.b"] = (0, (HIDDEN,))
        wanted[f"l{layer}.fi.w"] = (1, (FEED_FORWARD, HIDDEN))
        wanted[f"l{layer}.fi.b"] = (0, (FEED_FORWARD,))
        wanted[f"l{layer}.fo.w"] = (1, (HIDDEN, FEED_FORWARD))
        wanted[f"l{layer}.fo.b"] = (0, (HIDDEN,))
        for name in ("aln", "oln"):
            wanted[f"l{layer}.{name}.w"] = (0, (HIDDEN,))
            wanted[f"l{layer}.{name}.b"] = (0, (HIDDEN,))
    return wanted


def _quantised(
    random: np.random.Generator, shape: tuple[int, ...]
) -> tuple[NDArray[np.float32], bytes]:
    """Random blocks, decoded one weight at a time as the format's description says."""
    values: list[float] = []
    data = b""
    for _ in range(int(np.prod(shape)) // 32):
        scale = float(np.float16(random.uniform(0.01, 0.2)))
        nibbles = random.integers(0, 16, 32).tolist()
        data += struct.pack("<e", scale)
        data += bytes(low | high << 4 for low, high in zip(nibbles[:16], nibbles[16:], strict=True))
        values += [scale * (nibble - 8) for nibble in nibbles]
    return np.array(values, dtype=np.float32).reshape(shape), data


def _plain(
    random: np.random.Generator, name: str, shape: tuple[int, ...]
) -> tuple[NDArray[np.float32], bytes]:
    centre = 1.0 if name.endswith("ln.w") else 0.0
    values = random.normal(centre, 0.1, shape).astype(np.float32)
    return values, values.tobytes()


def _header(tensors: int) -> bytes:
    encoded = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, encoded)])
    blob = b"".join(encoded)
    table = struct.pack("<IB", 9, 1) + struct.pack("<I", 32)  # a tab becomes a blank
    return b"".join(
        (
            b"E5S1" + struct.pack("<i", 1),
            struct.pack("<7i", HIDDEN, LAYERS, HEADS, FEED_FORWARD, VOCABULARY, POSITIONS, TYPES),
            struct.pack("<fi", 1e-12, 32),
            struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob)),
            offsets.astype("<u4").tobytes(),
            np.linspace(0, -6, len(PIECES)).astype("<f4").tobytes(),
            blob,
            struct.pack("<iI", 1, len(table)) + table,
            struct.pack("<i", tensors),
        )
    )
