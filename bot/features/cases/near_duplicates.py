"""Cases that say nearly the same, kept up to date with the library."""

import asyncio
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from bot.storage.database import Database
from knowledge.cases import cases
from knowledge.cases.tables import CaseSnippet
from knowledge.cases.views import CaseDraft, CaseView
from knowledge.text import passages
from knowledge.text.near_duplicates import Fingerprints
from knowledge.vocabulary import CaseState

ALIKE = 0.8
_GONE = (CaseState.REJECTED, CaseState.RETIRED)


class NearDuplicates:
    """Finds near duplicates among drafts and published cases; reads only what changed."""

    def __init__(self, *, database: Database) -> None:
        self._database = database
        self._held = Fingerprints()
        self._seq = 0
        self._turn = asyncio.Lock()

    async def like(self, drafts: Sequence[CaseDraft | CaseView]) -> list[list[tuple[int, float]]]:
        """For each text (number, similarity in [ALIKE, 1]) of the cases like it, nearest first."""
        async with self._turn:
            seq, changed = await self._database.read(self._news)
            await asyncio.to_thread(self._take_in, changed)
            self._seq = seq
            return await asyncio.to_thread(
                lambda: [self._held.similar(_text(draft), ALIKE) for draft in drafts]
            )

    def _news(self, session: Session) -> tuple[int, dict[int, str | None]]:
        """The newest change, and the text of each case changed since; None for one to forget."""
        seq = passages.last_change(session)
        if not self._seq:
            numbers = _known(session.scalars(select(col(CaseSnippet.id))))
        else:
            numbers = sorted(passages.changes_since(session, self._seq)[0])
        texts: dict[int, str | None] = dict.fromkeys(_known(numbers))
        for start in range(0, len(numbers), 500):
            part = _known(numbers[start : start + 500])
            for view in cases.get_many(session, part):
                if view.state not in _GONE:
                    texts[view.id] = _text(view)
        return seq, texts

    def _take_in(self, changed: dict[int, str | None]) -> None:
        for number, text in changed.items():
            if text is None:
                self._held.forget(number)
            else:
                self._held.add(number, text)


def _known(numbers: Iterable[int | None]) -> list[int]:
    return [number for number in numbers if number is not None]


def _text(case: CaseDraft | CaseView) -> str:
    return f"{case.title}\n{case.text}"
