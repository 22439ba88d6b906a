"""From a question to a person: the form, the exact preview, and sending."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.contract import Reply, Submitted
from bot.core.commands import NUMBER, Group, Intent, Who
from bot.core.context import Act, Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed, said
from bot.core.tokens import number_of, seal
from bot.features.introductions import asker_replies
from bot.features.introductions.asker_replies import HandoffForm
from bot.features.introductions.disclosure import card_of, now_shown, ways
from bot.features.introductions.expert_replies import Asked
from bot.features.introductions.queue import LONGEST_LINE
from bot.features.introductions.workflow import proceed
from bot.i18n import later
from bot.storage.database import Database
from knowledge.introductions import eligibility, introductions
from knowledge.introductions.introductions import RequestView, Wish
from knowledge.members import members
from knowledge.members.anonymity import Census, stored
from knowledge.members.views import MemberView
from knowledge.questions import questions
from knowledge.questions.views import QuestionView
from knowledge.vocabulary import AskerShown, QuestionState, RequestState


class Requests:
    """`Ask an expert`: nothing goes out before its exact words were shown to the asker."""

    def __init__(
        self, *, database: Database, open_requests: int, clock: Callable[[], datetime]
    ) -> None:
        """`open_requests`: how many one member may have waiting for experts."""
        self._database = database
        self._most = open_requests
        self._clock = clock

    @said(
        "handoff",
        Group.PEOPLE,
        later("hand a question to a person who agreed to be asked"),
        NUMBER,
        who=Who.APPROVED,
        examples="handoff 17",
    )
    async def handoff(self, context: Context, intent: Intent) -> Reply:
        """`handoff 17`: the form."""
        return await self._opened(context, intent.object)

    @pressed("handoff.form", who=Who.APPROVED)
    async def form(self, context: Context, act: Act) -> Reply:
        """The form, opened or filled in: then the preview."""
        if not isinstance(act, Submitted):
            return await self._opened(context, act.subject)
        number = number_of(act.subject, "question_not_found")
        member = context.me

        def look(session: Session) -> Census:
            _to_hand_over(session, context, number, self._clock())
            return Census(members.crowd(session))

        shown = ways(member, await self._database.read(look))
        form = asker_replies.form(context.say, number, {}, shown)
        told = HandoffForm.read(act.values, form)
        way = AskerShown(told.shown)
        wish = Wish(
            told.question,
            told.context,
            told.languages,
            told.urgency,
            way,
            stored(shown[way]),
        )

        def keep(session: Session) -> Reply:
            at = self._clock()
            _to_hand_over(session, context, number, at)
            if not introductions.keep_draft(session, number, member.id, wish, at):
                raise UserFacingError("already_handed_over", number=number)
            return self._preview(session, context, number)

        return await self._database.write(keep)

    @pressed("handoff.send", who=Who.APPROVED)
    async def send(self, context: Context, act: Act) -> Reply:
        """Send what was shown, and nothing else; the subject is `17:mark`."""
        said, _, mark = act.subject.partition(":")
        number = number_of(said, "question_not_found")
        member = context.me

        def write(session: Session) -> Reply:
            at = self._clock()
            request = introductions.get(session, number)
            if request is None or request.asker_id != member.id:
                raise UserFacingError("question_not_found", number=said[:12])
            if request.state is RequestState.DRAFT:
                _to_hand_over(session, context, number, at)
                if mark != _mark(_asked(session, request, member)):
                    return asker_replies.changed(
                        context.say, self._preview(session, context, number)
                    )
                self._start(session, request, at)
            how = introductions.progress(session, [number])[number]
            standing = asker_replies.standing(context.say, how, member.time_zone)
            return asker_replies.sent(context.say, number, standing, self._left(session, member))

        return await self._database.write(write)

    def _start(self, session: Session, request: RequestView, at: datetime) -> None:
        if introductions.open_requests(session, request.asker_id) >= self._most:
            raise UserFacingError("too_many_requests", limit=self._most)
        found = eligibility.candidates(session, request.id, request.asker_id, at)
        line = min(LONGEST_LINE, len(found))
        if introductions.move(session, request.id, RequestState.WAITING, at, line=line):
            proceed(session, request.id, at)

    async def _opened(self, context: Context, said: str) -> Reply:
        number, member = number_of(said, "question_not_found"), context.me

        def look(session: Session) -> tuple[QuestionView, RequestView | None, Census]:
            question = _to_hand_over(session, context, number, self._clock())
            if self._left(session, member) == 0:
                raise UserFacingError("too_many_requests", limit=self._most)
            draft = introductions.get(session, number)
            return question, draft, Census(members.crowd(session))

        question, draft, census = await self._database.read(look)
        values = {"question": question.text, "languages": ", ".join(member.languages)}
        if draft is not None:
            wish = draft.wish
            values = {
                "question": wish.text,
                "context": wish.context,
                "languages": ", ".join(wish.languages),
                "urgency": wish.urgency.value,
                "shown": wish.shown_as.value,
            }
        own = asker_replies.form(context.say, number, values, ways(member, census))
        return asker_replies.opened(context.say, own)

    def _preview(self, session: Session, context: Context, number: int) -> Reply:
        request = introductions.get(session, number)
        member = members.get(session, context.me.id)
        if request is None or member is None:
            raise UserFacingError("question_not_found", number=number)
        asked = _asked(session, request, member)
        return asker_replies.preview(context.say, asked, _mark(asked), self._left(session, member))

    def _left(self, session: Session, member: MemberView) -> int:
        return max(0, self._most - introductions.open_requests(session, member.id))


def _to_hand_over(session: Session, context: Context, number: int, at: datetime) -> QuestionView:
    """The caller's own open question for which somebody can be asked.

    Raises `question_not_found`, `question_closed`, `already_handed_over` or `nobody_to_ask`.
    """
    question, member = questions.get(session, number), context.me
    own = question is not None and (
        question.asker_id == member.id or question.account_key == context.person.key
    )
    if question is None or not own:
        raise UserFacingError("question_not_found", number=number)
    if question.state is not QuestionState.OPEN:
        raise UserFacingError("question_closed", number=number)
    request = introductions.get(session, number)
    if request is not None and request.state is not RequestState.DRAFT:
        raise UserFacingError("already_handed_over", number=number)
    if not eligibility.candidates(session, number, member.id, at):
        raise UserFacingError("nobody_to_ask")
    return question


def _asked(session: Session, request: RequestView, member: MemberView) -> Asked:
    """What an expert would read now, and what they would see once they accept."""
    who = now_shown(request.wish, member, Census(members.crowd(session)))
    return Asked(number=request.id, wish=request.wish, who=who, own=card_of(member))


def _mark(asked: Asked) -> str:
    """What ties a button to the words that were shown with it."""
    wish = asked.wish
    facts = (wish.text, wish.context, wish.languages, wish.urgency, stored(asked.who), asked.own)
    return seal(facts)
