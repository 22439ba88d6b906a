"""Conversations: who is in them, in which room, and what was said."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlmodel import Session, col

from knowledge.conversations.tables import Conversation, Line, Participant
from knowledge.database.changes import advance
from knowledge.database.keys import key_of
from knowledge.vocabulary import ConversationKind, ConversationState

KEPT = timedelta(days=30)
"""How long after its end a conversation's words and times are kept."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who is to take part: the account that they are written to, and the name shown.

    `greeting`: the first message that they read, as it is stored.
    """

    member_id: int
    name: str
    language: str
    platform: str
    workspace: str
    user_id: str
    greeting: str = ""

    @property
    def account_key(self) -> str:
        """One word for the account: `platform:workspace:user`."""
        return f"{self.platform}:{self.workspace}:{self.user_id}"


@dataclass(frozen=True, slots=True)
class ParticipantView(Seat):
    """Somebody who takes part; `channel` and `thread`: the room, empty until there is one.

    `left_at`: when they went, while the others go on.
    """

    id: int = 0
    channel: str = ""
    thread: str = ""
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LineView:
    """Something said; `message` is what the platform of whoever said it calls it."""

    id: int
    participant_id: int
    message: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnLine:
    """Something that one person said, and what the conversation was about."""

    topic: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ConversationView:
    """A conversation and who is in it. `bridged`: they have no room in common.

    `subject`: what brought them together, such as the number of a question. `heard`: whether the
    bot can read what they write to each other. `gone`: who took part and left the others.
    """

    id: int
    kind: ConversationKind
    topic: str
    subject: str
    state: ConversationState
    bridged: bool
    heard: bool
    opened_at: datetime
    participants: Sequence[ParticipantView]
    gone: Sequence[ParticipantView] = ()

    @property
    def about(self) -> str:
        """How deliveries name it."""
        return f"conversation:{self.id}"

    @property
    def room_key(self) -> str:
        """The key of the wish for a room."""
        return key_of("room", self.about)

    @property
    def greeting_key(self) -> str:
        """The key of the first message in the room of all."""
        return key_of("greeting", self.about)

    def root_key(self, seat: "ParticipantView") -> str:
        """The key of the first message in somebody's own thread."""
        return key_of("greeting", self.about, str(seat.id))

    def seat_of(self, member_id: int | None) -> ParticipantView | None:
        """The member's seat, if they have one."""
        return next((seat for seat in self.participants if seat.member_id == member_id), None)

    def left_by(self, member_id: int | None) -> ParticipantView | None:
        """The seat that the member had before they left, if they did."""
        return next((seat for seat in self.gone if seat.member_id == member_id), None)

    def others_than(self, member_id: int) -> list[ParticipantView]:
        """Everybody but a member who takes part; nobody where they do not."""
        seat = self.seat_of(member_id)
        return self.others(seat) if seat is not None else []

    def others(self, than: ParticipantView) -> list[ParticipantView]:
        """Everybody else."""
        return [seat for seat in self.participants if seat.id != than.id]


def begin(
    session: Session,
    kind: ConversationKind,
    topic: str,
    seats: Sequence[Seat],
    at: datetime,
    *,
    bridged: bool,
    subject: str = "",
) -> ConversationView:
    """Write a conversation down: OPEN when it is bridged, else OPENING until there is a room."""
    state = ConversationState.OPEN if bridged else ConversationState.OPENING
    row = Conversation(
        kind=kind, topic=topic, subject=subject, state=state, bridged=bridged, opened_at=at
    )
    session.add(row)
    session.flush()
    for seat in seats:
        session.add(
            Participant(
                conversation_id=row.id or 0,
                member_id=seat.member_id,
                name=seat.name,
                language=seat.language,
                platform=seat.platform,
                workspace=seat.workspace,
                user_id=seat.user_id,
                greeting=seat.greeting,
            )
        )
    session.flush()
    return _view(session, row)


def get(session: Session, number: int) -> ConversationView | None:
    """One conversation, whoever is in it: the caller checks who asks."""
    row = session.get(Conversation, number)
    return _view(session, row) if row is not None else None


