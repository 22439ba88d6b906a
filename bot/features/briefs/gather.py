"""What may stand in the brief of a conversation: read from the store, checked for consent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.calendars.overlap import Span, shared_hours
from bot.calendars.working_week import WorkingWeek
from bot.features.briefs.facts import FEWEST, MOST, Brief, Handling, Participant
from bot.i18n import Words, words
from bot.i18n.labels import described
from knowledge.conversations import conversations, meetings
from knowledge.conversations.conversations import ConversationView, ParticipantView
from knowledge.database.circumstances import CircumstancesView
from knowledge.exchange import programmes
from knowledge.introductions import introductions
from knowledge.members import members
from knowledge.members.anonymity import Census, display
from knowledge.members.views import MemberView
from knowledge.vocabulary import ConversationKind, ConversationState, MemberStatus, Purpose

DAYS = 10
"""Days after the conversation began in which shared hours are looked for."""
NEEDS = 2


@dataclass(frozen=True, slots=True)
class Composed:
    """A brief without its cases, and what to look for them with, in order."""

    found: ConversationView
    brief: Brief
    wanted: Sequence[str]


def compose(session: Session, number: int, *, still_open: bool = False) -> Composed | None:
    """What stands in a conversation's brief; None where there is none (any more).

    Of a question goes in what its asker had sent to the expert as the question; what they wrote
    beside it was for one person's eyes, and a brief is passed on. So it names only those who agreed
    to be named, whatever the two know of each other. Of a member of a round go in their needs, of
    the office only level and size of the place, which everybody can know.
    """
    found = conversations.get(session, number)
    if found is None or (still_open and found.state is ConversationState.CLOSED):
        return None
    seats = [(seat, members.get(session, seat.member_id)) for seat in found.participants]
    present = [
        (seat, member)
        for seat, member in seats
        if member is not None and member.status is not MemberStatus.LEFT
    ]
    if len(present) < len(seats) or not FEWEST <= len(present) <= MOST:
        return None
    programme = programmes.of_conversation(session, number)
    if found.kind is ConversationKind.INTRODUCTION:
        problems = _asked(session, found, [member for _, member in present])
    else:
        problems = ["; ".join(member.needs[:NEEDS]) for _, member in present]
    if problems is None:
        return None
    weeks = [WorkingWeek.of(member) for _, member in present]
    meeting, time = meetings.agreed(session, number) or (None, None)
    says = [words(each) for each in dict.fromkeys(seat.language for seat, _ in present)]
    census = Census(members.crowd(session))
    brief = Brief(
        key=meeting.uid if meeting else f"conversation-{number}",
        people=[
            _shown(seat, member, problem, _called(member, census, says))
            for (seat, member), problem in zip(present, problems, strict=True)
        ],
        made_at=found.opened_at,
        handling=Handling.CHATHAM_HOUSE
        if programme is not None and programme.chatham_house
        else Handling.ASK_FIRST,
        shared=_shared(weeks, found.opened_at),
        agreed=[Span(time.starts_at, time.ends_at)] if time else (),
        revision=meeting.sequence - 1 if meeting else 0,
    )
    return Composed(found, brief, [problem for problem in problems if problem])


def _asked(
    session: Session, found: ConversationView, people: Sequence[MemberView]
) -> list[str] | None:
    """The asker's question beside their name; None for a conversation about no question."""
    request = introductions.get(session, int(found.subject)) if found.subject.isdecimal() else None
    if request is None:
        return None
    return [request.wish.text if each.id == request.asker_id else "" for each in people]


def _called(member: MemberView, census: Census, says: Sequence[Words]) -> str:
    """Name, role and organisation where they agreed to be named, else what many fit."""
    if member.agreed(Purpose.BE_NAMED):
        return ", ".join(filter(None, (member.name, member.role, member.organisation)))
    shown = display(member, census)
    return " / ".join(dict.fromkeys(described(say, shown) for say in says))


def _shown(seat: ParticipantView, member: MemberView, problem: str, shown_as: str) -> Participant:
    known = member.circumstances
    return Participant(
        shown_as=shown_as,
        language=seat.language,
        time_zone=member.time_zone,
        problem=problem,
        circumstances=CircumstancesView(known.level, known.population_band),
    )


def _shared(weeks: Sequence[WorkingWeek], begun: datetime) -> list[Span]:
    first = begun.date() + timedelta(days=1)
    return shared_hours(weeks, first, first + timedelta(days=DAYS))
