"""The window of sentences that answers."""

import numpy as np
import pytest

from knowledge.search.excerpts import shared_words, window
from knowledge.text.sentences import Told, told

SENTENCES = [
    "The city set up a data office in 2019.",
    "Departments refused at first to hand over their address lists.",
    "A rule that every request is answered within ten days changed that.",
    "Today thirty registers are shared.",
]
TOLD = [Told("", sentence) for sentence in SENTENCES]
PARTS = """Legal basis

The city council passed a by-law in 2019. It names an owner for each register.

What it cost
Two posts and a server. Nothing else was bought, and the
server was an old one.

Open questions"""


def test_a_sentence_stands_with_the_heading_above_it_and_none_runs_into_it() -> None:
    parts = told(PARTS, "en")
    assert [part.heading for part in parts] == [
        "Legal basis",
        "Legal basis",
        "What it cost",
        "What it cost",
        "What it cost",
    ]
    scores = shared_words("what did the cost come to", [str(part) for part in parts], "en")
    assert str(window(parts, scores)).startswith("What it cost: Two posts and a server. Nothing")
    assert "by-law" not in str(window(parts, scores))
    assert str(window(parts, np.array([0, 1, 0, 0, 0], np.float32))) == (
        "Legal basis: The city council passed a by-law in 2019. "
        "It names an owner for each register."
    )


def test_lists_and_wrapped_lines_have_no_headings() -> None:
    assert not any(part.heading for part in told("First we\nasked everybody.\n\n- One\n- Two."))
    assert str(told("Who pays?\nThe state does.")[0]) == "Who pays? The state does."


def test_the_sentence_with_most_of_the_question_is_marked() -> None:
    scores = shared_words("Why did departments refuse to share address lists?", SENTENCES, "en")
    excerpt = window(TOLD, scores)
    assert excerpt.best == SENTENCES[1]
    assert excerpt.before == SENTENCES[0]
    assert excerpt.after == SENTENCES[2]


def test_words_are_compared_by_their_stems() -> None:
    scores = shared_words("sharing a register", SENTENCES, "en")
    assert int(np.argmax(scores)) == 3


def test_a_window_at_the_end_keeps_its_length() -> None:
    excerpt = window(TOLD, np.array([0, 0, 0, 1], dtype=np.float32))
    assert str(excerpt) == " ".join(SENTENCES[1:])


def test_one_sentence_is_its_own_window() -> None:
    assert str(window([Told("", "Only this.")], np.zeros(1, dtype=np.float32))) == "Only this."


def test_no_sentence_has_no_window() -> None:
    with pytest.raises(ValueError, match="no excerpt"):
        window([], np.zeros(0, dtype=np.float32))


def test_a_question_of_stop_words_shares_nothing() -> None:
    assert not shared_words("and or the", SENTENCES, "en").any()
