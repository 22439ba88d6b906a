"""A conversation between an asker and an expert, as one of the two sees it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot.core.errors import UserFacingError
from bot.core.tokens import number_in
from knowledge.cases import cases
from knowledge.citations import citations
from knowledge.citations.citations import ProposalView
from knowledge.conversations import conversations
from knowledge.conversations.conversations import ConversationView, ParticipantView
from knowledge.introductions import introductions
from knowledge.members import members
from knowledge.vocabulary import CaseState, CitedPart, ConversationKind


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as one of the two sees it; `question` is for choosing sentences alone."""

    found: ConversationView
    part: CitedPart
    expert: ParticipantView
    question_id: int
    asker_id: int | None
    question: str
    proposal: ProposalView | None
    published: bool = False
    """Whether what came of it is in the library."""
    others: Sequence[str] = ()
    """The names, on the platform and in the profile, of those whose words it does not hold."""

    @property
    def number(self) -> int:
        """The conversation's."""
        return self.found.id


def read(session: Session, member_id: int, said: str) -> Talk:
    """A conversation of a member. Raises `conversation_not_found` or `not_to_cite`."""
    number = number_in(said)
    found = conversations.get(session, number)
    if found is None or found.seat_of(member_id) is None:
        raise UserFacingError("conversation_not_found", number=said)
    if found.kind is not ConversationKind.INTRODUCTION or not found.subject.isdecimal():
        raise UserFacingError("not_to_cite", number=number)
    question_id = int(found.subject)
    request = introductions.get(session, question_id)
    asker_id = request.asker_id if request is not None else None
    experts = [seat for seat in found.participants if seat.member_id != asker_id]
    if not experts:
        raise UserFacingError("not_to_cite", number=number)
    proposal = citations.of_conversation(session, number)
    case = cases.get(session, proposal.case_id or 0) if proposal is not None else None
    return Talk(
        found=found,
        part=CitedPart.ASKER if member_id == asker_id else CitedPart.EXPERT,
        expert=experts[0],
        question_id=question_id,
        asker_id=asker_id,
        question=request.wish.text if request is not None else found.topic,
        proposal=proposal,
        published=case is not None and case.state is CaseState.PUBLISHED,
        others=_names(session, found, experts[0]),
    )


def _names(session: Session, found: ConversationView, expert: ParticipantView) -> Sequence[str]:
    seats = found.others(expert)
    people = members.get_many(session, [seat.member_id for seat in seats if seat.member_id])
    return list(dict.fromkeys([*(each.name for each in people), *(seat.name for seat in seats)]))
