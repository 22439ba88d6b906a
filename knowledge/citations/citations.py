"""From a conversation to a case: what an expert agreed to publish, and how each one is quoted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from knowledge.cases import cases
from knowledge.cases.views import CaseDraft, SourceView
from knowledge.citations.tables import Citation, Proposal
from knowledge.conversations.tables import Conversation
from knowledge.database.circumstances import CircumstancesView
from knowledge.vocabulary import (
    AskerShown,
    CitedPart,
    Community,
    ConversationKind,
    Level,
    ProposalState,
    WhoseWords,
)

_OPEN = (ProposalState.PROPOSED, ProposalState.APPROVED)


@dataclass(frozen=True, slots=True)
class CitedWords:
    """What an expert may publish, and where it was; `country` is a code of two letters."""

    title: str = ""
    text: str = ""
    place: str = ""
    country: str = ""
    level: Level | None = None
    language: str = "und"


@dataclass(frozen=True, slots=True)
class CitationView:
    """How somebody is quoted; `shown` is None until they have said it."""

    part: CitedPart
    member_id: int | None
    shown: AskerShown | None
    wording: str
    plain: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class ProposalView:
    """Words of a conversation on their way to be a case."""

    id: int
    conversation_id: int
    question_id: int | None
    expert_id: int | None
    asker_id: int | None
    case_id: int | None
    state: ProposalState
    words: CitedWords
    quotes: Sequence[CitationView] = ()

    def quote(self, part: CitedPart) -> CitationView | None:
        """How one of the two is quoted; None for somebody who is not asked."""
        return next((each for each in self.quotes if each.part is part), None)


@dataclass(frozen=True, slots=True)
class OwnCitation:
    """How a member is quoted, for themselves; `case_id` is None before there is a case."""

    case_id: int | None
    shown: AskerShown | None
    wording: str
    at: datetime | None


def conversation_about(session: Session, question_id: int) -> int | None:
    """The newest conversation of an asker and an expert about a question."""
    return session.scalar(
        select(col(Conversation.id))
        .where(
            col(Conversation.kind) == ConversationKind.INTRODUCTION,
            col(Conversation.subject) == str(question_id),
        )
        .order_by(col(Conversation.id).desc())
        .limit(1)
    )


def of_conversation(session: Session, number: int) -> ProposalView | None:
    """What became of a conversation, if anybody proposed it."""
    row = session.scalar(select(Proposal).where(col(Proposal.conversation_id) == number))
    return _view(session, row) if row is not None else None


def of_cases(session: Session, case_ids: Sequence[int]) -> dict[int, ProposalView]:
    """The proposals that these cases came from, by the case's number."""
    rows = session.scalars(select(Proposal).where(col(Proposal.case_id).in_(case_ids))).all()
    return {row.case_id: _view(session, row) for row in rows if row.case_id is not None}


def propose(
    session: Session,
    conversation_id: int,
    *,
    question_id: int | None,
    expert_id: int,
    asker_id: int | None,
    words: CitedWords,
    at: datetime,
) -> ProposalView:
    """Write words down for their author to decide on, once for each conversation.

    What is proposed already stays as it is; what its author had refused is taken up again, so the
    caller lets nobody else do that.
    """
    row = session.scalar(select(Proposal).where(col(Proposal.conversation_id) == conversation_id))
    if row is not None and row.state is not ProposalState.REFUSED:
        return _view(session, row)
    if row is None:
        row = Proposal(conversation_id=conversation_id, state=ProposalState.PROPOSED)
    row.question_id, row.expert_id, row.asker_id = question_id, expert_id, asker_id
    row.state, row.at = ProposalState.PROPOSED, at
    _put(row, words)
    session.add(row)
    session.flush()
    return _view(session, row)


def reword(session: Session, proposal_id: int, words: CitedWords) -> bool:
    """Put the author's own words in; False when it is decided already."""
    row = session.get(Proposal, proposal_id)
    if row is None or row.state not in _OPEN:
        return False
    _put(row, words)
    session.flush()
    return True


