"""How sure an answer is: strong, related, or not in this library yet; calibrated per model.

A fixed cosine would be wrong: each model has its own range, each language lies elsewhere in it, and
the best of many documents off the topic lies higher than the best of few. So two things are asked.

Is the question one of ours at all? That is a matter of the question itself, on which side of a
plane between our field and everyday life it lies, and of the nearest documents: how near they are
without what their language alone gives, which of the question's words they hold, and how much
nearer the question is to everyday life or to any text of the field (cohorts, as speaker
verification uses them: Auckenthaler et al. 2000). `sqrt(2 ln(n + 1))` is how far the largest of n
chance values strays (Cramér 1946). One curve serves all languages: what a language adds, it adds
to both sides.

And does the first document answer it? Only where it also stands apart from all others: by how many
deviations it lies above the mean, and how far it leads in meaning and in words. Of others nothing
more is said than that they are on a nearby topic.

Both are logistic curves (Platt 1999). The numbers are in calibration.json, fitted by
tests/bench/fit_confidence.py on labelled questions; docs/matching.md tells how well they do.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from knowledge.vocabulary import Confidence

FILE = Path(__file__).parent / "calibration.json"
CERTAIN = 0.8
"""How sure it must be that a question is one of ours before a case is said to match it closely."""
BELOW = 0.001
"""What is not strong scores at most so much less than the line."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for one document of a library."""

    cosine: float
    """Of the question as it is, less what the document's language alone gives."""
    mass: float
    """ln(1 + idf mass of the question's words that it holds, nats)."""
    everyday: float
    """How near the question is to everyday life, a mean cosine."""
    crowd: float
    """How far the largest of so many chance values strays, see `crowd`."""
    meaning: float = 0.0
    """Its cosine to the question without its language."""
    height: float = 0.0
    """Its distance in meaning above the mean document, in standard deviations."""
    lead: float = 0.0
    """The same above the nearest other document; below 0 where another is nearer."""
    words_lead: float = 0.0
    """Its BM25 less the best other one's, as a share of the best."""
    above: float = 0.0
    """Its `meaning` less the question's mean cosine to short texts of the field, whatever their
    topic: what a question gives to every text is no evidence, and a library of three cases
    cannot tell how much that is."""
    field: float = 0.0
    """Whether the question is one of our field, see `Query.field`."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Signs to a probability: what each sign adds to its log-odds, and a constant."""

    weights: Mapping[str, float]
    bias: float

    def chance(self, signs: Signs) -> float:
        """The probability, 0 to 1."""
        known = asdict(signs)
        odds = self.bias + sum(weight * known[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was learnt about one model from so many labelled `questions`."""

    topic: Curve
    """Whether a document is on the topic of the question."""
    answer: Curve
    """Whether the first document answers it."""
    person: Curve
    """Whether a piece of somebody's evidence, often a few words, speaks to the question."""
    related: float
    strong: float
    ours: float
    """The `Query.field` from which on a question is taken for one of the field, for people."""
    nameable: float
    """The chance from which on a piece of evidence is a reason to name somebody."""
    nearest: float
    """The same in a small community where nobody reaches that: whoever is nearest may help."""
    questions: int

    def strength(self, score: float) -> Confidence:
        """A score that an answer was shown with, in words."""
        if score >= self.strong:
            return Confidence.STRONG
        return Confidence.RELATED if score >= self.related else Confidence.NONE

    def score(self, signs: Signs, *, first: bool) -> float:
        """How sure it is that a document answers, 0 to 1; above `strong` for a first one alone."""
        topic = self.topic.chance(signs)
        if first and topic >= CERTAIN and (answers := self.answer.chance(signs)) >= self.strong:
            return answers
        return min(topic, self.strong - BELOW)


def crowd(documents: int) -> float:
    """How far the largest of so many chance values strays, in standard deviations."""
    return math.sqrt(2 * math.log(documents + 1))


@cache
def calibrations() -> Mapping[str, Calibration]:
    """All that is known, by a part of the model's name; `*` for models nobody has measured."""
    return {name: read(entry) for name, entry in json.loads(FILE.read_text("utf-8")).items()}


def calibration(model: str) -> Calibration:
    """What is known of a model, named as its vectors are."""
    known = calibrations()
    name = model.casefold()
    return next((known[key] for key in known if key in name), known["*"])


def read(entry: Mapping[str, Mapping[str, float] | float]) -> Calibration:
    """One entry of calibration.json. Raises TypeError for another shape."""
    return Calibration(
        _curve(entry["topic"]),
        _curve(entry["answer"]),
        _curve(entry["person"]),
        _number(entry["related"]),
        _number(entry["strong"]),
        _number(entry["ours"]),
        _number(entry["nameable"]),
        _number(entry["nearest"]),
        int(_number(entry["questions"])),
    )


def _curve(found: Mapping[str, float] | float) -> Curve:
    if not isinstance(found, Mapping):
        raise TypeError("calibration.json does not have the shape that fit_confidence.py writes")
    weights = {name: float(weight) for name, weight in found.items() if name != "bias"}
    return Curve(weights, float(found["bias"]))


def _number(found: Mapping[str, float] | float) -> float:
    if isinstance(found, Mapping):
        raise TypeError("calibration.json does not have the shape that fit_confidence.py writes")
    return float(found)
