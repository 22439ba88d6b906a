"""`pair assistant`: a member names somebody who schedules for them, and who must agree first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.contract import Person, Reply
from bot.core.commands import number_in
from bot.core.context import Act, Actions, Caller
from bot.core.errors import UserFacingError
from bot.features.exchange.participation import assistant_replies as wording
from bot.features.exchange.programmes import lookup as finding
from bot.i18n import Words
from bot.messaging import outbox
from bot.messaging.outbox import TERMINAL
from bot.storage.database import Units
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


class Assisting:
    """Names, asks and ends; whoever schedules need be no member, only reachable in private."""

    def __init__(self, *, units: Units, clock: Callable[[], datetime]) -> None:
        self._units = units
        self._clock = clock
        self.actions: Actions = {
            "assistant.agree": self.agree,
            "assistant.decline": self.decline,
            "assistant.stop": self.decline,
        }

    async def assistant(self, caller: Caller, text: str) -> Reply:
        """`pair assistant`, `pair assistant @x`, `pair assistant none`."""
        if not text:
            return await self._standing(caller)
        if text.casefold() in finding.NOBODY:
            return await self._ended(caller)
        return await self._named(caller, text)

    async def agree(self, caller: Caller, act: Act) -> Reply:
        """Only the person who was asked can answer."""
        found = await self._answered(caller, act, AssistantState.AGREED)
        if found is None:
            return wording.over(caller.say)
        name = await self._units.read(lambda session: _name(session, found.member_id))
        return wording.agreed(caller.say, name, found.id)

    async def decline(self, caller: Caller, act: Act) -> Reply:
        """Say no, or end it later."""
        found = await self._answered(caller, act, AssistantState.DECLINED)
        return wording.over(caller.say) if found is None else wording.declined(caller.say)

    async def _answered(
        self, caller: Caller, act: Act, state: AssistantState
    ) -> AssistantView | None:
        """The naming as it stands now; None when it was settled before.

        The same press twice says the same. Raises `not_yours` for anybody else's.
        """
        number, at = number_in(act.subject), self._clock()

        def write(session: Session) -> AssistantView | None:
            found = assistants.get(session, number)
            if found is None:
                return None
            if found.key not in _keys(session, caller):
                raise UserFacingError("not_yours")
            if found.state is state:
                return found
            changed = assistants.answer(session, number, state, at, caller.person.name)
            member = members.get(session, found.member_id)
            if changed is not None and member is not None:
                cause = ("assistant", str(number), state, found.asked_at.isoformat())
                outbox.tell(
                    session,
                    member,
                    cause,
                    lambda say: wording.answered(say, changed, state),
                    at,
                )
            return changed

        return await self._units.write(write)

    async def _named(self, caller: Caller, text: str) -> Reply:
        member, at = caller.approved(), self._clock()

        def write(session: Session) -> tuple[str, Person]:
            person = _person(session, caller, text)
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

        outcome, person = await self._units.write(write)
        return wording.said(caller.say, outcome, person.name, person.key)

    async def _ended(self, caller: Caller) -> Reply:
        member = caller.known()

        def write(session: Session) -> AssistantView | None:
            found = assistants.current(session, member.id)
            if found is not None:
                self._relieve(session, found, member.name)
            return found

        found = await self._units.write(write)
        if found is None:
            return wording.said(caller.say, "nobody")
        return wording.said(caller.say, "ended", found.name, found.key)

    def _relieve(self, session: Session, found: AssistantView, member: str) -> None:
        """End a naming; who had agreed is told, who had not answered need not know."""
        at = self._clock()
        ended = assistants.answer(session, found.id, AssistantState.ENDED, at)
        if ended is not None and found.state is AssistantState.AGREED:
            cause = ("assistant", str(found.id), "ended", found.asked_at.isoformat())
            _tell(session, found, cause, lambda say: wording.relieved(say, member), at)

    async def _standing(self, caller: Caller) -> Reply:
        member = caller.member

        def find(session: Session) -> tuple[AssistantView | None, list[tuple[int, str]]]:
            own = assistants.current(session, member.id) if member else None
            return own, [
                (each.id, _name(session, each.member_id))
                for each in assistants.named(session, sorted(_keys(session, caller)))
                if each.state is AssistantState.AGREED
            ]

        own, others = await self._units.read(find)
        return wording.standing(caller.say, own, others, member=member is not None)


def _ask(say: Words, member: str, number: int) -> Reply:
    return wording.invitation(say, member, number)


def _keys(session: Session, caller: Caller) -> set[str]:
    """Every account of whoever acts."""
    own = outbox.keys_of(session, caller.member.id) if caller.member else []
    return {caller.person.key, *own}


def _name(session: Session, member_id: int) -> str:
    found = members.get(session, member_id)
    return found.name if found else ""


def _person(session: Session, caller: Caller, text: str) -> Person:
    """Whom the caller mentions or names, on the same platform. Raises `assistant_unknown`."""
    here = caller.person
    for person in caller.mentions:
        if (person.platform, person.workspace) == (here.platform, here.workspace):
            known = accounts.find(session, person.platform, person.workspace, person.user_id)
            return replace(person, name=known.name) if known and known.name else person
    named = None if here.platform == TERMINAL else finding.member(session, caller, text)
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
    outbox.tell_account(session, found.key, found.name, found.locale, cause, reply, at)
