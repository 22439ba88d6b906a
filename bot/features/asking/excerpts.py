"""The sentences of a case that an answer quotes."""

from collections.abc import Sequence

from knowledge.cases.views import CaseView
from knowledge.search.excerpts import Excerpt, shared_words, window
from knowledge.search.index import Library
from knowledge.text.sentences import Told, told
from knowledge.text.vectors import Floats


def excerpts(
    library: Library, question: str, vector: Floats, found: Sequence[CaseView]
) -> list[Excerpt]:
    """For each case the sentences that fit the question best; `vector` (d,) is its meaning.

    Waits for the encoder where no word is shared: not on the event loop.
    """
    quoted = []
    for case in found:
        parts = told(case.text, case.language) or [Told("", case.title)]
        # What a sentence is about often stands above it alone.
        whole = [str(part) for part in parts]
        scores = shared_words(question, whole, case.language)
        if not scores.any():
            # No word in common, as across languages: the meaning has to tell.
            scores = library.meanings(whole) @ vector
        quoted.append(window(parts, scores))
    return quoted
