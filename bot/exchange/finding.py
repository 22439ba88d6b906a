"""Which programme is meant: by its name, by its number, or because there is one alone."""

from sqlmodel import Session

from bot.errors import UserFacingError
from bot.units import Units
from knowledge import programmes
from knowledge.programmes import ProgrammeView


async def named(units: Units, name: str) -> ProgrammeView:
    """The programme called `name`; without a name, the only one. Raises `no_programme`."""

    def find(session: Session) -> ProgrammeView | None:
        every = programmes.listed(session)
        return every[0] if not name and len(every) == 1 else programmes.by_name(session, name)

    found = await units.read(find)
    if found is None:
        raise UserFacingError("no_programme")
    return found


async def numbered(units: Units, said: str) -> ProgrammeView:
    """The programme of that number. Raises `no_programme`."""
    found = await units.read(lambda session: programmes.get(session, number(said)))
    if found is None:
        raise UserFacingError("no_programme")
    return found


def number(said: str) -> int:
    """The number that somebody wrote, with or without its sign; 0 for what is none."""
    said = said.lstrip("#@")
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 9 else 0
