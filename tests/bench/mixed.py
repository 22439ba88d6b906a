"""How well cases are found in libraries of several languages, from three texts to two thousand.

Every labelled question is put to each library with the functions that answer members. The sample
is taken as it is, in halves, in parts of 20 and of 3, and in other proportions of languages; with
EVAL_SETS it is also laid among nearly two thousand texts that nobody read for these questions.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from knowledge.encoders.encoder import Encoder
from knowledge.search import reference
from knowledge.search.documents import Document, Query
from knowledge.search.search import NO_FILTERS, Index, find, find_cases
from knowledge.vocabulary import Confidence
from tests.bench.labelled import Asked, documents, library, queries, questions, unread
from tests.bench.measuring import Figure, Part, table

PART = "mixed"
WHOLE = "the sample as it is"
OWN = ("en", "es", "fr")
"""The languages that the bot speaks: only among these is a question asked across languages."""
SHOWN = 3
LARGER = ("fds_use_cases", "sunlight_policy_passages")


@dataclass(frozen=True)
class Outcome:
    """What one question came to in one library."""

    asked: Asked
    library: str
    answerable: bool
    spoken: frozenset[str]
    """The languages of the cases that answer it."""
    rank: int
    """Of the first case that answers, 0 for the first; large where none was found."""
    shown: int
    helped: bool
    """Whether a case that answers was shown."""
    closely: bool
    right: bool
    """Whether the case that is said to match closely answers."""
    abroad: bool
    """Whether the first case that is shown is in another language than the question."""

    @property
    def kind(self) -> str:
        """`same`, `across` or `other`: how the question's language meets that of the answers."""
        if self.asked.language in self.spoken:
            return "same"
        return "across" if self.asked.language in (*OWN, "pt") else "other"


def measure(encoder: Encoder, sets: Path | None) -> Part:
    """A row per library, and one per pair of languages in the whole sample."""
    drafts = library()
    asked = questions(drafts)
    known = reference.of(encoder) or reference.learn(encoder)
    ready = list(zip(asked, queries(asked, known, encoder), strict=True))
    held = documents(drafts, encoder)
    keys = [draft.key for draft in drafts]
    outcomes: dict[str, list[Outcome]] = defaultdict(list)
    for name, rows in _libraries([draft.language for draft in drafts]):
        index = Index.build([held[row] for row in rows], encoder.dimension)
        outcomes[name] += _ask(name, index, ready, encoder.model_id, [keys[row] for row in rows])
    for name, more in _among_many(sets, encoder):
        apart = [replace(each, id=each.id + len(held)) for each in more]
        index = Index.build([*held, *apart], encoder.dimension)
        every = [*keys, *("" for _ in more)]
        outcomes[name] += _ask(name, index, ready, encoder.model_id, every)
    whole = outcomes[WHOLE]
    text = f"{table(_by_library(outcomes))}\n\n{table(_by_languages(whole))}"
    return Part(_targets(whole), text)


