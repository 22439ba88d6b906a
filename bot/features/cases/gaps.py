"""What is asked and not answered, grouped by meaning; and calls for cases about it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlmodel import Session

from bot.contract import Pressed, Reply, Submitted
from bot.core.commands import Group, Intent, Who
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed, said
from bot.core.tokens import number_in
from bot.features.cases import call_replies, gap_replies
from bot.features.cases.forms import CallForCases
from bot.features.cases.gap_replies import Gap
from bot.i18n import later
from bot.storage.database import Database
from bot.storage.index_refresh import IndexRefresh
from knowledge.cases import calls, cases, gaps
from knowledge.cases.calls import CallView
from knowledge.cases.gaps import GapQuestion
from knowledge.members import audit
from knowledge.members.anonymity import FEWEST
from knowledge.search.index import Library, Snapshot
from knowledge.text import folding
from knowledge.text.passages import text_hash
from knowledge.text.vectors import Floats
from knowledge.vocabulary import Community, Confidence, MemberStatus, Topic

MOST = 300
"""The newest questions that are grouped."""
SHOWN = 5
ENCODED = 4
"""Questions encoded at once: somebody who asks meanwhile waits for so many at most."""
REMEMBERED = 2_000
NEIGHBOURS = 5
"""Cases next to a group, whose topics stand for it where two of them share one."""


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Questions of one meaning and their vectors, row by row; `like` is a call that asks for it."""

    questions: Sequence[GapQuestion]
    vectors: Floats
    like: int | None


