"""Answers in the thread of a prompt: brought to whoever asked, and on their way to a case."""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlmodel import Session

from bot.contract import Quoted, Reply, Said
from bot.core.commands import Who
from bot.core.context import Act, Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed, pressed_on
from bot.core.listening import Heard, Told
from bot.core.tokens import number_in
from bot.features.cases import draft_replies
from bot.features.cases.draft_replies import Origin
from bot.features.exchange.prompts import queue, replies
from bot.features.threads.collector import Keep, Room, Standing
from bot.i18n import words
from bot.messaging import outbox
from bot.storage.database import Database
from knowledge.exchange import programmes, prompts
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.prompts import PromptView
from knowledge.members import audit, members
from knowledge.messaging.deliveries import Draft
from knowledge.threads import thread_answers
from knowledge.threads.thread_answers import AnswerView, Post, PostKind
from knowledge.vocabulary import MemberStatus, Purpose

KEPT_OF = frozenset({MemberStatus.ACTIVE, MemberStatus.PAUSED})


class PromptPosts:
    """What is accepted below a prompt, and how whoever asked reads it."""

    kind = PostKind.PROMPT

    def find(self, session: Session, room: Room, messages: Collection[str]) -> Standing | None:
        """The prompt that was posted as one of these messages, and still stands."""
        found = prompts.at_message(session, room, messages)
        return Standing(Post(self.kind, found.id), found.asker_id) if found else None

    def accepts(self, context: Context, found: Standing, said: Said) -> Keep | Told:
        """Words of members; a question to the bot is answered as anywhere."""
        asks = said.addressed and (context.commanded or said.text.rstrip().endswith("?"))
        if asks or not said.text.strip():
            return None
        if context.member is None or context.member.status not in KEPT_OF:
            return Heard(replies.members_only(context.say) if said.addressed else None)
        return Keep(said.text.strip())

    def thanks(self, context: Context, found: Standing, answer: AnswerView) -> Reply:
        """With a button to take it back, where the message cannot tell."""
        return replies.kept(context.say, answer.number, asked=found.asker_id is not None)

    def to_the_asker(self, session: Session, answer: AnswerView) -> Draft | None:
        """With the author's name where it may be said."""
        found = prompts.get(session, answer.post.id)
        programme = programmes.get(session, found.programme_id) if found else None
        asker = members.get(session, found.asker_id) if found and found.asker_id else None
        if found is None or programme is None or asker is None or asker.id == answer.member_id:
            return None
        account = outbox.reachable(session, asker.id)
        if account is None or asker.status not in KEPT_OF:
            return None
        say, author = words(account.language or account.locale), _author(session, programme, answer)
        return outbox.message(
            answer.key,
            outbox.direct(account),
            replies.brought(say, found, author, answer.text),
            account,
            subjects=[answer.member_id] if answer.member_id else [],
        )


class ThreadAnswers:
    """What authors and stewards do with answers."""

    def __init__(self, *, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    @pressed("prompt.unsay", who=Who.MEMBER)
    async def unsay(self, context: Context, act: Act) -> Reply:
        """Take an answer of one's own back, where its message cannot tell."""
        member, at = context.me, self._clock()

        def write(session: Session) -> None:
            found = _answer(session, act.subject)
            if found is not None and found.member_id != member.id:
                raise UserFacingError("not_yours")
            if found is not None:
                thread_answers.take_back(session, found, at)

        await self._database.write(write)
        return replies.unsaid(context.say)

    @pressed_on("prompts.answers", who=Who.STEWARD)
    async def show(self, context: Context, number: str) -> Reply:
        """What was answered to a prompt, for stewards. Raises `no_prompt`."""

        def find(session: Session) -> tuple[PromptView, list[tuple[AnswerView, str]]]:
            found = prompts.get(session, number_in(number))
            programme = programmes.get(session, found.programme_id) if found else None
            if found is None or programme is None or found.posted_at is None:
                raise UserFacingError("no_prompt", number=number)
            given = thread_answers.below(session, Post(PostKind.PROMPT, found.id))
            return found, [(each, _author(session, programme, each)) for each in given]

        found, given = await self._database.read(find)
        return replies.answers(context.say, found, queue.by_id(), given)

    @pressed("prompt.suggest", who=Who.STEWARD)
    async def suggest(self, context: Context, act: Act) -> Reply:
        """A steward would like a case: the author is asked, once."""
        at = self._clock()

        def write(session: Session) -> bool:
            found = _answer(session, act.subject)
            author = members.get(session, found.member_id) if found and found.member_id else None
            if found is None or author is None:
                return False
            told = outbox.tell(
                session,
                author,
                ("prompt", "suggest", str(found.number)),
                lambda say: replies.suggestion(say, found),
                at,
            )
            if told:
                thread_answers.suggest(session, found, at)
                audit.record(session, context.actor, "prompts.suggest", f"answer:{found.number}")
            return told

        return replies.suggested(context.say, told=await self._database.write(write))

    @pressed("prompt.draft", who=Who.APPROVED)
    async def draft(self, context: Context, act: Act) -> Reply:
        """The author's form, with the words of the answer in it; it is saved as any case is."""
        member = context.me
        found = await self._database.read(lambda session: _answer(session, act.subject))
        if found is None or found.member_id != member.id:
            raise UserFacingError("not_yours")
        day = f"{found.at:%Y-%m-%d}"
        quoted = Quoted(found.text, context.person.user_id, "", day)
        return draft_replies.opened(context.say, Origin("own", day), quoted)


def _author(session: Session, programme: ProgrammeView, answer: AnswerView) -> str:
    """The author's name where it may be said; never under the Chatham House rule."""
    member = members.get(session, answer.member_id) if answer.member_id else None
    if member is None or programme.chatham_house or not member.agreed(Purpose.BE_NAMED):
        return ""
    return member.name


def _answer(session: Session, number: str) -> AnswerView | None:
    return thread_answers.get(session, PostKind.PROMPT, number_in(number))
