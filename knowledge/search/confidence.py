"""How sure an answer is: strong, related, or not in this library yet; calibrated per model.

A fixed cosine would be wrong: each model has its own range, other languages lie lower, and the best
of many documents off the topic lies higher than the best of few. So the evidence for one document
is `cosine weight * cosine + mass weight * ln(1 + covered idf mass) + crowd weight *
sqrt(2 ln(n + 1))`, the last term being how far the largest of n chance values strays (Cramér 1946).
A logistic curve per language turns it into the probability that the document answers
(Platt 1999). The numbers are in calibration.json, fitted by tests/bench/fit_confidence.py on
labelled questions; docs/matching.md tells how well they do.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.vocabulary import Confidence

FILE = Path(__file__).parent / "calibration.json"
FEWEST = 30
"""Labelled questions that a language needs for a curve of its own, and to be called strong."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Evidence to probability: `1 / (1 + exp(-(slope * evidence + intercept)))`.

    From `related` on a document is on a nearby topic, from `strong` on it answers.
    """

    slope: float
    intercept: float
    questions: int
    related: float
    strong: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was learnt about one model."""

    cosine: float
    mass: float
    crowd: float
    pooled: Curve
    languages: Mapping[str, Curve]

    def evidence(self, cosine: float, covered_mass: float, documents: int) -> float:
        """What speaks for one document of a library of `documents`."""
        return (
            self.cosine * cosine
            + self.mass * math.log1p(max(covered_mass, 0.0))
            + self.crowd * crowd(documents)
        )

    def curve(self, language: str) -> tuple[Curve, bool]:
        """The curve for questions in a language, and whether it is one of its own."""
        own = self.languages.get(language)
        if own is None or own.questions < FEWEST:
            return self.pooled, False
        return own, True

    def judge(self, evidence: float, language: str) -> tuple[Confidence, float]:
        """The strength in words, and the probability that the document answers, 0 to 1."""
        curve, _ = self.curve(language)
        odds = curve.slope * evidence + curve.intercept
        chance = 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))
        return self.strength(chance, language), chance

    def strength(self, chance: float, language: str) -> Confidence:
        """A probability that a document answers a question in `language`, in words."""
        curve, trusted = self.curve(language)
        if chance >= curve.strong and trusted:
            return Confidence.STRONG
        return Confidence.RELATED if chance >= curve.related else Confidence.NONE


def crowd(documents: int) -> float:
    """How far the largest of so many chance values strays, in standard deviations."""
    return math.sqrt(2 * math.log(documents + 1))


@cache
def calibrations() -> Mapping[str, Calibration]:
    """All that is known, by a part of the model's name; `*` for models nobody has measured."""
    return {name: _read(entry) for name, entry in json.loads(FILE.read_text("utf-8")).items()}


def calibration(model: str) -> Calibration:
    """What is known of a model, named as its vectors are."""
    known = calibrations()
    name = model.casefold()
    return next((known[key] for key in known if key in name), known["*"])


def _read(entry: Mapping[str, object]) -> Calibration:
    pooled, languages = entry["pooled"], entry["languages"]
    if not isinstance(pooled, dict) or not isinstance(languages, dict):
        raise TypeError("calibration.json does not have the shape that fit_confidence.py writes")
    numbers = {name: float(str(entry[name])) for name in ("cosine", "mass", "crowd")}
    return Calibration(
        **numbers,
        pooled=Curve(**pooled),
        languages={code: Curve(**curve) for code, curve in languages.items()},
    )
