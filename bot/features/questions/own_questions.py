"""What somebody asked before: see it, put it in other words, take it back."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.contract import Place, PlaceKind, Pressed, Reply, Submitted
from bot.core.commands import Intent
from bot.core.context import Actions, Caller, Verbs
from bot.core.error_messages import sentence
from bot.core.errors import UserFacingError
from bot.features.asking.service import Asking
from bot.features.introductions import asker_replies as handing_over
from bot.features.questions import own_questions_replies as wording
from bot.messaging import serialization as wire
from bot.storage.database import Units
from knowledge.cases import late_answers as news
from knowledge.introductions import eligibility as askable
from knowledge.introductions import introductions
from knowledge.public_questions import posts as community
from knowledge.questions import questions
from knowledge.views import MemberView, QuestionView
from knowledge.vocabulary import Confidence, MemberStatus, QuestionState, Visibility


class Questioning:
    """A person's own questions; nobody sees those of others here."""

    def __init__(self, *, units: Units, asking: Asking, clock: Callable[[], datetime]) -> None:
        self._units = units
        self._clock = clock
        self._asking = asking
        self.verbs: Verbs = {
            "questions": self.questions,
            "withdraw": self.withdraw,
        }
        self.actions: Actions = {
            "question.withdraw": self.press_withdraw,
            "question.again": self.press_again,
            "question.reword": self.reword,
            "question.list": self.press_list,
        }

    async def questions(self, caller: Caller, intent: Intent) -> Reply:
        """`questions`, `questions 17`, `questions 17 edit in other words`."""
        if not intent.object:
            found = await mine(self._units, caller)
            return wording.listed(
                caller.say, found, await standing(self._units, caller, found, self._clock())
            )
        question = await own_question(self._units, caller, intent.object)
        if not intent.text:
            how = await standing(self._units, caller, [question], self._clock())
            return wording.one(caller.say, question, how)
        return await self._again(caller, question, intent.text)

    async def withdraw(self, caller: Caller, intent: Intent) -> Reply:
        """`withdraw 17`: the question no longer counts anywhere."""
        if not intent.object:
            return await self.questions(caller, intent)
        return await self._withdrawn(caller, intent.object)

    async def press_list(self, caller: Caller, act: Pressed | Submitted) -> Reply:
        found = await mine(self._units, caller)
        return wording.listed(
            caller.say, found, await standing(self._units, caller, found, self._clock())
        )

    async def press_withdraw(self, caller: Caller, act: Pressed | Submitted) -> Reply:
        return await self._withdrawn(caller, act.subject)

    async def press_again(self, caller: Caller, act: Pressed | Submitted) -> Reply:
        question = await own_question(self._units, caller, act.subject)
        return await self._again(caller, question, question.text)

    async def reword(self, caller: Caller, act: Pressed | Submitted) -> Reply:
        """The form with the question's words, to be changed; or the changed words, asked."""
        question = await own_question(self._units, caller, act.subject)
        if isinstance(act, Pressed):
            return wording.reword_form(caller.say, question)
        said = act.values.get("question", "")
        text = said if isinstance(said, str) else " ".join(said)
        try:
            return await self._again(caller, question, text.strip())
        except UserFacingError as error:
            refusal = sentence(caller.say, error)
            opened = wording.reword_form(caller.say, question, text)
            return replace(opened, text=refusal, errors={"question": refusal})

    async def _withdrawn(self, caller: Caller, number: str) -> Reply:
        question = await own_question(self._units, caller, number)
        await self._units.write(
            lambda session: questions.set_state(session, question.id, QuestionState.WITHDRAWN)
        )
        return wording.withdrawn(caller.say, question)

    async def _again(self, caller: Caller, question: QuestionView, text: str) -> Reply:
        """Ask in other words; the old wording is withdrawn once the new one is answered."""
        look_up = self._asking.expert if question.people_only else self._asking.ask
        if not text:
            raise UserFacingError("empty_question")
        reply = await look_up(caller, Intent("ask", text=text))
        if question.state is QuestionState.OPEN:
            await self._units.write(
                lambda session: questions.set_state(session, question.id, QuestionState.WITHDRAWN)
            )
        return reply


async def mine(units: Units, caller: Caller) -> list[QuestionView]:
    """What the caller asked, the newest first."""
    asker_id = caller.member.id if caller.member else None
    return await units.read(
        lambda session: questions.asked_by(
            session, asker_id=asker_id, account_key=caller.person.key
        )
    )


async def standing(
    units: Units, caller: Caller, found: list[QuestionView], now: datetime
) -> wording.Standing:
    """What came of the caller's questions since: cases published later, people who are asked."""
    member, numbers = caller.member, [question.id for question in found]

    def look(session: Session) -> wording.Standing:
        since = news.of_questions(session, numbers)
        if member is None:
            return wording.Standing(since, {}, set())
        able: set[int] = set()
        if member.status is MemberStatus.ACTIVE:
            able = askable.to_be_handed_over(session, member.id, numbers, now)
        handed = {
            number: handing_over.standing(caller.say, how, member.time_zone)
            for number, how in introductions.progress(session, numbers).items()
        }
        posted = community.states(session, numbers)
        to_post = _to_post(session, member, found, posted)
        return wording.Standing(since, handed, able, posted, to_post)

    return await units.read(look)


def _to_post(
    session: Session,
    member: MemberView,
    found: list[QuestionView],
    posted: Collection[int],
) -> set[int]:
    """Which of a member's questions could be asked of the other community."""
    if member.status is not MemberStatus.ACTIVE:
        return set()
    unanswered = {one.id for one in found if one.confidence is not Confidence.STRONG}
    if not unanswered or not community.rooms_for(session, member.community):
        return set()
    return unanswered - set(posted)


async def question_called(units: Units, number: str) -> QuestionView | None:
    """The question of that number, whoever asked it: the caller checks who may know of it."""
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        return None
    return await units.read(lambda session: questions.get(session, int(number)))


async def own_question(units: Units, caller: Caller, number: str) -> QuestionView:
    """One of the caller's own. Raises UserFacingError `question_not_found` for others'."""
    found = await question_called(units, number)
    if found is None or not is_of(found, caller):
        raise UserFacingError("question_not_found", number=number)
    return found


def is_of(question: QuestionView, caller: Caller) -> bool:
    """Whether the caller asked it, from whatever account of theirs."""
    by_member = caller.member is not None and question.asker_id == caller.member.id
    return by_member or question.account_key == caller.person.key


def may_read(question: QuestionView, caller: Caller) -> bool:
    """Whether the answer stands where the caller can see it."""
    if is_of(question, caller) or question.visibility is Visibility.PUBLIC:
        return True
    if question.shown_as is None or caller.place.kind is PlaceKind.DIRECT:
        return False
    # What is answered in a closed room is seen by those who are in it.
    room = asked_in(question)
    here = caller.place
    return room is not None and (room.platform, room.workspace, room.channel) == (
        here.platform,
        here.workspace,
        here.channel,
    )


def is_open(question: QuestionView) -> bool:
    """Whether others read the answer where it was asked."""
    return question.visibility is Visibility.PUBLIC or question.shown_as is not None


def asked_in(question: QuestionView) -> Place | None:
    """Where a question was asked; None for what an older version kept."""
    try:
        return wire.place_from_json(question.place) if question.place else None
    except wire.Unreadable:
        return None
