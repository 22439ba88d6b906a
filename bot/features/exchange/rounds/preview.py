"""`round`: stewards see, change, send or cancel the round that comes next."""

import asyncio
from dataclasses import replace

from bot.contract import Reply
from bot.core.commands import Group, Intent, Who
from bot.core.context import Context
from bot.core.errors import UserFacingError
from bot.core.handlers import pressed_on, said
from bot.core.tokens import number_in
from bot.features.exchange.planner import binding_rules
from bot.features.exchange.planner.binding_rules import Outcome, Relief
from bot.features.exchange.planner.model import ProblemRefused
from bot.features.exchange.planner.problem_json import problem_from
from bot.features.exchange.programmes import lookup
from bot.features.exchange.programmes.settings import rules_of
from bot.features.exchange.rounds import preview_replies
from bot.features.exchange.rounds.facts import rehearsed
from bot.features.exchange.rounds.lifecycle import Rounds
from bot.features.exchange.rounds.planning import known_facts
from bot.i18n import Markup, later
from bot.storage.database import Database
from knowledge.exchange import rounds
from knowledge.exchange.programmes import ProgrammeView
from knowledge.exchange.rounds import RoundView
from knowledge.exchange.states import RoundState
from knowledge.members import audit, members


class RoundPreview:
    """What stewards do with a planned round; each act is in the audit."""

    def __init__(self, *, database: Database, rounds_: Rounds) -> None:
        self._database = database
        self._rounds = rounds_

    @said(
        "round",
        Group.STEWARDS,
        later("see, change, send or cancel the next round"),
        r"(?P<object>preview|send|cancel)(?:\s+(?P<text>[^?¿]{1,80}))?",
        r"(?P<object>swap|lock)\s+(?P<text>(?:[^?¿]{1,80}\s+)?#?\d{1,9}\s+#?\d{1,9})",
        who=Who.STEWARD,
        examples="round preview Bridges\nround swap Bridges 3 9\nround lock Bridges 3 9\n"
        "round send Bridges\nround cancel Bridges",
    )
    async def round(self, context: Context, intent: Intent) -> Reply:
        """`round preview NAME`, `round swap NAME 3 9`, `round lock NAME 3 9`, `send`, `cancel`."""
        name, pair = intent.text.strip(), None
        said = intent.object.casefold()
        if said in {"swap", "lock"}:
            *words, one, other = name.split()
            name, pair = " ".join(words), (number_in(one), number_in(other))
        programme = await lookup.named(self._database, name)
        if said == "preview":
            return await self.preview(context, str(programme.id))
        found = await self._planned(programme)
        match said:
            case "swap" | "lock" if pair:
                return await self._rearranged(context, programme, found, pair, swap=said == "swap")
            case "send":
                return await self.send(context, str(found.id))
            case _:
                return await self.cancel(context, str(found.id))

    @pressed_on("round.preview", who=Who.STEWARD)
    async def preview(self, context: Context, number: str) -> Reply:
        """The next round of the programme of that number."""
        programme = await lookup.numbered(self._database, number)
        return await self._shown(context, programme, await self._planned(programme))

    @pressed_on("round.send", who=Who.STEWARD)
    async def send(self, context: Context, number: str) -> Reply:
        """The round of that number begins, now or when it is due."""
        programme, found = await self._of(number)
        await self._database.write(
            lambda session: rounds.step(session, found.id, RoundState.PLANNED, approved=True)
        )
        current = await self._database.read(lambda session: rounds.get(session, found.id))
        begun = await self._rounds.announce(programme, current or found)
        if begun:
            await self._record(context, "round.send", found)
        return preview_replies.sent(context.say, programme, found, begun=begun)

    @pressed_on("round.cancel", who=Who.STEWARD)
    async def cancel(self, context: Context, number: str) -> Reply:
        """The round of that number does not take place."""
        programme, found = await self._of(number)
        done = await self._database.write(
            lambda session: rounds.step(
                session, found.id, RoundState.PLANNED, state=RoundState.CANCELLED
            )
        )
        if done:
            await self._record(context, "round.cancel", found)
        return preview_replies.cancelled(context.say, programme, found, done=done)

    async def _of(self, number: str) -> tuple[ProgrammeView, RoundView]:
        found = await self._database.read(lambda session: rounds.get(session, number_in(number)))
        if found is None:
            raise UserFacingError("no_round")
        return await lookup.numbered(self._database, str(found.programme_id)), found

    async def _planned(self, programme: ProgrammeView) -> RoundView:
        """The round that comes next, planned now if it was not. Raises `no_round`."""
        waiting = await self._database.read(
            lambda session: rounds.in_state(session, RoundState.PLANNED, programme.id)
        )
        if waiting:
            return await self._rounds.renewed(programme, waiting[-1])
        found = await self._rounds.plan(programme)
        if found is None:
            raise UserFacingError("no_round")
        return found

    async def _shown(self, context: Context, programme: ProgrammeView, found: RoundView) -> Reply:
        people = await self._database.read(lambda session: rehearsed(session, found))
        now, reliefs = await self._binding(programme, found)
        shown = preview_replies.preview(context.say, programme, found, people)
        why = preview_replies.binding(context.say, now, reliefs) if now else ()
        return replace(shown, text=Markup("\n").join((shown.text, *why)))

    async def _binding(
        self, programme: ProgrammeView, found: RoundView
    ) -> tuple[Outcome | None, tuple[Relief, ...]]:
        """Where people rest or meet again: how it is, and what it would be without each rule."""
        repeats, rest = found.plan.repeats, len(found.plan.left_out)
        if not repeats and not rest:
            return None, ()
        problem = problem_from(found.problem)
        numbers = [number_in(str(each.id)) for each in problem.members]
        facts = await self._database.read(
            lambda session: known_facts(session, members.get_many(session, numbers))
        )
        known = {each.id: each for each in facts}
        if known.keys() != {each.id for each in problem.members}:
            return None, ()
        now = binding_rules.outcome(problem, repeats, rest)
        wishes, day = rules_of(programme).wishes, found.due_at.date()
        inside = [known[each.id] for each in problem.members]
        eased = await asyncio.to_thread(binding_rules.reliefs, problem, inside, wishes, day, now)
        return now, eased

    async def _rearranged(
        self,
        context: Context,
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
            groups = [[places.get(each, each) for each in g] for g in found.plan.groups]
        else:
            kept = [list(g) for g in found.locked if not set(g) & set(pair)]
            groups = [*kept, list(pair)]
        if one == other or not {one, other} <= set(found.members):
            raise UserFacingError("lock_refused")
        try:
            found = await self._rounds.renewed(programme, found, groups)
        except ProblemRefused as refused:
            raise UserFacingError("lock_refused") from refused
        await self._record(context, "round.swap" if swap else "round.lock", found)
        return await self._shown(context, programme, found)

    async def _record(self, context: Context, act: str, found: RoundView) -> None:
        await self._database.write(
            lambda session: audit.record(session, context.actor, act, f"round:{found.id}")
        )
