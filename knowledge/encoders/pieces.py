"""Texts to the numbers of their pieces: a unigram tokenizer whose vocabulary stays in its file.

The same steps, in the same order, as the tokenizer.json that e5_directory.py writes for the
tokenizers library, which takes a second and 280 MB to load 250,000 pieces. Here they lie in a
trie (marisa-trie) that is mapped into memory: only what a text touches is read.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import marisa_trie
import numpy as np

from knowledge.encoders.e5s1 import Vocabulary

# Beside NFKC, what the container's own table of characters drops and what it makes a blank.
DROPPED = r"[\x00-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"
BLANK = r"[\t\n\x0c\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"
BLANKS = " {2,}"
_WORD = "\u2581"  # stands for the blank before a word
_TRIE, _NUMBERS, _SCORES, _FACTS = "trie.marisa", "numbers.npy", "scores.npy", "pieces.json"
_UNKNOWN_PENALTY = 10.0  # below the least likely piece, as in SentencePiece
_WORDS_KEPT = 1 << 14


def write_pieces(vocabulary: Vocabulary, folder: Path) -> None:
    """Write a vocabulary into `folder`. Raises OSError."""
    trie = marisa_trie.Trie(vocabulary.pieces)
    keys = [trie[piece] for piece in vocabulary.pieces]
    numbers, scores = np.empty(len(keys), np.int32), np.empty(len(keys), np.float32)
    numbers[keys], scores[keys] = np.arange(len(keys)), vocabulary.scores
    trie.save(str(folder / _TRIE))
    np.save(folder / _NUMBERS, numbers)
    np.save(folder / _SCORES, scores)
    begin, end, unknown = vocabulary.begin, vocabulary.end, vocabulary.unknown
    facts = {
        "begin": begin,
        "end": end,
        "unknown": unknown,
        "marks": {vocabulary.pieces[n]: n for n in (begin, end, vocabulary.padding, unknown)},
        "longest": max(map(len, vocabulary.pieces)),
        "lowest": min(vocabulary.scores),
    }
    (folder / _FACTS).write_text(json.dumps(facts) + "\n", encoding="utf-8")


class Pieces:
    """The vocabulary of one model; several threads may use it at once."""

    def __init__(self, folder: Path) -> None:
        """Open what `write_pieces` wrote. Raises OSError, ValueError or KeyError otherwise."""
        facts = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
        self._trie = marisa_trie.Trie().mmap(str(folder / _TRIE))
        self._numbers = np.load(folder / _NUMBERS, mmap_mode="r")
        self._scores = np.load(folder / _SCORES, mmap_mode="r")
        self._begin, self._end, self._unknown = facts["begin"], facts["end"], facts["unknown"]
        self._longest, self._lowest = facts["longest"], facts["lowest"] - _UNKNOWN_PENALTY
        self._marks: dict[str, int] = facts["marks"]
        self._split = re.compile(f"({'|'.join(map(re.escape, self._marks))})")
        self._word = lru_cache(_WORDS_KEPT)(self._best)

    def numbers(self, text: str, most: int) -> list[int]:
        """The pieces of `text` between the marks of begin and end, at most `most` in all."""
        found: list[int] = []
        for part in self._split.split(text):
            if part in self._marks:  # a mark that stands in the text is taken for one
                found.append(self._marks[part])
            else:
                for word in _words(part):
                    found += self._word(word)
        return [self._begin, *found[: most - 2], self._end]

    def _best(self, word: str) -> tuple[int, ...]:
        """The most likely pieces of a word (Viterbi); of equal ones those found first."""
        size = len(word)
        best = [-np.inf] * (size + 1)
        best[0] = 0.0
        came: list[tuple[int, int]] = [(0, self._unknown)] * (size + 1)  # (start, number)
        for start in range(size):
            single = False
            here = best[start]
            for piece, key in self._trie.iter_prefixes_with_ids(
                word[start : start + self._longest]
            ):
                end = start + len(piece)
                single = single or len(piece) == 1
                if (score := here + float(self._scores[key])) > best[end]:
                    best[end], came[end] = score, (start, int(self._numbers[key]))
            if not single and (score := here + self._lowest) > best[start + 1]:
                best[start + 1], came[start + 1] = score, (start, self._unknown)
        return self._backwards(came)

    def _backwards(self, came: list[tuple[int, int]]) -> tuple[int, ...]:
        found: list[int] = []
        at = len(came) - 1
        while at > 0:
            at, number = came[at]
            # Characters side by side that nobody knows are one unknown piece.
            if not (found and number == found[-1] == self._unknown):
                found.append(number)
        return tuple(reversed(found))


def _words(text: str) -> Iterator[str]:
    """The words of a text, each with its mark in front, characters made alike."""
    plain = re.sub(DROPPED, "", unicodedata.normalize("NFKC", text))
    plain = re.sub(BLANKS, " ", re.sub(BLANK, " ", plain)).replace(" ", _WORD)
    if plain and not plain.startswith(_WORD):
        plain = _WORD + plain
    for part in plain.split(_WORD)[1:]:
        yield _WORD + part
