"""A question to cases, experts, or an honest "not in this library yet"."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.contract import Argument, ArgumentKind, Audience, PlaceKind, Reply, Submitted
from bot.core.commands import NOTHING, PHRASE, QUESTION_LIMIT, Group, Intent, Who
from bot.core.context import Act, Context
from bot.core.errors import UserFacingError
from bot.core.forms import beside
from bot.core.handlers import pressed, said
from bot.features.asking import replies
from bot.features.asking.answer import Answer, FoundCase, FoundExpert
from bot.features.asking.excerpts import excerpts
from bot.features.asking.filters import filters_from
from bot.features.asking.next_steps import WaysOn, ways_on
from bot.features.asking.reasons import differences, kept, reasons
from bot.features.asking.replies import QuestionForm
from bot.i18n import later
from bot.messaging import serialization
from bot.storage.database import Database
from bot.storage.index_refresh import IndexRefresh
from knowledge.cases import cases
from knowledge.cases.views import CaseView
from knowledge.introductions import eligibility
from knowledge.lifecycle.personal_data import subject
from knowledge.members import audit, members
from knowledge.members.anonymity import Census, display
from knowledge.members.views import MemberView
from knowledge.questions import questions, ratings
from knowledge.search import expert_ranking
from knowledge.search.documents import Filters, Query
from knowledge.search.expert_ranking import RankedExpert
from knowledge.search.index import Library, Snapshot
from knowledge.search.rating_prior import priors
from knowledge.search.search import RankedCase, Words, find_cases
from knowledge.text import passages
from knowledge.text.languages import detect
from knowledge.vocabulary import (
    AskerShown,
    CaseState,
    Confidence,
    MemberStatus,
    Purpose,
    Visibility,
)

CASES_SHOWN = 3
EXPERTS_SHOWN = 3
EXPERTS_BESIDE_CASES = 2
"""One screen holds three cases and two people."""
ROTATION_WINDOW = timedelta(days=7)
HOUR = timedelta(hours=1)
NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Request:
    """A question as somebody put it, and who may know that they did."""

    text: str
    account_key: str
    asker: MemberView | None = None
    hint: str = ""
    """The language that the asker reads, for texts too short to tell."""
    filters: Filters = NO_FILTERS
    visibility: Visibility = Visibility.PRIVATE
    sees_people: bool = False
    counted: bool = False
    """Whether the question counts towards what one person may ask in an hour."""
    people_only: bool = False
    """Whether only people are wanted, and no cases."""
    event_id: str = ""
    """The act that asks, where there is one."""
    place: str = ""
    """Where it is asked, as it is stored."""
    shown_as: AskerShown | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What the library in memory says, before the store is asked for the words."""

    query: Query
    cases: tuple[RankedCase, ...]
    experts: tuple[RankedExpert, ...]

    @property
    def best(self) -> tuple[Confidence, float]:
        surest = max(self.cases, key=lambda case: case.score, default=None)
        return (Confidence.NONE, 0.0) if surest is None else (surest.strength, surest.score)


@dataclass(frozen=True, slots=True)
class _Read:
    """The words of a question as a library reads them, while its meaning is still encoded."""

    snapshot: Snapshot
    cases: Words
    people: Words | None


@dataclass(frozen=True, slots=True)
class _Voted:
    """What readers' votes change in the order of cases, as of one standing of the votes."""

    standing: ratings.Standing = ratings.NO_VOTES
    priors: Mapping[int, float] = field(default_factory=dict)


