"""What is held about somebody who writes cases, reports them, or wants no news of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from knowledge.cases import cases, late_answers, reports, versions
from knowledge.cases.tables import CaseSnippet
from knowledge.cases.views import CaseView
from knowledge.database.personal_data import Merger, PersonalData, Subject, of_member, of_person
from knowledge.members import accounts, audit, members
from knowledge.members.views import MemberView
from knowledge.text import passages
from knowledge.vocabulary import CaseState, Purpose


def _written(session: Session, member_id: int) -> list[CaseView]:
    own = select(col(CaseSnippet.id)).where(col(CaseSnippet.author_id) == member_id)
    numbers = session.scalars(own.order_by(col(CaseSnippet.id)))
    return cases.get_many(session, [number for number in numbers if number is not None])


CASES = of_member("cases", _written)
FLAGS = of_person("flags", reports.of_person)
NEWS_OFF = of_person("news_off", late_answers.is_off)


def _merge(session: Session, two: Merger) -> None:
    session.execute(
        update(CaseSnippet)
        .where(col(CaseSnippet.author_id) == two.goes)
        .values(author_id=two.stays)
    )
    reports.move(session, two.goes, two.stays)
    late_answers.move(session, two.goes, two.stays, two.at)


def _erase(session: Session, whose: Subject, _: datetime) -> None:
    """Published cases stay as the community's knowledge, without an author; drafts go.

    Where the author did not agree to be quoted, a case that names them goes as well.
    """
    member = members.get(session, whose.member_id) if whose.member_id is not None else None
    if member is not None:
        _erase_cases(session, member)
    reports.erase(session, whose.member_id, whose.account_keys)
    late_answers.erase(session, whose.member_id, whose.account_keys)


def _erase_cases(session: Session, member: MemberView) -> None:
    called = [member.name, *(each.name for each in accounts.of_member(session, member.id))]
    names = {name.casefold() for name in called if name}
    quoted = member.agreed(Purpose.BE_QUOTED)
    for view in _written(session, member.id):
        words = f"{view.title}\n{view.text}\n{view.source.title}".casefold()
        named = any(name in words for name in names)
        if view.state is CaseState.PUBLISHED and (quoted or not named):
            if not quoted:
                versions.forget_names(session, [view.id], names)
            continue
        _remove(session, [view.id])
    cases.forget_sources(session)
    session.execute(
        update(CaseSnippet).where(col(CaseSnippet.author_id) == member.id).values(author_id=None)
    )


def _remove(session: Session, numbers: Sequence[int]) -> None:
    for number in numbers:
        passages.forget(session, case_id=number)
        session.execute(
            update(CaseSnippet)
            .where(col(CaseSnippet.merged_into) == number)
            .values(merged_into=None)
        )
        session.execute(delete(CaseSnippet).where(col(CaseSnippet.id) == number))
        audit.forget_words(session, f"case:{number}")
        passages.changed(session, case_id=number)


HELD = PersonalData(parts=(CASES, FLAGS, NEWS_OFF), merge=_merge, erase=_erase)
