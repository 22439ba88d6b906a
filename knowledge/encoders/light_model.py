"""The light form of an embedded model: its network in numpy and its pieces in a trie."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from knowledge.encoders.e5s1 import E5File
from knowledge.encoders.encoder import Counted, Vectors
from knowledge.encoders.light_network import Network, write_network
from knowledge.encoders.pieces import Pieces, write_pieces

_COLUMNS = 320  # pieces in one product: enough for its speed, and a core's cache holds them


def write_light(source: E5File, folder: Path, progress: Callable[[float], None]) -> None:
    """Write what `LightModel` opens; `progress` is called with the share done, 0 to 1.

    Raises DamagedModelFile or OSError.
    """
    write_pieces(source.vocabulary, folder)
    write_network(source, folder, progress)


class LightModel:
    """A model that `write_light` wrote; several threads may use it at once."""

    def __init__(self, folder: Path) -> None:
        """Map its files into memory. Raises OSError, ValueError, TypeError or KeyError."""
        self._pieces, self._network = Pieces(folder), Network(folder)
        self.dimension = self._network.size.hidden
        self.positions = self._network.size.positions

    def vectors(self, texts: Sequence[str], progress: Counted | None = None) -> Vectors:
        """Texts (n) as they are to unit vectors, float32 (n, dimension), in their order.

        Encoded shortest first; `progress` hears (done, all) after each product.
        """
        read = [self._pieces.numbers(text, self.positions) for text in texts]
        vectors = np.empty((len(read), self.dimension), np.float32)
        done = 0
        for batch in _batches([len(numbers) for numbers in read]):
            vectors[batch] = self._network.vectors([read[i] for i in batch])
            done += len(batch)
            if progress:
                progress(done, len(read))
        return vectors


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indexes, shortest first, in batches of at most `_COLUMNS` pieces, or of one longer text."""
    batch: list[int] = []
    columns = 0
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and columns + lengths[index] > _COLUMNS:
            yield batch
            batch, columns = [], 0
        batch.append(index)
        columns += lengths[index]
    if batch:
        yield batch


def farthest(folder: Path, reference: Path) -> float:
    """The largest 1 - cosine between the model in `folder` and vectors of sentence-transformers.

    `reference` is an npz file of `texts` (n) and their `vectors` (n, dimension). What cannot be
    compared lies at the greatest distance, 2.
    """
    try:
        with np.load(reference, allow_pickle=False) as known:
            found = LightModel(folder).vectors(known["texts"].tolist()).astype(np.float64)
            cosine = np.sum(found * known["vectors"], axis=1)
    except (OSError, ValueError, TypeError, KeyError):
        return 2.0
    return float(np.max(np.nan_to_num(1 - cosine, nan=2.0)))
