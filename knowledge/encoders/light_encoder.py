"""The embedded model without torch: numpy over files mapped into memory, and the same vectors."""

from collections.abc import Sequence
from pathlib import Path

from threadpoolctl import threadpool_limits

from knowledge.encoders.e5s1 import PROMPTS
from knowledge.encoders.embedded import (
    LIGHT,
    SOURCES,
    ModelUnavailable,
    Progress,
    disagreement,
    ensure,
    fingerprint,
)
from knowledge.encoders.encoder import Counted, Vectors, clean, model_id, most_characters
from knowledge.encoders.light_model import LightModel

AGREES = 1e-6
"""The most by which 1 - cosine to sentence-transformers' vectors may differ from 0."""


class VectorsDisagree(ModelUnavailable):
    """On this machine the light encoder would give other vectors than sentence-transformers."""


class LightEncoder:
    """An Encoder whose vectors may stand beside those of `SentenceEncoder`; thread-safe."""

    def __init__(
        self,
        name: str = "embedded",
        cache_dir: Path | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Open the embedded model `name`, building its light form first if there is none.

        Raises VectorsDisagree when the vectors were others when it was built, and otherwise
        ModelUnavailable with the remedy.
        """
        folder = ensure(name, cache_dir, progress, LIGHT)
        if (apart := disagreement(folder)) > AGREES:
            raise VectorsDisagree(
                f"The light encoder's vectors differ from the reference ones (1 - cosine is "
                f"{apart:.0e}): set ENCODER_RUNTIME=torch."
            )
        # Several threads of the library of linear algebra on busy cores are slower than one.
        threadpool_limits(1, user_api="blas")
        self.name = name
        self._model = LightModel(folder)
        self.dimension = self._model.dimension
        self.model_id = model_id(SOURCES[name].label, fingerprint(folder), PROMPTS)
        self._most_characters = most_characters(self._model.positions)

    def warm(self) -> None:
        """Encode once, so that the first member does not wait for the files to be read."""
        self.encode_queries(["warm"])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Questions (n) to unit vectors, float32 (n, dimension); texts are cleaned and capped."""
        return self._model.vectors(self._ready("query", texts))

    def encode_documents(self, texts: Sequence[str], progress: Counted | None = None) -> Vectors:
        """Passages (n) to unit vectors, float32 (n, dimension), in the order of `texts`.

        Encoded shortest first; `progress` hears (done, all) now and then.
        """
        return self._model.vectors(self._ready("document", texts), progress)

    def _ready(self, kind: str, texts: Sequence[str]) -> list[str]:
        return [PROMPTS[kind] + clean(text, self._most_characters) for text in texts]
