"""What ends by itself when a question is taken back, or when somebody no longer takes part.

Called in the unit that makes it so: nobody is contacted after that, also when a message to them
was waiting.
"""

from collections.abc import Iterable

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from knowledge.conversations import conversations
from knowledge.database.columns import utc_now
from knowledge.database.keys import key_of
from knowledge.exchange import prompts
from knowledge.introductions.states import before, first
from knowledge.introductions.tables import Introduction, Request
from knowledge.members.tables import Account, Contact
from knowledge.messaging import cancellation
from knowledge.public_questions import posts
from knowledge.vocabulary import ConversationKind, IntroductionState, MemberStatus, RequestState

_TAKES_PART = frozenset({MemberStatus.ACTIVE, MemberStatus.PAUSED})


def proposal_key(request_id: int, expert_id: int) -> str:
    """The key of the message that asks an expert."""
    return key_of("introduction", "proposal", str(request_id), str(expert_id))


def reminder_key(request_id: int, expert_id: int) -> str:
    """The key of the one message that reminds an expert."""
    return key_of("introduction", "reminder", str(request_id), str(expert_id))


def status_changed(session: Session, member_id: int, status: MemberStatus) -> None:
    """Leave somebody alone who is not ACTIVE; who takes no part any more asks nobody either."""
    if status is not MemberStatus.ACTIVE:
        step_back(session, member_id)
        leave_alone(session, member_id)
        posts.withdraw_all(session, member_id)
    if status not in _TAKES_PART:
        _end_requests(session, member_id, withdrawn=True)
        cancellation.drop_kept(session, _accounts(session, member_id))
        prompts.leave(session, member_id, utc_now())


def step_back(session: Session, member_id: int, only: ConversationKind | None = None) -> None:
    """Nothing more is said about a member of what waits, and nobody is to meet them.

    What they were to take part in is called off where somebody does not know of it yet; a request
    of theirs ends where the expert has not been reached. `only`: what is not of such
    conversations goes on.
    """
    mine = conversations.of_member(session, member_id, limit=1_000)
    concerned = [found for found in mine if only is None or found.kind is only]
    within = None if only is None else {found.about for found in concerned}
    dropped = {each.key for each in cancellation.drop_about(session, member_id, within)}
    for found in concerned:
        conversations.call_off(session, found, member_id, dropped, utc_now())
    if only is not None:
        return
    own = select(col(Request.id)).where(col(Request.asker_id) == member_id)
    unread = {
        request_id
        for request_id, expert_id in _proposed(session, col(Introduction.request_id).in_(own))
        if proposal_key(request_id, expert_id) in dropped
    }
    for request_id in unread:
        end(session, request_id, withdrawn=True)


def leave_alone(session: Session, member_id: int) -> None:
    """Ask a member nothing more: what waits for their answer goes on to the next in line."""
    waiting = _proposed(session, col(Introduction.expert_id) == member_id)
    session.execute(
        update(Introduction)
        .where(
            col(Introduction.expert_id) == member_id,
            col(Introduction.state).in_(first(IntroductionState.DECLINED)),
        )
        .values(state=IntroductionState.DECLINED, decided_at=utc_now())
    )
    go_on(session, [request_id for request_id, _ in waiting])
    accounts = _accounts(session, member_id)
    cancellation.drop_unsolicited(session, accounts)
    cancellation.hold(session, accounts)


def end(session: Session, request_id: int, *, withdrawn: bool) -> None:
    """A question was taken back or is answered: whoever was asked need not answer any more."""
    posts.settled(session, request_id, withdrawn=withdrawn)
    drop = _proposed(session, col(Introduction.request_id) == request_id)
    keys = [key(*one) for one in drop for key in (proposal_key, reminder_key)]
    cancellation.drop(session, keys)
    now = utc_now()
    for state, open_to in (
        (IntroductionState.WITHDRAWN, [IntroductionState.PROPOSED]),
        (IntroductionState.CLOSED, first(IntroductionState.CLOSED)),
    ):
        session.execute(
            update(Introduction)
            .where(col(Introduction.request_id) == request_id, col(Introduction.state).in_(open_to))
            .values(state=state, decided_at=now)
        )
    over = RequestState.WITHDRAWN if withdrawn else RequestState.CLOSED
    for result in dict.fromkeys((over, RequestState.CLOSED)):
        session.execute(
            update(Request)
            .where(col(Request.id) == request_id, col(Request.state).in_(before(result)))
            .values(state=result, due_at=None, unseen=False, ended_at=now)
        )


