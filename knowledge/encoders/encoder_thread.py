"""Threads that own the encoder: questions that wait share a batch, and go before documents."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Condition, Lock, Thread
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from knowledge.encoders.encoder import Counted, Encoder

Vectors = NDArray[np.float32]
_MOST_QUESTIONS = 32
_SLICE, _SLICE_CHARACTERS = 8, 2_400  # a question waits until one slice of documents is done


@dataclass
class _Question:
    text: str
    future: Future[Vectors] = field(default_factory=Future)


@dataclass
class _Documents:
    """A long piece of work, done shortest text first, a slice at a time."""

    texts: Sequence[str]
    progress: Counted | None
    vectors: Vectors
    encode: Callable[[Sequence[str]], Vectors]
    future: Future[Vectors] = field(default_factory=Future)
    given: int = 0
    """How many texts were handed out; whoever reads or changes it holds the lock of the queue."""
    done: int = 0
    failed: bool = False
    settling: Lock = field(default_factory=Lock)
    """For `done` and `failed`, and so that counts are heard in their order."""

    def __post_init__(self) -> None:
        self.order = sorted(range(len(self.texts)), key=lambda i: len(self.texts[i]))

    def take(self) -> list[int]:
        """Indexes of the next texts, at least one where any is left."""
        part: list[int] = []
        characters = 0
        for index in self.order[self.given : self.given + _SLICE]:
            characters += len(self.texts[index])
            if part and characters > _SLICE_CHARACTERS:
                break
            part.append(index)
        self.given += len(part)
        return part

    @property
    def left(self) -> bool:
        """Whether there is more to hand out."""
        return self.given < len(self.order)


class EncoderThread:
    """Hands out futures; every one of them is settled, whatever happens to the others."""

    def __init__(self, encoder: Encoder, workers: int = 1) -> None:
        """Start so many threads, more than one for an encoder that several may use at once.

        From now on nothing else may call `encoder`.
        """
        self.encoder = encoder
        self._questions: deque[_Question] = deque()
        self._documents: deque[_Documents] = deque()
        self._changed = Condition()
        self._closing = False
        self._abandoned = False
        names = ["encoder", *(f"encoder-{number}" for number in range(2, workers + 1))]
        self._threads = [Thread(target=self._work, name=name, daemon=True) for name in names]
        for thread in self._threads:
            thread.start()

    def query(self, text: str) -> Future[Vectors]:
        """A question to its unit vector, float32 (dimension,). Raises RuntimeError when closed."""
        question = _Question(text)
        with self._changed:
            self._refuse_when_closed()
            self._questions.append(question)
            self._changed.notify()
        return question.future

    def documents(self, texts: Sequence[str], progress: Counted | None = None) -> Future[Vectors]:
        """Passages (n) to unit vectors, float32 (n, dimension), in the order of `texts`.

        `progress` hears (done, all) after each slice, in the encoder's thread. The future can be
        cancelled at any time. Raises RuntimeError when closed.
        """
        return self._at_length(texts, progress, self.encoder.encode_documents)

    def short_texts(self, texts: Sequence[str], progress: Counted | None = None) -> Future[Vectors]:
        """What members say in a few words, encoded as questions; else as `documents`."""
        return self._at_length(texts, progress, self.encoder.encode_queries)

    def _at_length(
        self,
        texts: Sequence[str],
        progress: Counted | None,
        encode: Callable[[Sequence[str]], Vectors],
    ) -> Future[Vectors]:
        vectors = np.empty((len(texts), self.encoder.dimension), dtype=np.float32)
        job = _Documents(list(texts), progress, vectors, encode)
        with self._changed:
            self._refuse_when_closed()
            self._documents.append(job)
            self._changed.notify_all()
        return job.future

    def close(self, timeout: float | None = None) -> bool:
        """Take nothing new, finish what waits, and stop; True when all was finished.

        What is not finished after `timeout` seconds is cancelled.
        """
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        until = None if timeout is None else time.monotonic() + timeout
        for thread in self._threads:
            thread.join(None if until is None else max(0.0, until - time.monotonic()))
        if not any(thread.is_alive() for thread in self._threads):
            return True
        self._abandoned = True  # a thread sees it after the batch that it is working on
        self._drop_all()
        return False

    def _refuse_when_closed(self) -> None:
        if self._closing:
            raise RuntimeError("the encoder is closed")

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._questions or self._documents or self._closing,
                )
                count = min(len(self._questions), _MOST_QUESTIONS)
                questions = [self._questions.popleft() for _ in range(count)]
                job, part = (None, []) if questions else self._next_slice()
            if questions:
                self._answer([q for q in questions if q.future.set_running_or_notify_cancel()])
            elif job is not None:
                self._advance(job, part)
            elif self._closing and not self._documents:
                return
            if self._abandoned:
                self._drop_all()
                return

    def _next_slice(self) -> tuple[_Documents | None, list[int]]:
        """Work of the job that had least so far: a profile need not wait for a whole import."""
        if not self._documents:
            return None, []
        job = min(self._documents, key=lambda each: each.given)
        if job.future.cancelled():
            self._documents.remove(job)
            job.future.set_running_or_notify_cancel()
            return None, []
        part = job.take()
        if not job.left:
            self._documents.remove(job)
        return job, part

    def _drop_all(self) -> None:
        with self._changed:
            futures = [q.future for q in self._questions] + [d.future for d in self._documents]
            self._questions.clear()
            self._documents.clear()
        for future in futures:
            if future.cancel():
                future.set_running_or_notify_cancel()

    def _answer(self, questions: list[_Question]) -> None:
        if not questions:
            return
        try:
            vectors = self.encoder.encode_queries([q.text for q in questions])
            answered = list(zip(questions, vectors, strict=True))
        except Exception as error:  # noqa: BLE001 (its future carries it to whoever asked)
            if len(questions) == 1:
                questions[0].future.set_exception(error)
                return
            for question in questions:
                self._answer([question])
            return
        for question, vector in answered:
            question.future.set_result(vector)

    def _advance(self, job: _Documents, part: list[int]) -> None:
        """Encode a slice; whoever does the last one settles the future."""
        try:
            if part and not job.future.cancelled():
                job.vectors[part] = job.encode([job.texts[i] for i in part])
            with job.settling:
                job.done += len(part)
                if job.progress and part and not job.failed:
                    job.progress(job.done, len(job.order))
                if job.done == len(job.order) and not job.failed:
                    _settle(job.future, lambda: job.future.set_result(job.vectors))
        except Exception as error:  # noqa: BLE001 (its future carries it to whoever asked)
            self._fail(job, error)

    def _fail(self, job: _Documents, error: Exception) -> None:
        with self._changed:
            if job in self._documents:
                self._documents.remove(job)
            elif job.left:
                return  # cancelled or dropped meanwhile, and settled as such
        with job.settling:
            if not job.failed:
                job.failed = True
                _settle(job.future, lambda: job.future.set_exception(error))


def _settle(future: Future[Vectors], settle: Callable[[], None]) -> None:
    # Documents stay pending while they are worked on: only a pending future can be cancelled.
    if future.set_running_or_notify_cancel():
        settle()
