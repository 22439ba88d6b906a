"""Which programme or which member is meant: by a mention, by a name or by a number."""

from sqlmodel import Session

from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.core.tokens import number_in
from bot.storage.database import Database
from knowledge.exchange import programmes
from knowledge.exchange.programmes import ProgrammeView
from knowledge.members import members
from knowledge.members.views import MemberView
from knowledge.vocabulary import MemberStatus

NOBODY = frozenset({"none", "nobody", "nadie", "ninguno", "personne"})
"""Words by which somebody whom one named is taken back."""


async def named(database: Database, name: str) -> ProgrammeView:
    """The programme called `name`; without a name, the only one. Raises `unknown_programme`."""

    def find(session: Session) -> ProgrammeView | None:
        every = programmes.listed(session)
        return every[0] if not name and len(every) == 1 else programmes.by_name(session, name)

    found = await database.read(find)
    if found is None:
        raise UserFacingError("unknown_programme")
    return found


async def numbered(database: Database, said: str) -> ProgrammeView:
    """The programme of that number. Raises `unknown_programme`."""
    found = await database.read(lambda session: programmes.get(session, number_in(said)))
    if found is None:
        raise UserFacingError("unknown_programme")
    return found


def member(session: Session, context: Context, said: str) -> MemberView:
    """The active member whom somebody mentions, numbers (`#12`) or names.

    Two of one name are told apart by a comma and the organisation. Raises `nobody_so_called`, also
    for the caller themselves.
    """
    for person in context.mentions:
        found = members.by_account(session, person.platform, person.workspace, person.user_id)
        if found is not None and found.status is MemberStatus.ACTIVE and found.id != _own(context):
            return found
    name, _, office = (folded(part) for part in said.lstrip("@").partition(","))
    called = [
        each
        for each in members.listed(session, [MemberStatus.ACTIVE])
        if name in {folded(each.name), f"#{each.id}"}
        and each.id != _own(context)
        and office in {"", folded(each.organisation)}
    ]
    if len(called) != 1:
        raise UserFacingError("nobody_so_called", value=said)
    return called[0]


def _own(context: Context) -> int | None:
    return context.member.id if context.member else None


def folded(text: str) -> str:
    """A name as it is compared: however it is capitalised and spaced."""
    return " ".join(text.casefold().split())
