"""What somebody asked before: see it, put it in other words, take it back."""

from sqlmodel import Session

from bot.asking import Asking
from bot.caller import Actions, Caller, Verbs
from bot.commands import Intent
from bot.contract import Pressed, Reply, Submitted
from bot.errors import UserFacingError
from bot.units import Units
from bot.wording import Markup, handing_over
from bot.wording import questions as wording
from knowledge import askable, introductions, questions
from knowledge.views import QuestionView
from knowledge.vocabulary import MemberStatus, QuestionState


class Questioning:
    """A person's own questions; nobody sees those of others here."""

    def __init__(self, *, units: Units, asking: Asking) -> None:
        self._units = units
        self._asking = asking
        self.verbs: Verbs = {
            "questions": self.questions,
            "withdraw": self.withdraw,
        }
        self.actions: Actions = {
            "question.withdraw": self.press_withdraw,
            "question.again": self.press_again,
        }

    async def questions(self, caller: Caller, intent: Intent) -> Reply:
        """`questions`, `questions 17`, `questions 17 edit in other words`."""
        if not intent.object:
            mine = await self._mine(caller)
            return wording.listed(caller.say, mine, *await self._handed(caller, mine))
        question = await self._one(caller, intent.object)
        if not intent.text:
            return wording.one(caller.say, question, *await self._handed(caller, [question]))
        return await self._again(caller, question, intent.text)

    async def withdraw(self, caller: Caller, intent: Intent) -> Reply:
        """`withdraw 17`: the question no longer counts anywhere."""
        if not intent.object:
            return await self.questions(caller, intent)
        return await self._withdrawn(caller, intent.object)

    async def press_withdraw(self, caller: Caller, act: Pressed | Submitted) -> Reply:
        return await self._withdrawn(caller, act.subject)

    async def press_again(self, caller: Caller, act: Pressed | Submitted) -> Reply:
        question = await self._one(caller, act.subject)
        return await self._again(caller, question, question.text)

    async def _withdrawn(self, caller: Caller, number: str) -> Reply:
        question = await self._one(caller, number)
        await self._units.write(
            lambda session: questions.set_state(session, question.id, QuestionState.WITHDRAWN)
        )
        return wording.withdrawn(caller.say, question)

    async def _again(self, caller: Caller, question: QuestionView, text: str) -> Reply:
        """Ask in other words; the old wording is withdrawn once the new one is answered."""
        look_up = self._asking.expert if question.people_only else self._asking.ask
        reply = await look_up(caller, Intent("ask", text=text))
        await self._units.write(
            lambda session: questions.set_state(session, question.id, QuestionState.WITHDRAWN)
        )
        return reply

    async def _handed(
        self, caller: Caller, found: list[QuestionView]
    ) -> tuple[dict[int, Markup], set[int]]:
        """How the requests of some questions stand, and which could be handed over."""
        member, numbers = caller.member, [question.id for question in found]
        if member is None:
            return {}, set()

        def look(session: Session) -> tuple[dict[int, introductions.Progress], set[int]]:
            able: set[int] = set()
            if member.status is MemberStatus.ACTIVE:
                able = askable.to_be_handed_over(session, member.id, numbers)
            return introductions.progress(session, numbers), able

        progress, able = await self._units.read(look)
        standing = {
            number: handing_over.standing(caller.say, how, member.time_zone)
            for number, how in progress.items()
        }
        return standing, able

    async def _mine(self, caller: Caller) -> list[QuestionView]:
        asker_id = caller.member.id if caller.member else None
        return await self._units.read(
            lambda session: questions.asked_by(
                session, asker_id=asker_id, account_key=caller.person.key
            )
        )

    async def _one(self, caller: Caller, number: str) -> QuestionView:
        """One of the caller's own. Raises UserFacingError `question_not_found` for others'."""
        if number.isascii() and number.isdigit():
            found = await self._units.read(lambda session: questions.get(session, int(number)))
            if found is not None and _is_of(found, caller):
                return found
        raise UserFacingError("question_not_found", number=number)


def _is_of(question: QuestionView, caller: Caller) -> bool:
    by_member = caller.member is not None and question.asker_id == caller.member.id
    return by_member or question.account_key == caller.person.key
