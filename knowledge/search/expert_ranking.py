"""Who could be asked: evidence per member, and a ranking that spreads the work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from operator import mul

from knowledge.members.views import MemberView
from knowledge.search.documents import Query
from knowledge.search.index import Evidence, Snapshot
from knowledge.search.search import Found, Words, find
from knowledge.vocabulary import PassageKind, Purpose

CLOSEST = 3
"""Pieces of evidence that count."""
FURTHER = 0.5
"""What each further piece weighs of the one before; docs/matching.md has the figures."""
SAME_LANGUAGE = 1.05
"""A shared language weighs as much as a slightly better match."""
SHOWN_OFTEN = 0.02
"""Share of the score that each showing in the last days costs, so that others get their turn."""
MOST_SHOWN = 5
RANKED = 200
"""Members who are compared, those with the nearest single piece: the others are far off."""
NEAR_A_CASE = 0.6
"""Share of the line that is enough where a case shows that the question is one of ours."""
JUDGED = 10
"""Members of a ranking who are judged for an answer."""


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
    on_topic: bool,
    now: datetime,
    words: Words | None = None,
) -> list[RankedExpert]:
    """Members who agreed to be asked and whose evidence speaks to the question, best first.

    `times_shown` counts how often each was shown lately; `on_topic` says that a case in the
    library speaks to the question, or that only people are asked for. Whoever accepts no
    contacts, is snoozing at `now`, or has no evidence on the topic, and the asker, are left out.
    """
    found = find(snapshot.evidence, query, model=model, words=words)
    fused = found.fused.scores.tolist()
    across = asker.community.other if asker is not None and asker.community else None
    ranked: list[tuple[float, int, list[int]]] = []
    for member_id, rows in islice(_pieces(snapshot, found).items(), RANKED):
        member = snapshot.members[member_id]
        if member.capacity == 0 or member.snoozed(now):
            continue
        if asker is not None and member_id == asker.id:
            continue
        score = closest([fused[row] for row in rows])
        favour = SAME_LANGUAGE if query.language in member.languages else 1.0
        favour *= cross_community_weight if across and member.community is across else 1.0
        favour *= 1 - SHOWN_OFTEN * min(times_shown.get(member_id, 0), MOST_SHOWN)
        # Below the average document the score is negative, and favour must still raise it.
        score = score * favour if score > 0 else score / favour
        ranked.append((-score, member_id, rows))
    ranked.sort()
    sure: list[RankedExpert] = []
    line = found.known.nameable * (NEAR_A_CASE if on_topic else 1)
    for score, member_id, rows in ranked[:JUDGED]:
        member = snapshot.members[member_id]
        told = [row for row in rows if _tells(snapshot, found, member, row)]
        near = [row for row in told if found.person(row) >= line]
        if near and len(sure) < limit:
            evidence = tuple(snapshot.evidence_of[int(found.ids[row])] for row in near)
            speaks = query.language if query.language in member.languages else ""
            crosses = across is not None and member.community is across
            sure.append(RankedExpert(member, -score, evidence, speaks, crosses))
    return sure


def _tells(snapshot: Snapshot, found: Found, member: MemberView, row: int) -> bool:
    """Whether a piece may be told as a reason: titles and profiles give away who is not named."""
    piece = snapshot.evidence_of[int(found.ids[row])]
    return piece.kind is PassageKind.OFFER or member.agreed(Purpose.BE_NAMED)


def _pieces(snapshot: Snapshot, found: Found) -> dict[int, list[int]]:
    """The rows of each member's CLOSEST pieces, the nearest first, the nearest member first."""
    pieces: dict[int, list[int]] = {}
    numbers = found.ids[found.order].tolist()
    for row, number in zip(found.order.tolist(), numbers, strict=True):
        own = pieces.setdefault(snapshot.evidence_of[number].member_id, [])
        if len(own) < CLOSEST:
            own.append(row)
    return pieces


def closest(scores: Sequence[float]) -> float:
    """One score of somebody's pieces, k >= 1, the nearest first: each weighs FURTHER of the former.

    Counting the pieces that somebody does not have as average ones was worse (nDCG@10 .58
    against .61 on organisations with few pieces each).
    """
    weights = [FURTHER**at for at in range(len(scores))]
    return float(sum(map(mul, weights, scores)) / sum(weights))


class ReasonKind(StrEnum):
    """Why a person is named; each can be checked by whoever reads it."""

    WROTE = "wrote"
    OFFERS = "offers"
    WORKS_ON = "works_on"
    SPEAKS = "speaks"
    COMMUNITY = "community"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; `value` is a title, an offer, a language or a community."""

    kind: ReasonKind
    value: str
