"""What is held about somebody in the peer exchange: rounds, wishes, assistants, prompts."""

from datetime import datetime

from sqlmodel import Session

from knowledge.database.personal_data import (
    Departure,
    Ends,
    Merger,
    PersonalData,
    Subject,
    of_accounts,
    of_member,
)
from knowledge.exchange import assistants, programmes, prompts, rounds


def _avoided(session: Session, member_id: int) -> list[int]:
    return sorted(programmes.avoided(session, [member_id]).get(member_id, ()))


EXCHANGE = of_member("exchange", programmes.of_member)
AVOIDS = of_member("avoids", _avoided)
CHECK_INS = of_member("check_ins", rounds.check_ins_by)
ASSISTANTS = of_member("assistants", assistants.named_by)
"""Whom they named to schedule for them."""
ASSISTS = of_accounts("assists", assistants.named)
"""For whom they were asked to schedule."""
PROMPTS = of_member("prompts", prompts.of_asker)
"""Questions of theirs that they were asked to have posted."""


def _cancel(session: Session, departure: Departure) -> None:
    """What stewards were to read of them is made anew; nothing of theirs is posted any more."""
    rounds.preview_again(session, departure.dropped_of)
    if Ends.ASKING in departure.ends:
        prompts.leave(session, departure.member_id, departure.at)


def _merge(session: Session, two: Merger) -> None:
    programmes.belong(session, two.stays, two.goes)
    rounds.belong(session, two.stays, two.goes)
    assistants.belong(session, two.stays, two.goes, two.account_keys)
    prompts.move(session, two.stays, two.goes)


def _erase(session: Session, whose: Subject, at: datetime) -> None:
    assistants.erase(session, whose.account_keys)
    if whose.member_id is not None:
        prompts.erase(session, whose.member_id, at)
        programmes.forget_member(session, whose.member_id)


HELD = PersonalData(
    parts=(EXCHANGE, AVOIDS, CHECK_INS, ASSISTANTS, ASSISTS, PROMPTS),
    cancel=_cancel,
    merge=_merge,
    erase=_erase,
)
