"""The window of sentences that answers."""

import numpy as np
import pytest

from knowledge.search.excerpts import shared_words, window

SENTENCES = [
    "The city set up a data office in 2019.",
    "Departments refused at first to hand over their address lists.",
    "A rule that every request is answered within ten days changed that.",
    "Today thirty registers are shared.",
]


def test_the_sentence_with_most_of_the_question_is_marked() -> None:
    scores = shared_words("Why did departments refuse to share address lists?", SENTENCES, "en")
    excerpt = window(SENTENCES, scores)
    assert excerpt.best == SENTENCES[1]
    assert excerpt.before == SENTENCES[0]
    assert excerpt.after == SENTENCES[2]


def test_words_are_compared_by_their_stems() -> None:
    scores = shared_words("sharing a register", SENTENCES, "en")
    assert int(np.argmax(scores)) == 3


def test_a_window_at_the_end_keeps_its_length() -> None:
    excerpt = window(SENTENCES, np.array([0, 0, 0, 1], dtype=np.float32))
    assert str(excerpt) == " ".join(SENTENCES[1:])


def test_one_sentence_is_its_own_window() -> None:
    assert str(window(["Only this."], np.zeros(1, dtype=np.float32))) == "Only this."


def test_no_sentence_has_no_window() -> None:
    with pytest.raises(ValueError, match="no excerpt"):
        window([], np.zeros(0, dtype=np.float32))


def test_a_question_of_stop_words_shares_nothing() -> None:
    assert not shared_words("and or the", SENTENCES, "en").any()