def of_member(session: Session, member_id: int, limit: int = 20) -> list[ConversationView]:
    """A member's conversations that are not closed, the newest first."""
    rows = session.scalars(
        select(Conversation)
        .join(Participant, col(Participant.conversation_id) == col(Conversation.id))
        .where(
            col(Participant.member_id) == member_id,
            col(Participant.left_at).is_(None),
            col(Conversation.state) != ConversationState.CLOSED,
        )
        .order_by(col(Conversation.id).desc())
        .limit(limit)
    )
    return [_view(session, row) for row in rows]


def concerned(
    session: Session, member_id: int, only: ConversationKind | None
) -> list[ConversationView]:
    """What a member takes part in, of one kind or of all."""
    mine = of_member(session, member_id, limit=1_000)
    return [found for found in mine if only is None or found.kind is only]


def move(session: Session, former: int, member_id: int) -> None:
    """Two members are one: the seats of `former` are `member_id`'s."""
    session.execute(
        update(Participant).where(col(Participant.member_id) == former).values(member_id=member_id)
    )


def carried_on(session: Session, platform: str) -> list[ParticipantView]:
    """Who takes part on a platform in open conversations whose words are carried, newest first."""
    rows = session.scalars(
        select(Participant)
        .join(Conversation, col(Conversation.id) == col(Participant.conversation_id))
        .where(
            col(Participant.platform) == platform,
            col(Participant.left_at).is_(None),
            col(Conversation.bridged),
            col(Conversation.state) == ConversationState.OPEN,
        )
        .order_by(col(Conversation.id).desc())
    )
    seats = {row.user_id: _seat(row) for row in reversed(rows.all())}
    return sorted(seats.values(), key=lambda seat: -seat.id)


def in_room(
    session: Session, platform: str, workspace: str, channel: str, thread: str
) -> ConversationView | None:
    """The newest conversation that has this room, closed or not.

    Accounts that are the same in every workspace name none: the room's is not compared then.
    """
    row = session.scalar(
        select(Conversation)
        .join(Participant, col(Participant.conversation_id) == col(Conversation.id))
        .where(
            col(Participant.platform) == platform,
            col(Participant.workspace).in_(["", workspace]),
            col(Participant.channel) == channel,
            col(Participant.thread).in_(["", thread]),
        )
        .order_by(col(Conversation.id).desc())
        .limit(1)
    )
    return _view(session, row) if row is not None else None


def opened(
    session: Session, number: int, channel: str, thread: str, *, heard: bool
) -> ConversationView | None:
    """Everybody has one room now; None when the conversation is not waiting for one any more.

    `heard`: whether the bot can read what they write there.
    """
    row = session.get(Conversation, number)
    if row is None or row.state is not ConversationState.OPENING:
        return None
    row.state, row.heard = ConversationState.OPEN, heard
    session.execute(
        update(Participant)
        .where(col(Participant.conversation_id) == number)
        .values(channel=channel, thread=thread)
    )
    session.flush()
    return _view(session, row)


def bridge(session: Session, number: int) -> ConversationView | None:
    """No room could be opened: the bot carries words; None when it is not waiting any more."""
    row = session.get(Conversation, number)
    if row is None or row.state is not ConversationState.OPENING:
        return None
    row.state, row.bridged = ConversationState.OPEN, True
    session.flush()
    return _view(session, row)


def of_room(
    session: Session, platform: str, channel: str, thread: str = ""
) -> list[ConversationView]:
    """Conversations that go on in a room, or in any thread of it; numbers of rooms are unique."""
    where = [col(Participant.platform) == platform, col(Participant.channel) == channel]
    where += [col(Participant.thread) == thread] if thread else []
    those = select(col(Participant.conversation_id)).where(*where).distinct()
    rows = session.scalars(
        select(Conversation)
        .where(
            col(Conversation.id).in_(list(session.scalars(those))),
            col(Conversation.state) == ConversationState.OPEN,
            ~col(Conversation.bridged),
        )
        .order_by(col(Conversation.id))
    )
    return [_view(session, row) for row in rows.all()]


def lose_room(session: Session, number: int) -> ConversationView | None:
    """The room is gone, so words are carried from now on; None where they are, or it is over."""
    there = (col(Conversation.state) == ConversationState.OPEN) & ~col(Conversation.bridged)
    if not advance(session, Conversation, number, there, bridged=True):
        return None
    session.execute(
        update(Participant)
        .where(col(Participant.conversation_id) == number)
        .values(channel="", thread="")
    )
    session.expire_all()
    return get(session, number)


