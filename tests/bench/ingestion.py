"""Bringing cases in against the encoder's own throughput on the same texts."""

import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bot.cli.sample import CASES
from knowledge.cases import cases
from knowledge.cases.cases import pieces
from knowledge.cases.views import CaseDraft
from knowledge.database.store import Store
from knowledge.encoders import runtime
from knowledge.encoders.encoder import Encoder
from knowledge.encoders.encoder_thread import EncoderThread
from knowledge.encoders.sentence_encoder import SentenceEncoder
from knowledge.readers.ingest import read_cases
from knowledge.search.index import Library
from tests.bench.measuring import Figure, Part
from tests.support.large_library import recombined_cases

LEAST, FASTER = 0.9, 3.0
TURNS = 4


def measure(encoder: Encoder, reference: SentenceEncoder, count: int) -> Part:
    """`count` new cases, in turns: their texts encoded bare, then the cases brought in."""
    sample = [draft for draft in read_cases(CASES) if isinstance(draft, CaseDraft)]
    drafts = recombined_cases(sample, count, np.random.default_rng(11))
    bare = brought = torch = 0.0
    texts = 0
    with TemporaryDirectory() as room:
        store = Store(f"sqlite:///{Path(room) / 'crosswalk.db'}")
        store.migrate()
        thread = EncoderThread(encoder, runtime.workers_for(encoder))
        library = Library(store, thread)
        for turn in range(TURNS):
            part = drafts[turn::TURNS]
            own = sorted((piece.text for draft in part for piece in pieces(draft)), key=len)
            texts += len(own)
            started = time.perf_counter()
            encoder.encode_documents(own)
            bare += time.perf_counter() - started
            started = time.perf_counter()
            reference.encode_documents(own)
            torch += time.perf_counter() - started
            started = time.perf_counter()
            _bring_in(store, library, part)
            brought += time.perf_counter() - started
        thread.close()
        store.close()
    return Part(
        [
            Figure("ingestion", "rate / the encoder's own", bare / brought, "x", least=LEAST),
            Figure("ingestion", "rate / sentence-transformers", torch / brought, "x", least=FASTER),
            Figure("ingestion", "the encoder's own", texts / bare, "texts/s"),
            Figure("ingestion", "cases brought in", texts / brought, "texts/s"),
        ]
    )


def _bring_in(store: Store, library: Library, drafts: Sequence[CaseDraft]) -> None:
    """What an import does once a file is read: cases into the store, vectors beside them."""
    for draft in drafts:
        store.write(lambda session, draft=draft: cases.add(session, draft, publish=True))  # type: ignore[misc]
    library.encode_missing()
