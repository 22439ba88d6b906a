"""What is held about somebody who answers below posts."""

from datetime import datetime

from sqlmodel import Session

from knowledge.database.personal_data import Merger, PersonalData, Subject, of_person
from knowledge.threads import thread_answers

ANSWERS = of_person("answers", thread_answers.by)


def _merge(session: Session, two: Merger) -> None:
    thread_answers.move(session, two.stays, two.goes)


def _erase(session: Session, whose: Subject, at: datetime) -> None:
    thread_answers.erase(session, whose.member_id, whose.account_keys, at)


HELD = PersonalData(parts=(ANSWERS,), merge=_merge, erase=_erase)
