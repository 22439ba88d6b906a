"""Closing the loop: whoever asked in vain hears of the case that answers them, once."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from bot.contract import Person, Reply
from bot.core.commands import NOTHING, Group, Intent, Who
from bot.core.context import Act, Context
from bot.core.handlers import pressed, said
from bot.features.asking.answer import FoundCase
from bot.features.asking.excerpts import excerpts
from bot.features.cases import late_answer_replies
from bot.i18n import LANGUAGES, Words, later, words
from bot.jobs import PeriodicJob
from bot.messaging import outbox
from bot.storage.database import Database
from bot.storage.index_refresh import IndexRefresh
from knowledge.cases import cases, late_answers
from knowledge.cases.late_answers import Pass
from knowledge.cases.views import CaseView
from knowledge.database.keys import key_of
from knowledge.members import accounts, members
from knowledge.messaging import cancellation, deliveries
from knowledge.questions import questions
from knowledge.questions.views import QuestionView
from knowledge.search.documents import Query
from knowledge.search.index import Library
from knowledge.search.search import strong_among
from knowledge.vocabulary import CaseState, Confidence, MemberStatus, QuestionState

log = structlog.get_logger()

LOOKING_BACK = timedelta(days=365)
BATCH = 16
"""Questions held against new cases between two units of work."""
ENCODED = 4
"""Questions encoded at once: somebody who asks meanwhile waits for so many at most."""
SHOWN = 3
"""Cases kept for one question in one pass; its asker is written to about the surest."""
MOST, WITHIN = 3, timedelta(days=7)
"""Messages of this kind to one person, in so long a time."""
TOLD = (MemberStatus.ACTIVE, MemberStatus.UNVERIFIED)


@dataclass(frozen=True, slots=True)
class _Hit:
    """A question that cases answer now, the surest first."""

    question: QuestionView
    cases: tuple[FoundCase, ...]


class LateAnswers:
    """Holds old questions against cases that changed, batch by batch, and writes to askers."""

    def __init__(
        self,
        *,
        database: Database,
        library: Library,
        index_refresh: IndexRefresh,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._library = library
        self._index_refresh = index_refresh
        self._clock = clock
        self.jobs = (PeriodicJob("news for askers", timedelta(minutes=1), self.look),)

    @said(
        "news",
        Group.MEMBERSHIP,
        later("whether I write to you by myself"),
        NOTHING,
        r"(?P<object>on|off)",
        examples="news\nnews off",
    )
    async def news(self, context: Context, intent: Intent) -> Reply:
        """`news`, `news off`, `news on`."""
        if intent.object:
            return await self._switched(context, intent.object.casefold() == "on")
        member, key = context.member, context.person.key
        off = await self._database.read(
            lambda session: late_answers.is_off(session, member.id if member else None, [key])
        )
        return late_answer_replies.standing(context.say, on=not off)

    @pressed("news.off", "news.on", who=Who.EVERYONE)
    async def switch(self, context: Context, act: Act) -> Reply:
        """The button under such a message, and the way back."""
        return await self._switched(context, act.action == "news.on")

    async def look(self) -> int:
        """Go on where the last process stopped, until nothing is left; returns how many were told.

        What a batch found is written in the unit that moves the cursor on, so that a crash loses
        nothing, and of n processes one writes.
        """
        told = 0
        while (found := await self._begun()) is not None:
            written = await self._batch(found)
            if written is None:
                break
            told += written
        return told

    async def _begun(self) -> Pass | None:
        """The pass to go on with, a new one if something changed; None when all is done."""

        def find(session: Session) -> tuple[Pass, int]:
            return late_answers.cursor(session), late_answers.newest_change(session)

        seen, newest = await self._database.read(find)
        if not seen.complete:
            return seen
        if newest <= seen.target:
            return None
        fresh = Pass(seen.done, newest, 0)
        await self._database.write(lambda session: late_answers.move_on(session, seen, fresh))
        return await self._database.read(late_answers.cursor)

    async def _batch(self, seen: Pass) -> int | None:
        """Hold some questions against the cases; None when the library is not that far yet."""
        since = self._clock() - LOOKING_BACK

        def find(session: Session) -> tuple[list[CaseView], list[QuestionView]]:
            changed = cases.get_many(session, sorted(late_answers.changed_cases(session, seen)))
            published = [case for case in changed if case.state is CaseState.PUBLISHED]
            if not published:
                return [], []
            return published, late_answers.unanswered(session, seen.after, since, BATCH)

        published, asked = await self._database.read(find)
        hits: list[_Hit] = []
        if asked:
            await self._index_refresh.up_to(seen.target)
            if self._library.snapshot.seq < seen.target:
                return None
            hits = await self._hits(published, asked)
        after = Pass(seen.done, seen.target, asked[-1].id if asked else 0)
        if len(asked) < BATCH:
            after = Pass(seen.target, seen.target, 0)
        at = self._clock()

        def write(session: Session) -> int:
            if not late_answers.move_on(session, seen, after):
                return 0
            return sum(_tell(session, hit, at) for hit in hits)

        return await self._database.write(write)

    async def _hits(
        self, published: Sequence[CaseView], asked: Sequence[QuestionView]
    ) -> list[_Hit]:
        by_number = {case.id: case for case in published}
        found: list[_Hit] = []
        for start in range(0, len(asked), ENCODED):
            part = asked[start : start + ENCODED]
            encoding = [
                asyncio.wrap_future(self._library.encode_question(question.text))
                for question in part
            ]
            for question, vector in zip(part, await asyncio.gather(*encoding), strict=True):
                query = self._library.query(question.text, question.language, vector)
                hit = await asyncio.to_thread(self._judged, question, query, by_number)
                if hit.cases:
                    found.append(hit)
        return found

    def _judged(
        self, question: QuestionView, query: Query, published: Mapping[int, CaseView]
    ) -> _Hit:
        """The cases that answer one question strongly; nobody is told of a case of their own."""
        ranked = strong_among(
            self._library.snapshot.cases, query, published, model=self._library.model_id
        )
        own = question.asker_id
        kept = [each for each in ranked if own is None or published[each.id].author_id != own]
        kept = kept[:SHOWN]
        views = [published[each.id] for each in kept]
        quoted = excerpts(self._library, query.text, query.vector, views)
        return _Hit(
            question,
            tuple(
                FoundCase(view, each.score, Confidence.STRONG, excerpt)
                for view, each, excerpt in zip(views, kept, quoted, strict=True)
            ),
        )

    async def _switched(self, context: Context, on: bool) -> Reply:
        member, key, at = context.member, context.person.key, self._clock()
        number = member.id if member is not None else None

        def write(session: Session) -> None:
            if number is not None and members.get(session, number) is None:
                return
            late_answers.switch(session, late_answers.name_of(number, key), on, at)
            if not on:
                own = outbox.keys_of(session, number) if number is not None else [key]
                cancellation.drop_unsolicited(session, own)

        await self._database.write(write)
        return late_answer_replies.switched(context.say, on=on)


def _tell(session: Session, hit: _Hit, at: datetime) -> bool:
    """Keep what answers a question now, and write to its asker if they may be written to."""
    question = _still_open(session, hit.question.id)
    if question is None:
        return False
    numbers = [found.case.id for found in hit.cases]
    views = {view.id: view for view in cases.get_many(session, numbers)}
    held = [
        replace(found, case=views[found.case.id])
        for found in hit.cases
        if found.case.id in views and views[found.case.id].state is CaseState.PUBLISHED
    ]
    key = ""
    if held and not late_answers.told(session, question.id):
        key = _written(session, question, held[0], at)
    for place, found in enumerate(held):
        late_answers.put(session, question.id, found.case.id, at, key if place == 0 else "")
    return bool(key)


def _written(session: Session, question: QuestionView, found: FoundCase, at: datetime) -> str:
    """Write the message; returns its key, or "" for somebody who must not be written to."""
    person, say = _asker(session, question, at)
    if person is None or late_answers.is_off(session, question.asker_id, [question.account_key]):
        return ""
    since = at - WITHIN
    if late_answers.told_lately(session, question.asker_id, question.account_key, since) >= MOST:
        return ""
    key = key_of("news", str(question.id), str(found.case.id))
    reply = late_answer_replies.told(say, question, found, at)
    draft = outbox.message(key, outbox.direct(person), reply, person, unsolicited=True)
    return key if deliveries.write(session, [draft], at) else ""


def _asker(session: Session, question: QuestionView, at: datetime) -> tuple[Person | None, Words]:
    """The account to write to, and the words that its owner reads; None for nobody."""
    nobody = words(None)
    if question.asker_id is not None:
        member = members.get(session, question.asker_id)
        account = outbox.reachable(session, question.asker_id)
        if member is None or account is None:
            return None, nobody
        if member.status not in TOLD or member.snoozed(at):
            return None, nobody
        person = Person(account.platform, account.workspace, account.user_id, account.name)
        return person, words(account.language or account.locale)
    platform, workspace, user_id = accounts.parts(question.account_key)
    if not user_id or platform == outbox.TERMINAL:
        return None, nobody
    language = question.language if question.language in LANGUAGES else None
    return Person(platform, workspace, user_id, ""), words(language)


def _still_open(session: Session, number: int) -> QuestionView | None:
    question = questions.get(session, number)
    if question is None or question.state is not QuestionState.OPEN:
        return None
    return question
