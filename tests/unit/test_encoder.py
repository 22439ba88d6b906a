"""Cleaning of texts, and the thread that owns the encoder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from threading import Barrier, Event, current_thread

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.encoders.embedded import ModelUnavailable
from knowledge.encoders.encoder import (
    Counted,
    Encoder,
    Vectors,
    clean,
    prompts_for,
)
from knowledge.encoders.encoder_thread import EncoderThread
from knowledge.encoders.sentence_encoder import SentenceEncoder
from tests.support.fake_encoder import HashEncoder

WAIT = 10.0


class SlowEncoder(HashEncoder):
    """Waits in its first call until released, and refuses texts that say `fail`."""

    def __init__(self) -> None:
        super().__init__()
        self.entered, self.release = Event(), Event()
        self.threads: set[str] = set()
        self.lengths: list[list[int]] = []

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self._hold(texts)
        return super().encode_queries(texts)

    def encode_documents(self, texts: Sequence[str], progress: Counted | None = None) -> Vectors:
        self._hold(texts)
        return super().encode_documents(texts, progress)

    def _hold(self, texts: Sequence[str]) -> None:
        self.threads.add(current_thread().name)
        self.lengths.append([len(text) for text in texts])
        self.entered.set()
        assert self.release.wait(WAIT)
        if "fail" in texts:
            raise ValueError("refused")


@pytest.fixture
def slow() -> Iterator[tuple[SlowEncoder, EncoderThread]]:
    """An encoder that waits to be released, and its thread."""
    encoder = SlowEncoder()
    thread = EncoderThread(encoder)
    yield encoder, thread
    encoder.release.set()
    thread.close(WAIT)


@given(st.text(st.characters(codec=None)), st.integers(1, 40))
def test_clean_text_can_always_be_tokenised(text: str, most: int) -> None:
    cleaned = clean(text, most)
    cleaned.encode("utf-8")
    assert 1 <= len(cleaned) <= most
    assert not any(ord(c) < 32 for c in cleaned)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "."),
        (" \u200b\x00 ", "."),
        ("share\x00\n\tdata", "share data"),
        ("lone \ud800 half", "lone ? half"),
        ("¿Cómo compartir datos?", "¿Cómo compartir datos?"),
        ("مرحبا", "مرحبا"),
        ("x" * 50_000, "x" * 100),
    ],
)
def test_clean_examples(text: str, expected: str) -> None:
    assert clean(text, 100) == expected


@pytest.mark.parametrize(
    ("label", "query", "document"),
    [
        ("intfloat/multilingual-e5-base", "query: ", "passage: "),
        ("multilingual-e5-small-4bit", "query: ", "passage: "),
        ("BAAI/bge-m3", "", ""),
        ("google/EmbeddingGemma-300m", "task: search result | query: ", "title: none | text: "),
    ],
)
def test_known_models_get_their_prompts(label: str, query: str, document: str) -> None:
    found = prompts_for(label, {"query": "", "document": ""})
    assert found == {"query": query, "document": document}


def test_instructed_models_do_not_get_the_plain_prompts_of_their_family() -> None:
    found = prompts_for("intfloat/multilingual-e5-large-instruct", {})
    assert str(found["query"]).startswith("Instruct: ")
    assert found["document"] == ""


def test_the_prompts_of_the_model_itself_win() -> None:
    own = {"query": "ask: ", "document": ""}
    assert prompts_for("intfloat/multilingual-e5-base", own) == own


def test_an_unknown_model_gets_no_prompts() -> None:
    assert not any(prompts_for("all-minilm-l6-v2", {"query": "", "document": ""}).values())


def test_importing_the_module_does_not_load_torch() -> None:
    program = "import sys, knowledge.encoders.encoder; print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_hash_encoder_conforms_and_puts_like_words_near() -> None:
    encoder: Encoder = HashEncoder()
    vectors = encoder.encode_documents(["sharing data", "shared data", "pizza oven"])
    assert vectors.shape == (3, encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert vectors[0] @ vectors[1] > 0.5 > vectors[0] @ vectors[2]
    np.testing.assert_array_equal(vectors[:1], encoder.encode_queries(["sharing data"]))


def test_waiting_questions_share_a_batch(slow: tuple[SlowEncoder, EncoderThread]) -> None:
    encoder, thread = slow
    first = thread.query("first")
    assert encoder.entered.wait(WAIT)
    rest = [thread.query(f"question {i}") for i in range(40)]
    encoder.release.set()
    answers = [future.result(WAIT) for future in rest]
    assert encoder.batches == [("queries", 1), ("queries", 32), ("queries", 8)]
    expected = HashEncoder().encode_queries([f"question {i}" for i in range(40)])
    np.testing.assert_array_equal(answers, expected)
    assert first.result(WAIT).shape == (encoder.dimension,)
    assert encoder.threads == {"encoder"}


def test_a_question_goes_before_waiting_documents(
    slow: tuple[SlowEncoder, EncoderThread],
) -> None:
    encoder, thread = slow
    texts = [f"passage {i:02}" + " word" * (i % 5) for i in range(30)]
    counts: list[tuple[int, int]] = []
    documents = thread.documents(texts, lambda done, of: counts.append((done, of)))
    assert encoder.entered.wait(WAIT)
    question = thread.query("urgent")
    encoder.release.set()
    question.result(WAIT)
    vectors = documents.result(WAIT)
    assert encoder.batches[:2] == [("documents", 8), ("queries", 1)]
    assert counts == [(8, 30), (16, 30), (24, 30), (30, 30)]
    np.testing.assert_array_equal(vectors, HashEncoder().encode_documents(texts))


def test_documents_of_like_length_share_a_slice(
    slow: tuple[SlowEncoder, EncoderThread],
) -> None:
    encoder, thread = slow
    encoder.release.set()
    thread.documents(["x" * (1 + 7 * i % 20) for i in range(20)]).result(WAIT)
    assert encoder.lengths == [
        list(range(1, 9)),
        list(range(9, 17)),
        list(range(17, 21)),
    ]


def test_a_short_piece_of_work_does_not_wait_for_a_long_one(
    slow: tuple[SlowEncoder, EncoderThread],
) -> None:
    encoder, thread = slow
    long_counts: list[int] = []
    long = thread.documents(["long"] * 80, lambda done, of: long_counts.append(done))
    assert encoder.entered.wait(WAIT)
    seen_by_short: list[int] = []
    short = thread.documents(["short"], lambda done, of: seen_by_short.append(len(long_counts)))
    encoder.release.set()
    short.result(WAIT)
    long.result(WAIT)
    assert seen_by_short == [1]


def test_a_bad_question_fails_alone(slow: tuple[SlowEncoder, EncoderThread]) -> None:
    encoder, thread = slow
    thread.query("first")
    assert encoder.entered.wait(WAIT)
    good, bad, other = (thread.query(text) for text in ("good", "fail", "other"))
    encoder.release.set()
    with pytest.raises(ValueError, match="refused"):
        bad.result(WAIT)
    assert good.result(WAIT).shape == other.result(WAIT).shape
    assert thread.query("afterwards").result(WAIT).shape == (encoder.dimension,)


def test_bad_documents_fail_alone(slow: tuple[SlowEncoder, EncoderThread]) -> None:
    encoder, thread = slow
    encoder.release.set()
    bad = thread.documents(["fine", "fail"])
    good = thread.documents(["fine"])
    with pytest.raises(ValueError, match="refused"):
        bad.result(WAIT)
    assert good.result(WAIT).shape == (1, encoder.dimension)


def test_failing_progress_fails_its_own_work_only(
    slow: tuple[SlowEncoder, EncoderThread],
) -> None:
    encoder, thread = slow
    encoder.release.set()

    def progress(done: int, of: int) -> None:
        raise OSError("the terminal went away")

    with pytest.raises(OSError, match="terminal"):
        thread.documents(["text"], progress).result(WAIT)
    assert thread.query("still there").result(WAIT).shape == (encoder.dimension,)


class WrongCount(HashEncoder):
    """Loses a vector when there are several."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return super().encode_queries(texts)[: max(1, len(texts) - 1)]


