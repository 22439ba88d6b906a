"""Who could be asked: evidence per member, and a ranking that spreads the work."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from knowledge.library import Evidence, Snapshot
from knowledge.search import Query, find
from knowledge.views import Floats, MemberView
from knowledge.vocabulary import Confidence

CLOSEST = 3
"""Pieces of evidence that count: the mean of the three closest beat the maximum and the mean of
all on a published expert-matching benchmark."""
SAME_LANGUAGE = 1.05
"""A shared language weighs as much as a slightly better match."""
SHOWN_OFTEN = 0.02
"""Share of the score that each showing in the last days costs, so that others get their turn."""
MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class RankedExpert:
    """A member and what speaks for them; `evidence` is the closest first."""

    member: MemberView
    score: float
    evidence: tuple[Evidence, ...]
    speaks: str
    """The asker's language, if the member works in it."""
    crosses: bool
    """Whether the member is of the other community than the asker."""


def rank(
    snapshot: Snapshot,
    query: Query,
    *,
    model: str,
    asker: MemberView | None,
    cross_community_weight: float,
    times_shown: Mapping[int, int],
    limit: int,
) -> list[RankedExpert]:
    """Members who agreed to be asked and whose evidence speaks to the question, best first.

    `times_shown` counts how often each was shown lately. Whoever accepts no contacts, the asker
    and those without any evidence on the topic are left out.
    """
    found = find(snapshot.evidence, query, model=model)
    pieces: dict[int, list[int]] = {}
    for row in found.order:
        piece = snapshot.evidence_of[int(found.ids[row])]
        pieces.setdefault(piece.member_id, []).append(int(row))
    ranked = []
    for member_id, rows in pieces.items():
        member = snapshot.members[member_id]
        if member.capacity == 0 or (asker is not None and member.id == asker.id):
            continue
        near = [row for row in rows[:CLOSEST] if found.judge(row)[0] is not Confidence.NONE]
        if not near:
            continue
        speaks = query.language if query.language in member.languages else ""
        crosses = (
            asker is not None
            and asker.community is not None
            and asker.community.other is member.community
        )
        score = closest_mean(found.fused.scores[rows])
        score *= SAME_LANGUAGE if speaks else 1.0
        score *= cross_community_weight if crosses else 1.0
        score *= 1 - SHOWN_OFTEN * min(times_shown.get(member_id, 0), MOST_SHOWN)
        evidence = tuple(snapshot.evidence_of[int(found.ids[row])] for row in near)
        ranked.append(RankedExpert(member, score, evidence, speaks, crosses))
    ranked.sort(key=lambda expert: (-expert.score, expert.member.id))
    return ranked[:limit]


def closest_mean(scores: Floats) -> float:
    """The mean of the three best of one member's scores (k,), higher is nearer.

    A member with fewer pieces is measured as if the others were average, which is 0.
    """
    best = np.sort(scores)[::-1][:CLOSEST]
    return float(best.sum()) / CLOSEST
