"""Questions to the community: the wording that was agreed to, and the channels."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from knowledge.database.changes import advance
from knowledge.database.columns import utc_now
from knowledge.database.keys import key_of
from knowledge.messaging import cancellation, channels, deliveries
from knowledge.messaging.channels import ChannelView
from knowledge.messaging.tables import Delivery
from knowledge.public_questions.tables import PostedQuestion, Posting
from knowledge.text import passages
from knowledge.text.languages import detect
from knowledge.threads import thread_answers
from knowledge.threads.thread_answers import AnswerView, Post, PostKind
from knowledge.vocabulary import AskerShown, Community, PostState

MOST_ROOMS = 10
"""So many channels get one question."""

_OTHERS: Mapping[Community, tuple[Community, ...]] = {
    Community.CITY: (Community.NATIONAL,),
    Community.NATIONAL: (Community.CITY,),
    Community.PARTNER: (Community.CITY, Community.NATIONAL),
}
_STANDS = (PostState.OPEN, PostState.SOLVED, PostState.CLOSED)
_HEARS = (PostState.OPEN, PostState.SOLVED)


@dataclass(frozen=True, slots=True)
class Agreed:
    """What somebody agreed to have posted: the words, and how they are shown themselves."""

    text: str
    language: str
    shown_as: AskerShown = AskerShown.HIDDEN
    shown: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PostedView:
    """A question to the community as it stands; it has the question's number."""

    id: int
    asker_id: int
    state: PostState
    drawn: PostState
    agreed: Agreed
    posted_at: datetime | None

    @property
    def stands(self) -> bool:
        """Whether it is, or was, posted and not withdrawn."""
        return self.state in _STANDS

    @property
    def hears(self) -> bool:
        """Whether answers still reach the asker."""
        return self.state in _HEARS


@dataclass(frozen=True, slots=True)
class PostingView:
    """One channel in which a question stands."""

    id: int
    platform: str
    workspace: str
    channel: str
    name: str
    key: str

    @property
    def room(self) -> tuple[str, str, str]:
        """Platform, workspace and channel."""
        return (self.platform, self.workspace, self.channel)


def rooms_for(session: Session, community: Community | None) -> list[ChannelView]:
    """The channels that stewards named for questions to the other community, by name."""
    if community is None:
        return []
    wanted = {channels.questions_for(each) for each in _OTHERS[community]}
    return [
        room
        for room in channels.with_uses(session)
        if room.speaks is not False and wanted & set(room.uses)
    ][:MOST_ROOMS]


def get(session: Session, number: int) -> PostedView | None:
    """The question to the community of that number, in whatever state."""
    row = session.get(PostedQuestion, number)
    return _view(row) if row is not None else None


def of_asker(session: Session, member_id: int) -> list[PostedView]:
    """All that a member wrote for the community, drafts too, oldest first."""
    rows = session.scalars(
        select(PostedQuestion)
        .where(col(PostedQuestion.asker_id) == member_id)
        .order_by(col(PostedQuestion.id))
    )
    return [_view(row) for row in rows]


def open_posts(session: Session, member_id: int) -> int:
    """How many questions of a member wait for the community."""
    return (
        session.scalar(
            select(func.count())
            .select_from(PostedQuestion)
            .where(
                col(PostedQuestion.asker_id) == member_id,
                col(PostedQuestion.state) == PostState.OPEN,
            )
        )
        or 0
    )


def states(session: Session, numbers: Collection[int]) -> dict[int, PostState]:
    """How those questions stand that were posted."""
    rows = session.execute(
        select(col(PostedQuestion.id), col(PostedQuestion.state)).where(
            col(PostedQuestion.id).in_(numbers), col(PostedQuestion.state).in_(_STANDS)
        )
    )
    return {number: state for number, state in rows}  # noqa: C416  (rows are no pairs to mypy)


def keep_draft(session: Session, number: int, member_id: int, agreed: Agreed) -> bool:
    """Keep what is to be posted; False when it is posted already."""
    fresh: dict[str, Any] = {
        "asker_id": member_id,
        "state": PostState.DRAFT,
        "drawn": PostState.DRAFT,
        "text": agreed.text,
        "language": agreed.language,
        "shown_as": agreed.shown_as,
        "shown": dict(agreed.shown),
    }
    if session.get(PostedQuestion, number) is None:
        session.add(PostedQuestion(id=number, **fresh))
        session.flush()
        return True
    return advance(session, PostedQuestion, number, (PostState.DRAFT, PostState.WITHDRAWN), **fresh)


