"""Which programmes somebody is asked to join: those that run, until they have answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from knowledge.exchange import programmes, rounds
from knowledge.exchange.programmes import ProgrammeView
from knowledge.members.views import MemberView
from knowledge.vocabulary import MemberStatus, Purpose


@dataclass(frozen=True, slots=True)
class Joinable:
    """A programme that runs, with the moment at which its next round begins."""

    programme: ProgrammeView
    begins: datetime


def running(session: Session) -> list[Joinable]:
    """Every programme with a round to come, by name."""
    found = ((each, rounds.next_begins(session, each)) for each in programmes.listed(session))
    return [Joinable(programme, begins) for programme, begins in found if begins is not None]


def unanswered(session: Session, member: MemberView) -> Sequence[Joinable]:
    """What an approved member who agreed to be paired has neither joined nor put off.

    Somebody invited agrees in the form in which they accept, so all that run are theirs to join.
    """
    if member.status is MemberStatus.INVITED:
        return running(session)
    if member.status is not MemberStatus.ACTIVE or not member.agreed(Purpose.BE_PAIRED):
        return ()
    answered = programmes.answered(session, member.id)
    return [each for each in running(session) if each.programme.id not in answered]
