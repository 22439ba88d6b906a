"""Words of a text, and BM25 over them on sparse postings in memory.

Documents of several languages share one index. A document's words are stemmed by its own language;
each word of a question is stemmed once per language of the index and matches a document through
the stem of that document's language. The word's idf is counted once, over all languages together,
so that names and numbers cross languages and no language is favoured.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from string import ascii_lowercase

import numpy as np
import numpy.typing as npt
import Stemmer
from scipy import sparse

from knowledge.text import acronyms
from knowledge.text.folding import words
from knowledge.text.languages import UNDETERMINED, stem_language
from knowledge.text.stopwords import STOP_WORDS

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

_K1, _B = 1.2, 0.75  # Robertson and Zaragoza (2009), the usual values
# A text many times longer than the others covers more topics rather than being wordier; without the
# cap, plain BM25 all but hides whole policies among single paragraphs (nDCG@10 .29 against .60).
_LONGEST = 3.0
_MAX_WORDS = 150  # of one question
_COMMON = 0.5  # words in more than this share of many documents tell them apart too little
# Of a word that is no name, met in another language: a cognate or a false friend, half each.
_ABROAD = 0.5
# Of a word that stands nowhere, read as one that does: a slip of the keyboard, most likely, ...
_SLIP = 0.9
_SLIP_LETTERS = 6
# ... or words written as one, or one written as two.
_COMPOUND = 0.7
_COMPOUND_LETTERS, _PART_LETTERS = 8, 4
_LINKS = ("", "s", "n", "es", "en")  # between the parts of a Germanic compound
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_CONCEPT = "*"  # in place of a language
_TINY = 1e-9
_MANY = 2_000  # below this number of documents every word is read

_OPENING = "¿¡\"'«“‘("
_QUOTED = re.compile(r"[\"“”„«]\s?([^\"“”„«»]{2,80}?)\s?[\"“”»]")


def names(text: str) -> frozenset[str]:
    """Return the folded words of `text` that look like names or numbers.

    These have a digit, a capital inside, or a capital at the start but not of a sentence; what
    stands between quotation marks is meant to the letter, like a name.
    """
    proper = _QUOTED.findall(text)
    starts = True
    for token in text.split()[:_MAX_WORDS]:
        bare = token.lstrip(_OPENING)
        if any(map(str.isdigit, bare)) or any(map(str.isupper, bare[starts:])):
            proper.append(bare)
        starts = token[-1] in ".?!:"
    return frozenset(words(" ".join(proper)))


@cache
def _stemmer(algorithm: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(algorithm)


def _stems(found: Sequence[str], language: str) -> list[str]:
    algorithm = stem_language(language)
    if algorithm is None:
        return list(found)
    return list(_stemmer(algorithm).stemWords(found))


def tokenize(text: str, language: str) -> list[str]:
    """Return the stems of `text` in reading order, stop words of `language` (ISO 639-1) left out.

    Any input is accepted; a language without a stemmer, or `und`, keeps its words as they are.
    """
    return _content_stems(words(text), language)


def _content_stems(found: Sequence[str], language: str) -> list[str]:
    stop = STOP_WORDS.get(language, frozenset())
    return _stems([word for word in found if word not in stop], language)


def _keys_of(text: str, language: str) -> list[str]:
    """What a document is found by: its stems, and what stands behind its acronyms."""
    found = words(text)
    keys = [f"{language}:{stem}" for stem in _content_stems(found, language)]
    concepts = acronyms.long_forms(found)
    concepts.update(acronyms.spelled(text, language, found).values())
    return [*keys, *(f"{_CONCEPT}:{concept}" for concept in concepts)]


@dataclass(frozen=True)
class Question:
    """A question as an index sees it: one idf per word, and the columns that each word reads."""

    columns: npt.NDArray[np.int32]  # of the postings, each once
    weights: Floats  # idf of the word behind each column, less where it may be a false friend
    words: npt.NDArray[np.int32]  # number of the word behind each column
    idf: Floats  # (number of words,) unknown words included
    proper: float = 0.0  # share of the idf mass that is names and numbers, 0 to 1

    @property
    def mass(self) -> float:
        """The sum of the idf of all words: what a document could cover at most."""
        return float(self.idf.sum())


class Postings:
    """BM25 over documents numbered 0..n-1, with the words of each kept for cheap renewal."""

    def __init__(
        self, counts: sparse.csr_matrix, languages: Sequence[str], vocabulary: dict[str, int]
    ) -> None:
        """Take term counts (n, terms) int32, the language per row, and `language:stem` -> column.

        Use `build` or `with_changes`; the vocabulary may name more terms than are in use.
        """
        self._counts = counts
        self._vocabulary = vocabulary
        self.languages = tuple(languages)
        self.spoken = tuple(sorted(set(self.languages)))
        lengths = np.asarray(counts.sum(axis=1), dtype=np.float32).ravel()
        mean = float(lengths.mean()) if lengths.size and lengths.any() else 1.0
        weights = counts.astype(np.float32)
        relative = np.minimum(lengths / np.float32(mean), _LONGEST)
        norm = np.repeat(_K1 * (1 - _B + _B * relative), np.diff(counts.indptr))
        weights.data = weights.data * (_K1 + 1) / (weights.data + norm.astype(np.float32))
        self._columns = weights.tocsc()
        self._found_in = np.diff(self._columns.indptr)

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self.languages)

    @classmethod
    def build(cls, texts: Iterable[tuple[str, str]]) -> "Postings":
        """Index (text, language) pairs, in the order of the rows."""
        empty = cls(sparse.csr_matrix((0, 0), dtype=np.int32), (), {})
        return empty.with_changes((), texts)

    def with_changes(self, removed: Iterable[int], added: Iterable[tuple[str, str]]) -> "Postings":
        """Return new postings without the rows `removed`; the kept rows move up, `added` follow.

        Only added texts are read: the words of the others are kept as numbers.
        """
        vocabulary = dict(self._vocabulary)
        keep = np.ones(len(self), dtype=bool)
        keep[list(removed)] = False
        columns: list[int] = []
        counts: list[int] = []
        ends = [0]
        languages = [self.languages[row] for row in np.flatnonzero(keep)]
        for text, language in added:
            for key, count in Counter(_keys_of(text, language)).items():
                columns.append(vocabulary.setdefault(key, len(vocabulary)))
                counts.append(count)
            ends.append(len(columns))
            languages.append(language)
        fresh = sparse.csr_matrix(
            (np.array(counts, np.int32), np.array(columns, np.int32), np.array(ends, np.int32)),
            shape=(len(ends) - 1, len(vocabulary)),
        )
        old = sparse.csr_matrix(
            (self._counts.data, self._counts.indices, self._counts.indptr),
            shape=(len(self), len(vocabulary)),
        )
        merged = sparse.vstack([old[np.flatnonzero(keep)], fresh], format="csr")
        return Postings(merged.astype(np.int32), languages, vocabulary)

    def question(self, text: str, language: str = UNDETERMINED) -> Question:
        """Return the question's words as this index knows them.

        Words are the distinct words of `text` without stop words of its language (of every
        language of the index where it is `und`); where nothing would be left, all words count.
        """
        mine = self.spoken if language == UNDETERMINED else (language,)
        stop = frozenset().union(*(STOP_WORDS.get(code, frozenset()) for code in mine))
        found = words(text)
        distinct = list(dict.fromkeys(found))
        content = ([word for word in distinct if word not in stop] or distinct)[:_MAX_WORDS]
        proper = names(text) if language != UNDETERMINED else frozenset(content)
        reads = self._read(content, mine, proper, guess=language != UNDETERMINED)
        for word, concept in acronyms.spelled(text, language, found).items():
            reads.setdefault(word, {}).update(self._columns_of(f"{_CONCEPT}:{concept}"))
        for concept in acronyms.long_forms(found):
            reads.setdefault(f"{_CONCEPT}:{concept}", self._columns_of(f"{_CONCEPT}:{concept}"))
        self._joined(found, mine, reads)
        return self._weighed(reads, proper)

    def _read(
        self, content: Sequence[str], mine: Sequence[str], proper: frozenset[str], *, guess: bool
    ) -> dict[str, dict[int, float]]:
        """Each word, and the columns that it reads with what they count for.

        `guess`: words that stand nowhere are read as what may have been meant.
        """
        variants = {code: _stems(content, code) for code in self.spoken}
        own = {*mine, UNDETERMINED}
        reads: dict[str, dict[int, float]] = {}
        for at, word in enumerate(content):
            reads[word] = {
                self._vocabulary[key]: 1.0 if code in own or word in proper else _ABROAD
                for code in self.spoken
                if (key := f"{code}:{variants[code][at]}") in self._vocabulary
            }
            if guess and word not in proper:
                reads[word] |= self._meant(word, mine)
        return reads

    def _weighed(
        self, reads: Mapping[str, Mapping[int, float]], proper: frozenset[str]
    ) -> Question:
        """The question that its words come to; a column counts for the first word that reads it."""
        columns: dict[int, tuple[int, float]] = {}
        kept: list[Sequence[int]] = []
        named: list[bool] = []
        for word, keys in reads.items():
            fresh = [column for column in keys if column not in columns]
            if keys and not fresh:
                continue  # another form of a word that is already there
            columns.update((column, (len(kept), keys[column])) for column in fresh)
            kept.append(list(keys))
            named.append(word in proper or word.startswith(_CONCEPT))
        found = [int(self._found_in[known].sum()) for known in kept]
        idf = _idf(np.array(found, dtype=np.float64), len(self))
        order = np.fromiter(columns, dtype=np.int32, count=len(columns))
        owner = np.array([word for word, _ in columns.values()], dtype=np.int32)
        trust = np.array([share for _, share in columns.values()], dtype=np.float32)
        share = float(idf[named].sum() / max(idf.sum(), _TINY)) if named else 0.0
        return Question(order, idf[owner] * trust, owner, idf, share)

    def idf(self, found: int) -> float:
        """The weight of a word that stands in `found` documents."""
        return float(_idf(np.array([found], dtype=np.float64), len(self))[0])

    def _columns_of(self, key: str, trust: float = 1.0) -> dict[int, float]:
        """The column of one key, if documents use it, and what it counts for."""
        column = self._vocabulary.get(key, len(self._found_in))
        if column >= len(self._found_in) or not self._found_in[column]:
            return {}
        return {column: trust}

    def _meant(self, word: str, languages: Sequence[str]) -> dict[int, float]:
        """Columns of what was meant by a word that stands in no document of these languages.

        A letter too many, too few or wrong, or two changed round; or several words in one.
        """
        languages = [code for code in languages if code in self.spoken]
        if len(word) < _SLIP_LETTERS or not (word.isascii() and word.isalpha()):
            return {}
        if not languages or any(
            self._columns_of(f"{code}:{_stems([word], code)[0]}") for code in languages
        ):
            return {}
        near = list(_slips(word))
        held = [
            column
            for code in languages
            for stem in set(_stems(near, code))
            for column in self._columns_of(f"{code}:{stem}")
        ]
        if held:
            return {max(held, key=lambda column: int(self._found_in[column])): _SLIP}
        return self._parts(word, languages)

    def _parts(self, word: str, languages: Sequence[str]) -> dict[int, float]:
        """Columns of the two words that one was written from, the longest first one first."""
        if len(word) < _COMPOUND_LETTERS:
            return {}
        for cut in range(len(word) - _PART_LETTERS, _PART_LETTERS - 1, -1):
            for code in languages:
                last = self._stem_columns(word[cut:], code)
                for link in _LINKS if last else ():
                    first = word[:cut].removesuffix(link)
                    if len(first) >= _PART_LETTERS and (head := self._stem_columns(first, code)):
                        return {**head, **last}
        return {}

    def _stem_columns(self, word: str, language: str) -> dict[int, float]:
        return self._columns_of(f"{language}:{_stems([word], language)[0]}", _COMPOUND)

    def _joined(
        self, found: Sequence[str], languages: Sequence[str], reads: dict[str, dict[int, float]]
    ) -> None:
        """Let two words in a row also read the one that some write in their place."""
        for first, last in pairwise(found[:_MAX_WORDS]):
            if first in reads and len(first) + len(last) >= _COMPOUND_LETTERS:
                for code in languages:
                    one = self._columns_of(f"{code}:{_stems([first + last], code)[0]}", _COMPOUND)
                    reads[first].update(one)

    def scores(self, question: Question) -> Floats:
        """Return the BM25 score of every document, (n,) float32, 0 where no word is shared.

        Among many documents, words that stand in more than half of them are left out when rarer
        ones are there: they are what costs the time.
        """
        share = self._found_in[question.columns] / max(1, len(self))
        rare = (share <= _COMMON) | (len(self) < _MANY)
        use = rare if rare.any() else np.ones_like(rare)
        if not use.any():
            return np.zeros(len(self), dtype=np.float32)
        picked = self._columns[:, question.columns[use]]
        return np.asarray(picked @ question.weights[use], dtype=np.float32)

    def covered(self, question: Question, rows: Rows) -> Floats:
        """Return for each of `rows` the share of the question's idf mass that it holds, 0 to 1."""
        if not question.mass or not len(rows):
            return np.zeros(len(rows), dtype=np.float32)
        columns = question.columns.tolist()
        weight = dict(zip(columns, question.weights.tolist(), strict=True))
        word = dict(zip(columns, question.words.tolist(), strict=True))
        shares = np.zeros(len(rows), dtype=np.float32)
        for at, row in enumerate(rows):
            start, end = self._counts.indptr[row], self._counts.indptr[row + 1]
            held: dict[int, float] = {}
            for column in self._counts.indices[start:end].tolist():
                if column in weight:
                    held[word[column]] = max(held.get(word[column], 0.0), weight[column])
            shares[at] = sum(held.values()) / question.mass
        return shares


def _beside() -> dict[str, str]:
    """What is struck in place of a letter: one beside or below it, or a vowel for a vowel."""
    at = {key: (row, place) for row, keys in enumerate(_KEYS) for place, key in enumerate(keys)}
    return {
        key: "".join(
            other
            for other, (below, there) in at.items()
            if other != key
            and ((abs(row - below) <= 1 and abs(place - there) <= 1) or {key, other} <= _VOWELS)
        )
        for key, (row, place) in at.items()
    }


_VOWELS = frozenset("aeiouy")
_BESIDE = _beside()


def _slips(word: str) -> Iterator[str]:
    """What may have been meant; the first letter is seldom wrong."""
    for at in range(1, len(word)):
        yield from (word[:at] + letter + word[at + 1 :] for letter in _BESIDE[word[at]])
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    for at in range(1, len(word) + 1):
        yield from (word[:at] + letter + word[at:] for letter in ascii_lowercase)


def _idf(found: npt.NDArray[np.float64], total: int) -> Floats:
    """Return ln(1 + (N - df + 0.5) / (df + 0.5)), never negative (Robertson and Zaragoza 2009)."""
    most = np.minimum(found, total)
    return np.log1p((total - most + 0.5) / (most + 0.5)).astype(np.float32)
