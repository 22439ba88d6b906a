"""`programme`: stewards say who exchanges with whom, how often and where."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.contract import Form, PlaceKind, Reply, Submitted
from bot.core.commands import NOTHING, Group, Intent, Who
from bot.core.context import Act, Context
from bot.core.errors import UserFacingError
from bot.core.forms import beside
from bot.core.handlers import pressed, said
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
        r"(?P<object>edit|pause|here|not\s+here)(?:\s+(?P<text>[^?¿]{1,80}))?",
        r"(?P<object>apart|reports)(?:\s+(?P<text>[^?¿|]{1,80}\|[^?¿|]{1,80}))?",
        who=Who.STEWARD,
        words=("programmes",),
        examples="programme create\nprogramme edit Bridges\nprogramme pause Bridges\n"
        "programme here Bridges\nprogramme not here Bridges\nprogramme apart MX | #12\n"
        "programme reports Ana Ruiz | Eva Sol",
    )
    async def programme(self, context: Context, intent: Intent) -> Reply:
        """`programme create`, `programme edit NAME`, `programme apart A | B`, `programme`."""
        said, text = " ".join(intent.object.casefold().split()), intent.text.strip()
        if said == "create":
            return replies.asked(context.say, self._form(context, None))
        if said in {"apart", "reports"}:
            return await (self._apart.apart if said == "apart" else self._apart.reports)(
                context, text
            )
        if said in {"edit", "pause", "here", "not here"}:
            found = await lookup.named(self._database, text)
            if said == "edit":
                return replies.asked(context.say, self._form(context, found))
            if said == "pause":
                return await self._paused(context, found)
            return await self._here(context, found, announced=said == "here")

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

    @pressed("programme.pause", who=Who.STEWARD)
    async def press_pause(self, context: Context, act: Act) -> Reply:
        return await self._paused(context, await lookup.numbered(self._database, act.subject))

    @pressed("programme.here", who=Who.STEWARD)
    async def press_here(self, context: Context, act: Act) -> Reply:
        """The subject is `3`, or `3:not`; the same press twice says the same."""
        number, _, word = act.subject.partition(":")
        found = await lookup.numbered(self._database, number)
        return await self._here(context, found, announced=word != replies.NOT_HERE)

    async def _paused(self, context: Context, found: ProgrammeView) -> Reply:
        due = next_due(timetable_of(found), self._clock()) if found.paused else found.next_due_at
        return await self._changed(
            context, found, "programme.pause", paused=not found.paused, next_due_at=due
        )

    async def _here(self, context: Context, found: ProgrammeView, *, announced: bool) -> Reply:
        if not _a_channel(context):
            raise UserFacingError("programme_place")
        change = with_place if announced else without_place
        return await self._changed(
            context, found, "programme.here", channels=change(found, context.place)
        )

    async def _changed(
        self, context: Context, found: ProgrammeView, act: str, **values: object
    ) -> Reply:
        def write(session: Session) -> replies.Shown:
            audit.record(session, context.actor, act, f"programme:{found.id}")
            changed = programmes.change(session, found.id, **values) or found
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
    )
