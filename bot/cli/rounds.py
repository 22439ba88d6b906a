"""round: solve, simulate."""

import json
import re
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from bot.app import load_encoder, now
from bot.cli.session import Bar, errors
from bot.cli.simulation_report import Binding, bound, counted, told
from bot.features.exchange.planner import (
    binding_rules,
    constraints,
    participants,
    synthetic,
    utility,
)
from bot.features.exchange.planner.model import (
    LeftOut,
    Participant,
    PlanRules,
    Problem,
    ProblemRefused,
    Proof,
    as_json,
)
from bot.features.exchange.planner.participants import Facts, Wishes
from bot.features.exchange.planner.problem_json import MOST_MEMBERS, read_problem, written
from bot.features.exchange.planner.simulation import Simulation, simulate, smaller_side
from bot.settings import read_settings
from knowledge.encoders.embedded import ModelUnavailable
from knowledge.exchange import problems
from knowledge.members.regions import region_of
from knowledge.members.views import MemberDraft
from knowledge.readers.ingest import read_members

app = typer.Typer(no_args_is_help=True)
TEXTS_AT_A_TIME = 64
_SIZES = re.compile(r"(\d{1,4})(?:\+(\d{1,4}))?")
_WHY = {
    LeftOut.ALONE: "nobody else is in the round",
    LeftOut.RULES: "the rules allow them no partner",
    LeftOut.ODD_NUMBER: "one is over, and there are no trios",
    LeftOut.NO_PLACE: "the other community has no place left",
    LeftOut.NOBODY_LEFT: "everyone whom they may meet is in a group",
}

_MISSING = {
    "same_side_trios": "fewer trios of one community",
    "across": "more people who meet the other community",
    "repeats": "fewer pairs that meet again",
    "age": "more rounds between the meetings of those who meet again",
    "extra": "fewer further groups",
    "trios": "fewer trios",
}
_AWAY = {
    constraints.Absence.SNOOZED: "away at that time",
    constraints.Absence.CAPACITY_SPENT: "accepts no contacts",
}


