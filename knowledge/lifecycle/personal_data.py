"""Everything that is held about one person: shown to them, given to them, or erased."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlmodel import Session, col

from knowledge.cases import cases, late_answers, reports, versions
from knowledge.cases.reports import FlagView
from knowledge.cases.tables import CaseSnippet
from knowledge.cases.views import CaseView
from knowledge.citations import citations
from knowledge.citations.citations import CitedWords, OwnCitation
from knowledge.conversations import conversations, meetings
from knowledge.conversations.conversations import OwnLine
from knowledge.conversations.meetings import OwnChoice
from knowledge.database.columns import utc_now
from knowledge.exchange import assistants, programmes, prompts, rounds
from knowledge.exchange.assistants import AssistantView
from knowledge.exchange.programmes import ParticipationView
from knowledge.exchange.prompts import PromptView
from knowledge.exchange.rounds import CheckInView
from knowledge.introductions import introductions
from knowledge.introductions.introductions import IntroductionView, RequestView
from knowledge.lifecycle import deactivation, merge
from knowledge.members import accounts, audit, claim_codes, contacts, members, reporting_lines
from knowledge.members.accounts import AccountView
from knowledge.members.audit import AuditView
from knowledge.members.members import ConsentView
from knowledge.members.tables import Member
from knowledge.members.views import MemberView
from knowledge.messaging import deliveries, home_views
from knowledge.messaging.home_views import HomeView
from knowledge.postcards import postcards
from knowledge.postcards.postcards import OwnPostcard
from knowledge.public_questions import posts
from knowledge.public_questions.posts import PostedView
from knowledge.questions import questions, ratings
from knowledge.questions.ratings import RatingView
from knowledge.questions.tables import Match, Question
from knowledge.questions.views import QuestionView
from knowledge.text import passages
from knowledge.text.tables import Meta
from knowledge.threads import thread_answers
from knowledge.threads.thread_answers import AnswerView
from knowledge.vocabulary import CaseState, Purpose

_ERASED = "erased:"


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that the database has on one person; `shown` counts the answers that named them."""

    member: MemberView | None
    joined: datetime | None
    changed: datetime | None
    accounts: Sequence[AccountView]
    consents: Sequence[ConsentView]
    questions: Sequence[QuestionView]
    cases: Sequence[CaseView]
    acts: Sequence[AuditView]
    codes: Sequence[datetime]
    shown: int
    flags: Sequence[FlagView] = ()
    news_off: bool = False
    ratings: Sequence[RatingView] = ()
    homes: Sequence[HomeView] = ()
    lines: Sequence[OwnLine] = ()
    citations: Sequence[OwnCitation] = ()
    """How they are quoted in cases."""
    cited: Sequence[CitedWords] = ()
    """Words of theirs that are proposed as a case."""
    requests: Sequence[RequestView] = ()
    """What they asked to have handed over."""
    introductions: Sequence[IntroductionView] = ()
    """What they were asked, without the words: those belong to whoever asked."""
    contacts: Sequence[datetime] = ()
    exchange: Sequence[ParticipationView] = ()
    avoids: Sequence[int] = ()
    check_ins: Sequence[CheckInView] = ()
    superiors: Sequence[int] = ()
    assistants: Sequence[AssistantView] = ()
    """Whom they named to schedule for them."""
    assists: Sequence[AssistantView] = ()
    """For whom they were asked to schedule."""
    times: Sequence[OwnChoice] = ()
    """Times to meet that they said suit them."""
    posted: Sequence[PostedView] = ()
    """What they asked the community."""
    answers: Sequence[AnswerView] = ()
    """What they wrote below posts."""
    prompts: Sequence[PromptView] = ()
    """Questions of theirs that they were asked to have posted."""
    postcards: Sequence[OwnPostcard] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing at all is held."""
        theirs = self.questions or self.ratings or self.homes or self.flags or self.news_off
        return self.member is None and not (theirs or self.assists or self.answers)


def collect(session: Session, member_id: int | None, account_key: str, now: datetime) -> Holdings:
    """What is held about a member, or about an account that asked without being one."""
    member = members.get(session, member_id) if member_id is not None else None
    if member is None:
        asked = _questions(session, None, [account_key])
        return Holdings(
            None,
            None,
            None,
            (),
            (),
            asked,
            (),
            (),
            (),
            0,
            flags=reports.of_person(session, None, [account_key]),
            news_off=late_answers.is_off(session, None, [account_key]),
            ratings=ratings.of_person(session, None, [account_key]),
            homes=_homes(session, [account_key]),
            assists=assistants.named(session, [account_key]),
            answers=thread_answers.by(session, None, [account_key]),
        )
    own = accounts.of_member(session, member.id)
    keys = [account.key for account in own]
    row = session.get(Member, member.id)
    written = session.scalars(
        select(col(CaseSnippet.id))
        .where(col(CaseSnippet.author_id) == member.id)
        .order_by(col(CaseSnippet.id))
    )
    return Holdings(
        member=member,
        joined=row.created_at if row else None,
        changed=row.updated_at if row else None,
        accounts=own,
        consents=members.consent_record(session, member.id),
        questions=_questions(session, member.id, keys),
        cases=cases.get_many(session, [number for number in written if number is not None]),
        acts=_acts(session, member.id),
        codes=claim_codes.pending(session, member.id, now),
        shown=session.scalar(
            select(func.count()).select_from(Match).where(col(Match.member_id) == member.id)
        )
        or 0,
        flags=reports.of_person(session, member.id, keys),
        news_off=late_answers.is_off(session, member.id, keys),
        ratings=ratings.of_person(session, member.id, keys),
        homes=_homes(session, keys),
        lines=conversations.lines_by(session, member.id),
        citations=citations.of_member(session, member.id),
        cited=citations.words_of(session, member.id),
        requests=introductions.of_asker(session, member.id),
        introductions=introductions.of_expert(session, member.id),
        contacts=contacts.of_member(session, member.id),
        exchange=programmes.of_member(session, member.id),
        avoids=sorted(programmes.avoided(session, [member.id]).get(member.id, ())),
        check_ins=rounds.check_ins_by(session, member.id),
        superiors=reporting_lines.named_by(session, member.id),
        assistants=assistants.named_by(session, member.id),
        assists=assistants.named(session, keys),
        times=meetings.chosen_by(session, member.id),
        posted=posts.of_asker(session, member.id),
        answers=thread_answers.by(session, member.id, keys),
        prompts=prompts.of_asker(session, member.id),
        postcards=postcards.own(session, member.id),
    )


def erase(session: Session, member_id: int | None, account_key: str) -> None:
    """Remove a person and all that derives from them.

    Published cases that they wrote stay as the community's knowledge, without an author.
    Where they did not agree to be quoted, a case that names them goes as well. Drafts go.
    """
    member = members.get(session, member_id) if member_id is not None else None
    if member is None:
        session.execute(delete(Question).where(_asked(None, [account_key])))
        _erase_of_accounts(session, None, [account_key])
        return
    own = accounts.of_member(session, member.id)
    keys = [account.key for account in own]
    deactivation.erase(session, member.id)
    citations.erase(session, member.id, utc_now())
    prompts.erase(session, member.id, utc_now())
    postcards.erase(session, member.id)
    _erase_cases(session, member, own)
    session.execute(delete(Question).where(_asked(member.id, keys)))
    session.execute(delete(Match).where(col(Match.member_id) == member.id))
    _erase_of_accounts(session, member.id, keys)
    programmes.forget_member(session, member.id)
    merge.remove(session, member.id)
    for account in own:
        audit.rename_actor(session, account.key, subject(member.id))
    audit.forget_words(session, subject(member.id))
    if member.key:
        session.merge(Meta(name=_suppression(member.key), value=""))


def is_erased(session: Session, key: str) -> bool:
    """Whether the person whom a file calls `key` had themselves erased."""
    return session.get(Meta, _suppression(key)) is not None


def subject(member_id: int) -> str:
    """How the audit names a member."""
    return f"member:{member_id}"


def _acts(session: Session, member_id: int) -> list[AuditView]:
    """The acts upon a member; which steward it was is another person's data."""
    own = subject(member_id)
    return [
        act if act.actor == own else replace(act, actor="steward")
        for act in audit.about(session, own)
    ]