def post(
    session: Session, number: int, rooms: Sequence[ChannelView], at: datetime
) -> list[PostingView]:
    """Open a draft in these channels; nothing when somebody was quicker."""
    fresh = {"state": PostState.OPEN, "drawn": PostState.OPEN, "posted_at": at, "ended_at": None}
    if not advance(session, PostedQuestion, number, PostState.DRAFT, **fresh):
        return []
    session.execute(delete(Posting).where(col(Posting.question_id) == number))
    rows = [
        Posting(
            question_id=number,
            platform=room.platform,
            workspace=room.workspace,
            channel=room.channel,
            name=room.name,
        )
        for room in rooms
    ]
    session.add_all(rows)
    session.flush()
    for row in rows:
        row.key = key_of("posting", str(row.id))
        session.add(row)
    session.flush()
    return [_posting(row) for row in rows]


def postings(session: Session, number: int) -> list[PostingView]:
    """The channels in which a question stands."""
    rows = session.scalars(
        select(Posting).where(col(Posting.question_id) == number).order_by(col(Posting.id))
    )
    return [_posting(row) for row in rows]


def about(number: int) -> str:
    """What deliveries of posts belong to; such a delivery is kept as long as its post stands."""
    return f"{deliveries.POSTED}{number}"


def at_message(
    session: Session, room: tuple[str, str, str], messages: Collection[str]
) -> tuple[PostedView, PostingView] | None:
    """The posted question that one of these messages of a room is, with its channel."""
    platform, workspace, channel = room
    found = session.execute(
        select(PostedQuestion, Posting)
        .join(Posting, col(Posting.question_id) == col(PostedQuestion.id))
        .join(Delivery, col(Delivery.key) == col(Posting.key))
        .where(
            col(Posting.platform) == platform,
            col(Posting.workspace) == workspace,
            col(Posting.channel) == channel,
            col(Delivery.message).in_(messages),
        )
        .limit(1)
    ).first()
    return (_view(found[0]), _posting(found[1])) if found else None


def solve(session: Session, number: int, answer: AnswerView | None, at: datetime) -> bool:
    """An open question is solved, by an answer where it is known; False for any other."""
    changed = advance(
        session, PostedQuestion, number, PostState.OPEN, state=PostState.SOLVED, ended_at=at
    )
    if changed and answer is not None:
        thread_answers.solves(session, answer)
        posted = session.get(PostedQuestion, number)
        if answer.member_id is not None and answer.read_by_all and posted is not None:
            language = detect(posted.text, posted.language)
            passages.answered(session, answer.member_id, number, posted.text, language)
    return changed


def close(session: Session, number: int, at: datetime) -> bool:
    """Answers reach the asker no more; False when they did not before."""
    return advance(session, PostedQuestion, number, _HEARS, state=PostState.CLOSED, ended_at=at)


def to_draw(session: Session, limit: int) -> list[PostedView]:
    """Questions whose posts do not show yet how they stand."""
    rows = session.scalars(
        select(PostedQuestion)
        .where(
            col(PostedQuestion.state).in_((PostState.SOLVED, PostState.CLOSED)),
            col(PostedQuestion.state) != col(PostedQuestion.drawn),
        )
        .order_by(col(PostedQuestion.id))
        .limit(limit)
    )
    return [_view(row) for row in rows]


def drawn(session: Session, number: int, state: PostState) -> None:
    """The posts are told to show this state."""
    session.execute(
        update(PostedQuestion).where(col(PostedQuestion.id) == number).values(drawn=state)
    )


def settled(session: Session, number: int, *, withdrawn: bool) -> None:
    """A question was taken back, or is answered wherever its asker said so."""
    if withdrawn:
        withdraw(session, number)
    else:
        solve(session, number, None, utc_now())


def withdraw(session: Session, number: int) -> bool:
    """Take a question down everywhere; False when it does not stand."""
    down = {"state": PostState.WITHDRAWN, "ended_at": utc_now()}
    if not advance(session, PostedQuestion, number, _STANDS, **down):
        return False
    passages.forget_answered(session, [number])
    cancellation.retract(session, [each.key for each in postings(session, number)], utc_now())
    thread_answers.hold_back(session, Post(PostKind.QUESTION, number))
    return True


def withdraw_all(session: Session, member_id: int) -> None:
    """Take down all that a member posted: nothing more reaches them."""
    for posted in of_asker(session, member_id):
        withdraw(session, posted.id)


def merge(session: Session, stays: int, goes: int) -> None:
    """Two members are one."""
    session.execute(
        update(PostedQuestion).where(col(PostedQuestion.asker_id) == goes).values(asker_id=stays)
    )


def _view(row: PostedQuestion) -> PostedView:
    return PostedView(
        id=row.id,
        asker_id=row.asker_id,
        state=row.state,
        drawn=row.drawn,
        agreed=Agreed(row.text, row.language, row.shown_as, row.shown),
        posted_at=row.posted_at,
    )


def _posting(row: Posting) -> PostingView:
    return PostingView(row.id or 0, row.platform, row.workspace, row.channel, row.name, row.key)
