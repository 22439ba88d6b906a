"""What a steward reads of rounds that were tried out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.features.exchange.planner.binding_rules import Outcome, Relief, Rule
from bot.features.exchange.planner.model import Plan, Problem
from bot.features.exchange.planner.simulation import Simulation, smaller_side
from knowledge.vocabulary import Community

_WORKPLACES = {
    Community.CITY: "cities",
    Community.NATIONAL: "statistics offices",
    Community.PARTNER: "partners",
}
_HEADINGS = ("round", "groups", "trios", "people who meet the other side", "repeats", "left out")
_NAMED = 20
_EASED = {
    Rule.HOURS: "With 0 shared hours",
    Rule.LANGUAGE: "Without a shared language",
    Rule.SCOPE: "Without a scope",
    Rule.TRIOS: "With groups of three",
    Rule.SAME_SIDE: "With groups of one community",
}


def told(found: Simulation) -> Iterator[str]:
    """The lines: each round, when people meet again, what each side carries, who rests."""
    yield from _table(found)
    problem, loads, rounds = found.problem, found.loads, len(found.plans)
    if not loads:
        return
    yield ""
    if found.first_repeat is None:
        yield f"Nobody meets the same person twice in {counted(rounds, 'round')}."
    else:
        yield (
            f"The first who meet again do so in round {found.first_repeat}: "
            f"{counted(found.plans[found.first_repeat - 1].repeats, 'pair')}."
        )
    smaller = smaller_side(problem)
    larger = tuple(at for at in range(len(loads)) if at not in set(smaller))
    for size, side in (("smaller", smaller), ("larger", larger)):
        if side:
            yield _carried(found, size, side)
    yield from _rests(found)
    if not all(plan.proof.exact for plan in found.plans):
        yield "Some plans are good but not proven to be the best; --json says which."


@dataclass(frozen=True, slots=True)
class Binding:
    """Why people rest or meet again in a round, and what the round would be without each rule."""

    round: int
    now: Outcome
    reliefs: tuple[Relief, ...]


def bound(found: Binding) -> Iterator[str]:
    """The lines on which rule binds."""
    now = found.now
    yield ""
    if not found.reliefs:
        yield (
            f"Round {found.round}: no single rule makes people rest or meet again; there are "
            "too few people, or they avoid each other or share an organisation."
        )
        return
    yield (
        f"What binds in round {found.round} ({_outcome(now)}), found by planning it without "
        "each rule:"
    )
    for relief in found.reliefs:
        more = relief.outcome.first_meetings - now.first_meetings
        gives = f"{counted(more, 'more pair')} could meet; " if more else ""
        yield f"  {_EASED[relief.rule]}: {gives}{_outcome(relief.outcome)}"


def _outcome(one: Outcome) -> str:
    again = f"{counted(one.repeats, 'pair')} {'meets' if one.repeats == 1 else 'meet'} again"
    return f"{again}, {counted(one.left_out, 'person', 'people')} left out"


def _table(found: Simulation) -> Iterator[str]:
    people = len(found.problem.members)
    rows = [
        (
            str(number),
            str(len(plan.groups)),
            str(plan.trios),
            f"{plan.people_across} of {people}",
            str(plan.repeats),
            str(len(plan.left_out)),
        )
        for number, plan in enumerate(found.plans, 1)
    ]
    for row in [_HEADINGS, *rows]:
        yield "  ".join(cell.rjust(len(name)) for cell, name in zip(row, _HEADINGS, strict=True))


def _carried(found: Simulation, size: str, side: Sequence[int]) -> str:
    """What one side takes on in all rounds together."""
    problem, rounds = found.problem, len(found.plans)
    loads = [found.loads[at] for at in side]
    most = max(load.most_at_once for load in loads)
    kinds = sorted({problem.members[at].community for at in side})
    names = " and ".join(_WORKPLACES[kind] for kind in kinds)
    met = [_met(found.plans, at) for at in side]
    return (
        f"What the {size} side carries ({names}, {counted(len(side), 'person', 'people')}): "
        f"{_span([load.groups for load in loads])} groups each in {counted(rounds, 'round')}, "
        f"at most {most} in one round; {_span(met)} different people each; in "
        f"{_span([load.across for load in loads])} rounds with the other side; "
        f"{_span([load.left_out for load in loads])} rests."
    )


def _met(plans: Sequence[Plan], one: int) -> int:
    return len(
        {each for plan in plans for group in plan.groups if one in group for each in group} - {one}
    )


def _rests(found: Simulation) -> Iterator[str]:
    """Who rests how often, and whether anybody rests twice running."""
    resting = [(at, load.left_out) for at, load in enumerate(found.loads) if load.left_out]
    if not resting:
        yield "Nobody is left out."
        return
    running = [
        {at for at, _ in one.left_out} & {at for at, _ in two.left_out}
        for one, two in zip(found.plans, found.plans[1:], strict=False)
    ]
    if len(found.plans) > 1 and not any(running):
        yield "Left out, nobody in two rounds running:"
    else:
        yield "Left out:"
    by_times: dict[int, list[int]] = {}
    for at, times in resting[:_NAMED]:
        by_times.setdefault(times, []).append(at)
    for times, who in sorted(by_times.items(), reverse=True):
        yield f"  {counted(times, 'round')}: {_names(found.problem, who)}"
    if len(resting) > _NAMED:
        yield f"  and {len(resting) - _NAMED} more; --json names them all"


def _names(problem: Problem, who: Sequence[int]) -> str:
    return ", ".join(str(problem.members[at].id) for at in who)


def _span(numbers: Sequence[int]) -> str:
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else f"{low} to {high}"


def counted(number: int, one: str, many: str = "") -> str:
    """The number with its word."""
    return f"{number} {one if number == 1 else many or one + 's'}"
