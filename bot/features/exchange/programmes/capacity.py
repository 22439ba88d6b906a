"""What a round takes of the contacts that a member accepts: the one place that counts them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session

from knowledge.members import contacts
from knowledge.members.views import MemberView
from knowledge.vocabulary import ContactKind


def places(session: Session, people: Sequence[MemberView], at: datetime) -> dict[int, int]:
    """How many groups each can still take; every contact of the last seven days counts."""
    lately = contacts.lately(session, [each.id for each in people], at)
    return {each.id: contacts.capacity(each) - lately[each.id] for each in people}


def count(session: Session, member_ids: Iterable[int], at: datetime) -> None:
    """A group is one contact for each of its members."""
    for number in member_ids:
        contacts.record(session, number, ContactKind.PAIRING, at)
