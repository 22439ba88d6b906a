"""The library in memory keeps step with a store that others write to, and redoes nothing twice."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select, text
from sqlmodel import Session, SQLModel, col

from bot.app import Core
from knowledge.cases import cases
from knowledge.cases.tables import CaseSnippet
from knowledge.database.store import Store
from knowledge.encoders.encoder import Counted, Vectors
from knowledge.encoders.encoder_thread import EncoderThread
from knowledge.errors import StoreRefused
from knowledge.lifecycle import membership
from knowledge.search.documents import Query
from knowledge.search.index import SLICE, Library
from knowledge.search.search import find
from knowledge.text import passages
from knowledge.text.tables import Passage, Vector
from knowledge.vocabulary import CaseState, Purpose
from tests.support.community import Room, admit, case, case_cards, expert, person, publish
from tests.support.fake_encoder import HashEncoder


class Counting(HashEncoder):
    """The fake encoder, remembering each text that it was given to encode."""

    def __init__(self, name: str = "hash") -> None:
        super().__init__(name=name)
        self.texts: list[str] = []

    def encode_documents(self, texts: Sequence[str], progress: Counted | None = None) -> Vectors:
        self.texts += texts
        return super().encode_documents(texts, progress)


class Process:
    """What one running process holds: a store, an encoder on its thread, a library."""

    def __init__(self, url: str, encoder: Counting | None = None) -> None:
        self.store = Store(url)
        self.encoder = encoder or Counting()
        self.thread = EncoderThread(self.encoder)
        self.library = Library(self.store, self.thread)

    def titles(self, question: str) -> list[int]:
        """Numbers of the cases in the order in which a question finds them."""
        vector = self.library.encode_question(question).result()
        found = find(
            self.library.snapshot.cases,
            Query(question, "en", vector),
            model=self.library.model_id,
        )
        return [int(found.ids[row]) for row in found.order]

    def close(self) -> None:
        self.thread.close()
        self.store.close()


@pytest.fixture
def url(store: Store, tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/crosswalk.db"


@pytest.fixture
def here(url: str) -> Iterator[Process]:
    process = Process(url)
    yield process
    process.close()


@pytest.fixture
def there(url: str) -> Iterator[Process]:
    process = Process(url)
    yield process
    process.close()


def rows(store: Store, table: type[SQLModel]) -> int:
    return store.read(lambda s: s.scalar(select(func.count()).select_from(table)) or 0)


def distinct_texts(store: Store) -> int:
    query = select(func.count(func.distinct(col(Passage.text_hash))))
    return store.read(lambda session: session.scalar(query) or 0)


def orphans(store: Store) -> int:
    """Vectors that stand for no text any more."""
    query = (
        select(func.count())
        .select_from(Vector)
        .where(col(Vector.text_hash).not_in(select(col(Passage.text_hash))))
    )
    return store.read(lambda session: session.scalar(query) or 0)


def test_another_process_is_noticed_and_only_the_difference_is_encoded(
    here: Process, there: Process
) -> None:
    publish(here.store, *(case(f"Case {n} about harbour {n}") for n in range(20)))
    here.library.refresh()
    there.library.refresh()
    assert len(here.encoder.texts) == 40  # a title and a passage each
    assert there.encoder.texts == []  # the vectors are in the store
    assert len(there.library.snapshot.cases) == 20
    (number,) = publish(here.store, case("Scanner data for prices"))
    assert len(there.library.snapshot.cases) == 20  # until it looks again
    there.library.refresh()
    assert len(there.encoder.texts) == 2
    assert there.titles("Scanner data for prices")[0] == number
    assert len(there.library.snapshot.cases) == 21


def test_nothing_new_means_no_work(here: Process, there: Process) -> None:
    publish(here.store, case("Chart for each department"))
    here.library.refresh()
    before = here.library.snapshot
    here.library.refresh()
    assert here.library.snapshot is before


def test_published_retired_and_edited_cases_come_and_go(here: Process, there: Process) -> None:
    numbers = publish(here.store, *(case(f"Case {n}") for n in range(3)))
    draft = here.store.write(lambda session: cases.add(session, case("Still a draft"))).id
    there.library.refresh()
    assert set(there.titles("case")) == set(numbers)
    here.store.write(lambda session: cases.set_state(session, draft, CaseState.PUBLISHED))
    here.store.write(lambda session: cases.set_state(session, numbers[0], CaseState.RETIRED))
    words = case("Bicycle counters on bridges")
    here.store.write(lambda session: cases.edit(session, numbers[1], words))
    there.library.refresh()
    assert set(there.titles("case")) == {numbers[1], numbers[2], draft}
    assert there.titles("Bicycle counters on bridges")[0] == numbers[1]
    here.store.write(lambda session: cases.set_state(session, numbers[1], CaseState.DRAFT))
    there.library.refresh()
    assert set(there.titles("case")) == {numbers[2], draft}


def test_what_is_caught_up_equals_what_is_read_anew(here: Process, there: Process) -> None:
    """Changes applied one after another leave the same ranking as a fresh start."""
    there.library.refresh()
    numbers: list[int] = []
    for step in range(12):
        numbers += publish(here.store, case(f"Harbour {step} and school {step % 3}", key=str(step)))
        if step % 3 == 2:
            gone = numbers[step // 2]
            here.store.write(lambda s, gone=gone: cases.set_state(s, gone, CaseState.RETIRED))  # type: ignore[misc]
        admit(here.store, expert(f"E{step}", f"harbour {step}", f"school {step}"))
        there.library.refresh()
    here.library.refresh()
    for question in ("harbour 4", "school 2", "which school has harbour 11?"):
        vector = here.library.encode_question(question).result()
        query = Query(question, "en", vector)
        one, other = (
            find(each.library.snapshot.cases, query, model=each.library.model_id)
            for each in (here, there)
        )
        scores = [
            dict(zip(f.ids.tolist(), f.fused.scores.tolist(), strict=True)) for f in (one, other)
        ]
        assert scores[0].keys() == scores[1].keys()
        assert all(np.isclose(scores[0][n], scores[1][n], atol=1e-4) for n in scores[0])
    pieces = [
        sorted((p.member_id, p.kind, p.text) for p in each.library.snapshot.evidence_of.values())
        for each in (here, there)
    ]
    assert pieces[0] == pieces[1]
    assert here.library.snapshot.members == there.library.snapshot.members


def test_experts_follow_consent_profile_and_cases(here: Process, there: Process) -> None:
    number = admit(here.store, expert("Bea", "open data licensing"))
    there.library.refresh()
    assert there.library.snapshot.experts == 1
    (written,) = publish(here.store, case("Scanner data"), author_id=number)
    there.library.refresh()
    told = {piece.text for piece in there.library.snapshot.evidence_of.values()}
    assert told == {"open data licensing", "Statistician", "Scanner data"}
    here.store.write(lambda session: cases.set_state(session, written, CaseState.RETIRED))
    there.library.refresh()
    told = {piece.text for piece in there.library.snapshot.evidence_of.values()}
    assert told == {"open data licensing", "Statistician"}
    here.store.write(lambda s: membership.consent(s, number, Purpose.BE_ASKED, False))
    there.library.refresh()
    assert there.library.snapshot.experts == 0
    assert len(there.library.snapshot.evidence) == 0


def test_a_need_is_never_evidence(here: Process) -> None:
    draft = replace(expert("Bea", "open data"), needs=("scanner data for prices",))
    admit(here.store, draft)
    here.library.refresh()
    assert "scanner data for prices" not in {
        piece.text for piece in here.library.snapshot.evidence_of.values()
    }


def test_another_model_answers_only_once_all_is_encoded(here: Process, url: str) -> None:
    publish(here.store, *(case(f"Case {n} of harbour {n}") for n in range(150)))
    here.library.refresh()
    old, new = here.library.model_id, "other"
    other = Process(url, Counting(new))
    during: list[tuple[str | None, int]] = []

    def look(_done: int, _all: int) -> None:
        fresh = Process(url)
        fresh.library.refresh()  # somebody starts with the old model in the middle of it
        during.append((fresh.store.read(passages.active_model), len(fresh.encoder.texts)))
        assert here.titles("Case 7 of harbour 7")[0] == 8
        fresh.close()

    other.library.refresh(look)
    assert during
    assert set(during) == {(old, 0)}
    assert len(other.encoder.texts) == 300
    assert other.store.read(passages.active_model) == other.library.model_id
    assert rows(here.store, Vector) == 300
    assert other.titles("Case 7 of harbour 7")[0] == 8
    other.close()


def test_texts_that_are_the_same_share_a_vector_until_the_last_is_gone(here: Process) -> None:
    shared = "Each department got a chart. It took a week."
    one, _ = publish(here.store, case("One", shared), case("Two", shared))
    here.library.refresh()
    assert rows(here.store, Vector) == 3  # two titles, one passage
    here.store.write(lambda s: cases.edit(s, one, case("One", "Other words altogether.")))
    assert rows(here.store, Vector) == 2  # the title of One went, and comes again
    here.library.refresh()
    assert rows(here.store, Vector) == 4
    assert orphans(here.store) == 0


def test_a_text_that_goes_while_it_is_encoded_leaves_no_vector(here: Process, url: str) -> None:
    """Whoever has a text erased must not leave its meaning behind."""
    (number,) = publish(here.store, case("Secret of the harbour"))
    other = Store(url)

    def meanwhile(_done: int, _all: int) -> None:
        other.write(lambda s: cases.edit(s, number, case("Nothing left", "Not a word.")))

    here.library.encode_missing(meanwhile)
    assert orphans(here.store) == 0
    here.library.refresh()
    assert orphans(here.store) == 0
    assert here.titles("Nothing left") == [number]
    other.close()


SLOW = """
import sys, time
sys.path.insert(0, sys.argv[2])
from knowledge.encoders.encoder_thread import EncoderThread
from knowledge.search.index import Library
from knowledge.database.store import Store
from tests.support.fake_encoder import HashEncoder

