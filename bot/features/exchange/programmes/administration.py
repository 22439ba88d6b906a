"""`programme`: stewards say who exchanges with whom, how often and where."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.contract import Form, PlaceKind, Reply, Submitted
from bot.core.commands import NOTHING, Group, Intent, Who
from bot.core.context import Act, Context
from bot.core.errors import UserFacingError
from bot.core.forms import beside
from bot.core.handlers import pressed, pressed_on, said
from bot.features.exchange.programmes import form, form_values, lookup, replies
from bot.features.exchange.programmes.cadence import Cadence, next_due
from bot.features.exchange.programmes.form import ProgrammeForm
from bot.features.exchange.programmes.separations import Separations
from bot.features.exchange.programmes.settings import (
    DAYS,
    announced_in,
    timetable_of,
    with_place,
    without_place,
    write_timetable,
)
from bot.i18n import later
from bot.storage.database import Database
from knowledge.exchange import programmes, rounds
from knowledge.exchange.programmes import ProgrammeView
from knowledge.members import audit


class ProgrammeAdministration:
    """What stewards do with the exchange; each act is in the audit."""

    def __init__(self, *, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._apart = Separations(database=database)

    @said(
        "programme",
        Group.STEWARDS,
        later("who exchanges with whom, how often and where"),
        NOTHING,
        r"(?P<object>create|list)",
        r"(?P<object>edit|pause|resume|here|not\s+here)(?:\s+(?P<text>[^?¿]{1,80}))?",
        r"(?P<object>(?:apart|reports)(?:\s+(?:on|off))?)(?:\s+(?P<text>[^?¿|]{1,80}\|[^?¿|]{1,80}))?",
        who=Who.STEWARD,
        words=("programmes",),
        examples="programme create\nprogramme edit Bridges\nprogramme pause Bridges\n"
        "programme resume Bridges\nprogramme here Bridges\nprogramme not here Bridges\n"
        "programme apart MX | #12\nprogramme apart off MX | #12\n"
        "programme reports Ana Ruiz | Eva Sol",
    )
    async def programme(self, context: Context, intent: Intent) -> Reply:
        """`programme create`, `programme edit NAME`, `programme apart A | B`, `programme`."""
        (said, *more), text = (intent.object.casefold().split() or [""]), intent.text.strip()
        match said:
            case "" | "list":
                return await self._listed(context)
            case "create":
                return replies.asked(context.say, self._form(context, None))
            case "apart":
                return await self._apart.apart(context, text, apart=more != ["off"])
            case "reports":
                return await self._apart.reports(context, text, noted=more != ["off"])
            case _:
                return await self._of_programme(context, said, text)

    async def _of_programme(self, context: Context, said: str, name: str) -> Reply:
        found = await lookup.named(self._database, name)
        match said:
            case "edit":
                return replies.asked(context.say, self._form(context, found))
            case "pause":
                return await self.pause(context, str(found.id))
            case "resume":
                return await self.resume(context, str(found.id))
            case _:
                place = f":{replies.NOT_HERE}" if said == replies.NOT_HERE else ""
                return await self.here(context, f"{found.id}{place}")

    async def _listed(self, context: Context) -> Reply:
        def find(session: Session) -> list[replies.Shown]:
            return [_shown(session, context, each) for each in programmes.listed(session)]

        return replies.listed(context.say, await self._database.read(find))

    @pressed("programme.save", who=Who.STEWARD)
    async def save(self, context: Context, act: Act) -> Reply:
        """Take the form of a programme, new or changed."""
        old = await lookup.numbered(self._database, act.subject) if act.subject else None
        drawn = self._form(context, old)
        if not isinstance(act, Submitted):
            return replies.asked(context.say, drawn)
        told = ProgrammeForm.read(act.values, drawn)
        name, cadence, now = told.name, Cadence(told.cadence), self._clock()
        timetable = form_values.timetable(cadence, told.at, told.zone, told.start, told.blackouts)
        values: dict[str, object] = {
            "timetable": write_timetable(timetable),
            "rules": form.rules(told, context.say.language).written(),
            "automatic": told.automatic is not False,
            "days": told.days or DAYS[cadence],
            "chatham_house": told.chatham is True,
        }
        if old is None or form.timetable_changed(old, timetable):
            values["next_due_at"] = next_due(timetable, now)

        def write(session: Session) -> replies.Shown:
            same = programmes.by_name(session, name)
            if same is not None and (old is None or same.id != old.id):
                with beside("name", drawn, act.values):
                    raise UserFacingError("programme_name_taken")
            if old is None:
                saved = programmes.create(session, name, **values)
                if _a_channel(context):
                    channels = with_place(saved, context.place)
                    saved = programmes.change(session, saved.id, channels=channels) or saved
            else:
                saved = programmes.change(session, old.id, **values, name=name) or old
            audit.record(session, context.actor, "programme.save", f"programme:{saved.id}")
            return _shown(session, context, saved)

        return replies.saved(context.say, await self._database.write(write))

    @pressed_on("programme.pause", who=Who.STEWARD)
    async def pause(self, context: Context, number: str) -> Reply:
        """Nothing begins by itself any more; what is paused already stays so."""
        found = await lookup.numbered(self._database, number)
        return await self._changed(context, found, "programme.pause", paused=True)

    @pressed_on("programme.resume", who=Who.STEWARD)
    async def resume(self, context: Context, number: str) -> Reply:
        """It goes on with its next date from now; what was not paused goes on as it is."""
        found = await lookup.numbered(self._database, number)
        due = next_due(timetable_of(found), self._clock()) if found.paused else found.next_due_at
        return await self._changed(
            context, found, "programme.resume", paused=False, next_due_at=due
        )

    @pressed_on("programme.here", who=Who.STEWARD)
    async def here(self, context: Context, about: str) -> Reply:
        """`3`, or `3:not`; the same twice says the same."""
        if not _a_channel(context):
            raise UserFacingError("programme_place")
        number, _, word = about.partition(":")
        found = await lookup.numbered(self._database, number)
        change = without_place if word == replies.NOT_HERE else with_place
        return await self._changed(
            context, found, "programme.here", channels=change(found, context.place)
        )

    async def _changed(
        self, context: Context, found: ProgrammeView, act: str, **values: object
    ) -> Reply:
        """Change it, in the audit where it was otherwise before."""

        def write(session: Session) -> replies.Shown:
            before = programmes.get(session, found.id)
            changed = programmes.change(session, found.id, **values) or found
            if changed != before:
                audit.record(session, context.actor, act, f"programme:{found.id}")
            return _shown(session, context, changed)

        return replies.saved(context.say, await self._database.write(write))

    def _form(self, context: Context, old: ProgrammeView | None) -> Form:
        zone = context.member.time_zone if context.member else context.person.time_zone
        values = form.values(old) if old else form.defaults(zone, self._clock().date())
        return ProgrammeForm.draw(context.say, old.id if old else "", values)


def _a_channel(context: Context) -> bool:
    return context.place.kind in (PlaceKind.CHANNEL, PlaceKind.THREAD)


def _shown(session: Session, context: Context, found: ProgrammeView) -> replies.Shown:
    return replies.Shown(
        found,
        rounds.next_begins(session, found),
        announced_in(found, context.place) if _a_channel(context) else None,
        not programmes.participants(session, found.id),
    )
