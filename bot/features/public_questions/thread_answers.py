"""Replies below a posted question are answers: each reaches whoever asked, once."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlmodel import Session

from bot.contract import Edited, PlaceKind, Removed, Reply, Said, Submitted
from bot.core.commands import Who
from bot.core.context import Act, Context
from bot.core.handlers import pressed
from bot.core.listening import Heard, Told
from bot.core.tokens import number_of
from bot.features.public_questions import thread_answer_replies
from bot.features.public_questions.resolution import Resolution
from bot.features.public_questions.thread_answer_replies import AnswerForm
from bot.features.threads import collector
from bot.features.threads.collector import Keep, Room, Standing
from bot.i18n import words
from bot.messaging import outbox
from bot.storage.database import Database
from knowledge.members import accounts, members
from knowledge.members.accounts import AccountView
from knowledge.messaging.deliveries import Draft
from knowledge.public_questions import posts
from knowledge.public_questions.posts import PostedView
from knowledge.questions import questions
from knowledge.threads import thread_answers
from knowledge.threads.thread_answers import AnswerView, Post, PostKind
from knowledge.vocabulary import MemberStatus

SOLUTION = frozenset({"solution", "solución"})
"""What marks a question as answered when it is all that somebody writes below it."""


class QuestionPosts:
    """What is accepted below a question to the community, and how its asker reads it."""

    kind = PostKind.QUESTION

    def find(self, session: Session, room: Room, messages: Collection[str]) -> Standing | None:
        """The question that was posted as one of these messages, also one that is closed."""
        found = posts.at_message(session, room, messages)
        return _standing(found[0], found[1].name) if found else None

    def accepts(self, context: Context, found: Standing, said: Said) -> Keep | Told:
        """Anybody's words but the asker's; what is said to the bot below a closed one passes."""
        if said.addressed and (context.commanded or not found.hears):
            return None
        text = _words(context, said)
        if not found.hears or not text or _asks(context, found):
            return Heard()
        return Keep(text, context.person.name)

    def thanks(self, context: Context, found: Standing, answer: AnswerView) -> Reply | None:
        """Nothing: what the post says is enough."""
        return None

    def to_the_asker(self, session: Session, answer: AnswerView) -> Draft | None:
        """With the name that its author shows in the channel."""
        found = posts.get(session, answer.post.id)
        account = _reader(session, found) if found is not None and found.hears else None
        if found is None or account is None:
            return None
        say = words(account.language or account.locale)
        said = thread_answer_replies.answered(say, answer, found.agreed.text, found.state)
        author = members.by_account(session, *accounts.parts(answer.account_key))
        return outbox.message(
            answer.key,
            outbox.direct(account),
            said,
            account,
            unsolicited=True,
            subjects=[author.id] if author else [],
        )


class ThreadAnswers:
    """The word that marks a solution, and answers that are sent with the button of a post."""

    def __init__(
        self,
        *,
        database: Database,
        settling: Resolution,
        posts: QuestionPosts,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._settling = settling
        self._posts = posts
        self._clock = clock

    async def hear(self, context: Context, act: Said | Edited | Removed) -> Told:
        """`solution` below a post, or as a reply to an answer; None for anything else."""
        if not isinstance(act, Said) or act.text.strip().casefold() not in SOLUTION:
            return None
        if act.place.kind not in {PlaceKind.CHANNEL, PlaceKind.THREAD}:
            return None
        if act.addressed and context.commanded:
            return None
        above, room = {act.place.thread, act.reply_to} - {""}, act.place.room

        def look(session: Session) -> tuple[Standing | None, AnswerView | None]:
            answer = thread_answers.at_message(session, (*room, act.reply_to))
            own = answer is not None and answer.post.kind is PostKind.QUESTION
            return self._posts.find(session, room, above), answer if own else None

        found, answer = await self._database.read(look)
        post = answer.post if answer else found.post if found else None
        if post is None:
            return None
        return Heard(await self._settling.from_the_thread(context, post.id, answer))

    @pressed("community.answer", who=Who.EVERYONE)
    async def answer(self, context: Context, act: Act) -> Reply:
        """The button below a post: the form, or the answer in it, for whoever asked alone."""
        number = number_of(act.subject, "question_not_found")
        found = await self._database.read(lambda session: posts.get(session, number))
        if found is None or not found.hears:
            return thread_answer_replies.not_heard(context.say)
        say, form = context.say, thread_answer_replies.answer_form(context.say, number)
        if not isinstance(act, Submitted):
            return Reply(say("Write your answer. Only whoever asks reads it."), form=form)
        told = AnswerForm.read(act.values, form)
        if not await self._database.write(
            lambda session: self._keep(session, context, number, told.answer)
        ):
            return thread_answer_replies.not_heard(context.say)
        return Reply(context.say("Thank you. Your answer is on its way to whoever asks."))

    def _keep(self, session: Session, context: Context, number: int, text: str) -> bool:
        """Keep what was sent with the form; whether it still is an answer."""
        found, room = posts.get(session, number), context.place.room
        if found is None or not found.hears:
            return False
        here = next((one for one in posts.postings(session, number) if one.room == room), None)
        standing = _standing(found, here.name if here else "")
        if not _asks(context, standing):
            where = (*room, f"form:{context.event_id}")
            said = Keep(text, context.person.name)
            collector.keep(session, self._posts, standing, context, where, said, self._clock())
        return True


def _standing(found: PostedView, room: str) -> Standing:
    return Standing(Post(PostKind.QUESTION, found.id), found.asker_id, room, found.hears)


def _asks(context: Context, found: Standing) -> bool:
    return context.member is not None and context.member.id == found.asker_id


def _reader(session: Session, found: PostedView) -> AccountView | None:
    """Where whoever asked is told: the account with which they asked, else another of theirs."""
    member, question = members.get(session, found.asker_id), questions.get(session, found.id)
    if member is None or member.status is not MemberStatus.ACTIVE:
        return None
    return outbox.reachable(session, member.id, question.account_key if question else "")


def _words(context: Context, said: Said) -> str:
    files = thread_answer_replies.files_stay(context.say, said.files) if said.files else ""
    return "\n".join(filter(None, (said.text.strip(), files)))