class Slow(HashEncoder):
    def encode_documents(self, texts, progress=None):
        time.sleep(0.01)
        return super().encode_documents(texts, progress)

Library(Store(sys.argv[1]), EncoderThread(Slow())).refresh()
"""
ASKER = person("asker")
ROOT = str(Path(__file__).parents[2])


def test_a_title_that_several_cases_have_is_no_vector_of_its_own(here: Process) -> None:
    """A long text cut into parts: its title must not bring all of them before what answers."""
    parts = ("harbour dues and cranes", "school meals and buses", "tram lines and bells")
    publish(here.store, case("Open data strategy", parts[0], key="0"))
    here.library.refresh()
    alone = here.library.snapshot.cases
    assert alone.vectors.scores(here.encoder.encode_queries(["Open data strategy"])[0]).max() > 0.9
    publish(here.store, *(case("Open data strategy", part, key=part) for part in parts[1:]))
    here.library.refresh()
    cut = here.library.snapshot.cases
    assert len(cut) == 3
    assert cut.vectors.scores(here.encoder.encode_queries(["Open data strategy"])[0]).max() < 0.7


def test_an_encoding_that_is_killed_goes_on_where_it_was(here: Process, url: str) -> None:
    publish(here.store, *(case(f"Case {n} of harbour {n}") for n in range(SLICE + 100)))
    total = distinct_texts(here.store)
    doomed = subprocess.Popen([sys.executable, "-c", SLOW, url, ROOT])
    try:
        until = time.monotonic() + 60
        while rows(here.store, Vector) < SLICE and time.monotonic() < until:
            assert doomed.poll() is None, "it ended before it could be killed"
            time.sleep(0.02)
    finally:
        doomed.kill()
        doomed.wait()
    kept = rows(here.store, Vector)
    assert SLICE <= kept < total
    assert kept % SLICE == 0  # whole slices only
    here.library.refresh()
    assert len(here.encoder.texts) == total - kept
    assert rows(here.store, Vector) == total
    assert len(here.library.snapshot.cases) == SLICE + 100


WRITER = """
import sys
sys.path.insert(0, sys.argv[2])
from knowledge.cases import cases
from knowledge.database.store import Store
from tests.support.community import case

