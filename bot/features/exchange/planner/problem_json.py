"""A problem as it is written down, made into one that can be solved, and back."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.features.exchange.planner.model import (
    Id,
    Mask,
    Participant,
    PlanRules,
    Problem,
    ProblemRefused,
)
from knowledge.errors import UnreadableInput
from knowledge.exchange import problems
from knowledge.exchange.problems import Entry, RoundProblem, Rows, Rules

MOST_MEMBERS = 5_000


def read_problem(file: Path) -> Problem:
    """The problem in `file`. Raises ProblemRefused with one sentence."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ProblemRefused(f"{file} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise ProblemRefused(f"{file} is not text in UTF-8.") from error
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise ProblemRefused(f"{file} is not JSON{where}.") from error
    try:
        return problem_from(problems.read(given))
    except (ProblemRefused, UnreadableInput) as refused:
        raise ProblemRefused(f"{file}: {refused}") from refused


def problem_from(found: RoundProblem) -> Problem:
    """The problem that can be solved. Raises ProblemRefused with one sentence."""
    count = len(found.members)
    if count > MOST_MEMBERS:
        raise ProblemRefused(f"There are {count} members; at most {MOST_MEMBERS}.")
    at = {member.id: number for number, member in enumerate(found.members)}
    values = np.zeros((count, count))
    forbidden = np.zeros((count, count), dtype=np.bool_)
    met = np.zeros((count, count), dtype=np.int64)
    for a, b, row in _pairs(found.values, at, 3, "values"):
        values[a, b] = values[b, a] = _number(row[2])
    for a, b, _ in _pairs(found.forbidden, at, 2, "forbidden"):
        forbidden[a, b] = forbidden[b, a] = True
    for a, b, row in _pairs(found.met, at, 3, "met"):
        ago, known = _within(row[2], "rounds_ago", 1), int(met[a, b])
        met[a, b] = met[b, a] = min(ago, known) if known else ago
    return Problem(
        tuple(_participant(each) for each in found.members),
        values,
        forbidden,
        met,
        _rules(found.rules),
        tuple(
            tuple(sorted(_position(each, at, "locked") for each in group)) for group in found.locked
        ),
        _within(found.seed, "seed", -(2**63)),
        tuple(_table(each, count) for each in found.common),
    )


def written(problem: Problem) -> RoundProblem:
    """The problem as it is written down; zero values are left out."""
    ids = [member.id for member in problem.members]
    upper = np.triu(np.ones_like(problem.forbidden), 1)

    def rows(where: Mask, numbers: NDArray[Any] | None) -> Rows:
        found = np.argwhere(where & upper).tolist()
        more = [[] if numbers is None else [numbers[a, b].item()] for a, b in found]
        return Rows([[ids[a], ids[b], *each] for (a, b), each in zip(found, more, strict=True)])

    rules = problem.rules
    return RoundProblem(
        tuple(
            Entry(each.id, each.community, each.left_out_last, each.groups)
            for each in problem.members
        ),
        rows(problem.values != 0, problem.values),
        rows(problem.forbidden, None),
        rows(problem.met > 0, problem.met),
        Rules(rules.cross_share, rules.max_size, rules.same_side),
        tuple(tuple(ids[each] for each in group) for group in problem.locked),
        problem.seed,
        tuple(
            tuple(row.tobytes().hex() for row in np.packbits(table, axis=1))
            for table in problem.common
        ),
    )


def _participant(found: Entry) -> Participant:
    return Participant(
        found.id,
        found.community,
        _within(found.left_out_last, "left_out_last", 0, 1000),
        _within(found.groups, "groups", 1, 10),
    )


def _rules(found: Rules) -> PlanRules:
    if not 0 <= found.cross_share <= 1:
        raise ProblemRefused("'cross_share' must be between 0 and 1.")
    return PlanRules(found.cross_share, _within(found.max_size, "max_size", 2, 3), found.same_side)


def _pairs(
    rows: Rows, at: Mapping[Id, int], length: int, where: str
) -> Iterator[tuple[int, int, Sequence[object]]]:
    """The positions of the two of each row, and the row."""
    for row in rows:
        if not isinstance(row, list) or len(row) != length:
            raise ProblemRefused(f"Every row of '{where}' must have {length} entries.")
        a, b = _position(row[0], at, where), _position(row[1], at, where)
        if a == b:
            raise ProblemRefused(f"'{where}' pairs {row[0]} with themselves.")
        yield a, b, row


def _position(name: object, at: Mapping[Id, int], where: str) -> int:
    if not isinstance(name, int | str) or isinstance(name, bool) or name not in at:
        raise ProblemRefused(f"'{where}' names {name}, who is not among the members.")
    return at[name]


def _table(texts: Sequence[str], count: int) -> Mask:
    """What each member has of what three need in common, as hexadecimal bits."""
    try:
        bits = [np.frombuffer(bytes.fromhex(text), dtype=np.uint8) for text in texts]
        table = np.unpackbits(np.stack(bits), axis=1) if bits else np.zeros((0, 8), dtype=np.uint8)
    except ValueError as error:
        raise ProblemRefused("Every table of 'common' must hold texts of one length.") from error
    if len(table) != count:
        raise ProblemRefused("Every table of 'common' must have a text for each member.")
    return table.astype(np.bool_)


def _number(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not np.isfinite(given):
        raise ProblemRefused(f"A value must be a finite number, not {given!r}.")
    return float(given)


def _within(given: object, what: str, least: int, most: int = 2**63 - 1) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        limits = f" from {least} to {most}" if most < 2**62 else f" of at least {least}"
        raise ProblemRefused(f"'{what}' must be a whole number{limits}, not {given!r}.")
    return given
