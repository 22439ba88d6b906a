"""Postcards: written by one who met somebody, agreed to by all, and asked about months later.

A card: WAITING > APPROVED, and DROPPED from either. Whoever wrote a card has agreed to it; a new
wording asks all others anew. A part (somebody's own half): AGREED > ASKED > TRIED | NOT_YET |
WILL_NOT; the last word counts, and NOT_YET is asked about once more.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, select, true, update
from sqlmodel import Session, col

from knowledge.database.changes import advance
from knowledge.postcards.tables import Postcard, PostcardPart
from knowledge.vocabulary import PostcardState, Reuse

MOST_ASKED = 2
"""How often somebody is asked whether they tried it."""
ANSWERS = frozenset({Reuse.TRIED, Reuse.NOT_YET, Reuse.WILL_NOT})


@dataclass(frozen=True, slots=True)
class PartView:
    """One person's half of a card; `reuse` is None until the card is approved."""

    member_id: int
    approved: bool
    reuse: Reuse | None
    due_at: datetime | None
    times_asked: int
    asked_at: datetime | None
    note: str


@dataclass(frozen=True, slots=True)
class PostcardView:
    """A card as it stands."""

    id: int
    conversation_id: int
    author_id: int | None
    state: PostcardState
    revision: int
    learnt: str
    will_try: str
    at: datetime
    approved_at: datetime | None
    parts: Sequence[PartView]

    def part_of(self, member_id: int) -> PartView | None:
        """A member's half, if they have one."""
        return next((part for part in self.parts if part.member_id == member_id), None)

    def takes_words_of(self, member_id: int) -> bool:
        """Whether a member may write it, or write it anew: until all agreed, or another dropped."""
        if self.state is PostcardState.DROPPED:
            return self.author_id != member_id
        return self.state is PostcardState.WAITING

    def is_waiting_for(self, member_id: int, revision: int) -> bool:
        """Whether a member who took part may agree to it, in the words of that revision."""
        waits = self.state is PostcardState.WAITING and self.revision == revision
        return waits and self.part_of(member_id) is not None


@dataclass(frozen=True, slots=True)
class OwnPostcard:
    """A card and a member's own half of it, for themselves; others' halves are not theirs."""

    learnt: str
    will_try: str
    state: PostcardState
    at: datetime
    approved: bool
    reuse: Reuse | None
    note: str


@dataclass(frozen=True, slots=True)
class ReuseFigures:
    """How many cards all agreed to, and of how many somebody tried what stands on them."""

    approved: int
    tried: int


def of_conversation(session: Session, number: int) -> PostcardView | None:
    """The card that came of a conversation, dropped or not."""
    row = session.scalar(select(Postcard).where(col(Postcard.conversation_id) == number))
    return _view(session, row) if row is not None else None


def get(session: Session, number: int) -> PostcardView | None:
    """One card, whoever wrote it: the caller checks who asks."""
    row = session.get(Postcard, number)
    return _view(session, row) if row is not None else None


def of_member(session: Session, member_id: int) -> list[PostcardView]:
    """A member's cards that were not dropped, the newest first."""
    rows = session.scalars(
        select(Postcard)
        .join(PostcardPart, col(PostcardPart.postcard_id) == col(Postcard.id))
        .where(
            col(PostcardPart.member_id) == member_id,
            col(Postcard.state) != PostcardState.DROPPED,
        )
        .order_by(col(Postcard.id).desc())
    )
    return [_view(session, row) for row in rows.all()]


def own(session: Session, member_id: int) -> list[OwnPostcard]:
    """What is held about a member in their cards."""
    return [
        OwnPostcard(
            card.learnt, card.will_try, card.state, card.at, part.approved, part.reuse, part.note
        )
        for card in of_member(session, member_id)
        if (part := card.part_of(member_id)) is not None
    ]


