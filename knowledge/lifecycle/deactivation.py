"""What ends by itself when a question is taken back, or when somebody no longer takes part.

Called in the unit that makes it so: nobody is contacted after that, also when a message to them
was waiting.
"""

from collections.abc import Sequence
from functools import partial

from sqlmodel import Session

from knowledge.brokering import brokering
from knowledge.conversations import conversations
from knowledge.database.columns import utc_now
from knowledge.database.personal_data import Departure, Ends, Subject
from knowledge.exchange import rounds
from knowledge.introductions import departures
from knowledge.lifecycle.registry import HELD
from knowledge.members import accounts
from knowledge.messaging import cancellation
from knowledge.messaging.cancellation import Dropped
from knowledge.public_questions import posts
from knowledge.vocabulary import ConversationKind, MemberStatus

_TAKES_PART = frozenset({MemberStatus.ACTIVE, MemberStatus.PAUSED})
AWAY = Ends.MEETING | Ends.BEING_ASKED
"""For somebody who wants to be left alone and comes back."""
GONE = AWAY | Ends.POSTING | Ends.ASKING


def subject_of(session: Session, member_id: int) -> Subject:
    """A member with the keys of all their accounts."""
    keys = (account.key for account in accounts.of_member(session, member_id))
    return Subject(member_id, tuple(keys))


def depart(
    session: Session, member_id: int, ends: Ends, only: ConversationKind | None = None
) -> None:
    """Let that end for a member in every package. `only`: what is not of these goes on.

    Nothing more is said about them of what waits. What they were to take part in is called off
    where somebody does not know of it yet.
    """
    dropped = _take_back(session, member_id, only) if Ends.MEETING in ends else ()
    departure = Departure(
        whose=subject_of(session, member_id),
        member_id=member_id,
        ends=ends,
        at=utc_now(),
        end_request=partial(end, session, withdrawn=True),
        only=only,
        dropped=frozenset(each.key for each in dropped),
        dropped_of=frozenset(each.about for each in dropped),
    )
    for held in HELD:
        held.cancel(session, departure)


def _take_back(
    session: Session, member_id: int, only: ConversationKind | None
) -> Sequence[Dropped]:
    """Drop what waits to be said about a member, or of one kind of conversations with them."""
    if only is None:
        return cancellation.drop_about(session, member_id)
    within = {found.about for found in conversations.concerned(session, member_id, only)}
    if only is ConversationKind.PAIRING:
        within.update(rounds.previews(session))
    return cancellation.drop_about(session, member_id, within)


def status_changed(session: Session, member_id: int, status: MemberStatus) -> None:
    """Leave somebody alone who is not ACTIVE; who takes no part any more asks nobody either."""
    if status not in _TAKES_PART:
        depart(session, member_id, GONE)
    elif status is not MemberStatus.ACTIVE:
        depart(session, member_id, AWAY | Ends.POSTING)


def step_back(session: Session, member_id: int, only: ConversationKind | None = None) -> None:
    """Nothing more is said about a member of what waits, and nobody is to meet them."""
    depart(session, member_id, Ends.MEETING, only)


def end(session: Session, request_id: int, *, withdrawn: bool) -> None:
    """A question was taken back or is answered: whoever was asked need not answer any more."""
    posts.settled(session, request_id, withdrawn=withdrawn)
    brokering.end(session, request_id, utc_now(), withdrawn=withdrawn)
    departures.end(session, request_id, utc_now(), withdrawn=withdrawn)
