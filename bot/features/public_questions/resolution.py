"""A posted question is solved, closed or taken down; its posts say so."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.contract import Reply
from bot.core.context import Caller
from bot.core.errors import UserFacingError
from bot.features.public_questions import replies as wording
from bot.features.public_questions import thread_answer_replies as answering
from bot.features.public_questions.post_view import draw
from bot.features.public_questions.posting import own
from bot.messaging import outbox
from bot.storage.database import Units
from knowledge.members import accounts, audit, members
from knowledge.public_questions import posts as community
from knowledge.public_questions import thread_answers as public_answers
from knowledge.public_questions.thread_answers import AnswerView
from knowledge.questions import questions
from knowledge.vocabulary import MemberStatus, PostState, QuestionState

AT_ONCE = 50


class Settling:
    """Each step is one unit that takes the question from the state it must be in."""

    def __init__(self, *, units: Units, clock: Callable[[], datetime]) -> None:
        self._units = units
        self._clock = clock

    async def solved_by(self, caller: Caller, number: int) -> Reply:
        """Mark an answer as the solution; for whoever asked, and for stewards."""

        def write(session: Session) -> Reply:
            answer = public_answers.get(session, number)
            found = community.get(session, answer.question_id) if answer else None
            if answer is None or found is None or not (_asked(caller, found) or caller.steward):
                raise UserFacingError("answer_not_found", number=number)
            if not self._solve(session, caller, found.id, answer):
                return wording.marked_before(caller.say, found.id)
            if not _asked(caller, found):
                return wording.marked(caller.say)
            return wording.solved(caller.say, found.id)

        return await self._units.write(write)

    async def from_the_thread(
        self, caller: Caller, number: int, answer: AnswerView | None
    ) -> Reply | None:
        """The word below a post, by whoever asked or a steward; nothing to anybody else."""
        trusted = caller.steward and (caller.person.admin or not caller.place.guarded)

        def write(session: Session) -> Reply | None:
            found = community.get(session, number)
            if found is None or not (_asked(caller, found) or trusted):
                return None
            if not self._solve(session, caller, number, answer):
                return None
            return wording.marked(caller.say)

        return await self._units.write(write)

    async def close(self, caller: Caller, number: int) -> Reply:
        """No more answers; whoever asked has enough."""
        at = self._clock()

        def write(session: Session) -> Reply:
            own(session, caller, number)
            if not community.close(session, number, at):
                return wording.over(caller.say, number)
            self._draw(session, number)
            return wording.closed(caller.say, number)

        return await self._units.write(write)

    async def withdraw(self, caller: Caller, number: int) -> Reply:
        """Take the posts down; the question itself stays."""

        def write(session: Session) -> Reply:
            own(session, caller, number)
            if not community.withdraw(session, number):
                return wording.over(caller.say, number)
            return wording.withdrawn(caller.say, number)

        return await self._units.write(write)

    async def look(self) -> int:
        """Draw the posts of questions that were answered elsewhere; returns how many."""

        def write(session: Session) -> int:
            found = community.to_draw(session, AT_ONCE)
            for each in found:
                draw(session, each, self._clock())
            return len(found)

        if not await self._units.read(lambda session: community.to_draw(session, 1)):
            return 0
        return await self._units.write(write)

    def _solve(
        self, session: Session, caller: Caller, number: int, answer: AnswerView | None
    ) -> bool:
        at = self._clock()
        if not community.solve(session, number, answer.id if answer else None, at):
            return False
        question, found = questions.get(session, number), community.get(session, number)
        if question is not None and question.state is QuestionState.OPEN:
            questions.set_state(session, number, QuestionState.SOLVED)
        self._draw(session, number)
        if found is not None and not _asked(caller, found):
            audit.record(session, caller.actor, "question.solved", f"question:{number}")
            asker = members.get(session, found.asker_id)
            if asker is not None:
                cause = ("posted question", "solved", str(number))
                outbox.tell(
                    session, asker, cause, lambda say: wording.solved_by_steward(say, number), at
                )
        if answer is not None:
            _thank(session, answer, at)
        return True

    def _draw(self, session: Session, number: int) -> None:
        found = community.get(session, number)
        if found is not None and found.state is not PostState.WITHDRAWN:
            draw(session, found, self._clock())


def _asked(caller: Caller, found: community.PostedView) -> bool:
    return caller.member is not None and caller.member.id == found.asker_id


def _thank(session: Session, answer: AnswerView, at: datetime) -> None:
    """A member whose answer solved it is told, and may make a case of it."""
    member = members.by_account(session, *accounts.parts(answer.account_key))
    if member is not None and member.status is MemberStatus.ACTIVE:
        cause = ("public answer", "solved", str(answer.id))
        outbox.tell(session, member, cause, lambda say: answering.to_the_author(say, answer), at)
