"""A private answer is shared by whoever asked, shown as they choose, and never otherwise."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlmodel import Session

from bot.contract import Place, PlaceKind, Pressed, Reply, Submitted
from bot.core.context import Actions, Caller, Verbs
from bot.core.errors import UserFacingError
from bot.features.channels.service import Channels
from bot.features.members.consent_replies import without_name
from bot.features.questions import sharing_replies as wording
from bot.features.questions.own_questions import asked_in, own_question
from bot.features.questions.stored_answers import Recalling, still_published
from bot.i18n import Markup
from bot.i18n.labels import described
from bot.messaging.outbox import message
from bot.storage.database import Units
from knowledge.members import members
from knowledge.members.anonymity import FEWEST, Census, Description, Shown, display
from knowledge.messaging import dead_letters
from knowledge.messaging import outbox as deliveries
from knowledge.messaging.outbox import Draft
from knowledge.questions import questions
from knowledge.text.passages import text_hash
from knowledge.views import QuestionView
from knowledge.vocabulary import AskerShown, MemberStatus, QuestionState, Visibility


class Sharing:
    """`Share` under a private answer: first the exact words of each choice, then the post."""

    def __init__(
        self,
        *,
        units: Units,
        recalling: Recalling,
        channels: Channels,
        clock: Callable[[], datetime],
    ) -> None:
        self._units = units
        self._channels = channels
        self._recalling = recalling
        self._clock = clock
        self.verbs: Verbs = {}
        self.actions: Actions = {"answer.share": self.share}

    async def share(self, caller: Caller, act: Pressed | Submitted) -> Reply:
        """`17` offers the choices; `17:ROLE:mark` posts with the words that the mark stands for."""
        number, _, chosen = act.subject.partition(":")
        question = await own_question(self._units, caller, number)
        if question.state is QuestionState.WITHDRAWN:
            raise UserFacingError("question_withdrawn", number=question.id)
        if await self._units.read(lambda session: _is_shared(session, question)):
            return wording.already(caller.say, question.id)
        places = self.places(question)
        if not places:
            return wording.nowhere(caller.say)
        if not await self._channels.speaks(places[0]):
            raise UserFacingError("quiet_in_public")
        found = await self._recalling.recall(question)
        if not found.cases:
            raise UserFacingError("nothing_to_share")
        ways = await self._ways(caller)
        subjects = {way: f"{question.id}:{way}:{_mark(ways[way])}" for way in ways}
        for way in ways:
            if subjects[way] == act.subject:
                reply = wording.posted(caller.say, found, ways[way], self._clock())
                draft = message(_key(question), places[0], reply, caller.person)
                shown = [case.case.id for case in found.cases]
                if await self._post(question, places[0], way, shown, draft):
                    return wording.shared(caller.say, ways[way])
                return wording.already(caller.say, question.id)
        return wording.choices(caller.say, found, ways, subjects, places[0], again=bool(chosen))

    def places(self, question: QuestionView) -> list[Place]:
        """Where a question can be shared: today the room where it was asked, if it was in one."""
        room = asked_in(question)
        return [] if room is None or room.kind is PlaceKind.DIRECT else [room]

    async def _post(
        self, question: QuestionView, place: Place, way: AskerShown, shown: list[int], draft: Draft
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
            dead_letters.drop_dead(session, draft.key)
            return bool(deliveries.write(session, [draft], at))

        return await self._units.write(write)

    async def _ways(self, caller: Caller) -> Mapping[AskerShown, Markup]:
        """How the caller can be shown here and now, in the words that the others would read."""
        member, say = caller.member, caller.say
        name = member.name if member is not None else caller.person.name
        ways = {AskerShown.NAMED: wording.line(say, AskerShown.NAMED, name)}
        if member is not None and member.status is MemberStatus.ACTIVE:
            own = (member.community, member.invented)
            crowd = await self._units.read(members.crowd)
            shown = display(without_name(member), Census(crowd))
            fit = sum((who.community, who.invented) == own for who in crowd)
            if shown.shown is Shown.COMMUNITY and fit < FEWEST:
                shown = Description(Shown.COMMUNITY, None)
            ways[AskerShown.ROLE] = wording.line(say, AskerShown.ROLE, described(say, shown))
        ways[AskerShown.HIDDEN] = wording.line(say, AskerShown.HIDDEN, "")
        return ways


def _is_shared(session: Session, question: QuestionView) -> bool:
    """Whether others can read it; what could never be delivered was not shared after all."""
    open_to_others = question.visibility is Visibility.PUBLIC or question.shown_as is not None
    return open_to_others and not dead_letters.is_dead(session, _key(question))


def _key(question: QuestionView) -> str:
    return deliveries.key_of("share", str(question.id))


def _mark(words: Markup) -> str:
    return text_hash(words)[:12]
