"""Listens below posts: what is written there is kept once, followed, and brought to the asker."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from bot.contract import Edited, PlaceKind, Removed, Reply, Said
from bot.core.context import Context
from bot.core.listening import Heard, Told
from bot.storage.database import Database
from knowledge.database.keys import key_of
from knowledge.messaging import cancellation, deliveries
from knowledge.messaging.deliveries import Draft
from knowledge.threads import thread_answers
from knowledge.threads.thread_answers import AnswerView, Message, Post, PostKind
from knowledge.vocabulary import DeliveryKind

TEXT_LIMIT = 4_000
"""Characters of an answer that are kept."""

Room = tuple[str, str, str]
"""(platform, workspace, channel), as `Place.room` has it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A post as it stands in a room that is called `room`; `hears`: whether it takes answers."""

    post: Post
    asker_id: int | None
    room: str = ""
    hears: bool = True


@dataclass(frozen=True, slots=True)
class Keep:
    """These words are an answer; `author`: its writer's name as it stays with the answer."""

    text: str
    author: str = ""


class Posts(Protocol):
    """What a feature says of its posts."""

    kind: PostKind

    def find(self, session: Session, room: Room, messages: Collection[str]) -> Standing | None:
        """The post that one of these messages of a room is."""

    def accepts(self, context: Context, found: Standing, said: Said) -> Keep | Told:
        """What to do with words below it: keep them, pass them on (None), or neither."""

    def thanks(self, context: Context, found: Standing, answer: AnswerView) -> Reply | None:
        """What somebody is told who spoke to the bot, and whose words were kept."""

    def to_the_asker(self, session: Session, answer: AnswerView) -> Draft | None:
        """An answer as the message to whoever asked; None for whom nothing may reach."""


class Collector:
    """Listens below the posts of all features, and nowhere else."""

    def __init__(
        self, *, database: Database, clock: Callable[[], datetime], posts: Sequence[Posts]
    ) -> None:
        self._database = database
        self._clock = clock
        self._posts = {each.kind: each for each in posts}

    async def hear(self, context: Context, act: Said | Edited | Removed) -> Told:
        """Keep, change or forget an answer; None for what belongs below no post."""
        if act.place.kind not in {PlaceKind.CHANNEL, PlaceKind.THREAD} or not act.message:
            return None
        if not isinstance(act, Said):
            return await self._amended(context, act)
        # A thread is known by the message above it, a reply by the message that it answers.
        above = {act.reply_to, act.place.thread} - {"", act.message}
        if not above:
            return None
        found = await self._database.read(lambda session: self._find(session, act, above))
        if found is None:
            return None
        posts = self._posts[found.post.kind]
        taken = posts.accepts(context, found, act)
        if not isinstance(taken, Keep):
            return taken
        answer = await self._database.write(
            lambda session: self._keep(session, context, act, above, taken)
        )
        return Heard(posts.thanks(context, found, answer) if answer and act.addressed else None)

    def _find(self, session: Session, said: Said, above: Collection[str]) -> Standing | None:
        found = (each.find(session, said.place.room, above) for each in self._posts.values())
        return next((each for each in found if each is not None), None)

    def _keep(
        self, session: Session, context: Context, said: Said, above: Collection[str], words: Keep
    ) -> AnswerView | None:
        found = self._find(session, said, above)
        if found is None:  # it was taken down meanwhile
            return None
        posts, where = self._posts[found.post.kind], (*said.place.room, said.message)
        return keep(session, posts, found, context, where, words, self._clock())

    async def _amended(self, context: Context, act: Edited | Removed) -> Told:
        """Follow a message; nobody but its author changes one."""
        where = (*act.place.room, act.message)
        found = await self._database.read(lambda session: thread_answers.at_message(session, where))
        if found is None:
            return None
        # A platform may not say whose message is gone.
        member_id = context.member.id if context.member else None
        if context.person.user_id and not found.is_of(member_id, context.person.key):
            return Heard()
        text, at = act.text.strip()[:TEXT_LIMIT] if isinstance(act, Edited) else "", self._clock()

        def write(session: Session) -> None:
            answer = thread_answers.at_message(session, where)
            if answer is None:
                return
            if not text:
                thread_answers.take_back(session, answer, at)
                return
            self._reword(session, answer, text, act.event_id, at)

        await self._database.write(write)
        return Heard()

    def _reword(
        self, session: Session, answer: AnswerView, text: str, event_id: str, at: datetime
    ) -> None:
        """Bring other words to whoever asked: instead of the former ones if those still wait."""
        thread_answers.reword(session, answer.key, text)
        draft = self._posts[answer.post.kind].to_the_asker(session, replace(answer, text=text))
        waits = cancellation.take_back(session, answer.key)
        if draft is None:
            return
        if not waits and deliveries.is_written(session, answer.key):
            key = key_of("amended", event_id, answer.key)
            draft = replace(draft, key=key, kind=DeliveryKind.UPDATE, target=answer.key)
        deliveries.write(session, [draft], at)


def keep(
    session: Session,
    posts: Posts,
    found: Standing,
    context: Context,
    where: Message,
    words: Keep,
    at: datetime,
) -> AnswerView | None:
    """Keep an answer to a post that hears, and write it to whoever asked; None for none new."""
    if not found.hears:
        return None
    answer = thread_answers.keep(
        session,
        found.post,
        where,
        member_id=context.member.id if context.member else None,
        account_key=context.person.key,
        author=words.author,
        room=found.room,
        text=words.text[:TEXT_LIMIT],
        at=at,
    )
    if answer is not None and (draft := posts.to_the_asker(session, answer)) is not None:
        deliveries.write(session, [draft], at)
    return answer
