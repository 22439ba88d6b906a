"""A request takes its next step, in one unit of work: rows and messages together."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from bot.calendars.working_week import WorkingWeek
from bot.contract import Reply
from bot.features.introductions import expert_replies
from bot.features.introductions.disclosure import card_of, now_shown
from bot.features.introductions.expert_replies import Asked
from bot.features.introductions.queue import (
    LONGEST_LINE,
    WORKING_DAYS,
    End,
    Expire,
    Pending,
    Propose,
    Remind,
    SkipReminder,
    Wait,
    next_step,
)
from bot.i18n import Words, words
from bot.messaging.outbox import direct, message, reachable
from knowledge.database.keys import key_of
from knowledge.introductions import eligibility, introductions
from knowledge.introductions.departures import proposal_key, reminder_key
from knowledge.introductions.eligibility import Candidate
from knowledge.introductions.introductions import IntroductionView, RequestView
from knowledge.members import members
from knowledge.members.anonymity import Census
from knowledge.members.views import MemberView
from knowledge.messaging import cancellation, deliveries
from knowledge.public_questions import posts
from knowledge.search.expert_ranking import Reason, ReasonKind
from knowledge.vocabulary import IntroductionState, RequestState


@dataclass(frozen=True, slots=True)
class Connection:
    """Two members who agreed to talk about one question."""

    request_id: int
    introduction_id: int
    asker_id: int
    expert_id: int


class OnConnected(Protocol):
    """Where a conversation is opened: called in the unit in which an expert accepts.

    It may write rows and messages, and has no other effect: the unit can run again.
    """

    def __call__(self, session: Session, connection: Connection, at: datetime, /) -> None: ...


def proceed(session: Session, request_id: int, at: datetime) -> None:
    """Take every step that is due at `at`, and note when to look again."""
    # Each turn asks, reminds or ends somebody: the line bounds them.
    for _ in range(2 * LONGEST_LINE * WORKING_DAYS):
        request = introductions.get(session, request_id)
        if request is None or request.state is not RequestState.WAITING:
            return
        if _waits(session, request, at):
            return
    introductions.look_again(session, request_id, at)


def propose(
    session: Session, request: RequestView, candidate: Candidate, at: datetime, *, suggested: bool
) -> None:
    """Ask one expert: the row, the contact and the message."""
    hours = WorkingWeek.of(candidate.member)
    last = hours.after(at, WORKING_DAYS)
    views = introductions.asked(session, request.id)
    introductions.propose(
        session,
        request.id,
        candidate.member.id,
        reasons=candidate.reasons,
        ordinal=len(views) + 1,
        suggested=suggested,
        at=at,
        remind_at=hours.opens(last),
        due_at=hours.closes(last),
    )
    introductions.look_again(session, request.id, hours.opens(last))
    view = introductions.asked(session, request.id)[-1]
    said = _proposal(session, request, view, candidate.member)
    key = proposal_key(request.id, candidate.member.id)
    tell(session, candidate.member, key, said, at, unsolicited=True, subjects=[request.asker_id])


def read_by(
    session: Session, request: RequestView, view: IntroductionView, expert: MemberView
) -> Asked | None:
    """A request as one expert reads it; None if its asker is gone."""
    asker = members.get(session, request.asker_id)
    if asker is None:
        return None
    return Asked(
        number=request.id,
        wish=request.wish,
        who=now_shown(request.wish, asker, Census(members.crowd(session))),
        own=card_of(expert),
        reasons=_reasons(view.reasons),
        suggested=view.suggested,
        until=WorkingWeek.of(expert).day_of(view.due_at),
    )


def tell(
    session: Session,
    member: MemberView,
    key: str,
    reply: Callable[[Words], Reply],
    at: datetime,
    *,
    unsolicited: bool = False,
    subjects: Collection[int] = (),
) -> bool:
    """Write a private message to where a member was last, in the language they read.

    False for somebody who only uses the terminal: they are shown what waits when they come.
    """
    account = reachable(session, member.id)
    if account is None:
        return False
    said = reply(words(account.language or account.locale))
    draft = message(key, direct(account), said, account, unsolicited=unsolicited, subjects=subjects)
    return bool(deliveries.write(session, [draft], at))


def finish(session: Session, request: RequestView, at: datetime) -> None:
    """The line is over: the asker hears what can be done."""
    if not introductions.move(session, request.id, RequestState.ENDED, at, unseen=True):
        return
    asker = members.get(session, request.asker_id)
    if asker is not None:
        key = key_of("introduction", "ended", str(request.id))
        can_post = bool(posts.rooms_for(session, asker.community))
        tell(
            session,
            asker,
            key,
            lambda say: expert_replies.ended(say, request.id, request.wish.text, can_post=can_post),
            at,
        )


def _waits(session: Session, request: RequestView, at: datetime) -> bool:
    """Take one step; whether nothing is left to do now."""
    views = introductions.asked(session, request.id)
    open_one = next((one for one in views if one.state is IntroductionState.PROPOSED), None)
    expert = _expert(session, open_one)
    pending = None
    if open_one is not None:
        working = WorkingWeek.of(expert) if expert else WorkingWeek("UTC", 0, 24)
        pending = Pending(open_one.remind_at, open_one.due_at, working.next_open(at))
    found: Sequence[Candidate] = ()
    if pending is None:
        found = eligibility.candidates(session, request.id, request.asker_id, at)
    step = next_step(
        now=at,
        sent_at=request.sent_at or at,
        asked=len(views),
        line=request.line,
        pending=pending,
        candidates=found,
    )
    match step:
        case Propose(candidate):
            propose(session, request, candidate, at, suggested=False)
        case Expire() if open_one is not None:
            introductions.settle(session, open_one.id, IntroductionState.EXPIRED, at)
            key = reminder_key(request.id, open_one.expert_id or 0)
            cancellation.drop(session, [key, proposal_key(request.id, open_one.expert_id or 0)])
        case Remind() if open_one is not None and expert is not None:
            introductions.reminded(session, open_one.id, at)
            _remind(session, request, open_one, expert, at)
        case SkipReminder() | Remind() if open_one is not None:
            introductions.reminded(session, open_one.id, None)
        case Wait(until):
            introductions.look_again(session, request.id, until)
            return True
        case End():
            finish(session, request, at)
            return True
    return False


def _expert(session: Session, view: IntroductionView | None) -> MemberView | None:
    if view is None or view.expert_id is None:
        return None
    return members.get(session, view.expert_id)


def _remind(
    session: Session,
    request: RequestView,
    view: IntroductionView,
    expert: MemberView,
    at: datetime,
) -> None:
    asked = read_by(session, request, view, expert)
    if asked is not None:
        key = reminder_key(request.id, expert.id)
        tell(
            session,
            expert,
            key,
            lambda say: expert_replies.reminder(say, asked),
            at,
            unsolicited=True,
            subjects=[request.asker_id],
        )


def _proposal(
    session: Session, request: RequestView, view: IntroductionView, expert: MemberView
) -> Callable[[Words], Reply]:
    asked = read_by(session, request, view, expert)
    if asked is None:
        raise LookupError(f"request {request.id} has no asker")
    return lambda say: expert_replies.proposal(say, asked)


def _reasons(stored: Sequence[str]) -> tuple[Reason, ...]:
    """`offers:text` and so on, as a match keeps them."""
    known = {kind.value: kind for kind in ReasonKind}
    parts = [reason.partition(":") for reason in stored]
    return tuple(Reason(known[kind], value) for kind, _, value in parts if kind in known)