def greeted(session: Session, number: int) -> None:
    """The first messages were said: they are forgotten here."""
    session.execute(
        update(Participant).where(col(Participant.conversation_id) == number).values(greeting="")
    )


def leave(session: Session, seat: ParticipantView, at: datetime) -> bool:
    """Take somebody out of a conversation that goes on; False when they had left before."""
    stays = col(Participant.left_at).is_(None)
    return advance(session, Participant, seat.id, stays, left_at=at, greeting="", unsent="")


def regreet(session: Session, seat: ParticipantView, greeting: str) -> None:
    """Put another first message in the place of somebody's, which was not said yet."""
    session.execute(
        update(Participant).where(col(Participant.id) == seat.id).values(greeting=greeting)
    )
    session.expire_all()


def close(session: Session, number: int, at: datetime) -> bool:
    """End a conversation; False when somebody was quicker."""
    session.execute(
        update(Participant).where(col(Participant.conversation_id) == number).values(unsent="")
    )
    runs = (ConversationState.OPENING, ConversationState.OPEN)
    return advance(
        session, Conversation, number, runs, state=ConversationState.CLOSED, closed_at=at
    )


def keep_unsent(session: Session, number: int, member_id: int, text: str) -> None:
    """Keep what a member wrote beside a conversation, in the place of what they wrote before."""
    session.execute(update(Participant).where(*_in_it(number, member_id)).values(unsent=text))


def unsent(session: Session, number: int, member_id: int) -> str:
    """What a member wrote beside a conversation; empty for nothing."""
    query = select(col(Participant.unsent)).where(*_in_it(number, member_id))
    return session.scalar(query) or ""


def forget_unsent(session: Session, member_id: int, text: str) -> None:
    """A member said for whom these words were."""
    session.execute(
        update(Participant)
        .where(col(Participant.member_id) == member_id, col(Participant.unsent) == text)
        .values(unsent="")
    )


def _in_it(number: int, member_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Participant.conversation_id) == number,
        col(Participant.member_id) == member_id,
        col(Participant.left_at).is_(None),
    )


def say(
    session: Session, seat: ParticipantView, number: int, message: str, text: str, at: datetime
) -> int | None:
    """Keep what somebody said; None when that very message is kept already."""
    known = session.scalar(
        select(col(Line.id)).where(
            col(Line.participant_id) == seat.id, col(Line.message) == message
        )
    )
    if known is not None:
        return None
    row = Line(conversation_id=number, participant_id=seat.id, message=message, text=text, at=at)
    session.add(row)
    session.flush()
    return row.id


