"""`programme` and `round`: stewards set programmes, and rehearse what is sent."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfoNotFoundError

from sqlmodel import Session

from bot.caller import Act, Actions, Caller, Verbs
from bot.commands import Intent
from bot.contract import PlaceKind, Reply, Submitted
from bot.errors import InvalidForm, UserFacingError
from bot.exchange.cadence import Cadence, Timetable, next_due
from bot.exchange.facts import Scope
from bot.exchange.problem import ProblemRefused
from bot.exchange.programmes import (
    DAYS,
    Rules,
    places_of,
    rules_of,
    timetable_of,
    with_place,
    write_timetable,
)
from bot.exchange.rounds import Rounds, rehearsed
from bot.units import Units
from bot.wording import programmes as wording
from bot.wording import rehearsal
from knowledge import audit, programmes, rounds
from knowledge.programmes import ProgrammeView
from knowledge.rounds import RoundView
from knowledge.vocabulary import RoundState


class RunningProgrammes:
    """What stewards do with the exchange; each act is in the audit."""

    def __init__(self, *, units: Units, rounds_: Rounds, clock: Callable[[], datetime]) -> None:
        self._units = units
        self._rounds = rounds_
        self._clock = clock
        self.verbs: Verbs = {"programme": self.programme, "round": self.round}
        self.actions: Actions = {
            "programme.save": self.save,
            "programme.pause": self.press_pause,
            "programme.here": self.press_here,
            "round.preview": self.press_preview,
            "round.send": self.press_send,
            "round.cancel": self.press_cancel,
        }

    async def programme(self, caller: Caller, intent: Intent) -> Reply:
        """`programme create`, `programme edit NAME`, `programme apart A | B`, `programme`."""
        caller.trusted()
        said, text = intent.object.casefold(), intent.text.strip()
        if said == "create":
            return wording.form(caller.say, self._defaults(caller), None)
        if said == "apart":
            return await self._apart(caller, text)
        if said in {"edit", "pause", "here"}:
            found = await self._named(text)
            if said == "edit":
                return wording.form(caller.say, _values(found), found)
            return await (self._paused if said == "pause" else self._here)(caller, found)
        return wording.listed(caller.say, await self._units.read(programmes.listed))

    async def round(self, caller: Caller, intent: Intent) -> Reply:
        """`round preview NAME`, `round swap NAME 3 9`, `round lock NAME 3 9`, `send`, `cancel`."""
        caller.trusted()
        name, pair = intent.text.strip(), None
        said = intent.object.casefold()
        if said in {"swap", "lock"}:
            *words, one, other = name.split()
            name, pair = " ".join(words), (_number(one), _number(other))
        programme = await self._named(name)
        found = await self._planned(programme)
        match said:
            case "swap" | "lock" if pair:
                return await self._rearranged(caller, programme, found, pair, swap=said == "swap")
            case "send":
                return await self._send(caller, programme, found)
            case "cancel":
                return await self._cancel(caller, programme, found)
            case _:
                return await self._shown(caller, programme, found)

    async def save(self, caller: Caller, act: Act) -> Reply:
        """Take the form of a programme, new or changed."""
        caller.trusted()
        old = await self._numbered(act.subject) if act.subject else None
        if not isinstance(act, Submitted):
            return wording.form(caller.say, _values(old) if old else self._defaults(caller), old)
        given = {
            name: value if isinstance(value, str) else " ".join(value)
            for name, value in act.values.items()
        }
        name, timetable, rules, more = _read(given, caller.say.language)
        now = self._clock()
        values: dict[str, object] = {
            "timetable": write_timetable(timetable),
            "rules": rules.written(),
            **more,
        }
        if old is None or timetable_changed(old, timetable):
            values["next_due_at"] = next_due(timetable, now)

        def write(session: Session) -> ProgrammeView:
            same = programmes.by_name(session, name)
            if same is not None and (old is None or same.id != old.id):
                raise InvalidForm({"name": UserFacingError("programme_name_taken")})
            if old is None:
                saved = programmes.create(session, name, **values)
                if caller.place.kind is PlaceKind.CHANNEL:
                    channels = with_place(saved, caller.place)
                    saved = programmes.change(session, saved.id, channels=channels) or saved
            else:
                saved = programmes.change(session, old.id, **values, name=name) or old
            audit.record(session, caller.actor, "programme.save", f"programme:{saved.id}")
            return saved

        return wording.saved(caller.say, await self._units.write(write))

    async def press_pause(self, caller: Caller, act: Act) -> Reply:
        caller.trusted()
        return await self._paused(caller, await self._numbered(act.subject))

    async def press_here(self, caller: Caller, act: Act) -> Reply:
        caller.trusted()
        return await self._here(caller, await self._numbered(act.subject))

    async def press_preview(self, caller: Caller, act: Act) -> Reply:
        caller.trusted()
        programme = await self._numbered(act.subject)
        return await self._shown(caller, programme, await self._planned(programme))

    async def press_send(self, caller: Caller, act: Act) -> Reply:
        return await self._send(caller, *await self._of(caller, act.subject))

    async def press_cancel(self, caller: Caller, act: Act) -> Reply:
        return await self._cancel(caller, *await self._of(caller, act.subject))

    async def _of(self, caller: Caller, number: str) -> tuple[ProgrammeView, RoundView]:
        caller.trusted()
        found = await self._units.read(lambda session: rounds.get(session, _number(number)))
        if found is None:
            raise UserFacingError("no_round")
        return await self._numbered(str(found.programme_id)), found

    async def _planned(self, programme: ProgrammeView) -> RoundView:
        """The round that comes next, planned now if it was not. Raises `no_round`."""
        waiting = await self._units.read(
            lambda session: rounds.in_state(session, RoundState.PLANNED, programme.id)
        )
        if waiting:
            return await self._rounds.renewed(programme, waiting[-1])
        found = await self._rounds.plan(programme)
        if found is None:
            raise UserFacingError("no_round")
        return found

    async def _shown(self, caller: Caller, programme: ProgrammeView, found: RoundView) -> Reply:
        people = await self._units.read(lambda session: rehearsed(session, found))
        return rehearsal.preview(caller.say, programme, found, people)

    async def _rearranged(
        self,
        caller: Caller,
        programme: ProgrammeView,
        found: RoundView,
        pair: tuple[int, int],
        *,
        swap: bool,
    ) -> Reply:
        """Two change places and everything else stays; or two are put together, and no other."""
        one, other = pair
        if swap:
            places = {one: other, other: one}
            groups = [[places.get(each, each) for each in g] for g in found.plan["groups"]]
        else:
            kept = [list(g) for g in found.problem.get("locked", ()) if not set(g) & set(pair)]
            groups = [*kept, list(pair)]
        known = {each["id"] for each in found.problem.get("members", ())}
        if one == other or not {one, other} <= known:
            raise UserFacingError("lock_refused")
        try:
            found = await self._rounds.renewed(programme, found, groups)
        except ProblemRefused as refused:
            raise UserFacingError("lock_refused") from refused
        await self._record(caller, "round.swap" if swap else "round.lock", found)
        return await self._shown(caller, programme, found)

    async def _send(self, caller: Caller, programme: ProgrammeView, found: RoundView) -> Reply:
        await self._units.write(
            lambda session: rounds.step(session, found.id, RoundState.PLANNED, approved=True)
        )
        current = await self._units.read(lambda session: rounds.get(session, found.id))
        begun = await self._rounds.announce(programme, current or found)
        if begun:
            await self._record(caller, "round.send", found)
        return rehearsal.sent(caller.say, programme, found, begun=begun)

    async def _cancel(self, caller: Caller, programme: ProgrammeView, found: RoundView) -> Reply:
        done = await self._units.write(
            lambda session: rounds.step(
                session, found.id, RoundState.PLANNED, state=RoundState.CANCELLED
            )
        )
        if done:
            await self._record(caller, "round.cancel", found)
        return rehearsal.cancelled(caller.say, programme, found, done=done)

    async def _paused(self, caller: Caller, found: ProgrammeView) -> Reply:
        due = next_due(timetable_of(found), self._clock()) if found.paused else found.next_due_at
        return await self._changed(
            caller, found, "programme.pause", paused=not found.paused, next_due_at=due
        )

    async def _here(self, caller: Caller, found: ProgrammeView) -> Reply:
        if caller.place.kind is not PlaceKind.CHANNEL:
            raise UserFacingError("no_channel")
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
        return wording.saved(caller.say, changed, len(places_of(changed)))

    async def _apart(self, caller: Caller, text: str) -> Reply:
        one, _, other = (part.strip() for part in text.partition("|"))
        if not one or not other:
            raise UserFacingError("lock_refused")

        def write(session: Session) -> bool:
            audit.record(session, caller.actor, "programme.apart", "programmes")
            return programmes.keep_apart(session, one, other)

        return wording.apart(caller.say, apart=await self._units.write(write))

    async def _record(self, caller: Caller, act: str, found: RoundView) -> None:
        await self._units.write(
            lambda session: audit.record(session, caller.actor, act, f"round:{found.id}")
        )

    async def _named(self, name: str) -> ProgrammeView:
        def find(session: Session) -> ProgrammeView | None:
            every = programmes.listed(session)
            return every[0] if not name and len(every) == 1 else programmes.by_name(session, name)

        found = await self._units.read(find)
        if found is None:
            raise UserFacingError("no_programme")
        return found

    async def _numbered(self, number: str) -> ProgrammeView:
        found = await self._units.read(lambda session: programmes.get(session, _number(number)))
        if found is None:
            raise UserFacingError("no_programme")
        return found

    def _defaults(self, caller: Caller) -> dict[str, str]:
        zone = caller.member.time_zone if caller.member else caller.person.time_zone
        start = self._clock().date() + timedelta(days=7)
        return {
            "name": "",
            "cadence": Cadence.MONTHLY.value,
            "start": start.isoformat(),
            "at": "10:00",
            "zone": zone,
            "scope": Scope.ANY.value,
            "share": "100",
            "hours": "1",
            "size": "3",
            "language": "yes",
            "same_side": "yes",
            "automatic": "yes",
            "days": "",
            "blackouts": "",
            "chatham": "no",
        }


def timetable_changed(old: ProgrammeView, timetable: Timetable) -> bool:
    """Whether due times must be computed anew."""
    return dict(old.timetable) != write_timetable(timetable)


def _values(found: ProgrammeView) -> dict[str, str]:
    rules, timetable = rules_of(found), timetable_of(found)
    yes = {True: "yes", False: "no"}
    return {
        "name": found.name,
        "cadence": timetable.cadence.value,
        "start": timetable.start.isoformat(),
        "at": timetable.at.strftime("%H:%M"),
        "zone": timetable.zone,
        "scope": rules.scope.value,
        "share": str(round(100 * rules.cross_share)),
        "hours": f"{rules.shared_hours:g}",
        "size": str(rules.max_size),
        "language": yes[rules.shared_language],
        "same_side": yes[rules.same_side],
        "automatic": yes[found.automatic],
        "days": str(found.days),
        "blackouts": ", ".join(sorted(day.isoformat() for day in timetable.blackouts)),
        "chatham": yes[found.chatham_house],
    }


def _read(given: dict[str, str], language: str) -> tuple[str, Timetable, Rules, dict[str, object]]:
    """What a form says. Raises InvalidForm with a sentence for each field."""
    problems: dict[str, UserFacingError] = {}

    def one(name: str, read: Callable[[str], object], code: str = "not_understood") -> object:
        value = given.get(name, "").strip()
        try:
            return read(value)
        except (ValueError, ZoneInfoNotFoundError, OSError):
            problems[name] = UserFacingError(code, value=value)
            return None

    name = one("name", _name, "missing")
    cadence = one("cadence", Cadence)
    start, at = one("start", date.fromisoformat), one("at", time.fromisoformat)
    barred = one("blackouts", _dates)
    share = one("share", lambda text: _between(int(text or 100), 0, 100) / 100)
    hours = one("hours", lambda text: _between(float(text.replace(",", ".") or 1), 0, 8))
    size = one("size", lambda text: _between(int(text or 3), 2, 3))
    scope = one("scope", lambda text: Scope(text or Scope.ANY))
    days = one("days", lambda text: _between(int(text), 2, 60) if text else 0)
    timetable = None
    if isinstance(cadence, Cadence) and isinstance(start, date) and isinstance(at, time):
        blackouts = barred if isinstance(barred, frozenset) else frozenset()
        timetable = one(
            "zone",
            lambda zone: Timetable(
                cadence, at, zone, start, start.weekday(), _ordinal(start), blackouts
            ),
            "unknown_zone",
        )
    if problems or not isinstance(timetable, Timetable):
        raise InvalidForm(problems)
    rules = Rules(
        scope if isinstance(scope, Scope) else Scope.ANY,
        float(str(share)),
        float(str(hours)),
        given.get("language", "yes") != "no",
        int(str(size)),
        given.get("same_side", "yes") != "no",
        language,
    )
    more: dict[str, object] = {
        "automatic": given.get("automatic", "yes") != "no",
        "days": days or DAYS[timetable.cadence],
        "chatham_house": given.get("chatham", "no") == "yes",
    }
    return str(name), timetable, rules, more


def _ordinal(start: date) -> int:
    """Which such weekday of its month the first date is; the fifth is the last."""
    place = (start.day - 1) // 7 + 1
    return place if place <= 4 else -1


def _name(text: str) -> str:
    if not text:
        raise ValueError("a programme needs a name")
    return " ".join(text.split())


def _dates(text: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(part) for part in text.replace(",", " ").split())


def _between(number: float, least: float, most: float) -> float | int:
    if not least <= number <= most:
        raise ValueError("out of range")
    return number


def _number(said: str) -> int:
    said = said.lstrip("#@")
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 9 else 0
