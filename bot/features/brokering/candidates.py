"""Who is nearest to a question and can be asked now."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.features.asking.reasons import kept, reasons
from bot.storage.database import Database
from bot.storage.index_refresh import IndexRefresh
from knowledge.introductions import eligibility
from knowledge.introductions.eligibility import Candidate
from knowledge.members import members
from knowledge.search import expert_ranking
from knowledge.search.expert_ranking import JUDGED, RankedExpert
from knowledge.search.index import Library
from knowledge.text import passages
from knowledge.text.languages import detect
from knowledge.text.vectors import Floats

SHOWN = 5


class Nearest:
    """Ranks who agreed to be asked, for eyes that propose and not for those that ask."""

    def __init__(
        self, *, database: Database, library: Library, index_refresh: IndexRefresh
    ) -> None:
        self._database = database
        self._library = library
        self._index_refresh = index_refresh

    async def to(self, text: str, at: datetime) -> Sequence[RankedExpert]:
        """The nearest to a wording, best first, whether or not they can be asked now."""
        encoding = asyncio.wrap_future(self._library.encode_question(text))
        await self._index_refresh.up_to(await self._database.read(passages.last_change))
        vector = await encoding
        return await asyncio.to_thread(self._rank, text, vector, at)

    def _rank(self, text: str, vector: Floats, at: datetime) -> Sequence[RankedExpert]:
        language, snapshot = detect(text, ""), self._library.snapshot
        return expert_ranking.rank(
            snapshot,
            self._library.query(text, language, vector),
            model=self._library.model_id,
            asker=None,
            cross_community_weight=1.0,
            times_shown={},
            limit=JUDGED,
            on_topic=True,
            now=at,
            words=snapshot.evidence.words(text, language),
        )


def can_be_asked(
    session: Session, number: int, asker_id: int, ranked: Sequence[RankedExpert], at: datetime
) -> list[Candidate]:
    """Those of a ranking who can be asked about a question at this moment, SHOWN at most."""
    found: list[Candidate] = []
    now = {one.id: one for one in members.get_many(session, [each.member.id for each in ranked])}
    for each in ranked:
        member = now.get(each.member.id)
        one = member and eligibility.one_candidate(session, number, asker_id, member, at)
        if one and len(found) < SHOWN:
            why = tuple(kept(reason) for reason in reasons(each, own=True))
            found.append(Candidate(one.member, each.score, one.load, why))
    return found
