"""`round`: stewards see, change, send or cancel the round that comes next."""

from bot.contract import Reply
from bot.core.commands import Intent, number_in
from bot.core.context import Act, Actions, Caller, Verbs
from bot.core.errors import UserFacingError
from bot.features.exchange.planner.model import ProblemRefused
from bot.features.exchange.programmes import lookup as finding
from bot.features.exchange.rounds import preview_replies as rehearsal
from bot.features.exchange.rounds.lifecycle import Rounds, rehearsed
from bot.storage.database import Units
from knowledge.exchange import rounds
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.rounds import RoundView
from knowledge.exchange.states import RoundState
from knowledge.members import audit


class Rehearsing:
    """What stewards do with a planned round; each act is in the audit."""

    def __init__(self, *, units: Units, rounds_: Rounds) -> None:
        self._units = units
        self._rounds = rounds_
        self.verbs: Verbs = {"round": self.round}
        self.actions: Actions = {
            "round.preview": self.press_preview,
            "round.send": self.press_send,
            "round.cancel": self.press_cancel,
        }

    async def round(self, caller: Caller, intent: Intent) -> Reply:
        """`round preview NAME`, `round swap NAME 3 9`, `round lock NAME 3 9`, `send`, `cancel`."""
        caller.trusted()
        name, pair = intent.text.strip(), None
        said = intent.object.casefold()
        if said in {"swap", "lock"}:
            *words, one, other = name.split()
            name, pair = " ".join(words), (number_in(one), number_in(other))
        programme = await finding.named(self._units, name)
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

    async def press_preview(self, caller: Caller, act: Act) -> Reply:
        caller.trusted()
        programme = await finding.numbered(self._units, act.subject)
        return await self._shown(caller, programme, await self._planned(programme))

    async def press_send(self, caller: Caller, act: Act) -> Reply:
        return await self._send(caller, *await self._of(caller, act.subject))

    async def press_cancel(self, caller: Caller, act: Act) -> Reply:
        return await self._cancel(caller, *await self._of(caller, act.subject))

    async def _of(self, caller: Caller, number: str) -> tuple[ProgrammeView, RoundView]:
        caller.trusted()
        found = await self._units.read(lambda session: rounds.get(session, number_in(number)))
        if found is None:
            raise UserFacingError("no_round")
        return await finding.numbered(self._units, str(found.programme_id)), found

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

    async def _record(self, caller: Caller, act: str, found: RoundView) -> None:
        await self._units.write(
            lambda session: audit.record(session, caller.actor, act, f"round:{found.id}")
        )
