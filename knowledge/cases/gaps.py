"""What the library does not answer: questions grouped by meaning, and what may be said of a group.

A model places every question near every other, and questions of one language closest: so they are
compared without their language, as search compares them (`knowledge.search.reference`).
docs/matching.md has the figures.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import select
from sqlmodel import Session, col

from knowledge.members.tables import Member
from knowledge.questions.tables import Question
from knowledge.text import folding, lexical
from knowledge.text.stopwords import STOP_WORDS
from knowledge.text.vectors import Floats
from knowledge.vocabulary import Community, Confidence, QuestionState, Visibility

LOOKING_BACK = timedelta(days=90)
"""Questions of so long are held against the library."""
APART = 0.48
"""Mean cosine distance, languages taken out, up to which groups are joined: average linkage."""
FEWEST_ASKERS = 2
"""People beside the reader who must have asked before a private group is shown."""
FEWEST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class GapQuestion:
    """A question that no case answers closely; `asker` is one word for one person."""

    id: int
    asker: str
    community: Community | None
    text: str
    language: str
    public: bool
    confidence: Confidence
    asked_at: datetime


def unanswered(session: Session, since: datetime, limit: int) -> list[GapQuestion]:
    """The newest questions below the line since then; withdrawn ones and those for people are not.

    The oldest comes first, so that groups keep their order while questions are added.
    """
    rows = session.execute(
        select(Question, col(Member.community))
        .outerjoin(Member, col(Member.id) == col(Question.asker_id))
        .where(
            col(Question.asked_at) >= since,
            col(Question.state) != QuestionState.WITHDRAWN,
            col(Question.confidence) != Confidence.STRONG,
            col(Question.people_only).is_(False),
        )
        .order_by(col(Question.id).desc())
        .limit(limit)
    ).all()
    found = [
        GapQuestion(
            id=row.id or 0,
            asker=row.account_key if row.asker_id is None else f"member:{row.asker_id}",
            community=community,
            text=row.text,
            language=row.language,
            public=row.visibility is Visibility.PUBLIC,
            confidence=row.confidence,
            asked_at=row.asked_at,
        )
        for row, community in rows
    ]
    return found[::-1]


def grouped(vectors: Floats, apart: float = APART) -> list[list[int]]:
    """Rows of unit vectors (n, d) in groups of like meaning: the largest first, then by first row.

    Agglomerative with average linkage (Sokal and Michener 1958), cut at `apart`; the same vectors
    in the same order give the same groups.
    """
    from scipy.cluster.hierarchy import fcluster, linkage  # half a second, and seldom needed
    from scipy.spatial.distance import squareform

    count = len(vectors)
    if count < 2:
        return [[row] for row in range(count)]
    distance = np.clip(1.0 - vectors.astype(np.float64) @ vectors.T.astype(np.float64), 0.0, 2.0)
    distance = (distance + distance.T) / 2
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform(distance, checks=False), method="average")
    groups: dict[int, list[int]] = {}
    for row, label in enumerate(fcluster(tree, apart, criterion="distance")):
        groups.setdefault(int(label), []).append(row)
    return sorted(groups.values(), key=lambda rows: (-len(rows), rows[0]))


def may_be_shown(group: Sequence[GapQuestion], reader: str) -> bool:
    """Whether a steward, `reader`, may see that a group exists.

    One public question is enough. Else enough people beside the reader must have asked: whoever
    asked the same must not learn of a single other person who did.
    """
    others = {question.asker for question in group} - {reader}
    return any(question.public for question in group) or len(others) >= FEWEST_ASKERS


def middle(vectors: Floats, rows: Sequence[int]) -> int | None:
    """Which of `rows` lies closest to the mean of a group's `vectors` (n, d); None for none."""
    if not rows:
        return None
    centre = vectors.mean(axis=0)
    return max(rows, key=lambda row: (float(vectors[row] @ centre), -row))


def words_in_common(
    group: Sequence[GapQuestion], reader: str, unsaid: Collection[str], most: int = 5
) -> list[str]:
    """Words that several people beside the reader used, the most shared first.

    A word of one person alone is theirs. Function words, numbers, names, and the words in
    `unsaid` (folded: places and organisations of members) are left out.
    """
    used: dict[str, set[str]] = {}
    for question in group:
        if question.asker == reader:
            continue
        stop = STOP_WORDS.get(question.language, frozenset())
        private = lexical.names(question.text)
        for each in folding.words(question.text):
            if len(each) < FEWEST_LETTERS or each in stop or each in private or each in unsaid:
                continue
            used.setdefault(each, set()).add(question.asker)
    shared = Counter({each: len(who) for each, who in used.items() if len(who) >= FEWEST_ASKERS})
    return sorted(shared, key=lambda each: (-shared[each], each))[:most]
