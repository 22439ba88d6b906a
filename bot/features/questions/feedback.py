"""Whether an answer helped: votes that nobody else sees, and questions that are answered."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.contract import Pressed, Reply, Submitted
from bot.core.commands import Intent
from bot.core.context import Actions, Caller, Verbs
from bot.core.errors import UserFacingError
from bot.features.asking.service import Asking
from bot.features.citations.service import Citing
from bot.features.questions import feedback_replies as wording
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
from bot.features.questions.stored_answers import Recalling
from bot.i18n import words
from bot.messaging import outbox
from bot.storage.database import Units
from knowledge.members import accounts, audit
from knowledge.messaging import outbox as deliveries
from knowledge.questions import questions, ratings
from knowledge.questions.ratings import Voter
from knowledge.views import QuestionView
from knowledge.vocabulary import MemberStatus, QuestionState


class Feedback:
    """The buttons under an answer. Pressed twice or after a restart they do the same again."""

    def __init__(
        self,
        *,
        units: Units,
        asking: Asking,
        recalling: Recalling,
        citing: Citing,
        clock: Callable[[], datetime],
    ) -> None:
        self._units = units
        self._asking = asking
        self._recalling = recalling
        self._citing = citing
        self._clock = clock
        self.verbs: Verbs = {"resolve": self.resolve}
        self.actions: Actions = {
            "answer.helpful": self.helpful,
            "answer.unhelpful": self.unhelpful,
            "answer.case": self.case_helped,
            "answer.solved": self.solved,
            "answer.people": self.people,
        }

    async def helpful(self, caller: Caller, act: Pressed | Submitted) -> Reply:
        """The answer helped; where it has several cases, which one is asked for."""
        question = await self._readable(caller, act.subject)
        await self._vote(caller, question, helpful=True)
        return wording.helped(caller.say, question, await self._recalling.cases_of(question.id))

    async def unhelpful(self, caller: Caller, act: Pressed | Submitted) -> Reply:
        """The answer did not help: what else there is."""
        question = await self._readable(caller, act.subject)
        await self._vote(caller, question, helpful=False)
        return wording.unhelpful(
            caller.say, question, own=is_of(question, caller), sees_people=_sees_people(caller)
        )

    async def case_helped(self, caller: Caller, act: Pressed | Submitted) -> Reply:
        """One case of the answer helped; the subject is `17:42`."""
        number, _, which = act.subject.partition(":")
        question = await self._readable(caller, number)
        found = await self._recalling.cases_of(question.id)
        case = next((case for case in found if str(case.id) == which), None)
        if case is None:
            raise UserFacingError("case_not_found", number=which)
        await self._vote(caller, question, helpful=True, case_id=case.id)
        return wording.case_helped(caller.say, case)

    async def people(self, caller: Caller, act: Pressed | Submitted) -> Reply:
        """People to ask, in the words of a question that the cases did not answer."""
        question = await self._readable(caller, act.subject)
        return await self._asking.expert(caller, Intent("expert", text=question.text))

    async def solved(self, caller: Caller, act: Pressed | Submitted) -> Reply:
        """The asker has what they need."""
        question = await question_called(self._units, act.subject)
        if question is not None and may_read(question, caller) and not _may_close(question, caller):
            raise UserFacingError("only_the_asker")
        return await self._resolved(caller, act.subject)

    async def resolve(self, caller: Caller, intent: Intent) -> Reply:
        """`resolve 17`: the same in words; `resolve 17 cite` makes a case of what was told."""
        if not intent.object:
            found = await mine(self._units, caller)
            return listed(
                caller.say, found, await standing(self._units, caller, found, self._clock())
            )
        solved = await self._resolved(caller, intent.object)
        if not intent.text:
            return solved
        begun = await self._citing.about(caller, int(intent.object))
        return wording.solved_and(caller.say, solved, begun)

    async def _resolved(self, caller: Caller, number: str) -> Reply:
        question = await question_called(self._units, number)
        if question is None or not _may_close(question, caller):
            raise UserFacingError("question_not_found", number=number)
        own, at = is_of(question, caller), self._clock()
        post = asked_in(question) if _in_post(question) else None

        def close(session: Session) -> None:
            _standing(session, question)
            questions.set_state(session, question.id, QuestionState.SOLVED)
            if not own:
                audit.record(session, caller.actor, "question.solved", f"question:{question.id}")
            if post is not None:
                told = wording.solved_in_post(words(question.language), by_asker=own)
                key = deliveries.key_of("solved", str(question.id))
                deliveries.write(session, [outbox.message(key, post, told)], at)

        await self._units.write(close)
        return wording.solved(caller.say, question)

    async def _readable(self, caller: Caller, number: str) -> QuestionView:
        question = await question_called(self._units, number)
        if question is None or not may_read(question, caller):
            raise UserFacingError("not_yours_to_rate")
        return question

    async def _vote(
        self, caller: Caller, question: QuestionView, *, helpful: bool, case_id: int | None = None
    ) -> None:
        at, member, key = self._clock(), caller.member, caller.person.key

        def vote(session: Session) -> None:
            _standing(session, question)
            others = accounts.of_member(session, member.id) if member else []
            voter = Voter(key, member.id if member else None, tuple(each.key for each in others))
            ratings.cast(session, voter, question.id, helpful=helpful, at=at, case_id=case_id)

        await self._units.write(vote)


def _standing(session: Session, question: QuestionView) -> None:
    """Refuse what concerns a question that was withdrawn or erased meanwhile."""
    now = questions.get(session, question.id)
    if now is None or now.state is QuestionState.WITHDRAWN:
        raise UserFacingError("question_withdrawn", number=question.id)


def _in_post(question: QuestionView) -> bool:
    """Whether it was asked, for others to read, in a post of a forum."""
    place = asked_in(question)
    return place is not None and place.forum and is_open(question)


def _may_close(question: QuestionView, caller: Caller) -> bool:
    """Whoever asked; in a forum the stewards keep the posts in order, too."""
    return is_of(question, caller) or (caller.steward and _in_post(question))


def _sees_people(caller: Caller) -> bool:
    active = caller.member is not None and caller.member.status is MemberStatus.ACTIVE
    return active or caller.steward
