"""A question end to end against its bare encoding, where the time goes, and what waits."""

import asyncio
import json
import random
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from bot.app import Core, build
from bot.cli.sample import CASES, MEMBERS
from bot.contract import Person, Place, Reply, Said
from bot.features.asking import replies as asking_replies
from bot.features.asking import service as asking_service
from bot.settings import Settings
from knowledge.cases import cases
from knowledge.database.store import MIGRATIONS, Store
from knowledge.encoders.encoder import Encoder
from knowledge.encoders.encoder_thread import EncoderThread
from knowledge.encoders.sentence_encoder import SentenceEncoder
from knowledge.questions import questions as questions_questions
from knowledge.questions.tables import Question
from knowledge.search import expert_ranking, search
from knowledge.search.index import Library
from knowledge.search.vectors import VectorIndex
from knowledge.text.lexical import Postings
from tests.bench.measuring import Figure, Part, Watch, median_ratio, peak_memory, percentile, table
from tests.support import large_library

QUESTIONS = Path(__file__).parents[1] / "data" / "questions.jsonl"
TARGETS = {10_000: 1.25, 100_000: 2.0}
"""Most that a question may take, in encodings of the same text, by snippets in the library."""
IN_FLIGHT = 50
LAG_MS = 50.0
TICK = 0.005
WARM_UP = 5

STAGES: Sequence[tuple[Any, str, str]] = (
    (EncoderThread, "_answer", "encode"),
    (asking_service, "detect", "detect the language"),
    (questions_questions, "times_shown", "read: times shown"),
    (asking_service.Asking, "_read", "read the words"),
    (asking_service.Asking, "_look_up", "look up"),
    (VectorIndex, "scores", "look up: meaning"),
    (search, "fuse", "look up: fuse"),
    (search, "best_first", "look up: order"),
    (Postings, "covered", "look up: covered (fuse, judge)"),
    (asking_service, "find_cases", "look up: cases in all"),
    (expert_ranking, "rank", "look up: experts in all"),
    (asking_service.Asking, "_keep", "write: statements"),
    (Store, "write", "write: with commit"),
    (Store, "read", "reads in all (who asks; news)"),
    (asking_service.Asking, "_quote", "excerpts"),
    (Library, "meanings", "excerpts: encode sentences"),
    (asking_replies, "answer", "words of the reply"),
)
"""What is watched. Reads and words run beside the encoding, all but who asks."""


def questions(count: int) -> list[str]:
    """So many different labelled questions of all languages, always the same ones."""
    texts = [json.loads(line)["text"] for line in QUESTIONS.read_text("utf-8").splitlines()]
    return random.Random(1).sample(texts, min(count, len(texts)))


@contextmanager
def community(encoder: Encoder, size: int, folder: Path) -> Iterator[Core]:
    """A core over a copy of a made community of `size` snippets, kept in `folder` between runs."""
    digest = sha256(f"{large_library.REVISION}:{encoder.model_id}:{size}".encode())
    for file in (CASES, MEMBERS, *sorted(MIGRATIONS.glob("versions/*.py"))):
        digest.update(file.read_bytes())
    kept = folder / f"bench-{size}-{digest.hexdigest()[:12]}.db"
    with TemporaryDirectory(dir=folder) as room:
        file = Path(room) / "crosswalk.db"
        if kept.exists():
            shutil.copyfile(kept, file)
        store = Store(f"sqlite:///{file}")
        store.migrate()
        if not kept.exists():
            large_library.build(store, encoder, size, folder)
            store.backup(kept)
        settings = Settings(_env_file=None, questions_per_hour=0)  # type: ignore[call-arg]
        core = build(settings, store, encoder, clock=lambda: large_library.NOW)
        try:
            yield core
        finally:
            core.close()


