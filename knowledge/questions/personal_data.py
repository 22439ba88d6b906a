"""What is held about somebody who asks, votes, or was shown as an answer."""

from datetime import datetime

from sqlmodel import Session

from knowledge.database.personal_data import Merger, Part, PersonalData, Subject, of_person
from knowledge.questions import questions, ratings


def _shown(session: Session, whose: Subject, _: datetime) -> int:
    return questions.shown_in(session, whose.member_id) if whose.member_id is not None else 0


QUESTIONS = of_person("questions", questions.of_person)
SHOWN = Part("shown", _shown)
"""How many answers named them."""
RATINGS = of_person("ratings", ratings.of_person)


def _merge(session: Session, two: Merger) -> None:
    questions.move(session, two.goes, two.stays)
    ratings.belong(session, two.stays, two.account_keys, former=[two.goes])


def _erase(session: Session, whose: Subject, _: datetime) -> None:
    questions.erase(session, whose.member_id, whose.account_keys)
    ratings.erase(session, whose.member_id, whose.account_keys)


HELD = PersonalData(parts=(QUESTIONS, SHOWN, RATINGS), merge=_merge, erase=_erase)
