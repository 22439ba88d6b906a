"""What somebody asked before: see it, put it in other words, take it back."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlmodel import Session

from bot.contract import Edited, Place, PlaceKind, Pressed, Removed, Reply, Said, Submitted
from bot.core.commands import NOTHING, NUMBER, Group, Intent, Who
from bot.core.context import Act, Context
from bot.core.errors import UserFacingError
from bot.core.forms import beside
from bot.core.handlers import pressed, pressed_on, said, said_or_pressed
from bot.core.listening import Heard, Told
from bot.core.tokens import number_in
from bot.features.asking.service import Asking
from bot.features.brokering import replies as brokering_replies
from bot.features.introductions import asker_replies
from bot.features.questions import own_questions_replies
from bot.features.questions.own_questions_replies import RewordForm
from bot.i18n import later
from bot.i18n.phrases import first_contact
from bot.messaging import serialization
from bot.storage.database import Database
from knowledge.brokering import brokering
from knowledge.cases import late_answers
from knowledge.database.keys import key_of
from knowledge.introductions import eligibility, introductions
from knowledge.lifecycle.questions import set_state
from knowledge.members.views import MemberView
from knowledge.messaging import cancellation, deliveries
from knowledge.public_questions import posts
from knowledge.questions import questions
from knowledge.questions.views import QuestionView
from knowledge.vocabulary import Confidence, MemberStatus, QuestionState, Visibility


class OwnQuestions:
    """A person's own questions; nobody sees those of others here."""

    def __init__(
        self, *, database: Database, asking: Asking, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._clock = clock
        self._asking = asking

    @said(
        "questions",
        Group.CASES,
        later("what you asked before"),
        NOTHING,
        NUMBER,
        rf"{NUMBER}\s+edit\s+(?P<text>.+)",
        words=("preguntas",),
        examples="questions\nquestions 17 edit How do we price open data?",
    )
    async def questions(self, context: Context, intent: Intent) -> Reply:
        """`questions`, `questions 17`, `questions 17 edit in other words`."""
        if not intent.object:
            return await self.listed(context, "")
        question = await own_question(self._database, context, intent.object)
        if not intent.text:
            how = await standing(self._database, context, [question], self._clock())
            return own_questions_replies.one(context.say, question, how)
        return await self._again(context, question, intent.text)

    @said_or_pressed(
        "question.withdraw",
        "withdraw",
        Group.CASES,
        later("take a question back"),
        NOTHING,
        NUMBER,
        examples="withdraw 17",
    )
    async def withdraw(self, context: Context, number: str) -> Reply:
        """`withdraw 17`: the question no longer counts anywhere."""
        if not number:
            return await self.listed(context, "")
        question = await own_question(self._database, context, number)
        at = self._clock()
        removed = await self._database.write(lambda session: _taken_back(session, question, at))
        return own_questions_replies.withdrawn(context.say, question, removed=removed)

    async def hear(self, context: Context, act: Said | Edited | Removed) -> Told:
        """A message that asked was deleted: the answer below it goes, and the question with it."""
        if not isinstance(act, Removed) or not act.said or act.place.kind is PlaceKind.DIRECT:
            return None
        event, at = f"{act.place.platform}:{act.said}", self._clock()

        def write(session: Session) -> bool:
            question = questions.asked_with(session, event)
            if question is None or question.state is QuestionState.WITHDRAWN:
                return question is not None
            _taken_back(session, question, at)
            return True

        return Heard(None) if await self._database.write(write) else None

    @pressed("question.again", who=Who.EVERYONE)
    async def again(self, context: Context, act: Act) -> Reply:
        """Ask the same words once more."""
        question = await own_question(self._database, context, act.subject)
        return await self._again(context, question, question.text)

    @pressed("question.reword", who=Who.EVERYONE)
    async def reword(self, context: Context, act: Pressed | Submitted) -> Reply:
        """The form with the question's words, to be changed; or the changed words, asked."""
        question = await own_question(self._database, context, act.subject)
        say = context.say
        form = RewordForm.draw(
            say, question.id, {"question": question.text}, note=first_contact(say)
        )
        if isinstance(act, Pressed):
            return Reply(say("Change the words of your question, and I look again."), form=form)
        with beside("question", form, act.values):
            told = RewordForm.read(act.values, form)
            return await self._again(context, question, told.question)

    @pressed_on("question.list", who=Who.EVERYONE)
    async def listed(self, context: Context, _: str) -> Reply:
        """What the caller asked."""
        found = await mine(self._database, context)
        how = await standing(self._database, context, found, self._clock())
        return own_questions_replies.listed(context.say, found, how)

    async def _again(self, context: Context, question: QuestionView, text: str) -> Reply:
        """Ask in other words; the old wording is withdrawn once the new one is answered."""
        look_up = self._asking.expert if question.people_only else self._asking.ask
        if not text:
            raise UserFacingError("empty_question")
        reply = await look_up(context, Intent("ask", text=text))
        if question.state is QuestionState.OPEN:
            await self._database.write(
                lambda session: set_state(session, question.id, QuestionState.WITHDRAWN)
            )
        return reply


def _taken_back(session: Session, question: QuestionView, at: datetime) -> bool:
    """Withdraw a question and remove what others can read of it; whether there was such a post.

    What was posted so long ago that it is not known any more stays, and is not said to be removed.
    """
    set_state(session, question.id, QuestionState.WITHDRAWN)
    if not is_open(question):
        return False
    key = share_key(question.id)
    if not deliveries.is_written(session, key):
        key = key_of(*question.event_id.partition(":")[::2])
    if not deliveries.is_written(session, key):
        return False
    cancellation.retract(session, [key], at)
    return True


async def mine(database: Database, context: Context) -> list[QuestionView]:
    """What the caller asked, the newest first."""
    asker_id = context.member.id if context.member else None
    return await database.read(
        lambda session: questions.asked_by(
            session, asker_id=asker_id, account_key=context.person.key
        )
    )


async def standing(
    database: Database, context: Context, found: list[QuestionView], now: datetime
) -> own_questions_replies.Standing:
    """What came of the caller's questions since: cases published later, people who are asked."""
    member, numbers = context.member, [question.id for question in found]

    def look(session: Session) -> own_questions_replies.Standing:
        since = late_answers.of_questions(session, numbers)
        if member is None:
            return own_questions_replies.Standing(since, {}, set())
        able: set[int] = set()
        if member.status is MemberStatus.ACTIVE:
            able = eligibility.to_be_handed_over(session, member.id, numbers, now)
        handed = {
            number: asker_replies.standing(context.say, how, member.time_zone)
            for number, how in introductions.progress(session, numbers).items()
        }
        sought = {
            number: brokering_replies.standing(context.say, one.state, one.said)
            for number, one in brokering.of_questions(session, numbers).items()
        }
        posted = posts.states(session, numbers)
        to_post = _to_post(session, member, found, posted)
        return own_questions_replies.Standing(since, handed, able, posted, to_post, sought)

    return await database.read(look)


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
    if not unanswered or not posts.rooms_for(session, member.community):
        return set()
    return unanswered - set(posted)


async def question_called(database: Database, number: str) -> QuestionView | None:
    """The question of that number, whoever asked it: the caller checks who may know of it."""
    return await database.read(lambda session: questions.get(session, number_in(number)))


async def own_question(database: Database, context: Context, number: str) -> QuestionView:
    """One of the caller's own. Raises UserFacingError `question_not_found` for others'."""
    found = await question_called(database, number)
    if found is None or not is_of(found, context):
        raise UserFacingError("question_not_found", number=number)
    return found


def is_of(question: QuestionView, context: Context) -> bool:
    """Whether the caller asked it, from whatever account of theirs."""
    by_member = context.member is not None and question.asker_id == context.member.id
    return by_member or question.account_key == context.person.key


def may_read(question: QuestionView, context: Context) -> bool:
    """Whether the answer stands where the caller can see it."""
    if is_of(question, context) or question.visibility is Visibility.PUBLIC:
        return True
    if question.shown_as is None or context.place.kind is PlaceKind.DIRECT:
        return False
    # What is answered in a closed room is seen by those who are in it.
    room = asked_in(question)
    return room is not None and room.same_room(context.place)


def share_key(number: int) -> str:
    """The key of the message with which a private answer was shared."""
    return key_of("share", str(number))


def is_open(question: QuestionView) -> bool:
    """Whether others read the answer where it was asked."""
    return question.visibility is Visibility.PUBLIC or question.shown_as is not None


def asked_in(question: QuestionView) -> Place | None:
    """Where a question was asked; None for what an older version kept."""
    try:
        return serialization.place_from_json(question.place) if question.place else None
    except serialization.Unreadable:
        return None
