"""Where a case comes from and how it read before: for everybody who may read the case."""

from sqlmodel import Session

from bot.contract import Pressed, Reply, Submitted
from bot.core.commands import Who
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed, pressed_on
from bot.core.tokens import number_of
from bot.features.cases import history_replies
from bot.features.cases.lookup import readable
from bot.storage.database import Database
from knowledge.cases import versions
from knowledge.cases.versions import VersionView
from knowledge.cases.views import CaseView
from knowledge.members import audit


class CaseHistory:
    """`case 42 history`, its button, and single versions."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    @pressed_on("case.history", who=Who.EVERYONE)
    async def show(self, context: Context, said: str) -> Reply:
        """All versions of a case, the newest first. Raises `case_not_found`."""
        number = number_of(said, "case_not_found")

        def find(session: Session) -> tuple[CaseView, list[VersionView]]:
            return readable(session, number, context), versions.of_case(session, number)

        case, found = await self._database.read(find)
        return history_replies.listed(context.say, case, found)

    @pressed("case.version", who=Who.EVERYONE)
    async def version(self, context: Context, act: Pressed | Submitted) -> Reply:
        """One version whole; the subject is `42:1`."""
        number, which = _both(act.subject)

        def find(session: Session) -> tuple[CaseView, VersionView | None, int]:
            case = readable(session, number, context)
            return case, versions.get(session, number, which), versions.count(session, number)

        case, found, newest = await self._database.read(find)
        if found is None:
            raise UserFacingError("no_such_version", number=number, version=which)
        # The newest version is the case itself: its words are changed there.
        clearing = context.steward and found.number < newest and bool(found.text)
        return history_replies.one(context.say, case, found, clearing=clearing)

    @pressed("case.version_clear", who=Who.STEWARD)
    async def clear(self, context: Context, act: Pressed | Submitted) -> Reply:
        """A steward takes the words out of a former version, for good."""
        actor = context.actor
        number, which = _both(act.subject)

        def write(session: Session) -> bool:
            done = versions.clear(session, number, which)
            if done:
                audit.record(session, actor, "case.clear", f"case:{number}", str(which))
            return done

        if not await self._database.write(write):
            raise UserFacingError("no_such_version", number=number, version=which)
        return await self.show(context, str(number))


def _both(subject: str) -> tuple[int, int]:
    first, _, second = subject.partition(":")
    return number_of(first, "case_not_found"), number_of(second, "case_not_found")
