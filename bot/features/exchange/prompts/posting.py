"""Prompts between rounds are posted when they are due: once, in each channel of a programme."""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlmodel import Session

from bot.features.exchange.programmes.cadence import Timetable, caught_up, next_due
from bot.features.exchange.programmes.settings import rules_of
from bot.features.exchange.prompts import queue, replies
from bot.messaging import outbox
from bot.messaging.steward_messages import tell_stewards
from bot.storage.database import Database
from bot.storage.index_refresh import IndexRefresh
from knowledge.cases import cases
from knowledge.cases.views import CaseView
from knowledge.database.keys import key_of
from knowledge.exchange import programmes, prompts, rounds
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.prompts import PromptView, ScheduleView
from knowledge.exchange.states import PromptState, RoundState
from knowledge.messaging import deliveries
from knowledge.search.index import Library
from knowledge.search.search import NO_FILTERS, find_cases
from knowledge.text import passages
from knowledge.vocabulary import CaseState

log = structlog.get_logger()


class Posting:
    """Posts what is due, asked by the tick.

    The unit that moves the due moment on writes the posts, so of several processes one does it,
    and what a crash cut off is done at the next tick.
    """

    def __init__(
        self,
        *,
        database: Database,
        library: Library,
        index_refresh: IndexRefresh,
        trusted: Collection[str],
        clock: Callable[[], datetime],
    ) -> None:
        """`trusted`: account keys of stewards in the settings."""
        self._database = database
        self._library = library
        self._index_refresh = index_refresh
        self._trusted = trusted
        self._clock = clock

    async def due(self) -> None:
        """Post all that is due; one programme that fails never stops the others."""
        for programme in await self._database.read(programmes.listed):
            try:
                await self._due(programme)
            except Exception:
                log.exception("A prompt could not be posted.", programme=programme.id)

    async def _due(self, programme: ProgrammeView) -> None:
        now = self._clock()
        found = await self._database.read(lambda session: prompts.schedule(session, programme.id))
        if found is None or found.next_due_at is None or now < found.next_due_at:
            return
        timetable = queue.timetable_for(programme, found)
        if _day(now, timetable) in timetable.blackouts:
            return  # after downtime it may be such a day: it waits for the next
        await self._database.write(lambda session: queue.fill(session, programme.id, now.date()))
        first = await self._database.read(lambda session: _first(session, programme.id, now))
        case_id = await self._nearest(programme, first) if first is not None else None
        await self._database.write(
            lambda session: self._post(session, found, timetable, first, case_id, now)
        )

    async def _nearest(self, programme: ProgrammeView, found: PromptView) -> int | None:
        """The case to begin with; None where none comes close."""
        text = queue.question_of(programme, found)
        await self._index_refresh.up_to(await self._database.read(passages.last_change))
        vector = await asyncio.wrap_future(self._library.encode_question(text))
        query = self._library.query(text, rules_of(programme).language, vector)
        index, model = self._library.snapshot.cases, self._library.model_id
        ranked = await asyncio.to_thread(find_cases, index, query, NO_FILTERS, model=model, limit=1)
        return ranked[0].id if ranked else None

    def _post(
        self,
        session: Session,
        found: ScheduleView,
        timetable: Timetable,
        first: PromptView | None,
        case_id: int | None,
        now: datetime,
    ) -> None:
        """Take the due moment, and write what comes of it in the same unit."""
        programme, due = programmes.get(session, found.programme_id), found.next_due_at
        # Stewards or the asker may have changed the queue since: then it is looked at anew.
        if programme is None or due is None or first != _first(session, programme.id, now):
            return
        this = caught_up(timetable, due - timedelta(seconds=1), now) or due
        following = next_due(timetable, max(this, now))
        if not prompts.claim_due(session, programme.id, due, following):
            return
        if programme.paused or _round_begins(session, programme, timetable, now):
            return
        if first is None:
            cause = ("prompts", str(programme.id), due.isoformat())
            tell_stewards(
                session, self._trusted, cause, lambda say: replies.none_left(say, programme), now
            )
            return
        _write(session, programme, first, _published(session, case_id), now)


def _write(
    session: Session,
    programme: ProgrammeView,
    found: PromptView,
    case: CaseView | None,
    now: datetime,
) -> None:
    """The posts of one prompt; where no channel may be written to, it goes on waiting."""
    places = queue.rooms(session, programme, found)
    if not places:
        return
    if not prompts.step(
        session, found.id, [PromptState.WAITING], state=PromptState.POSTED, posted_at=now
    ):
        return
    reply = queue.post_of(programme, found, now, case)
    drafts = []
    for place in places:
        room = place.room
        key = key_of("prompt", str(found.id), *room)
        prompts.posted(session, found.id, room, key)
        drafts.append(
            outbox.message(
                key,
                place,
                reply,
                about=f"{deliveries.POSTED}prompt:{found.id}",
                subjects=[found.asker_id] if found.asker_id else [],
            )
        )
    deliveries.write(session, drafts, now)


def _first(session: Session, programme_id: int, now: datetime) -> PromptView | None:
    return next(iter(queue.upcoming(session, programme_id, now.date())), None)


def _published(session: Session, case_id: int | None) -> CaseView | None:
    case = cases.get(session, case_id) if case_id is not None else None
    return case if case is not None and case.state is CaseState.PUBLISHED else None


def _round_begins(
    session: Session, programme: ProgrammeView, timetable: Timetable, now: datetime
) -> bool:
    """Whether a round is announced today: one message a day is enough for a channel."""
    today = _day(now, timetable)
    moments = [programme.next_due_at, rounds.next_begins(session, programme)]
    moments += [
        r.announced_at for r in rounds.in_state(session, RoundState.ANNOUNCED, programme.id)
    ]
    return any(_day(each, timetable) == today for each in moments if each is not None)


def _day(moment: datetime, timetable: Timetable) -> object:
    return moment.astimezone(ZoneInfo(timetable.zone)).date()
