"""Who could be asked: evidence per member, and a ranking that spreads the work.

Three things are asked. Is the question one of the field (`Calibration.ours`)? Does a piece of
somebody's evidence speak to it (`Calibration.nameable`)? And where nobody's does, in a community
that is too small to have an offer for everything: who is nearest (`Calibration.nearest`)? Those are
shown as the nearest, never as a match. A shared language or community orders people and is no
reason by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import islice
from operator import mul

from knowledge.members.views import MemberView
from knowledge.search.confidence import calibration
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
LOOKED_FOR = 0.3
"""How much less of the field's side is enough (see `Calibration.ours`) where a case shows that a
question is one of ours, or where somebody looks for people by a word or two."""
SMALL = 50
"""Experts below which the nearest are shown where nobody's evidence speaks to a question."""
JUDGED = 10
"""Members of a ranking who are judged for an answer."""


@dataclass(frozen=True, slots=True)
class RankedExpert:
    """A member and what speaks for them; `evidence` is the closest first."""

    member: MemberView
    score: float
    evidence: tuple[Evidence, ...]
    nearest: bool
    """Whether nobody's evidence speaks to the question, and they are only the nearest."""
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

    In a community of fewer than SMALL experts in which nobody's does: those nearest to it.
    `times_shown` counts how often each was shown lately; `on_topic` says that a case in the
    library speaks to the question, or that only people are asked for. Whoever accepts no
    contacts, is snoozing at `now`, or has no evidence on the topic, and the asker, are left out.
    """
    if query.field < calibration(model).ours - (LOOKED_FOR if on_topic else 0):
        return []
    found = find(snapshot.evidence, compared(query), model=model, words=words)
    across = asker.community.other if asker is not None and asker.community else None

    def favour(member: MemberView) -> float:
        language = SAME_LANGUAGE if query.language in member.languages else 1.0
        community = cross_community_weight if across and member.community is across else 1.0
        shown = min(times_shown.get(member.id, 0), MOST_SHOWN)
        return language * community * (1 - SHOWN_OFTEN * shown)

    def can_be_asked(member: MemberView) -> bool:
        own = asker is not None and member.id == asker.id
        return member.capacity != 0 and not member.snoozed(now) and not own

    ranked = _ranked(snapshot, found, can_be_asked, favour)
    named = _told(snapshot, found, ranked, found.known.nameable)
    nearest = not named and snapshot.experts < SMALL
    if nearest:
        named = _told(snapshot, found, ranked, found.known.nearest)
    return [
        RankedExpert(
            member,
            score,
            tuple(snapshot.evidence_of[int(found.ids[row])] for row in rows),
            nearest,
            query.language if query.language in member.languages else "",
            across is not None and member.community is across,
        )
        for member, score, rows in named[:limit]
    ]


Standing = tuple[MemberView, float, list[int]]
"""A member, the score, and the rows of the pieces that may be told, the nearest first."""


def _ranked(
    snapshot: Snapshot,
    found: Found,
    can_be_asked: Callable[[MemberView], bool],
    favour: Callable[[MemberView], float],
) -> list[Standing]:
    """The JUDGED best of those who can be asked, best first."""
    fused = found.fused.scores.tolist()
    ranked: list[tuple[float, int, list[int]]] = []
    for member_id, rows in islice(_pieces(snapshot, found).items(), RANKED):
        member = snapshot.members[member_id]
        if can_be_asked(member):
            score = closest([fused[row] for row in rows])
            # Below the average document the score is negative, and favour must still raise it.
            score = score * favour(member) if score > 0 else score / favour(member)
            ranked.append((-score, member_id, rows))
    ranked.sort()
    return [(snapshot.members[who], -score, rows) for score, who, rows in ranked[:JUDGED]]


def _told(
    snapshot: Snapshot, found: Found, ranked: Sequence[Standing], line: float
) -> list[Standing]:
    """Those with a piece above the line that may be told, and only such pieces."""
    told: list[Standing] = []
    for member, score, rows in ranked:
        near = [
            row
            for row in rows
            if found.person(row) >= line and _tells(snapshot, found, member, row)
        ]
        if near:
            told.append((member, score, near))
    return told


def compared(query: Query) -> Query:
    """A question as it is compared with evidence, which is short and without any language."""
    return replace(query, neutral=query.short, cosines=query.short_cosines)


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
    ANSWERED = "answered"
    SPEAKS = "speaks"
    COMMUNITY = "community"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason; `value` is a title, an offer, a question, a language or a community."""

    kind: ReasonKind
    value: str
