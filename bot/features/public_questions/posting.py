"""`Ask the community`: nothing is posted before its exact words were shown to the asker."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.contract import Reply, Submitted
from bot.core.commands import Who
from bot.core.context import Act, Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed
from bot.core.tokens import number_of
from bot.features.public_questions import replies
from bot.features.public_questions.facts import gather, rooms_of
from bot.features.public_questions.next_step import (
    OPEN_POSTS,
    Facts,
    Refused,
    Step,
    post_step,
    words_step,
)
from bot.features.public_questions.post_view import place_of
from bot.features.public_questions.replies import PostForm
from bot.i18n import words
from bot.messaging import outbox
from bot.storage.database import Database
from knowledge.members.anonymity import stored
from knowledge.messaging import deliveries
from knowledge.public_questions import posts
from knowledge.public_questions.posts import Agreed
from knowledge.vocabulary import AskerShown


class Posting:
    """The form, the preview, and the posts."""

    def __init__(self, *, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def begin(self, context: Context, number: int) -> Reply:
        """The form, with the question's own words in it or with those of a draft."""
        found = await self._gathered(context, number)
        if _allowed(words_step(found), number) is Step.NOBODY:
            return replies.nobody(context.say, number, able=found.experts)
        form = replies.form(context.say, number, _values(found), found.ways)
        return replies.opened(context.say, form)

    @pressed("community.form", who=Who.APPROVED)
    async def form(self, context: Context, act: Act) -> Reply:
        """The form, opened or filled in: then the preview."""
        number = number_of(act.subject, "question_not_found")
        if not isinstance(act, Submitted):
            return await self.begin(context, number)
        ways = (await self._gathered(context, number)).ways
        told = PostForm.read(act.values, replies.form(context.say, number, {}, ways))
        way = AskerShown(told.shown)
        agreed = Agreed(told.question, context.say.language, way, stored(ways[way]))

        def keep(session: Session) -> Reply:
            found = gather(session, context, number, self._clock())
            if _allowed(words_step(found), number) is Step.NOBODY:
                return replies.nobody(context.say, number, able=False)
            if not posts.keep_draft(session, number, context.me.id, agreed):
                raise UserFacingError("already_posted", number=number)
            return _preview(gather(session, context, number, self._clock()))

        return await self._database.write(keep)

    @pressed("community.post", who=Who.APPROVED)
    async def post(self, context: Context, act: Act) -> Reply:
        """Post what was shown, where it was shown to go; the subject is `17:mark`."""
        said, _, mark = act.subject.partition(":")
        number, member = number_of(said, "question_not_found"), context.me

        def write(session: Session) -> Reply:
            at = self._clock()
            found = gather(session, context, number, at)
            step = _allowed(post_step(found, member.id, mark), number)
            if step is Step.NOBODY:
                return replies.nobody(context.say, number, able=False)
            if step is Step.LOOK_AGAIN:
                return replies.changed(context.say, _preview(found))
            if step is Step.POST:
                _write(session, number, found, at)
            reached = outbox.reachable(session, member.id) is not None
            rooms = rooms_of(session, number)
            return replies.posted(context.say, number, rooms, reached=reached)

        return await self._database.write(write)

    async def _gathered(self, context: Context, number: int) -> Facts:
        return await self._database.read(
            lambda session: gather(session, context, number, self._clock())
        )


def _allowed(step: Refused | Step, number: int) -> Step:
    """The step. Raises what refuses it: `question_not_found`, `too_many_posts` and so on."""
    if isinstance(step, Refused):
        limit = {"limit": OPEN_POSTS} if step.code == "too_many_posts" else {"number": number}
        raise UserFacingError(step.code, **limit)
    return step


def _values(found: Facts) -> dict[str, str]:
    """What stands in the form at first: the words of a draft, else those of the question."""
    if found.posted is not None:
        agreed = found.posted.agreed
        return {"question": agreed.text, "shown": agreed.shown_as.value}
    return {"question": found.question.text if found.question else ""}


def _preview(found: Facts) -> Reply:
    """Exactly what is posted, in the language in which it will be."""
    if found.posted is None or found.shown is None:
        raise LookupError("a question that was not put into words is shown to nobody")
    names = [replies.room(each.name, each.channel, each.platform) for each in found.rooms]
    say = words(found.posted.agreed.language)
    return replies.preview(say, found.shown, names, found.mark, found.left)


def _write(session: Session, number: int, found: Facts, at: datetime) -> None:
    # Nothing in these deliveries names the asker: they outlive an erasure until taken down.
    if found.posted is None or found.shown is None:
        return
    said = replies.post(words(found.posted.agreed.language), found.shown)
    drafts = [
        outbox.message(
            each.key,
            place_of(each),
            said,
            about=posts.about(number),
            subjects=[found.posted.asker_id],
        )
        for each in posts.post(session, number, found.rooms, at)
    ]
    deliveries.write(session, drafts, at)
