"""What every part of the upkeep of cases reads first: a case by its number."""

from sqlmodel import Session

from bot.core.context import Context
from bot.core.errors import UserFacingError
from knowledge.cases import cases
from knowledge.cases.views import CaseView
from knowledge.vocabulary import CaseState, MemberStatus


def case_of(session: Session, number: int) -> CaseView:
    """A case, whatever its state. Raises `case_not_found`."""
    case = cases.get(session, number)
    if case is None:
        raise UserFacingError("case_not_found", number=number)
    return case


def readable(session: Session, number: int, context: Context) -> CaseView:
    """A case that the caller may read: a published one, or any for stewards. Raises."""
    case = case_of(session, number)
    if case.state is not CaseState.PUBLISHED and not context.steward:
        raise UserFacingError("case_not_found", number=number)
    return case


def may_flag(context: Context) -> bool:
    """Whether the caller takes part, so that what they say of a case is looked at."""
    member = context.member
    return context.steward or (member is not None and member.status is MemberStatus.ACTIVE)


def wrote(context: Context, case: CaseView) -> bool:
    """Whether the caller is the author of a case."""
    member = context.member
    return (
        member is not None and member.status is MemberStatus.ACTIVE and member.id == case.author_id
    )