def approve(session: Session, proposal_id: int, at: datetime) -> bool:
    """The author agrees to the words; False when they had agreed or it is decided."""
    row = session.get(Proposal, proposal_id)
    if row is None or row.state is not ProposalState.PROPOSED:
        return False
    row.state, row.approved_at = ProposalState.APPROVED, at
    session.add(Citation(proposal_id=proposal_id, member_id=row.expert_id, part=CitedPart.EXPERT))
    if row.asker_id is not None:
        session.add(Citation(proposal_id=proposal_id, member_id=row.asker_id, part=CitedPart.ASKER))
    session.flush()
    return True


def suggest(session: Session, proposal_id: int, title: str, text: str) -> None:
    """Other words for a case that its author released: they wait for the author; "" for none."""
    row = session.get(Proposal, proposal_id)
    if row is not None and row.state is ProposalState.QUEUED:
        row.title, row.text = title, text
        session.flush()


def refuse(session: Session, proposal_id: int) -> bool:
    """The author would rather not: nothing is kept of the words; False when it is decided."""
    row = session.get(Proposal, proposal_id)
    if row is None or row.state not in _OPEN:
        return False
    row.state, row.approved_at = ProposalState.REFUSED, None
    _put(row, CitedWords())
    session.execute(delete(Citation).where(col(Citation.proposal_id) == proposal_id))
    session.flush()
    return True


def choose(
    session: Session,
    proposal_id: int,
    part: CitedPart,
    *,
    shown: AskerShown,
    wording: str,
    plain: str,
    at: datetime,
) -> bool:
    """One of the two says how they are quoted; False when there is nothing to say it to."""
    row = session.scalar(
        select(Citation).where(col(Citation.proposal_id) == proposal_id, col(Citation.part) == part)
    )
    if row is None:
        return False
    row.shown, row.at, row.plain = shown, at, plain
    row.wording = plain if shown is AskerShown.HIDDEN else wording
    session.flush()
    return True


def queue(session: Session, proposal_id: int, at: datetime) -> int | None:
    """Make it a draft once all have said how they are quoted; returns the draft's number."""
    row = session.get(Proposal, proposal_id)
    if row is None or row.state is not ProposalState.APPROVED:
        return row.case_id if row is not None else None
    quotes = _quotes(session, proposal_id)
    if not quotes or any(each.shown is None for each in quotes):
        return None
    draft = CaseDraft(
        key=f"cited:{row.conversation_id}",
        title=row.title,
        text=row.text,
        source=SourceView(source_title(quotes), published=f"{at:%Y-%m}", language=row.language),
        language=row.language,
        community=_community(row.level),
        place=row.place,
        country=row.country,
        circumstances=CircumstancesView(level=row.level),
    )
    number = cases.add(session, draft, author_id=row.expert_id, whose_words=WhoseWords.OWN).id
    row.state, row.case_id = ProposalState.QUEUED, number
    _put(row, CitedWords(language=row.language))
    session.flush()
    return number


def source_title(quotes: Sequence[CitationView]) -> str:
    """Where a case comes from, as it is published: what each agreed to, the expert first."""
    ordered = sorted(quotes, key=lambda each: each.part is CitedPart.ASKER)
    return "; ".join(each.wording for each in ordered if each.wording)


def silent(session: Session, before: datetime) -> list[ProposalView]:
    """Approved words that wait, and that were approved before then."""
    rows = session.scalars(
        select(Proposal)
        .where(col(Proposal.state) == ProposalState.APPROVED, col(Proposal.approved_at) <= before)
        .order_by(col(Proposal.id))
        .limit(100)
    )
    return [_view(session, row) for row in rows]


def of_member(session: Session, member_id: int) -> list[OwnCitation]:
    """How a member is quoted, wherever they are."""
    rows = session.execute(
        select(Citation, col(Proposal.case_id))
        .join(Proposal, col(Proposal.id) == col(Citation.proposal_id))
        .where(col(Citation.member_id) == member_id)
        .order_by(col(Citation.id))
    )
    return [OwnCitation(case_id, row.shown, row.wording, row.at) for row, case_id in rows]


def words_of(session: Session, member_id: int) -> list[CitedWords]:
    """Words of a member that wait for them or for others: proposed, or changed by a steward."""
    rows = session.scalars(
        select(Proposal).where(
            col(Proposal.expert_id) == member_id,
            col(Proposal.state).in_(_OPEN) | (col(Proposal.text) != ""),
        )
    )
    return [_words(row) for row in rows]