def test_an_encoder_that_loses_a_vector_does_not_end_the_thread() -> None:
    thread = EncoderThread(WrongCount())
    futures = [thread.query(f"question {i}") for i in range(20)]
    assert all(future.result(WAIT).shape == (64,) for future in futures)
    assert thread.close(WAIT)


def test_cancelled_work_is_skipped(slow: tuple[SlowEncoder, EncoderThread]) -> None:
    encoder, thread = slow
    thread.query("first")
    assert encoder.entered.wait(WAIT)
    skipped, kept = thread.query("skipped"), thread.query("kept")
    documents = thread.documents(["text"] * 30)
    assert skipped.cancel()
    assert documents.cancel()
    encoder.release.set()
    kept.result(WAIT)
    assert thread.close(WAIT)
    assert encoder.batches == [("queries", 1), ("queries", 1)]


def test_documents_can_be_cancelled_half_way(slow: tuple[SlowEncoder, EncoderThread]) -> None:
    encoder, thread = slow
    documents = thread.documents(["text"] * 80)
    assert encoder.entered.wait(WAIT)
    assert documents.cancel()
    encoder.release.set()
    assert thread.close(WAIT)
    assert encoder.batches == [("documents", 8)]
    with pytest.raises(CancelledError):
        documents.result(WAIT)


