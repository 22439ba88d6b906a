"""A private answer is shared by whoever asked, shown as they choose, and never otherwise."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlmodel import Session

from bot.contract import Place, PlaceKind, Pressed, Reply, Submitted
from bot.core.commands import Who
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed
from bot.core.tokens import seal
from bot.features.channels.service import Channels
from bot.features.members.consent_replies import without_name
from bot.features.questions import sharing_replies
from bot.features.questions.own_questions import asked_in, own_question, share_key
from bot.features.questions.stored_answers import StoredAnswers, still_published
from bot.i18n import Markup
from bot.i18n.labels import described
from bot.messaging.outbox import message
from bot.storage.database import Database
from knowledge.members import audit, members
from knowledge.members.anonymity import Census, display
from knowledge.messaging import dead_letters, deliveries
from knowledge.messaging.deliveries import Draft
from knowledge.questions import questions
from knowledge.questions.views import QuestionView
from knowledge.vocabulary import AskerShown, MemberStatus, QuestionState, Visibility


class Sharing:
    """`Share` under a private answer: first the exact words of each choice, then the post."""

    def __init__(
        self,
        *,
        database: Database,
        recalling: StoredAnswers,
        channels: Channels,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._channels = channels
        self._recalling = recalling
        self._clock = clock

    @pressed("answer.share", who=Who.EVERYONE)
    async def share(self, context: Context, act: Pressed | Submitted) -> Reply:
        """`17` offers the choices; `17:ROLE:mark` posts with the words that the mark stands for."""
        number, _, chosen = act.subject.partition(":")
        question = await own_question(self._database, context, number)
        if question.state is QuestionState.WITHDRAWN:
            raise UserFacingError("question_withdrawn", number=question.id)
        if await self._database.read(lambda session: _is_shared(session, question)):
            return sharing_replies.already(context.say, question.id)
        places = self.places(question)
        if not places:
            return sharing_replies.nowhere(context.say)
        if not _may_write(context.place, places[0]):
            raise UserFacingError("cannot_write_there")
        if not await self._channels.speaks(places[0]):
            raise UserFacingError("quiet_in_public")
        found = await self._recalling.recall(question)
        if not found.cases:
            raise UserFacingError("nothing_to_share")
        ways = await self._ways(context)
        subjects = {way: f"{question.id}:{way}:{seal(ways[way])}" for way in ways}
        for way in ways:
            if subjects[way] == act.subject:
                reply = sharing_replies.posted(context.say, found, ways[way], self._clock())
                about = [context.member.id] if context.member else []
                draft = message(
                    share_key(question.id), places[0], reply, context.person, subjects=about
                )
                shown = [case.case.id for case in found.cases]
                if await self._post(context.actor, question, places[0], way, shown, draft):
                    return sharing_replies.shared(context.say, ways[way])
                return sharing_replies.already(context.say, question.id)
        return sharing_replies.choices(
            context.say, found, ways, subjects, places[0], again=bool(chosen)
        )

    def places(self, question: QuestionView) -> list[Place]:
        """Where a question can be shared: today the room where it was asked, if it was in one."""
        room = asked_in(question)
        return [] if room is None or room.kind is PlaceKind.DIRECT else [room]

    async def _post(
        self,
        actor: str,
        question: QuestionView,
        place: Place,
        way: AskerShown,
        shown: list[int],
        draft: Draft,
    ) -> bool:
        """Write the post in the unit that opens the question; False when it was open before."""
        at = self._clock()
        # What is shared in a closed room is read there, and no further.
        visibility = Visibility.PRIVATE if place.private else Visibility.PUBLIC

        def write(session: Session) -> bool:
            now = questions.get(session, question.id)
            if now is None or now.state is QuestionState.WITHDRAWN:
                raise UserFacingError("question_withdrawn", number=question.id)
            if _is_shared(session, now):
                return False
            views, _ = still_published(session, question.id)
            if [view.id for view in views] != shown:
                raise UserFacingError("changed_meanwhile")
            questions.share(session, question.id, visibility, way)
            audit.record(session, actor, "question.shared", f"question:{question.id}", way)
            dead_letters.drop_dead(session, draft.key)
            return bool(deliveries.write(session, [draft], at))

        return await self._database.write(write)

    async def _ways(self, context: Context) -> Mapping[AskerShown, Markup]:
        """How the caller can be shown here and now, in the words that the others would read."""
        member, say = context.member, context.say
        name = member.name if member is not None else context.person.name
        ways = {AskerShown.NAMED: sharing_replies.line(say, AskerShown.NAMED, name)}
        if member is not None and member.status is MemberStatus.ACTIVE:
            crowd = await self._database.read(members.crowd)
            shown = display(without_name(member), Census(crowd))
            ways[AskerShown.ROLE] = sharing_replies.line(
                say, AskerShown.ROLE, described(say, shown)
            )
            # Stewards know who that is; others could post what they like and be nobody.
            ways[AskerShown.HIDDEN] = sharing_replies.line(say, AskerShown.HIDDEN, "")
        return ways


def _may_write(here: Place, there: Place) -> bool:
    """Whether the member may write in a room themselves, as they could when they asked, and now."""
    return there.writable and (here.writable or not here.same_room(there))


def _is_shared(session: Session, question: QuestionView) -> bool:
    """Whether others can read it; what could never be delivered was not shared after all."""
    open_to_others = question.visibility is Visibility.PUBLIC or question.shown_as is not None
    return open_to_others and not dead_letters.is_dead(session, share_key(question.id))
