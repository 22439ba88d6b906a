"""The exchange on somebody's home page: their next round, and whom they meet now."""

from collections.abc import Callable
from datetime import date, datetime

from sqlmodel import Session

from bot.contract import Card
from bot.core.context import Context
from bot.features.exchange.participation import replies
from bot.features.exchange.participation.replies import Next
from bot.features.members import enrolment, enrolment_replies
from bot.storage.database import Database
from knowledge.exchange import programmes, rounds
from knowledge.exchange.programmes import ParticipationView, ProgrammeView
from knowledge.exchange.rounds import PairingView
from knowledge.members import members
from knowledge.members.views import MemberView


class NextExchange:
    """A card for each programme of a member or open to them, and one for each of their groups."""

    def __init__(self, *, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def on_page(self, context: Context) -> list[Card]:
        """Nothing for whoever takes no part."""
        member, now = context.member, self._clock()
        if member is None:
            return []

        def find(
            session: Session,
        ) -> tuple[list[Card], list[Next], list[PairingView], dict[int, str]]:
            groups = rounds.open_for(session, member.id)
            numbers = sorted({n for each in groups for n in each.members if n != member.id})
            names = {each.id: each.name for each in members.get_many(session, numbers)}
            parts = [
                _next(session, programme, part, member, now)
                for part in programmes.of_member(session, member.id)
                if (programme := programmes.get(session, part.programme_id)) is not None
            ]
            asked = [
                enrolment_replies.ask(context.say, each, member)
                for each in enrolment.unanswered(session, member)
            ]
            return asked, parts, groups, names

        asked, parts, groups, names = await self._database.read(find)
        cards = [replies.group(context.say, each, names) for each in groups]
        return [*asked, *replies.next_exchange(context.say, parts, cards)]


def _next(
    session: Session,
    programme: ProgrammeView,
    part: ParticipationView,
    member: MemberView,
    now: datetime,
) -> Next:
    begins = rounds.next_begins(session, programme)
    return Next(programme, part, begins, _snoozed(part, member, now))


def _snoozed(part: ParticipationView, member: MemberView, now: datetime) -> date | None:
    days = [day for day in (part.snoozed_until, member.snoozed_until) if day is not None]
    last = max(days, default=None)
    return last if last is not None and member.today(now) < last else None
