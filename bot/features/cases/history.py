"""Where a case comes from and how it read before: for everybody who may read the case."""

from sqlmodel import Session

from bot.contract import Pressed, Reply, Submitted
from bot.core.context import Actions, Caller, Verbs
from bot.core.errors import UserFacingError
from bot.features.cases import history_replies as wording
from bot.features.cases.lookup import number_of, readable
from bot.storage.database import Units
from knowledge.cases import versions
from knowledge.cases.versions import VersionView
from knowledge.members import audit
from knowledge.views import CaseView


class History:
    """`case 42 history`, its button, and single versions."""

    def __init__(self, *, units: Units) -> None:
        self._units = units
        self.verbs: Verbs = {}
        self.actions: Actions = {
            "case.history": self.press,
            "case.version": self.version,
            "case.version_clear": self.clear,
        }

    async def press(self, caller: Caller, act: Pressed | Submitted) -> Reply:
        """The button of a case."""
        return await self.show(caller, number_of(act.subject))

    async def show(self, caller: Caller, number: int) -> Reply:
        """All versions of a case, the newest first. Raises `case_not_found`."""

        def find(session: Session) -> tuple[CaseView, list[VersionView]]:
            return readable(session, number, caller), versions.of_case(session, number)

        case, found = await self._units.read(find)
        return wording.listed(caller.say, case, found)

    async def version(self, caller: Caller, act: Pressed | Submitted) -> Reply:
        """One version whole; the subject is `42:1`."""
        number, which = _both(act.subject)

        def find(session: Session) -> tuple[CaseView, VersionView | None, int]:
            case = readable(session, number, caller)
            return case, versions.get(session, number, which), versions.count(session, number)

        case, found, newest = await self._units.read(find)
        if found is None:
            raise UserFacingError("no_such_version", number=number, version=which)
        # The newest version is the case itself: its words are changed there.
        clearing = caller.steward and found.number < newest and bool(found.text)
        return wording.one(caller.say, case, found, clearing=clearing)

    async def clear(self, caller: Caller, act: Pressed | Submitted) -> Reply:
        """A steward takes the words out of a former version, for good."""
        actor = caller.trusted().actor
        number, which = _both(act.subject)

        def write(session: Session) -> bool:
            done = versions.clear(session, number, which)
            if done:
                audit.record(session, actor, "case.clear", f"case:{number}", str(which))
            return done

        if not await self._units.write(write):
            raise UserFacingError("no_such_version", number=number, version=which)
        return await self.show(caller, number)


def _both(subject: str) -> tuple[int, int]:
    first, _, second = subject.partition(":")
    return number_of(first), number_of(second)
