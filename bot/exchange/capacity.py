"""What a round takes of the contacts that a member accepts: the one place that counts them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from knowledge import rounds
from knowledge.views import MemberView

WINDOW = timedelta(days=7)
DEFAULT = 3
"""Contacts in WINDOW of somebody who set no number."""


def places(session: Session, people: Sequence[MemberView], at: datetime) -> dict[int, int]:
    """How many groups each can still take; the groups of the last WINDOW count."""
    lately = rounds.paired_since(session, [each.id for each in people], at - WINDOW)
    return {
        each.id: (DEFAULT if each.capacity is None else each.capacity) - lately.get(each.id, 0)
        for each in people
    }
