"""A case for each group to begin with, and the topics of what the groups want to learn."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot.storage.database import Database
from bot.storage.index_refresh import IndexRefresh
from knowledge.cases import cases
from knowledge.cases.views import CaseView
from knowledge.members.views import MemberView
from knowledge.search.index import Library, Snapshot
from knowledge.search.search import NO_FILTERS, find_cases
from knowledge.text.languages import detect
from knowledge.text.vectors import Floats
from knowledge.vocabulary import CaseState

TEXTS = 2
"""Needs of one person that are looked up; an offer where they wrote none."""
LOOKED_AT = 10
ENCODED = 4
"""Texts encoded at once: somebody who asks meanwhile waits for so many at most."""

Group = Sequence[MemberView]


@dataclass(frozen=True, slots=True)
class Icebreaker:
    """What a group can begin with; `topics` are those of the cases near what each one wants."""

    case: CaseView | None = None
    topics: frozenset[str] = frozenset()


class Icebreakers:
    """Looks cases up as for a question, and keeps nothing."""

    def __init__(
        self, *, database: Database, library: Library, index_refresh: IndexRefresh
    ) -> None:
        self._database = database
        self._library = library
        self._index_refresh = index_refresh

    async def fitting(self, groups: Sequence[Group]) -> list[Icebreaker]:
        """For each group the case that fits everybody in it best, if there is one.

        It is above the confidence line for what each of them wants to learn. Of such cases one
        from a community that is not everybody's own comes first, then the surest.
        """
        snapshot = await self._index_refresh.current()
        texts = sorted({text for group in groups for each in group for text in _wishes(each)})
        if not texts or not len(snapshot.cases):
            return [Icebreaker() for _ in groups]
        near: dict[str, dict[int, float]] = {}
        for start in range(0, len(texts), ENCODED):
            part = texts[start : start + ENCODED]
            encoding = [asyncio.wrap_future(self._library.encode_question(text)) for text in part]
            vectors = await asyncio.gather(*encoding)
            near.update(await asyncio.to_thread(self._near, snapshot, part, vectors))
        wanted = sorted({number for found in near.values() for number in found})
        views = await self._database.read(lambda session: _published(session, wanted))
        return [_best(group, near, views) for group in groups]

    def _near(
        self, snapshot: Snapshot, texts: Sequence[str], vectors: Sequence[Floats]
    ) -> dict[str, dict[int, float]]:
        return {
            text: {
                found.id: found.score
                for found in find_cases(
                    snapshot.cases,
                    self._library.query(text, detect(text), vector),
                    NO_FILTERS,
                    model=self._library.model_id,
                    limit=LOOKED_AT,
                )
            }
            for text, vector in zip(texts, vectors, strict=True)
        }


def _published(session: Session, numbers: Sequence[int]) -> dict[int, CaseView]:
    found = cases.get_many(session, list(numbers))
    return {each.id: each for each in found if each.state is CaseState.PUBLISHED}


def _best(
    group: Group, near: Mapping[str, Mapping[int, float]], views: Mapping[int, CaseView]
) -> Icebreaker:
    scores = [_scores(each, near, views) for each in group]
    firsts = [max(each, key=lambda number: (each[number], -number)) for each in scores if each]
    topics = frozenset(topic for number in firsts for topic in views[number].topics)
    common = set.intersection(*(set(each) for each in scores)) if scores else set()
    if not common:
        return Icebreaker(topics=topics)

    def rank(number: int) -> tuple[bool, float, int]:
        from_elsewhere = views[number].community not in {None, *_shared_by_all(group)}
        return from_elsewhere, sum(each[number] for each in scores), -number

    return Icebreaker(views[max(common, key=rank)], topics)


def _shared_by_all(group: Group) -> set[object]:
    """The community of everybody in a group, where it is one."""
    found: set[object] = {each.community for each in group}
    return found if len(found) == 1 else set()


def _scores(
    member: MemberView, near: Mapping[str, Mapping[int, float]], views: Mapping[int, CaseView]
) -> dict[int, float]:
    """The cases near what a member wants, each as sure as for the wish that it fits best."""
    found: dict[int, float] = {}
    for text in _wishes(member):
        for number, score in near.get(text, {}).items():
            if number in views:
                found[number] = max(found.get(number, 0.0), score)
    return found


def _wishes(member: MemberView) -> Sequence[str]:
    return (member.needs or member.offers)[:TEXTS]