class Asking:
    """Answers questions from the library in memory and keeps what was asked."""

    def __init__(
        self,
        *,
        database: Database,
        library: Library,
        index_refresh: IndexRefresh,
        cross_community_weight: float,
        questions_per_hour: int,
        clock: Callable[[], datetime],
        trusted: Collection[str] = (),
    ) -> None:
        """`trusted`: account keys of stewards in the settings."""
        self._trusted = trusted
        self._database = database
        self._library = library
        self._index_refresh = index_refresh
        self._weight = cross_community_weight
        self._per_hour = questions_per_hour
        self._clock = clock
        self._counted = (-1, Census(()))
        self._voted = _Voted()
        self._searcher = ThreadPoolExecutor(1, thread_name_prefix="search")

    @said(
        "ask",
        Group.CASES,
        later("ask in your own words; you need not write the word ask"),
        r"(?P<text>.*)",
        words=("preguntar", "demander"),
        examples=(
            "How do cities share sensor data with the statistics office? topic:interoperability"
        ),
        label=later("ask"),
        arguments=(
            Argument("question", later("question"), later("Your question, in your own words")),
            Argument(
                "topic",
                later("topic"),
                later("Only cases on this topic"),
                option="topic",
                completed=True,
            ),
            Argument(
                "public",
                later("public"),
                later("Answer so that everybody in this channel can read it"),
                ArgumentKind.SWITCH,
            ),
        ),
    )
    async def ask(self, context: Context, intent: Intent) -> Reply:
        """`ask ...`, or any text that is no command; nothing said opens the form."""
        if not intent.text and not intent.options:
            return replies.asking(context.say)
        public = context.overheard if intent.public is None else intent.public
        # What is said in a closed room is answered there, and no further.
        open_to_all = public and not (context.overheard and context.place.private)
        visibility = Visibility.PUBLIC if open_to_all else Visibility.PRIVATE
        request = _request(context, intent, visibility)
        # A channel is read by people who are not approved: it gets published cases only.
        request = replace(
            request,
            sees_people=request.sees_people and not public,
            shown_as=_shown_as(context) if public else None,
        )
        found = await self.answer(request)
        found = replace(found, suggestion=intent.suggestion, in_public=public)
        reply = replies.answer(context.say, found, self._clock(), restated=context.in_place)
        if request.shown_as is AskerShown.NAMED and context.in_place:
            reply = replies.asked_by(context.say, reply, context.person.name)
        return reply if not public else _public(reply)

    @pressed("ask.form", who=Who.EVERYONE)
    async def ask_form(self, context: Context, act: Act) -> Reply:
        """The form of a question, sent; without a question it comes back."""
        form = replies.form(context.say)
        if not isinstance(act, Submitted):
            return replies.asking(context.say)
        with beside("question", form, act.values):
            told = QuestionForm.read(act.values, form)
        options = {"topic": told.topic.value} if told.topic else {}
        return await self.ask(context, Intent("ask", text=told.question, options=options))

    @said(
        "expert",
        Group.PEOPLE,
        later("find people who agreed to be asked"),
        NOTHING,
        PHRASE,
        words=("experto", "experta", "experte"),
        examples=f"expert {replies.EXAMPLE}",
        label=later("expert"),
        arguments=(Argument("topic", later("subject"), later("What they should know about")),),
    )
    async def expert(self, context: Context, intent: Intent) -> Reply:
        """`expert ...`: people only."""
        if not intent.text:
            return replies.whom(context.say)
        request = _request(context, intent, Visibility.PRIVATE)
        found = await self.answer(replace(request, people_only=True))
        return replies.experts(context.say, found)

    async def answer(self, request: Request) -> Answer:
        """Cases and experts for a question, kept with its matches.

        Raises UserFacingError `empty_question` or `question_too_long`.
        """
        text = request.text.strip()
        if not any(char.isalnum() for char in text):
            raise UserFacingError("empty_question")
        if len(text) > QUESTION_LIMIT:
            raise UserFacingError("question_too_long", limit=QUESTION_LIMIT)
        encoding = asyncio.wrap_future(self._library.encode_question(text))
        since = self._clock() - ROTATION_WINDOW

        def look(session: Session) -> tuple[int, dict[int, int], _Voted]:
            self._refuse_too_many(session, request)
            shown = questions.times_shown(session, since)
            return passages.last_change(session), shown, _voted(session, self._voted)

        newest, shown, self._voted = await self._database.read(look)
        await self._index_refresh.up_to(newest)
        language = detect(text, request.hint)
        loop = asyncio.get_running_loop()
        read = await loop.run_in_executor(self._searcher, self._read, request, text, language)
        query = self._library.query(text, language, await encoding)
        found = await loop.run_in_executor(
            self._searcher, self._look_up, query, read, request, shown
        )
        found, views, number, ways = await self._database.write(
            lambda session: self._keep(session, request, found)
        )
        excerpted = await loop.run_in_executor(self._searcher, self._quote, found, views)
        confidence, score = found.best
        return Answer(
            question_id=number,
            text=text,
            language=query.language,
            confidence=confidence,
            score=score,
            cases=excerpted,
            experts=self._introduce(found.experts),
            differences=differences(request.asker, views[:1]),
            can_hand_over=ways.person,
            can_seek=ways.stewards,
            can_post=ways.community,
            sees_people=request.sees_people,
        )

    def _refuse_too_many(self, session: Session, request: Request) -> None:
        """Refuse once the last hour is full, saying when the oldest question leaves it.

        Asked before a question is encoded, and once more in the unit that keeps it: several may
        come at once.
        """
        if not self._per_hour or not request.counted:
            return
        since = self._clock() - HOUR
        recent = questions.asked_since(session, request.account_key, since, self._per_hour)
        if len(recent) >= self._per_hour:
            left = min(recent) + HOUR - self._clock()
            minutes = max(1, -(-int(left.total_seconds()) // 60))
            raise UserFacingError("too_many_questions", limit=self._per_hour, minutes=minutes)

    def close(self) -> None:
        """Finish what is in hand."""
        self._searcher.shutdown()

    def _read(self, request: Request, text: str, language: str) -> _Read:
        snapshot = self._library.snapshot
        people = snapshot.evidence.words(text, language) if request.sees_people else None
        return _Read(snapshot, snapshot.cases.words(text, language), people)

    def _look_up(
        self, query: Query, read: _Read, request: Request, shown: Mapping[int, int]
    ) -> _Found:
        snapshot = read.snapshot
        model = self._library.model_id
        ranked: list[RankedCase] = []
        if not request.people_only:
            ranked = find_cases(
                snapshot.cases,
                query,
                request.filters,
                model=model,
                limit=CASES_SHOWN,
                words=read.cases,
                priors=self._voted.priors,
            )
        people: list[RankedExpert] = []
        if request.sees_people:
            people = expert_ranking.rank(
                snapshot,
                query,
                model=model,
                asker=request.asker,
                cross_community_weight=self._weight,
                times_shown=shown,
                limit=EXPERTS_BESIDE_CASES if ranked else EXPERTS_SHOWN,
                on_topic=request.people_only or bool(ranked),
                now=self._clock(),
                words=read.people,
            )
        return _Found(query, tuple(ranked), tuple(people))

    def _keep(
        self, session: Session, request: Request, found: _Found
    ) -> tuple[_Found, list[CaseView], int, WaysOn]:
        self._refuse_too_many(session, request)
        found, views = _still_true(session, found, self._clock())
        confidence, score = found.best
        number = questions.keep(
            session,
            questions.Asked(
                text=found.query.text,
                language=found.query.language,
                asker_id=request.asker.id if request.asker else None,
                account_key=request.account_key,
                people_only=request.people_only,
                visibility=request.visibility,
                confidence=confidence,
                score=score,
                at=self._clock(),
                event_id=request.event_id,
                place=request.place,
                shown_as=request.shown_as,
            ),
            model_id=self._library.model_id,
            cases=[(case.id, case.score) for case in found.cases],
            experts=[(expert.member.id, expert.score) for expert in found.experts],
            reasons={
                expert.member.id: [kept(why) for why in reasons(expert, own=True)]
                for expert in found.experts
            },
        )
        if request.shown_as is AskerShown.HIDDEN and request.asker is not None:
            # Who stands for words without a name is found by stewards.
            _note_author(session, request.asker.id, number)
        # Whoever looked for people and found some has somebody to ask.
        offered = any(not expert.nearest for expert in found.experts)
        helped = confidence is Confidence.STRONG or (request.people_only and offered)
        ways = ways_on(
            session,
            request.asker,
            number,
            self._clock(),
            experts=bool(found.experts),
            helped=helped,
            trusted=self._trusted,
        )
        return found, views, number, ways

    def _quote(self, found: _Found, views: list[CaseView]) -> tuple[FoundCase, ...]:
        ranked = {case.id: case for case in found.cases}
        quoted = excerpts(self._library, found.query.text, found.query.vector, views)
        return tuple(
            FoundCase(view, ranked[view.id].score, ranked[view.id].strength, excerpt)
            for view, excerpt in zip(views, quoted, strict=True)
        )

    def _census(self) -> Census:
        snapshot = self._library.snapshot
        if self._counted[0] != snapshot.seq:
            self._counted = (snapshot.seq, Census(snapshot.members.values()))
        return self._counted[1]

    def _introduce(self, ranked: tuple[RankedExpert, ...]) -> tuple[FoundExpert, ...]:
        census = self._census()
        shown = {expert.member.id: display(expert.member, census) for expert in ranked}
        return tuple(
            FoundExpert(
                member_id=expert.member.id,
                shown_as=shown[expert.member.id],
                community=shown[expert.member.id].community,
                organisation=expert.member.organisation
                if expert.member.agreed(Purpose.BE_NAMED)
                else "",
                score=expert.score,
                reasons=reasons(expert, community=shown[expert.member.id].community),
                nearest=expert.nearest,
            )
            for expert in ranked
        )


def _voted(session: Session, known: _Voted) -> _Voted:
    """The same until somebody votes or a vote goes."""
    standing = ratings.standing(session)
    if standing == known.standing:
        return known
    return _Voted(standing, priors(ratings.by_case(session)))


def _still_true(session: Session, found: _Found, at: datetime) -> tuple[_Found, list[CaseView]]:
    """What may be shown at this moment: the library in memory lags during a large import.

    A case that was retired and a member who withdrew since are left out.
    """
    views = cases.get_many(session, [case.id for case in found.cases]) if found.cases else []
    views = [view for view in views if view.state is CaseState.PUBLISHED]
    shown = {view.id for view in views}
    numbers = [expert.member.id for expert in found.experts]
    now = {who.id: who for who in members.get_many(session, numbers)} if numbers else {}
    asked = (
        replace(expert, member=now[expert.member.id])
        for expert in found.experts
        if expert.member.id in now and eligibility.may_be_asked(now[expert.member.id], at)
    )
    people = tuple(expert for expert in asked if reasons(expert))
    held = tuple(case for case in found.cases if case.id in shown)
    return replace(found, cases=held, experts=people), views


def _shown_as(context: Context) -> AskerShown | None:
    """How a public question shows its asker: whoever asked in a room wrote there by name.

    Without a name the bot speaks for approved members alone: whoever else it is stands for it.
    """
    if context.overheard:
        return AskerShown.NAMED
    if context.place.kind is PlaceKind.DIRECT:
        return None
    return AskerShown.HIDDEN if _approved(context) else AskerShown.NAMED


def _approved(context: Context) -> bool:
    return context.member is not None and context.member.status is MemberStatus.ACTIVE


def _request(context: Context, intent: Intent, visibility: Visibility) -> Request:
    return Request(
        text=intent.text,
        account_key=context.person.key,
        asker=context.member,
        hint=context.say.language,
        filters=filters_from(intent.options),
        visibility=visibility,
        sees_people=_approved(context) or context.steward,
        counted=not context.steward,
        event_id=context.event_id,
        place=serialization.place_to_json(context.place),
    )


def _note_author(session: Session, member_id: int, number: int) -> None:
    about = f"question:{number}"
    if not audit.about(session, about):  # a question of one act is kept once, however often it runs
        audit.record(session, subject(member_id), "question.shared", about, AskerShown.HIDDEN)


def _public(reply: Reply) -> Reply:
    return replace(reply, audience=Audience.CHANNEL, thread=True)