def waiting_for(session: Session, member_id: int) -> list[tuple[ProposalView, CitedPart]]:
    """What a member has to decide: to release words of theirs, or how they are quoted."""
    rows = session.execute(
        select(Proposal, col(Citation.part))
        .outerjoin(
            Citation,
            (col(Citation.proposal_id) == col(Proposal.id))
            & (col(Citation.member_id) == member_id)
            & col(Citation.shown).is_(None),
        )
        .where(
            (
                (
                    (col(Proposal.state) == ProposalState.PROPOSED)
                    | ((col(Proposal.state) == ProposalState.QUEUED) & (col(Proposal.text) != ""))
                )
                & (col(Proposal.expert_id) == member_id)
            )
            | ((col(Proposal.state) == ProposalState.APPROVED) & col(Citation.id).is_not(None))
        )
        .order_by(col(Proposal.id))
    )
    return [(_view(session, row), part or CitedPart.EXPERT) for row, part in rows]


def move(session: Session, goes: int, stays: int) -> None:
    """Two members are one."""
    for statement in (
        update(Proposal).where(col(Proposal.expert_id) == goes).values(expert_id=stays),
        update(Proposal).where(col(Proposal.asker_id) == goes).values(asker_id=stays),
        update(Citation).where(col(Citation.member_id) == goes).values(member_id=stays),
    ):
        session.execute(statement)


def erase(session: Session, member_id: int, at: datetime) -> None:
    """Before a member is erased: they are quoted nowhere, and what is no case yet is forgotten."""
    session.execute(
        delete(Proposal).where(col(Proposal.expert_id) == member_id, col(Proposal.state).in_(_OPEN))
    )
    session.execute(
        update(Proposal).where(col(Proposal.expert_id) == member_id).values(title="", text="")
    )
    session.execute(
        update(Citation)
        .where(col(Citation.member_id) == member_id, col(Citation.shown).is_(None))
        .values(shown=AskerShown.HIDDEN, at=at)
    )
    withdraw(session, member_id, at)


def withdraw(session: Session, member_id: int, at: datetime) -> None:
    """Quote a member nowhere any more, former versions of cases included."""
    _hide(
        session, session.scalars(select(Citation).where(col(Citation.member_id) == member_id)), at
    )


def withdraw_from(session: Session, proposal_id: int, part: CitedPart, at: datetime) -> None:
    """Quote one of the two no longer in this case."""
    own = (col(Citation.proposal_id) == proposal_id, col(Citation.part) == part)
    _hide(session, session.scalars(select(Citation).where(*own)), at)


def _hide(session: Session, rows: Iterable[Citation], at: datetime) -> None:
    for row in list(rows):
        if row.shown not in (AskerShown.NAMED, AskerShown.ROLE):
            continue
        proposal = session.get(Proposal, row.proposal_id)
        former = source_title(_quotes(session, row.proposal_id))
        row.shown, row.wording, row.at = AskerShown.HIDDEN, row.plain, at
        session.flush()
        if proposal is not None and proposal.case_id is not None:
            now = source_title(_quotes(session, row.proposal_id))
            cases.retitle_source(session, proposal.case_id, former, now)


def _community(level: Level | None) -> Community | None:
    """CITY covers every level below the national one."""
    if level is None:
        return None
    return Community.NATIONAL if level is Level.NATIONAL else Community.CITY


def _put(row: Proposal, words: CitedWords) -> None:
    row.title, row.text, row.language = words.title, words.text, words.language
    row.place, row.country, row.level = words.place, words.country, words.level


def _words(row: Proposal) -> CitedWords:
    return CitedWords(row.title, row.text, row.place, row.country, row.level, row.language)


def _quotes(session: Session, proposal_id: int) -> list[CitationView]:
    rows = session.scalars(
        select(Citation).where(col(Citation.proposal_id) == proposal_id).order_by(col(Citation.id))
    )
    return [
        CitationView(row.part, row.member_id, row.shown, row.wording, row.plain, row.at)
        for row in rows
    ]


def _view(session: Session, row: Proposal) -> ProposalView:
    return ProposalView(
        id=row.id or 0,
        conversation_id=row.conversation_id,
        question_id=row.question_id,
        expert_id=row.expert_id,
        asker_id=row.asker_id,
        case_id=row.case_id,
        state=row.state,
        words=_words(row),
        quotes=tuple(_quotes(session, row.id or 0)),
    )