def write(
    session: Session,
    conversation_id: int,
    revision: int,
    *,
    author_id: int,
    members: Collection[int],
    learnt: str,
    will_try: str,
    at: datetime,
) -> PostcardView | None:
    """Write a card, or other words into one that waits; its author agrees to it, others not yet.

    `revision`: the one that the author read, 0 for none. None when it has changed since, when all
    have agreed to it, or when what the author themselves had taken back or others declined is
    none of theirs to begin anew.
    """
    found = of_conversation(session, conversation_id)
    if (found.revision if found else 0) != revision:
        return None
    fresh: dict[str, Any] = {
        "author_id": author_id,
        "state": PostcardState.WAITING,
        "at": at,
        "learnt": learnt,
        "will_try": will_try,
        "revision": revision + 1,
    }
    if found is None:
        row = Postcard(conversation_id=conversation_id, **fresh)
        session.add(row)
        session.flush()
        number = row.id or 0
    else:
        as_read = and_(col(Postcard.revision) == revision, col(Postcard.state) == found.state)
        number = found.id
        if not found.takes_words_of(author_id) or not advance(
            session, Postcard, number, as_read, **fresh
        ):
            return None
    session.execute(delete(PostcardPart).where(col(PostcardPart.postcard_id) == number))
    for member_id in members:
        session.add(
            PostcardPart(postcard_id=number, member_id=member_id, approved=member_id == author_id)
        )
    session.flush()
    return get(session, number)


def may_be_written(found: PostcardView | None, member_id: int) -> bool:
    """Whether a member may begin a card: there is none, or another member's was dropped."""
    dropped = found is not None and found.state is PostcardState.DROPPED
    return found is None or (dropped and found.takes_words_of(member_id))


def approve(
    session: Session, number: int, revision: int, member_id: int, at: datetime, due_at: datetime
) -> bool:
    """A member agrees to the words that they read; the last one makes the card APPROVED.

    False when the words have changed since, or it waits for nobody.
    """
    found = get(session, number)
    if found is None or not found.is_waiting_for(member_id, revision):
        return False
    advance(session, PostcardPart, _part(number, member_id), true(), approved=True)
    if {each.member_id for each in found.parts if not each.approved} - {member_id}:
        return True
    as_read = and_(col(Postcard.state) == PostcardState.WAITING, col(Postcard.revision) == revision)
    if advance(session, Postcard, number, as_read, state=PostcardState.APPROVED, approved_at=at):
        session.execute(
            update(PostcardPart)
            .where(col(PostcardPart.postcard_id) == number)
            .values(reuse=Reuse.AGREED, due_at=due_at)
        )
        session.expire_all()
    return True


def drop(session: Session, number: int, *, anew_by_author: bool) -> bool:
    """Take a card back: nothing is kept of its words, and nobody is asked; False for a second time.

    `anew_by_author`: whether the one who wrote it may begin again.
    """
    fresh: dict[str, object] = {"learnt": "", "will_try": "", "approved_at": None}
    if anew_by_author:
        fresh["author_id"] = None
    standing = (PostcardState.WAITING, PostcardState.APPROVED)
    if not advance(session, Postcard, number, standing, state=PostcardState.DROPPED, **fresh):
        return False
    session.execute(delete(PostcardPart).where(col(PostcardPart.postcard_id) == number))
    session.expire_all()
    return True


def due(session: Session, now: datetime, limit: int) -> list[tuple[PostcardView, PartView]]:
    """Cards with the halves about which to ask now, the longest due first."""
    rows = session.execute(
        select(Postcard, PostcardPart)
        .join(PostcardPart, col(PostcardPart.postcard_id) == col(Postcard.id))
        .where(col(PostcardPart.due_at) <= now, col(Postcard.state) == PostcardState.APPROVED)
        .order_by(col(PostcardPart.due_at), col(PostcardPart.id))
        .limit(limit)
    ).all()
    return [(_view(session, card), _part_view(part)) for card, part in rows]


def asked_since(session: Session, since: datetime) -> list[tuple[int, int, str]]:
    """(card, member, key of the message) of those who were asked since then and did not answer."""
    rows = session.execute(
        select(
            col(PostcardPart.postcard_id), col(PostcardPart.member_id), col(PostcardPart.message)
        ).where(col(PostcardPart.reuse) == Reuse.ASKED, col(PostcardPart.asked_at) > since)
    )
    return [(card, member, message) for card, member, message in rows]


def look_again(session: Session, number: int, part: PartView, at: datetime | None) -> bool:
    """When to look whether to ask a member; None for never. False when it changed meanwhile."""
    return advance(session, PostcardPart, _part(number, part.member_id), _as_due(part), due_at=at)