def _libraries(languages: Sequence[str]) -> Iterator[tuple[str, Iterable[int]]]:
    """What the library is called, and the rows of the sample that it holds."""
    draw = np.random.default_rng(20261201)
    count = len(languages)
    of = {
        code: [row for row, each in enumerate(languages) if each == code] for code in {*languages}
    }
    yield WHOLE, range(count)
    mixed = draw.permutation(count)
    yield "a half", mixed[: count // 2]
    yield "a half", mixed[count // 2 :]
    for size, times in ((20, 4), (3, 8)):
        for _ in range(times):
            yield f"{size} cases", draw.choice(count, size, replace=False)
    others = [row for row, each in enumerate(languages) if each != "en"]
    few = len(of["en"]) // 9
    yield "English and others, 90:10", [*of["en"], *draw.choice(others, few, replace=False)]
    few = len(others) // 9
    yield "English and others, 10:90", [*draw.choice(of["en"], few, replace=False), *others]
    yield "English and Spanish, 50:50", [*draw.choice(of["en"], len(of["es"]), False), *of["es"]]
    least = min(map(len, of.values()))
    even = [draw.choice(rows, least, replace=False) for rows in of.values()]
    yield "four languages, 25 each of 100", np.concatenate(even)


def _among_many(sets: Path | None, encoder: Encoder) -> Iterator[tuple[str, Sequence[Document]]]:
    if sets is None or not all((sets / name).is_dir() for name in LARGER):
        return
    drafts = [draft for name in LARGER for draft in unread(sets / name)]
    yield "among 2,000 texts", documents(drafts, encoder)


def _ask(
    name: str,
    index: Index,
    ready: Sequence[tuple[Asked, Query]],
    model: str,
    keys: Sequence[str],
) -> Iterator[Outcome]:
    at = {int(number): row for row, number in enumerate(index.ids)}
    spoken = {key: index.languages[index.spoken[row]] for row, key in enumerate(keys) if key}
    for asked, query in ready:
        words = index.words(query.text, query.language)
        order = find(index, query, model=model, words=words).order.tolist()
        cases = find_cases(index, query, NO_FILTERS, model=model, limit=SHOWN, words=words)
        shown = [keys[at[case.id]] for case in cases]
        closely = bool(cases) and cases[0].strength is Confidence.STRONG
        answers = asked.answers & spoken.keys()
        yield Outcome(
            asked,
            name,
            bool(answers),
            frozenset(spoken[key] for key in answers),
            next((rank for rank, row in enumerate(order) if keys[row] in answers), len(keys)),
            len(shown),
            bool(answers.intersection(shown)),
            closely,
            closely and shown[0] in answers,
            bool(shown) and spoken.get(shown[0], "en") != query.language,
        )


def _by_library(outcomes: dict[str, list[Outcome]]) -> Sequence[tuple[str, ...]]:
    head = ("library", "questions", "hit@1", "hit@3", "across @1", "@3", "refused", "closely right")
    rows = [(*head, "near: closely", "everyday: shown")]
    for name, every in outcomes.items():
        answerable = [one for one in every if one.answerable]
        across = [one for one in answerable if one.kind == "across"]
        said = [one for one in every if one.closely]
        rows.append(
            (
                name,
                str(len(answerable)),
                _share([one.rank == 0 for one in answerable]),
                _share([one.rank < SHOWN for one in answerable]),
                _share([one.rank == 0 for one in across]),
                _share([one.rank < SHOWN for one in across]),
                _share([not one.shown for one in answerable]),
                f"{sum(one.right for one in said)} of {len(said)}",
                _share([one.closely for one in every if one.asked.label == "near"]),
                _share([bool(one.shown) for one in every if one.asked.label == "off"]),
            )
        )
    return rows


def _by_languages(whole: Sequence[Outcome]) -> Sequence[tuple[str, ...]]:
    rows = [("question", "answer", "n", "hit@1", "hit@3", "shown", "refused", "closely right")]
    groups: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for one in whole:
        if one.answerable:
            own = one.asked.language
            told = own if own in one.spoken else min(one.spoken)
            groups[own, told].append(one)
    for (own, told), group in sorted(groups.items()):
        said = [one for one in group if one.closely]
        rows.append(
            (
                own,
                told,
                str(len(group)),
                _share([one.rank == 0 for one in group]),
                _share([one.rank < SHOWN for one in group]),
                _share([one.helped for one in group]),
                _share([not one.shown for one in group]),
                f"{sum(one.right for one in said)} of {len(said)}",
            )
        )
    return rows


def _targets(whole: Sequence[Outcome]) -> list[Figure]:
    answerable = [one for one in whole if one.answerable]
    kinds = {kind: [one for one in answerable if one.kind == kind] for kind in ("across", "same")}
    aside = [one for one in whole if one.asked.split == "held"]  # the curves never saw these
    said = [one for one in aside if one.closely]
    least = {"across": (0.45, 0.65), "same": (0.60, 0.85)}
    figures = [
        Figure(PART, f"{kind}: right case {word}", _mean(hits), least=least[kind][at])
        for kind, group in kinds.items()
        for at, (word, hits) in enumerate(
            (
                ("first", [one.rank == 0 for one in group]),
                ("among three", [one.rank < SHOWN for one in group]),
            )
        )
    ]
    abroad = [one for one in said if one.abroad]
    refused = [not one.shown for one in aside if one.answerable]
    near = [one.closely for one in aside if one.asked.label == "near"]
    everyday = [bool(one.shown) for one in aside if one.asked.label == "off"]
    return [
        *figures,
        Figure(PART, "closely: right", _mean([one.right for one in said]), least=0.9),
        Figure(PART, "closely across: right", _mean([one.right for one in abroad]), least=0.9),
        Figure(PART, "answerable: refused", _mean(refused), most=0.08),
        Figure(PART, "near misses: closely", _mean(near), most=0.1),
        Figure(PART, "everyday: shown", _mean(everyday), most=0.08),
    ]


def _mean(values: Sequence[bool]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _share(values: Sequence[bool]) -> str:
    return f"{_mean(values):.2f}" if values else "-"
