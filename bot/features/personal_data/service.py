"""What is held about somebody: shown, handed over, erased; and how they are shown to others."""

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlmodel import Session

from bot.contract import FILES_LIMIT, Attachment, Pressed, Reply, Submitted
from bot.core.commands import NOTHING, Group, Intent, Who
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed, pressed_on, said
from bot.features.personal_data import replies
from bot.i18n import later
from bot.jobs import PeriodicJob
from bot.storage.database import Database
from knowledge.lifecycle import personal_data
from knowledge.lifecycle.personal_data import Holdings
from knowledge.members import audit, members
from knowledge.members.anonymity import Census, Description, display

__all__ = ["Census", "Description", "PersonalData", "display", "document", "packed"]


class PersonalData:
    """`data show`, `data export`, `data erase`: for members, and for whoever only asked."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Callable[[], datetime],
        leaving: Callable[[Session, int], None],
    ) -> None:
        """`leaving` ends what a member takes part in, before they are erased."""
        self._database = database
        self._clock = clock
        self._leaving = leaving
        # At the start as well: the process before may have ended in between.
        self._traces = True
        self.jobs = (PeriodicJob("traces of what was erased", timedelta(minutes=1), self._wipe),)

    @said(
        "data",
        Group.MEMBERSHIP,
        later("see, export or erase what is held about you"),
        NOTHING,
        r"(?P<object>show|export)",
        r"(?P<object>erase)(?:\s+(?P<text>\w{1,20}))?",
        examples="data show\ndata export\ndata erase",
        nearly=r"(?:delete|erase|forget|borrar|eliminar|supprimer|effacer)\s+"
        r"(?:me|my|mi|mis|mes|all|everything|data|datos|données)\b.*"
        r"|data\s+(?:delete|remove|forget|borrar|supprimer)\b.*",
    )
    async def data(self, context: Context, intent: Intent) -> Reply:
        """`data show`, `data export`, `data erase`, and the word that confirms the last."""
        match intent.object.casefold():
            case "export":
                return await self.export(context, "")
            case "erase" if intent.text.casefold() in replies.confirming(context.say):
                return await self._erased(context)
            case "erase":
                return await self._asked(context)
            case _:
                return await self.show(context, "")

    @pressed_on("data.show", who=Who.EVERYONE)
    async def show(self, context: Context, _: str) -> Reply:
        """Everything that is held."""
        return replies.shown(context.say, await self._held(context))

    @pressed_on("data.export", who=Who.EVERYONE)
    async def export(self, context: Context, _: str) -> Reply:
        """The same as one file."""
        now, held = self._clock(), await self._held(context)
        if held.empty:
            return replies.shown(context.say, held)
        file = packed(document(held, now), f"crosswalk-data-{now:%Y-%m-%d}")
        return replies.exported(context.say, file)

    @pressed("data.erase", who=Who.EVERYONE)
    async def erase(self, context: Context, act: Pressed | Submitted) -> Reply:
        """The first step, or with the person's own mark as subject the second."""
        if not act.subject:
            return await self._asked(context)
        if act.subject != _mark(context):
            raise UserFacingError("not_yours")
        return await self._erased(context)

    async def holdings(self, member_id: int | None, account_key: str = "") -> Holdings:
        """What is held about a member, or about an account without one."""
        now = self._clock()
        return await self._database.read(
            lambda session: personal_data.collect(session, member_id, account_key, now)
        )

    async def erase_member(self, actor: str, member_id: int) -> None:
        """Erase a member who asked for it elsewhere. Raises `member_not_found`."""

        def write(session: Session) -> None:
            if members.get(session, member_id) is None:
                raise UserFacingError("member_not_found", number=member_id)
            self._leaving(session, member_id)
            personal_data.erase(session, member_id, "")
            audit.record(session, actor, "member.erase", personal_data.subject(member_id))

        await self._database.write(write)
        await self._settle()

    async def _wipe(self) -> None:
        """Wipe the journal once more: the act that asked is forgotten after what it asked for."""
        if self._traces and await self._database.settle():
            self._traces = False

    async def _settle(self) -> None:
        await self._database.settle()
        self._traces = True

    async def _held(self, context: Context) -> Holdings:
        number = context.member.id if context.member else None
        return await self.holdings(number, context.person.key)

    async def _asked(self, context: Context) -> Reply:
        held = await self._held(context)
        if held.empty:
            return replies.shown(context.say, held)
        return replies.erase_question(context.say, held, _mark(context))

    async def _erased(self, context: Context) -> Reply:
        if context.member is not None:
            # Whoever pressed twice was erased by the first press: the second finds nothing.
            number = context.member.id

            def write(session: Session) -> None:
                if members.get(session, number) is None:
                    return
                self._leaving(session, number)
                personal_data.erase(session, number, "")
                name = personal_data.subject(number)
                audit.record(session, name, "member.erase", name)

            await self._database.write(write)
        else:
            key = context.person.key
            await self._database.write(lambda session: personal_data.erase(session, None, key))
        await self._settle()
        return replies.erased(context.say)


def document(held: Holdings, now: datetime) -> str:
    """All that is held as one JSON document, UTF-8, two spaces of indent, keys in our words."""
    content: dict[str, Any] = {"exported_at": now.isoformat(), **held.by_name()}
    return json.dumps(content, ensure_ascii=False, indent=2, default=_plain)


def packed(document: str, name: str) -> Attachment:
    """The document as a file; zipped if it is too large for a message as it is.

    Raises `export_too_large`.
    """
    data = document.encode()
    if len(data) <= FILES_LIMIT:
        return Attachment(f"{name}.json", "application/json", data)
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as zipped:
        zipped.writestr(f"{name}.json", data)
    if len(archive.getvalue()) > FILES_LIMIT:
        raise UserFacingError("export_too_large")
    return Attachment(f"{name}.zip", "application/zip", archive.getvalue())


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {each.name: getattr(value, each.name) for each in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset | set):
        return sorted(str(item) for item in value)
    return str(value)


def _mark(context: Context) -> str:
    """What ties a confirming button to the person who asked for it."""
    return str(context.member.id) if context.member else context.person.key