def measure(
    encoder: Encoder, reference: SentenceEncoder, size: int, folder: Path, count: int
) -> Part:
    """All figures of one size, with `count` questions."""
    part = f"{size:,} snippets"
    with community(encoder, size, folder) as core:
        started = time.perf_counter()
        core.library.refresh()
        loaded = time.perf_counter() - started
        bare, whole = asyncio.run(_compare(core, reference, questions(count)))
        stages = asyncio.run(_stages(core, questions(count)))
        lags, burst = asyncio.run(_burst(core, questions(IN_FLIGHT)))
        _all_kept(core, WARM_UP + 2 * len(questions(count)) + len(questions(IN_FLIGHT)))
        noticed = _notice(core)
    figures = [
        Figure(part, "question / bare encoding", median_ratio(whole, bare), "x", TARGETS.get(size)),
        Figure(part, "bare encoding, median", 1e3 * median(bare), "ms"),
        Figure(part, "question, median", 1e3 * median(whole), "ms"),
        Figure(part, "question, 90 of 100 within", 1e3 * percentile(whole, 0.9), "ms"),
        Figure(part, f"loop lag, {IN_FLIGHT} in flight, p99", percentile(lags, 0.99), "ms", LAG_MS),
        Figure(part, f"loop lag, {IN_FLIGHT} in flight, most", max(lags), "ms"),
        Figure(part, f"{IN_FLIGHT} questions at once", burst, "s"),
        Figure(part, "loading the library", loaded, "s"),
        Figure(part, "taking in one changed case", 1e3 * noticed, "ms"),
        Figure(part, "peak memory so far, model included", peak_memory(), "MB"),
    ]
    return Part(figures, stages)


async def _ask(core: Core, number: int, text: str) -> float:
    """Seconds until an approved member has the reply."""
    platform, workspace, user = large_library.ASKER
    person = Person(platform, workspace, user, "Asker")
    place = Place(platform, workspace, "direct")
    started = time.perf_counter()
    said = Said(event_id=uuid4().hex, person=person, place=place, text=text)
    reply = await core.dispatcher.handle(said)
    spent = time.perf_counter() - started
    if not isinstance(reply, Reply) or not (reply.cards or reply.text):
        raise RuntimeError(f"question {number} got no answer")
    return spent


async def _compare(
    core: Core, reference: SentenceEncoder, texts: Sequence[str]
) -> tuple[list[float], list[float]]:
    """Seconds of the model's own encode_query and of the whole, in turns on each text."""
    bare, whole = [], []
    for number, text in enumerate([*texts[:WARM_UP], *texts]):
        started = time.perf_counter()
        reference._model.encode_query(text, show_progress_bar=False)
        bare.append(time.perf_counter() - started)
        whole.append(await _ask(core, number, text))
    return bare[WARM_UP:], whole[WARM_UP:]


async def _stages(core: Core, texts: Sequence[str]) -> str:
    """A table of what each stage takes of a question; the watching itself costs a little."""
    watch = Watch()
    whole = []
    with watch.on(STAGES):
        for number, text in enumerate(texts):
            with watch.lap():
                whole.append(await _ask(core, number, text))
    rows = [("stage", "median ms", "mean ms")]
    rows += [
        (label, f"{1e3 * median(laps):.2f}", f"{1e3 * sum(laps) / len(laps):.2f}")
        for label, laps in [("the whole question", whole), *watch.laps.items()]
    ]
    return table(rows)


async def _burst(core: Core, texts: Sequence[str]) -> tuple[list[float], float]:
    """Milliseconds by which the event loop was late, and seconds until all were answered."""
    lags: list[float] = []

    async def tick() -> None:
        while True:
            started = time.perf_counter()
            await asyncio.sleep(TICK)
            lags.append(1e3 * (time.perf_counter() - started - TICK))

    ticking = asyncio.create_task(tick())
    started = time.perf_counter()
    await asyncio.gather(*(_ask(core, number, text) for number, text in enumerate(texts)))
    spent = time.perf_counter() - started
    ticking.cancel()
    return lags, spent


def _all_kept(core: Core, asked: int) -> None:
    """Raise RuntimeError unless every question was answered and written.

    A refusal is a courteous reply as well, and a fast one: it must not pass for an answer.
    """
    kept = core.store.read(
        lambda session: session.scalar(select(func.count()).select_from(Question))
    )
    if kept != large_library.HISTORY + asked:
        raise RuntimeError(
            f"{asked} questions were asked and {(kept or 0) - large_library.HISTORY} kept: "
            "refusals were timed, so there are no figures."
        )


def _notice(core: Core) -> float:
    """Seconds to take in a case with other words, its encoding left out."""
    case = core.store.read(lambda session: cases.get(session, 1))
    if case is None:
        raise RuntimeError("the made community has no first case")
    draft = replace(cases.draft_of(case), text=f"{case.text} It was changed this morning.")
    core.store.write(lambda session: cases.edit(session, case.id, draft))
    core.library.encode_missing()
    started = time.perf_counter()
    core.library.refresh()
    return time.perf_counter() - started