def test_close_finishes_what_waits_and_takes_nothing_new(
    slow: tuple[SlowEncoder, EncoderThread],
) -> None:
    encoder, thread = slow
    waiting = [thread.query("one"), thread.query("two")]
    documents = thread.documents(["text"] * 20)
    encoder.release.set()
    assert thread.close(WAIT)
    assert all(future.done() for future in waiting)
    assert documents.result(0).shape == (20, encoder.dimension)
    with pytest.raises(RuntimeError, match="closed"):
        thread.query("late")
    with pytest.raises(RuntimeError, match="closed"):
        thread.documents(["late"])


def test_close_with_a_timeout_cancels_the_rest(
    slow: tuple[SlowEncoder, EncoderThread],
) -> None:
    encoder, thread = slow
    thread.query("first")
    assert encoder.entered.wait(WAIT)
    waiting, documents = thread.query("waiting"), thread.documents(["text"] * 20)
    assert not thread.close(timeout=0.05)
    for future in (waiting, documents):
        with pytest.raises(CancelledError):
            future.result(WAIT)


def test_no_documents_are_no_error() -> None:
    thread = EncoderThread(HashEncoder())
    assert thread.documents([]).result(WAIT).shape == (0, 64)
    assert thread.close(WAIT)


class Meeting(HashEncoder):
    """Goes on only when two threads are in it at once."""

    def __init__(self) -> None:
        super().__init__()
        self.both = Barrier(2)

    def encode_documents(self, texts: Sequence[str], progress: Counted | None = None) -> Vectors:
        self.both.wait(WAIT)
        if "fail" in texts:
            raise ValueError("refused")
        return super().encode_documents(texts, progress)


def test_two_workers_share_one_piece_of_work() -> None:
    thread = EncoderThread(Meeting(), workers=2)
    texts = [f"passage {i:02}" + " word" * (i % 5) for i in range(32)]
    counts: list[tuple[int, int]] = []
    vectors = thread.documents(texts, lambda done, of: counts.append((done, of))).result(WAIT)
    np.testing.assert_array_equal(vectors, HashEncoder().encode_documents(texts))
    assert counts == [(8, 32), (16, 32), (24, 32), (32, 32)]
    assert thread.close(WAIT)


def test_work_that_fails_on_two_threads_at_once_fails_once() -> None:
    thread = EncoderThread(Meeting(), workers=2)
    with pytest.raises(ValueError, match="refused"):
        thread.documents(["fail"] * 16).result(WAIT)
    assert thread.query("still there").result(WAIT).shape == (64,)
    assert thread.documents(["good"] * 16).result(WAIT).shape == (16, 64)
    assert thread.close(WAIT)


def test_long_texts_are_done_in_small_slices(slow: tuple[SlowEncoder, EncoderThread]) -> None:
    encoder, thread = slow
    encoder.release.set()
    thread.documents(["x" * 1_000] * 5 + ["y" * 5_000]).result(WAIT)
    assert [size for _, size in encoder.batches] == [2, 2, 1, 1]


def test_a_wrong_path_is_one_sentence_without_loading_anything() -> None:
    with pytest.raises(ModelUnavailable, match="There is no folder no/such/model/here"):
        SentenceEncoder("no/such/model/here")


def test_without_torch_a_model_that_needs_it_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("knowledge.encoders.sentence_encoder.find_spec", lambda _name: None)
    with pytest.raises(ModelUnavailable, match="nobody/nothing needs here, cannot be imported"):
        SentenceEncoder("nobody/nothing")
