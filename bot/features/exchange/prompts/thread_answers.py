"""Answers in the thread of a prompt: kept, brought to whoever asked, and on their way to a case."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.contract import Edited, PlaceKind, Quoted, Removed, Reply, Said
from bot.core.commands import is_for_the_bot, number_in
from bot.core.context import Act, Actions, Caller, Verbs
from bot.core.errors import UserFacingError
from bot.features.cases import draft_replies as drafting
from bot.features.cases.draft_replies import Origin
from bot.features.conversations.service import Heard, Told
from bot.features.exchange.prompts import queue as prompt_queue
from bot.features.exchange.prompts import replies as wording
from bot.i18n import words
from bot.messaging import outbox
from bot.storage.database import Units
from knowledge.exchange import programmes, prompt_answers, prompts
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.prompt_answers import AnswerView
from knowledge.exchange.prompts import PromptView
from knowledge.members import audit, members
from knowledge.messaging import outbox as deliveries
from knowledge.views import MemberView
from knowledge.vocabulary import DeliveryKind, MemberStatus, Purpose

TEXT_LIMIT = 4_000
"""Characters of an answer that are kept."""
KEPT_OF = frozenset({MemberStatus.ACTIVE, MemberStatus.PAUSED})


class Answers:
    """Listens in threads of prompts, and nowhere else."""

    def __init__(self, *, units: Units, clock: Callable[[], datetime]) -> None:
        self._units = units
        self._clock = clock
        self.verbs: Verbs = {}
        self.actions: Actions = {
            "prompt.unsay": self.unsay,
            "prompt.suggest": self.suggest,
            "prompt.draft": self.draft,
            "prompts.answers": self.press_show,
        }

    async def heard(self, caller: Caller, act: Said | Edited | Removed) -> Told:
        """Keep, change or forget an answer; None for what belongs to no prompt's thread."""
        if act.place.kind is PlaceKind.DIRECT or not act.message:
            return None
        if not isinstance(act, Said):
            return await self._amended(caller, act)
        found = await self._prompt_of(act)
        return None if found is None else await self._said(caller, found, act)

    async def _prompt_of(self, act: Said) -> PromptView | None:
        """The prompt in whose thread something was said that is no question to the bot."""
        # A thread is known by the message above it, a reply by the message that it answers.
        above = [each for each in (act.reply_to, act.place.thread) if each and each != act.message]
        asks = act.addressed and (is_for_the_bot(act.text) or act.text.rstrip().endswith("?"))
        if not above or not act.text.strip() or asks:
            return None
        place = act.place
        return await self._units.read(
            lambda session: prompts.at_message(session, place.platform, place.channel, above)
        )

    async def _said(self, caller: Caller, found: PromptView, act: Said) -> Heard:
        member = caller.member
        if member is None or member.status not in KEPT_OF:
            return Heard(wording.members_only(caller.say) if act.addressed else None)
        kept = await self._units.write(lambda session: self._keep(session, found, member, act))
        if kept is None or not act.addressed:
            return Heard()
        return Heard(wording.kept(caller.say, kept.id, asked=found.asker_id is not None))

    async def unsay(self, caller: Caller, act: Act) -> Reply:
        """Take an answer of one's own back, where its message cannot tell."""
        member, at = caller.known(), self._clock()

        def write(session: Session) -> None:
            found = _answer(session, act.subject)
            if found is not None and found.member_id != member.id:
                raise UserFacingError("not_yours")
            if found is not None:
                prompt_answers.take_back(session, found.id, at)

        await self._units.write(write)
        return wording.unsaid(caller.say)

    async def press_show(self, caller: Caller, act: Act) -> Reply:
        return await self.show(caller, act.subject)

    async def show(self, caller: Caller, number: str) -> Reply:
        """What was answered to a prompt, for stewards. Raises `no_prompt`."""
        caller.trusted()

        def find(session: Session) -> tuple[PromptView, list[tuple[AnswerView, str]]]:
            found = prompts.get(session, number_in(number))
            programme = programmes.get(session, found.programme_id) if found else None
            if found is None or programme is None or found.posted_at is None:
                raise UserFacingError("no_prompt", number=number)
            given = prompt_answers.to_prompt(session, found.id)
            return found, [(each, _author(session, programme, each)) for each in given]

        found, given = await self._units.read(find)
        return wording.answers(caller.say, found, prompt_queue.by_id(), given)

    async def suggest(self, caller: Caller, act: Act) -> Reply:
        """A steward would like a case: the author is asked, once."""
        caller.trusted()
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
                lambda say: wording.suggestion(say, found),
                at,
            )
            if told:
                prompt_answers.suggest(session, found.id, at)
                audit.record(session, caller.actor, "prompts.suggest", f"answer:{found.id}")
            return told

        return wording.suggested(caller.say, told=await self._units.write(write))

    async def draft(self, caller: Caller, act: Act) -> Reply:
        """The author's form, with the words of the answer in it; it is saved as any case is."""
        member = caller.approved()
        found = await self._units.read(lambda session: _answer(session, act.subject))
        if found is None or found.member_id != member.id:
            raise UserFacingError("not_yours")
        day = f"{found.at:%Y-%m-%d}"
        quoted = Quoted(found.text, caller.person.user_id, "", day)
        return drafting.opened(caller.say, Origin("own", day), quoted)

    async def _amended(self, caller: Caller, act: Edited | Removed) -> Told:
        where = (act.place.platform, act.place.channel, act.message)
        found = await self._units.read(lambda session: prompt_answers.of_message(session, where))
        if found is None:
            return None
        if caller.person.user_id and (caller.member is None or caller.member.id != found.member_id):
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

        await self._units.write(write)
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
    reply = wording.brought(
        words(account.language or account.locale),
        found,
        _author(session, programme, answer),
        answer.text,
    )
    key = prompt_answers.key(answer.id)
    draft = outbox.message(key, outbox.direct(account), reply, account)
    if again and deliveries.is_written(session, key):
        changed = deliveries.key_of("prompt", "answer", "again", again)
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
