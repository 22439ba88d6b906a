"""What a round's plan says, typed, as the column `plan` holds it; one converter does both ways.

Rows of older versions still read: what is missing takes its default, what is not known is passed
over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cattrs import Converter

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A member's need that an offer of another answers; a list of these four numbers in JSON.

    `need` and `offer` are places in the members' own lists.
    """

    asks: int
    need: int
    gives: int
    offer: int


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a group was made; `hours`: shared ones as moments, from and until.

    `met`: whether two of it met in an earlier round, None where nobody looked.
    """

    languages: tuple[str, ...] = ()
    hours: tuple[tuple[int, int], ...] = ()
    differences: tuple[str, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    across: bool = False
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A member of the round for whom no group was found, and why."""

    id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Absent(LeftOut):
    """Somebody who joined the programme and is not in the round; a list of two in JSON."""


@dataclass(frozen=True, slots=True)
class Certainty:
    """How a plan was found and how sure it is the best (see the planner's `Proof`)."""

    method: str = "none"
    exact: bool = True
    gap: float | None = 0.0


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """A plan with its reasons, group by group; `topics`: how many groups each is for."""

    groups: tuple[tuple[int, ...], ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    cross_share: float = 0.0
    people_across: int = 0
    repeats: int = 0
    trios: int = 0
    value: float = 0.0
    proof: Certainty = Certainty()
    reasons: tuple[Reasons, ...] = ()
    away: tuple[Absent, ...] = ()
    topics: Mapping[str, int] = field(default_factory=dict)


def read(stored: Json) -> RoundPlan:
    """The plan of a row."""
    return _CONVERTER.structure(stored, RoundPlan)


def written(plan: RoundPlan) -> dict[str, object]:
    """The plan as a row holds it."""
    made: dict[str, object] = _CONVERTER.unstructure(plan)
    return made


def _converter() -> Converter:
    made = Converter(unstruct_collection_overrides={tuple: list})
    made.register_structure_hook(Meeting, lambda row, _: Meeting(*map(int, row)))
    made.register_unstructure_hook(
        Meeting, lambda each: [each.asks, each.need, each.gives, each.offer]
    )
    made.register_structure_hook(Absent, lambda row, _: Absent(int(row[0]), str(row[1])))
    made.register_unstructure_hook(Absent, lambda each: [each.id, each.reason])
    return made


_CONVERTER = _converter()
