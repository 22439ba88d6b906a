"""`programme`: stewards say who exchanges with whom, how often and where."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from bot.contract import PlaceKind, Reply, Submitted
from bot.core.commands import Intent
from bot.core.context import Act, Actions, Caller, Verbs
from bot.core.errors import InvalidForm, UserFacingError
from bot.features.exchange.programmes import form as programme_form
from bot.features.exchange.programmes import lookup as finding
from bot.features.exchange.programmes import replies as wording
from bot.features.exchange.programmes.cadence import next_due
from bot.features.exchange.programmes.separations import KeepingApart
from bot.features.exchange.programmes.settings import (
    announced_in,
    timetable_of,
    with_place,
    write_timetable,
)
from bot.storage.database import Units
from knowledge.exchange import programmes
from knowledge.exchange.programmes import ProgrammeView
from knowledge.members import audit


class RunningProgrammes:
    """What stewards do with the exchange; each act is in the audit."""

    def __init__(self, *, units: Units, clock: Callable[[], datetime]) -> None:
        self._units = units
        self._clock = clock
        self._apart = KeepingApart(units=units)
        self.verbs: Verbs = {"programme": self.programme}
        self.actions: Actions = {
            "programme.save": self.save,
            "programme.pause": self.press_pause,
            "programme.here": self.press_here,
        }

    async def programme(self, caller: Caller, intent: Intent) -> Reply:
        """`programme create`, `programme edit NAME`, `programme apart A | B`, `programme`."""
        caller.trusted()
        said, text = intent.object.casefold(), intent.text.strip()
        if said == "create":
            return wording.form(caller.say, self._new(caller), None)
        if said in {"apart", "reports"}:
            return await (self._apart.apart if said == "apart" else self._apart.reports)(
                caller, text
            )
        if said in {"edit", "pause", "here"}:
            found = await finding.named(self._units, text)
            if said == "edit":
                return wording.form(caller.say, programme_form.values(found), found)
            return await (self._paused if said == "pause" else self._here)(caller, found)
        return wording.listed(
            caller.say, await self._units.read(programmes.listed), in_channel=_a_channel(caller)
        )

    async def save(self, caller: Caller, act: Act) -> Reply:
        """Take the form of a programme, new or changed."""
        caller.trusted()
        old = await finding.numbered(self._units, act.subject) if act.subject else None
        if not isinstance(act, Submitted):
            return wording.form(
                caller.say, programme_form.values(old) if old else self._new(caller), old
            )
        given = {
            name: value if isinstance(value, str) else " ".join(value)
            for name, value in act.values.items()
        }
        name, timetable, rules, more = programme_form.read(given, caller.say.language)
        now = self._clock()
        values: dict[str, object] = {
            "timetable": write_timetable(timetable),
            "rules": rules.written(),
            **more,
        }
        if old is None or programme_form.timetable_changed(old, timetable):
            values["next_due_at"] = next_due(timetable, now)

        def write(session: Session) -> ProgrammeView:
            same = programmes.by_name(session, name)
            if same is not None and (old is None or same.id != old.id):
                raise InvalidForm({"name": UserFacingError("programme_name_taken")})
            if old is None:
                saved = programmes.create(session, name, **values)
                if _a_channel(caller):
                    channels = with_place(saved, caller.place)
                    saved = programmes.change(session, saved.id, channels=channels) or saved
            else:
                saved = programmes.change(session, old.id, **values, name=name) or old
            audit.record(session, caller.actor, "programme.save", f"programme:{saved.id}")
            return saved

        saved = await self._units.write(write)
        return wording.saved(caller.say, saved, **_standing(caller, saved))

    async def press_pause(self, caller: Caller, act: Act) -> Reply:
        caller.trusted()
        return await self._paused(caller, await finding.numbered(self._units, act.subject))

    async def press_here(self, caller: Caller, act: Act) -> Reply:
        caller.trusted()
        return await self._here(caller, await finding.numbered(self._units, act.subject))

    async def _paused(self, caller: Caller, found: ProgrammeView) -> Reply:
        due = next_due(timetable_of(found), self._clock()) if found.paused else found.next_due_at
        return await self._changed(
            caller, found, "programme.pause", paused=not found.paused, next_due_at=due
        )

    async def _here(self, caller: Caller, found: ProgrammeView) -> Reply:
        if not _a_channel(caller):
            raise UserFacingError("programme_place")
        return await self._changed(
            caller, found, "programme.here", channels=with_place(found, caller.place)
        )

    async def _changed(
        self, caller: Caller, found: ProgrammeView, act: str, **values: object
    ) -> Reply:
        def write(session: Session) -> ProgrammeView:
            audit.record(session, caller.actor, act, f"programme:{found.id}")
            return programmes.change(session, found.id, **values) or found

        changed = await self._units.write(write)
        return wording.saved(caller.say, changed, **_standing(caller, changed))

    def _new(self, caller: Caller) -> dict[str, str]:
        zone = caller.member.time_zone if caller.member else caller.person.time_zone
        return programme_form.defaults(zone, self._clock().date())


def _a_channel(caller: Caller) -> bool:
    return caller.place.kind in (PlaceKind.CHANNEL, PlaceKind.THREAD)


def _standing(caller: Caller, found: ProgrammeView) -> dict[str, bool | None]:
    """Whether the channel in which it is said hears of rounds; None outside of channels."""
    return {"here": announced_in(found, caller.place) if _a_channel(caller) else None}
