"""Measures of a ranking against judgements. Pure; definitions as in the BEIR benchmark."""

import math
from collections.abc import Mapping, Sequence

CUTS = (1, 5, 10)


def judge(ranking: Sequence[str], relevant: Mapping[str, float]) -> dict[str, float]:
    """Measures of one question's ranking (ids, best first), each between 0 and 1.

    recall@k: share of the relevant that stand among the first k. hit@k: whether any does.
    mrr@10: 1 over the place of the first relevant one (Voorhees 1999). ndcg@10: discounted
    gain over the best possible one, gains as judged (Järvelin and Kekäläinen 2002). map: mean
    of the precision at each relevant one. Grades of 0 or less count as not relevant.
    """
    grades = {document: grade for document, grade in relevant.items() if grade > 0}
    if not grades:
        raise ValueError("a question without a relevant document cannot be judged")
    places = [place for place, document in enumerate(ranking, 1) if document in grades]
    measures: dict[str, float] = {}
    for cut in CUTS:
        found = sum(place <= cut for place in places)
        measures[f"recall@{cut}"] = found / len(grades)
        if cut < max(CUTS):
            measures[f"hit@{cut}"] = float(found > 0)
    first = places[0] if places else math.inf
    measures["mrr@10"] = 1 / first if first <= 10 else 0.0
    gains = [grades.get(document, 0.0) for document in ranking[:10]]
    best = sorted(grades.values(), reverse=True)[:10]
    measures["ndcg@10"] = _discounted(gains) / _discounted(best)
    precisions = (count / place for count, place in enumerate(places, 1))
    measures["map"] = sum(precisions) / len(grades)
    return measures


def mean(each: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The mean of each measure over questions, to 4 places; empty for no questions."""
    if not each:
        return {}
    return {name: round(sum(one[name] for one in each) / len(each), 4) for name in each[0]}


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(place + 1) for place, gain in enumerate(gains, 1))
