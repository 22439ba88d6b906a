"""One thread that owns the encoder: concurrent questions share a batch, and go before documents."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Condition, Thread
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from knowledge.encoders.encoder import Counted, Encoder

Vectors = NDArray[np.float32]
_MOST_QUESTIONS = 32
_SLICE = 8


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
    done: int = 0

    def __post_init__(self) -> None:
        self.order = sorted(range(len(self.texts)), key=lambda i: len(self.texts[i]))


class EncoderThread:
    """Hands out futures; every one of them is settled, whatever happens to the others."""

    def __init__(self, encoder: Encoder) -> None:
        """Start the thread; from now on nothing else may call `encoder`."""
        self.encoder = encoder
        self._questions: deque[_Question] = deque()
        self._documents: deque[_Documents] = deque()
        self._changed = Condition()
        self._closing = False
        self._abandoned = False
        self._thread = Thread(target=self._work, name="encoder", daemon=True)
        self._thread.start()

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
            self._changed.notify()
        return job.future

    def close(self, timeout: float | None = None) -> bool:
        """Take nothing new, finish what waits, and stop; True when all was finished.

        What is not finished after `timeout` seconds is cancelled.
        """
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join(timeout)
        if not self._thread.is_alive():
            return True
        self._abandoned = True  # the thread sees it after the batch that it is working on
        for future in self._waiting():
            future.cancel()
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
                job = self._documents.popleft() if self._documents and not questions else None
            if questions:
                self._answer([q for q in questions if q.future.set_running_or_notify_cancel()])
            elif job is None:
                return
            elif self._advance(job):
                with self._changed:  # to the back: a profile need not wait for a whole import
                    self._documents.append(job)
            if self._abandoned:
                self._drop_all()
                return

    def _drop_all(self) -> None:
        for future in self._waiting():
            if future.cancel():
                future.set_running_or_notify_cancel()

    def _waiting(self) -> list[Future[Vectors]]:
        with self._changed:
            return [q.future for q in self._questions] + [d.future for d in self._documents]

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

    def _advance(self, job: _Documents) -> bool:
        """Encode the next slice; True while there is more to do."""
        if job.future.cancelled():
            job.future.set_running_or_notify_cancel()
            return False
        try:
            if job.order[job.done :]:
                part = job.order[job.done : job.done + _SLICE]
                job.vectors[part] = job.encode([job.texts[i] for i in part])
                job.done += len(part)
                if job.progress:
                    job.progress(job.done, len(job.order))
            if job.done < len(job.order):
                return True
            _settle(job.future, lambda: job.future.set_result(job.vectors))
        except Exception as error:  # noqa: BLE001 (its future carries it to whoever asked)
            failure = error
            _settle(job.future, lambda: job.future.set_exception(failure))
        return False


def _settle(future: Future[Vectors], settle: Callable[[], None]) -> None:
    # Documents stay pending while they are worked on: only a pending future can be cancelled.
    if future.set_running_or_notify_cancel():
        settle()
