"""`programme apart` and `programme reports`: whom stewards never put into one group."""

from sqlmodel import Session

from bot.contract import Reply
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.features.exchange.programmes import lookup, separation_replies
from bot.storage.database import Database
from knowledge.errors import UnreadableInput
from knowledge.exchange import programmes
from knowledge.lifecycle.personal_data import subject
from knowledge.members import audit, members, reporting_lines
from knowledge.members.views import MemberView
from knowledge.readers import parsers
from knowledge.vocabulary import MemberStatus


class Separations:
    """Members, organisations and countries that are kept apart; each change is in the audit."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def apart(self, context: Context, text: str, *, apart: bool) -> Reply:
        """`programme apart`, `programme apart Ana Ruiz | MX`, `programme apart off` the same."""
        if not text:
            return await self._listed(context)
        said = [part.strip() for part in text.split("|")]

        def write(session: Session) -> tuple[separation_replies.Side, separation_replies.Side]:
            people = members.listed(session, [MemberStatus.ACTIVE])
            known = {word for pair in programmes.kept_apart(session) for word in pair}
            one, other = (_word(context, part, people, known) for part in said)
            if one == other and one.startswith("#"):
                raise UserFacingError("lock_refused")
            if programmes.keep_apart(session, one, other, apart=apart):
                pair = f"{one} | {other}"
                audit.record(session, context.actor, "programme.apart", "programmes", pair)
            return _side(one, people), _side(other, people)

        sides = await self._database.write(write)
        return separation_replies.apart(context.say, *sides, text, apart=apart)

    async def reports(self, context: Context, text: str, *, noted: bool) -> Reply:
        """`programme reports`, `programme reports STAFF | SUPERIOR`, with `off` to undo it."""
        if not text:
            return await self._listed(context)
        said = [part.strip() for part in text.split("|")]

        def write(session: Session) -> tuple[str, str]:
            people = members.listed(session, [MemberStatus.ACTIVE])
            staff, chief = (_member(part, people) for part in said)
            if staff is None or chief is None or staff.id == chief.id:
                raise UserFacingError(
                    "nobody_so_called", value=said[0] if staff is None else said[1]
                )
            if reporting_lines.note(session, staff.id, chief.id, noted, by_steward=True):
                act = "programme.reports" if noted else "programme.reports.undo"
                audit.record(session, context.actor, act, subject(staff.id), f"#{chief.id}")
            return staff.name, chief.name

        names = await self._database.write(write)
        return separation_replies.reports(context.say, *names, text, noted=noted)

    async def _listed(self, context: Context) -> Reply:
        def find(
            session: Session,
        ) -> tuple[
            list[tuple[separation_replies.Side, separation_replies.Side]], list[tuple[str, str]]
        ]:
            people = members.listed(session, [MemberStatus.ACTIVE])
            names = {each.id: each.name for each in people}
            return [
                (_side(one, people), _side(other, people))
                for one, other in programmes.kept_apart(session)
            ], [
                (names[one], names[other])
                for one, other in reporting_lines.of_stewards(session)
                if one in names and other in names
            ]

        return separation_replies.listed(context.say, *await self._database.read(find))


def _word(context: Context, said: str, people: list[MemberView], known: set[str]) -> str:
    """How one side is stored: `#12`, an organisation, or a country's code.

    A member's name goes before an organisation's, and that before a country's. What was stored once
    can be said again to undo it, also when nobody is so called any more. Raises `unknown_side`.
    """
    found = _member(said, people)
    if found is not None:
        return f"#{found.id}"
    folded = lookup.folded(said)
    offices = {lookup.folded(each.organisation): each.organisation for each in people}
    stored = {word.casefold(): word for word in known}
    if folded and folded in offices:
        return offices[folded]
    try:
        return parsers.country(said)
    except UnreadableInput:
        if folded in stored:
            return stored[folded]
        raise UserFacingError("unknown_side", value=said) from None


def _member(said: str, people: list[MemberView]) -> MemberView | None:
    folded = lookup.folded(said.lstrip("@"))
    found = [each for each in people if folded in {lookup.folded(each.name), f"#{each.id}"}]
    return found[0] if len(found) == 1 else None


def _side(word: str, people: list[MemberView]) -> separation_replies.Side:
    if word.startswith("#"):
        names = [each.name for each in people if f"#{each.id}" == word]
        return separation_replies.Side(names[0] if names else word)
    offices = {lookup.folded(each.organisation) for each in people}
    if len(word) == 2 and lookup.folded(word) not in offices:
        return separation_replies.Side(country=word)
    return separation_replies.Side(organisation=word)