store = Store(sys.argv[1])
for number in range(60):
    if number == 30:
        print("half", flush=True)
        sys.stdin.readline()
    draft = case(f"Bridge {number} has a counter")
    store.write(lambda session: cases.add(session, draft, publish=True))
"""


async def test_a_second_process_imports_while_the_first_answers(
    core: Core, room: Room, url: str
) -> None:
    publish(core.store, case("Departments that refused to share data"))
    pipe = asyncio.subprocess.PIPE
    importing = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, url, ROOT, stdin=pipe, stdout=pipe
    )
    assert importing.stdin is not None
    assert importing.stdout is not None
    half = asyncio.create_task(importing.stdout.readline())
    while not half.done():
        await ask_for_the_first(room)
        await asyncio.sleep(0.01)
    assert await half == b"half\n"
    assert case_cards(await room.say(ASKER, "Bridge 29 has a counter"))
    assert len(core.library.snapshot.cases) == 31
    importing.stdin.write(b"go on\n")
    ended = asyncio.create_task(importing.wait())
    while not ended.done():
        await ask_for_the_first(room)
        await asyncio.sleep(0.01)
    assert await ended == 0
    assert case_cards(await room.say(ASKER, "Bridge 59 has a counter"))
    assert len(core.library.snapshot.cases) == 61


async def ask_for_the_first(room: Room) -> None:
    reply = await room.say(ASKER, "departments that refused to share data")
    assert case_cards(reply)[0].title == "Departments that refused to share data"


def test_a_full_disk_leaves_nothing_half_written(here: Process) -> None:
    publish(here.store, *(case(f"Case {n} of harbour {n}") for n in range(SLICE)))
    total = distinct_texts(here.store)

    def limit(session: Session) -> None:
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
        session.execute(text(f"PRAGMA max_page_count={pages + 40}"))

    here.store.write(limit)
    with pytest.raises(StoreRefused, match="disk is full"):
        here.library.refresh()
    kept = rows(here.store, Vector)
    assert kept < total
    assert kept % SLICE == 0
    large = case("Long", "A sentence about ships. " * 20_000)
    with pytest.raises(StoreRefused, match="disk is full"):
        here.store.write(lambda session: cases.add(session, large, publish=True))
    assert rows(here.store, CaseSnippet) == SLICE
    here.store.write(lambda s: s.execute(text("PRAGMA max_page_count=1000000")) and None)
    here.library.refresh()
    assert rows(here.store, Vector) == total
    assert len(here.library.snapshot.cases) == SLICE


def test_progress_counts_to_the_end(here: Process) -> None:
    publish(here.store, *(case(f"Case {n} of harbour {n}") for n in range(SLICE)))
    heard: list[tuple[int, int]] = []
    here.library.refresh(lambda done, total: heard.append((done, total)))
    assert heard == sorted(heard)
    assert heard[-1] == (2 * SLICE, 2 * SLICE)
    assert {total for _, total in heard} == {2 * SLICE}
