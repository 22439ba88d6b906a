"""`Ask the community`: nothing is posted before its exact words were shown to the asker."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlmodel import Session

from bot.contract import Reply, Submitted
from bot.core.commands import Who
from bot.core.context import Act, Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed
from bot.core.tokens import number_of, seal
from bot.features.introductions.disclosure import ways as every_way
from bot.features.public_questions import replies
from bot.features.public_questions.post_view import place_of, shown_of
from bot.features.public_questions.replies import PostForm
from bot.i18n import words
from bot.messaging import outbox
from bot.storage.database import Database
from knowledge.introductions import eligibility
from knowledge.members import members
from knowledge.members.anonymity import Census, Description, stored
from knowledge.members.views import MemberView
from knowledge.messaging import deliveries
from knowledge.messaging.channels import ChannelView
from knowledge.public_questions import posts
from knowledge.public_questions.posts import Agreed, PostedView
from knowledge.questions import questions
from knowledge.questions.views import QuestionView
from knowledge.vocabulary import AskerShown, PostState, QuestionState

OPEN_POSTS = 3
"""So many questions of one member wait for the community at a time."""

Ways = Mapping[AskerShown, Description | None]


class Posting:
    """The form, the preview, and the posts."""

    def __init__(self, *, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def begin(self, context: Context, number: int) -> Reply:
        """The form, with the question's own words in it or with those of a draft."""
        member = context.me

        def look(session: Session) -> Reply:
            question = _to_post(session, context, number)
            if not posts.rooms_for(session, member.community):
                able = eligibility.to_be_handed_over(session, member.id, [number], self._clock())
                return replies.nobody(context.say, number, able=bool(able))
            draft = posts.get(session, number)
            values = {"question": question.text}
            if draft is not None:
                agreed = draft.agreed
                values = {"question": agreed.text, "shown": agreed.shown_as.value}
            ways = _ways(member, Census(members.crowd(session)))
            return replies.opened(context.say, replies.form(context.say, number, values, ways))

        return await self._database.read(look)

    @pressed("community.form", who=Who.APPROVED)
    async def form(self, context: Context, act: Act) -> Reply:
        """The form, opened or filled in: then the preview."""
        number = number_of(act.subject, "question_not_found")
        if not isinstance(act, Submitted):
            return await self.begin(context, number)
        member = context.me
        ways = await self._database.read(
            lambda session: _ways(member, Census(members.crowd(session)))
        )
        form = replies.form(context.say, number, {}, ways)
        told = PostForm.read(act.values, form)
        way = AskerShown(told.shown)
        agreed = Agreed(told.question, context.say.language, way, stored(ways[way]))

        def keep(session: Session) -> Reply:
            _to_post(session, context, number)
            rooms = posts.rooms_for(session, member.community)
            if not rooms:
                return replies.nobody(context.say, number, able=False)
            if not posts.keep_draft(session, number, member.id, agreed):
                raise UserFacingError("already_posted", number=number)
            return _preview(session, context, number, rooms)

        return await self._database.write(keep)

    @pressed("community.post", who=Who.APPROVED)
    async def post(self, context: Context, act: Act) -> Reply:
        """Post what was shown, where it was shown to go; the subject is `17:mark`."""
        said, _, mark = act.subject.partition(":")
        number, member = number_of(said, "question_not_found"), context.me

        def write(session: Session) -> Reply:
            at = self._clock()
            found = posts.get(session, number)
            if found is None or found.asker_id != member.id:
                raise UserFacingError("question_not_found", number=number)
            if found.stands:
                return _on_its_way(session, context, found)
            _to_post(session, context, number)
            rooms = posts.rooms_for(session, member.community)
            if not rooms:
                return replies.nobody(context.say, number, able=False)
            if found.state is not PostState.DRAFT or mark != _mark(session, found, rooms):
                return replies.changed(context.say, _preview(session, context, number, rooms))
            _write(session, found, rooms, at)
            return _on_its_way(session, context, found)

        return await self._database.write(write)


def own(session: Session, context: Context, number: int) -> QuestionView:
    """A question of the caller's. Raises `question_not_found` for others'."""
    question, member = questions.get(session, number), context.me
    mine = question is not None and (
        question.asker_id == member.id or question.account_key == context.person.key
    )
    if question is None or not mine:
        raise UserFacingError("question_not_found", number=number)
    return question


def rooms_of(session: Session, number: int) -> list[str]:
    """The channels in which a question stands, as people call them."""
    return [
        replies.room(one.name, one.channel, one.platform) for one in posts.postings(session, number)
    ]


def _to_post(session: Session, context: Context, number: int) -> QuestionView:
    """The caller's own open question that may be posted.

    Raises `question_not_found`, `question_closed`, `already_posted` or `too_many_posts`.
    """
    question = own(session, context, number)
    posted = posts.get(session, number)
    if posted is not None and posted.stands:
        raise UserFacingError("already_posted", number=number)
    if question.state is not QuestionState.OPEN:
        raise UserFacingError("question_closed", number=number)
    if posts.open_posts(session, context.me.id) >= OPEN_POSTS:
        raise UserFacingError("too_many_posts", limit=OPEN_POSTS)
    return question


def _ways(member: MemberView, census: Census) -> Ways:
    """How a member can be shown in a channel: not at all, or by what they share with others."""
    found = every_way(member, census)
    return {way: found[way] for way in (AskerShown.HIDDEN, AskerShown.ROLE)}


def _preview(session: Session, context: Context, number: int, rooms: list[ChannelView]) -> Reply:
    found = posts.get(session, number)
    if found is None:
        raise UserFacingError("question_not_found", number=number)
    # Exactly what is posted, in the language in which it will be.
    return replies.preview(
        words(found.agreed.language),
        shown_of(session, found),
        _names(rooms),
        _mark(session, found, rooms),
        OPEN_POSTS - posts.open_posts(session, context.me.id),
    )


def _mark(session: Session, found: PostedView, rooms: list[ChannelView]) -> str:
    """What ties a button to the words and the channels that were shown with it."""
    agreed, now = found.agreed, shown_of(session, found)
    rooms_shown = sorted((room.platform, room.workspace, room.channel) for room in rooms)
    facts = (agreed.text, agreed.language, stored(now.who), rooms_shown)
    return seal(facts)


def _write(session: Session, found: PostedView, rooms: list[ChannelView], at: datetime) -> None:
    # Nothing in these deliveries names the asker: they outlive an erasure until taken down.
    said = replies.post(words(found.agreed.language), shown_of(session, found))
    drafts = [
        outbox.message(
            each.key,
            place_of(each),
            said,
            about=posts.about(found.id),
            subjects=[found.asker_id],
        )
        for each in posts.post(session, found.id, rooms, at)
    ]
    deliveries.write(session, drafts, at)


def _on_its_way(session: Session, context: Context, found: PostedView) -> Reply:
    reached = outbox.reachable(session, found.asker_id) is not None
    return replies.posted(context.say, found.id, rooms_of(session, found.id), reached=reached)


def _names(rooms: list[ChannelView]) -> list[str]:
    return [replies.room(room.name, room.channel, room.platform) for room in rooms]
