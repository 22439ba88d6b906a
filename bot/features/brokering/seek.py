"""Find me somebody: the asker's own wording goes to the stewards as they saw it."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlmodel import Session

from bot.contract import Form, Reply, Submitted
from bot.core.commands import NUMBER, Group, Intent, Who
from bot.core.context import Act, Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed, said
from bot.core.tokens import number_of, seal
from bot.features.brokering import replies
from bot.features.brokering.candidates import Nearest
from bot.features.brokering.messages import desk, tell_owner, until
from bot.features.brokering.next_step import first_owner
from bot.features.brokering.replies import SeekForm
from bot.features.introductions.disclosure import ways
from bot.i18n import later
from bot.storage.database import Database
from knowledge.brokering import brokering
from knowledge.brokering.brokering import Wording
from knowledge.introductions import introductions
from knowledge.members import members
from knowledge.members.anonymity import Census, Description, stored
from knowledge.questions import questions
from knowledge.questions.views import QuestionView
from knowledge.vocabulary import AskerShown, QuestionState, RequestState

Ways = dict[AskerShown, Description | None]
_WITH_SOMEBODY = (RequestState.WAITING, RequestState.CONNECTED)


class Seek:
    """`find 17` and the button: nothing goes out but what stands in the form that was shown."""

    def __init__(
        self,
        *,
        database: Database,
        nearest: Nearest,
        trusted: Collection[str],
        open_requests: int,
        clock: Callable[[], datetime],
    ) -> None:
        """`open_requests`: how many one member may have waiting for stewards."""
        self._database = database
        self._nearest = nearest
        self._trusted = trusted
        self._most = open_requests
        self._clock = clock

    @said(
        "find",
        Group.PEOPLE,
        later("let the stewards find a person who can answer a question"),
        NUMBER,
        who=Who.APPROVED,
        examples="find 17",
    )
    async def find(self, context: Context, intent: Intent) -> Reply:
        """`find 17`: the form."""
        return await self._opened(context, number_of(intent.object, "question_not_found"))

    @pressed("broker.form", who=Who.APPROVED)
    async def form(self, context: Context, act: Act) -> Reply:
        """The form, or what was filled in, sent; the subject of what is sent is `17:mark`."""
        said, _, mark = act.subject.partition(":")
        number = number_of(said, "question_not_found")
        if not isinstance(act, Submitted):
            return await self._opened(context, number)
        _, shown = await self._database.read(lambda session: self._look(session, context, number))
        form = self._form(context, number, shown, act.values.get("question", ""))
        if mark != _mark(shown):
            return replies.changed(context.say, form)
        told = SeekForm.read(act.values, form)
        way = AskerShown(told.shown)
        wording = Wording(told.question, way, stored(shown[way]))
        ranked = await self._nearest.to(told.question, self._clock())

        def write(session: Session) -> Reply:
            at, member = self._clock(), context.me
            self._look(session, context, number)
            able = desk(session, member.id, at)
            owner_id = first_owner(able.keys(), brokering.open_by_owner(session))
            last = until(able[owner_id] if owner_id is not None else None, at)
            brokering.keep(
                session, number, member.id, wording, owner_id=owner_id, at=at, due_at=last.at
            )
            found = brokering.get(session, number)
            if found is not None:
                tell_owner(session, found, ranked, self._trusted, at)
            return replies.sent(context.say, number, last.day)

        return await self._database.write(write)

    async def _opened(self, context: Context, number: int) -> Reply:
        question, shown = await self._database.read(
            lambda session: self._look(session, context, number)
        )
        return replies.opened(context.say, self._form(context, number, shown, question.text))

    def _form(self, context: Context, number: int, shown: Ways, text: object) -> Form:
        values = {"question": str(text), "shown": AskerShown.HIDDEN.value}
        return replies.form(context.say, f"{number}:{_mark(shown)}", values, shown)

    def _look(self, session: Session, context: Context, number: int) -> tuple[QuestionView, Ways]:
        """The caller's own open question that stewards do not have, and how they can be shown.

        Raises `question_not_found`, `question_closed`, `already_sought`, `already_handed_over` or
        `too_many_requests`.
        """
        question, member = questions.get(session, number), context.me
        own = question is not None and (
            question.asker_id == member.id or question.account_key == context.person.key
        )
        if question is None or not own:
            raise UserFacingError("question_not_found", number=number)
        if question.state is not QuestionState.OPEN:
            raise UserFacingError("question_closed", number=number)
        if brokering.get(session, number) is not None:
            raise UserFacingError("already_sought", number=number)
        request = introductions.get(session, number)
        if request is not None and request.state in _WITH_SOMEBODY:
            raise UserFacingError("already_handed_over", number=number)
        if brokering.under_way(session, member.id) >= self._most:
            raise UserFacingError("too_many_requests", limit=self._most)
        return question, ways(member, Census(members.crowd(session)))


def _mark(shown: Ways) -> str:
    """What ties a form to how its reader was told that they are shown."""
    return seal(repr([(way.value, stored(who)) for way, who in shown.items()]))
