"""`pair assistant`: a member names somebody who schedules for them, and who must agree first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.contract import Person, Reply
from bot.core.commands import Who
from bot.core.context import Act, Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed
from bot.core.tokens import number_in
from bot.features.exchange.participation import assistant_replies
from bot.features.exchange.programmes import lookup
from bot.i18n import Words
from bot.messaging import outbox
from bot.messaging.outbox import TERMINAL
from bot.storage.database import Database
from knowledge.exchange import assistants
from knowledge.exchange.assistants import Asking, AssistantView
from knowledge.exchange.states import AssistantState
from knowledge.members import accounts, members

OUTCOMES = {
    Asking.ASKED: "asked",
    Asking.ALREADY: "already",
    Asking.DECLINED_BEFORE: "declined_before",
    Asking.TOO_MANY: "too_many",
}


class Assistants:
    """Names, asks and ends; whoever schedules need be no member, only reachable in private."""

    def __init__(self, *, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def assistant(self, context: Context, text: str) -> Reply:
        """`pair assistant`, `pair assistant @x`, `pair assistant none`."""
        if not text:
            return await self._standing(context)
        if text.casefold() in lookup.NOBODY:
            return await self._ended(context)
        return await self._named(context, text)

    @pressed("assistant.agree", who=Who.EVERYONE)
    async def agree(self, context: Context, act: Act) -> Reply:
        """Only the person who was asked can answer."""
        found = await self._answered(context, act, AssistantState.AGREED)
        if found is None:
            return assistant_replies.over(context.say)
        name = await self._database.read(lambda session: _name(session, found.member_id))
        return assistant_replies.agreed(context.say, name, found.id)

    @pressed("assistant.decline", "assistant.stop", who=Who.EVERYONE)
    async def decline(self, context: Context, act: Act) -> Reply:
        """Say no, or end it later."""
        found = await self._answered(context, act, AssistantState.DECLINED)
        return (
            assistant_replies.over(context.say)
            if found is None
            else Reply(
                context.say(
                    "Thank you for saying so. You do not schedule for them, and are not asked."
                )
            )
        )

    async def _answered(
        self, context: Context, act: Act, state: AssistantState
    ) -> AssistantView | None:
        """The naming as it stands now; None when it was settled before.

        The same press twice says the same. Raises `not_yours` for anybody else's.
        """
        number, at = number_in(act.subject), self._clock()

        def write(session: Session) -> AssistantView | None:
            found = assistants.get(session, number)
            if found is None:
                return None
            if found.key not in _keys(session, context):
                raise UserFacingError("not_yours")
            if found.state is state:
                return found
            changed = assistants.answer(session, number, state, at, context.person.name)
            member = members.get(session, found.member_id)
            if changed is not None and member is not None:
                cause = ("assistant", str(number), state, found.asked_at.isoformat())
                outbox.tell(
                    session,
                    member,
                    cause,
                    lambda say: assistant_replies.answered(say, changed, state),
                    at,
                )
            return changed

        return await self._database.write(write)

    async def _named(self, context: Context, text: str) -> Reply:
        context.admit(Who.APPROVED)
        member, at = context.me, self._clock()

        def write(session: Session) -> tuple[str, Person]:
            person = _person(session, context, text)
            if person.key in outbox.keys_of(session, member.id):
                raise UserFacingError("assistant_is_you")
            former = assistants.current(session, member.id)
            locale = _locale(session, person)
            asking, found = assistants.ask(session, member.id, person.key, person.name, locale, at)
            if asking is Asking.ASKED and found is not None:
                if former is not None:
                    self._relieve(session, former, member.name)
                cause = ("assistant", str(found.id), "ask", at.isoformat())
                _tell(session, found, cause, lambda say: _ask(say, member.name, found.id), at)
            return OUTCOMES[asking], person

        outcome, person = await self._database.write(write)
        return assistant_replies.said(context.say, outcome, person.name, person.key)

    async def _ended(self, context: Context) -> Reply:
        member = context.me

        def write(session: Session) -> AssistantView | None:
            found = assistants.current(session, member.id)
            if found is not None:
                self._relieve(session, found, member.name)
            return found

        found = await self._database.write(write)
        if found is None:
            return assistant_replies.said(context.say, "nobody")
        return assistant_replies.said(context.say, "ended", found.name, found.key)

    def _relieve(self, session: Session, found: AssistantView, member: str) -> None:
        """End a naming; who had agreed is told, who had not answered need not know."""
        at = self._clock()
        ended = assistants.answer(session, found.id, AssistantState.ENDED, at)
        if ended is not None and found.state is AssistantState.AGREED:
            cause = ("assistant", str(found.id), "ended", found.asked_at.isoformat())
            _tell(
                session,
                found,
                cause,
                lambda say: Reply(
                    say(
                        "You need not schedule for {member} any more. Thank you for it.",
                        member=member,
                    )
                ),
                at,
            )

    async def _standing(self, context: Context) -> Reply:
        member = context.member

        def find(session: Session) -> tuple[AssistantView | None, list[tuple[int, str]]]:
            own = assistants.current(session, member.id) if member else None
            return own, [
                (each.id, _name(session, each.member_id))
                for each in assistants.named(session, sorted(_keys(session, context)))
                if each.state is AssistantState.AGREED
            ]

        own, others = await self._database.read(find)
        return assistant_replies.standing(context.say, own, others, member=member is not None)


def _ask(say: Words, member: str, number: int) -> Reply:
    return assistant_replies.invitation(say, member, number)


def _keys(session: Session, context: Context) -> set[str]:
    """Every account of whoever acts."""
    own = outbox.keys_of(session, context.member.id) if context.member else []
    return {context.person.key, *own}


def _name(session: Session, member_id: int) -> str:
    found = members.get(session, member_id)
    return found.name if found else ""


def _person(session: Session, context: Context, text: str) -> Person:
    """Whom the caller mentions or names, on the same platform. Raises `assistant_unknown`."""
    here = context.person
    for person in context.mentions:
        if (person.platform, person.workspace) == (here.platform, here.workspace):
            known = accounts.find(session, person.platform, person.workspace, person.user_id)
            return replace(person, name=known.name) if known and known.name else person
    named = None if here.platform == TERMINAL else lookup.member(session, context, text)
    for each in accounts.of_member(session, named.id) if named else ():
        if (each.platform, each.workspace) == (here.platform, here.workspace) and not each.gone:
            return Person(each.platform, each.workspace, each.user_id, named.name if named else "")
    raise UserFacingError("assistant_unknown")


def _locale(session: Session, person: Person) -> str:
    known = accounts.find(session, person.platform, person.workspace, person.user_id)
    return (known.language or known.locale) if known else ""


def _tell(
    session: Session,
    found: AssistantView,
    cause: tuple[str, ...],
    reply: Callable[[Words], Reply],
    at: datetime,
) -> None:
    """A private message to whoever was named, once for each cause."""
    about = [found.member_id]
    outbox.tell_account(
        session, found.key, found.name, found.locale, cause, reply, at, subjects=about
    )
