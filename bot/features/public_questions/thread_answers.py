"""Replies below a posted question are answers: each reaches whoever asked, once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.contract import Edited, PlaceKind, Removed, Reply, Said, Submitted
from bot.core.commands import is_for_the_bot
from bot.core.context import Act, Caller
from bot.features.conversations.service import Heard, Told
from bot.features.members.profile_forms import Answers
from bot.features.public_questions import thread_answer_replies as wording
from bot.features.public_questions.posting import number_of
from bot.features.public_questions.resolution import Settling
from bot.i18n import words
from bot.messaging import outbox
from bot.storage.database import Units
from knowledge.members import members
from knowledge.members.accounts import AccountView
from knowledge.messaging import cancellation as unsent
from knowledge.messaging import outbox as deliveries
from knowledge.messaging.outbox import Draft, key_of
from knowledge.public_questions import posts as community
from knowledge.public_questions import thread_answers as public_answers
from knowledge.public_questions.posts import PostedView, PostingView
from knowledge.public_questions.thread_answers import AnswerView
from knowledge.questions import questions
from knowledge.vocabulary import DeliveryKind, MemberStatus

SOLUTION = frozenset({"solution", "solución"})
"""What marks a question as answered when it is all that somebody writes below it."""


class Hearing:
    """Takes in what is written below posted questions, or sent with their button."""

    def __init__(self, *, units: Units, settling: Settling, clock: Callable[[], datetime]) -> None:
        self._units = units
        self._settling = settling
        self._clock = clock

    async def hear(self, caller: Caller, act: Said | Edited | Removed) -> Told:
        """Take in what was said, changed or taken back, if it belongs to a posted question."""
        if act.place.kind not in {PlaceKind.CHANNEL, PlaceKind.THREAD}:
            return None
        if not isinstance(act, Said):
            return await self._amended(caller, act)
        if act.addressed and is_for_the_bot(act.text):
            return None
        refs = {act.place.thread, act.reply_to} - {""}
        room = (act.place.platform, act.place.channel)
        found, answer = await self._units.read(
            lambda session: (
                community.answered_by(session, *room, refs),
                public_answers.called(session, *room, act.reply_to) if act.reply_to else None,
            )
        )
        if act.text.strip().casefold() in SOLUTION and (found or answer):
            number = answer.question_id if answer else found[0].id if found else 0
            return Heard(await self._settling.from_the_thread(caller, number, answer))
        if found is None or (act.addressed and not found[0].hears):
            return None
        await self._keep(caller, *found, act.message, _words(caller, act))
        return Heard()

    async def answer(self, caller: Caller, act: Act) -> Reply:
        """The button below a post: the form, or the answer in it, for whoever asked alone."""
        number = number_of(act.subject)
        found = await self._units.read(lambda session: community.get(session, number))
        if found is None or not found.hears:
            return wording.not_heard(caller.say)
        if not isinstance(act, Submitted):
            return wording.answer_form(caller.say, number)
        answers = Answers(act.values)
        text = answers.text("answer", wording.ANSWER_LIMIT, required=True)
        answers.check()
        place = caller.place
        names = await self._units.read(lambda session: community.postings(session, number))
        here = next((each for each in names if each.channel == place.channel), None)
        posting = here or PostingView(0, place.platform, place.workspace, place.channel, "", "")
        if not await self._keep(caller, found, posting, f"form:{caller.event_id}", text):
            return wording.not_heard(caller.say)
        return wording.passed_on(caller.say)

    async def _keep(
        self, caller: Caller, found: PostedView, posting: PostingView, message: str, text: str
    ) -> bool:
        """Keep an answer and write it to whoever asked; whether it still is one."""
        at = self._clock()

        def write(session: Session) -> bool:
            now = community.get(session, found.id)
            if now is None or not now.hears:
                return False
            if not text or (caller.member is not None and caller.member.id == now.asker_id):
                return True
            kept = public_answers.keep(
                session,
                now.id,
                posting.name,
                platform=posting.platform,
                channel=posting.channel,
                message=message,
                account_key=caller.person.key,
                author=caller.person.name,
                text=text,
                at=at,
            )
            if kept is not None:
                deliveries.write(session, _to_the_asker(session, now, kept), at)
            return True

        return await self._units.write(write)

    async def _amended(self, caller: Caller, act: Edited | Removed) -> Told:
        name = (act.place.platform, act.place.channel, act.message)
        if await self._units.read(lambda session: public_answers.called(session, *name)) is None:
            return None
        at = self._clock()

        def write(session: Session) -> None:
            answer = public_answers.called(session, *name)
            # A platform may not say whose message is gone; nobody but its author changes one.
            own = not caller.person.user_id or (
                answer is not None and answer.account_key == caller.person.key
            )
            if answer is not None and own:
                text = act.text.strip() if isinstance(act, Edited) else ""
                _amend(session, answer, text, act.event_id, at)

        await self._units.write(write)
        return Heard()


def _amend(session: Session, answer: AnswerView, text: str, event_id: str, at: datetime) -> None:
    """Bring other words to whoever asked, or (empty) take the answer back."""
    found = community.get(session, answer.question_id)
    if text:
        public_answers.reword(session, answer.id, text)
    else:
        public_answers.take_back(session, answer.id)
    drafts = _to_the_asker(session, found, replace(answer, text=text)) if found else []
    waiting = unsent.take_back(session, answer.key)
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
    said = wording.answered(say, answer, found.agreed.text, found.state)
    return [outbox.message(answer.key, outbox.direct(account), said, account, unsolicited=True)]


def _reader(session: Session, found: PostedView) -> AccountView | None:
    """Where whoever asked is told: the account with which they asked, else another of theirs."""
    member, question = members.get(session, found.asker_id), questions.get(session, found.id)
    if member is None or member.status is not MemberStatus.ACTIVE:
        return None
    return outbox.reachable(session, member.id, question.account_key if question else "")


def _words(caller: Caller, said: Said) -> str:
    files = wording.files_stay(caller.say, said.files) if said.files else ""
    return "\n".join(filter(None, (said.text.strip(), files)))
