"""Votes: whether an answer, or one case of it, helped. One person has one vote for each."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlmodel import Session, col

from knowledge.questions.tables import Match, Rating

ANSWER = 0
"""What a vote for the whole answer is about; a vote for a case is about its number."""


@dataclass(frozen=True, slots=True)
class RatingView:
    """One vote; `case_id` is None for the answer as a whole."""

    question_id: int
    case_id: int | None
    helpful: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What changes with every vote that is cast, changed or removed."""

    votes: int
    newest: datetime | None


NO_VOTES = Standing(0, None)


@dataclass(frozen=True, slots=True)
class Voter:
    """Who votes: the account that they press from, the member behind it, and its other accounts."""

    account_key: str
    member_id: int | None = None
    other_keys: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Every account of this person."""
        return tuple(dict.fromkeys((self.account_key, *self.other_keys)))


def cast(
    session: Session,
    voter: Voter,
    question_id: int,
    *,
    helpful: bool,
    at: datetime,
    case_id: int | None = None,
) -> None:
    """Keep a person's vote in place of their earlier one, whichever account that came from."""
    about = case_id or ANSWER
    connection = session.connection()
    connection.execute(
        delete(Rating).where(
            col(Rating.question_id) == question_id,
            col(Rating.about) == about,
            _of(voter.member_id, voter.keys),
        )
    )
    vote = {"question_id": question_id, "case_id": case_id, "about": about, "helpful": helpful}
    who = {"voter_id": voter.member_id, "account_key": voter.account_key, "at": at}
    connection.execute(insert(Rating), {**vote, **who})


def standing(session: Session) -> Standing:
    """How the votes stand, cheaply: to know whether they have to be counted again."""
    votes, newest = session.execute(select(func.count(), func.max(col(Rating.at)))).one()
    return Standing(votes, newest)


def by_case(session: Session) -> dict[int, tuple[int, int]]:
    """Case to its votes (helpful, not helpful).

    A vote on a whole answer counts for a case that was the only one in it, else for none.
    """
    alone = (
        select(col(Match.question_id), func.max(col(Match.case_id)).label("case_id"))
        .where(
            col(Match.case_id).is_not(None),
            col(Match.question_id).in_(select(col(Rating.question_id))),
        )
        .group_by(col(Match.question_id))
        .having(func.count() == 1)
        .subquery()
    )
    about = func.coalesce(col(Rating.case_id), alone.c.case_id)
    counted: dict[int, tuple[int, int]] = {}
    rows = session.execute(
        select(about, col(Rating.helpful), func.count())
        .outerjoin(alone, alone.c.question_id == col(Rating.question_id))
        .where(about.is_not(None))
        .group_by(about, col(Rating.helpful))
    )
    for case_id, helpful, votes in rows:
        yes, no = counted.get(case_id, (0, 0))
        counted[case_id] = (yes + votes, no) if helpful else (yes, no + votes)
    return counted


def of_person(
    session: Session, member_id: int | None, account_keys: Collection[str]
) -> list[RatingView]:
    """Every vote of one person, the oldest first."""
    rows = session.scalars(
        select(Rating).where(_of(member_id, account_keys)).order_by(col(Rating.id))
    )
    return [RatingView(row.question_id, row.case_id, row.helpful, row.at) for row in rows]


def erase(session: Session, member_id: int | None, account_keys: Collection[str]) -> None:
    """Remove every vote of one person."""
    session.execute(delete(Rating).where(_of(member_id, account_keys)))


def belong(
    session: Session, member_id: int, account_keys: Collection[str], former: Collection[int] = ()
) -> None:
    """These accounts, and these `former` members, turn out to be one member.

    Where more than one of them voted, the newer vote counts.
    """
    theirs = _of(member_id, account_keys) | col(Rating.voter_id).in_(former)
    rows = session.execute(
        select(col(Rating.id), col(Rating.question_id), col(Rating.about))
        .where(theirs)
        .order_by(col(Rating.at), col(Rating.id))
    ).all()
    newest = {(question_id, about): number for number, question_id, about in rows}
    stale = {number for number, _, _ in rows} - set(newest.values())
    session.execute(delete(Rating).where(col(Rating.id).in_(stale)))
    session.execute(update(Rating).where(theirs).values(voter_id=member_id))


def _of(member_id: int | None, account_keys: Iterable[str]) -> ColumnElement[bool]:
    by_account = col(Rating.account_key).in_([key for key in account_keys if key])
    return by_account if member_id is None else or_(col(Rating.voter_id) == member_id, by_account)