def line_of(
    session: Session, platform: str, user_id: str, message: str
) -> tuple[ConversationView, ParticipantView, LineView] | None:
    """The line that a person's message became, with its conversation.

    An empty `user_id`: anybody's, where a platform does not say whose message it was; the names
    of its messages must then be the only ones of their kind.
    """
    authors = [col(Participant.user_id) == user_id] if user_id else []
    found = session.execute(
        select(Line, Participant, Conversation)
        .join(Participant, col(Participant.id) == col(Line.participant_id))
        .join(Conversation, col(Conversation.id) == col(Line.conversation_id))
        .where(
            col(Line.message) == message,
            col(Participant.platform) == platform,
            *authors,
        )
        .order_by(col(Line.id).desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    line, seat, conversation = found
    return _view(session, conversation), _seat(seat), _line(line)


def reword(session: Session, line_id: int, text: str) -> None:
    """Put other words into a line."""
    session.execute(update(Line).where(col(Line.id) == line_id).values(text=text))


def take_back(session: Session, line_id: int) -> None:
    """Remove a line."""
    session.execute(delete(Line).where(col(Line.id) == line_id))


def call_off(
    session: Session,
    found: ConversationView,
    member_id: int,
    dropped: Collection[str],
    at: datetime,
) -> None:
    """Close what a member was to take part in, where somebody has not been told of it yet.

    `dropped`: the keys of messages that are not sent any more. The others are still to hear it.
    """
    first = {found.room_key, found.greeting_key, *map(found.root_key, found.participants)}
    if found.state is not ConversationState.OPENING and first.isdisjoint(dropped):
        return
    over = {"state": ConversationState.CLOSED, "closed_at": at, "called_off_at": at}
    advance(session, Conversation, found.id, found.state, **over)
    seat = found.seat_of(member_id)
    if seat is not None:
        leave(session, seat, at)
    greeted(session, found.id)


def called_off(session: Session, kind: ConversationKind) -> list[ConversationView]:
    """Conversations that were called off, and whose other participants do not know it yet."""
    rows = session.scalars(
        select(Conversation)
        .where(col(Conversation.called_off_at).is_not(None), col(Conversation.kind) == kind)
        .order_by(col(Conversation.id))
    )
    return [_view(session, row) for row in rows.all()]


def told_off(session: Session, number: int) -> bool:
    """The others are told; False when another process was quicker."""
    waits = col(Conversation.called_off_at).is_not(None)
    return advance(session, Conversation, number, waits, called_off_at=None)


def forget_greetings(session: Session, member_id: int) -> None:
    """Forget the first messages that were kept for whoever was to meet somebody: they name all."""
    theirs = select(col(Participant.conversation_id)).where(col(Participant.member_id) == member_id)
    session.execute(
        update(Participant)
        .where(col(Participant.conversation_id).in_(list(session.scalars(theirs))))
        .values(greeting="")
    )


def forget_topics(session: Session, subjects: Collection[str]) -> None:
    """Forget what conversations were about: the words are those of somebody who goes."""
    session.execute(
        update(Conversation)
        .where(
            col(Conversation.kind) == ConversationKind.INTRODUCTION,
            col(Conversation.subject).in_(subjects),
        )
        .values(topic="")
    )


def lines(session: Session, number: int, limit: int = 50) -> list[LineView]:
    """The last lines of a conversation, oldest first."""
    rows = session.scalars(
        select(Line)
        .where(col(Line.conversation_id) == number)
        .order_by(col(Line.id).desc())
        .limit(limit)
    )
    return [_line(row) for row in reversed(rows.all())]


def lines_by(session: Session, member_id: int) -> list[OwnLine]:
    """All that a member said in conversations and that is still kept, oldest first."""
    rows = session.execute(
        select(col(Conversation.topic), col(Line.text), col(Line.at))
        .join(Conversation, col(Conversation.id) == col(Line.conversation_id))
        .join(Participant, col(Participant.id) == col(Line.participant_id))
        .where(col(Participant.member_id) == member_id)
        .order_by(col(Line.id))
    )
    return [OwnLine(topic, text, at) for topic, text, at in rows]


def forget(session: Session, closed_before: datetime) -> int:
    """Drop what was said in conversations that were closed before then; returns how many lines."""
    ended = select(col(Conversation.id)).where(col(Conversation.closed_at) < closed_before)
    gone = session.connection().execute(delete(Line).where(col(Line.conversation_id).in_(ended)))
    return gone.rowcount


def _view(session: Session, row: Conversation) -> ConversationView:
    seats = session.scalars(
        select(Participant)
        .where(col(Participant.conversation_id) == row.id)
        .order_by(col(Participant.id))
    )
    everybody = [_seat(seat) for seat in seats]
    return ConversationView(
        id=row.id or 0,
        kind=row.kind,
        topic=row.topic,
        subject=row.subject,
        state=row.state,
        bridged=row.bridged,
        heard=row.heard,
        opened_at=row.opened_at,
        participants=tuple(seat for seat in everybody if seat.left_at is None),
        gone=tuple(seat for seat in everybody if seat.left_at is not None),
    )


def _seat(row: Participant) -> ParticipantView:
    return ParticipantView(
        member_id=row.member_id,
        name=row.name,
        language=row.language,
        platform=row.platform,
        workspace=row.workspace,
        user_id=row.user_id,
        greeting=row.greeting,
        id=row.id or 0,
        channel=row.channel,
        thread=row.thread,
        left_at=row.left_at,
    )


def _line(row: Line) -> LineView:
    return LineView(row.id or 0, row.participant_id, row.message, row.text, row.at)


def last_said(session: Session, conversation_id: int) -> dict[int, datetime]:
    """When each member last wrote in a conversation; who never did is not in it."""
    rows = session.execute(
        select(col(Participant.member_id), func.max(col(Line.at)))
        .join(Line, col(Line.participant_id) == col(Participant.id))
        .where(col(Participant.conversation_id) == conversation_id)
        .group_by(col(Participant.member_id))
    )
    return dict(rows.all())
