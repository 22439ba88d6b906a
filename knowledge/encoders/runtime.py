"""Which implementation runs a model: the light one where it can, sentence-transformers else."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from knowledge.encoders.embedded import SOURCES, ModelUnavailable, Progress
from knowledge.encoders.encoder import Encoder
from knowledge.encoders.light_encoder import LightEncoder, VectorsDisagree
from knowledge.encoders.sentence_encoder import SentenceEncoder

Runtime = Literal["auto", "light", "torch"]


@dataclass(frozen=True)
class Loaded:
    """An encoder that is ready, and why it is not the one that was expected, if so."""

    encoder: LightEncoder | SentenceEncoder
    note: str = ""


def load(
    name: str = "embedded",
    cache_dir: Path | None = None,
    progress: Progress | None = None,
    runtime: Runtime = "auto",
) -> Loaded:
    """Load the model `name` and warm it; seconds pass where torch is needed.

    `auto` takes the light implementation for a model that has one whose vectors agree with
    sentence-transformers', and the latter otherwise. Raises ModelUnavailable with the remedy.
    """
    loaded = _chosen(name, cache_dir, progress, runtime)
    loaded.encoder.warm()
    return loaded


def workers_for(encoder: Encoder) -> int:
    """How many threads shall use it: two where it bears them and this process has two cores."""
    if not isinstance(encoder, LightEncoder):
        return 1
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(2, len(allowed) if isinstance(allowed, set) else allowed or 1)


def _chosen(
    name: str, cache_dir: Path | None, progress: Progress | None, runtime: Runtime
) -> Loaded:
    light = name in SOURCES and SOURCES[name].reference is not None
    if runtime == "light" and not light:
        raise ModelUnavailable(
            f"The light encoder cannot run the embedding model {name}: set ENCODER_RUNTIME=auto, "
            "or EMBEDDING_MODEL=embedded."
        )
    if runtime == "torch" or not light:
        return Loaded(SentenceEncoder(name, cache_dir, progress))
    try:
        return Loaded(LightEncoder(name, cache_dir, progress))
    except VectorsDisagree as differs:
        if runtime == "light":
            raise
        return Loaded(SentenceEncoder(name, cache_dir, progress), str(differs))
