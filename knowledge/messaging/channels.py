"""Channels: the rooms that the bot is in, and in which of them it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from knowledge.messaging.tables import Channel
from knowledge.text.tables import Meta
from knowledge.vocabulary import ChannelState, Community

FORUM = "forum"
"""Use: new posts there are answered, or are offered an answer."""
_QUESTIONS = "questions:"
_DEFAULT = "channels.default"
_NAMED, _EVERYWHERE = "named", "everywhere"


@dataclass(frozen=True, slots=True)
class ChannelView:
    """One room; `speaks` None: it follows the default."""

    id: int
    platform: str
    workspace: str
    channel: str
    name: str
    state: ChannelState
    speaks: bool | None
    uses: tuple[str, ...]

    @property
    def questions(self) -> tuple[Community, ...]:
        """The communities to which questions are posted here."""
        return tuple(each for each in Community if questions_for(each) in self.uses)


def questions_for(community: Community) -> str:
    """Use: questions to this community are posted there, with their askers' agreement."""
    return f"{_QUESTIONS}{community}"


def find(session: Session, platform: str, workspace: str, channel: str) -> ChannelView | None:
    """The room with one identity, if it is known."""
    row = _row(session, platform, workspace, channel)
    return _view(row) if row is not None else None


def get(session: Session, number: int) -> ChannelView | None:
    """One room by its number."""
    row = session.get(Channel, number)
    return _view(row) if row is not None else None


def listed(session: Session, limit: int, offset: int = 0) -> list[ChannelView]:
    """Known rooms by name, those that the bot is in first."""
    # PRESENT comes last in the alphabet of the states.
    order = (col(Channel.state).desc(), col(Channel.name), col(Channel.id))
    rows = session.scalars(select(Channel).order_by(*order).limit(limit).offset(offset))
    return [_view(row) for row in rows]


def count(session: Session) -> int:
    """How many rooms are known."""
    return session.scalar(select(func.count()).select_from(Channel)) or 0


def speaks(session: Session, platform: str, workspace: str, channel: str) -> bool:
    """Whether the bot answers in a room, known or not."""
    row = _row(session, platform, workspace, channel)
    if row is None or row.speaks is None:
        return everywhere(session)
    return row.speaks


def everywhere(session: Session) -> bool:
    """Whether the bot answers where no steward has said anything; it does unless told not to."""
    row = session.get(Meta, _DEFAULT)
    return row is None or row.value != _NAMED


def set_everywhere(session: Session, yes: bool) -> None:
    """Answer wherever the bot is invited, or only where a steward allowed it."""
    session.merge(Meta(name=_DEFAULT, value=_EVERYWHERE if yes else _NAMED))


def set_speaks(
    session: Session, platform: str, workspace: str, channel: str, speaks: bool | None
) -> ChannelView:
    """Let the bot answer in a room, be quiet there, or (None) follow the default."""
    row = _row(session, platform, workspace, channel)
    row = row or Channel(platform=platform, workspace=workspace, channel=channel)
    row.speaks = speaks
    session.add(row)
    session.flush()
    return _view(row)


def serves(session: Session, platform: str, workspace: str, channel: str, use: str) -> bool:
    """Whether a steward named a room for a use, such as `forum`."""
    row = _row(session, platform, workspace, channel)
    return row is not None and use in row.uses


def with_uses(session: Session) -> list[ChannelView]:
    """The rooms that the bot is in and that were named for something, by name."""
    rows = session.execute(
        select(col(Channel.id), col(Channel.uses))
        .where(col(Channel.state) == ChannelState.PRESENT)
        .order_by(col(Channel.name), col(Channel.id))
    )
    numbers = [number for number, uses in rows if uses]
    return [room for number in numbers if (room := get(session, number or 0)) is not None]


def set_questions(
    session: Session, platform: str, workspace: str, channel: str, community: Community | None
) -> ChannelView:
    """Name a room for questions to one community, or (None) for no questions at all."""
    for each in Community:
        view = set_use(
            session, platform, workspace, channel, questions_for(each), each is community
        )
    return view


def set_use(
    session: Session, platform: str, workspace: str, channel: str, use: str, yes: bool
) -> ChannelView:
    """Name a room for a use, or no longer."""
    row = _row(session, platform, workspace, channel)
    row = row or Channel(platform=platform, workspace=workspace, channel=channel)
    others = [one for one in row.uses if one != use]
    row.uses = [*others, use] if yes else others
    session.add(row)
    session.flush()
    return _view(row)


def present(
    session: Session,
    platform: str,
    workspace: str,
    channel: str,
    name: str,
    at: datetime | None = None,
) -> None:
    """The bot is in a room, which is called so now; `at`: when the platform said it."""
    row = _row(session, platform, workspace, channel)
    row = row or Channel(platform=platform, workspace=workspace, channel=channel)
    if _newer(row, at):
        row.state, row.name = ChannelState.PRESENT, name or row.name
        session.add(row)
        session.flush()


def changed(
    session: Session,
    platform: str,
    workspace: str,
    channel: str,
    *,
    state: ChannelState | None = None,
    name: str = "",
    at: datetime | None = None,
) -> None:
    """A known room has another state or name; rooms that the bot never was in are passed over.

    A room that was restored counts only if it was archived: the bot may have left it before.
    """
    row = _row(session, platform, workspace, channel)
    if row is None or not _newer(row, at):
        return
    row.name = name or row.name
    if state is not None and not (
        state is not ChannelState.GONE and row.state is ChannelState.GONE
    ):
        row.state = state


def only(session: Session, platform: str, workspace: str, rooms: Mapping[str, str]) -> list[str]:
    """The bot is in these rooms (id -> name) of a workspace now, and in no others.

    Returns the ids of those that it was in until now.
    """
    for channel, name in rooms.items():
        present(session, platform, workspace, channel, name)
    rows = session.scalars(
        select(Channel).where(
            col(Channel.platform) == platform,
            col(Channel.workspace) == workspace,
            col(Channel.state) == ChannelState.PRESENT,
        )
    )
    lost = [row for row in rows if row.channel not in rooms]
    for row in lost:
        row.state = ChannelState.GONE
    return [row.channel for row in lost]


def _newer(row: Channel, at: datetime | None) -> bool:
    """Whether what was said at `at` still counts: a platform may deliver out of order."""
    if at is None:
        return True
    if row.updated_at is not None and row.updated_at > at:
        return False
    row.updated_at = at
    return True


def _row(session: Session, platform: str, workspace: str, channel: str) -> Channel | None:
    return session.scalar(
        select(Channel).where(
            col(Channel.platform) == platform,
            col(Channel.workspace) == workspace,
            col(Channel.channel) == channel,
        )
    )


def _view(row: Channel) -> ChannelView:
    return ChannelView(
        row.id or 0,
        row.platform,
        row.workspace,
        row.channel,
        row.name,
        row.state,
        row.speaks,
        tuple(row.uses),
    )


def replace(session: Session, platform: str, old: str, new: str) -> None:
    """A room gets the id `new`: what stewards set stands under `old`, so a row of `new` goes."""
    known = session.scalar(
        select(Channel).where(col(Channel.platform) == platform, col(Channel.channel) == old)
    )
    if known is not None:
        session.execute(
            delete(Channel).where(
                col(Channel.platform) == platform,
                col(Channel.workspace) == known.workspace,
                col(Channel.channel) == new,
            )
        )