def go_on(session: Session, request_ids: Iterable[int]) -> None:
    """Let the bot look at these requests at its next turn."""
    session.execute(
        update(Request)
        .where(col(Request.id).in_(list(request_ids)), col(Request.state) == RequestState.WAITING)
        .values(due_at=col(Request.sent_at))
    )


def erase(session: Session, member_id: int) -> None:
    """Before a member is erased: their own requests end, and those that wait for them go on."""
    step_back(session, member_id)
    leave_alone(session, member_id)
    posts.withdraw_all(session, member_id)
    _end_requests(session, member_id, withdrawn=True)
    asked = session.scalars(select(col(Request.id)).where(col(Request.asker_id) == member_id))
    conversations.forget_topics(session, [str(number) for number in asked])
    conversations.forget_greetings(session, member_id)
    cancellation.forget_rooms(session, member_id)
    # Why somebody was asked is said in their own offers; their place in the line stays.
    session.execute(
        update(Introduction).where(col(Introduction.expert_id) == member_id).values(reasons=[])
    )
    session.execute(delete(Request).where(col(Request.asker_id) == member_id))


def merge(session: Session, stays: int, goes: int) -> None:
    """Two members are one: neither asks the other, and nobody is in one line twice."""
    for one, other in ((stays, goes), (goes, stays)):
        mine = select(col(Request.id)).where(col(Request.asker_id) == one)
        _step_out(session, other, list(session.scalars(mine)))
    twice = select(col(Introduction.request_id)).where(col(Introduction.expert_id) == stays)
    _step_out(session, goes, list(session.scalars(twice)))
    session.execute(
        update(Introduction).where(col(Introduction.expert_id) == goes).values(expert_id=stays)
    )
    session.execute(update(Request).where(col(Request.asker_id) == goes).values(asker_id=stays))
    session.execute(update(Contact).where(col(Contact.member_id) == goes).values(member_id=stays))
    posts.merge(session, stays, goes)
    cancellation.move_subject(session, stays, goes)


def _step_out(session: Session, expert_id: int, request_ids: list[int]) -> None:
    """Take somebody out of some lines; their place stays, without a name."""
    theirs = (
        col(Introduction.expert_id) == expert_id,
        col(Introduction.request_id).in_(request_ids),
    )
    waiting = _proposed(session, *theirs)
    cancellation.drop(session, [proposal_key(*one) for one in waiting])
    session.execute(
        update(Introduction)
        .where(*theirs, col(Introduction.state).in_(first(IntroductionState.DECLINED)))
        .values(state=IntroductionState.DECLINED, decided_at=utc_now())
    )
    session.execute(update(Introduction).where(*theirs).values(expert_id=None))
    go_on(session, [request_id for request_id, _ in waiting])


def _accounts(session: Session, member_id: int) -> list[str]:
    """The names of a member's accounts, as deliveries know them."""
    rows = session.scalars(select(Account).where(col(Account.member_id) == member_id))
    return [f"{one.platform}:{one.workspace}:{one.user_id}" for one in rows]


def _end_requests(session: Session, asker_id: int, *, withdrawn: bool) -> None:
    for number in session.scalars(select(col(Request.id)).where(col(Request.asker_id) == asker_id)):
        end(session, number, withdrawn=withdrawn)


def _proposed(session: Session, *which: object) -> list[tuple[int, int]]:
    """(request, expert) of those who were asked and have not answered."""
    rows = session.execute(
        select(col(Introduction.request_id), col(Introduction.expert_id)).where(
            col(Introduction.state) == IntroductionState.PROPOSED,
            col(Introduction.expert_id).is_not(None),
            *which,  # type: ignore[arg-type]
        )
    )
    return [(request_id, expert_id) for request_id, expert_id in rows if expert_id is not None]
