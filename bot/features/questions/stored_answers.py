"""An answer that was given before, from what was stored of it."""

import asyncio

from sqlmodel import Session

from bot.features.asking.answer import Answer, FoundCase
from bot.features.asking.excerpts import excerpts
from bot.storage.database import Database
from knowledge.cases import cases
from knowledge.cases.views import CaseView
from knowledge.questions import questions
from knowledge.questions.questions import FoundThen
from knowledge.questions.views import QuestionView
from knowledge.search.confidence import calibration
from knowledge.search.index import Library
from knowledge.vocabulary import CaseState, Confidence


class StoredAnswers:
    """Reads an answer back: its cases as they are now, as sure as they were then; no people."""

    def __init__(self, *, database: Database, library: Library) -> None:
        self._database = database
        self._library = library

    async def cases_of(self, question_id: int) -> list[CaseView]:
        """The cases of an answer that are still published, best first."""
        views, _ = await self._database.read(lambda session: still_published(session, question_id))
        return views

    async def recall(self, question: QuestionView) -> Answer:
        """The answer to a question as others may read it along."""
        views, then = await self._database.read(lambda s: still_published(s, question.id))
        vector = await asyncio.wrap_future(self._library.encode_question(question.text))
        loop = asyncio.get_running_loop()
        quoted = await loop.run_in_executor(
            None, excerpts, self._library, question.text, vector, views
        )
        return Answer(
            question_id=question.id,
            text=question.text,
            language=question.language,
            confidence=question.confidence,
            score=question.score,
            cases=tuple(
                FoundCase(view, then[view.id].score, _strength(then[view.id]), excerpt)
                for view, excerpt in zip(views, quoted, strict=True)
            ),
            in_public=True,
        )


def still_published(
    session: Session, question_id: int
) -> tuple[list[CaseView], dict[int, FoundThen]]:
    """(cases of an answer that are published now, what was stored of each by its number)."""
    then = {found.case_id: found for found in questions.found_then(session, question_id)}
    views = cases.get_many(session, list(then)) if then else []
    return [view for view in views if view.state is CaseState.PUBLISHED], then


def _strength(then: FoundThen) -> Confidence:
    """What was shown was related at least, beside a case that was."""
    strength = calibration(then.model_id).strength(then.score)
    return Confidence.RELATED if strength is Confidence.NONE else strength