def asked(session: Session, number: int, part: PartView, message: str, at: datetime) -> bool:
    """A member is asked, by the message of that key; False when somebody was quicker."""
    return advance(
        session,
        PostcardPart,
        _part(number, part.member_id),
        _as_due(part),
        reuse=Reuse.ASKED,
        due_at=None,
        asked_at=at,
        message=message,
        times_asked=part.times_asked + 1,
    )


def unasked(session: Session, number: int, member_id: int, at: datetime) -> bool:
    """The message that asked a member was taken back before it was sent: they are due again."""
    return advance(
        session,
        PostcardPart,
        _part(number, member_id),
        col(PostcardPart.reuse) == Reuse.ASKED,
        reuse=Reuse.AGREED,
        due_at=at,
        asked_at=None,
        message="",
        times_asked=col(PostcardPart.times_asked) - 1,
    )


def answer(
    session: Session,
    number: int,
    member_id: int,
    reuse: Reuse,
    at: datetime,
    again_at: datetime | None,
) -> PostcardView | None:
    """What a member says of an approved card; `again_at`: when to ask once more.

    None for a card that is none of theirs, or is not agreed to by all.
    """
    found = get(session, number)
    if found is None or found.state is not PostcardState.APPROVED or reuse not in ANSWERS:
        return None
    said = advance(
        session,
        PostcardPart,
        _part(number, member_id),
        true(),
        reuse=reuse,
        due_at=again_at,
        answered_at=at,
    )
    return get(session, number) if said else None


def note(session: Session, number: int, member_id: int, text: str) -> None:
    """A line that a member adds, for themselves."""
    session.execute(update(PostcardPart).where(_part(number, member_id)).values(note=text))


def figures(session: Session) -> ReuseFigures:
    """How many cards there are that all agreed to, and how many led somewhere."""
    approved = session.scalar(
        select(func.count()).where(col(Postcard.state) == PostcardState.APPROVED)
    )
    tried = session.scalar(
        select(func.count(func.distinct(col(PostcardPart.postcard_id)))).where(
            col(PostcardPart.reuse) == Reuse.TRIED
        )
    )
    return ReuseFigures(approved or 0, tried or 0)


def belong(session: Session, member_id: int, former: int) -> None:
    """The halves of `former` become `member_id`'s; a card of somebody with themselves goes."""
    own = select(col(PostcardPart.postcard_id)).where(col(PostcardPart.member_id) == member_id)
    twice = list(
        session.scalars(
            select(col(PostcardPart.postcard_id)).where(
                col(PostcardPart.member_id) == former, col(PostcardPart.postcard_id).in_(own)
            )
        )
    )
    session.execute(delete(Postcard).where(col(Postcard.id).in_(twice)))
    for statement in (
        update(PostcardPart)
        .where(col(PostcardPart.member_id) == former)
        .values(member_id=member_id),
        update(Postcard).where(col(Postcard.author_id) == former).values(author_id=member_id),
    ):
        session.execute(statement)


def erase(session: Session, member_id: int) -> None:
    """Before a member is erased: the cards that they had a part in go as a whole."""
    own = select(col(PostcardPart.postcard_id)).where(col(PostcardPart.member_id) == member_id)
    session.execute(delete(Postcard).where(col(Postcard.id).in_(list(session.scalars(own)))))


def _part(number: int, member_id: int) -> ColumnElement[bool]:
    return and_(col(PostcardPart.postcard_id) == number, col(PostcardPart.member_id) == member_id)


def _as_due(part: PartView) -> ColumnElement[bool]:
    return and_(
        col(PostcardPart.due_at) == part.due_at, col(PostcardPart.times_asked) == part.times_asked
    )


def _view(session: Session, row: Postcard) -> PostcardView:
    parts = session.scalars(
        select(PostcardPart)
        .where(col(PostcardPart.postcard_id) == row.id)
        .order_by(col(PostcardPart.id))
    )
    return PostcardView(
        id=row.id or 0,
        conversation_id=row.conversation_id,
        author_id=row.author_id,
        state=row.state,
        revision=row.revision,
        learnt=row.learnt,
        will_try=row.will_try,
        at=row.at,
        approved_at=row.approved_at,
        parts=tuple(_part_view(part) for part in parts),
    )


def _part_view(row: PostcardPart) -> PartView:
    return PartView(
        row.member_id,
        row.approved,
        row.reuse,
        row.due_at,
        row.times_asked,
        row.asked_at,
        row.note,
    )
