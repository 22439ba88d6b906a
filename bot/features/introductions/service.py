"""From a question to a person: asked one at a time, in private, with everybody's consent."""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from bot.contract import Card, Person, Reply
from bot.core.commands import Group, Intent, Who
from bot.core.context import Context
from bot.core.handlers import said
from bot.features.introductions import asker_replies, expert_replies
from bot.features.introductions.answer import ExpertAnswers
from bot.features.introductions.disclosure import card_of
from bot.features.introductions.expert_replies import Asked
from bot.features.introductions.request import Requests
from bot.features.introductions.workflow import Connection, OnConnected, proceed, read_by
from bot.i18n import later
from bot.jobs import PeriodicJob
from bot.storage.database import Database
from knowledge.introductions import introductions
from knowledge.introductions.introductions import IntroductionView
from knowledge.members import members
from knowledge.vocabulary import IntroductionState, MemberStatus, RequestState

__all__ = ["Connection", "Introductions", "OnConnected"]

log = structlog.get_logger()

AT_ONCE = 50
DRAFTS_KEPT = timedelta(days=30)
SHOWN = 10


class Introductions:
    """`handoff`, `accept`, `decline`, `requests`, `resume`, and the tick that lets none wait."""

    def __init__(
        self,
        *,
        database: Database,
        open_requests: int,
        clock: Callable[[], datetime],
        on_connected: OnConnected,
    ) -> None:
        """`on_connected` opens the conversation of two who agreed to talk."""
        self._database = database
        self._clock = clock
        self.parts = (
            Requests(database=database, open_requests=open_requests, clock=clock),
            ExpertAnswers(database=database, on_connected=on_connected, clock=clock),
        )
        self.jobs = (PeriodicJob("introductions", timedelta(minutes=1), self.tick),)

    @said(
        "requests",
        Group.PEOPLE,
        later("requests that wait for you, and how your own stand"),
        who=Who.JOINED,
    )
    async def requests(self, context: Context, intent: Intent) -> Reply:
        """`requests`: what waits for the caller's answer, and what they asked of others."""
        member, zone = context.me, context.me.time_zone

        def look(session: Session) -> tuple[list[Asked], list[Card], list[Card]]:
            waiting = introductions.of_expert(session, member.id, [IntroductionState.PROPOSED])
            asked = [each for view in waiting if (each := _read(session, view)) is not None]
            sent = [
                one
                for one in introductions.of_asker(session, member.id)
                if one.state is not RequestState.DRAFT
            ][:SHOWN]
            how = introductions.progress(session, [one.id for one in sent])
            own = [
                asker_replies.own_card(context.say, one.id, one.wish, how[one.id], zone)
                for one in sent
            ]
            introductions.seen(session, member.id)
            return asked, own, _people(session, context, member.id)

        return expert_replies.waiting(context.say, *await self._database.write(look))

    async def on_page(self, context: Context) -> list[Card]:
        """What waits for somebody's answer, for their home page."""
        member = context.member
        if member is None:
            return []

        def look(session: Session) -> list[Asked]:
            waiting = introductions.of_expert(session, member.id, [IntroductionState.PROPOSED])
            return [each for view in waiting if (each := _read(session, view)) is not None]

        found = await self._database.read(look)
        return [expert_replies.request_card(context.say, asked) for asked in found]

    async def anything_for(self, person: Person) -> bool:
        """Whether something waits for a person, or has happened that they were not shown."""

        def look(session: Session) -> bool:
            member = members.by_account(session, person.platform, person.workspace, person.user_id)
            if member is None:
                return False
            waiting = introductions.of_expert(session, member.id, [IntroductionState.PROPOSED])
            own = introductions.of_asker(session, member.id)
            return bool(waiting) or any(one.unseen for one in own)

        return await self._database.read(look)

    async def tick(self) -> int:
        """Take the steps that are due, each request in a unit of its own; returns how many.

        What another process was quicker to do is found done. After a pause of the bot every
        request is caught up with once.
        """
        now = self._clock()
        numbers = await self._database.read(
            lambda session: introductions.due(session, now, AT_ONCE)
        )
        for number in numbers:
            await self._database.write(lambda session, number=number: _step(session, number, now))  # type: ignore[misc]
        if numbers:
            log.info("Requests to experts went on.", requests=len(numbers))
        return len(numbers)

    async def forget(self) -> None:
        """Drop what was written long ago and never sent."""
        before = self._clock() - DRAFTS_KEPT
        await self._database.write(lambda session: introductions.forget_drafts(session, before))


def _step(session: Session, number: int, now: datetime) -> None:
    request = introductions.get(session, number)
    if request is not None and request.due_at is not None and request.due_at <= now:
        proceed(session, number, now)


def _read(session: Session, view: IntroductionView) -> Asked | None:
    request = introductions.get(session, view.request_id)
    expert = members.get(session, view.expert_id or 0)
    return read_by(session, request, view, expert) if request and expert else None


def _people(session: Session, context: Context, member_id: int) -> list[Card]:
    """The cards of those with whom a member was connected, on either side."""
    met: list[int] = []
    for request in introductions.of_asker(session, member_id):
        if request.state is RequestState.CONNECTED:
            met += [
                view.expert_id
                for view in introductions.asked(session, request.id)
                if view.state is IntroductionState.CONNECTED and view.expert_id
            ]
    for view in introductions.of_expert(session, member_id, [IntroductionState.CONNECTED]):
        request_of = introductions.get(session, view.request_id)
        met += [request_of.asker_id] if request_of else []
    found = members.get_many(session, list(dict.fromkeys(met))[:SHOWN])
    return [
        expert_replies.person_card(context.say, card_of(member))
        for member in found
        if member.status is not MemberStatus.LEFT
    ]
