"""A posted question is solved, closed or taken down; its posts say so."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.contract import Reply
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.features.public_questions import replies, thread_answer_replies
from bot.features.public_questions.post_view import draw
from bot.features.public_questions.posting import own
from bot.messaging import outbox
from bot.storage.database import Database
from knowledge.lifecycle import questions as lifecycle_questions
from knowledge.members import accounts, audit, members
from knowledge.public_questions import posts
from knowledge.questions import questions
from knowledge.threads import thread_answers
from knowledge.threads.thread_answers import AnswerView, PostKind
from knowledge.vocabulary import MemberStatus, PostState, QuestionState

AT_ONCE = 50


class Resolution:
    """Each step is one unit that takes the question from the state it must be in."""

    def __init__(self, *, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def solved_by(self, context: Context, number: int) -> Reply:
        """Mark an answer as the solution; for whoever asked, and for stewards."""

        def write(session: Session) -> Reply:
            answer = thread_answers.get(session, PostKind.QUESTION, number)
            found = posts.get(session, answer.post.id) if answer else None
            if answer is None or found is None or not (_asked(context, found) or context.steward):
                raise UserFacingError("answer_not_found", number=number)
            if not self._solve(session, context, found.id, answer):
                return replies.marked_before(context.say, found.id)
            if not _asked(context, found):
                return replies.marked(context.say)
            return replies.solved(context.say, found.id)

        return await self._database.write(write)

    async def from_the_thread(
        self, context: Context, number: int, answer: AnswerView | None
    ) -> Reply | None:
        """The word below a post, by whoever asked or a steward; nothing to anybody else."""
        trusted = context.steward and (context.person.admin or not context.place.guarded)

        def write(session: Session) -> Reply | None:
            found = posts.get(session, number)
            if found is None or not (_asked(context, found) or trusted):
                return None
            if not self._solve(session, context, number, answer):
                return None
            return replies.marked(context.say)

        return await self._database.write(write)

    async def close(self, context: Context, number: int) -> Reply:
        """No more answers; whoever asked has enough."""
        at = self._clock()

        def write(session: Session) -> Reply:
            own(session, context, number)
            if not posts.close(session, number, at):
                return replies.over(context.say, number)
            self._draw(session, number)
            return replies.closed(context.say, number)

        return await self._database.write(write)

    async def withdraw(self, context: Context, number: int) -> Reply:
        """Take the posts down; the question itself stays."""

        def write(session: Session) -> Reply:
            own(session, context, number)
            if not posts.withdraw(session, number):
                return replies.over(context.say, number)
            return replies.withdrawn(context.say, number)

        return await self._database.write(write)

    async def look(self) -> int:
        """Draw the posts of questions that were answered elsewhere; returns how many."""

        def write(session: Session) -> int:
            found = posts.to_draw(session, AT_ONCE)
            for each in found:
                draw(session, each, self._clock())
            return len(found)

        if not await self._database.read(lambda session: posts.to_draw(session, 1)):
            return 0
        return await self._database.write(write)

    def _solve(
        self, session: Session, context: Context, number: int, answer: AnswerView | None
    ) -> bool:
        at = self._clock()
        if not posts.solve(session, number, answer, at):
            return False
        question, found = questions.get(session, number), posts.get(session, number)
        if question is not None and question.state is QuestionState.OPEN:
            lifecycle_questions.set_state(session, number, QuestionState.SOLVED)
        self._draw(session, number)
        if found is not None and not _asked(context, found):
            audit.record(session, context.actor, "question.solved", f"question:{number}")
            asker = members.get(session, found.asker_id)
            if asker is not None:
                cause = ("posted question", "solved", str(number))
                outbox.tell(
                    session, asker, cause, lambda say: replies.solved_by_steward(say, number), at
                )
        if answer is not None:
            _thank(session, answer, at)
        return True

    def _draw(self, session: Session, number: int) -> None:
        found = posts.get(session, number)
        if found is not None and found.state is not PostState.WITHDRAWN:
            draw(session, found, self._clock())


def _asked(context: Context, found: posts.PostedView) -> bool:
    return context.member is not None and context.member.id == found.asker_id


def _thank(session: Session, answer: AnswerView, at: datetime) -> None:
    """A member whose answer solved it is told, and may make a case of it."""
    member = members.by_account(session, *accounts.parts(answer.account_key))
    if member is not None and member.status is MemberStatus.ACTIVE:
        cause = ("public answer", "solved", str(answer.number))
        outbox.tell(
            session, member, cause, lambda say: thread_answer_replies.to_the_author(say, answer), at
        )
