"""From the store to a plan: who is in a round, what they are worth to each other, and why."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import numpy as np
from sqlmodel import Session

from bot.features.exchange.planner import constraints, utility
from bot.features.exchange.planner.explanations import GroupReasons, group_reasons
from bot.features.exchange.planner.model import (
    Id,
    Participant,
    Plan,
    Problem,
    as_json,
    pairs,
)
from bot.features.exchange.planner.objective import is_across, sides
from bot.features.exchange.planner.participants import Facts, facts_of
from bot.features.exchange.planner.problem_json import written
from bot.features.exchange.planner.process import plan_apart
from bot.features.exchange.planner.simulation import TURN
from bot.features.exchange.programmes.capacity import places
from bot.features.exchange.programmes.settings import Rules, rules_of
from bot.messaging import outbox
from bot.storage.database import Database
from knowledge.encoders.encoder_thread import EncoderThread
from knowledge.exchange import plans, programmes, rounds
from knowledge.exchange.plans import Absent, Meeting, Reasons, RoundPlan
from knowledge.exchange.problems import RoundProblem
from knowledge.exchange.programmes import ParticipationView, ProgrammeView
from knowledge.members import members, reporting_lines
from knowledge.members.regions import region_of
from knowledge.members.views import MemberView
from knowledge.text import passages
from knowledge.vocabulary import MemberStatus, Purpose


class Away(StrEnum):
    """Why somebody who joined a programme is not in a round at all."""

    NOT_ACTIVE = "not_active"
    NO_CONSENT = "no_consent"
    PAUSED = "paused"
    SKIPPED = "skipped"
    EVERY = "every"
    SNOOZED = "snoozed"
    CAPACITY = "capacity_spent"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a plan is made from, read in one snapshot."""

    number: int
    people: tuple[MemberView, ...]
    facts: tuple[Facts, ...]
    waits: tuple[int, ...]
    away: tuple[tuple[int, Away], ...]
    history: tuple[tuple[int, bool, tuple[int, ...]], ...]
    vectors: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Staged:
    """A planned round as it is stored."""

    problem: RoundProblem
    plan: RoundPlan
    people: tuple[int, ...]


def away(
    session: Session,
    member: MemberView | None,
    part: ParticipationView,
    number: int,
    at: datetime,
    left: int,
) -> Away | None:
    """Why a member is not in the round `number`; None where they are. `left`: groups to spare."""
    if member is None or member.status is not MemberStatus.ACTIVE or member.community is None:
        return Away.NOT_ACTIVE
    until = part.snoozed_until
    answers = {
        Away.NO_CONSENT: not member.agreed(Purpose.BE_PAIRED),
        Away.PAUSED: part.paused,
        Away.SKIPPED: part.skip_next,
        Away.EVERY: bool(part.last_round) and number - part.last_round < part.every,
        Away.SNOOZED: member.snoozed(at) or (until is not None and member.today(at) < until),
        Away.CAPACITY: left < 1,
    }
    reason = next((why for why, holds in answers.items() if holds), None)
    if reason is None and outbox.at_hand(session, member.id) is None:
        return Away.UNREACHABLE
    return reason


def gather(
    session: Session, programme: ProgrammeView, number: int | None, at: datetime, model: str
) -> Gathered:
    """Everything that the plan of a round at `at` needs; `number` None: the next one."""
    number = number or rounds.next_number(session, programme.id)
    parts = programmes.participants(session, programme.id)
    known = {
        each.id: each for each in members.get_many(session, [part.member_id for part in parts])
    }
    spare = places(session, list(known.values()), at)
    out: list[tuple[int, Away]] = []
    present: list[ParticipationView] = []
    for part in parts:
        free = spare.get(part.member_id, 0)
        why = away(session, known.get(part.member_id), part, number, at, free)
        if why is None:
            present.append(part)
        else:
            out.append((part.member_id, why))
    people = [known[part.member_id] for part in present]
    least = min((part.rests for part in present), default=0)
    texts = [text for each in people for text in (*each.needs, *each.offers)]
    return Gathered(
        number,
        tuple(people),
        known_facts(session, people),
        tuple(2 * (part.rests - least) + part.rested_last for part in present),
        tuple(out),
        tuple(
            (ago, across, tuple(group))
            for ago, across, group in rounds.history(session, programme.id, number - 1)
        ),
        passages.vectors(session, model, {passages.text_hash(text, short=True) for text in texts}),
    )


class RoundPlanning:
    """Plans rounds: reads on the store's threads, encodes on the encoder's, plans on another."""

    def __init__(self, *, database: Database, encoder: EncoderThread) -> None:
        self._database = database
        self._encoder = encoder

    async def stage(
        self,
        programme: ProgrammeView,
        at: datetime,
        number: int | None = None,
        locked: Sequence[Sequence[int]] = (),
    ) -> Staged:
        """The plan of the round due `at`. Raises ProblemRefused for locks that break a rule."""
        model = self._encoder.encoder.model_id
        found = await self._database.read(
            lambda session: gather(session, programme, number, at, model)
        )
        texts = {text for each in found.people for text in (*each.needs, *each.offers)}
        known = {text: found.vectors.get(passages.text_hash(text, short=True)) for text in texts}
        fresh = sorted(text for text, vector in known.items() if vector is None)
        if fresh:
            made = await asyncio.wrap_future(self._encoder.short_texts(fresh))
            known.update(zip(fresh, made, strict=True))
        return await asyncio.to_thread(
            _planned, found, programme, rules_of(programme), at.date(), locked, known, model
        )


