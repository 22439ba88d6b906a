"""Whether an answer helped: votes that nobody else sees, and questions that are answered."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.contract import Pressed, Reply, Submitted
from bot.core.commands import NOTHING, NUMBER, Group, Intent, Who
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed, said
from bot.features.asking.service import Asking
from bot.features.citations.service import Citations
from bot.features.questions import feedback_replies
from bot.features.questions.own_questions import (
    asked_in,
    is_of,
    is_open,
    may_read,
    mine,
    question_called,
    standing,
)
from bot.features.questions.own_questions_replies import listed
from bot.features.questions.stored_answers import StoredAnswers
from bot.i18n import later, words
from bot.messaging import outbox
from bot.storage.database import Database
from knowledge.database.keys import key_of
from knowledge.lifecycle import questions as lifecycle_questions
from knowledge.members import accounts, audit
from knowledge.messaging import deliveries
from knowledge.questions import questions, ratings
from knowledge.questions.ratings import Voter
from knowledge.questions.views import QuestionView
from knowledge.vocabulary import MemberStatus, QuestionState


class Feedback:
    """The buttons under an answer. Pressed twice or after a restart they do the same again."""

    def __init__(
        self,
        *,
        database: Database,
        asking: Asking,
        recalling: StoredAnswers,
        citing: Citations,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._asking = asking
        self._recalling = recalling
        self._citing = citing
        self._clock = clock

    @pressed("answer.helpful", who=Who.EVERYONE)
    async def helpful(self, context: Context, act: Pressed | Submitted) -> Reply:
        """The answer helped; where it has several cases, which one is asked for."""
        question = await self._readable(context, act.subject)
        await self._vote(context, question, helpful=True)
        return feedback_replies.helped(
            context.say, question, await self._recalling.cases_of(question.id)
        )

    @pressed("answer.unhelpful", who=Who.EVERYONE)
    async def unhelpful(self, context: Context, act: Pressed | Submitted) -> Reply:
        """The answer did not help: what else there is."""
        question = await self._readable(context, act.subject)
        await self._vote(context, question, helpful=False)
        return feedback_replies.unhelpful(
            context.say, question, own=is_of(question, context), sees_people=_sees_people(context)
        )

    @pressed("answer.case", who=Who.EVERYONE)
    async def case_helped(self, context: Context, act: Pressed | Submitted) -> Reply:
        """One case of the answer helped; the subject is `17:42`."""
        number, _, which = act.subject.partition(":")
        question = await self._readable(context, number)
        found = await self._recalling.cases_of(question.id)
        case = next((case for case in found if str(case.id) == which), None)
        if case is None:
            raise UserFacingError("case_not_found", number=which)
        await self._vote(context, question, helpful=True, case_id=case.id)
        return feedback_replies.case_helped(context.say, case)

    @pressed("answer.people", who=Who.EVERYONE)
    async def people(self, context: Context, act: Pressed | Submitted) -> Reply:
        """People to ask, in the words of a question that the cases did not answer."""
        question = await self._readable(context, act.subject)
        return await self._asking.expert(context, Intent("expert", text=question.text))

    @pressed("answer.solved", who=Who.EVERYONE)
    async def solved(self, context: Context, act: Pressed | Submitted) -> Reply:
        """The asker has what they need."""
        question = await question_called(self._database, act.subject)
        if (
            question is not None
            and may_read(question, context)
            and not _may_close(question, context)
        ):
            raise UserFacingError("only_the_asker")
        return await self._resolved(context, act.subject)

    @said(
        "resolve",
        Group.CASES,
        later("say that a question of yours is answered"),
        NOTHING,
        NUMBER,
        rf"{NUMBER}\s+(?P<text>cite)",
        examples="resolve 17\nresolve 17 cite",
    )
    async def resolve(self, context: Context, intent: Intent) -> Reply:
        """`resolve 17`: the same in words; `resolve 17 cite` makes a case of what was told."""
        if not intent.object:
            found = await mine(self._database, context)
            return listed(
                context.say, found, await standing(self._database, context, found, self._clock())
            )
        solved = await self._resolved(context, intent.object)
        if not intent.text:
            return solved
        begun = await self._citing.about(context, int(intent.object))
        return feedback_replies.solved_and(context.say, solved, begun)

    async def _resolved(self, context: Context, number: str) -> Reply:
        question = await question_called(self._database, number)
        if question is None or not _may_close(question, context):
            raise UserFacingError("question_not_found", number=number)
        own, at = is_of(question, context), self._clock()
        post = asked_in(question) if _in_post(question) else None

        def close(session: Session) -> None:
            _standing(session, question)
            lifecycle_questions.set_state(session, question.id, QuestionState.SOLVED)
            if not own:
                audit.record(session, context.actor, "question.solved", f"question:{question.id}")
            if post is not None:
                told = feedback_replies.solved_in_post(words(question.language), by_asker=own)
                key = key_of("solved", str(question.id))
                deliveries.write(session, [outbox.message(key, post, told)], at)

        await self._database.write(close)
        return feedback_replies.solved(context.say, question)

    async def _readable(self, context: Context, number: str) -> QuestionView:
        question = await question_called(self._database, number)
        if question is None or not may_read(question, context):
            raise UserFacingError("not_yours_to_rate")
        return question

    async def _vote(
        self, context: Context, question: QuestionView, *, helpful: bool, case_id: int | None = None
    ) -> None:
        at, member, key = self._clock(), context.member, context.person.key

        def vote(session: Session) -> None:
            _standing(session, question)
            others = accounts.of_member(session, member.id) if member else []
            voter = Voter(key, member.id if member else None, tuple(each.key for each in others))
            ratings.cast(session, voter, question.id, helpful=helpful, at=at, case_id=case_id)

        await self._database.write(vote)


def _standing(session: Session, question: QuestionView) -> None:
    """Refuse what concerns a question that was withdrawn or erased meanwhile."""
    now = questions.get(session, question.id)
    if now is None or now.state is QuestionState.WITHDRAWN:
        raise UserFacingError("question_withdrawn", number=question.id)


def _in_post(question: QuestionView) -> bool:
    """Whether it was asked, for others to read, in a post of a forum."""
    place = asked_in(question)
    return place is not None and place.forum and is_open(question)


def _may_close(question: QuestionView, context: Context) -> bool:
    """Whoever asked; in a forum the stewards keep the posts in order, too."""
    return is_of(question, context) or (context.steward and _in_post(question))


def _sees_people(context: Context) -> bool:
    active = context.member is not None and context.member.status is MemberStatus.ACTIVE
    return active or context.steward
