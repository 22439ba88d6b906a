"""What a round was planned from, typed, as the column `problem` and a problem's file hold it.

One converter does both ways. What is wrong is said in one sentence; what a problem means for the
planner, bot/features/exchange/planner/problem_json.py says.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, NewType, TypeVar, get_args

from cattrs import (
    AttributeValidationNote,
    BaseValidationError,
    Converter,
    ForbiddenExtraKeysError,
)
from cattrs.gen import make_dict_structure_fn

from knowledge.errors import UnreadableInput
from knowledge.vocabulary import Community

Id = int | str
Rows = NewType("Rows", Sequence[Sequence[Id | float]])
"""Two members, and where it says so a number, in each row; looked at by whoever reads them."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """A member of the problem; see the planner's `Participant`."""

    id: Id
    community: Community
    left_out_last: int = 0
    groups: int = 1


@dataclass(frozen=True, slots=True)
class Rules:
    """What the programme asks of a plan; see the planner's `PlanRules`."""

    cross_share: float = 1.0
    max_size: int = 3
    same_side: bool = True


@dataclass(frozen=True, slots=True)
class RoundProblem:
    """A round to be planned; zero values have no row, and `met` says how many rounds ago."""

    members: tuple[Entry, ...] = ()
    values: Rows = Rows(())
    forbidden: Rows = Rows(())
    met: Rows = Rows(())
    rules: Rules = Rules()
    locked: tuple[tuple[Id, ...], ...] = ()
    seed: int = 0
    common: tuple[tuple[str, ...], ...] = ()
    """Tables of what three need in common: for each member bits, as hexadecimal digits."""


def read(given: object) -> RoundProblem:
    """The problem that a JSON document says. Raises UnreadableInput with one sentence."""
    if not isinstance(given, Mapping):
        raise UnreadableInput("A problem must be a JSON object.")
    if "members" not in given:
        raise UnreadableInput("The problem has no list of members.")
    try:
        return _CONVERTER.structure(given, RoundProblem)
    except BaseValidationError as error:
        raise UnreadableInput(_sentence(error)) from error


def written(problem: RoundProblem) -> dict[str, object]:
    """The problem as a row or a file holds it."""
    made: dict[str, object] = _CONVERTER.unstructure(problem)
    return made


class _Wrong(ValueError):
    """What a value must be, for a sentence that begins with its name."""


class _Said(ValueError):
    """A whole sentence."""


def _list(given: object) -> Sequence[Any]:
    if not isinstance(given, list):
        raise _Wrong(f"must be a list, not {given!r}")
    return given


def _whole(given: object, _: object) -> int:
    if not isinstance(given, int):
        raise _Wrong(f"must be a whole number, not {given!r}")
    return int(given)


def _number(given: object, _: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise _Wrong(f"must be a finite number, not {given!r}")
    return float(given)


def _truth(given: object, _: object) -> bool:
    if not isinstance(given, bool):
        raise _Wrong(f"must be true or false, not {given!r}")
    return given


def _id(given: object, _: object) -> Id:
    if not isinstance(given, int | str) or isinstance(given, bool) or given == "":
        raise _Wrong("must be a text or a whole number: every member needs an id")
    return given


def _community(given: object, _: object) -> Community:
    try:
        return Community(str(given).upper())
    except ValueError as error:
        raise _Wrong(f"must be CITY, NATIONAL or PARTNER, not {given!r}") from error


def _tuple_of(made: Converter) -> Callable[[object, Any], tuple[object, ...]]:
    """Lists alone are taken for tuples: a text would be one of its letters."""

    def structure(given: object, kind: Any) -> tuple[object, ...]:
        inner = get_args(kind)[0]
        return tuple(one(each, inner, number) for number, each in enumerate(_list(given), 1))

    def one(given: object, kind: Any, number: int) -> object:
        try:
            return made.structure(given, kind)
        except BaseValidationError as error:
            raise _Said(f"Entry {number}: {_sentence(error)}") from error

    return structure


def _object(made: Converter, kind: type[T]) -> Callable[[object, type[T]], T]:
    """An object of known keys; nothing at all (null) is one of its defaults."""
    structure = make_dict_structure_fn(kind, made, _cattrs_forbid_extra_keys=True)

    def whole(given: object, _: type[T]) -> T:
        if given is not None and not isinstance(given, Mapping):
            raise _Wrong(f"must be a JSON object, not {given!r}")
        known = {name: value for name, value in (given or {}).items() if value is not None}
        return structure(known, kind)

    return whole


def _converter() -> Converter:
    made = Converter(unstruct_collection_overrides={tuple: list})
    made.register_structure_hook(int, _whole)
    made.register_structure_hook(float, _number)
    made.register_structure_hook(bool, _truth)
    made.register_structure_hook(Community, _community)
    made.register_structure_hook_func(lambda kind: kind == Id, _id)
    made.register_structure_hook_func(lambda kind: kind is Rows, lambda given, _: _list(given))
    made.register_unstructure_hook_func(lambda kind: kind is Rows, list)
    made.register_unstructure_hook(Community, lambda each: each.value)
    made.register_structure_hook_func(
        lambda kind: getattr(kind, "__origin__", None) is tuple, _tuple_of(made)
    )
    for kind in (Entry, Rules, RoundProblem):
        made.register_structure_hook(kind, _object(made, kind))
    return made


def _sentence(error: BaseException, name: str = "") -> str:
    """The first thing that is wrong, named by the innermost field that it is about."""
    if isinstance(error, BaseValidationError):
        first = error.exceptions[0]
        names = [
            note.name
            for note in getattr(first, "__notes__", ())
            if isinstance(note, AttributeValidationNote)
        ]
        return _sentence(first, names[0] if names else name)
    if isinstance(error, ForbiddenExtraKeysError):
        where = f"'{name}'" if name else "a problem"
        known = ", ".join(sorted(each.name for each in fields(error.cl)))
        return f"'{min(error.extra_fields)}' is not known in {where}; known are {known}."
    if isinstance(error, KeyError):
        return f"Every member needs an {error.args[0]}."
    if isinstance(error, _Said):
        return str(error)
    return f"'{name}' {error}."


_CONVERTER = _converter()
