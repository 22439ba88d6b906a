"""Answers in the thread of a prompt: kept, brought to whoever asked, and on their way to a case."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.contract import Edited, PlaceKind, Quoted, Removed, Reply, Said
from bot.core.commands import Who
from bot.core.context import Act, Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed, pressed_on
from bot.core.listening import Heard, Told
from bot.core.tokens import number_in
from bot.features.cases import draft_replies
from bot.features.cases.draft_replies import Origin
from bot.features.exchange.prompts import queue, replies
from bot.i18n import words
from bot.messaging import outbox
from bot.storage.database import Database
from knowledge.database.keys import key_of
from knowledge.exchange import programmes, prompt_answers, prompts
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.prompt_answers import AnswerView
from knowledge.exchange.prompts import PromptView
from knowledge.members import audit, members
from knowledge.members.views import MemberView
from knowledge.messaging import deliveries
from knowledge.vocabulary import DeliveryKind, MemberStatus, Purpose

TEXT_LIMIT = 4_000
"""Characters of an answer that are kept."""
KEPT_OF = frozenset({MemberStatus.ACTIVE, MemberStatus.PAUSED})


class ThreadAnswers:
    """Listens in threads of prompts, and nowhere else."""

    def __init__(self, *, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def heard(self, context: Context, act: Said | Edited | Removed) -> Told:
        """Keep, change or forget an answer; None for what belongs to no prompt's thread."""
        if act.place.kind is PlaceKind.DIRECT or not act.message:
            return None
        if not isinstance(act, Said):
            return await self._amended(context, act)
        found = await self._prompt_of(context, act)
        return None if found is None else await self._said(context, found, act)

    async def _prompt_of(self, context: Context, act: Said) -> PromptView | None:
        """The prompt in whose thread something was said that is no question to the bot."""
        # A thread is known by the message above it, a reply by the message that it answers.
        above = [each for each in (act.reply_to, act.place.thread) if each and each != act.message]
        asks = act.addressed and (context.commanded or act.text.rstrip().endswith("?"))
        if not above or not act.text.strip() or asks:
            return None
        place = act.place
        return await self._database.read(
            lambda session: prompts.at_message(session, place.platform, place.channel, above)
        )

    async def _said(self, context: Context, found: PromptView, act: Said) -> Heard:
        member = context.member
        if member is None or member.status not in KEPT_OF:
            return Heard(replies.members_only(context.say) if act.addressed else None)
        kept = await self._database.write(lambda session: self._keep(session, found, member, act))
        if kept is None or not act.addressed:
            return Heard()
        return Heard(replies.kept(context.say, kept.id, asked=found.asker_id is not None))

    @pressed("prompt.unsay", who=Who.MEMBER)
    async def unsay(self, context: Context, act: Act) -> Reply:
        """Take an answer of one's own back, where its message cannot tell."""
        member, at = context.me, self._clock()

        def write(session: Session) -> None:
            found = _answer(session, act.subject)
            if found is not None and found.member_id != member.id:
                raise UserFacingError("not_yours")
            if found is not None:
                prompt_answers.take_back(session, found.id, at)

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
            given = prompt_answers.to_prompt(session, found.id)
            return found, [(each, _author(session, programme, each)) for each in given]

        found, given = await self._database.read(find)
        return replies.answers(context.say, found, queue.by_id(), given)

    @pressed("prompt.suggest", who=Who.STEWARD)
    async def suggest(self, context: Context, act: Act) -> Reply:
        """A steward would like a case: the author is asked, once."""
        at = self._clock()

        def write(session: Session) -> bool:
            found = _answer(session, act.subject)
            author = members.get(session, found.member_id) if found else None
            if found is None or author is None:
                return False
            told = outbox.tell(
                session,
                author,
                ("prompt", "suggest", str(found.id)),
                lambda say: replies.suggestion(say, found),
                at,
            )
            if told:
                prompt_answers.suggest(session, found.id, at)
                audit.record(session, context.actor, "prompts.suggest", f"answer:{found.id}")
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

    async def _amended(self, context: Context, act: Edited | Removed) -> Told:
        where = (act.place.platform, act.place.channel, act.message)
        found = await self._database.read(lambda session: prompt_answers.of_message(session, where))
        if found is None:
            return None
        if context.person.user_id and (
            context.member is None or context.member.id != found.member_id
        ):
            return None
        text = act.text.strip()[:TEXT_LIMIT] if isinstance(act, Edited) else ""
        at = self._clock()

        def write(session: Session) -> None:
            current = prompt_answers.get(session, found.id)
            if current is None:
                return
            if not text:
                prompt_answers.take_back(session, current.id, at)
                return
            prompt_answers.reword(session, current.id, text)
            prompt = prompts.get(session, current.prompt_id)
            changed = prompt_answers.get(session, current.id)
            if prompt is not None and changed is not None:
                _bring(session, prompt, changed, at, again=act.event_id)

        await self._database.write(write)
        return Heard()

    def _keep(
        self, session: Session, found: PromptView, member: MemberView, said: Said
    ) -> AnswerView | None:
        at, place = self._clock(), said.place
        answer = prompt_answers.keep(
            session,
            found.id,
            member.id,
            (place.platform, place.channel, said.message),
            place.workspace,
            said.text.strip()[:TEXT_LIMIT],
            at,
        )
        if answer is not None:
            _bring(session, found, answer, at)
        return answer


def _bring(
    session: Session, found: PromptView, answer: AnswerView, at: datetime, again: str = ""
) -> None:
    """Write the message that an asker gets; `again`: the act that put other words into it."""
    asker = members.get(session, found.asker_id) if found.asker_id is not None else None
    programme = programmes.get(session, found.programme_id)
    if asker is None or programme is None or asker.id == answer.member_id:
        return
    account = outbox.reachable(session, asker.id)
    if account is None or asker.status not in KEPT_OF:
        return
    reply = replies.brought(
        words(account.language or account.locale),
        found,
        _author(session, programme, answer),
        answer.text,
    )
    key = prompt_answers.key(answer.id)
    about = [answer.member_id]
    draft = outbox.message(key, outbox.direct(account), reply, account, subjects=about)
    if again and deliveries.is_written(session, key):
        changed = key_of("prompt", "answer", "again", again)
        draft = replace(draft, key=changed, kind=DeliveryKind.UPDATE, target=key)
    deliveries.write(session, [draft], at)


def _author(session: Session, programme: ProgrammeView, answer: AnswerView) -> str:
    """The author's name where it may be said; never under the Chatham House rule."""
    member = members.get(session, answer.member_id)
    if member is None or programme.chatham_house or not member.agreed(Purpose.BE_NAMED):
        return ""
    return member.name


def _answer(session: Session, number: str) -> AnswerView | None:
    return prompt_answers.get(session, number_in(number))