@app.command()
def solve(
    file: Annotated[Path, typer.Argument(help="A problem in JSON.", metavar="PROBLEM.json")],
    as_document: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Plan one round from a written problem; the same problem gives the same plan."""
    from bot.features.exchange.planner.plan import plan_round  # its solvers take a second

    problem = read_problem(file)
    plan = plan_round(problem)
    if as_document:
        typer.echo(json.dumps(as_json(problem, plan), ensure_ascii=False))
        return
    ids = [member.id for member in problem.members]
    for group in plan.groups:
        typer.echo("  with  ".join(str(ids[each]) for each in group))
    for each, why in plan.left_out:
        typer.echo(f"left out: {ids[each]} ({_WHY[why]})")
    typer.echo(
        f"{counted(len(plan.groups), 'group')}, {plan.cross_share:.0%} of them across the "
        f"communities, {counted(plan.repeats, 'repeat')}, {counted(plan.trios, 'trio')}, "
        f"value {plan.value:.3f}."
    )
    typer.echo(_certainty(plan.proof))


@app.command("simulate")
def simulate_(
    who: Annotated[
        str,
        typer.Option(
            "--members",
            help="A file that `members import` reads, or numbers: 18, or 14+4 (cities + offices).",
        ),
    ] = "14+4",
    rounds: Annotated[int, typer.Option(min=1, max=100, help="How many rounds.")] = 6,
    seed: Annotated[int, typer.Option(help="Decides between equals.")] = 0,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The date for shared working hours; today."),
    ] = None,
    pairs_only: Annotated[bool, typer.Option("--pairs-only", help="No trios.")] = False,
    across_only: Annotated[
        bool, typer.Option("--across-only", help="No groups within one community.")
    ] = False,
    as_document: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Try rounds out: when people meet again, who would rest, what the smaller side carries."""
    plan_rules = PlanRules(max_size=2 if pairs_only else 3, same_side=not across_only)
    day = on.date() if on else now().date()
    sizes = _SIZES.fullmatch(who.strip())
    if sizes:
        first, second = int(sizes[1]), sizes[2]
        cities, offices = synthetic.split(first) if second is None else (first, int(second))
        people, needs, offers = synthetic.community(cities, offices, seed)
        worth = utility.pair_values(people, needs, offers)
    else:
        people = _taking_part(_people(Path(who)), day)
        worth = _worth(people)
    if len(people) > MOST_MEMBERS:
        raise ProblemRefused(f"There are {len(people)} members; at most {MOST_MEMBERS}.")
    problem = Problem(
        tuple(Participant(person.id, person.community) for person in people),
        worth,
        constraints.forbidden(people, Wishes(), day),
        np.zeros(worth.shape, dtype=np.int64),
        plan_rules,
        seed=seed,
        common=constraints.common(people, Wishes(), day),
    )
    bar = Bar("Planning rounds")
    found = simulate(problem, rounds, bar.count)
    bar.close()
    binding = _binding(found, people, day)
    if as_document:
        document = {**_document(found, day), "binding": binding and asdict(binding)}
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        typer.echo("\n".join([*told(found), *(bound(binding) if binding else ())]))


def _binding(found: Simulation, people: list[Facts], day: date) -> Binding | None:
    """Which rules make people rest or meet again in the first round in which somebody does."""
    if found.pressed is None:
        return None
    number, problem = found.pressed
    plan = found.plans[number - 1]
    now = binding_rules.outcome(problem, plan.repeats, len(plan.left_out))
    return Binding(number, now, binding_rules.reliefs(problem, people, Wishes(), day, now))


def _people(file: Path) -> list[Facts]:
    """Members of a file with a community; what cannot be used is said on stderr."""
    people: list[Facts] = []
    problems: list[str] = []
    for entry in read_members(file):
        if not isinstance(entry, MemberDraft):
            problems.append(str(entry))
            continue
        known = participants.facts_of(entry, entry.key, region_of(entry.country))
        if known is None:
            problems.append(f"{file}: {entry.name}: no community.")
        else:
            people.append(known)
    if not people and len(problems) < 2:
        raise ProblemRefused(problems[0] if problems else f"{file} names nobody.")
    for problem in problems:
        errors.print(f"[yellow]left out[/] {problem}", soft_wrap=True)
    if not people:
        raise typer.Exit(1)
    return people


def _taking_part(people: list[Facts], day: date) -> list[Facts]:
    """Those who would be in a round of `day`, as in a real one; who would not is said on stderr."""
    present = []
    for person in people:
        why = constraints.absent(person, day)
        if why is None:
            present.append(person)
        else:
            errors.print(f"[yellow]not in a round[/] {person.id}: {_AWAY[why]}", soft_wrap=True)
    if not present:
        raise ProblemRefused("Nobody of the file takes part in a round.")
    return present


def _worth(people: list[Facts]) -> Any:
    """Values of a file's members; without a model only from their facts, which is said."""
    texts = [text for person in people for text in (*person.needs, *person.offers)]
    nothing = [np.zeros((0, 1), dtype=np.float32) for _ in people]
    if not texts:
        return utility.pair_values(people, nothing, nothing)
    building = Bar("Building the model")
    try:
        encoder = load_encoder(read_settings(), building.share)
    except ModelUnavailable as reason:
        errors.print(f"Needs and offers do not count: {reason}", soft_wrap=True)
        return utility.pair_values(people, nothing, nothing)
    finally:
        building.close()
    bar = Bar("Encoding texts")
    parts = []
    for start in range(0, len(texts), TEXTS_AT_A_TIME):
        parts.append(encoder.encode_queries(texts[start : start + TEXTS_AT_A_TIME]))
        bar.count(min(start + TEXTS_AT_A_TIME, len(texts)), len(texts))
    bar.close()
    vectors = np.concatenate(parts)
    wanted = utility.exchange_of(
        encoder.model_id,
        [person.needs for person in people],
        [person.offers for person in people],
        dict(zip(texts, vectors, strict=True)),
    )
    return utility.pair_values(people, wanted.needs, wanted.offers, wanted.scale)


def _document(found: Simulation, day: date) -> dict[str, Any]:
    problem = found.problem
    carried = set(smaller_side(problem))
    return {
        "seed": problem.seed,
        "date": day.isoformat(),
        "rounds": [as_json(problem, plan) for plan in found.plans],
        "first_repeat": found.first_repeat,
        "members": [
            {
                "id": member.id,
                "community": member.community.value,
                "smaller_side": at in carried,
                "groups": load.groups,
                "most_groups_in_a_round": load.most_at_once,
                "rounds_across": load.across,
                "rounds_left_out": load.left_out,
            }
            for at, (member, load) in enumerate(zip(problem.members, found.loads, strict=True))
        ],
        "problem": problems.written(written(problem)),
    }


def _certainty(proof: Proof) -> str:
    if proof.exact:
        return "No better plan exists."
    if proof.gap is not None:
        return f"A better plan would add at most {proof.gap:.6f} to the value."
    if proof.level in _MISSING and proof.missing is not None:
        return f"A better plan may exist, with at most {proof.missing:.0f} {_MISSING[proof.level]}."
    return "A better plan may exist: the round is too large to prove more."