def _planned(
    found: Gathered,
    programme: ProgrammeView,
    rules: Rules,
    day: date,
    locked: Sequence[Sequence[int]],
    known: Mapping[str, Any],
    model: str,
) -> Staged:
    people = list(found.facts)
    wanted = utility.exchange_of(
        model,
        [each.needs for each in found.people],
        [each.offers for each in found.people],
        known,
    )
    worth = utility.pair_values(people, wanted.needs, wanted.offers, wanted.scale)
    at = {each.id: place for place, each in enumerate(found.people)}
    met = np.zeros(worth.shape, dtype=np.int64)
    across = np.zeros(len(people), dtype=np.int64)
    for number, crossing, group in found.history:
        inside = [at[each] for each in group if each in at]
        across[inside] += crossing
        for a, b in pairs(inside):
            met[a, b] = met[b, a] = found.number - number
    problem = Problem(
        tuple(
            Participant(each.id, each.community, wait)
            for each, wait in zip(people, found.waits, strict=True)
        ),
        worth,
        constraints.forbidden(people, rules.wishes, day),
        met,
        rules.plan,
        tuple(
            tuple(sorted(at[each] for each in group)) for group in locked if set(group) <= set(at)
        ),
        programme.id * 1_000 + found.number,
        constraints.common(people, rules.wishes, day),
    )
    problem = _in_turn(problem, across)
    plan = plan_apart(problem)
    return Staged(
        written(problem),
        replace(
            plans.read(as_json(problem, plan)),
            reasons=_reasons(problem, plan, found, wanted, day),
            away=tuple(Absent(number, why.value) for number, why in found.away),
        ),
        tuple(each.id for each in found.people),
    )


def _in_turn(problem: Problem, across: Any) -> Problem:
    """The same problem where meetings across go to those who had fewer (see simulation.TURN)."""
    if not len(across):
        return problem
    side = sides(problem)
    fewer = across.max(initial=0) - across
    turn = TURN * np.maximum(fewer[:, None], fewer[None, :]) * (side[:, None] != side[None, :])
    return replace(problem, values=np.round(problem.values + turn, 6))


def _reasons(
    problem: Problem, plan: Plan, found: Gathered, wanted: utility.Exchange, day: date
) -> tuple[Reasons, ...]:
    side = sides(problem)
    return tuple(
        reasons_of(
            group_reasons(group, found.facts, wanted, day),
            found.people,
            across=bool(is_across(group, side)),
            met=any(problem.met[a, b] for a, b in pairs(group)),
        )
        for group in plan.groups
    )


def reasons_of(
    why: GroupReasons, people: Sequence[MemberView], *, across: bool, met: bool | None
) -> Reasons:
    """The planner's reasons as they are stored, with the members' own numbers."""
    return Reasons(
        why.languages,
        tuple((int(begin.timestamp()), int(end.timestamp())) for begin, end in why.hours),
        tuple(each.value for each in why.differences),
        tuple(
            Meeting(people[each.asks].id, each.need, people[each.gives].id, each.offer)
            for each in why.meetings
        ),
        across,
        met,
    )


def known_facts(session: Session, people: Sequence[MemberView]) -> tuple[Facts, ...]:
    """What a plan knows of these members, and whom of them each may not meet."""
    apart = _kept_apart(session, people)
    above = reporting_lines.superiors(session, [each.id for each in people])
    return tuple(
        replace(
            _facts(each, apart.get(each.id, frozenset())),
            chief_of=frozenset(number for number, chiefs in above.items() if each.id in chiefs),
        )
        for each in people
    )


def _facts(member: MemberView, apart: frozenset[Id]) -> Facts:
    told = facts_of(member, member.id, region_of(member.country))
    if told is None:
        raise ValueError("a member without a community takes no part")
    return replace(told, apart_from=apart, places=None)


def _kept_apart(session: Session, people: Sequence[MemberView]) -> dict[int, frozenset[Id]]:
    """Whom each may not meet: by their own word, and by the stewards'."""
    own = programmes.avoided(session, [each.id for each in people])
    found: dict[int, set[Id]] = {each.id: set(own.get(each.id, ())) for each in people}
    for one, other in programmes.kept_apart(session):
        for member in people:
            if names(member, one):
                found[member.id] |= {each.id for each in people if names(each, other)}
    return {number: frozenset(others - {number}) for number, others in found.items()}


def names(member: MemberView, word: str) -> bool:
    """Whether a steward's word is about a member: `#12`, their organisation or their country."""
    folded = word.casefold()
    return folded in {
        f"#{member.id}",
        member.organisation.casefold() or None,
        member.country.casefold() or None,
    }
