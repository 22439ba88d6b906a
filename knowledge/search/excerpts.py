"""The sentences of a case that answer a question, and the one that answers best."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.text.lexical import tokenize
from knowledge.text.sentences import Told
from knowledge.text.vectors import Floats

WINDOW = 3
"""Sentences shown: the best one and its neighbours."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A window of a text; `best` is the sentence that answers."""

    before: str
    best: str
    after: str

    def __str__(self) -> str:
        return " ".join(part for part in (self.before, self.best, self.after) if part)


def shared_words(question: str, sentences: Sequence[str], language: str) -> Floats:
    """Share of the question's distinct words in each sentence, (n,), 0 to 1.

    Both sides are stemmed in the language of the sentences.
    """
    wanted = set(tokenize(question, language))
    if not wanted:
        return np.zeros(len(sentences), dtype=np.float32)
    return np.array(
        [len(wanted.intersection(tokenize(text, language))) / len(wanted) for text in sentences],
        dtype=np.float32,
    )


def window(parts: Sequence[Told], scores: Floats) -> Excerpt:
    """The best sentence with its neighbours of the same part, and the heading that they share.

    Of equals the first one. Raises ValueError when there are no sentences.
    """
    if not parts:
        raise ValueError("a text without sentences has no excerpt")
    best = int(np.argmax(scores))
    own = [at for at, part in enumerate(parts) if part.heading == parts[best].heading]
    # A first sentence says what the case is about, so the window leans forward from there.
    start = max(own[0], min(best - 1, own[-1] + 1 - WINDOW))
    end = min(own[-1] + 1, start + WINDOW)
    shown = [str(parts[start]), *(part.text for part in parts[start + 1 : end])]
    at = best - start
    return Excerpt(" ".join(shown[:at]), shown[at], " ".join(shown[at + 1 :]))
