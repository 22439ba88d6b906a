"""A problem as JSON made into one that can be solved; what is wrong is said in one sentence."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.features.exchange.planner.model import (
    Group,
    Id,
    Mask,
    Participant,
    PlanRules,
    Problem,
    ProblemRefused,
)
from knowledge.vocabulary import Community

MOST_MEMBERS = 5_000
_KEYS = frozenset({"members", "values", "forbidden", "met", "rules", "locked", "seed", "common"})
_RULES = frozenset({"cross_share", "max_size", "same_side"})


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
        return problem_from(given)
    except ProblemRefused as refused:
        raise ProblemRefused(f"{file}: {refused}") from refused


def problem_from(given: object) -> Problem:
    """The problem that a JSON document describes. Raises ProblemRefused with one sentence."""
    whole = _object(given, "A problem")
    _known(whole, _KEYS, "a problem")
    if "members" not in whole:
        raise ProblemRefused("The problem has no list of members.")
    members = tuple(_member(each) for each in _list(whole["members"], "members"))
    if len(members) > MOST_MEMBERS:
        raise ProblemRefused(f"There are {len(members)} members; at most {MOST_MEMBERS}.")
    at = {member.id: number for number, member in enumerate(members)}
    count = len(members)
    values = np.zeros((count, count))
    forbidden = np.zeros((count, count), dtype=np.bool_)
    met = np.zeros((count, count), dtype=np.int64)
    for row in _list(whole.get("values", []), "values"):
        a, b = _two(row, at, 3, "values")
        values[a, b] = values[b, a] = _number(row[2], "value")
    for row in _list(whole.get("forbidden", []), "forbidden"):
        a, b = _two(row, at, 2, "forbidden")
        forbidden[a, b] = forbidden[b, a] = True
    for row in _list(whole.get("met", []), "met"):
        a, b = _two(row, at, 3, "met")
        ago = _whole(row[2], "rounds_ago", 1)
        known = int(met[a, b])
        met[a, b] = met[b, a] = min(ago, known) if known else ago
    return Problem(
        members,
        values,
        forbidden,
        met,
        _rules(whole.get("rules") or {}),
        tuple(_group(each, at) for each in _list(whole.get("locked") or [], "locked")),
        _whole(whole.get("seed") or 0, "seed", -(2**63)),
        tuple(_table(each, count) for each in _list(whole.get("common") or [], "common")),
    )


def _object(given: object, what: str) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise ProblemRefused(f"{what} must be a JSON object.")
    return given


def _list(given: object, name: str) -> Sequence[Any]:
    if not isinstance(given, list):
        raise ProblemRefused(f"'{name}' must be a list.")
    return given


def _known(given: Mapping[str, Any], names: frozenset[str], what: str) -> None:
    other = sorted(set(given) - names)
    if other:
        raise ProblemRefused(
            f"'{other[0]}' is not known in {what}; known are {', '.join(sorted(names))}."
        )


def _member(given: object) -> Participant:
    facts = _object(given, "A member")
    name = facts.get("id")
    if not isinstance(name, int | str) or isinstance(name, bool) or name == "":
        raise ProblemRefused("Every member needs an id, a text or a whole number.")
    try:
        community = Community(str(facts.get("community")).upper())
    except ValueError as error:
        raise ProblemRefused(
            f"Member {name}: the community must be CITY, NATIONAL or PARTNER."
        ) from error
    waiting = facts.get("left_out_last") or 0
    return Participant(
        name,
        community,
        int(waiting) if isinstance(waiting, bool) else _whole(waiting, "left_out_last", 0, 1000),
        _whole(facts.get("groups", 1), "groups", 1, 10),
    )


def _rules(given: object) -> PlanRules:
    rules = _object(given, "'rules'")
    _known(rules, _RULES, "'rules'")
    share = _number(rules.get("cross_share", 1.0), "cross_share")
    if not 0 <= share <= 1:
        raise ProblemRefused("'cross_share' must be between 0 and 1.")
    same_side = rules.get("same_side", True)
    if not isinstance(same_side, bool):
        raise ProblemRefused("'same_side' must be true or false.")
    return PlanRules(share, _whole(rules.get("max_size", 3), "max_size", 2, 3), same_side)


def _position(name: object, at: Mapping[Id, int], where: str) -> int:
    if not isinstance(name, int | str) or isinstance(name, bool) or name not in at:
        raise ProblemRefused(f"'{where}' names {name}, who is not among the members.")
    return at[name]


def _two(row: object, at: Mapping[Id, int], length: int, where: str) -> tuple[int, int]:
    if not isinstance(row, list) or len(row) != length:
        raise ProblemRefused(f"Every row of '{where}' must have {length} entries.")
    a, b = _position(row[0], at, where), _position(row[1], at, where)
    if a == b:
        raise ProblemRefused(f"'{where}' pairs {row[0]} with themselves.")
    return a, b


def _group(row: object, at: Mapping[Id, int]) -> Group:
    named = [_position(each, at, "locked") for each in _list(row, "locked")]
    return tuple(sorted(named))


def _table(rows: object, count: int) -> Mask:
    """What each member has of what three need in common, as hexadecimal bits."""
    texts = _list(rows, "common")
    try:
        bits = [np.frombuffer(bytes.fromhex(text), dtype=np.uint8) for text in texts]
        table = np.unpackbits(np.stack(bits), axis=1) if bits else np.zeros((0, 8), dtype=np.uint8)
    except (TypeError, ValueError) as error:
        raise ProblemRefused("Every table of 'common' must hold texts of one length.") from error
    if len(table) != count:
        raise ProblemRefused("Every table of 'common' must have a text for each member.")
    return table.astype(np.bool_)


def _number(given: object, what: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise ProblemRefused(f"A {what} must be a finite number, not {given!r}.")
    return float(given)


def _whole(given: object, what: str, least: int, most: int = 2**63 - 1) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        limits = f" from {least} to {most}" if most < 2**62 else f" of at least {least}"
        raise ProblemRefused(f"'{what}' must be a whole number{limits}, not {given!r}.")
    return given