def _suppression(key: str) -> str:
    # A digest is enough to recognise the row of a file, and says nothing to a reader.
    return _ERASED + blake2b(key.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _asked(member_id: int | None, keys: Iterable[str]) -> ColumnElement[bool]:
    by_account = col(Question.account_key).in_([key for key in keys if key])
    if member_id is None:
        return by_account & col(Question.asker_id).is_(None)
    return or_(col(Question.asker_id) == member_id, by_account)


def _questions(session: Session, member_id: int | None, keys: Iterable[str]) -> list[QuestionView]:
    rows = session.scalars(
        select(Question).where(_asked(member_id, keys)).order_by(col(Question.id))
    )
    return [questions.view(row) for row in rows]


def _homes(session: Session, keys: Iterable[str]) -> list[HomeView]:
    pages = (home_views.get(session, key) for key in keys)
    return [page for page in pages if page is not None]


def _erase_of_accounts(session: Session, member_id: int | None, keys: Sequence[str]) -> None:
    reports.erase(session, member_id, keys)
    late_answers.erase(session, member_id, keys)
    ratings.erase(session, member_id, keys)
    home_views.erase(session, keys)
    assistants.erase(session, keys)
    thread_answers.erase(session, member_id, keys, utc_now())
    deliveries.erase(session, keys)


def _erase_cases(session: Session, member: MemberView, own: Sequence[AccountView]) -> None:
    names = {name.casefold() for name in (member.name, *(account.name for account in own)) if name}
    rows = session.scalars(select(CaseSnippet).where(col(CaseSnippet.author_id) == member.id)).all()
    for view in cases.get_many(session, [row.id for row in rows if row.id is not None]):
        words = f"{view.title}\n{view.text}\n{view.source.title}".casefold()
        named = any(name in words for name in names)
        if view.state is CaseState.PUBLISHED and (member.agreed(Purpose.BE_QUOTED) or not named):
            if not member.agreed(Purpose.BE_QUOTED):
                versions.forget_names(session, [view.id], names)
            continue
        passages.forget(session, case_id=view.id)
        session.execute(
            update(CaseSnippet)
            .where(col(CaseSnippet.merged_into) == view.id)
            .values(merged_into=None)
        )
        session.execute(delete(CaseSnippet).where(col(CaseSnippet.id) == view.id))
        audit.forget_words(session, f"case:{view.id}")
        passages.changed(session, case_id=view.id)
    cases.forget_sources(session)
    session.execute(
        update(CaseSnippet).where(col(CaseSnippet.author_id) == member.id).values(author_id=None)
    )
