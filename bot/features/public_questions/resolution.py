"""A posted question is solved, closed or taken down; its posts say so."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.contract import Reply
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.features.public_questions import replies, thread_answer_replies
from bot.features.public_questions.facts import own
from bot.features.public_questions.next_step import Solution, solution
from bot.features.public_questions.post_view import draw
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
            question = answer.post.id if answer else 0
            done = self._solve(session, context, question, answer, steward=context.steward)
            match done:
                case Solution.NOT_THEIRS:
                    raise UserFacingError("answer_not_found", number=number)
                case Solution.BEFORE:
                    return Reply(
                        context.say(
                            "Question {number} was marked as answered or closed before, so nothing "
                            "was changed.",
                            number=question,
                        )
                    )
                case Solution.BY_STEWARD:
                    return replies.marked(context.say)
                case Solution.BY_ASKER:
                    return replies.solved(context.say, question)

        return await self._database.write(write)

    async def from_the_thread(
        self, context: Context, number: int, answer: AnswerView | None
    ) -> Reply | None:
        """The word below a post, by whoever asked or a steward; nothing to anybody else."""
        trusted = context.steward and (context.person.admin or not context.place.guarded)

        def write(session: Session) -> Reply | None:
            done = self._solve(session, context, number, answer, steward=trusted)
            marked = done in {Solution.BY_ASKER, Solution.BY_STEWARD}
            return replies.marked(context.say) if marked else None

        return await self._database.write(write)

    async def close(self, context: Context, number: int) -> Reply:
        """No more answers; whoever asked has enough."""
        at = self._clock()

        def write(session: Session) -> Reply:
            own(session, context, number)
            if not posts.close(session, number, at) and not _is(session, number, PostState.CLOSED):
                return replies.over(context.say, number)
            self._draw(session, number)
            return Reply(
                context.say(
                    "Question {number} is closed. Its posts say so, and no more answers reach you.",
                    number=number,
                )
            )

        return await self._database.write(write)

    async def withdraw(self, context: Context, number: int) -> Reply:
        """Take the posts down; the question itself stays."""

        def write(session: Session) -> Reply:
            own(session, context, number)
            down = posts.withdraw(session, number)
            if not down and not _is(session, number, PostState.WITHDRAWN):
                return replies.over(context.say, number)
            return Reply(
                context.say(
                    "Question {number} is taken down from the channels. It stays open in your "
                    "list; **withdraw {number}** takes it out of there, too.",
                    number=number,
                )
            )

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
        self,
        session: Session,
        context: Context,
        number: int,
        answer: AnswerView | None,
        *,
        steward: bool,
    ) -> Solution:
        """Mark a question as answered, by an answer where it is known; who is to know is told."""
        at, posted = self._clock(), posts.get(session, number)
        again = answer is not None and answer.solution
        member_id = context.member.id if context.member else None
        done = solution(posted, member_id, steward=steward, again=again)
        if posted is None or done in {Solution.NOT_THEIRS, Solution.BEFORE}:
            return done
        if not posts.solve(session, number, answer, at):
            return done if again else Solution.BEFORE
        question = questions.get(session, number)
        if question is not None and question.state is QuestionState.OPEN:
            lifecycle_questions.set_state(session, number, QuestionState.SOLVED)
        self._draw(session, number)
        if done is Solution.BY_STEWARD:
            audit.record(session, context.actor, "question.solved", f"question:{number}")
            _tell(session, posted, at)
        if answer is not None:
            _thank(session, answer, at)
        return done

    def _draw(self, session: Session, number: int) -> None:
        found = posts.get(session, number)
        if found is not None and found.state is not PostState.WITHDRAWN:
            draw(session, found, self._clock())


def _is(session: Session, number: int, state: PostState) -> bool:
    """Whether it stands so already, as when the same act runs again: then the same is said."""
    found = posts.get(session, number)
    return found is not None and found.state is state


def _tell(session: Session, posted: posts.PostedView, at: datetime) -> None:
    """Whoever asked hears that a steward marked it."""
    asker, number = members.get(session, posted.asker_id), posted.id
    if asker is not None:
        cause = ("posted question", "solved", str(number))
        outbox.tell(session, asker, cause, lambda say: replies.solved_by_steward(say, number), at)


def _thank(session: Session, answer: AnswerView, at: datetime) -> None:
    """A member whose answer solved it is told, and may make a case of it."""
    member = members.by_account(session, *accounts.parts(answer.account_key))
    if member is not None and member.status is MemberStatus.ACTIVE:
        cause = ("public answer", "solved", str(answer.number))
        outbox.tell(
            session, member, cause, lambda say: thread_answer_replies.to_the_author(say, answer), at
        )
