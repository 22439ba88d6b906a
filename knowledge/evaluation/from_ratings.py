"""Readers' votes as a test set: questions that were asked, and the cases that helped with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from knowledge.evaluation.metrics import judge, mean
from knowledge.questions.tables import Match, Question, Rating
from knowledge.search.index import Library
from knowledge.search.rating_prior import priors
from knowledge.search.search import find
from knowledge.vocabulary import QuestionState

FEWEST = 30
"""With fewer rated questions than this the figures say nothing about other questions."""

Votes = Mapping[int, tuple[int, int]]
"""Case to (helpful, not helpful)."""


@dataclass(frozen=True, slots=True)
class RatedQuestion:
    """A question that somebody voted on; its text is for searching, never for showing."""

    id: int
    text: str
    language: str
    votes: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def helpful(self) -> frozenset[int]:
        """The cases that helped more people than not."""
        return frozenset(case for case, (yes, no) in self.votes.items() if yes > no)


def rated(session: Session) -> list[RatedQuestion]:
    """Every question that people voted on and that was not taken back, by its number.

    A vote for a whole answer counts for a case that was the only one in it, as in
    `knowledge.questions.ratings.by_case`; one person has one vote for each.
    """
    alone = (
        select(col(Match.question_id), func.max(col(Match.case_id)).label("case_id"))
        .where(col(Match.case_id).is_not(None))
        .group_by(col(Match.question_id))
        .having(func.count() == 1)
        .subquery()
    )
    about = func.coalesce(col(Rating.case_id), alone.c.case_id)
    rows = session.execute(
        select(Question, about, col(Rating.helpful), func.count())
        .join(Question, col(Question.id) == col(Rating.question_id))
        .outerjoin(alone, alone.c.question_id == col(Rating.question_id))
        .where(about.is_not(None), col(Question.state) != QuestionState.WITHDRAWN)
        .group_by(col(Question.id), about, col(Rating.helpful))
        .order_by(col(Question.id))
    )
    found: dict[int, RatedQuestion] = {}
    for question, case_id, helpful, votes in rows:
        number = question.id or 0
        one = found.setdefault(number, RatedQuestion(number, question.text, question.language))
        yes, no = one.votes.get(case_id, (0, 0))
        one.votes[case_id] = (yes + votes, no) if helpful else (yes, no + votes)
    return list(found.values())


def judged(library: Library, asked: Sequence[RatedQuestion]) -> dict[str, Any]:
    """`{"rated": .., "n": .., "enough": .., "votes_off": {"ndcg@10": ..}, "votes_on": {..}}`.

    `n` counts the questions with a helpful case that is still in the library: those are asked
    again. `votes_off` leaves votes out of the order. `votes_on` takes those on other questions in:
    a question's own votes would tell the ranking what it is judged by.
    """
    snapshot, model = library.snapshot, library.model_id
    known = set(snapshot.cases.ids.tolist())
    tables: dict[str, list[dict[str, float]]] = {"votes_off": [], "votes_on": []}
    for question in asked:
        relevant = {str(case): 1.0 for case in question.helpful & known}
        if not relevant:
            continue
        vector = library.encode_question(question.text).result()
        query = library.query(question.text, question.language, vector)
        others = priors(_total([each for each in asked if each is not question]))
        for name, used in (("votes_off", {}), ("votes_on", others)):
            found = find(snapshot.cases, query, model=model, priors=used)
            ranking = [str(number) for number in found.ids[found.order].tolist()]
            tables[name].append(judge(ranking, relevant))
    n = len(tables["votes_off"])
    means = {name: mean(each) for name, each in tables.items()}
    return {"rated": len(asked), "n": n, "enough": n >= FEWEST, **means}


def _total(asked: Sequence[RatedQuestion]) -> Votes:
    total: dict[int, tuple[int, int]] = {}
    for question in asked:
        for case, (yes, no) in question.votes.items():
            before = total.get(case, (0, 0))
            total[case] = (before[0] + yes, before[1] + no)
    return total