class Gaps:
    """`gaps` for stewards, `calls` for members. Vectors of questions stay in memory only."""

    def __init__(
        self,
        *,
        database: Database,
        library: Library,
        index_refresh: IndexRefresh,
        clock: Callable[[], datetime],
        telling: str = "",
    ) -> None:
        self._database = database
        self._library = library
        self._index_refresh = index_refresh
        self._clock = clock
        self._telling = telling
        self._vectors: dict[str, Floats] = {}

    @said(
        "gaps",
        Group.STEWARDS,
        later("what members ask and the library does not answer"),
        who=Who.STEWARD,
    )
    async def gaps(self, context: Context, intent: Intent) -> Reply:
        """`gaps`: what the library does not answer, and apart what it answers only nearby."""
        return await self._listed(context, Confidence.NONE, 0)

    @pressed("gaps.show", who=Who.STEWARD)
    async def more(self, context: Context, act: Pressed | Submitted) -> Reply:
        """More of one list; the subject is `none:5` or `related:0`."""
        which, _, offset = act.subject.partition(":")
        line = Confidence.RELATED if which == Confidence.RELATED else Confidence.NONE
        start = number_in(offset)
        return await self._listed(context, line, start)

    @said("calls", Group.CASES, later("what stewards ask members to write about"))
    async def calls(self, context: Context, intent: Intent) -> Reply:
        """`calls`: what stewards ask for, for members."""
        if not context.steward:
            context.admit(Who.MEMBER)
        found = await self._database.read(calls.still_open)
        return call_replies.listed(
            context.say, found, steward=context.steward, telling=self._telling
        )

    @pressed("call.write", who=Who.STEWARD)
    async def write(self, context: Context, act: Pressed | Submitted) -> Reply:
        """Open the form of a call, or keep it; the subject is a list of topics."""
        say = context.say
        topics = [each for each in act.subject.split(",") if each in set(Topic)]
        form = call_replies.form(say, topics)
        if isinstance(act, Pressed):
            return Reply(say("What should members tell about?"), form=form)
        told = CallForCases.read(act.values, form)
        at, actor = self._clock(), context.actor

        def keep(session: Session) -> int:
            number = calls.put(session, told.text, told.topics, at)
            audit.record(session, actor, "call.open", f"call:{number}")
            return number

        return call_replies.opened(say, await self._database.write(keep))

    @pressed("call.close", who=Who.STEWARD)
    async def close(self, context: Context, act: Pressed | Submitted) -> Reply:
        """Close a call. Raises `call_not_found` when somebody was quicker."""
        actor, at = context.actor, self._clock()
        said = act.subject
        number = number_in(said)

        def write(session: Session) -> None:
            if not calls.close(session, number, at):
                raise UserFacingError("call_not_found", number=said)
            audit.record(session, actor, "call.close", f"call:{number}")

        await self._database.write(write)
        return Reply(context.say("Call {number} is closed.", number=number))

    async def _listed(self, context: Context, line: Confidence, offset: int) -> Reply:
        since = self._clock() - gaps.LOOKING_BACK

        def find(session: Session) -> tuple[list[GapQuestion], list[CallView]]:
            return gaps.unanswered(session, since, MOST), calls.still_open(session)

        asked, opened = await self._database.read(find)
        chosen = [question for question in asked if question.confidence is line]
        other = len(asked) - len(chosen)
        snapshot = await self._index_refresh.current()
        groups = await self._groups(chosen, opened)
        reader = f"member:{context.member.id}" if context.member else context.person.key
        shown = [group for group in groups if gaps.may_be_shown(group.questions, reader)]
        part = [
            await self._told(group, reader, snapshot) for group in shown[offset : offset + SHOWN]
        ]
        kept_back = sum(len(group.questions) for group in groups if group not in shown)
        return gap_replies.listed(
            context.say,
            part,
            line=line,
            total=len(shown),
            offset=offset,
            kept_back=kept_back,
            other=bool(other),
        )

    async def _groups(
        self, asked: Sequence[GapQuestion], opened: Sequence[CallView]
    ) -> list[_Group]:
        """Groups of the questions, those that most people asked first."""
        if not asked:
            return []
        texts = [question.text for question in asked] + [call.text for call in opened]
        languages = [question.language for question in asked] + ["und"] * len(opened)
        vectors = await self._encoded(texts, languages)
        count = len(asked)
        grouped = await asyncio.to_thread(gaps.grouped, vectors[:count])
        found = []
        for rows in grouped:
            middle = vectors[rows].mean(axis=0)
            middle /= max(float(np.linalg.norm(middle)), 1e-9)
            near = {opened[at].id: float(vectors[count + at] @ middle) for at in range(len(opened))}
            like = max(near, key=lambda number: near[number], default=None)
            if like is not None and 1 - near[like] > gaps.APART:
                like = None
            members = [asked[row] for row in rows]
            found.append(_Group(members, vectors[rows], like))
        return sorted(found, key=lambda each: -len({one.asker for one in each.questions}))

    async def _told(self, group: _Group, reader: str, snapshot: Snapshot) -> Gap:
        """What a steward may read of a group."""
        public = [row for row, one in enumerate(group.questions) if one.public]
        middle = gaps.middle(group.vectors, public)
        askers = {one.asker: one.community for one in group.questions}
        return Gap(
            askers=len(askers),
            questions=len(group.questions),
            communities=_large_enough(Counter(askers.values()), snapshot),
            topics=await self._topics(group, snapshot),
            words=gaps.words_in_common(group.questions, reader, _unsaid(snapshot)),
            wording=None if middle is None else group.questions[middle].text,
            call=group.like,
        )

    async def _topics(self, group: _Group, snapshot: Snapshot) -> list[str]:
        """Topics that at least two of the nearest cases share, the most frequent first."""
        index = snapshot.cases
        if not len(index):
            return []
        centre = group.vectors.mean(axis=0)
        centre /= max(float(np.linalg.norm(centre)), 1e-9)
        scores = index.vectors.scores(centre.astype(np.float32))
        nearest = [int(index.ids[row]) for row in np.argsort(-scores, kind="stable")[:NEIGHBOURS]]
        views = await self._database.read(lambda session: cases.get_many(session, nearest))
        counted = Counter(topic for view in views for topic in view.topics)
        shared = [topic for topic, count in counted.most_common() if count > 1]
        return shared[:2]

    async def _encoded(self, texts: Sequence[str], languages: Sequence[str]) -> Floats:
        """Unit vectors (n, d) of questions without languages; those of late are remembered."""
        if len(self._vectors) > REMEMBERED:
            self._vectors.clear()
        wanted = {text_hash(text): text for text in texts}
        found = {key: self._vectors[key] for key in wanted if key in self._vectors}
        missing = [(key, text) for key, text in wanted.items() if key not in found]
        for start in range(0, len(missing), ENCODED):
            part = missing[start : start + ENCODED]
            encoding = [
                asyncio.wrap_future(self._library.encode_question(text)) for _, text in part
            ]
            for (key, _), vector in zip(part, await asyncio.gather(*encoding), strict=True):
                found[key] = vector
        self._vectors.update(found)
        return np.stack(
            [
                self._library.query(text, language, found[text_hash(text)]).meaning
                for text, language in zip(texts, languages, strict=True)
            ]
        )


def _large_enough(counted: Counter[Community | None], snapshot: Snapshot) -> dict[Community, int]:
    """Only communities of so many members that none of them is pointed at."""
    sizes = Counter(
        member.community
        for member in snapshot.members.values()
        if member.status is MemberStatus.ACTIVE
    )
    return {
        community: number
        for community, number in sorted(counted.items(), key=lambda item: str(item[0]))
        if community is not None and sizes[community] >= FEWEST
    }


def _unsaid(snapshot: Snapshot) -> frozenset[str]:
    """Words that point at a member: names, organisations and places, folded."""
    said: set[str] = set()
    for member in snapshot.members.values():
        said.update(folding.words(f"{member.name} {member.organisation} {member.place}"))
    return frozenset(said)
