"""Replies below a posted question are answers: each reaches whoever asked, once."""

from collections.abc import Callable
from dataclasses import replace
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
from bot.i18n import words
from bot.messaging import outbox
from bot.storage.database import Database
from knowledge.database.keys import key_of
from knowledge.members import accounts, members
from knowledge.members.accounts import AccountView
from knowledge.messaging import cancellation, deliveries
from knowledge.messaging.deliveries import Draft
from knowledge.public_questions import posts, thread_answers
from knowledge.public_questions.posts import PostedView, PostingView
from knowledge.public_questions.thread_answers import AnswerView
from knowledge.questions import questions
from knowledge.vocabulary import DeliveryKind, MemberStatus

SOLUTION = frozenset({"solution", "solución"})
"""What marks a question as answered when it is all that somebody writes below it."""


class ThreadAnswers:
    """Takes in what is written below posted questions, or sent with their button."""

    def __init__(
        self, *, database: Database, settling: Resolution, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._settling = settling
        self._clock = clock

    async def hear(self, context: Context, act: Said | Edited | Removed) -> Told:
        """Take in what was said, changed or taken back, if it belongs to a posted question."""
        if act.place.kind not in {PlaceKind.CHANNEL, PlaceKind.THREAD}:
            return None
        if not isinstance(act, Said):
            return await self._amended(context, act)
        if act.addressed and context.commanded:
            return None
        refs = {act.place.thread, act.reply_to} - {""}
        room = (act.place.platform, act.place.channel)
        found, answer = await self._database.read(
            lambda session: (
                posts.answered_by(session, *room, refs),
                thread_answers.called(session, *room, act.reply_to) if act.reply_to else None,
            )
        )
        if act.text.strip().casefold() in SOLUTION and (found or answer):
            number = answer.question_id if answer else found[0].id if found else 0
            return Heard(await self._settling.from_the_thread(context, number, answer))
        if found is None or (act.addressed and not found[0].hears):
            return None
        await self._keep(context, *found, act.message, _words(context, act))
        return Heard()

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
        place = context.place
        names = await self._database.read(lambda session: posts.postings(session, number))
        here = next((each for each in names if each.channel == place.channel), None)
        posting = here or PostingView(0, place.platform, place.workspace, place.channel, "", "")
        if not await self._keep(context, found, posting, f"form:{context.event_id}", told.answer):
            return thread_answer_replies.not_heard(context.say)
        return thread_answer_replies.passed_on(context.say)

    async def _keep(
        self, context: Context, found: PostedView, posting: PostingView, message: str, text: str
    ) -> bool:
        """Keep an answer and write it to whoever asked; whether it still is one."""
        at = self._clock()

        def write(session: Session) -> bool:
            now = posts.get(session, found.id)
            if now is None or not now.hears:
                return False
            if not text or (context.member is not None and context.member.id == now.asker_id):
                return True
            kept = thread_answers.keep(
                session,
                now.id,
                posting.name,
                platform=posting.platform,
                channel=posting.channel,
                message=message,
                account_key=context.person.key,
                author=context.person.name,
                text=text,
                at=at,
            )
            if kept is not None:
                deliveries.write(session, _to_the_asker(session, now, kept), at)
            return True

        return await self._database.write(write)

    async def _amended(self, context: Context, act: Edited | Removed) -> Told:
        name = (act.place.platform, act.place.channel, act.message)
        if await self._database.read(lambda session: thread_answers.called(session, *name)) is None:
            return None
        at = self._clock()

        def write(session: Session) -> None:
            answer = thread_answers.called(session, *name)
            # A platform may not say whose message is gone; nobody but its author changes one.
            own = not context.person.user_id or (
                answer is not None and answer.account_key == context.person.key
            )
            if answer is not None and own:
                text = act.text.strip() if isinstance(act, Edited) else ""
                _amend(session, answer, text, act.event_id, at)

        await self._database.write(write)
        return Heard()


def _amend(session: Session, answer: AnswerView, text: str, event_id: str, at: datetime) -> None:
    """Bring other words to whoever asked, or (empty) take the answer back."""
    found = posts.get(session, answer.question_id)
    if text:
        thread_answers.reword(session, answer.id, text)
    else:
        thread_answers.take_back(session, answer.id)
    drafts = _to_the_asker(session, found, replace(answer, text=text)) if found else []
    waiting = cancellation.take_back(session, answer.key)
    if waiting and not text:
        return
    if not waiting:
        kind = DeliveryKind.UPDATE if text else DeliveryKind.DELETE
        key = key_of("amended", event_id, answer.key)
        drafts = [
            replace(one, key=key, kind=kind, target=answer.key, reply=one.reply if text else "")
            for one in drafts
        ]
    deliveries.write(session, drafts, at)


def _to_the_asker(session: Session, found: PostedView, answer: AnswerView) -> list[Draft]:
    """An answer as a message to whoever asked; none for whom nothing may reach any more."""
    account = _reader(session, found)
    if account is None or not found.hears:
        return []
    say = words(account.language or account.locale)
    said = thread_answer_replies.answered(say, answer, found.agreed.text, found.state)
    author = members.by_account(session, *accounts.parts(answer.account_key))
    return [
        outbox.message(
            answer.key,
            outbox.direct(account),
            said,
            account,
            unsolicited=True,
            subjects=[author.id] if author else [],
        )
    ]


def _reader(session: Session, found: PostedView) -> AccountView | None:
    """Where whoever asked is told: the account with which they asked, else another of theirs."""
    member, question = members.get(session, found.asker_id), questions.get(session, found.id)
    if member is None or member.status is not MemberStatus.ACTIVE:
        return None
    return outbox.reachable(session, member.id, question.account_key if question else "")


def _words(context: Context, said: Said) -> str:
    files = thread_answer_replies.files_stay(context.say, said.files) if said.files else ""
    return "\n".join(filter(None, (said.text.strip(), files)))
